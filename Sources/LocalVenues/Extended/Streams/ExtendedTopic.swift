internal import Fundamentals
internal import MarketModel
internal import Wire

/// What can be listened to. A nil market is all of them.
enum ExtendedTopic: Hashable, Sendable {
    enum Depth: Hashable, Sendable { case full, best }
    enum Source: String, Hashable, Sendable { case mark, index }

    case book(MarketID?, Depth)
    case trades(MarketID?)
    case funding(MarketID?)
    case prices(Source, MarketID?)
    /// The interval as the client wrote it is part of the topic's name.
    case candles(MarketID, CandleSource, CandleInterval, String)
    /// Index among the server's accounts.
    case account(Int)

    /// Whether what is told about `other`, one market's topic, belongs here.
    func includes(_ other: ExtendedTopic) -> Bool {
        switch (self, other) {
        case (.book(nil, let depth), .book(_, let told)): depth == told
        case (.trades(nil), .trades), (.funding(nil), .funding): true
        case (.prices(let source, nil), .prices(let told, _)): source == told
        default: self == other
        }
    }

    /// Whether a full book of that market is listened to.
    func hears(_ market: MarketID, _ depth: Depth) -> Bool { includes(.book(market, depth)) }

    var isAccount: Bool {
        if case .account = self { true } else { false }
    }

    var isBook: Bool {
        if case .book = self { true } else { false }
    }
}

extension ExtendedServer {
    // MARK: Version 1: the path is the topic

    private static let version1 = "/stream.extended.exchange/v1/"
    private static let version2 = "/stream.extended.exchange/v2/rpc"

    /// What a handshake asks for.
    enum StreamRequest {
        case topic(ExtendedTopic)
        case rpc
    }

    /// - Throws: 404 for a path without a stream, 401 for an account stream without a key.
    func streamRequest(_ request: HTTPRequest) throws(ExtendedError) -> StreamRequest {
        let path = request.path
        if path == Self.version2 { return .rpc }
        guard path.hasPrefix(Self.version1) else { throw .notFound }
        let parts = path.dropFirst(Self.version1.count).split(separator: "/", omittingEmptySubsequences: false)
            .map(String.init)
        let query = try ExtendedQuery(request.query ?? "")
        switch (parts.first, parts.count) {
        case ("orderbooks", 1...2):
            let depth: ExtendedTopic.Depth
            switch query.text("depth") {
            case nil: depth = .full
            case "1": depth = .best
            case .some: throw .badRequest("parameter 'depth' must be 1, or absent")
            }
            return .topic(.book(try optionalMarket(parts, 1), depth))
        case ("publicTrades", 1...2): return .topic(.trades(try optionalMarket(parts, 1)))
        case ("funding", 1...2): return .topic(.funding(try optionalMarket(parts, 1)))
        case ("prices", 2...3):
            guard let source = ExtendedTopic.Source(rawValue: parts[1]) else { throw .notFound }
            return .topic(.prices(source, try optionalMarket(parts, 2)))
        case ("candles", 3):
            let source: CandleSource
            switch parts[2] {
            case "trades": source = .last
            case "mark-prices": source = .mark
            case "index-prices": source = .index
            default: throw .notFound
            }
            return .topic(try candles(parts[1], source, try query.required("interval")))
        case ("account", 1): return .topic(.account(try authenticate(request)))
        default: throw .notFound
        }
    }

    private func optionalMarket(_ parts: [String], _ index: Int) throws(ExtendedError) -> MarketID? {
        guard parts.count > index else { return nil }
        return try market(named: parts[index]).id
    }

    private func candles(
        _ name: String, _ source: CandleSource, _ text: String
    ) throws(ExtendedError) -> ExtendedTopic {
        guard let interval = CandleInterval(extended: text) else {
            throw ExtendedError(1_005, "Interval is not supported")
        }
        return .candles(try market(named: name).id, source, interval, text)
    }

    // MARK: Version 2: scope and selector

    /// The topic of a subscription.
    func topic(
        scope: String, selector: JSONValue, key: String?
    ) throws(ExtendedRPCError) -> ExtendedTopic {
        switch scope {
        case "orderbooks":
            guard selector["rfqOnly"]?.boolean != true else { throw .parameters("there is no RFQ market") }
            let depth: ExtendedTopic.Depth
            switch selector["depth"]?.numeral ?? "full" {
            case "full": depth = .full
            case "1": depth = .best
            default: throw .parameters("depth must be \"full\" or \"1\"")
            }
            return .book(try market(in: selector), depth)
        case "trades": return .trades(try market(in: selector))
        case "funding-rates": return .funding(try market(in: selector))
        case "prices":
            guard let source = ExtendedTopic.Source(rawValue: selector["type"]?.text ?? "") else {
                throw .parameters("type must be \"mark\" or \"index\"")
            }
            return .prices(source, try market(in: selector))
        case "candles": return try candles(in: selector)
        case "account":
            guard let key, let index = accounts.firstIndex(where: { $0.definition.apiKey == key }),
                selector["account"]?.integer == accounts[index].number
            else { throw .unauthorized }
            return .account(index)
        default: throw .parameters("unknown scope '\(scope)'")
        }
    }

    private func market(in selector: JSONValue) throws(ExtendedRPCError) -> MarketID? {
        switch selector["market"] {
        case nil, .null: return nil
        case .some(let value):
            guard let name = value.text, let market = markets.first(where: { $0.definition.name == name }) else {
                throw .parameters("unknown market")
            }
            return market.id
        }
    }

    private func candles(in selector: JSONValue) throws(ExtendedRPCError) -> ExtendedTopic {
        let source: CandleSource
        switch selector["type"]?.text {
        case "last": source = .last
        case "mark": source = .mark
        case "index": source = .index
        default: throw .parameters("type must be \"last\", \"mark\" or \"index\"")
        }
        guard let market = try market(in: selector) else { throw .parameters("a market is needed") }
        guard let text = selector["interval"]?.text, let interval = CandleInterval(extended: text) else {
            throw .parameters("unknown interval")
        }
        return .candles(market, source, interval, text)
    }

    /// The topic's id in version 2.
    func name(of topic: ExtendedTopic) -> String {
        switch topic {
        case .book(let market, .full): "orderbooks.\(label(market))"
        case .book(let market, .best): "orderbooks.1.\(label(market))"
        case .trades(let market): "trades.\(label(market))"
        case .funding(let market): "funding-rates.\(label(market))"
        case .prices(let source, let market): "prices.\(source.rawValue).\(label(market))"
        case .candles(let market, let source, _, let interval):
            "candles.\(source.rpcName).\(label(market)).\(interval)"
        case .account(let index): "account.\(accounts[index].number)"
        }
    }

    private func label(_ market: MarketID?) -> String { market.map { markets[$0.index].definition.name } ?? "all" }
}

extension CandleSource {
    fileprivate var rpcName: String {
        switch self {
        case .last: "last"
        case .mark: "mark"
        case .index: "index"
        }
    }
}
