import Cryptography
import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueBitoPro
import VenueKit
import Wire

@testable import LocalVenues

/// A local BitoPro with two accounts, BTC_TWD, USDT_TWD and BTC_USDT, and a client that signs as the venue wants it.
struct BitoProWorld: SpotWorld {
    static let start = Instant(milliseconds: 1_768_551_600_000)
    static let btc = MarketID(0)
    static let usdt = MarketID(1)
    static let dollars = MarketID(2)
    typealias Adapter = BitoProAdapter
    /// In ticks of one TWD.
    static let mid: Int64 = 2_945_000
    static let step: Int64 = 315
    static let takesBuyFeeInQuote = false

    var server: BitoProServer
    var now = start
    var effects: [ServerEffect] = []
    private var token: UInt64 = 0

    static func accounts() -> [SpotAccountDefinition] {
        [
            SpotAccountDefinition(
                name: "a", apiKey: "key-a", apiSecret: Secret("secret-a"),
                balances: [("TWD", Cash(whole: 10_000_000)), ("BTC", Cash(whole: 5)), ("USDT", Cash(whole: 100_000))]),
            SpotAccountDefinition(
                name: "b", apiKey: "key-b", apiSecret: Secret("secret-b"),
                balances: [("TWD", Cash(whole: 10_000_000)), ("BTC", Cash(whole: 5))]),
        ]
    }

    init(
        limits: BitoProLimits = BitoProLimits(), leeway: BitoProLeeway = BitoProLeeway(), seed: UInt64 = 1,
        hasBook: Bool = true
    ) {
        let markets = ["BTC_TWD", "USDT_TWD", "BTC_USDT"].enumerated().map {
            BitoProMarkets.definition($0.element, market: MarketID($0.offset))!
        }
        server = try! BitoProServer(
            configuration: BitoProServerConfiguration(
                accounts: Self.accounts(), markets: markets, seed: seed, limits: limits, leeway: leeway),
            startingAt: now)
        if hasBook {
            setBook(mid: Self.mid)
            setRate(mid: 31_500)
            setReference(mid: 9_350_000)
        }
        effects = []
    }

    var exchange: Exchange { server.exchange }

    static func adapter(streamsBooks: Bool = true) -> BitoProAdapter {
        BitoProAdapter(
            BitoProConfiguration(
                markets: [
                    AdapterMarket(btc, symbol: "BTC_TWD", isTraded: true),
                    AdapterMarket(usdt, symbol: "USDT_TWD", isTraded: false),
                    AdapterMarket(dollars, symbol: "BTC_USDT", isTraded: false),
                ], streamsBooks: streamsBooks),
            credentials: BitoProCredentials(apiKey: "key-a", apiSecret: Secret("secret-a"), identity: "a@example.com"))
    }

    static func rig(
        seed: UInt64 = 1, streamsBooks: Bool = true, failure: BitoProLeeway.BatchFailure = .leftOut
    ) -> SpotRig<BitoProWorld> {
        var leeway = BitoProLeeway()
        leeway.batchFailure = failure
        return SpotRig(BitoProWorld(leeway: leeway, seed: seed), adapter(streamsBooks: streamsBooks), seed: seed)
    }

    // MARK: Flow

    private static func level(_ ticks: Int64, _ lots: Int64) -> BookLevel {
        BookLevel(Price(ticks: ticks), Quantity(lots: lots))
    }

    /// Around the mid, 0.2 BTC on each of twenty levels, a dollar apart.
    mutating func setBook(mid: Int64) {
        let bids = (0..<20).map { Self.level(mid - 5 - Int64($0), 20_000_000) }
        let asks = (0..<20).map { Self.level(mid + 5 + Int64($0), 20_000_000) }
        server.apply(.book(Self.btc, bids: bids, asks: asks), at: now, into: &effects)
    }

    /// A thousandth around the mid, 50,000 USDT on each side.
    mutating func setRate(mid: Int64) {
        server.apply(
            .book(
                Self.usdt, bids: [Self.level(mid - 1, 500_000_000)], asks: [Self.level(mid + 1, 500_000_000)]), at: now,
            into: &effects)
    }

    /// BTC_USDT, 2 BTC on each side, a dollar apart.
    mutating func setReference(mid: Int64) {
        server.apply(
            .book(
                Self.dollars, bids: [Self.level(mid - 50, 200_000_000)], asks: [Self.level(mid + 50, 200_000_000)]),
            at: now, into: &effects)
    }

