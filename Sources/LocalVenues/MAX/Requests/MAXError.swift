internal import Exchange
internal import VenueMAX
internal import Wire

/// A refusal in the venue's envelope.
struct MAXError: Error, Hashable, Sendable {
    var code: Int64
    var message: String
    var status: Int
    /// Seconds since 1970.
    var retryAfter: Int64?

    init(_ code: Int64, _ message: String, status: Int = 400, retryAfter: Int64? = nil) {
        self.code = code
        self.message = message
        self.status = status
        self.retryAfter = retryAfter
    }

    static let noRoute = MAXError(404, "Not Found", status: 404)
    static let orderNotFound = MAXError(MAXErrorCode.orderNotFound, "Order doesn't exist.", status: 404)

    static func invalid(_ name: String) -> MAXError {
        MAXError(MAXErrorCode.invalidParameter, "\(name) does not have a valid value")
    }

    static func missing(_ name: String) -> MAXError {
        MAXError(MAXErrorCode.invalidParameter, "\(name) is missing")
    }

    static func unauthorized(_ code: Int64, _ message: String) -> MAXError { MAXError(code, message, status: 401) }

    /// An order that the exchange refuses.
    init(_ rejection: ExchangeRejection) {
        func failed(_ reason: String) -> MAXError {
            MAXError(MAXErrorCode.createFailed, "Failed to create order: \(reason)")
        }
        switch rejection {
        case .insufficientFunds, .insufficientMargin:
            self.init(MAXErrorCode.insufficientFunds, "Failed to create order: cannot lock funds")
        case .quantityBelowMinimum, .notionalTooSmall:
            self.init(MAXErrorCode.amountTooSmall, "Failed to create order: amount too small")
        case .noLiquidity, .marketOrderOutsideCollar:
            self.init(MAXErrorCode.insufficientDepth, "Failed to create order: insufficient market depth")
        case .tooManyOpenOrders: self.init(MAXErrorCode.tooManyOrders, "Failed to create order: too many orders")
        case .unknownOrder: self = .orderNotFound
        case .quantityNotPositive: self = failed("Validation failed: Volume must be greater than 0")
        case .priceBelowMinimum, .priceAboveMaximum, .priceNotOnTick, .priceAboveCollar, .priceBelowCollar:
            self = failed("Validation failed: Price is not allowed")
        case .quantityAboveMaximum, .quantityNotOnLot: self = failed("Validation failed: Volume is not allowed")
        case .unknownMarket, .marketClosed, .tooManyConditionalOrders, .reduceOnlyRejected, .wouldTriggerImmediately,
            .duplicateClientOrderID, .orderNotAmendable, .tooManyAmendments, .accountInLiquidation, .invalidLeverage,
            .marginTypeUnchanged, .marginTypeWithOpenOrders, .marginTypeWithPosition:
            self = failed("Validation failed: \(rejection)")
        }
    }

    var response: HTTPResponse {
        var json = JSONWriter()
        json.beginObject()
        json.member("success", false)
        json.key("error")
        json.beginObject()
        json.member("code", code)
        json.member("message", message)
        json.endObject()
        json.endObject()
        var headers = HTTPHeaders([("Content-Type", "application/json")])
        if let retryAfter { headers.append("Retry-After", String(retryAfter)) }
        return HTTPResponse(status: status, headers: headers, body: json.bytes)
    }
}
