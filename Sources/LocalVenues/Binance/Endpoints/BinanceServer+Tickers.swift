internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

/// What a market did in some span of time, in the venue's numbers.
struct BinanceStatistics: Sendable {
    let span: Candle
    let instrument: Instrument
    let lastQuantity: Quantity
    let openTime: Instant
    let closeTime: Instant

    var change: String {
        guard let close = span.close.units(atScale: 8), let open = span.open.units(atScale: 8) else { return "0" }
        return ExactDecimal(mantissa: close - open, scale: 8).description
    }

    /// In percent with three decimals.
    var changePercent: String {
        guard let close = span.close.units(atScale: 8), let open = span.open.units(atScale: 8), open != 0 else {
            return "0.000"
        }
        return ExactDecimal(mantissa: Cash.divideRounding((close - open) * 100_000, by: open), scale: 3).description
    }
}

extension BinanceServer {
    /// Nil before the market's first trade.
    func statistics(_ market: BinanceMarket, since start: Instant) -> BinanceStatistics? {
        guard let span = market.prices.since(start) else { return nil }
        return BinanceStatistics(
            span: span, instrument: market.instrument,
            lastQuantity: exchange.trades(market.id).last?.quantity ?? .zero, openTime: start, closeTime: venueTime)
    }

    /// One object with `symbol`, an array with `symbols` or neither.
    private func writeEach(
        _ parameters: BinanceParameters, isOptional: Bool = true, _ json: inout JSONWriter,
        _ write: (BinanceMarket, inout JSONWriter) -> Void
    ) throws(BinanceError) {
        let chosen = try optionalMarkets(parameters)
        guard isOptional || chosen != nil else {
            throw BinanceError(-1_102, "Either 'symbol' or 'symbols' must be sent.")
        }
        if let chosen, !chosen.isList { return write(markets[chosen.indices[0]], &json) }
        json.beginArray()
        for index in chosen?.indices ?? Array(markets.indices) { write(markets[index], &json) }
        json.endArray()
    }

    func writeDayTickers(_ parameters: BinanceParameters, _ json: inout JSONWriter) throws(BinanceError) {
        let isMini = try isMini(parameters)
        try writeEach(parameters, &json) { market, json in
            writeTicker(market, since: now - .hours(24), isDay: true, isMini: isMini, &json)
        }
    }

    /// The trading day of the request's time zone; here, that of UTC.
    func writeTradingDayTickers(_ parameters: BinanceParameters, _ json: inout JSONWriter) throws(BinanceError) {
        let isMini = try isMini(parameters)
        let start = CandleInterval.oneDay.open(at: now)
        try writeEach(parameters, isOptional: false, &json) { market, json in
            writeTicker(market, since: start, isDay: false, isMini: isMini, &json)
        }
    }

    func writeRollingTickers(_ parameters: BinanceParameters, _ json: inout JSONWriter) throws(BinanceError) {
        let isMini = try isMini(parameters)
        let window = try window(parameters.text("windowSize") ?? "1d")
        let start = CandleInterval.oneMinute.open(at: now - window)
        try writeEach(parameters, isOptional: false, &json) { market, json in
            writeTicker(market, since: start, isDay: false, isMini: isMini, &json)
        }
    }

    /// `1m`…`59m`, `1h`…`23h`, `1d`…`7d`.
    private func window(_ text: String) throws(BinanceError) -> TimeSpan {
        guard let unit = text.last, let count = Int64(text.dropLast()), count > 0 else { throw .invalid("windowSize") }
        switch unit {
        case "m" where count <= 59: return .minutes(count)
        case "h" where count <= 23: return .hours(count)
        case "d" where count <= 7: return .hours(24 * count)
        default: throw .invalid("windowSize")
        }
    }

    private func isMini(_ parameters: BinanceParameters) throws(BinanceError) -> Bool {
        switch parameters.text("type") {
        case nil, "FULL": return false
        case "MINI": return true
        case .some: throw .invalid("type")
        }
    }

    private func writeTicker(
        _ market: BinanceMarket, since start: Instant, isDay: Bool, isMini: Bool, _ json: inout JSONWriter
    ) {
        let nothing = Candle(openTime: start, price: ExactDecimal(mantissa: 0, scale: 0))
        let statistics =
            statistics(market, since: start)
            ?? BinanceStatistics(
                span: nothing, instrument: market.instrument, lastQuantity: .zero, openTime: start,
                closeTime: venueTime)
        let span = statistics.span
        let instrument = market.instrument
        json.beginObject()
        json.member("symbol", instrument.symbol)
        if !isMini {
            json.member("priceChange", statistics.change)
            json.member("priceChangePercent", statistics.changePercent)
            json.member("weightedAvgPrice", average(span, instrument))
        }
        if isDay, !isMini {
            let touch = exchange.book(market.id, depth: 1)
            json.member("prevClosePrice", AsterText.eightDecimals(span.open))
            json.member("lastQty", BinanceText.quantity(statistics.lastQuantity, instrument))
            json.member("bidPrice", BinanceText.price(touch.bids.first?.price, instrument))
            json.member("bidQty", BinanceText.quantity(touch.bids.first?.quantity ?? .zero, instrument))
            json.member("askPrice", BinanceText.price(touch.asks.first?.price, instrument))
            json.member("askQty", BinanceText.quantity(touch.asks.first?.quantity ?? .zero, instrument))
        }
        json.member("openPrice", AsterText.eightDecimals(span.open))
        json.member("highPrice", AsterText.eightDecimals(span.high))
        json.member("lowPrice", AsterText.eightDecimals(span.low))
        json.member("lastPrice", AsterText.eightDecimals(span.close))
        json.member("volume", BinanceText.quantity(span.volume, instrument))
        json.member("quoteVolume", BinanceText.amount(span.value))
        json.member("openTime", statistics.openTime.milliseconds)
        json.member("closeTime", statistics.closeTime.milliseconds)
        json.member("firstId", span.firstTrade)
        json.member("lastId", span.lastTrade)
        json.member("count", span.trades)
        json.endObject()
    }

    func writePriceTickers(_ parameters: BinanceParameters, _ json: inout JSONWriter) throws(BinanceError) {
        try writeEach(parameters, &json) { market, json in
            json.beginObject()
            json.member("symbol", market.instrument.symbol)
            json.member("price", BinanceText.price(exchange.lastPrice(market.id), market.instrument))
            json.endObject()
        }
    }

    func writeBookTickers(_ parameters: BinanceParameters, _ json: inout JSONWriter) throws(BinanceError) {
        try writeEach(parameters, &json) { market, json in
            let book = exchange.book(market.id, depth: 1)
            json.beginObject()
            json.member("symbol", market.instrument.symbol)
            json.member("bidPrice", BinanceText.price(book.bids.first?.price, market.instrument))
            json.member("bidQty", BinanceText.quantity(book.bids.first?.quantity ?? .zero, market.instrument))
            json.member("askPrice", BinanceText.price(book.asks.first?.price, market.instrument))
            json.member("askQty", BinanceText.quantity(book.asks.first?.quantity ?? .zero, market.instrument))
            json.endObject()
        }
    }
}
