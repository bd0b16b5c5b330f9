internal import Exchange
internal import MarketModel
internal import Wire

/// An error as the venue tells it: an HTTP status and `{"error":"…"}`.
struct BitoProError: Error, Hashable, Sendable {
    var status: Int
    var text: String

    init(_ status: Int, _ text: String) {
        self.status = status
        self.text = text
    }

    static let signature = BitoProError(401, "Invalid Signature")
    static let parameter = BitoProError(400, "Wrong parameter")
    static let notFound = BitoProError(404, "Resource Not Found")
    static let time = BitoProError(409, "Local Machine Time Mismatch")
    static let tooMany = BitoProError(429, "Too Many Requests")

    init(_ rejection: ExchangeRejection, _ order: NewOrder, base: String, quote: String) {
        self =
            switch rejection {
            case .insufficientFunds, .insufficientMargin:
                BitoProError(400, "Balance for \(order.side == .buy ? quote : base) not enough")
            case .quantityBelowMinimum, .quantityNotPositive, .notionalTooSmall, .quantityAboveMaximum,
                .quantityNotOnLot:
                BitoProError(422, "Invalid amount")
            case .priceBelowMinimum, .priceAboveMaximum, .priceAboveCollar, .priceBelowCollar, .priceNotOnTick:
                BitoProError(422, "Invalid price")
            case .marketClosed, .unknownMarket: BitoProError(400, "Invalid pair")
            case .marketOrderOutsideCollar, .noLiquidity: BitoProError(422, "Invalid amount: no liquidity")
            case .tooManyOpenOrders, .tooManyConditionalOrders: BitoProError(422, "Open order limit exceeded")
            case .unknownOrder: BitoProError(400, "Order status invalid")
            case .duplicateClientOrderID, .reduceOnlyRejected, .wouldTriggerImmediately, .orderNotAmendable,
                .tooManyAmendments, .accountInLiquidation, .invalidLeverage, .marginTypeUnchanged,
                .marginTypeWithOpenOrders, .marginTypeWithPosition:
                .parameter
            }
    }

    var response: HTTPResponse {
        var json = JSONWriter()
        json.beginObject()
        json.member("error", text)
        json.endObject()
        return HTTPResponse(status: status, headers: Self.contentType, body: json.bytes)
    }

    static let contentType = HTTPHeaders([("Content-Type", "application/json; charset=utf-8")])
}
