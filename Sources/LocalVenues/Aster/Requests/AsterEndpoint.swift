internal import VenueAster
internal import Wire

/// Everything the venue answers over REST, under its name in both API generations.
enum AsterEndpoint: String, CaseIterable, Sendable {
    case ping = "GET ping"
    case time = "GET time"
    case exchangeInfo = "GET exchangeInfo"
    case depth = "GET depth"
    case trades = "GET trades"
    case historicalTrades = "GET historicalTrades"
    case aggregateTrades = "GET aggTrades"
    case klines = "GET klines"
    case indexPriceKlines = "GET indexPriceKlines"
    case markPriceKlines = "GET markPriceKlines"
    case premiumIndex = "GET premiumIndex"
    case fundingRate = "GET fundingRate"
    case fundingInfo = "GET fundingInfo"
    case dayTicker = "GET ticker/24hr"
    case priceTicker = "GET ticker/price"
    case bookTicker = "GET ticker/bookTicker"
    case openInterest = "GET openInterest"
    case indexReferences = "GET indexreferences"
    case remainingNotional = "GET remainingOpenableNotionalValue"
    case placeOrder = "POST order"
    case testOrder = "POST order/test"
    case amendOrder = "PUT order"
    case queryOrder = "GET order"
    case cancelOrder = "DELETE order"
    case placeBatch = "POST batchOrders"
    case amendBatch = "PUT batchOrders"
    case cancelBatch = "DELETE batchOrders"
    case guardedCancel = "DELETE guardedCancelOrder"
    case guardedCancelBatch = "DELETE guardedBatchOrders"
    case cancelAll = "DELETE allOpenOrders"
    case countdown = "POST countdownCancelAll"
    case openOrder = "GET openOrder"
    case openOrders = "GET openOrders"
    case allOrders = "GET allOrders"
    case balance = "GET balance"
    case account = "GET account"
    case accountWithJoinMargin = "GET accountWithJoinMargin"
    case positionRisk = "GET positionRisk"
    case userTrades = "GET userTrades"
    case income = "GET income"
    case leverage = "POST leverage"
    case marginType = "POST marginType"
    case positionMargin = "POST positionMargin"
    case positionMarginHistory = "GET positionMargin/history"
    case positionMode = "GET positionSide/dual"
    case setPositionMode = "POST positionSide/dual"
    case multiAssets = "GET multiAssetsMargin"
    case setMultiAssets = "POST multiAssetsMargin"
    case leverageBracket = "GET leverageBracket"
    case adlQuantile = "GET adlQuantile"
    case forceOrders = "GET forceOrders"
    case commissionRate = "GET commissionRate"
    case createListenKey = "POST listenKey"
    case keepListenKey = "PUT listenKey"
    case closeListenKey = "DELETE listenKey"
    case selfTradeMode = "GET stpMode"
    case setSelfTradeMode = "POST stpMode"
    case noop = "POST noop"
    case protection = "GET mmp"
    case setProtection = "POST mmp"
    case removeProtection = "DELETE mmp"
    case resetProtection = "POST mmpReset"
    case transfer = "POST asset/wallet/transfer"

    enum Security: Sendable { case open, userStream, signed }

    /// The endpoint of a path, or nil where the venue has none.
    static func find(
        _ method: HTTPMethod, path: Substring, as dialect: AsterDialect
    ) -> (AsterEndpoint, AsterVersion)? {
        guard path.hasPrefix("/fapi/v") else { return nil }
        let rest = path.dropFirst(7)
        guard let version = rest.first, rest.dropFirst().first == "/" else { return nil }
        guard let endpoint = AsterEndpoint(rawValue: "\(method.rawValue) \(rest.dropFirst(2))") else { return nil }
        if dialect == .binanceFutures { return endpoint.isOnBinance(version) ? (endpoint, .v1) : nil }
        switch version {
        case "3": return (endpoint, .v3)
        case "1": return endpoint.isInV1 ? (endpoint, .v1) : nil
        case "2": return endpoint == .balance || endpoint == .positionRisk ? (endpoint, .v1) : nil
        case "4": return endpoint == .account ? (endpoint, .v1) : nil
        default: return nil
        }
    }

