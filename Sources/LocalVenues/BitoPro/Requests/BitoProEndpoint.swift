internal import Fundamentals
internal import MarketModel
internal import Wire

/// What a request is for, with what its path says.
enum BitoProEndpoint: Hashable, Sendable {
    case orderBook(String)
    case tradingPairs
    case limitationsAndFees
    case publicTrades(String)
    case tickers(String?)
    case place(String)
    case placeBatch
    case cancel(String, String)
    case cancelBatch
    case cancelAll(String?)
    case openOrders
    case allOrders(String)
    case trades(String)
    case order(String, String)
    case balance

    static func find(_ method: HTTPMethod, _ path: Substring) -> BitoProEndpoint? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        switch (method, parts.count > 0 ? parts[0] : "", parts.count) {
        case (.get, "order-book", 2): return .orderBook(parts[1])
        case (.get, "provisioning", 2) where parts[1] == "trading-pairs": return .tradingPairs
        case (.get, "provisioning", 2) where parts[1] == "limitations-and-fees": return .limitationsAndFees
        case (.get, "trades", 2): return .publicTrades(parts[1])
        case (.get, "tickers", 1): return .tickers(nil)
        case (.get, "tickers", 2): return .tickers(parts[1])
        case (.get, "accounts", 2) where parts[1] == "balance": return .balance
        case (_, "orders", _): return orders(method, parts)
        default: return nil
        }
    }

    private static func orders(_ method: HTTPMethod, _ parts: [String]) -> BitoProEndpoint? {
        switch (method, parts.count) {
        case (.put, 1): return .cancelBatch
        case (.get, 2): return parts[1] == "open" ? .openOrders : nil
        case (.post, 2): return parts[1] == "batch" ? .placeBatch : .place(parts[1])
        case (.delete, 2): return .cancelAll(parts[1] == "all" ? nil : parts[1])
        case (.get, 3):
            switch parts[1] {
            case "all": return .allOrders(parts[2])
            case "trades": return .trades(parts[2])
            default: return .order(parts[1], parts[2])
            }
        case (.delete, 3): return .cancel(parts[1], parts[2])
        default: return nil
        }
    }

    var isPublic: Bool {
        switch self {
        case .orderBook, .tradingPairs, .limitationsAndFees, .publicTrades, .tickers: true
        case .place, .placeBatch, .cancel, .cancelBatch, .cancelAll, .openOrders, .allOrders, .trades, .order, .balance:
            false
        }
    }

    var isBatch: Bool { self == .placeBatch || self == .cancelBatch }
}

/// Counts an account's requests by route.
struct BitoProLimiter: Sendable {
    private var general = WindowCounter(.minutes(1))
    private var places = WindowCounter(.minutes(1))
    private var cancels = WindowCounter(.minutes(1))
    private var batches = WindowCounter(.minutes(1))
    private var batchCancels = WindowCounter(.seconds(1))
    private var cancelAlls = WindowCounter(.seconds(1))
    private var openLists = WindowCounter(.seconds(1))

    /// - Throws: where the route's limit is used up.
    mutating func admit(_ endpoint: BitoProEndpoint, _ limits: BitoProLimits, at now: Instant) throws(BitoProError) {
        switch endpoint {
        case .place: try Self.count(&places, limits.placesPerMinute, now)
        case .placeBatch: try Self.count(&batches, limits.batchesPerMinute, now)
        case .cancel: try Self.count(&cancels, limits.cancelsPerMinute, now)
        case .cancelBatch: try Self.count(&batchCancels, limits.batchCancelsPerSecond, now)
        case .cancelAll: try Self.count(&cancelAlls, limits.cancelAllsPerSecond, now)
        case .openOrders: try Self.count(&openLists, limits.openListsPerSecond, now)
        case .orderBook, .tradingPairs, .limitationsAndFees, .publicTrades, .tickers, .allOrders, .trades, .order,
            .balance:
            try Self.count(&general, limits.requestsPerMinute, now)
        }
    }

    private static func count(
        _ counter: inout WindowCounter, _ limit: Int64, _ now: Instant
    ) throws(BitoProError) {
        counter.roll(to: now)
        guard counter.count < limit else { throw .tooMany }
        counter.add(1, at: now)
    }
}
