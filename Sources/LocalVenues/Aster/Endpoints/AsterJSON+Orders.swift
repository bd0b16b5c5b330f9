internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension JSONWriter {
    /// An order object; queries leave out `cumQty` and add `time`.
    mutating func order(_ order: ExchangeOrder, _ instrument: Instrument, isQuery: Bool, as dialect: AsterDialect) {
        beginObject()
        orderMembers(order, instrument, isQuery: isQuery, dialect)
        endObject()
    }

    private mutating func orderMembers(
        _ order: ExchangeOrder, _ instrument: Instrument, isQuery: Bool, _ dialect: AsterDialect
    ) {
        let request = order.request
        let type = order.isTriggered ? request.type.triggered : request.type
        member("orderId", order.id)
        member("symbol", instrument.symbol)
        member("status", dialect.text(order.status, order.ending))
        member("clientOrderId", request.clientOrderID)
        member("price", AsterText.price(request.price, instrument))
        member(
            "avgPrice",
            AsterText.average(
                order.filledValue, over: order.filled, instrument,
                decimals: max(5, AsterText.pricePrecision(instrument))))
        member("origQty", AsterText.filled(order.quantity, instrument))
        member("executedQty", AsterText.filled(order.filled, instrument))
        if !isQuery { member("cumQty", AsterText.filled(order.filled, instrument)) }
        member("cumQuote", AsterText.value(order.filledValue, instrument))
        member("timeInForce", request.timeInForce.asterText)
        member("type", type.asterText)
        member("reduceOnly", request.reduceOnly)
        member("closePosition", request.closePosition)
        member("side", request.side.asterText)
        member("positionSide", "BOTH")
        member("stopPrice", AsterText.price(request.stopPrice, instrument))
        member("workingType", request.trigger.asterText)
        member("priceProtect", request.priceProtect)
        member("origType", request.type.asterText)
        member("time", order.createdAt.milliseconds)
        member("updateTime", order.updatedAt.milliseconds)
        switch dialect {
        case .aster:
            member("pegPriceType", request.peg?.asterText ?? "")
            member("stpMode", request.selfTradeMode?.asterText ?? "")
        case .binanceFutures:
            member("priceMatch", "NONE")
            member("selfTradePreventionMode", dialect.preventionText(request))
            member("goodTillDate", 0)
        }
        if request.type == .trailingStopMarket {
            if let activation = request.activationPrice { member("activatePrice", instrument.text(activation)) }
            member("priceRate", AsterText.percent(request.callbackRate ?? .zero))
        }
    }
}

extension AsterText {
    /// A rate in percent with at least one decimal: `0.3`.
    static func percent(_ rate: Rate) -> String {
        trimmed(ExactDecimal(mantissa: Int128(rate.parts), scale: 6).description, least: 1)
    }
}
