internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

/// Order objects: the replies of placing, canceling and asking differ in what they begin and end with.
extension BinanceServer {
    func writeNames(_ order: ExchangeOrder, _ json: inout JSONWriter) {
        json.member("symbol", markets[order.request.market.index].instrument.symbol)
        json.member("orderId", order.id)
        json.member("orderListId", -1)
    }

    /// What all but `ACK` tell.
    func writeState(_ order: ExchangeOrder, _ json: inout JSONWriter) {
        let request = order.request
        let instrument = markets[request.market.index].instrument
        json.member("price", BinanceText.price(request.price, instrument))
        json.member("origQty", BinanceText.quantity(order.quantity, instrument))
        json.member("executedQty", BinanceText.quantity(order.filled, instrument))
        json.member("origQuoteOrderQty", BinanceText.quoteQuantity(request))
        json.member("cummulativeQuoteQty", BinanceText.amount(order.filledValue))
        json.member("status", BinanceText.status(order))
        json.member("timeInForce", BinanceText.timeInForce(request))
        json.member("type", BinanceText.type(request))
        json.member("side", request.side.asterText)
        if request.type.waitsForTrigger { json.member("stopPrice", BinanceText.price(request.stopPrice, instrument)) }
    }

    func writeEnding(_ order: ExchangeOrder, _ json: inout JSONWriter) {
        json.member("selfTradePreventionMode", BinanceText.selfTradeMode(order.request))
        if let prevention = order.prevention {
            let instrument = markets[order.request.market.index].instrument
            json.member("preventedMatchId", prevention.number)
            json.member("preventedQuantity", BinanceText.quantity(order.prevented, instrument))
        }
        if let reason = BinanceText.expiryReason(order) { json.member("expiryReason", reason) }
    }

    /// When the order began to work on the book, −1 for one that waits for its trigger.
    func workingTime(_ order: ExchangeOrder) -> Int64 {
        order.request.type.waitsForTrigger && !order.isTriggered ? -1 : order.createdAt.milliseconds
    }

    // MARK: Replies

    /// The reply to a new order; what the exchange did with it has not been told yet.
    func writePlaced(_ accepted: ExchangeOrder, _ type: BinanceOrderForm.ReplyType, _ json: inout JSONWriter) {
        let order = exchange.order(accepted.id, of: accepted.account) ?? accepted
        json.beginObject()
        writeNames(order, &json)
        json.member("clientOrderId", order.request.clientOrderID)
        json.member("transactTime", now.milliseconds)
        switch type {
        case .ack: break
        case .result, .full:
            writeState(order, &json)
            json.member("workingTime", workingTime(order))
            if type == .full { writeFills(order, &json) }
            writeEnding(order, &json)
            writePreventions(takenBy: order, &json)
        }
        json.endObject()
    }

    private func writeFills(_ order: ExchangeOrder, _ json: inout JSONWriter) {
        let instrument = markets[order.request.market.index].instrument
        json.key("fills")
        json.beginArray()
        for event in events {
            guard case .order(.trade, let filled, let execution?) = event, filled.id == order.id else { continue }
            json.beginObject()
            json.member("price", BinanceText.price(execution.price, instrument))
            json.member("qty", BinanceText.quantity(execution.quantity, instrument))
            json.member("commission", BinanceText.amount(execution.commission))
            json.member("commissionAsset", execution.commissionAsset)
            json.member("tradeId", execution.trade.number)
            json.endObject()
        }
        json.endArray()
    }

    /// The prevented matches of a new order, which always is the taker.
    private func writePreventions(takenBy order: ExchangeOrder, _ json: inout JSONWriter) {
        let instrument = markets[order.request.market.index].instrument
        var found: [SelfTradePrevention] = []
        for event in events {
            guard case .order(_, let told, _) = event, let prevention = told.prevention, prevention.taker == order.id,
                found.last?.number != prevention.number
            else { continue }
            found.append(prevention)
        }
        guard !found.isEmpty else { return }
        json.key("preventedMatches")
        json.beginArray()
        for prevention in found {
            json.beginObject()
            json.member("preventedMatchId", prevention.number)
            json.member("makerOrderId", prevention.maker)
            json.member("price", BinanceText.price(prevention.price, instrument))
            writeQuantities(prevention, instrument, &json)
            json.endObject()
        }
        json.endArray()
        json.member("tradeGroupId", accounts.first { $0.id == order.account }?.tradeGroup ?? -1)
    }

    func writeQuantities(_ prevention: SelfTradePrevention, _ instrument: Instrument, _ json: inout JSONWriter) {
        if prevention.takerQuantity > .zero {
            json.member("takerPreventedQuantity", BinanceText.quantity(prevention.takerQuantity, instrument))
        }
        if prevention.makerQuantity > .zero {
            json.member("makerPreventedQuantity", BinanceText.quantity(prevention.makerQuantity, instrument))
        }
    }

    /// - Parameter name: what the cancel calls itself.
    func writeCanceled(_ order: ExchangeOrder, name: String, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("symbol", markets[order.request.market.index].instrument.symbol)
        json.member("origClientOrderId", names.name(of: order))
        json.member("orderId", order.id)
        json.member("orderListId", -1)
        json.member("clientOrderId", name)
        json.member("transactTime", now.milliseconds)
        writeState(order, &json)
        writeEnding(order, &json)
        json.endObject()
    }

    /// As questions are answered.
    func writeFound(_ order: ExchangeOrder, _ json: inout JSONWriter) {
        json.beginObject()
        writeNames(order, &json)
        json.member("clientOrderId", names.name(of: order))
        writeState(order, &json)
        if !order.request.type.waitsForTrigger { json.member("stopPrice", "0.00000000") }
        json.member("icebergQty", "0.00000000")
        json.member("time", order.createdAt.milliseconds)
        json.member("updateTime", order.updatedAt.milliseconds)
        json.member("isWorking", order.status.isOpen ? workingTime(order) >= 0 : true)
        json.member("workingTime", workingTime(order))
        writeEnding(order, &json)
        json.endObject()
    }
}
