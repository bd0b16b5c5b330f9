internal import Wire

/// What the venue can be asked.
enum MAXEndpoint: Hashable, Sendable, CaseIterable {
    case timestamp, markets, depth, publicTrades, ticker, tickers
    case info, accounts
    case place, cancel, cancelAll, order, openOrders, closedOrders, orderHistory
    case orderTrades, trades

    var method: HTTPMethod {
        switch self {
        case .place: .post
        case .cancel, .cancelAll: .delete
        case .timestamp, .markets, .depth, .publicTrades, .ticker, .tickers, .info, .accounts, .order, .openOrders,
            .closedOrders, .orderHistory, .orderTrades, .trades:
            .get
        }
    }

    var path: String {
        switch self {
        case .timestamp: "/api/v3/timestamp"
        case .markets: "/api/v3/markets"
        case .depth: "/api/v3/depth"
        case .publicTrades: "/api/v3/trades"
        case .ticker: "/api/v3/ticker"
        case .tickers: "/api/v3/tickers"
        case .info: "/api/v3/info"
        case .accounts: "/api/v3/wallet/spot/accounts"
        case .place: "/api/v3/wallet/spot/order"
        case .cancelAll: "/api/v3/wallet/spot/orders"
        case .cancel, .order: "/api/v3/order"
        case .openOrders: "/api/v3/wallet/spot/orders/open"
        case .closedOrders: "/api/v3/wallet/spot/orders/closed"
        case .orderHistory: "/api/v3/wallet/spot/orders/history"
        case .orderTrades: "/api/v3/order/trades"
        case .trades: "/api/v3/wallet/spot/trades"
        }
    }

    var isPublic: Bool {
        switch self {
        case .timestamp, .markets, .depth, .publicTrades, .ticker, .tickers: true
        case .info, .accounts, .place, .cancel, .cancelAll, .order, .openOrders, .closedOrders, .orderHistory,
            .orderTrades, .trades:
            false
        }
    }

    static func find(_ method: HTTPMethod, _ path: Substring) -> MAXEndpoint? {
        allCases.first { $0.method == method && $0.path == path }
    }
}
