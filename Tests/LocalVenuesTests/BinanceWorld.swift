import Cryptography
import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueBinance
import Wire

@testable import LocalVenues

/// A local Binance with BTCUSDT and three accounts, two of one trade group, and clients that sign for them.
struct BinanceWorld {
    static let start = Instant(milliseconds: 1_768_551_600_000)
    static let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"

    var server: BinanceServer
    var now = start
    var effects: [ServerEffect] = []
    private var token: UInt64 = 0
    private var signers: [BinanceSigner]

    enum Identity: Int { case demo, friend, stranger, ed25519, open }

    static func accounts() -> [BinanceAccountDefinition] {
        var demo = BinanceAccountDefinition.demo()
        demo.tradeGroup = 7
        func other(_ name: String, group: Int?) -> BinanceAccountDefinition {
            BinanceAccountDefinition(
                name: name, apiKey: "key-\(name)", apiSecret: Secret("secret-\(name)"), tradeGroup: group,
                balances: [("USDT", Cash(whole: 100_000)), ("BTC", Cash(whole: 2))])
        }
        return [demo, other("friend", group: 7), other("stranger", group: nil)]
    }

    private static func signers() -> [BinanceSigner] {
        let accounts = accounts()
        var credentials = accounts.map {
            try! BinanceCredentials(apiKey: Secret($0.apiKey), key: .hmac($0.apiSecret))
        }
        let key = accounts[0].ed25519!
        credentials.append(
            try! BinanceCredentials(
                apiKey: Secret(key.apiKey), key: .ed25519(try! Ed25519PrivateKey(key.privateKey!))))
        return credentials.map { BinanceSigner($0) }
    }

    static let definition = BinanceMarkets.definition("BTCUSDT", market: MarketID(0))!

    init(
        limits: BinanceLimits = BinanceLimits(), leeway: BinanceLeeway = BinanceLeeway(), seed: UInt64 = 1,
        hasBook: Bool = true
    ) {
        server = try! BinanceServer(
            configuration: BinanceServerConfiguration(
                accounts: Self.accounts(),
                markets: [Self.definition, BinanceMarkets.definition("ETHUSDT", market: MarketID(1))!], seed: seed,
                limits: limits, leeway: leeway), startingAt: now)
        signers = Self.signers()
        if hasBook { setBook() }
        effects = []
    }

    // MARK: Flow

    /// Bids 59,999.95 and down, asks 60,000.05 and up, 1 BTC each, a cent apart.
    mutating func setBook(mid: Int64 = 6_000_000) {
        func level(_ ticks: Int64) -> BookLevel { BookLevel(Price(ticks: ticks), Quantity(lots: 100_000)) }
        let bids = (0..<25).map { level(mid - 5 - Int64($0)) }
        let asks = (0..<25).map { level(mid + 5 + Int64($0)) }
        server.apply(.book(MarketID(0), bids: bids, asks: asks), at: now, into: &effects)
    }

    mutating func trade(_ aggressor: Side, lots: Int64, limit: Int64) {
        server.apply(
            .trade(MarketID(0), aggressor: aggressor, quantity: Quantity(lots: lots), limit: Price(ticks: limit)),
            at: now, into: &effects)
    }

    /// Lets time pass, with a pong of every client at least every twenty seconds.
    mutating func advance(_ span: TimeSpan, pongs: Bool = true) {
        let end = now + span
        while pongs, now < end {
            now = min(end, now + .seconds(20))
            for connection in server.connections { server.streamPong(connection.peer, at: now, into: &effects) }
        }
        now = end
        server.advance(to: now, into: &effects)
    }

    // MARK: REST

