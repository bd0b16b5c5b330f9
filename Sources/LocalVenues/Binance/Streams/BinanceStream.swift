internal import Fundamentals
internal import MarketModel
internal import Wire

/// What a WebSocket was opened for.
enum BinanceOpening: Hashable, Sendable {
    case streams([String], isCombined: Bool)
    /// The socket API, and whether its replies tell the rate limits.
    case api(returnsRateLimits: Bool)

    /// `/ws`, `/ws/<stream>/<stream>`, `/stream`, `/stream?streams=a/b`, `/ws-api/v3`; nil for all else.
    init?(target: String) {
        let (path, query) = AsterServer.split(target)
        guard let fields = try? FormFields.parse(query) else { return nil }
        switch path {
        case "/ws", "/ws/": self = .streams([], isCombined: false)
        case "/stream", "/stream/":
            self = .streams((fields["streams"] ?? "").split(separator: "/").map(String.init), isCombined: true)
        case "/ws-api/v3", "/ws-api/v3/": self = .api(returnsRateLimits: fields["returnRateLimits"] != "false")
        default:
            guard path.hasPrefix("/ws/") else { return nil }
            self = .streams(path.dropFirst(4).split(separator: "/").map(String.init), isCombined: false)
        }
    }
}

/// What can be subscribed to.
enum BinanceStream: Hashable, Sendable {
    case aggregateTrades(MarketID)
    case trades(MarketID)
    case candles(MarketID, CandleInterval)
    case miniTicker(MarketID)
    case allMiniTickers
    case ticker(MarketID)
    case averagePrice(MarketID)
    case touch(MarketID)
    case top(MarketID, levels: Int, StreamCadence)
    case depth(MarketID, StreamCadence)

    /// Nil for streams that are told at once.
    var cadence: StreamCadence? {
        switch self {
        case .top(_, _, let cadence), .depth(_, let cadence): cadence
        case .candles: .twoSeconds
        case .miniTicker, .allMiniTickers, .ticker, .averagePrice: .oneSecond
        case .aggregateTrades, .trades, .touch: nil
        }
    }

    /// Whether a print changes it.
    func followsTrades(of market: MarketID) -> Bool {
        switch self {
        case .miniTicker(market), .ticker(market), .averagePrice(market), .allMiniTickers: true
        case .miniTicker, .ticker, .averagePrice, .aggregateTrades, .trades, .candles, .touch, .top, .depth: false
        }
    }
}

extension BinanceServer {
    /// The stream of that name; nil for names the venue acknowledges and never sends.
    func stream(named name: String) -> BinanceStream? {
        if name == "!miniTicker@arr" { return .allMiniTickers }
        guard let at = name.utf8.firstIndex(of: UInt8(ascii: "@")) else { return nil }
        let symbol = name[..<at]
        guard let market = markets.first(where: { $0.lowerSymbol == symbol })?.id else { return nil }
        return Self.stream(kind: name[name.utf8.index(after: at)...], market)
    }

    private static func stream(kind: Substring, _ market: MarketID) -> BinanceStream? {
        switch kind {
        case "aggTrade": return .aggregateTrades(market)
        case "trade": return .trades(market)
        case "miniTicker": return .miniTicker(market)
        case "ticker": return .ticker(market)
        case "avgPrice": return .averagePrice(market)
        case "bookTicker": return .touch(market)
        default: break
        }
        if kind.hasPrefix("kline_") {
            return CandleInterval(rawValue: String(kind.dropFirst(6))).map { .candles(market, $0) }
        }
        guard kind.hasPrefix("depth") else { return nil }
        let parts = kind.dropFirst(5).split(separator: "@", omittingEmptySubsequences: false)
        let cadence: StreamCadence
        switch parts.count == 2 ? parts[1] : "1000ms" {
        case "100ms": cadence = .milliseconds100
        case "1000ms": cadence = .oneSecond
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

/// What is known about a stream that somebody listens to.
struct BinanceStreamState: Sendable {
    let stream: BinanceStream
    var subscribers = 1
    /// When the next frame may go out; `distantFuture` while there is nothing to tell.
    var dueAt = Instant.distantFuture
    var depth = DepthBuffer(previousID: 0)
    /// Opening time of the candle that was sent last.
    var lastOpen = Instant.distantPast

    init(_ stream: BinanceStream) { self.stream = stream }

    mutating func touch(at now: Instant) {
        guard dueAt == .distantFuture, let cadence = stream.cadence else { return }
        dueAt = cadence.next(after: now)
    }
}
