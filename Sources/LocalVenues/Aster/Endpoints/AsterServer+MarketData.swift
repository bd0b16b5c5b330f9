internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension AsterServer {
    func writeDepth(_ parameters: AsterParameters, _ json: inout JSONWriter) throws(AsterError) {
        let market = markets[try marketIndex(parameters)]
        let limit = try parameters.integer("limit") ?? 500
        guard [5, 10, 20, 50, 100, 500, 1_000].contains(limit) else {
            throw AsterError(-4_021, "Invalid depth limit.")
        }
        let book = exchange.book(market.id, depth: Int(limit))
        json.beginObject()
        json.member("lastUpdateId", market.updateID)
        json.member("E", venueTime.milliseconds)
        json.member("T", market.updatedAt.milliseconds)
        writeLevels("bids", book.bids, market.instrument, &json)
        writeLevels("asks", book.asks, market.instrument, &json)
        json.endObject()
    }

    /// Price and absolute quantity; a removed level has quantity `0`.
    func writeLevels(_ name: String, _ levels: [BookLevel], _ instrument: Instrument, _ json: inout JSONWriter) {
        json.key(name)
        json.beginArray()
        for level in levels {
            json.beginArray()
            json.string(instrument.text(level.price))
            json.string(AsterText.filled(level.quantity, instrument))
            json.endArray()
        }
        json.endArray()
    }

    func writeTrades(_ parameters: AsterParameters, fromID: Int64?, _ json: inout JSONWriter) throws(AsterError) {
        let market = markets[try marketIndex(parameters)]
        let limit = try parameters.limit(standard: 500, maximum: 1_000)
        var trades = exchange.trades(market.id)
        if let fromID {
            trades = Array(trades.filter { $0.id.number >= fromID }.prefix(limit))
        } else {
            trades = trades.suffix(limit)
        }
        json.beginArray()
        for trade in trades {
            json.beginObject()
            json.member("id", trade.id.number)
            json.member("price", market.instrument.text(trade.price))
            json.member("qty", market.instrument.text(trade.quantity))
            let value = market.instrument.notional(trade.price, trade.quantity)
            json.member("quoteQty", AsterText.value(value, market.instrument))
            json.member("time", trade.venueTime.milliseconds)
            json.member("isBuyerMaker", trade.aggressor == .sell)
            json.endObject()
        }
        json.endArray()
    }

    func writeAggregateTrades(_ parameters: AsterParameters, _ json: inout JSONWriter) throws(AsterError) {
        let market = markets[try marketIndex(parameters)]
        let limit = try parameters.limit(standard: 500, maximum: 1_000)
        let (start, end) = try parameters.window()
        if let start, let end, end - start >= 3_600_000 {
            throw AsterError(-1_127, "More than 1 hours between startTime and endTime.")
        }
        let fromID = try parameters.integer("fromId")
        let found = market.aggregates.elements.filter {
            $0.id >= fromID ?? 0 && $0.time.milliseconds >= start ?? 0 && $0.time.milliseconds <= end ?? .max
        }
        let rows = fromID != nil || start != nil ? found.prefix(limit) : found.suffix(limit)
        json.beginArray()
        for trade in rows {
            json.beginObject()
            json.member("a", trade.id)
            json.member("p", market.instrument.text(trade.price))
            json.member("q", market.instrument.text(trade.quantity))
            json.member("f", trade.firstTrade.number)
            json.member("l", trade.lastTrade.number)
            json.member("T", trade.time.milliseconds)
            json.member("m", trade.aggressor == .sell)
            json.endObject()
        }
        json.endArray()
    }

    /// Open interest: the long side of all accounts. The flow has no positions.
    func writeOpenInterest(_ parameters: AsterParameters, _ json: inout JSONWriter) throws(AsterError) {
        let market = markets[try marketIndex(parameters)]
        var longs = Quantity.zero
        for account in accounts {
            let position = exchange.position(of: account.id, in: market.id).quantity
            if position > .zero { longs += position }
        }
        json.beginObject()
        json.member("symbol", market.instrument.symbol)
        json.member("openInterest", market.instrument.text(longs))
        json.member("time", venueTime.milliseconds)
        json.endObject()
    }
}
