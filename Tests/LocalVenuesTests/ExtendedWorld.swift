import Cryptography
import Exchange
import Fundamentals
import MarketModel
import StarkCryptography
import Testing
import VenueExtended
import Wire

@testable import LocalVenues

/// A local Extended with three accounts, of which the first two belong to one client, and signers for them.
struct ExtendedWorld {
    static let start = Instant(milliseconds: 1_795_248_000_000 + 600_000)
    static let keys = [
        "0x7a7ff6fd3cab02ccdcd4a572563f5976f8976899b03a39773795a3c486d4986", "0x2b", "0x3c",
    ]
    /// Of BTC-USD, in ticks.
    static let mid: Int64 = 84_090

    var server: ExtendedServer
    var now = start
    var effects: [ServerEffect] = []
    /// Of what `order` sends.
    var nonce: UInt32 = 1
    private var token: UInt64 = 0
    private let signers: [ExtendedSigner]

    static func accounts() -> [ExtendedAccountDefinition] { definitions }

    /// Made once: deriving public keys takes time.
    private static let definitions = zip(["a", "b", "c"], keys).enumerated().map { index, account in
        ExtendedAccountDefinition(
            name: account.0, client: index < 2 ? "first" : "second", apiKey: "key-\(account.0)",
            vault: UInt32(10_002 + index), publicKey: try! StarkPrivateKey(hex: Secret(account.1)).publicKey,
            privateKey: Secret(account.1), balance: Cash(whole: 10_000))
    }

    static func markets() -> [ExtendedMarketDefinition] {
        ["BTC-USD", "ETH-USD"].enumerated().map { ExtendedMarkets.definition($1, market: MarketID($0))! }
    }

    init(
        limits: ExtendedLimits = ExtendedLimits(), leeway: ExtendedLeeway = ExtendedLeeway(), seed: UInt64 = 1,
        markets: [ExtendedMarketDefinition] = Self.markets(), hasBook: Bool = true
    ) {
        let configuration = ExtendedServerConfiguration(
            accounts: Self.accounts(), markets: markets, seed: seed, limits: limits, leeway: leeway)
        server = try! ExtendedServer(configuration: configuration, startingAt: now)
        signers = Self.accounts().map { account in
            ExtendedSigner(
                try! ExtendedCredentials(
                    apiKey: Secret(account.apiKey), vault: account.vault, privateKey: account.privateKey!),
                chain: .testnet)
        }
        if hasBook { setBook() }
        effects = []
    }

    // MARK: Flow

    static func level(_ ticks: Int64, _ lots: Int64) -> BookLevel {
        BookLevel(Price(ticks: ticks), Quantity(lots: lots))
    }

    /// Ten levels a side of 1 BTC each, the best two ticks apart.
    mutating func setBook(mid: Int64 = mid) {
        let bids = (1...10).map { Self.level(mid - $0, 100_000) }
        let asks = (1...10).map { Self.level(mid + $0, 100_000) }
        server.apply(.book(MarketID(0), bids: bids, asks: asks), at: now, into: &effects)
    }

    /// A market order of the flow.
    mutating func trade(_ aggressor: Side, lots: Int64, limit: Int64) {
        server.apply(
            .trade(MarketID(0), aggressor: aggressor, quantity: Quantity(lots: lots), limit: Price(ticks: limit)),
            at: now, into: &effects)
    }

    mutating func advance(_ span: TimeSpan) {
        now = now + span
        server.advance(to: now, into: &effects)
    }

    /// Lets the engine take what was accepted.
    mutating func work() { advance(.milliseconds(5)) }

    // MARK: Requests

    static let agent = [("User-Agent", "test"), ("Accept", "application/json")]

