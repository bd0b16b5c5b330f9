internal import Exchange
internal import Wire

/// A refusal as the venue words it: `{"code":-1121,"msg":"Invalid symbol."}` with an HTTP status.
struct AsterError: Error, Hashable, Sendable {
    var code: Int64
    var message: String
    var status = 400
    /// Seconds to wait, for 429 and 418.
    var retryAfter: Int64?
    /// What Binance adds to some refusals.
    var data: JSONValue?

    init(_ code: Int64, _ message: String, status: Int = 400, retryAfter: Int64? = nil) {
        self.code = code
        self.message = message
        self.status = status
        self.retryAfter = retryAfter
    }

    func write(into json: inout JSONWriter) {
        json.beginObject()
        json.member("code", code)
        json.member("msg", message)
        if let data {
            json.key("data")
            json.value(data)
        }
        json.endObject()
    }

    // MARK: Parameters

    static func missing(_ name: String) -> AsterError {
        AsterError(-1_102, "Mandatory parameter '\(name)' was not sent, was empty/null, or malformed.")
    }
    static func notRequired(_ name: String) -> AsterError {
        AsterError(-1_106, "Parameter '\(name)' sent when not required.")
    }
    static func illegalCharacters(_ name: String, legal: String) -> AsterError {
        AsterError(-1_100, "Illegal characters found in parameter '\(name)'; legal range is '\(legal)'.")
    }
    static func invalid(_ name: String) -> AsterError {
        AsterError(-1_130, "Data sent for parameter '\(name)' is not valid.")
    }
    static let badSymbol = AsterError(-1_121, "Invalid symbol.")
    static let badPrecision = AsterError(-1_111, "Precision is over the maximum defined for this asset.")
    static let priceNotOnTick = AsterError(-4_014, "Price not increased by tick size.")
    static let quantityNotOnStep = AsterError(-4_023, "Quantity not increased by step size.")
    static let noSuchOrder = AsterError(-2_013, "Order does not exist.")
    static let unknownOrderSent = AsterError(-2_011, "Unknown order sent.")
    static let unknownPath = AsterError(-1_000, "Path not found.", status: 404)

    // MARK: Business refusals

    /// What the exchange refused, in the venue's words.
    init(_ rejection: ExchangeRejection, duplicateCode: Int64) {
        self =
            switch rejection {
            case .unknownMarket: .badSymbol
            case .marketClosed: AsterError(-4_022, "Market status is not valid.")
            case .priceBelowMinimum: AsterError(-4_013, "Price less than min price.")
            case .priceAboveMaximum: AsterError(-4_002, "Price greater than max price.")
            case .priceNotOnTick: .priceNotOnTick
            case .quantityBelowMinimum: AsterError(-4_004, "Quantity less than min quantity.")
            case .quantityAboveMaximum: AsterError(-4_005, "Quantity greater than max quantity.")
            case .quantityNotOnLot: .quantityNotOnStep
            case .quantityNotPositive: AsterError(-4_003, "Quantity less than zero.")
            case .notionalTooSmall:
                AsterError(-4_164, "Order's notional must be no smaller than 5.0 (unless you choose reduce only)")
            case .priceAboveCollar: AsterError(-4_016, "Limit price can't be higher than the multiplier up.")
            case .priceBelowCollar: AsterError(-4_024, "Limit price can't be lower than the multiplier down.")
            case .marketOrderOutsideCollar, .noLiquidity:
                AsterError(-4_131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit")
            case .tooManyOpenOrders: AsterError(-2_025, "Reach max open order limit.")
            case .tooManyConditionalOrders: AsterError(-4_045, "Reach max stop order limit.")
            case .insufficientMargin, .insufficientFunds: AsterError(-2_019, "Margin is insufficient.")
            case .reduceOnlyRejected: AsterError(-2_022, "ReduceOnly Order is rejected.")
            case .wouldTriggerImmediately: AsterError(-2_021, "Order would immediately trigger.")
            case .duplicateClientOrderID: AsterError(duplicateCode, "ClientOrderId is duplicated.")
            case .unknownOrder: .noSuchOrder
            case .orderNotAmendable, .tooManyAmendments: AsterError(-4_000, "Invalid order status.")
            case .accountInLiquidation: AsterError(-2_023, "User in liquidation mode now.")
            case .invalidLeverage: AsterError(-4_028, "Leverage is not valid.")
            case .marginTypeUnchanged: AsterError(-4_046, "No need to change margin type.")
            case .marginTypeWithOpenOrders:
                AsterError(-4_047, "Margin type cannot be changed if there exists open orders.")
            case .marginTypeWithPosition: AsterError(-4_048, "Margin type cannot be changed if there exists position.")
            }
    }
}
