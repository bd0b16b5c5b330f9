import Cryptography
import Exchange
import Fundamentals
import MarketModel
import VenueBinance
import VenueKit
import Wire

@testable import LocalVenues
@testable import RiskControl

/// The session machine with Binance's adapter, and a local Binance, joined by bytes in virtual time; and a desk that sends
/// orders and asks after those without an outcome, as the engine does.
struct BinanceSessionRig {
    private enum Parcel {
        case request(RequestID, HTTPRequest)
        case opening(StreamID, HTTPRequest)
        case closing(StreamID)
        case text(StreamID, [UInt8])
        case event(TransportEvent)
        case pong(StreamID)
    }
    /// What the desk knows of an order.
    struct Ticket {
        var sentAt: Instant
        var isOver = false
        var askAgainAt: Instant?
        /// The venue's count at the end.
        var filled: Quantity?
    }

    static let market = MarketID(2)
    static let start = Instant(milliseconds: 1_795_248_000_000)

    var server: BinanceServer
    var session: AdapterSession<BinanceSpotAdapter>
    var now = start
    var events: [VenueEvent] = []
    var notes: [SessionNote] = []
    var tickets: [ClientOrderID: Ticket] = [:]
    var fills: [TradeID: Fill] = [:]
    /// The book as the events tell it; nil while it is lost.
    var book: (bids: [Price: Quantity], asks: [Price: Quantity])?
    var latency = TimeSpan.milliseconds(8)
    private var next: UInt32 = 0
    private var output = SessionOutput()
    private var effects: [ServerEffect] = []
    private var parcels: [(at: Instant, number: Int, parcel: Parcel)] = []
    private var deadlines: [(at: Instant, id: RequestID)] = []
    private var count = 0

    init(seed: UInt64 = 1, ed25519: Bool = false, depth: BinanceDepth = .differences, isTraded: Bool = true) {
        let demo = BinanceAccountDefinition.demo()
        server = try! BinanceServer(
            configuration: BinanceServerConfiguration(
                accounts: [demo], markets: [BinanceMarkets.definition("BTCUSDT", market: MarketID(0))!], seed: seed),
            startingAt: now)
        let key: BinanceCredentials.Key =
            ed25519 ? .ed25519(try! Ed25519PrivateKey(demo.ed25519!.privateKey!)) : .hmac(demo.apiSecret)
        let credentials = try! BinanceCredentials(
            apiKey: Secret(ed25519 ? demo.ed25519!.apiKey : demo.apiKey), key: key)
        session = AdapterSession(
            BinanceSpotAdapter(
                BinanceSpotConfiguration(
                    markets: [AdapterMarket(Self.market, symbol: "BTCUSDT", isTraded: isTraded)],
                    credentials: isTraded ? credentials : nil, depth: depth, wantsTrades: true)),
            AdapterSessionConfiguration(seed: seed))
        setBook(mid: 9_500_000)
    }

    // MARK: The market

    mutating func setBook(mid: Int64) {
        let bids = (1...30).map { BookLevel(Price(ticks: mid - $0), Quantity(lots: 2_000)) }
        let asks = (1...30).map { BookLevel(Price(ticks: mid + $0), Quantity(lots: 2_000)) }
        server.apply(.book(MarketID(0), bids: bids, asks: asks), at: now, into: &effects)
    }

    mutating func trade(_ aggressor: Side, lots: Int64, limit: Int64) {
        server.apply(
            .trade(MarketID(0), aggressor: aggressor, quantity: Quantity(lots: lots), limit: Price(ticks: limit)),
            at: now, into: &effects)
    }

    func holding(_ asset: String) -> Cash { server.exchange.holding(of: server.accounts[0].id, asset: asset).total }

    // MARK: The desk

    @discardableResult
    mutating func place(_ side: Side, _ price: Int64?, lots: Int64, _ timeInForce: TimeInForce) -> ClientOrderID {
        next += 1
        let id = ClientOrderID(epoch: 7, sequence: next)
        tickets[id] = Ticket(sentAt: now)
        let spec = OrderSpec(
            market: Self.market, side: side, price: price.map { Price(ticks: $0) }, quantity: Quantity(lots: lots),
            timeInForce: timeInForce)
        perform([.send(Approved(.place(id, spec)))])
        return id
    }

    mutating func cancel(_ id: ClientOrderID) { perform([.send(Approved(.cancel(id, market: Self.market)))]) }

    mutating func perform(_ requests: [SessionRequest]) {
        session.perform(all: requests, at: now, into: &output)
        collect()
    }

    private mutating func ask() {
        let due = tickets.filter { $0.value.askAgainAt.map { $0 <= now } ?? false }.keys.sorted()
        for id in due {
            tickets[id]!.askAgainAt = now + .seconds(1)
            perform([.query(id, Self.market)])
        }
    }

    private mutating func note(_ event: AccountEvent) {
        switch event {
        case .rejected(let id, .place, _): tickets[id]?.end(.zero)
        case .unresolved(let id, _), .rejected(let id, .cancel, _): tickets[id]?.askAgainAt = now
        case .done(let id, _, let filled): tickets[id]?.end(filled)
        case .report(let report):
            guard let id = report.clientOrderID else { return }
            switch report.status {
            case .working: tickets[id]?.askAgainAt = nil
            case .done: tickets[id]?.end(report.filled)
            }
        case .notFound(let id, let askedAt):
            guard let ticket = tickets[id], askedAt - ticket.sentAt > session.capabilities.arrivalHorizon else {
                return
            }
            tickets[id]?.end(.zero)
        case .filled(let fill): fills[fill.trade] = fill
        // What should rest and does not is over; how, the stream failed to tell.
        case .openOrders(_, let reports, let asOf):
            let resting = reports.compactMap(\.clientOrderID)
            for (id, ticket) in tickets where !ticket.isOver && ticket.sentAt < asOf && !resting.contains(id) {
                tickets[id]!.askAgainAt = ticket.askAgainAt ?? now
            }
        default: break
        }
    }

