internal import Exchange
internal import MarketModel
internal import Wire

/// Market-maker protection: settings are kept and told. It never triggers: how an order is marked for it is undocumented.
extension AsterServer {
    mutating func setProtection(
        _ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        let market = markets[try marketIndex(parameters)].id
        func span(_ name: String) throws(AsterError) -> Int64 {
            guard let value = try parameters.integer(name) else { throw .missing(name) }
            return value
        }
        let protection = MakerProtection(
            market: market, window: try span("windowTimeInMilliseconds"),
            frozen: try span("frozenTimeInMilliseconds"), quantityLimit: try parameters.integer("qtyLimit") ?? 0,
            valueLimit: try parameters.integer("valueLimit") ?? 0,
            deltaLimit: try parameters.integer("deltaLimit") ?? 0)
        accounts[account].protections.removeAll { $0.market == market }
        accounts[account].protections.append(protection)
        json.bool(true)
    }

    func writeProtections(
        _ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        let only = try optionalMarketIndex(parameters)
        json.beginArray()
        for protection in accounts[account].protections where only == nil || protection.market.index == only {
            json.beginObject()
            json.member("symbol", markets[protection.market.index].instrument.symbol)
            json.member("windowTimeInMilliseconds", protection.window)
            json.member("frozenTimeInMilliseconds", protection.frozen)
            json.member("qtyLimit", protection.quantityLimit)
            json.member("valueLimit", protection.valueLimit)
            json.member("deltaLimit", protection.deltaLimit)
            json.endObject()
        }
        json.endArray()
    }

    mutating func removeProtection(
        _ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        let market = markets[try marketIndex(parameters)].id
        accounts[account].protections.removeAll { $0.market == market }
        json.bool(true)
    }

    func resetProtection(_ parameters: AsterParameters, _ json: inout JSONWriter) throws(AsterError) {
        _ = try marketIndex(parameters)
        json.bool(true)
    }
}
