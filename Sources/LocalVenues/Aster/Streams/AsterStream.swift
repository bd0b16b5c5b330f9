internal import Fundamentals
internal import MarketModel

/// How often a stream is told what changed; each beats on whole multiples of its length.
enum StreamCadence: Int64, Hashable, Sendable {
    case milliseconds100 = 100
    case milliseconds250 = 250
    case milliseconds500 = 500
    case oneSecond = 1_000
    case twoSeconds = 2_000
    case threeSeconds = 3_000

    /// The first beat after `now`.
    func next(after now: Instant) -> Instant {
        let length = rawValue * 1_000_000
        return Instant(nanoseconds: (now.nanoseconds / length + 1) * length)
    }
}

/// What can be subscribed to.
enum AsterStream: Hashable, Sendable {
    case aggregateTrades(MarketID)
    case mark(MarketID, StreamCadence)
    case allMarks(StreamCadence)
    case candles(MarketID, CandleInterval)
    case miniTicker(MarketID)
    case allMiniTickers
    case ticker(MarketID)
    case allTickers
    case touch(MarketID)
    case allTouches
    case top(MarketID, levels: Int, StreamCadence)
    case depth(MarketID, StreamCadence)
    case liquidations(MarketID)
    case allLiquidations
    /// `tradepro`: every print, with who made it.
    case signedTrades(MarketID)
    /// User data of the account at that index.
    case user(Int, key: String)

    /// Nil for streams that are told at once.
    var cadence: StreamCadence? {
        switch self {
        case .aggregateTrades: .milliseconds100
        case .mark(_, let cadence), .allMarks(let cadence), .top(_, _, let cadence), .depth(_, let cadence): cadence
        case .candles: .milliseconds250
        case .miniTicker, .ticker: .milliseconds500
        case .allMiniTickers, .allTickers: .oneSecond
        case .touch, .allTouches, .liquidations, .allLiquidations, .signedTrades, .user: nil
        }
    }

    /// Whether the stream beats even when nothing changed.
    var isSteady: Bool {
        switch self {
        case .mark, .allMarks, .candles: true
        case .aggregateTrades, .top, .depth, .miniTicker, .ticker, .allMiniTickers, .allTickers, .touch, .allTouches,
            .liquidations, .allLiquidations, .signedTrades, .user:
            false
        }
    }

    var isUser: Bool {
        if case .user = self { return true }
        return false
    }
}

extension AsterServer {
    /// The stream of that name; nil for names the venue acknowledges and never sends.
    func stream(named name: String) -> AsterStream? {
        if let index = accounts.firstIndex(where: { $0.listenKey?.text == name }) { return .user(index, key: name) }
        switch name {
        case "!markPrice@arr": return .allMarks(.threeSeconds)
        case "!markPrice@arr@1s": return .allMarks(.oneSecond)
        case "!miniTicker@arr": return .allMiniTickers
        case "!ticker@arr": return .allTickers
        case "!bookTicker": return .allTouches
        case "!forceOrder@arr": return .allLiquidations
        default: break
        }
        guard let at = name.utf8.firstIndex(of: UInt8(ascii: "@")) else { return nil }
        let symbol = name[..<at]
        guard let market = markets.first(where: { $0.lowerSymbol == symbol })?.id else { return nil }
        return Self.stream(kind: name[name.utf8.index(after: at)...], market)
    }

    private static func stream(kind: Substring, _ market: MarketID) -> AsterStream? {
        switch kind {
        case "aggTrade": return .aggregateTrades(market)
        case "markPrice": return .mark(market, .threeSeconds)
        case "markPrice@1s": return .mark(market, .oneSecond)
        case "miniTicker": return .miniTicker(market)
        case "ticker": return .ticker(market)
        case "bookTicker": return .touch(market)
        case "forceOrder": return .liquidations(market)
        case "tradepro": return .signedTrades(market)
        default: break
        }
        if kind.hasPrefix("kline_") {
            return CandleInterval(rawValue: String(kind.dropFirst(6))).map { .candles(market, $0) }
        }
        guard kind.hasPrefix("depth") else { return nil }
        let parts = kind.dropFirst(5).split(separator: "@", omittingEmptySubsequences: false)
        let cadence: StreamCadence
        switch parts.count == 2 ? parts[1] : "250ms" {
        case "100ms": cadence = .milliseconds100
        case "250ms": cadence = .milliseconds250
        case "500ms": cadence = .milliseconds500
        default: return nil
        }
        guard parts.count <= 2 else { return nil }
        switch parts[0] {
        case "": return .depth(market, cadence)
        case "5": return .top(market, levels: 5, cadence)
        case "10": return .top(market, levels: 10, cadence)
        case "20": return .top(market, levels: 20, cadence)
        default: return nil
        }
    }
}