    private mutating func note(_ event: MarketEvent) {
        switch event {
        case .snapshot(_, let update):
            book = ([:], [:])
            merge(update)
        case .delta(_, let update): merge(update)
        case .bookLost: book = nil
        case .touch, .trade, .mark: break
        }
    }

    private mutating func merge(_ update: BookUpdate) {
        guard book != nil else { return }
        for level in update.bids { book!.bids[level.price] = level.quantity > .zero ? level.quantity : nil }
        for level in update.asks { book!.asks[level.price] = level.quantity > .zero ? level.quantity : nil }
    }

    // MARK: Driving

    mutating func begin() {
        session.start(at: now, into: &output)
        collect()
    }

    /// Runs; `work` is called each quarter of a second.
    mutating func run(_ span: TimeSpan, _ work: (inout BinanceSessionRig) -> Void = { _ in }) {
        let step = TimeSpan.milliseconds(25)
        for index in 0..<Int(span.nanoseconds / step.nanoseconds) {
            if index % 10 == 0 { work(&self) }
            now = now + step
            server.advance(to: now, into: &effects)
            ship()
            while let due = parcels.indices.filter({ parcels[$0].at <= now }).min(by: {
                (parcels[$0].at, parcels[$0].number) < (parcels[$1].at, parcels[$1].number)
            }) {
                unpack(parcels.remove(at: due).parcel)
            }
            for late in deadlines.filter({ $0.at <= now }) {
                deadlines.removeAll { $0.id == late.id }
                receive(.failed(late.id, .unknown("deadline passed")))
            }
            if index % 4 == 0 {
                session.tick(at: now, into: &output)
                collect()
            }
            ask()
        }
    }

    private mutating func receive(_ event: TransportEvent) {
        session.receive(event, at: now, into: &output)
        collect()
    }

    private mutating func send(_ parcel: Parcel) {
        count += 1
        parcels.append((now + latency, count, parcel))
    }

    private mutating func collect() {
        events += output.events
        notes += output.notes
        let (told, commands) = (output.events, output.commands)
        output.removeAll()
        for event in told {
            switch event {
            case .account(let event): note(event)
            case .market(let event): note(event)
            case .status: break
            }
        }
        for command in commands {
            switch command {
            case .request(let id, let request, let deadline): dispatch(id, request, deadline)
            case .unsignedRequest(let id, let unsigned, let deadline): dispatch(id, unsigned.signed(), deadline)
            case .openStream(let id, let target, let headers, _):
                send(.opening(id, HTTPRequest(method: .get, target: target, headers: headers)))
            case .closeStream(let id): send(.closing(id))
            case .sendText(let id, let bytes): send(.text(id, bytes))
            case .ping: break
            }
        }
    }

    private mutating func dispatch(_ id: RequestID, _ request: HTTPRequest, _ deadline: Instant) {
        deadlines.append((deadline, id))
        send(.request(id, request))
    }

    private static func peer(_ id: StreamID) -> PeerID { PeerID(id.number) }
    private static let restPeer: UInt64 = 1_000_000

    private mutating func unpack(_ parcel: Parcel) {
        switch parcel {
        case .request(let id, let request):
            server.handle(
                request, token: id.number, from: PeerID(Self.restPeer + id.number), address: "127.0.0.1", at: now,
                into: &effects)
        case .opening(let id, let request):
            if let refusal = server.refusal(ofStream: request) {
                send(.event(.streamClosed(id, "HTTP \(refusal.status)")))
            } else {
                send(.event(.streamOpened(id)))
                server.streamOpened(Self.peer(id), request, at: now, into: &effects)
            }
        case .closing(let id): server.streamClosed(Self.peer(id))
        case .text(let id, let bytes): server.streamText(Self.peer(id), bytes, at: now, into: &effects)
        case .pong(let id): server.streamPong(Self.peer(id), at: now, into: &effects)
        case .event(let event):
            if case .reply(let id, _) = event {
                guard deadlines.contains(where: { $0.id == id }) else { return }
                deadlines.removeAll { $0.id == id }
            }
            receive(event)
        }
        ship()
    }

    private mutating func ship() {
        let effects = self.effects
        self.effects.removeAll()
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
            case .close(let peer, _, let reason): end(peer, reason)
            case .abort(let peer): end(peer, "reset")
            }
        }
    }

    private mutating func end(_ peer: PeerID, _ reason: String) {
        server.streamClosed(peer)
        send(.event(.streamClosed(StreamID(peer.number), reason)))
    }

    // MARK: Looking

    var statuses: [VenueStatus] {
        events.compactMap { if case .status(let status, of: .reference) = $0 { status } else { nil } }
            .filter { if case .roundTrip = $0 { false } else { true } }
    }
    var isReady: Bool { statuses.contains(.ready) }
    /// Whether orders may be sent now.
    var isInSight: Bool {
        isReady && statuses.last { $0 == .privateStreamDown || $0 == .privateStreamUp } != .privateStreamDown
    }
    var openTickets: [ClientOrderID] { tickets.filter { !$0.value.isOver }.keys.sorted() }
}

extension BinanceSessionRig.Ticket {
    mutating func end(_ filled: Quantity?) {
        isOver = true
        askAgainAt = nil
        self.filled = filled ?? self.filled
    }
}
