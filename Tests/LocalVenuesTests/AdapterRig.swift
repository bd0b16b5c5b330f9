import Exchange
import Fundamentals
import MarketModel
import RiskControl
import TradingEngine
import VenueKit
import Wire

@testable import LocalVenues

/// A trading node with a real session, and a local venue, joined by bytes in virtual time.
struct AdapterRig<Venue: LocalVenue, Session: VenueSession> {
    private enum Parcel {
        case request(RequestID, HTTPRequest)
        case opening(StreamID, HTTPRequest)
        case text(StreamID, [UInt8])
        case closing(StreamID)
        case event(TransportEvent)
        case pong(StreamID)
    }

    var venue: Venue
    var node: TradingNode<Session>
    var now: Instant
    var effects: [Effect] = []
    var notes: [SessionNote] = []
    var latency = TimeSpan.milliseconds(8)
    /// Requests as they left, in order.
    var requests: [HTTPRequest] = []
    private var fromVenue: [ServerEffect] = []
    private var output = NodeOutput()
    private var parcels: [(at: Instant, number: Int, parcel: Parcel)] = []
    private var deadlines: [(at: Instant, id: RequestID)] = []
    private var count = 0

    init(_ venue: Venue, _ node: TradingNode<Session>, at now: Instant) {
        self.venue = venue
        self.node = node
        self.now = now
    }

    // MARK: Driving

    mutating func start() {
        node.start(at: now, into: &output)
        collect()
    }

    mutating func flow(_ event: FlowEvent) { venue.apply(event, at: now, into: &fromVenue) }

    mutating func command(_ command: OperatorCommand) {
        node.command(command, at: now, into: &output)
        collect()
    }

    /// Runs; `work` is called each second.
    mutating func run(_ span: TimeSpan, _ work: (inout Self, Int) -> Void = { _, _ in }) {
        let step = TimeSpan.milliseconds(25)
        for index in 0..<Int(span.nanoseconds / step.nanoseconds) {
            if index % 40 == 0 { work(&self, index / 40) }
            now = now + step
            venue.advance(to: now, into: &fromVenue)
            ship()
            while let due = parcels.indices.filter({ parcels[$0].at <= now }).min(by: {
                (parcels[$0].at, parcels[$0].number) < (parcels[$1].at, parcels[$1].number)
            }) {
                unpack(parcels.remove(at: due).parcel)
            }
            for late in deadlines.filter({ $0.at <= now }) {
                deadlines.removeAll { $0.id == late.id }
                node.receive(.failed(late.id, .unknown("deadline passed")), at: now, into: &output)
                collect()
            }
            if index % 4 == 0 {
                node.tick(at: now, into: &output)
                collect()
            }
        }
    }

    /// A request of the test's own, answered at once.
    mutating func ask(_ request: HTTPRequest) -> HTTPResponse? {
        count += 1
        let token = 1 << 40 + UInt64(count)
        var effects: [ServerEffect] = []
        venue.handle(request, token: token, from: PeerID(1 << 41), address: "127.0.0.2", at: now, into: &effects)
        var found: HTTPResponse?
        for effect in effects {
            if case .reply(_, exchange: token, let response) = effect {
                found = response
            } else {
                fromVenue.append(effect)
            }
        }
        return found
    }

    private mutating func send(_ parcel: Parcel) {
        count += 1
        parcels.append((now + latency, count, parcel))
    }

    private mutating func collect() {
        effects += output.effects
        notes += output.notes
        let commands = output.commands
        output.removeAll()
        for command in commands {
            switch command {
            case .request(let id, let request, let deadline): leave(id, request, deadline)
            case .unsignedRequest(let id, let unsigned, let deadline): leave(id, unsigned.signed(), deadline)
            case .openStream(let id, let target, let headers, _):
                send(.opening(id, HTTPRequest(method: .get, target: target, headers: headers)))
            case .closeStream(let id): send(.closing(id))
            case .sendText(let id, let bytes): send(.text(id, bytes))
            case .ping: break
            }
        }
    }

    private mutating func leave(_ id: RequestID, _ request: HTTPRequest, _ deadline: Instant) {
        requests.append(request)
        deadlines.append((deadline, id))
        send(.request(id, request))
    }

    private static func peer(_ id: StreamID) -> PeerID { PeerID(id.number) }

    private mutating func unpack(_ parcel: Parcel) {
        switch parcel {
        case .request(let id, let request):
            venue.handle(
                request, token: id.number, from: PeerID(1_000_000 + id.number), address: "127.0.0.1", at: now,
                into: &fromVenue)
        case .opening(let id, let request):
            if let refusal = venue.refusal(ofStream: request) {
                send(.event(.streamClosed(id, "HTTP \(refusal.status)")))
            } else {
                send(.event(.streamOpened(id)))
                venue.streamOpened(Self.peer(id), request, at: now, into: &fromVenue)
            }
        case .text(let id, let bytes): venue.streamText(Self.peer(id), bytes, at: now, into: &fromVenue)
        case .closing(let id): venue.streamClosed(Self.peer(id))
        case .pong(let id): venue.streamPong(Self.peer(id), at: now, into: &fromVenue)
        case .event(let event):
            if case .reply(let id, _) = event {
                guard deadlines.contains(where: { $0.id == id }) else { return }
                deadlines.removeAll { $0.id == id }
            }
            node.receive(event, at: now, into: &output)
            collect()
        }
        ship()
    }

    private mutating func ship() {
        let effects = fromVenue
        fromVenue.removeAll()
        for effect in effects {
            switch effect {
            case .reply(_, let exchange, let response): send(.event(.reply(RequestID(exchange), response)))
            case .dropReply(_, let exchange):
                send(.event(.failed(RequestID(exchange), .unknown("connection closed"))))
                deadlines.removeAll { $0.id == RequestID(exchange) }
            case .sendText(let peer, let bytes): send(.event(.streamText(StreamID(peer.number), bytes)))
            case .ping(let peer):
                send(.event(.streamPing(StreamID(peer.number))))
                send(.pong(StreamID(peer.number)))
            case .close(let peer, _, let reason): send(.event(.streamClosed(StreamID(peer.number), reason)))
            case .abort(let peer): send(.event(.streamClosed(StreamID(peer.number), "reset")))
            }
        }
    }

    // MARK: Looking

    var market: MarketStatus? { node.engine?.status.markets.first }
    var orders: [TradingEngine::OrderStatus] { market?.orders ?? [] }
}
