internal import Exchange
internal import MarketModel

/// Refusals have the same shape in the whole Binance family; the words of the spot API are below.
typealias BinanceError = AsterError
/// Parameters are read by the same rules in the whole Binance family.
typealias BinanceParameters = AsterParameters

extension AsterError {
    static func filter(_ name: String) -> BinanceError { BinanceError(-1_013, "Filter failure: \(name)") }
    static func rejected(_ reason: String) -> BinanceError { BinanceError(-2_010, reason) }
    static let tooPrecise = BinanceError(-1_111, "Precision is over the maximum defined for this asset.")
    static let badCombination = BinanceError(-1_128, "Combination of optional parameters invalid.")
    static let untimely = BinanceError(-1_021, "Timestamp for this request is outside of the recvWindow.")
    static let early = BinanceError(-1_021, "Timestamp for this request was 1000ms ahead of the server's time.")
    static let badSignature = BinanceError(-1_022, "Signature for this request is not valid.")
    static let badKeyFormat = BinanceError(-2_014, "API-key format invalid.", status: 401)
    static let badKey = BinanceError(-2_015, "Invalid API-key, IP, or permissions for action.", status: 401)
    static let wouldTake = BinanceError.rejected("Order would immediately match and take.")

    /// What the exchange refused of a spot order, in the venue's words.
    init(spot rejection: ExchangeRejection, isMarket: Bool = false) {
        self =
            switch rejection {
            case .unknownMarket: .badSymbol
            case .marketClosed: .rejected("Market is closed.")
            case .priceBelowMinimum, .priceAboveMaximum, .priceNotOnTick: .filter("PRICE_FILTER")
            case .quantityAboveMaximum: .filter(isMarket ? "MARKET_LOT_SIZE" : "LOT_SIZE")
            case .quantityBelowMinimum, .quantityNotOnLot: .filter("LOT_SIZE")
            case .quantityNotPositive: BinanceError(-1_013, "Invalid quantity.")
            case .notionalTooSmall: .filter("NOTIONAL")
            case .priceAboveCollar, .priceBelowCollar: .filter("PERCENT_PRICE_BY_SIDE")
            case .marketOrderOutsideCollar, .noLiquidity:
                .rejected("Order book liquidity is less than symbol minimum quantity.")
            case .tooManyOpenOrders: .filter("MAX_NUM_ORDERS")
            case .tooManyConditionalOrders: .filter("MAX_NUM_ALGO_ORDERS")
            case .insufficientFunds, .insufficientMargin:
                .rejected("Account has insufficient balance for requested action.")
            case .wouldTriggerImmediately: .rejected("Stop price would trigger immediately.")
            case .duplicateClientOrderID: .rejected("Duplicate order sent.")
            case .unknownOrder: .unknownOrderSent
            case .orderNotAmendable, .tooManyAmendments: BinanceError(-2_038, "This order cannot be amended.")
            case .reduceOnlyRejected, .accountInLiquidation, .invalidLeverage, .marginTypeUnchanged,
                .marginTypeWithOpenOrders, .marginTypeWithPosition:
                .rejected("This action is disabled on this account.")
            }
    }
}