    mutating func request(
        _ method: HTTPMethod, _ path: String, _ query: String = "", as identity: Identity = .demo,
        at time: Instant? = nil
    ) -> HTTPRequest {
        guard identity != .open else {
            return HTTPRequest(method: method, target: query.isEmpty ? path : "\(path)?\(query)")
        }
        return signers[identity.rawValue].sign(
            method, path, query: query.utf8, at: (time ?? server.venueTime).milliseconds)
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

    mutating func reply(_ request: HTTPRequest, address: String = "127.0.0.1") throws -> HTTPResponse {
        let response = send(request, address: address)
        return try #require(response)
    }

    /// Status and body as `200 {…}`; paths are below `/api/v3/`.
    mutating func call(
        _ method: HTTPMethod, _ path: String, _ query: String = "", as identity: Identity = .demo
    ) -> String {
        guard let response = send(request(method, "/api/v3/\(path)", query, as: identity)) else { return "no reply" }
        return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
    }

    mutating func open(_ path: String, _ query: String = "") -> String { call(.get, path, query, as: .open) }

    /// The parsed body of a reply that must be a success.
    mutating func json(
        _ method: HTTPMethod, _ path: String, _ query: String = "", as identity: Identity = .demo
    ) throws -> JSONValue {
        let response = try reply(request(method, "/api/v3/\(path)", query, as: identity))
        try #require(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
        return try JSONValue.parse(response.body)
    }

    /// A limit order in BTCUSDT.
    @discardableResult
    mutating func limit(
        _ side: String, _ quantity: String, at price: String, _ more: String = "", as identity: Identity = .demo
    ) throws -> JSONValue {
        try json(
            .post, "order",
            "symbol=BTCUSDT&side=\(side)&type=LIMIT&timeInForce=GTC&quantity=\(quantity)&price=\(price)\(more)",
            as: identity)
    }

    /// `free locked` of an asset.
    mutating func balance(_ asset: String, as identity: Identity = .demo) throws -> String {
        let row = try json(.get, "account", as: identity)["balances"]?.elements?.first { $0["asset"]?.text == asset }
        return "\(row?["free"]?.text ?? "?") \(row?["locked"]?.text ?? "?")"
    }

    // MARK: Streams

    mutating func connect(_ target: String, as peer: UInt64 = 1) {
        server.streamOpened(
            PeerID(peer), HTTPRequest(method: .get, target: target), at: now, into: &effects)
    }

    mutating func say(_ text: String, as peer: UInt64 = 1) { say(Array(text.utf8), as: peer) }
    mutating func say(_ bytes: [UInt8], as peer: UInt64 = 1) {
        server.streamText(PeerID(peer), bytes, at: now, into: &effects)
    }

    /// A signed request of the socket API, and its reply.
    mutating func ask(
        _ method: String, _ parameters: [(name: String, value: String)] = [], as identity: Identity = .demo,
        peer: UInt64 = 1
    ) throws -> JSONValue {
        let answer = answer(method, parameters, as: identity, peer: peer)
        return try #require(answer)
    }

    /// The same where no reply may come.
    mutating func answer(
        _ method: String, _ parameters: [(name: String, value: String)] = [], as identity: Identity = .demo,
        peer: UInt64 = 1
    ) -> JSONValue? {
        say(
            signers[identity.rawValue].webSocketRequest(
                id: "q", method: method, parameters: parameters, at: server.venueTime.milliseconds), as: peer)
        var found: JSONValue?
        for (index, effect) in effects.enumerated() {
            guard case .sendText(PeerID(peer), let bytes) = effect, let value = try? JSONValue.parse(bytes),
                value["id"] != nil
            else { continue }
            found = value
            effects.remove(at: index)
            break
        }
        return found
    }

    /// Opens a user stream on a socket of its own.
    mutating func listen(as identity: Identity = .demo, peer: UInt64 = 1) throws {
        connect("/ws-api/v3", as: peer)
        let reply = try ask("userDataStream.subscribe.signature", as: identity, peer: peer)
        #expect(reply["result"]?["subscriptionId"]?.integer == 0)
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

    /// Execution reports as `NEW/NEW z=0.01000000`, other events by name.
    mutating func userEvents(of peer: UInt64 = 1) throws -> [String] {
        try values(of: peer).map { value in
            let event = value["event"]
            guard event?["e"]?.text == "executionReport" else { return event?["e"]?.text ?? "?" }
            func text(_ name: String) -> String { event?[name]?.text ?? "?" }
            return "\(text("x"))/\(text("X")) z=\(text("z"))"
        }
    }
}
