import Cryptography
import Exchange
import Fundamentals
import MarketModel
import VenueKit
import VenueMAX
import Wire

@testable import LocalVenues

/// A local MAX with one or two accounts and a book, driven by hand.
struct MAXWorld {
    static let start = Instant(milliseconds: 1_780_000_000_000)
    /// In ticks of btctwd.
    static let mid: Int64 = 30_495_000

    var server: MAXServer
    var now = MAXWorld.start
    var signers: [MAXSigner] = []
    var effects: [ServerEffect] = []
    private var nonce = MAXWorld.start.milliseconds
    private var token: UInt64 = 0

    init(
        seed: UInt64 = 1, chaos: MAXChaos = MAXChaos(), limits: MAXLimits = MAXLimits(), leeway: MAXLeeway = MAXLeeway()
    ) {
        let accounts = ["demo", "second"].map { name in
            SpotAccountDefinition(
                name: name, apiKey: "\(name)-key", apiSecret: Secret("\(name)-secret"),
                balances: [
                    ("TWD", Cash(whole: 10_000_000)), ("BTC", Cash(whole: 3)), ("USDT", Cash(whole: 300_000)),
                ])
        }
        let markets = ["btctwd", "usdttwd", "btcusdt"].enumerated().map {
            MAXMarkets.definition($1, market: MarketID($0))!
        }
        server = try! MAXServer(
            configuration: MAXServerConfiguration(
                accounts: accounts, markets: markets, chaos: chaos, seed: seed, limits: limits, leeway: leeway),
            startingAt: now)
        signers = accounts.map {
            MAXSigner(try! MAXCredentials(accessKey: Secret($0.apiKey), secret: $0.apiSecret))
        }
        setBook(mid: Self.mid)
        setConversion(mid: 32_100)
    }

    var instrument: Instrument { server.configuration.markets[0].instrument }
    var account: AccountID { server.account(named: "demo")! }

    mutating func setBook(mid: Int64) {
        func level(_ distance: Int64) -> BookLevel {
            BookLevel(Price(ticks: mid + distance * 1_000), Quantity(lots: 5_000_000))
        }
        apply(.book(MarketID(0), bids: (1...5).map { level(-$0) }, asks: (1...5).map { level($0) }))
    }

    mutating func setConversion(mid: Int64) {
        func level(_ distance: Int64) -> BookLevel {
            BookLevel(Price(ticks: mid + distance), Quantity(lots: 1_000_000))
        }
        apply(.book(MarketID(1), bids: (1...5).map { level(-$0) }, asks: (1...5).map { level($0) }))
    }

    mutating func trade(_ side: Side, lots: Int64, limit: Int64) {
        apply(.trade(MarketID(0), aggressor: side, quantity: Quantity(lots: lots), limit: Price(ticks: limit)))
    }

    mutating func apply(_ flow: FlowEvent) { server.apply(flow, at: now, into: &effects) }

    mutating func advance(_ span: TimeSpan) {
        now = now + span
        server.advance(to: now, into: &effects)
    }

    // MARK: Requests

    /// Sends a request and gives its answer; nil where the connection closed without one.
    mutating func send(_ request: HTTPRequest) -> HTTPResponse? {
        token += 1
        let mark = effects.count
        server.handle(
            request, token: token, from: PeerID(1_000_000 + token), address: "10.0.0.1", at: now, into: &effects)
        for effect in effects[mark...] {
            if case .reply(_, token, let response) = effect { return response }
        }
        return nil
    }

    mutating func get(_ target: String) -> HTTPResponse? { send(HTTPRequest(method: .get, target: target)) }

    /// The parsed answer to a public request.
    mutating func read(_ target: String) throws -> JSONValue { try JSONValue.parse(get(target)?.body ?? []) }

    mutating func call(
        _ method: HTTPMethod, _ path: String, _ parameters: [(String, String)] = [], by account: Int = 0
    ) -> HTTPResponse? {
        nonce = max(nonce + 1, now.milliseconds)
        let members = parameters.map { JSONMember($0.0, .string($0.1)) }
        return send(signers[account].request(method, path, members, nonce: nonce))
    }