    func headers(_ account: Int?) -> HTTPHeaders {
        HTTPHeaders(Self.agent + (account.map { [("X-Api-Key", Self.accounts()[$0].apiKey)] } ?? []))
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

    /// Status and body as `200 {…}`.
    mutating func call(
        _ method: HTTPMethod, _ path: String, as account: Int? = nil, body: String = ""
    ) -> String {
        let request = HTTPRequest(
            method: method, target: path.hasPrefix("/apus") ? path : "/api/v1" + path, headers: headers(account),
            body: Array(body.utf8))
        guard let response = send(request) else { return "no reply" }
        return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
    }

    /// What a reply that must be a success says.
    mutating func data(
        _ method: HTTPMethod, _ path: String, as account: Int? = nil, body: String = ""
    ) throws -> JSONValue {
        let document = try document(method, path, as: account, body: body)
        return try #require(document["data"], "\(path) has no data")
    }

    mutating func document(
        _ method: HTTPMethod, _ path: String, as account: Int? = nil, body: String = ""
    ) throws -> JSONValue {
        let text = call(method, path, as: account, body: body)
        try #require(text.hasPrefix("200 "), "\(method.rawValue) \(path): \(text)")
        return try JSONValue.parse(Array(text.dropFirst(4).utf8))
    }

    // MARK: Orders

    /// An order of BTC-USD whose name is its nonce.
    mutating func draft(
        _ side: Side, _ quantity: String, _ price: String, market: Int = 0,
        _ change: (inout ExtendedOrderDraft) -> Void = { _ in }
    ) -> ExtendedOrderDraft {
        nonce += 1
        let definition = server.configuration.markets[market]
        var draft = ExtendedOrderDraft(
            id: "order-\(nonce)", market: definition.name, settlement: definition.settlement, side: side,
            quantity: ExactDecimal(quantity)!, price: ExactDecimal(price)!,
            expiryMilliseconds: now.milliseconds + 3_600_000, fee: ExactDecimal("0.00025")!, nonce: nonce)
        change(&draft)
        return draft
    }

    func body(_ draft: ExtendedOrderDraft, as account: Int = 0) throws -> [UInt8] {
        signers[account].body(for: try signers[account].unsigned(draft))
    }

    mutating func post(_ body: [UInt8], as account: Int = 0) -> HTTPResponse? {
        send(HTTPRequest(method: .post, target: "/api/v1/user/order", headers: headers(account), body: body))
    }

    /// Sends an order; `OK`, or the code of its refusal.
    mutating func submit(_ draft: ExtendedOrderDraft, as account: Int = 0) throws -> String {
        try verdict(post(try body(draft, as: account), as: account))
    }

    func verdict(_ response: HTTPResponse?) throws -> String {
        guard let response else { return "no reply" }
        let document = try JSONValue.parse(response.body)
        guard document["status"]?.text == "ERROR" else { return "OK" }
        return document["error"]?["code"]?.integer.map(String.init) ?? "?"
    }

    /// Places an order that must be accepted.
    /// - Returns: its external id.
    @discardableResult
    mutating func order(
        _ side: Side, _ quantity: String, _ price: String, as account: Int = 0, market: Int = 0,
        _ change: (inout ExtendedOrderDraft) -> Void = { _ in }
    ) throws -> String {
        let draft = draft(side, quantity, price, market: market, change)
        let verdict = try submit(draft, as: account)
        try #require(verdict == "OK", "\(verdict)")
        return draft.id!
    }

    /// The order of that name as `STATUS/REASON filled`, by the venue's own reply.
    mutating func state(_ name: String, as account: Int = 0) throws -> String {
        let rows = try data(.get, "/user/orders/external/\(name)", as: account).elements ?? []
        guard let row = rows.first else { return "unknown" }
        let reason = row["statusReason"]?.text.map { "/" + $0 } ?? ""
        return "\(row["status"]?.text ?? "?")\(reason) \(row["filledQty"]?.text ?? "?")"
    }

    /// Names of open orders, newest first.
    mutating func open(as account: Int = 0) throws -> [String] {
        try data(.get, "/user/orders", as: account).elements?.compactMap { $0["externalId"]?.text } ?? []
    }

    mutating func ledger(_ name: String = "a") throws -> JSONValue {
        let text = call(.get, "/apus/ledger?account=\(name)")
        try #require(text.hasPrefix("200 "))
        return try JSONValue.parse(Array(text.dropFirst(4).utf8))
    }
}