    /// Binance has amendments in V1, and V2 and V3 of what tells of the account; keys sign all of them.
    private func isOnBinance(_ version: Character) -> Bool {
        switch (self, version) {
        case (.balance, "2"), (.balance, "3"), (.account, "2"), (.account, "3"), (.positionRisk, "2"),
            (.positionRisk, "3"), (.amendOrder, "1"), (.amendBatch, "1"):
            true
        case (_, "1"): isInV1 && self != .remainingNotional && self != .transfer
        default: false
        }
    }

    /// Balance, account and position risk have versions of their own; some endpoints came only with V3.
    private var isInV1: Bool {
        let v3Only: [AsterEndpoint] = [
            .balance, .account, .positionRisk, .accountWithJoinMargin, .amendOrder, .amendBatch, .selfTradeMode,
            .setSelfTradeMode, .noop, .indexReferences, .guardedCancel, .guardedCancelBatch, .protection,
            .setProtection, .removeProtection, .resetProtection,
        ]
        return !v3Only.contains(self)
    }

    /// Only the remaining notional is signed in one generation and open in the other, as live.
    func security(in generation: AsterVersion) -> Security {
        self == .remainingNotional && generation == .v1 ? .signed : security
    }

    private var security: Security {
        switch self {
        case .ping, .time, .exchangeInfo, .depth, .trades, .historicalTrades, .aggregateTrades, .klines,
            .indexPriceKlines, .markPriceKlines, .premiumIndex, .fundingRate, .fundingInfo, .dayTicker, .priceTicker,
            .bookTicker, .openInterest, .indexReferences, .remainingNotional:
            .open
        case .createListenKey, .keepListenKey, .closeListenKey: .userStream
        case .placeOrder, .testOrder, .amendOrder, .queryOrder, .cancelOrder, .placeBatch, .amendBatch, .cancelBatch,
            .cancelAll, .countdown, .openOrder, .openOrders, .allOrders, .balance, .account, .accountWithJoinMargin,
            .positionRisk, .userTrades, .income, .leverage, .marginType, .positionMargin, .positionMarginHistory,
            .positionMode, .setPositionMode, .multiAssets, .setMultiAssets, .leverageBracket, .adlQuantile,
            .forceOrders, .commissionRate, .selfTradeMode, .setSelfTradeMode, .noop, .guardedCancel,
            .guardedCancelBatch, .protection, .setProtection, .removeProtection, .resetProtection, .transfer:
            .signed
        }
    }

    /// Request weight; malformed limits weigh like absent ones.
    func weight(_ parameters: AsterParameters) -> Int64 {
        let one = parameters.text("symbol") != nil
        switch self {
        case .depth:
            switch parameters.text("limit") {
            case "5", "10", "20", "50": return 2
            case "100": return 5
            case "1000": return 20
            case .some, nil: return 10
            }
        case .klines, .indexPriceKlines, .markPriceKlines:
            switch parameters.text("limit").flatMap({ Int64($0) }) ?? 500 {
            case ..<100: return 1
            case ..<500: return 2
            case ...1_000: return 5
            default: return 10
            }
        case .historicalTrades, .aggregateTrades, .commissionRate, .remainingNotional: return 20
        case .dayTicker, .openOrders: return one ? 1 : 40
        case .priceTicker, .bookTicker: return one ? 1 : 2
        case .placeBatch, .amendBatch, .allOrders, .balance, .account, .accountWithJoinMargin, .positionRisk,
            .userTrades, .adlQuantile, .transfer:
            return 5
        case .countdown: return 10
        case .income, .positionMode, .multiAssets, .selfTradeMode: return 30
        case .forceOrders: return one ? 20 : 50
        case .ping, .time, .exchangeInfo, .trades, .premiumIndex, .fundingRate, .fundingInfo, .openInterest,
            .placeOrder, .testOrder, .amendOrder, .queryOrder, .cancelOrder, .cancelBatch, .cancelAll, .openOrder,
            .leverage, .marginType, .positionMargin, .positionMarginHistory, .setPositionMode, .setMultiAssets,
            .leverageBracket, .createListenKey, .keepListenKey, .closeListenKey, .setSelfTradeMode, .noop,
            .indexReferences, .guardedCancel, .guardedCancelBatch, .protection, .setProtection, .removeProtection,
            .resetProtection:
            return 1
        }
    }
}