    /// The parsed body of a call, whatever its status.
    mutating func ask(
        _ method: HTTPMethod, _ path: String, _ parameters: [(String, String)] = [], by account: Int = 0
    ) -> JSONValue {
        let response = call(method, path, parameters, by: account)
        return response.flatMap { try? JSONValue.parse($0.body) } ?? .null
    }

    @discardableResult
    mutating func place(
        _ side: String, _ volume: String, at price: String?, type: String = "limit", name: String = "",
        by account: Int = 0,
        group: String? = nil
    ) -> JSONValue {
        var parameters = [("market", "btctwd"), ("side", side), ("volume", volume)]
        if let price { parameters.append(("price", price)) }
        parameters.append(("ord_type", type))
        if !name.isEmpty { parameters.append(("client_oid", name)) }
        if let group { parameters.append(("group_id", group)) }
        return ask(.post, "/api/v3/wallet/spot/order", parameters, by: account)
    }

    // MARK: Streams

    mutating func open(_ peer: UInt64) {
        server.streamOpened(
            PeerID(peer), HTTPRequest(method: .get, target: MAXVenue.streamPath), at: now, into: &effects)
    }

    mutating func say(_ text: String, on peer: UInt64) {
        server.streamText(PeerID(peer), Array(text.utf8), at: now, into: &effects)
    }

    mutating func logIn(_ peer: UInt64, as account: Int = 0) {
        nonce = max(nonce + 1, now.milliseconds)
        server.streamText(
            PeerID(peer), signers[account].login(nonce: nonce, id: "x"), at: now, into: &effects)
    }

    /// The frames of a connection since the last time.
    mutating func frames(_ peer: UInt64) -> [JSONValue] {
        var frames: [JSONValue] = []
        effects.removeAll { effect in
            guard case .sendText(PeerID(peer), let bytes) = effect else { return false }
            if let frame = try? JSONValue.parse(bytes) { frames.append(frame) }
            return true
        }
        return frames
    }
}

/// The same under a mirror.
struct MAXMirrorWorld: SpotWorld {
    static let mid: Int64 = 29_452_500
    static let step: Int64 = 3_150
    static let takesBuyFeeInQuote = false
    typealias Adapter = MAXAdapter

    var base: MAXWorld

    var server: MAXServer {
        get { base.server }
        set { base.server = newValue }
    }
    var now: Instant {
        get { base.now }
        set { base.now = newValue }
    }
    var effects: [ServerEffect] {
        get { base.effects }
        set { base.effects = newValue }
    }
    var exchange: Exchange { base.server.exchange }

    init(seed: UInt64 = 1) {
        base = MAXWorld(seed: seed)
        setBook(mid: Self.mid)
        setRate(mid: 31_500)
        setReference(mid: 9_350_000)
    }

    static func adapter() -> MAXAdapter {
        MAXAdapter(
            markets: ["btctwd", "usdttwd", "btcusdt"].enumerated().map {
                AdapterMarket(MarketID($0), symbol: $1, isTraded: $0 == 0)
            }, credentials: try! MAXCredentials(accessKey: Secret("demo-key"), secret: Secret("demo-secret")))
    }

    static func rig(seed: UInt64 = 1) -> SpotRig<MAXMirrorWorld> {
        SpotRig(MAXMirrorWorld(seed: seed), adapter(), seed: seed)
    }

    private mutating func book(_ market: Int, mid: Int64, step: Int64, lots: Int64) {
        func level(_ distance: Int64) -> BookLevel {
            BookLevel(Price(ticks: mid + distance * step), Quantity(lots: lots))
        }
        base.apply(.book(MarketID(market), bids: (1...5).map { level(-$0) }, asks: (1...5).map { level($0) }))
    }

    mutating func setBook(mid: Int64) { book(0, mid: mid, step: 3 * Self.step, lots: 100_000) }
    mutating func setRate(mid: Int64) { book(1, mid: mid, step: 1, lots: 5_000_000) }
    mutating func setReference(mid: Int64) { book(2, mid: mid, step: 100, lots: 2_000_000) }
    mutating func trade(_ aggressor: Side, btc: Int64, limit: Int64) { base.trade(aggressor, lots: btc, limit: limit) }
    mutating func ledger(_ account: String) throws -> JSONValue { try base.read("/apus/ledger?account=\(account)") }

    mutating func chaos(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        try! base.server.chaos.apply(name: parts[0], value: parts[1])
    }
}
