import Cryptography
import Exchange
import Fundamentals
import MarketModel
import Quoting
import RiskControl
import TradingEngine
import VenueExtended
import VenueKit
import Wire

@testable import LocalVenues

/// A trading node with the real session, and a local Extended, joined by bytes in virtual time.
struct ExtendedRig {
    private enum Parcel {
        case request(RequestID, HTTPRequest)
        case opening(StreamID, HTTPRequest)
        case closing(StreamID)
        case event(TransportEvent)
        case pong(StreamID)
    }

    var world: ExtendedWorld
    var node: TradingNode<ExtendedSession>
    var effects: [Effect] = []
    var notes: [SessionNote] = []
    var latency = TimeSpan.milliseconds(8)
    /// What the node asked of the venue's order entry.
    var sentOrders: [JSONValue] = []
    private var output = NodeOutput()
    private var parcels: [(at: Instant, number: Int, parcel: Parcel)] = []
    private var deadlines: [(at: Instant, id: RequestID)] = []
    private var count = 0

    init(seed: UInt64 = 1, spread: Rate = .basisPoints(5), size: String = "0.00100") {
        world = ExtendedWorld(seed: seed)
        let account = ExtendedWorld.accounts()[0]
        let configuration = ExtendedSessionConfiguration(
            markets: [.init(id: MarketID(0), symbol: "BTC-USD")],
            credentials: try! ExtendedCredentials(
                apiKey: Secret(account.apiKey), vault: account.vault, privateKey: account.privateKey!),
            network: .local(.testnet), seed: seed)
        let capabilities = ExtendedSessionConfiguration.capabilities()
        node = TradingNode(session: ExtendedSession(configuration)) { instruments in
            let parameters = PercentSpreadParameters(
                spread: spread, orderSize: ExactDecimal(size)!, refreshInterval: .seconds(60),
                priceMoveThreshold: Rate(parts: 5_000))
            let limits = MarketLimits(
                maxPositionValue: Cash(whole: 1_000), maxOpenOrders: 6, maxOrderValue: Cash(whole: 200),
                priceCollar: .basisPoints(200), staleAfter: .seconds(70), maxRepeatedFills: 100,
                repeatedFillWindow: .seconds(10))
            let account = AccountLimits(
                maxExposure: Cash(whole: 1_000), minBalance: Cash(whole: 100), maxDailyLoss: Cash(whole: 500),
                maxDrawdown: Cash(whole: 500), maxMessages: 1_000, messageWindow: .seconds(10),
                maxRoundTrip: .seconds(4), breakerPause: .seconds(2))
            return TradingEngine(
                EngineConfiguration(
                    markets: [
                        MarketConfiguration(
                            instrument: instruments[0], strategy: .percentSpread(parameters), limits: limits)
                    ],
                    limits: account, epoch: 7, arrivalHorizon: capabilities.arrivalHorizon,
                    amends: capabilities.amend))
        }
    }

    // MARK: Driving

    mutating func start() {
        node.start(at: world.now, into: &output)
        collect()
    }

    /// Runs; `work` is called each second.
    mutating func run(_ span: TimeSpan, _ work: (inout ExtendedRig, Int) -> Void = { _, _ in }) {
        let step = TimeSpan.milliseconds(25)
        let steps = Int(span.nanoseconds / step.nanoseconds)
        for index in 0..<steps {
            if index % 40 == 0 { work(&self, index / 40) }
            world.advance(step)
            ship()
            while let due = parcels.indices.filter({ parcels[$0].at <= world.now }).min(by: {
                (parcels[$0].at, parcels[$0].number) < (parcels[$1].at, parcels[$1].number)
            }) {
                unpack(parcels.remove(at: due).parcel)
            }
            for late in deadlines.filter({ $0.at <= world.now }) {
                deadlines.removeAll { $0.id == late.id }
                node.receive(.failed(late.id, .unknown("deadline passed")), at: world.now, into: &output)
                collect()
            }
            if index % 4 == 0 {
                node.tick(at: world.now, into: &output)
                collect()
            }
        }
    }

    /// The market moves, and somebody trades through it.
    mutating func stir(_ random: inout RandomSource) {
        let mid = ExtendedWorld.mid + random.integer(in: -60...60)
        world.setBook(mid: mid)
        let side: Side = random.chance(1, in: 2) ? .buy : .sell
        world.trade(side, lots: random.integer(in: 1...400), limit: side == .buy ? mid + 200 : mid - 200)
    }

    mutating func command(_ command: OperatorCommand) {
        node.command(command, at: world.now, into: &output)
        collect()
    }

    private mutating func send(_ parcel: Parcel) {
        count += 1
        parcels.append((world.now + latency, count, parcel))
    }

    private mutating func collect() {
        effects += output.effects
        notes += output.notes
        let commands = output.commands
        output.removeAll()
        for command in commands {
            switch command {
            case .request(let id, let request, let deadline):
                deadlines.append((deadline, id))
                send(.request(id, request))
            case .unsignedRequest(let id, let unsigned, let deadline):
                let request = unsigned.signed()
                if let body = try? JSONValue.parse(request.body) { sentOrders.append(body) }
                deadlines.append((deadline, id))
                send(.request(id, request))
            case .openStream(let id, let target, let headers, _):
                send(.opening(id, HTTPRequest(method: .get, target: target, headers: headers)))
            case .closeStream(let id): send(.closing(id))
            case .sendText, .ping: break
            }
        }
    }

    private static func peer(_ id: StreamID) -> PeerID { PeerID(id.number) }
    private static let restPeer: UInt64 = 1_000_000

    private mutating func unpack(_ parcel: Parcel) {
        let now = world.now
        switch parcel {
        case .request(let id, let request):
            world.server.handle(
                request, token: id.number, from: PeerID(Self.restPeer + id.number), address: "127.0.0.1", at: now,
                into: &world.effects)
        case .opening(let id, let request):
            if let refusal = world.server.refusal(ofStream: request) {
                send(.event(.streamClosed(id, "HTTP \(refusal.status)")))
            } else {
                send(.event(.streamOpened(id)))
                world.server.streamOpened(Self.peer(id), request, at: now, into: &world.effects)
            }
        case .closing(let id): world.server.streamClosed(Self.peer(id))
        case .pong(let id): world.server.streamPong(Self.peer(id), at: now, into: &world.effects)
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
        let effects = world.effects
        world.effects.removeAll()
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
