internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension BinanceServer {
    // MARK: Book

    mutating func writeDepth(_ parameters: BinanceParameters, _ json: inout JSONWriter) throws(BinanceError) {
        let market = markets[try marketIndex(parameters)]
        let limit = try parameters.integer("limit") ?? 100
        guard limit > 0 else { throw .invalid("limit") }
        let book = exchange.book(market.id, depth: Int(min(limit, 5_000)))
        let isStale = strikes(.staleSnapshot, "\(market.lowerSymbol)@depth")
        json.beginObject()
        json.member("lastUpdateId", market.updateID - (isStale ? 10_000 : 0))
        writeLevels("bids", book.bids, market.instrument, &json)
        writeLevels("asks", book.asks, market.instrument, &json)
        json.endObject()
    }

    /// Price and absolute quantity; a removed level has quantity zero.
    func writeLevels(_ name: String, _ levels: [BookLevel], _ instrument: Instrument, _ json: inout JSONWriter) {
        json.key(name)
        json.beginArray()
        for level in levels {
            json.beginArray()
            json.string(BinanceText.price(level.price, instrument))
            json.string(BinanceText.quantity(level.quantity, instrument))
            json.endArray()
        }
        json.endArray()
    }

    // MARK: Tape

    func writeTrades(
        _ parameters: BinanceParameters, fromID: Int64?, _ json: inout JSONWriter
    ) throws(BinanceError) {
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
            json.member("price", BinanceText.price(trade.price, market.instrument))
            json.member("qty", BinanceText.quantity(trade.quantity, market.instrument))
            json.member("quoteQty", BinanceText.amount(market.instrument.notional(trade.price, trade.quantity)))
            json.member("time", trade.venueTime.milliseconds)
            json.member("isBuyerMaker", trade.aggressor == .sell)
            json.member("isBestMatch", true)
            json.endObject()
        }
        json.endArray()
    }

    func writeAggregateTrades(
        _ parameters: BinanceParameters, _ json: inout JSONWriter
    ) throws(BinanceError) {
        let market = markets[try marketIndex(parameters)]
        let limit = try parameters.limit(standard: 500, maximum: 1_000)
        let (start, end) = try parameters.window()
        let fromID = try parameters.integer("fromId")
        guard fromID == nil || start == nil && end == nil else { throw .badCombination }
        let found = market.aggregates.elements.filter {
            $0.id >= fromID ?? 0 && $0.time.milliseconds >= start ?? 0 && $0.time.milliseconds <= end ?? .max
        }
        json.beginArray()
        for trade in fromID != nil || start != nil ? found.prefix(limit) : found.suffix(limit) {
            json.beginObject()
            write(trade, market.instrument, &json)
            json.endObject()
        }
        json.endArray()
    }

    /// What REST and stream have in common.
    func write(_ trade: AggregateTrade, _ instrument: Instrument, _ json: inout JSONWriter) {
        json.member("a", trade.id)
        json.member("p", BinanceText.price(trade.price, instrument))
        json.member("q", BinanceText.quantity(trade.quantity, instrument))
        json.member("f", trade.firstTrade.number)
        json.member("l", trade.lastTrade.number)
        json.member("T", trade.time.milliseconds)
        json.member("m", trade.aggressor == .sell)
        json.member("M", true)
    }

    // MARK: Candles

    func writeCandles(_ parameters: BinanceParameters, _ json: inout JSONWriter) throws(BinanceError) {
        let market = markets[try marketIndex(parameters)]
        guard let interval = CandleInterval(rawValue: try parameters.required("interval")) else {
            throw BinanceError(-1_120, "Invalid interval.")
        }
        let limit = try parameters.limit(standard: 500, maximum: 1_000)
        let (start, end) = try parameters.window()
        let found = market.prices.candles(interval, at: now).filter {
            $0.openTime.milliseconds >= start ?? 0 && $0.openTime.milliseconds <= end ?? .max
        }
        json.beginArray()
        for candle in start != nil ? found.prefix(limit) : found.suffix(limit) {
            write(candle, interval, market.instrument, &json)
        }
        json.endArray()
    }

    private func write(
        _ candle: Candle, _ interval: CandleInterval, _ instrument: Instrument, _ json: inout JSONWriter
    ) {
        json.beginArray()
        json.integer(candle.openTime.milliseconds)
        for price in [candle.open, candle.high, candle.low, candle.close] {
            json.string(AsterText.eightDecimals(price))
        }
        json.string(BinanceText.quantity(candle.volume, instrument))
        json.integer(interval.close(openedAt: candle.openTime).milliseconds - 1)
        json.string(BinanceText.amount(candle.value))
        json.integer(candle.trades)
        json.string(BinanceText.quantity(candle.takerBuyVolume, instrument))
        json.string(BinanceText.amount(candle.takerBuyValue))
        json.string("0")
        json.endArray()
    }

    /// The average of the last five minutes, weighted by volume.
    func writeAveragePrice(_ parameters: BinanceParameters, _ json: inout JSONWriter) throws(BinanceError) {
        let market = markets[try marketIndex(parameters)]
        let recent = market.prices.since(now - .minutes(5))
        json.beginObject()
        json.member("mins", 5)
        json.member("price", recent.map { average($0, market.instrument) } ?? "0.00000000")
        json.member("closeTime", (exchange.trades(market.id).last?.venueTime ?? now).milliseconds)
        json.endObject()
    }

    func average(_ candle: Candle, _ instrument: Instrument) -> String {
        guard candle.volume != .zero else { return AsterText.eightDecimals(candle.close) }
        return AsterText.average(candle.value, over: candle.volume, instrument, decimals: 8)
    }
}
