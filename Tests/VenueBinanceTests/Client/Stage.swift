import Fundamentals
import MarketModel
import VenueBinance
import Wire

@testable import RiskControl
@testable import VenueKit

/// The session machine with the Binance adapter, and a scripted venue, in virtual time.
struct Stage {
    var session: AdapterSession<BinanceSpotAdapter>
    var venue = ScriptedBinance()
    var now = Instant(milliseconds: 1_767_225_600_000)
    var events: [VenueEvent] = []
    var notes: [SessionNote] = []
    var opened: [(id: StreamID, target: String, host: StreamHost)] = []
    var closed: [StreamID] = []
    var frames: [String] = []
    /// Whether what happens to orders is told over the stream.
    var tellsEvents = true
    private var open: [StreamID] = []
    private var output = SessionOutput()
    private var inbox: [(at: Instant, event: TransportEvent)] = []
    private let roundTrip = TimeSpan.milliseconds(10)

    init(_ credentials: BinanceCredentials? = BinanceVectors.hmac, depth: BinanceDepth = .partial) {
        let market = AdapterMarket(Fixtures.btc, symbol: "BTCUSDT", isTraded: credentials != nil)
        session = AdapterSession(
            BinanceSpotAdapter(
                BinanceSpotConfiguration(markets: [market], credentials: credentials, depth: depth)))
    }

    static func ready(_ credentials: BinanceCredentials? = BinanceVectors.hmac, depth: BinanceDepth = .partial) -> Stage
    {
        var stage = Stage(credentials, depth: depth)
        stage.start()
        stage.run(.seconds(5))
        precondition(stage.isReady, "\(stage.notes) \(stage.venue.log)")
        stage.forget()
        return stage
    }

    mutating func start() {
        session.start(at: now, into: &output)
        drain()
    }

    mutating func run(_ span: TimeSpan, _ work: (inout Stage) -> Void = { _ in }) {
        let end = now + span
        while now < end {
            now = min(end, now + .milliseconds(100))
            work(&self)
            tell()
            while let index = inbox.indices.filter({ inbox[$0].at <= now }).min(by: { inbox[$0].at < inbox[$1].at }) {
                let due = inbox.remove(at: index)
                if case .streamOpened(let id) = due.event { open.append(id) }
                receive(due.event)
                tell()
            }
            for id in open { receive(.streamPing(id)) }
            session.tick(at: now, into: &output)
            drain()
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

    mutating func ask(_ request: SessionRequest) {
        session.perform(request, at: now, into: &output)
        drain()
    }

    /// A frame on the connection of that host.
    mutating func text(_ text: String, on host: StreamHost) {
        guard let id = connection(of: host) else { return }
        receive(.streamText(id, Array(text.utf8)))
    }

    mutating func cut(_ host: StreamHost) {
        guard let id = connection(of: host) else { return }
        open.removeAll { $0 == id }
        receive(.streamClosed(id, "cut"))
    }

    func connection(of host: StreamHost) -> StreamID? {
        opened.last { $0.host == host && open.contains($0.id) }?.id
    }

    mutating func forget() {
        events.removeAll()
        notes.removeAll()
        venue.log.removeAll()
    }

    // MARK: Looking

    var isReady: Bool { statuses.contains(.ready) }
    var statuses: [VenueStatus] {
        events.compactMap { if case .status(let status, of: .reference) = $0 { status } else { nil } }
            .filter { if case .roundTrip = $0 { false } else { true } }
    }
    var account: [AccountEvent] { events.compactMap { if case .account(let event) = $0 { event } else { nil } } }
    /// Trades told of, each once.
    var fills: [TradeID: Fill] {
        account.reduce(into: [:]) { fills, event in if case .filled(let fill) = event { fills[fill.trade] = fill } }
    }
    func calls(_ route: String) -> Int { venue.log.count { $0.hasPrefix(route) } }

    // MARK: Between

    private mutating func tell() {
        let events = venue.events
        venue.events.removeAll()
        guard tellsEvents, let id = connection(of: .api) else { return }
        for event in events { receive(.streamText(id, Array(event.utf8))) }
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
                opened.append((id, target, host))
                inbox.append((now + roundTrip, .streamOpened(id)))
            case .sendText(let id, let bytes): respond(id, bytes)
            case .ping: break
            case .closeStream(let id):
                closed.append(id)
                open.removeAll { $0 == id }
            }
        }
    }

    private mutating func answer(_ id: RequestID, _ request: HTTPRequest, _ deadline: Instant) {
        guard let response = venue.answer(request, at: now) else {
            inbox.append((deadline, .failed(id, .unknown("deadline passed"))))
            return
        }
        inbox.append((now + roundTrip, .reply(id, response)))
    }

    private mutating func respond(_ id: StreamID, _ bytes: [UInt8]) {
        frames.append(String(decoding: bytes, as: UTF8.self))
        guard let frame = try? JSONValue.parse(bytes), let name = frame["id"]?.text else { return }
        let reply = #"{"id":"\#(name)","status":200,"result":{"subscriptionId":0}}"#
        inbox.append((now + roundTrip, .streamText(id, Array(reply.utf8))))
    }
}
