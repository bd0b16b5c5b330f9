internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueBitoPro
internal import Wire

/// Amounts as BitoPro prints them.
enum BitoProText {
    /// As few decimals as the number has.
    static func plain(_ decimal: ExactDecimal) -> String { decimal.normalized.description }
    static func plain(_ cash: Cash) -> String { plain(cash.decimal) }

    static func pair(_ instrument: Instrument) -> String { instrument.symbol.lowercased() }

    static func action(_ side: Side) -> String {
        switch side {
        case .buy: "BUY"
        case .sell: "SELL"
        }
    }

    static func status(_ order: ExchangeOrder) -> Int64 {
        switch order.status {
        case .new: 0
        case .partiallyFilled: 1
        case .filled: 2
        case .canceled, .expired, .rejected:
            order.ending == .wouldTake ? 6 : order.filled == .zero ? 4 : 3
        }
    }
}

extension BitoProServer {
    // MARK: The book

    static let depths: [Int64] = [1, 5, 10, 20, 30, 50]

    func writeBook(
        _ instrument: Instrument, _ parameters: BitoProParameters, _ json: inout JSONWriter
    ) throws(BitoProError) {
        let limit = try parameters.integer("limit") ?? 5
        guard Self.depths.contains(limit) else { throw .parameter }
        json.beginObject()
        writeLevels(instrument, Int(limit), &json)
        json.endObject()
    }

    /// The members `bids` and `asks`. `total` counts what rests up to and including a level.
    func writeLevels(_ instrument: Instrument, _ depth: Int, _ json: inout JSONWriter) {
        let book = exchange.book(instrument.market, depth: depth)
        for (name, levels) in [("bids", book.bids), ("asks", book.asks)] {
            var total = Quantity.zero
            json.key(name)
            json.beginArray()
            for level in levels {
                total += level.quantity
                json.beginObject()
                json.member("price", BitoProText.plain(instrument.decimal(level.price)))
                json.member("amount", BitoProText.plain(instrument.decimal(level.quantity)))
                json.member("count", 1)
                json.member("total", BitoProText.plain(instrument.decimal(total)))
                json.endObject()
            }
            json.endArray()
        }
    }

    // MARK: Rules

    func writeTradingPairs(_ json: inout JSONWriter) {
        json.beginObject()
        json.key("data")
        json.beginArray()
        for definition in configuration.markets {
            let instrument = definition.instrument
            json.beginObject()
            json.member("pair", BitoProText.pair(instrument))
            json.member("base", instrument.baseAsset.lowercased())
            json.member("quote", instrument.quoteAsset.lowercased())
            json.member("basePrecision", String(instrument.lotSize.scale))
            json.member("quotePrecision", String(instrument.tickSize.scale))
            let range = instrument.quantityRange
            json.member("minLimitBaseAmount", BitoProText.plain(instrument.decimal(range.lowerBound)))
            json.member("maxLimitBaseAmount", BitoProText.plain(instrument.decimal(range.upperBound)))
            json.member("minMarketBuyQuoteAmount", "1")
            json.member("orderOpenLimit", String(instrument.maxOpenOrders))
            json.member("maintain", false)
            json.member("orderBookQuotePrecision", String(instrument.tickSize.scale))
            json.member("orderBookQuoteScaleLevel", "5")
            json.member("amountPrecision", "4")
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    /// The lowest tier; the restrictions of withdrawals are none of a local venue's.
    func writeFees(_ json: inout JSONWriter) {
        json.beginObject()
        json.key("tradingFeeRate")
        json.beginArray()
        json.beginObject()
        json.member("rank", 0)
        json.member("twdVolumeSymbol", "<")
        json.member("twdVolume", "3000000")
        json.member("bitoAmountSymbol", "<")
        json.member("bitoAmount", "3000")
        json.member(
            "makerFee",
            BitoProText.plain(ExactDecimal(mantissa: Int128(BitoProVenue.makerFee.parts), scale: Rate.scale)))
        json.member(
            "takerFee",
            BitoProText.plain(ExactDecimal(mantissa: Int128(BitoProVenue.takerFee.parts), scale: Rate.scale)))
        json.member("rankCondition", "or")
        json.endObject()
        json.endArray()
        for name in ["restrictionsOfWithdrawalFees", "cryptocurrencyDepositFeeAndConfirmation"] {
            json.key(name)
            json.beginArray()
            json.endArray()
        }
        json.endObject()
    }

    // MARK: The tape

    func writeTrades(_ instrument: Instrument, _ json: inout JSONWriter) {
        json.beginObject()
        json.key("data")
        writeTape(instrument, &json)
        json.endObject()
    }

    /// Newest first, times in seconds.
    func writeTape(_ instrument: Instrument, _ json: inout JSONWriter) {
        json.beginArray()
        for trade in exchange.trades(instrument.market).suffix(100).reversed() {
            json.beginObject()
            json.member("timestamp", trade.venueTime.milliseconds / 1_000)
            json.member("price", BitoProText.plain(instrument.decimal(trade.price)))
            json.member("amount", BitoProText.plain(instrument.decimal(trade.quantity)))
            json.member("isBuyer", trade.aggressor == .buy)
            json.endObject()
        }
        json.endArray()
    }

    func writeTickers(_ pair: String?, _ json: inout JSONWriter) throws(BitoProError) {
        json.beginObject()
        json.key("data")
        if let pair {
            writeTicker(try market(pair), &json)
        } else {
            json.beginArray()
            for definition in configuration.markets { writeTicker(definition.instrument, &json) }
            json.endArray()
        }
        json.endObject()
    }

    private func writeTicker(_ instrument: Instrument, _ json: inout JSONWriter) {
        let day = candles[instrument.market.index].day(at: now)
        let last = exchange.trades(instrument.market).last
        json.beginObject()
        json.member("pair", BitoProText.pair(instrument))
        json.member("lastPrice", BitoProText.plain(last.map { instrument.decimal($0.price) } ?? .zero))
        json.member("isBuyer", last?.aggressor == .buy)
        json.member("priceChange24hr", Self.change(day))
        json.member("volume24hr", BitoProText.plain(instrument.decimal(day?.volume ?? .zero)))
        json.member("high24hr", BitoProText.plain(day?.high ?? .zero))
        json.member("low24hr", BitoProText.plain(day?.low ?? .zero))
        json.endObject()
    }

    /// (close − open) ÷ open in percent, two decimals.
    private static func change(_ day: Candle?) -> String {
        guard let day else { return "0" }
        let scale = max(day.open.scale, day.close.scale)
        guard let open = day.open.units(atScale: scale), let close = day.close.units(atScale: scale), open > 0 else {
            return "0"
        }
        return BitoProText.plain(
            ExactDecimal(mantissa: Cash.divideRounding((close - open) * 10_000, by: open), scale: 2))
    }
}
