import Cryptography
import Fundamentals
import MarketModel
import VenueKit
import Wire

@testable import RiskControl
@testable import VenueAster

/// A session on stage: virtual time, a fake venue, and everything it said.
struct Stage {
    var session: AsterSession
    var venue = FakeVenue()
    var now = Instant(milliseconds: 1_768_551_600_000)
    var events: [VenueEvent] = []
    var notes: [SessionNote] = []
    var streams: [(id: StreamID, target: String)] = []
    var closedStreams: [StreamID] = []
    /// Requests the venue keeps for itself until the test answers.
    var held: [(id: RequestID, request: HTTPRequest)] = []
    /// Whether streams open at once and the mark price ticks every second.
    var isLive = true
    var roundTrip = TimeSpan.milliseconds(10)
    private var output = SessionOutput()
    private var inbox: [(at: Instant, event: TransportEvent)] = []
    private var lastMark = Instant.distantPast
    private var lastPing = Instant.distantPast
    /// Whether the venue pings the private stream every five minutes.
    var isPinging = true

    init(_ change: (inout AsterSessionConfiguration) -> Void = { _ in }) {
        var configuration = AsterSessionConfiguration(
            markets: [.init(id: Fixtures.market, symbol: "ASTERUSDT")],
            credentials: .apiKey(key: "key", secret: Secret("secret")))
        change(&configuration)
        session = try! AsterSession(configuration)
    }

    // MARK: Driving

    mutating func start() {
        session.start(at: now, into: &output)
        drain()
    }

    /// Starts and runs until ready, until the venue holds a request, or for ten seconds.
    mutating func open() {
        start()
        run(.milliseconds(100))
        for _ in 0..<100 where !isReady && held.isEmpty { run(.milliseconds(100)) }
    }

    mutating func run(_ span: TimeSpan, step: TimeSpan = .milliseconds(100)) {
        let end = now + span
        while now < end {
            now = now + step
            deliver()
            if isPinging, now - lastPing >= .minutes(5), let id = session.userStream.current {
                lastPing = now
                receive(.streamPing(id))
            }
            if isLive, now - lastMark >= .seconds(1), session.marketStream.isOpen, let id = session.marketStream.current
            {
                lastMark = now
                receive(.streamText(id, Array(Self.mark(at: now).utf8)))
            }
            session.tick(at: now, into: &output)
            drain()
        }
        deliver()
    }

    mutating func receive(_ event: TransportEvent) {
        session.receive(event, at: now, into: &output)
        drain()
    }

    mutating func perform(_ actions: OrderAction...) {
        session.perform(all: actions.map { .send(Approved($0)) }, at: now, into: &output)
        drain()
    }

    mutating func perform(_ request: SessionRequest) {
        session.perform(request, at: now, into: &output)
        drain()
    }

    mutating func market(_ text: String) {
        if let id = session.marketStream.current { receive(.streamText(id, Array(text.utf8))) }
    }

    mutating func user(_ text: String) {
        if let id = session.userStream.current { receive(.streamText(id, Array(text.utf8))) }
    }

    /// Gives every reply that is due.
    mutating func deliver() {
        while let index = inbox.indices.filter({ inbox[$0].at <= now }).min(by: { inbox[$0].at < inbox[$1].at }) {
            let due = inbox.remove(at: index)
            receive(due.event)
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
            case .openStream(let id, let target, _, _):
                streams.append((id, target))
                if isLive { inbox.append((now + roundTrip, .streamOpened(id))) }
            case .sendText, .ping: break
            case .closeStream(let id): closedStreams.append(id)
            }
        }
    }

    private mutating func answer(_ id: RequestID, _ request: HTTPRequest, _ deadline: Instant) {
        switch venue.answer(request, at: now + roundTrip / 2) {
        case .reply(let status, let body, let headers):
            let response = HTTPResponse(status: status, headers: HTTPHeaders(headers), body: Array(body.utf8))
            inbox.append((now + roundTrip, .reply(id, response)))
        case .notSent: inbox.append((now + roundTrip, .failed(id, .notSent("connection refused"))))
        case .silence: inbox.append((deadline, .failed(id, .unknown("deadline passed"))))
        case .hold: held.append((id, request))
        }
    }

    // MARK: Looking

    var isReady: Bool { statuses.contains(.ready) }
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
    /// What was asked of the venue since the last look.
    mutating func takeRoutes() -> [String] {
        defer { venue.log.removeAll() }
        return venue.log
    }
    mutating func forget() {
        events.removeAll()
        notes.removeAll()
        venue.log.removeAll()
        venue.targets.removeAll()
    }

    // MARK: Texts

    static func mark(at now: Instant) -> String {
        #"{"stream":"asterusdt@markPrice@1s","data":{"e":"markPriceUpdate","E":\#(now.milliseconds),"s":"ASTERUSDT","#
            + #""p":"0.95021234","P":"0.95010000","i":"0.95015555","r":"0.00010000","T":1768564800000}}"#
    }

    static func depth(_ first: Int64, _ last: Int64, _ previous: Int64, bids: String = #"["0.9501","10.00"]"#) -> String
    {
        #"{"stream":"asterusdt@depth@100ms","data":{"e":"depthUpdate","E":1768551600000,"T":1768551600000,"#
            + #""s":"ASTERUSDT","U":\#(first),"u":\#(last),"pu":\#(previous),"b":[\#(bids)],"a":[]}}"#
    }

    static func place(_ sequence: UInt32, price: Int64 = 9_501, side: Side = .buy) -> OrderAction {
        .place(
            Fixtures.id(sequence),
            OrderSpec(
                market: Fixtures.market, side: side, price: Price(ticks: price), quantity: Quantity(lots: 2_000),
                timeInForce: .postOnly))
    }
}
