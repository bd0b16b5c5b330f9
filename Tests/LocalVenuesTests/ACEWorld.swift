import Cryptography
import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueACE
import VenueKit
import Wire

@testable import LocalVenues

/// A local ACE with two accounts, BTC/TWD, USDT/TWD and BTC/USDT, and a client that signs as the venue wants it.
struct ACEWorld: SpotWorld {
    static let start = Instant(milliseconds: 1_768_551_600_000)
    static let btc = MarketID(0)
    static let usdt = MarketID(1)
    static let dollars = MarketID(2)
    typealias Adapter = ACEAdapter
    /// In ticks of 0.1.
    static let mid: Int64 = 29_450_000
    static let step: Int64 = 3_150
    static let takesBuyFeeInQuote = true

    var server: ACEServer
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

    init(leeway: ACELeeway = ACELeeway(), seed: UInt64 = 1, hasBook: Bool = true) {
        let markets = ["BTC/TWD", "USDT/TWD", "BTC/USDT"].enumerated().map {
            ACEMarkets.definition($0.element, market: MarketID($0.offset))!
        }
        server = try! ACEServer(
            configuration: ACEServerConfiguration(
                accounts: Self.accounts(), markets: markets, seed: seed, leeway: leeway), startingAt: now)
        if hasBook {
            setBook()
            setRate()
            setReference()
        }
        effects = []
    }

    var exchange: Exchange { server.exchange }

    static func adapter(batch: Bool = false, requestsPerSecond: Int = 100) -> ACEAdapter {
        ACEAdapter(
            ACEConfiguration(
                markets: [
                    AdapterMarket(btc, symbol: "BTC/TWD", isTraded: true),
                    AdapterMarket(usdt, symbol: "USDT/TWD", isTraded: false),
                    AdapterMarket(dollars, symbol: "BTC/USDT", isTraded: false),
                ], supportsBatch: batch, requestsPerSecond: requestsPerSecond),
            credentials: ACECredentials(apiKey: "key-a", secretKey: Secret("secret-a")))
    }

    static func rig(seed: UInt64 = 1, batch: Bool = false) -> SpotRig<ACEWorld> {
        var leeway = ACELeeway()
        leeway.hasBatchRoutes = batch
        return SpotRig(ACEWorld(leeway: leeway, seed: seed), adapter(batch: batch), seed: seed)
    }

    // MARK: Flow

    private static func level(_ ticks: Int64, _ lots: Int64) -> BookLevel {
        BookLevel(Price(ticks: ticks), Quantity(lots: lots))
    }

    /// Around the mid, 0.2 BTC on each of twenty levels, ten ticks apart.
    mutating func setBook(mid: Int64) {
        let lots: Int64 = 200_000
        let bids = (0..<20).map { Self.level(mid - 50 - Int64($0) * 10, lots) }
        let asks = (0..<20).map { Self.level(mid + 50 + Int64($0) * 10, lots) }
        server.apply(.book(Self.btc, bids: bids, asks: asks), at: now, into: &effects)
    }

    /// 31.499 and 31.501, 50,000 USDT each.
    mutating func setRate(mid: Int64) {
        server.apply(
            .book(Self.usdt, bids: [Self.level(mid - 1, 5_000_000)], asks: [Self.level(mid + 1, 5_000_000)]), at: now,
            into: &effects)
    }

    /// BTC/USDT, 2 BTC on each side, a dollar apart.
    mutating func setReference(mid: Int64) {
        server.apply(
            .book(
                Self.dollars, bids: [Self.level(mid - 50, 2_000_000)], asks: [Self.level(mid + 50, 2_000_000)]),
            at: now,
            into: &effects)
    }

    mutating func setRate() { setRate(mid: 31_500) }

    mutating func setBook() { setBook(mid: Self.mid) }

    mutating func setReference() { setReference(mid: 9_350_000) }

    /// Millionths of a bitcoin, which are its lots.
    mutating func trade(_ aggressor: Side, btc: Int64, limit: Int64) { trade(aggressor, lots: btc, limit: limit) }

    mutating func trade(_ aggressor: Side, lots: Int64, limit: Int64) {
        server.apply(
            .trade(Self.btc, aggressor: aggressor, quantity: Quantity(lots: lots), limit: Price(ticks: limit)),
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

    func signed(
        _ endpoint: ACEEndpoint, _ fields: KeyValuePairs<String, String> = [:], as account: Int = 0,
        stamp: Instant? = nil,
        secret: String? = nil
    ) -> HTTPRequest {
        let name = account == 0 ? "a" : "b"
        var form = FormFields(fields.map { FormFields.Field($0.key, $0.value) })
        form.append("apiKey", "key-\(name)")
        form.append("timeStamp", String((stamp ?? now).milliseconds))
        let signature = ACESigner.signature(of: form.fields, secretKey: Secret(secret ?? "secret-\(name)"))
        form.append("signKey", signature)
        return HTTPRequest(
            method: .post, target: "/polarisex\(endpoint.rawValue)",
            headers: HTTPHeaders([("Content-Type", "application/x-www-form-urlencoded")]),
            body: Array(form.encoded.utf8))
    }

    /// Status and body as `200 {…}`.
    mutating func text(_ request: HTTPRequest) -> String {
        guard let response = send(request) else { return "no reply" }
        return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
    }

    mutating func get(_ target: String) throws -> JSONValue {
        let response = send(HTTPRequest(method: .get, target: target))
        return try JSONValue.parse(try #require(response).body)
    }

    mutating func envelope(
        _ endpoint: ACEEndpoint, _ fields: KeyValuePairs<String, String> = [:], as account: Int = 0
    ) throws -> JSONValue {
        let response = send(signed(endpoint, fields, as: account))
        return try JSONValue.parse(try #require(response).body)
    }

    /// The attachment of an answer that must be a success.
    mutating func call(
        _ endpoint: ACEEndpoint, _ fields: KeyValuePairs<String, String> = [:], as account: Int = 0
    ) throws -> JSONValue {
        let envelope = try envelope(endpoint, fields, as: account)
        try #require(envelope["status"]?.integer == 200, "\(envelope)")
        return try #require(envelope["attachment"])
    }

    /// Places a limit order in BTC/TWD; gives its number.
    mutating func place(
        _ side: String, price: String, num: String, custom: String = "", as account: Int = 0
    ) throws -> String {
        let reply = try call(
            .place,
            [
                "baseCurrencyId": "2", "quoteCurrencyId": "1", "buyOrSell": side, "type": "1", "price": price,
                "num": num, "customOrderId": custom,
            ], as: account)
        return try #require(reply["orderNo"]?.text)
    }

    mutating func ledger() throws -> JSONValue { try ledger("a") }

    mutating func ledger(_ account: String) throws -> JSONValue { try get("/apus/ledger?account=\(account)") }

    mutating func chaos(_ setting: String) {
        _ = send(HTTPRequest(method: .post, target: "/apus/chaos", body: Array(setting.utf8)))
    }
}
