import Fundamentals
import MarketModel
import VenueKit
import Wire

@testable import RiskControl
@testable import VenueKit

/// A session of the toy venue on stage: virtual time, and everything it said.
struct Stage {
    static let epoch: UInt32 = 7
    var session: AdapterSession<ToyAdapter>
    var venue = ToyVenue()
    var now = Instant(milliseconds: 1_768_551_600_000)
    var events: [VenueEvent] = []
    var notes: [SessionNote] = []
    var streams: [(id: StreamID, target: String, host: StreamHost)] = []
    var closedStreams: [StreamID] = []
    var sentFrames: [String] = []
    var pings = 0
    /// Requests the venue keeps for itself until the test answers.
    var held: [(id: RequestID, request: HTTPRequest)] = []
    /// Whether streams open at once, and answer a subscription.
    var isLive = true
    var isSubscribing = true
    var roundTrip = TimeSpan.milliseconds(10)
    /// The most requests that were ever under way at once, by path.
    var mostAtOnce: [String: Int] = [:]
    private var open: [StreamID] = []
    private var output = SessionOutput()
    private var inbox: [(at: Instant, path: String, event: TransportEvent)] = []

    init(_ configuration: AdapterSessionConfiguration = .init(), _ change: (inout ToyAdapter) -> Void = { _ in }) {
        var adapter = ToyAdapter()
        change(&adapter)
        session = AdapterSession(adapter, configuration)
    }

    static func ready(
        _ configuration: AdapterSessionConfiguration = .init(), _ change: (inout ToyAdapter) -> Void = { _ in }
    ) -> Stage {
        var stage = Stage(configuration, change)
        stage.open(for: .seconds(10))
        precondition(stage.isReady, "\(stage.notes)")
        stage.forget()
        return stage
    }

    // MARK: Driving

    mutating func start() {
        session.start(at: now, into: &output)
        drain()
    }

    mutating func open(for limit: TimeSpan) {
        start()
        let end = now + limit
        while !isReady && now < end { run(.milliseconds(100)) }
    }

    mutating func run(_ span: TimeSpan, step: TimeSpan = .milliseconds(100)) {
        let end = now + span
        while now < end {
            now = min(end, now + step)
            venue.arrive(at: now)
            push()
            deliver()
            session.tick(at: now, into: &output)
            drain()
        }
        deliver()
    }

    mutating func receive(_ event: TransportEvent) {
        session.receive(event, at: now, into: &output)
        drain()
    }

    mutating func perform(_ actions: OrderAction...) { perform(all: actions) }

    mutating func perform(all actions: [OrderAction]) {
        session.perform(all: actions.map { .send(Approved($0)) }, at: now, into: &output)
        drain()
    }

    mutating func ask(_ request: SessionRequest) {
        session.perform(request, at: now, into: &output)
        drain()
    }

    mutating func text(_ text: String, on stream: Int = 0) {
        let id = session.streams[stream].supervisor.current
        if let id { receive(.streamText(id, Array(text.utf8))) }
    }

    /// The connection of a stream breaks.
    mutating func cut(_ stream: Int = 0) {
        guard stream < session.streams.count, let id = session.streams[stream].supervisor.current else { return }
        open.removeAll { $0 == id }
        receive(.streamClosed(id, "cut"))
    }

    /// Gives every reply that is due.
    mutating func deliver() {
        while let index = inbox.indices.filter({ inbox[$0].at <= now }).min(by: { inbox[$0].at < inbox[$1].at }) {
            let due = inbox.remove(at: index)
            if case .streamOpened(let id) = due.event { open.append(id) }
            receive(due.event)
            push()
        }
    }

    private mutating func push() {
        let pushes = venue.pushes
        venue.pushes.removeAll()
        for (index, stream) in session.streams.enumerated() where session.adapter.streams[index] == .account {
            guard let id = stream.supervisor.current, open.contains(id) else { continue }
            for text in pushes { receive(.streamText(id, Array(text.utf8))) }
        }
    }

    private mutating func drain() {
        events += output.events
        notes += output.notes
        let commands = output.commands
        output.removeAll()
        for command in commands {
            switch command {
            case .request(let id, let request, let deadline): answer(id, request, deadline)
            case .unsignedRequest(let id, let request, let deadline): answer(id, request.signed(), deadline)
            case .openStream(let id, let target, _, let host):
                streams.append((id, target, host))
                if isLive { inbox.append((now + roundTrip, "", .streamOpened(id))) }
            case .sendText(let id, let bytes):
                sentFrames.append(String(decoding: bytes, as: UTF8.self))
                if isSubscribing {
                    inbox.append((now + roundTrip, "", .streamText(id, Array("subscribed".utf8))))
                }
            case .ping(let id):
                pings += 1
                if open.contains(id) { inbox.append((now + roundTrip, "", .streamPing(id))) }
            case .closeStream(let id):
                closedStreams.append(id)
                open.removeAll { $0 == id }
            }
        }
    }

    private mutating func answer(_ id: RequestID, _ request: HTTPRequest, _ deadline: Instant) {
        let path = String(request.target.split(separator: "/")[0])
        switch venue.answer(request, at: now) {
        case .reply(let status, let body):
            let response = HTTPResponse(status: status, body: Array(body.utf8))
            inbox.append((now + roundTrip, path, .reply(id, response)))
        case .notSent: inbox.append((now + roundTrip, path, .failed(id, .notSent("connection refused"))))
        case .silence: inbox.append((deadline, path, .failed(id, .unknown("deadline passed"))))
        case .hold: held.append((id, request))
        }
        mostAtOnce[path] = max(mostAtOnce[path] ?? 0, inbox.filter { $0.path == path }.count)
    }

    // MARK: Looking

    var isReady: Bool { statuses.contains(.ready) }
    var isClosed: Bool { statuses.contains(.closed) }
    var statuses: [VenueStatus] {
        events.compactMap { if case .status(let status, _) = $0 { status } else { nil } }
    }
    var account: [AccountEvent] {
        events.compactMap { if case .account(let event) = $0 { event } else { nil } }
    }
    var marketEvents: [MarketEvent] {
        events.compactMap { if case .market(let event) = $0 { event } else { nil } }
    }
    var fatal: String? {
        for case .fatal(let reason) in statuses { return reason }
        return nil
    }
    /// Requests since the last look whose path begins so.
    func routes(_ prefix: String) -> [String] { venue.log.filter { $0.hasPrefix(prefix) } }
    mutating func forget() {
        events.removeAll()
        notes.removeAll()
        venue.log.removeAll()
        sentFrames.removeAll()
        mostAtOnce.removeAll()
    }

    /// How each order's placement came out, told in words, in the order of events.
    func outcomes(_ kind: RequestKind, of id: ClientOrderID) -> [String] {
        account.compactMap { event in
            switch event {
            case .accepted(id, _) where kind == .place: "accepted"
            case .rejected(id, kind, let rejection): "rejected \(rejection.kind)"
            case .unresolved(id, kind): "unresolved"
            case .done(id, let reason, _) where kind == .cancel: "done \(reason)"
            default: nil
            }
        }
    }

    static func id(_ sequence: UInt32) -> ClientOrderID { ClientOrderID(epoch: epoch, sequence: sequence) }
    static func place(_ sequence: UInt32, market: MarketID = MarketID(0)) -> OrderAction {
        .place(
            id(sequence),
            OrderSpec(market: market, side: .buy, price: Price(ticks: 100), quantity: Quantity(lots: 5)))
    }
    static func cancel(_ sequence: UInt32, market: MarketID = MarketID(0)) -> OrderAction {
        .cancel(id(sequence), market: market)
    }
}
