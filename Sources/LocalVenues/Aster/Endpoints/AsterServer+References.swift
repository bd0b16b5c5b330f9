internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension AsterServer {
    /// What the index is made of: here, the local book alone. An unknown symbol has an error of its own, as live.
    func writeIndexReferences(_ parameters: AsterParameters, _ json: inout JSONWriter) throws(AsterError) {
        let symbol = try parameters.required("symbol")
        guard let market = markets.first(where: { $0.instrument.symbol == symbol }) else {
            throw AsterError(-1_000, "Invalid symbol.")
        }
        json.beginObject()
        json.member("symbol", market.instrument.symbol)
        json.member("time", venueTime.milliseconds)
        json.key("references")
        json.beginArray()
        json.beginObject()
        json.member("exchange", "aster")
        json.member("symbol", market.instrument.symbol)
        json.member("weight", "1.00000000")
        json.endObject()
        json.endArray()
        json.endObject()
    }

    /// No local market caps its open interest: -1.
    func writeRemainingNotional(_ parameters: AsterParameters, _ json: inout JSONWriter) throws(AsterError) {
        let market = markets[try marketIndex(parameters)]
        guard let leverage = try parameters.integer("leverage") else { throw .missing("leverage") }
        guard (1...market.definition.maxLeverage).contains(leverage) else {
            throw AsterError(-4_028, "Leverage is not valid.")
        }
        json.beginObject()
        json.member("remainingOpenableNotionalValue", "-1")
        json.endObject()
    }
}
