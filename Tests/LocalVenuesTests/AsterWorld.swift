import Cryptography
import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueAster
import Wire

@testable import LocalVenues

/// A local Aster with two accounts and a client that signs for them.
struct AsterWorld {
    static let start = Instant(milliseconds: 1_768_551_600_000)
    /// The sample keys of the venue's documents.
    static let signerKey = "0x4fd0a42218f3eae43a6ce26d22544e986139a01e5b34a62db53757ffca81bae1"
    static let apiKey = "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83"
    static let apiSecret = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"

    var server: AsterServer
    var now = start
    var effects: [ServerEffect] = []
    private var token: UInt64 = 0
    private var v1: AsterSigner
    private var v3: AsterSigner
    private var second: AsterSigner
    private var nonce = AsterNonce()

    static let instrument = Instrument(
        market: MarketID(0), symbol: "ASTERUSDT", baseAsset: "ASTER", quoteAsset: "USDT", settlementAsset: "USDT",
        tickSize: ExactDecimal("0.0001")!, lotSize: ExactDecimal("0.01")!,
        priceRange: Price(ticks: 1)...Price(ticks: 2_000_000),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 200_000_000),
        marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 20_000_000), minNotional: Cash(whole: 5),
        collarUp: Rate(parts: 105_000_000), collarDown: Rate(parts: 95_000_000),
        marketTakeBound: .basisPoints(500), maxOpenOrders: 200, makerFee: .basisPoints(1),
        takerFee: Rate(parts: 35_000))!

    static func accounts() -> [AsterAccountDefinition] {
        let key = EthereumPrivateKey(Secret(signerKey))!
        let other = EthereumPrivateKey(Secret("0x" + String(repeating: "0", count: 63) + "1"))!
        return [
            AsterAccountDefinition(
                name: "a", apiKey: apiKey, apiSecret: Secret(apiSecret),
                user: EthereumAddress("0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e")!, signer: key.address,
                balances: [("USDT", Cash(whole: 10_000))]),
            AsterAccountDefinition(
                name: "b", apiKey: "second", apiSecret: Secret("secret"), user: other.address, signer: other.address,
                balances: [("USDT", Cash(whole: 10_000))]),
        ]
    }

    init(
        limits: AsterLimits = AsterLimits(), leeway: AsterLeeway = AsterLeeway(), seed: UInt64 = 1,
        hasBook: Bool = true, market: MarketDefinition? = nil, dialect: AsterDialect = .aster
    ) {
        var configuration = AsterServerConfiguration(
            accounts: Self.accounts(), markets: [market ?? MarketDefinition(instrument: Self.instrument)], seed: seed,
            limits: limits, leeway: leeway)
        configuration.dialect = dialect
        server = try! AsterServer(configuration: configuration, startingAt: now)
        v1 = try! AsterSigner(.apiKey(key: Self.apiKey, secret: Secret(Self.apiSecret)))
        v3 = try! AsterSigner(
            try! .wallet(user: nil, signer: nil, privateKey: Secret(Self.signerKey), network: .mainnet))
        second = try! AsterSigner(
            try! .wallet(
                user: nil, signer: nil, privateKey: Secret("0x" + String(repeating: "0", count: 63) + "1"),
                network: .mainnet))
        if hasBook { setBook() }
        effects = []
    }

    // MARK: Flow

    static func level(_ ticks: Int64, _ lots: Int64) -> BookLevel {
        BookLevel(Price(ticks: ticks), Quantity(lots: lots))
    }

    /// Bids 0.9500 and down, asks 0.9510 and up, 100 each.
    mutating func setBook(mid: Int64 = 9_505) {
        let bids = (0..<25).map { Self.level(mid - 5 - Int64($0), 10_000) }
        let asks = (0..<25).map { Self.level(mid + 5 + Int64($0), 10_000) }
        server.apply(.book(MarketID(0), bids: bids, asks: asks), at: now, into: &effects)
    }

    mutating func trade(_ aggressor: Side, lots: Int64, limit: Int64) {
        server.apply(
            .trade(MarketID(0), aggressor: aggressor, quantity: Quantity(lots: lots), limit: Price(ticks: limit)),
            at: now, into: &effects)
    }

    /// Lets time pass, with a pong of every stream client at least every ten minutes.
    mutating func advance(_ span: TimeSpan, pongs: Bool = true) {
        let end = now + span
        while pongs, now < end {
            now = min(end, now + .minutes(10))
            for connection in server.connections { server.streamPong(connection.peer, at: now, into: &effects) }
        }
        now = end
        server.advance(to: now, into: &effects)
    }

    // MARK: REST

    enum Identity { case v1, v3, second, open }

    mutating func request(
        _ method: HTTPMethod, _ path: String, _ query: String = "", as identity: Identity = .v3
    ) -> HTTPRequest {
        let security: AsterSecurity = path.hasSuffix("listenKey") ? .key : .signed
        let stamp = nonce.next(at: now.microseconds)
        switch identity {
        case .v1: return v1.sign(method, path, query: query.utf8, security: security, at: now.microseconds)
        case .v3: return v3.sign(method, path, query: query.utf8, security: security, at: stamp)
        case .second: return second.sign(method, path, query: query.utf8, security: security, at: stamp)
        case .open: return HTTPRequest(method: method, target: query.isEmpty ? path : "\(path)?\(query)")
        }
    }

    /// A request of the first account's wallet with a nonce of the caller's choice.
    mutating func signed(_ method: HTTPMethod, _ path: String, _ query: String, nonce: Int64) -> HTTPRequest {
        v3.sign(method, path, query: query.utf8, security: .signed, at: nonce)
    }

    /// Status and body of such a request, as `call` gives them.
    mutating func answer(_ method: HTTPMethod, _ path: String, _ query: String, nonce: Int64) -> String {
        guard let response = send(signed(method, path, query, nonce: nonce)) else { return "no reply" }
        return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
    }

    /// The reply; nil where the connection was closed, or the reply held back.
    mutating func send(_ request: HTTPRequest, address: String = "127.0.0.1") -> HTTPResponse? {
        token += 1
        server.handle(request, token: token, from: PeerID(999), address: address, at: now, into: &effects)
        var found: HTTPResponse?
        effects.removeAll { effect in
            guard case .reply(_, exchange: token, let response) = effect else { return false }
            found = response
            return true
        }
        return found
    }

    /// As `send`, where a reply must come at once.
    mutating func reply(_ request: HTTPRequest, address: String = "127.0.0.1") throws -> HTTPResponse {
        let response = send(request, address: address)
        return try #require(response)
    }

    /// Status and body as `200 {…}`.
    mutating func call(
        _ method: HTTPMethod, _ path: String, _ query: String = "", as identity: Identity = .v3
    ) -> String {
        guard let response = send(request(method, path, query, as: identity)) else { return "no reply" }
        return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
    }

    mutating func open(_ path: String, _ query: String = "") -> String { call(.get, path, query, as: .open) }

    /// The parsed body of a reply that must be a success.
    mutating func json(
        _ method: HTTPMethod, _ path: String, _ query: String = "", as identity: Identity = .v3
    ) throws -> JSONValue {
        let response = try reply(request(method, path, query, as: identity))
        try #require(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
        return try JSONValue.parse(response.body)
    }

    // MARK: Streams

    mutating func connect(_ target: String, as peer: UInt64 = 1) {
        server.streamOpened(PeerID(peer), target: target, at: now, into: &effects)
    }

    mutating func say(_ text: String, as peer: UInt64 = 1) {
        server.streamText(PeerID(peer), Array(text.utf8), at: now, into: &effects)
    }

    /// Opens the user stream of the first account.
    mutating func listen(as peer: UInt64 = 1) throws {
        let key = try #require(try json(.post, "/fapi/v1/listenKey")["listenKey"]?.text)
        connect("/ws/\(key)", as: peer)
    }

    /// Takes the texts sent to a peer so far.
    mutating func frames(of peer: UInt64 = 1) -> [String] {
        var texts: [String] = []
        effects.removeAll { effect in
            guard case .sendText(PeerID(peer), let bytes) = effect else { return false }
            texts.append(String(decoding: bytes, as: UTF8.self))
            return true
        }
        return texts
    }

    mutating func values(of peer: UInt64 = 1) throws -> [JSONValue] {
        try frames(of: peer).map { try JSONValue.parse(Array($0.utf8)) }
    }

    /// Order events as `NEW/NEW z=0`, account updates as `account ORDER wb=… pa=…`.
    mutating func userEvents(of peer: UInt64 = 1) throws -> [String] {
        try values(of: peer).map { value in
            switch value["e"]?.text {
            case "ORDER_TRADE_UPDATE":
                let order = value["o"]
                func text(_ name: String) -> String { order?[name]?.text ?? "?" }
                return "\(text("x"))/\(text("X")) l=\(text("l")) z=\(text("z"))"
            case "ACCOUNT_UPDATE":
                let positions = value["a"]?["P"]?.elements ?? []
                let amount = positions.first?["pa"]?.text.map { " pa=\($0)" } ?? ""
                return "account \(value["a"]?["m"]?.text ?? "?")\(amount)"
            case .some(let name): return name
            case nil: return "?"
            }
        }
    }
}
