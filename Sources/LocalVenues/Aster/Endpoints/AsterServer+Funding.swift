internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension AsterServer {
    func writePremiumIndex(_ parameters: AsterParameters, _ json: inout JSONWriter) throws(AsterError) {
        try writeEach(parameters, &json) { market, json in
            let mark = mark(market)
            json.beginObject()
            json.member("symbol", market.instrument.symbol)
            json.member("markPrice", AsterText.eightDecimals(mark.price))
            json.member("indexPrice", AsterText.eightDecimals(mark.index))
            json.member("estimatedSettlePrice", AsterText.eightDecimals(mark.index))
            json.member("lastFundingRate", mark.rate.description)
            json.member("nextFundingTime", mark.nextFunding.milliseconds)
            json.member("interestRate", "0.00010000")
            json.member("time", venueTime.milliseconds)
            json.endObject()
        }
    }

    /// Ascending; a window with more rows than `limit` gives the first ones from `startTime`.
    func writeFundingRates(_ parameters: AsterParameters, _ json: inout JSONWriter) throws(AsterError) {
        let only = try optionalMarketIndex(parameters)
        let limit = try parameters.limit(standard: 100, maximum: 1_000)
        let (start, end) = try parameters.window()
        var rows: [(symbol: String, record: FundingRecord)] = []
        for (index, market) in markets.enumerated() where only == nil || only == index {
            for record in market.fundingHistory.elements
            where record.time.milliseconds >= start ?? 0 && record.time.milliseconds <= end ?? .max {
                rows.append((market.instrument.symbol, record))
            }
        }
        rows.sort { ($0.record.time, $0.symbol) < ($1.record.time, $1.symbol) }
        json.beginArray()
        for row in start != nil ? rows.prefix(limit) : rows.suffix(limit) {
            json.beginObject()
            json.member("symbol", row.symbol)
            json.member("fundingTime", row.record.time.milliseconds)
            json.member("fundingRate", row.record.rate.description)
            json.endObject()
        }
        json.endArray()
    }

    /// An array even for one symbol, as live.
    func writeFundingInfo(_ parameters: AsterParameters, _ json: inout JSONWriter) throws(AsterError) {
        let only = try optionalMarketIndex(parameters)
        json.beginArray()
        for (index, market) in markets.enumerated() where only == nil || only == index {
            json.beginObject()
            json.member("symbol", market.instrument.symbol)
            json.member("interestRate", "0.00010000")
            json.member("time", venueTime.milliseconds)
            json.member(
                "fundingIntervalHours", market.definition.fundingInterval.milliseconds / TimeSpan.hours(1).milliseconds)
            json.key("fundingFeeCap")
            json.numeral("0.02")
            json.key("fundingFeeFloor")
            json.numeral("-0.02")
            json.endObject()
        }
        json.endArray()
    }
}
