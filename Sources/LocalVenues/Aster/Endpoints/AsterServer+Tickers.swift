internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

/// The last 24 hours of a market, in the venue's numbers.
struct DayStatistics: Sendable {
    let day: Candle
    let instrument: Instrument
    let lastQuantity: Quantity
    let openTime: Instant
    let closeTime: Instant

    var change: ExactDecimal {
        let scale = instrument.tickSize.scale
        let close = day.close.units(atScale: scale) ?? 0
        return ExactDecimal(mantissa: close - (day.open.units(atScale: scale) ?? 0), scale: scale)
    }

    /// In percent with three decimals.
    var changePercent: String {
        let scale = instrument.tickSize.scale
        guard let open = day.open.units(atScale: scale), open != 0 else { return "0.000" }
        return ExactDecimal(mantissa: Cash.divideRounding(change.mantissa * 100_000, by: open), scale: 3).description
    }

    var weightedAverage: String {
        guard day.volume != .zero else { return day.close.description }
        return AsterText.average(day.value, over: day.volume, instrument, decimals: instrument.tickSize.scale)
    }
}

extension AsterServer {
    /// Nil before the market's first trade.
    func dayStatistics(_ market: AsterMarket) -> DayStatistics? {
        guard let day = market.prices.day(at: now) else { return nil }
        return DayStatistics(
            day: day, instrument: market.instrument,
            lastQuantity: exchange.trades(market.id).last?.quantity ?? .zero, openTime: venueTime - .hours(24),
            closeTime: venueTime)
    }

    /// One object with `symbol`, an array of all without.
    func writeEach(
        _ parameters: AsterParameters, _ json: inout JSONWriter, _ write: (AsterMarket, inout JSONWriter) -> Void
    ) throws(AsterError) {
        if let index = try optionalMarketIndex(parameters) {
            write(markets[index], &json)
            return
        }
        json.beginArray()
        for market in markets { write(market, &json) }
        json.endArray()
    }

    func writeDayTickers(_ parameters: AsterParameters, _ json: inout JSONWriter) throws(AsterError) {
        try writeEach(parameters, &json) { market, json in
            json.beginObject()
            json.member("symbol", market.instrument.symbol)
            if let statistics = dayStatistics(market) {
                write(statistics, &json)
            } else {
                writeNoTrades(market, &json)
            }
            json.endObject()
        }
    }

    private func write(_ statistics: DayStatistics, _ json: inout JSONWriter) {
        let day = statistics.day
        let instrument = statistics.instrument
        json.member("priceChange", statistics.change.description)
        json.member("priceChangePercent", statistics.changePercent)
        json.member("weightedAvgPrice", statistics.weightedAverage)
        json.member("prevClosePrice", day.open.description)
        json.member("lastPrice", day.close.description)
        json.member("lastQty", instrument.text(statistics.lastQuantity))
        json.member("openPrice", day.open.description)
        json.member("highPrice", day.high.description)
        json.member("lowPrice", day.low.description)
        json.member("volume", instrument.text(day.volume))
        json.member("quoteVolume", AsterText.value(day.value, instrument))
        json.member("openTime", statistics.openTime.milliseconds)
        json.member("closeTime", statistics.closeTime.milliseconds)
        json.member("firstId", day.firstTrade)
        json.member("lastId", day.lastTrade)
        json.member("count", day.trades)
    }

    private func writeNoTrades(_ market: AsterMarket, _ json: inout JSONWriter) {
        for name in [
            "priceChange", "priceChangePercent", "weightedAvgPrice", "lastPrice", "lastQty", "openPrice", "highPrice",
            "lowPrice", "volume", "quoteVolume",
        ] {
            json.member(name, "0")
        }
        json.member("openTime", (venueTime - .hours(24)).milliseconds)
        json.member("closeTime", venueTime.milliseconds)
        json.member("firstId", -1)
        json.member("lastId", -1)
        json.member("count", 0)
    }

    func writePriceTickers(_ parameters: AsterParameters, _ json: inout JSONWriter) throws(AsterError) {
        try writeEach(parameters, &json) { market, json in
            json.beginObject()
            json.member("symbol", market.instrument.symbol)
            json.member("price", AsterText.price(exchange.lastPrice(market.id), market.instrument))
            json.member("time", (exchange.trades(market.id).last?.venueTime ?? now).milliseconds)
            json.endObject()
        }
    }

    func writeBookTickers(_ parameters: AsterParameters, _ json: inout JSONWriter) throws(AsterError) {
        try writeEach(parameters, &json) { market, json in
            let book = exchange.book(market.id, depth: 1)
            json.beginObject()
            json.member("symbol", market.instrument.symbol)
            json.member("bidPrice", AsterText.price(book.bids.first?.price, market.instrument))
            json.member("bidQty", AsterText.filled(book.bids.first?.quantity ?? .zero, market.instrument))
            json.member("askPrice", AsterText.price(book.asks.first?.price, market.instrument))
            json.member("askQty", AsterText.filled(book.asks.first?.quantity ?? .zero, market.instrument))
            json.member("time", market.updatedAt.milliseconds)
            json.member("lastUpdateId", market.updateID)
            json.endObject()
        }
    }
}
