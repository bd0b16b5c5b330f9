internal import Fundamentals
internal import MarketModel
internal import Wire

extension AsterServer {
    /// Statistics of the last 24 hours; markets that never traded are left out.
    mutating func publishTickers(
        _ stream: AsterStream, _ markets: [AsterMarket], isArray: Bool, into effects: inout [ServerEffect]
    ) {
        let isMini =
            switch stream {
            case .miniTicker, .allMiniTickers: true
            default: false
            }
        var json = JSONWriter()
        if isArray { json.beginArray() }
        var count = 0
        for market in markets {
            guard let statistics = dayStatistics(market) else { continue }
            count += 1
            json.beginObject()
            json.member("e", isMini ? "24hrMiniTicker" : "24hrTicker")
            json.member("E", venueTime.milliseconds)
            json.member("s", market.instrument.symbol)
            if isMini { writeMini(statistics, &json) } else { writeFull(statistics, &json) }
            json.endObject()
        }
        if isArray { json.endArray() }
        if count > 0 { publish(stream, json.bytes, into: &effects) }
    }

    private func writeMini(_ statistics: DayStatistics, _ json: inout JSONWriter) {
        let day = statistics.day
        json.member("c", day.close.description)
        json.member("o", day.open.description)
        json.member("h", day.high.description)
        json.member("l", day.low.description)
        json.member("v", statistics.instrument.text(day.volume))
        json.member("q", AsterText.value(day.value, statistics.instrument))
    }

    private func writeFull(_ statistics: DayStatistics, _ json: inout JSONWriter) {
        let day = statistics.day
        json.member("p", statistics.change.description)
        json.member("P", statistics.changePercent)
        json.member("w", statistics.weightedAverage)
        json.member("c", day.close.description)
        json.member("Q", statistics.instrument.text(statistics.lastQuantity))
        json.member("o", day.open.description)
        json.member("h", day.high.description)
        json.member("l", day.low.description)
        json.member("v", statistics.instrument.text(day.volume))
        json.member("q", AsterText.value(day.value, statistics.instrument))
        json.member("O", statistics.openTime.milliseconds)
        json.member("C", statistics.closeTime.milliseconds)
        json.member("F", day.firstTrade)
        json.member("L", day.lastTrade)
        json.member("n", day.trades)
    }
}
