internal import Exchange
internal import Wire

/// An application error: an envelope with HTTP status 200 and a status of its own.
///
/// Only 2021 and 2061 have documented meanings. The other numbers are known to be refusals of orders; which is which is
/// chosen here.
struct ACEError: Error, Hashable, Sendable {
    var status: Int64
    var message: String

    init(_ status: Int64, _ message: String) {
        self.status = status
        self.message = message
    }

    static let alreadyOver = ACEError(2_061, "委託單已成交或已撤銷")
    static let insufficientFunds = ACEError(2_021, "餘額不足")
    static let signature = ACEError(10_012, "signKey error")

    static func bad(_ name: String, _ expected: String) -> ACEError {
        ACEError(9_996, "parameter error: \(name) must be \(expected)")
    }

    init(_ rejection: ExchangeRejection) {
        self =
            switch rejection {
            case .insufficientFunds, .insufficientMargin: .insufficientFunds
            case .quantityBelowMinimum, .quantityNotPositive, .notionalTooSmall:
                ACEError(2_003, "the amount is below the minimum")
            case .quantityAboveMaximum: ACEError(2_004, "the amount is above the maximum")
            case .priceBelowMinimum, .priceAboveMaximum, .priceAboveCollar, .priceBelowCollar:
                ACEError(2_005, "the price is out of range")
            case .marketClosed, .unknownMarket: ACEError(2_036, "the market is closed")
            case .priceNotOnTick, .quantityNotOnLot: ACEError(2_039, "too many decimals")
            case .marketOrderOutsideCollar, .noLiquidity: ACEError(2_053, "there is no counterparty")
            case .duplicateClientOrderID: ACEError(2_063, "customOrderId is in use")
            case .tooManyOpenOrders, .tooManyConditionalOrders: ACEError(20_183, "too many open orders")
            case .unknownOrder: .alreadyOver
            case .reduceOnlyRejected, .wouldTriggerImmediately, .orderNotAmendable, .tooManyAmendments,
                .accountInLiquidation, .invalidLeverage, .marginTypeUnchanged, .marginTypeWithOpenOrders,
                .marginTypeWithPosition:
                ACEError(9_996, "bad request")
            }
    }

    /// The members of an envelope without an attachment.
    func write(into json: inout JSONWriter) {
        json.beginObject()
        json.key("attachment")
        json.null()
        json.member("message", message)
        json.key("parameters")
        json.null()
        json.member("status", status)
        json.endObject()
    }
}
