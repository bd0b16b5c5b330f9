import Cryptography
import Fundamentals
import MarketModel
import VenueKit
import Wire

@testable import RiskControl
@testable import VenueExtended

/// A session on stage: virtual time, a fake venue, and everything it said.
struct SessionStage {
    static let market = MarketID(0)
    static func id(_ sequence: UInt32) -> ClientOrderID { ClientOrderID(epoch: 7, sequence: sequence) }
    static func text(_ sequence: UInt32, _ revision: UInt32 = 0) -> String {
        ExtendedOrderID(id(sequence), revision: revision).text
    }

    var session: ExtendedSession
    var venue = FakeExtended()
    /// Ten to three, so that nothing happens to be a full hour.
    var now = Instant(milliseconds: 1_795_247_400_000)
    var events: [VenueEvent] = []
    var notes: [SessionNote] = []
    var streams: [(id: StreamID, target: String, headers: HTTPHeaders)] = []
    var closedStreams: [StreamID] = []
    /// Requests the venue keeps for itself until the test answers.
    var held: [(id: RequestID, request: HTTPRequest)] = []
    /// Whether streams open at once and market data flows.
    var isLive = true
    var isPinging = true
    /// Whether orders' frames come before the reply instead of after it.
    var isStreamFirst = false
    var roundTrip = TimeSpan.milliseconds(10)
    private var output = SessionOutput()
    private var inbox: [(at: Instant, event: TransportEvent)] = []
    private var lastMark = Instant.distantPast
    private var lastPing = Instant.distantPast
    private var lastBook = Instant.distantPast
    /// By stream number.
    private var sequences: [Int64] = []

    init(_ change: (inout ExtendedSessionConfiguration) -> Void = { _ in }) {
        var configuration = ExtendedSessionConfiguration(
            markets: [.init(id: Self.market, symbol: "BTC-USD")],
            credentials: try! ExtendedCredentials(
                apiKey: Secret(FakeExtended.apiKey), vault: 421_717, privateKey: Secret(FakeExtended.key)),
            network: .local(.testnet))
        change(&configuration)
        session = ExtendedSession(configuration)
    }

