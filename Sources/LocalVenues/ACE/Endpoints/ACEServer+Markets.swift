internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueACE
internal import Wire

extension ACEServer {
    /// The venue's number of an asset of our markets, which the configuration has checked.
    func currency(_ asset: String) -> Int64 { ACEMarkets.currency(asset) ?? 0 }

    func market(base: Int64, quote: Int64) throws(ACEError) -> Instrument {
        for definition in configuration.markets {
            let instrument = definition.instrument
            if currency(instrument.baseAsset) == base, currency(instrument.quoteAsset) == quote { return instrument }
        }
        throw ACEError(2_036, "there is no market of \(base) in \(quote)")
    }

    func market(_ parameters: ACEParameters) throws(ACEError) -> Instrument {
        try market(
            base: try parameters.requiredInteger("baseCurrencyId"),
            quote: try parameters.requiredInteger("quoteCurrencyId"))
    }

    /// All markets where none is named.
    func markets(_ parameters: ACEParameters) throws(ACEError) -> [Instrument] {
        guard parameters.text("baseCurrencyId") != nil || parameters.text("quoteCurrencyId") != nil else {
            return configuration.markets.map(\.instrument)
        }
        return [try market(parameters)]
    }

    // MARK: Bare lists

    func writeMarketPairs(_ json: inout JSONWriter) {
        json.beginArray()
        for definition in configuration.markets {
            let instrument = definition.instrument
            json.beginObject()
            json.member("symbol", instrument.symbol)
            json.member("base", instrument.baseAsset)
            json.member("baseCurrencyId", String(currency(instrument.baseAsset)))
            json.member("quote", instrument.quoteAsset)
            json.member("quoteCurrencyId", String(currency(instrument.quoteAsset)))
            json.member("basePrecision", String(instrument.lotSize.scale))
            json.member("quotePrecision", String(instrument.tickSize.scale))
            json.member("minLimitBaseAmount", amount(instrument.quantityRange.lowerBound, instrument))
            json.member("maxLimitBaseAmount", amount(instrument.quantityRange.upperBound, instrument))
            json.endObject()
        }
        json.endArray()
    }

    /// With at least one decimal, as the venue prints limits.
    private func amount(_ quantity: Quantity, _ instrument: Instrument) -> String {
        let decimal = instrument.decimal(quantity).normalized
        return decimal.scale > 0 ? decimal.description : ACEText.fixed(decimal, 1)
    }

    /// The names are the wrong way round at the venue: `base_volume` is in the quote asset.
    func writeTradePrices(_ json: inout JSONWriter) {
        json.beginObject()
        for definition in configuration.markets {
            let instrument = definition.instrument
            guard let price = exchange.lastPrice(instrument.market) else { continue }
            let day = candles[instrument.market.index].day(at: now)
            json.key(instrument.symbol)
            json.beginObject()
            json.member("base_volume", ACEText.plain((day?.value ?? .zero).decimal))
            json.member("last_price", instrument.text(price))
            json.member("quote_volume", ACEText.plain(instrument.decimal(day?.volume ?? .zero)))
            json.endObject()
        }
        json.endObject()
    }

    // MARK: The book

    func writeBook(_ parameters: ACEParameters, _ json: inout JSONWriter) throws(ACEError) {
        let instrument = try market(parameters)
        let depth = try parameters.integer("depth", 1...1_000, standard: 1_000)
        let book = exchange.book(instrument.market, depth: Int(depth))
        json.beginObject()
        json.member("baseCurrencyId", String(currency(instrument.baseAsset)))
        json.member("quoteCurrencyId", String(currency(instrument.quoteAsset)))
        json.member("baseCurrencyName", instrument.baseAsset)
        json.member("quoteCurrencyName", instrument.quoteAsset)
        for (name, levels) in [("bids", book.bids), ("asks", book.asks)] {
            json.key(name)
            json.beginArray()
            for level in levels {
                json.beginArray()
                json.string(instrument.text(level.quantity))
                json.string(instrument.text(level.price))
                json.endArray()
            }
            json.endArray()
        }
        json.endObject()
    }

