internal import Wire

/// Everything the spot API answers: method and path below `/api/v3/` over REST, a name of its own over a socket.
enum BinanceEndpoint: String, CaseIterable, Sendable {
    case ping = "GET ping"
    case time = "GET time"
    case exchangeInfo = "GET exchangeInfo"
    case depth = "GET depth"
    case trades = "GET trades"
    case historicalTrades = "GET historicalTrades"
    case aggregateTrades = "GET aggTrades"
    case klines = "GET klines"
    case uiKlines = "GET uiKlines"
    case averagePrice = "GET avgPrice"
    case dayTicker = "GET ticker/24hr"
    case tradingDayTicker = "GET ticker/tradingDay"
    case rollingTicker = "GET ticker"
    case priceTicker = "GET ticker/price"
    case bookTicker = "GET ticker/bookTicker"
    case referencePrice = "GET referencePrice"
    case placeOrder = "POST order"
    case testOrder = "POST order/test"
    case queryOrder = "GET order"
    case cancelOrder = "DELETE order"
    case cancelAll = "DELETE openOrders"
    case cancelReplace = "POST order/cancelReplace"
    case amendOrder = "PUT order/amend/keepPriority"
    case amendments = "GET order/amendments"
    case openOrders = "GET openOrders"
    case allOrders = "GET allOrders"
    case account = "GET account"
    case userTrades = "GET myTrades"
    case orderLimits = "GET rateLimit/order"
    case preventedMatches = "GET myPreventedMatches"
    case commission = "GET account/commission"
    case filters = "GET myFilters"

    static func find(_ method: HTTPMethod, path: Substring) -> BinanceEndpoint? {
        guard path.hasPrefix("/api/v3/") else { return nil }
        return BinanceEndpoint(rawValue: "\(method.rawValue) \(path.dropFirst(8))")
    }

    /// Methods of the socket API may be written with `v3/` in front.
    static func find(socketMethod name: String) -> BinanceEndpoint? {
        let name = name.hasPrefix("v3/") ? String(name.dropFirst(3)) : name
        return allCases.first { $0.socketMethod == name }
    }

    /// Nil for what the socket API lacks.
    var socketMethod: String? {
        switch self {
        case .ping: "ping"
        case .time: "time"
        case .exchangeInfo: "exchangeInfo"
        case .depth: "depth"
        case .trades: "trades.recent"
        case .historicalTrades: "trades.historical"
        case .aggregateTrades: "trades.aggregate"
        case .klines: "klines"
        case .uiKlines: "uiKlines"
        case .averagePrice: "avgPrice"
        case .dayTicker: "ticker.24hr"
        case .tradingDayTicker: "ticker.tradingDay"
        case .rollingTicker: "ticker"
        case .priceTicker: "ticker.price"
        case .bookTicker: "ticker.book"
        case .referencePrice: "referencePrice"
        case .placeOrder: "order.place"
        case .testOrder: "order.test"
        case .queryOrder: "order.status"
        case .cancelOrder: "order.cancel"
        case .cancelAll: "openOrders.cancelAll"
        case .cancelReplace: "order.cancelReplace"
        case .amendOrder: "order.amend.keepPriority"
        case .amendments: "order.amendments"
        case .openOrders: "openOrders.status"
        case .allOrders: "allOrders"
        case .account: "account.status"
        case .userTrades: "myTrades"
        case .orderLimits: "account.rateLimits.orders"
        case .preventedMatches: "myPreventedMatches"
        case .commission: "account.commission"
        case .filters: "myFilters"
        }
    }

    var isSigned: Bool {
        switch self {
        case .ping, .time, .exchangeInfo, .depth, .trades, .historicalTrades, .aggregateTrades, .klines, .uiKlines,
            .averagePrice, .dayTicker, .tradingDayTicker, .rollingTicker, .priceTicker, .bookTicker, .referencePrice:
            false
        case .placeOrder, .testOrder, .queryOrder, .cancelOrder, .cancelAll, .cancelReplace, .amendOrder, .amendments,
            .openOrders, .allOrders, .account, .userTrades, .orderLimits, .preventedMatches, .commission, .filters:
            true
        }
    }

    /// Whether a success weighs nothing: placing and canceling.
    var isFreeOnSuccess: Bool { [.placeOrder, .cancelOrder, .cancelAll, .cancelReplace].contains(self) }

    /// Whether replies carry the account's order counters.
    var countsOrders: Bool { [.placeOrder, .cancelReplace].contains(self) }

    /// Request weight; malformed limits weigh like absent ones.
    func weight(_ parameters: BinanceParameters) -> Int64 {
        let one = parameters.text("symbol") != nil
        switch self {
        case .ping, .time, .placeOrder, .cancelOrder, .cancelAll, .cancelReplace: return 1
        case .testOrder: return parameters.text("computeCommissionRates")?.lowercased() == "true" ? 20 : 1
        case .depth:
            switch parameters.text("limit").flatMap({ Int64($0) }) ?? 100 {
            case ...100: return 5
            case ...500: return 25
            case ...1_000: return 50
            default: return 250
            }
        case .klines, .uiKlines, .averagePrice, .referencePrice: return 2
        case .priceTicker, .bookTicker: return one ? 2 : 4
        case .dayTicker: return one ? 2 : 80
        case .aggregateTrades, .tradingDayTicker, .rollingTicker, .queryOrder, .amendOrder, .amendments: return 4
        case .openOrders: return one ? 6 : 80
        case .exchangeInfo, .allOrders, .account, .commission: return 20
        case .userTrades: return parameters.text("orderId") != nil ? 5 : 20
        case .preventedMatches: return parameters.text("preventedMatchId") != nil ? 2 : 20
        case .trades, .historicalTrades: return 25
        case .orderLimits, .filters: return 40
        }
    }
}
