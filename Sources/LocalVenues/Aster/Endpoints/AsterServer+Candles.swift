internal import Fundamentals
internal import MarketModel
internal import Wire

extension AsterServer {
    func writeCandles(
        _ parameters: AsterParameters, _ source: CandleSource, _ json: inout JSONWriter
    ) throws(AsterError) {
        let market = markets[try candleMarket(parameters, source)]
        guard let interval = CandleInterval(rawValue: try parameters.required("interval")) else {
            throw AsterError(-1_120, "Invalid interval.")
        }
        let limit = try parameters.limit(standard: 500, maximum: 1_500)
        let (start, end) = try parameters.window()
        let series =
            switch source {
            case .last: market.prices
            case .mark: market.markPrices
            case .index: market.indexPrices
            }
        let found = series.candles(interval, at: now).filter {
            $0.openTime.milliseconds >= start ?? 0 && $0.openTime.milliseconds <= end ?? .max
        }
        let rows = start != nil ? found.prefix(limit) : found.suffix(limit)
        json.beginArray()
        for candle in rows { write(candle, interval, source, market.instrument, &json) }
        json.endArray()
    }

    private func candleMarket(_ parameters: AsterParameters, _ source: CandleSource) throws(AsterError) -> Int {
        guard source == .index else { return try marketIndex(parameters) }
        let pair = try parameters.required("pair")
        guard let index = markets.firstIndex(where: { $0.instrument.symbol == pair }) else {
            throw AsterError(-4_144, "Invalid pair.")
        }
        return index
    }

    private func write(
        _ candle: Candle, _ interval: CandleInterval, _ source: CandleSource, _ instrument: Instrument,
        _ json: inout JSONWriter
    ) {
        let isTraded = source == .last
        json.beginArray()
        json.integer(candle.openTime.milliseconds)
        for price in [candle.open, candle.high, candle.low, candle.close] {
            json.string(isTraded ? price.description : AsterText.eightDecimals(price))
        }
        json.string(isTraded ? instrument.text(candle.volume) : "0")
        json.integer(interval.close(openedAt: candle.openTime).milliseconds - 1)
        json.string(isTraded ? AsterText.value(candle.value, instrument) : "0")
        json.integer(candle.trades)
        json.string(isTraded ? instrument.text(candle.takerBuyVolume) : "0")
        json.string(isTraded ? AsterText.value(candle.takerBuyValue, instrument) : "0")
        json.string("0")
        json.endArray()
    }
}