    // MARK: Candles

    func writeCandles(_ parameters: ACEParameters, _ json: inout JSONWriter) throws(ACEError) {
        let instrument = try market(parameters)
        guard let length = ACECandleLength(rawValue: try parameters.integer("duration") ?? 1) else {
            throw .bad(
                "duration", "one of \(ACECandleLength.allCases.map { String($0.rawValue) }.joined(separator: ", "))")
        }
        let limit = try parameters.integer("limit", 1...2_000, standard: 2_000)
        let start = try parameters.time("startTime") ?? .distantPast
        let end = try parameters.time("endTime") ?? .distantFuture
        let found = length.candles(of: candles[instrument.market.index], at: now)
            .filter { $0.openTime >= start && $0.openTime <= end }
        json.beginArray()
        for candle in found.suffix(Int(limit)) { write(candle, instrument, &json) }
        json.endArray()
    }

    private func write(_ candle: Candle, _ instrument: Instrument, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("current", candle.close.description)
        json.member("volume", ACEText.plain(instrument.decimal(candle.volume)))
        json.member("changeRate", Self.change(candle))
        json.member("highPrice", candle.high.description)
        json.member("lowPrice", candle.low.description)
        json.member("openPrice", candle.open.description)
        json.member("closePrice", candle.close.description)
        json.member("currentTime", candle.openTime.milliseconds)
        json.member("createTime", ACEText.time(candle.openTime))
        json.endObject()
    }

    /// (close − open) ÷ open in percent, two decimals.
    private static func change(_ candle: Candle) -> String {
        let scale = max(candle.open.scale, candle.close.scale)
        guard let open = candle.open.units(atScale: scale), let close = candle.close.units(atScale: scale), open > 0
        else { return "0" }
        let parts = Cash.divideRounding((close - open) * 10_000, by: open)
        return ACEText.plain(ExactDecimal(mantissa: parts, scale: 2))
    }
}

/// The venue's numbers for lengths of candles: minutes, and three that are not.
enum ACECandleLength: Int64, CaseIterable {
    case minute = 1
    case fiveMinutes = 5
    case tenMinutes = 10
    case thirtyMinutes = 30
    case hour = 60
    case twoHours = 120
    case fourHours = 240
    case eightHours = 480
    case twelveHours = 720
    case day = 24
    case week = 70
    case month = 31

    func candles(of series: CandleSeries, at now: Instant) -> [Candle] {
        switch self {
        case .minute: series.candles(.oneMinute, at: now)
        case .fiveMinutes: series.candles(.fiveMinutes, at: now)
        case .tenMinutes: Self.tens(series.candles(.fiveMinutes, at: now))
        case .thirtyMinutes: series.candles(.thirtyMinutes, at: now)
        case .hour: series.candles(.oneHour, at: now)
        case .twoHours: series.candles(.twoHours, at: now)
        case .fourHours: series.candles(.fourHours, at: now)
        case .eightHours: series.candles(.eightHours, at: now)
        case .twelveHours: series.candles(.twelveHours, at: now)
        case .day: series.candles(.oneDay, at: now)
        case .week: series.candles(.oneWeek, at: now)
        case .month: series.candles(.oneMonth, at: now)
        }
    }

    /// Joins fives to tens, which no other venue has.
    private static func tens(_ fives: [Candle]) -> [Candle] {
        let length = TimeSpan.minutes(10).milliseconds
        var result: [Candle] = []
        for five in fives {
            let open = Instant(milliseconds: five.openTime.milliseconds / length * length)
            if let last = result.last, last.openTime == open {
                result[result.count - 1].join(five)
            } else {
                var first = five
                first.openTime = open
                result.append(first)
            }
        }
        return result
    }
}
