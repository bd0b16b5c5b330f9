internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension ExtendedServer {
    /// The whole book, best first.
    func writeBook(_ name: String, _ json: inout JSONWriter) throws(ExtendedError) {
        let market = try market(named: name)
        let book = exchange.book(market.id, depth: .max)
        json.key("data")
        json.beginObject()
        json.member("market", name)
        for (side, levels) in [("bid", book.bids), ("ask", book.asks)] {
            json.key(side)
            json.beginArray()
            for level in levels {
                json.beginObject()
                json.member("qty", market.instrument.text(level.quantity))
                json.member("price", market.instrument.text(level.price))
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }

    /// The last trades, newest first.
    func writeTrades(_ name: String, _ json: inout JSONWriter) throws(ExtendedError) {
        let market = try market(named: name)
        json.key("data")
        json.beginArray()
        for trade in exchange.trades(market.id).reversed().prefix(50) {
            write(trade, market, isLiquidation: liquidations.elements.contains(trade.id), &json)
        }
        json.endArray()
    }

    /// A public trade, as REST and streams tell it.
    func write(
        _ trade: PublicTrade, _ market: ExtendedMarketState, isLiquidation: Bool, _ json: inout JSONWriter
    ) {
        json.beginObject()
        writeID("i", trade.id.number, &json)
        json.member("m", market.definition.name)
        json.member("S", trade.aggressor.extendedText)
        json.member("tT", isLiquidation ? "LIQUIDATION" : "TRADE")
        json.member("T", trade.venueTime.milliseconds)
        json.member("p", market.instrument.text(trade.price))
        json.member("q", market.instrument.text(trade.quantity))
        json.endObject()
    }

    // MARK: Candles

    func writeCandles(
        _ name: String, _ source: CandleSource, _ query: ExtendedQuery, _ json: inout JSONWriter
    ) throws(ExtendedError) {
        let market = try market(named: name)
        guard let interval = CandleInterval(extended: try query.required("interval")) else {
            throw ExtendedError(1_005, "Interval is not supported")
        }
        _ = try query.required("limit")
        let limit = try query.limit(standard: 1, maximum: 10_000)
        let end = try query.integer("endTime") ?? .max
        let candles = market.series(source).candles(interval, at: now)
        json.key("data")
        json.beginArray()
        for candle in candles.filter({ $0.openTime.milliseconds <= end }).suffix(limit).reversed() {
            write(candle, source, market.instrument, &json)
        }
        json.endArray()
    }

    /// A candle, as REST and streams tell it.
    func write(_ candle: Candle, _ source: CandleSource, _ instrument: Instrument, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("o", candle.open.description)
        json.member("l", candle.low.description)
        json.member("h", candle.high.description)
        json.member("c", candle.close.description)
        if source == .last { json.member("v", instrument.text(candle.volume)) }
        json.member("T", candle.openTime.milliseconds)
        json.endObject()
    }

    // MARK: Funding and open interest

    /// Rates that were applied, newest first.
    func writeFunding(_ name: String, _ query: ExtendedQuery, _ json: inout JSONWriter) throws(ExtendedError) {
        let market = try market(named: name)
        let start = try query.integer("startTime") ?? 0
        let end = try query.integer("endTime") ?? .max
        let rows = market.funding.elements.reversed().filter {
            $0.time.milliseconds >= start && $0.time.milliseconds <= end
        }
        // Applied rates have no id of their own: their hour is what the cursor counts.
        try writePage(rows, id: { $0.time.milliseconds }, query, standard: 10_000, &json) { row, json in
            json.beginObject()
            json.member("m", name)
            json.member("T", row.time.milliseconds)
            json.member("f", ExtendedText.rate(row.rate))
            json.endObject()
        }
    }

    func writeOpenInterest(_ name: String, _ query: ExtendedQuery, _ json: inout JSONWriter) throws(ExtendedError) {
        let market = try market(named: name)
        let interval = try query.required("interval")
        guard ["P1H", "PT1H", "P1D"].contains(interval) else { throw ExtendedError(1_005, "Interval is not supported") }
        let start = try query.integer("startTime") ?? 0
        let end = try query.integer("endTime") ?? .max
        let limit = try query.limit(standard: 300, maximum: 300)
        let rows = market.openInterest.elements.filter {
            $0.time.milliseconds >= start && $0.time.milliseconds <= end
                && (interval != "P1D" || $0.time.milliseconds % 86_400_000 == 0)
        }
        json.key("data")
        json.beginArray()
        for row in rows.suffix(limit).reversed() {
            json.beginObject()
            json.member("i", ExtendedText.money(row.value))
            json.member("I", market.instrument.text(row.base))
            json.member("t", row.time.milliseconds)
            json.endObject()
        }
        json.endArray()
    }
}

extension ExtendedMarketState {
    func series(_ source: CandleSource) -> CandleSeries {
        switch source {
        case .last: prices
        case .mark: markPrices
        case .index: indexPrices
        }
    }
}

extension CandleInterval {
    /// As the venue writes it; thirty days are a month here.
    init?(extended text: String) {
        switch text {
        case "PT1M": self = .oneMinute
        case "PT5M": self = .fiveMinutes
        case "PT15M": self = .fifteenMinutes
        case "PT30M": self = .thirtyMinutes
        case "PT1H": self = .oneHour
        case "PT2H": self = .twoHours
        case "PT4H": self = .fourHours
        case "PT8H": self = .eightHours
        case "PT12H": self = .twelveHours
        case "PT24H", "P1D": self = .oneDay
        case "P7D": self = .oneWeek
        case "P30D": self = .oneMonth
        default: return nil
        }
    }
}