    /// One that is ready, with nothing said yet.
    static func ready(_ change: (inout ExtendedSessionConfiguration) -> Void = { _ in }) -> SessionStage {
        var stage = SessionStage(change)
        stage.open()
        stage.forget()
        return stage
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
            if isPinging, now - lastPing >= .seconds(15) {
                lastPing = now
                for feed in session.feeds { if let id = feed.supervisor.current { receive(.streamPing(id)) } }
            }
            if isLive { trickle() }
            session.tick(at: now, into: &output)
            drain()
        }
        deliver()
    }

    private mutating func trickle() {
        if now - lastMark >= .seconds(1) {
            lastMark = now
            say(on: .mark(0), #""type":"MP","data":{"m":"BTC-USD","p":"84090.5","ts":0}"#)
        }
        if now - lastBook >= .minutes(1) {
            lastBook = now
            say(on: .book(0), Self.snapshot)
        }
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

    /// A frame with the next number of the stream, or another.
    mutating func say(on kind: ExtendedFeed.Kind, _ content: String, sequence: Int64? = nil) {
        guard let feed = session.feeds.first(where: { $0.kind == kind }), feed.supervisor.isOpen,
            let id = feed.supervisor.current
        else { return }
        while sequences.count <= Int(id.number) { sequences.append(0) }
        let number = sequence ?? sequences[Int(id.number)] + 1
        sequences[Int(id.number)] = max(number, sequences[Int(id.number)])
        receive(
            .streamText(
                id, Array(#"{\#(content),"ts":\#((now + venue.clockOffset).milliseconds),"seq":\#(number)}"#.utf8)))
    }

    /// A frame that never arrives takes its number along.
    private mutating func lose() {
        guard let id = stream(.account), sequences.count > Int(id.number) else { return }
        sequences[Int(id.number)] += 1
    }

    /// What the venue did by itself is told now.
    mutating func publish() { tell() }

    mutating func account(_ content: String, sequence: Int64? = nil) { say(on: .account, content, sequence: sequence) }

    mutating func order(_ order: FakeExtended.Order) { account(FakeExtended.told(order.text)) }

    /// Gives every reply that is due.
    mutating func deliver() {
        while let index = inbox.indices.filter({ inbox[$0].at <= now }).min(by: { inbox[$0].at < inbox[$1].at }) {
            let due = inbox.remove(at: index)
            receive(due.event)
            if case .streamOpened(let id) = due.event { greet(id) }
            if !isStreamFirst { tell() }
        }
    }

    /// The first frames of a connection.
    private mutating func greet(_ id: StreamID) {
        guard let feed = session.feeds.first(where: { $0.supervisor.current == id }) else { return }
        switch feed.kind {
        case .account:
            let open = venue.orders.filter(\.isOpen).map(\.text).joined(separator: ",")
            account(#""type":"ORDER","data":{"isSnapshot":true,"orders":[\#(open)]}"#)
            account(
                #""type":"BALANCE","data":{"isSnapshot":true,"balance":{"balance":"1000.5","collateralName":"USD"}}"#)
            account(#""type":"POSITION","data":{"isSnapshot":true,"positions":[]}"#)
        case .book: say(on: feed.kind, Self.snapshot)
        case .mark, .trades, .funding: break
        }
    }

    private mutating func tell() {
        let frames = venue.frames
        venue.frames.removeAll()
        for frame in frames {
            guard venue.storm != nil else {
                account(frame)
                continue
            }
            switch venue.storm!.integer(in: 0...19) {
            // Lost, and its number with it.
            case 0: lose()
            case 1: for _ in 0..<2 { account(frame) }
            case 2: if let id = stream(.account) { receive(.streamClosed(id, "reset")) }
            default: account(frame)
            }
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
            case .openStream(let id, let target, let headers, _):
                streams.append((id, target, headers))
                if isLive { inbox.append((now + roundTrip, .streamOpened(id))) }
            case .sendText, .ping: break
            case .closeStream(let id): closedStreams.append(id)
            }
        }
        if isStreamFirst { tell() }
    }

    private mutating func answer(_ id: RequestID, _ request: HTTPRequest, _ deadline: Instant) {
        switch venue.answer(request, at: now + roundTrip / 2) {
        case .reply(let status, let body, let headers):
            var fields = HTTPHeaders(headers)
            if venue.hasDate { fields.append("Date", Self.date(now + roundTrip / 2 + venue.clockOffset)) }
            let response = HTTPResponse(status: status, headers: fields, body: Array(body.utf8))
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
    /// What concerns one of our orders.
    func of(_ sequence: UInt32) -> [AccountEvent] {
        let id = Self.id(sequence)
        return account.filter { event in
            switch event {
            case .accepted(id, _), .amended(id, _, _), .rejected(id, _, _), .unresolved(id, _), .done(id, _, _),
                .notFound(id, _):
                true
            case .report(let report): report.clientOrderID == id
            case .filled(let fill): fill.clientOrderID == id
            default: false
            }
        }
    }
    var fills: [Int64] { account.compactMap { if case .filled(let fill) = $0 { fill.trade.number } else { nil } } }
    var deadlines: [Instant?] {
        statuses.compactMap { if case .deadMansSwitch(Self.market, let deadline) = $0 { .some(deadline) } else { nil } }
    }
    var fatal: String? {
        for case .fatal(let reason) in statuses { return reason }
        return nil
    }
    func stream(_ kind: ExtendedFeed.Kind) -> StreamID? {
        session.feeds.first { $0.kind == kind }?.supervisor.current
    }
    func count(_ route: String) -> Int { venue.log.filter { $0 == route }.count }
    mutating func forget() {
        events.removeAll()
        notes.removeAll()
        venue.log.removeAll()
        venue.targets.removeAll()
        venue.bodies.removeAll()
        venue.requests.removeAll()
    }

    // MARK: Texts

    static let snapshot =
        #""type":"SNAPSHOT","data":{"t":"SNAPSHOT","m":"BTC-USD","b":[{"p":"84090","q":"0.5","c":"0.5"}],"#
        + #""a":[{"p":"84091","q":"0.3","c":"0.3"}],"d":"f"}"#

    static func delta(_ size: String = "0.7") -> String {
        #""type":"DELTA","data":{"t":"DELTA","m":"BTC-USD","b":[{"p":"84090","q":"0.2","c":"\#(size)"}],"a":[],"d":"f"}"#
    }

    static func place(_ sequence: UInt32, price: Int64? = 84_000, side: Side = .buy, lots: Int64 = 1_000) -> OrderAction
    {
        .place(
            id(sequence),
            OrderSpec(
                market: market, side: side, price: price.map(Price.init(ticks:)), quantity: Quantity(lots: lots),
                timeInForce: price == nil ? .immediateOrCancel : .postOnly))
    }

    static func amend(_ sequence: UInt32, price: Int64, lots: Int64 = 1_000) -> OrderAction {
        .amend(id(sequence), market: market, side: .buy, price: Price(ticks: price), quantity: Quantity(lots: lots))
    }

    static func cancel(_ sequence: UInt32) -> OrderAction { .cancel(id(sequence), market: market) }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`; the stage plays in November 2026 and a day around it.
    static func date(_ instant: Instant) -> String {
        let seconds = instant.milliseconds / 1_000
        let days = seconds / 86_400 - 20_758  // since 2026-11-01
        let rest = seconds % 86_400
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "Sat, \(two(days + 1)) Nov 2026 \(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60)) GMT"
    }
}