    /// Millionths of a bitcoin.
    mutating func trade(_ aggressor: Side, btc: Int64, limit: Int64) {
        server.apply(
            .trade(Self.btc, aggressor: aggressor, quantity: Quantity(lots: btc * 100), limit: Price(ticks: limit)),
            at: now, into: &effects)
    }

    // MARK: REST

    /// The reply; nil where the connection was closed, or the reply held back.
    mutating func send(_ request: HTTPRequest) -> HTTPResponse? {
        token += 1
        server.handle(request, token: token, from: PeerID(999), address: "127.0.0.1", at: now, into: &effects)
        var found: HTTPResponse?
        effects.removeAll { effect in
            guard case .reply(_, exchange: token, let response) = effect else { return false }
            found = response
            return true
        }
        return found
    }

    func signer(_ account: Int, secret: String? = nil) -> BitoProSigner {
        let name = account == 0 ? "a" : "b"
        return BitoProSigner(BitoProCredentials(apiKey: "key-\(name)", apiSecret: Secret(secret ?? "secret-\(name)")))
    }

    func request(
        _ method: HTTPMethod, _ path: String, _ body: String = "", as account: Int = 0, secret: String? = nil,
        nonce: Instant? = nil
    ) -> HTTPRequest {
        let bytes = Array(body.utf8)
        let signer = signer(account, secret: secret)
        let headers =
            method == .post || method == .put
            ? signer.headers(body: bytes) : signer.headers(nonce: (nonce ?? now).milliseconds)
        return HTTPRequest(method: method, target: "/v3\(path)", headers: headers, body: bytes)
    }

    /// Status and body as `200 {…}`.
    mutating func text(_ request: HTTPRequest) -> String {
        guard let response = send(request) else { return "no reply" }
        return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
    }

    /// The parsed body of a reply that must be a success.
    mutating func call(
        _ method: HTTPMethod, _ path: String, _ body: String = "", as account: Int = 0
    ) throws -> JSONValue {
        let response = send(request(method, path, body, as: account))
        let found = try #require(response)
        try #require(found.status == 200, "\(String(decoding: found.body, as: UTF8.self))")
        return try JSONValue.parse(found.body)
    }

    func form(
        _ action: String, price: String, amount: String, client: Int? = nil, pair: Bool = false,
        timeInForce: String = "GTC", type: String = "LIMIT"
    ) -> String {
        """
        {\(pair ? "\"pair\":\"BTC_TWD\"," : "")"action":"\(action)","type":"\(type)","price":"\(price)",\
        "amount":"\(amount)","timestamp":\(now.milliseconds),"timeInForce":"\(timeInForce)"\
        \(client.map { ",\"clientId\":\($0)" } ?? "")}
        """
    }

    /// Places a limit order in BTC_TWD; gives its id.
    mutating func place(
        _ action: String, price: String, amount: String, client: Int? = nil, timeInForce: String = "GTC",
        as account: Int = 0
    ) throws -> String {
        let body = form(action, price: price, amount: amount, client: client, timeInForce: timeInForce)
        return try #require(try call(.post, "/orders/BTC_TWD", body, as: account)["orderId"]?.numeral)
    }

    mutating func ledger(_ account: String) throws -> JSONValue {
        let response = send(HTTPRequest(method: .get, target: "/apus/ledger?account=\(account)"))
        return try JSONValue.parse(try #require(response).body)
    }

    mutating func chaos(_ setting: String) {
        _ = send(HTTPRequest(method: .post, target: "/apus/chaos", body: Array(setting.utf8)))
    }

    // MARK: Streams

    /// Opens a stream of the first account; gives the answer to the handshake where it is refused.
    mutating func connect(_ path: String, as peer: UInt64 = 1, signed: Bool = true) -> HTTPResponse? {
        let headers = signed ? signer(0).headers(nonce: now.milliseconds) : HTTPHeaders()
        let request = HTTPRequest(method: .get, target: "/ws/v1/pub\(path)", headers: headers)
        if let refusal = server.refusal(ofStream: request) { return refusal }
        server.streamOpened(PeerID(peer), request, at: now, into: &effects)
        return nil
    }

    /// Takes the frames sent to a peer so far.
    mutating func frames(of peer: UInt64 = 1) throws -> [JSONValue] {
        var texts: [[UInt8]] = []
        effects.removeAll { effect in
            guard case .sendText(PeerID(peer), let bytes) = effect else { return false }
            texts.append(bytes)
            return true
        }
        return try texts.map { try JSONValue.parse($0) }
    }
}
