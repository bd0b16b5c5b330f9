internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension BinanceServer {
    func writeAccount(_ parameters: BinanceParameters, _ account: Int, _ json: inout JSONWriter) throws(BinanceError) {
        let omitsZeros = try parameters.flag("omitZeroBalances") ?? false
        let id = accounts[account].id
        let fees = markets.first.map { exchange.fees(of: id, in: $0.id) } ?? (.zero, .zero)
        json.beginObject()
        json.member("makerCommission", fees.maker.parts / 10_000)
        json.member("takerCommission", fees.taker.parts / 10_000)
        json.member("buyerCommission", 0)
        json.member("sellerCommission", 0)
        Self.writeRates("commissionRates", fees, sides: true, &json)
        json.member("canTrade", true)
        json.member("canWithdraw", false)
        json.member("canDeposit", false)
        json.member("brokered", false)
        json.member("requireSelfTradePrevention", false)
        json.member("preventSor", false)
        json.member("updateTime", max(accounts[account].updatedAt.milliseconds, 0))
        json.member("accountType", "SPOT")
        json.member("tradeGroupId", accounts[account].tradeGroup)
        json.key("balances")
        json.beginArray()
        for (asset, _) in exchange.balances(of: id) {
            let holding = exchange.holding(of: id, asset: asset)
            guard !omitsZeros || holding.total != .zero else { continue }
            json.beginObject()
            json.member("asset", asset)
            json.member("free", BinanceText.amount(holding.total - holding.locked))
            json.member("locked", BinanceText.amount(holding.locked))
            json.endObject()
        }
        json.endArray()
        json.key("permissions")
        json.beginArray()
        json.string("SPOT")
        json.endArray()
        json.member("uid", 354_937_868 + Int64(account))
        json.endObject()
    }

    /// - Parameter sides: whether buyers and sellers have rates of their own, which are zero.
    static func writeRates(
        _ name: String, _ fees: (maker: Rate, taker: Rate), sides: Bool, _ json: inout JSONWriter
    ) {
        json.key(name)
        json.beginObject()
        json.member("maker", fees.maker.description)
        json.member("taker", fees.taker.description)
        if sides {
            json.member("buyer", "0.00000000")
            json.member("seller", "0.00000000")
        }
        json.endObject()
    }

    func writeCommission(
        _ parameters: BinanceParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(BinanceError) {
        let market = markets[try marketIndex(parameters)]
        json.beginObject()
        json.member("symbol", market.instrument.symbol)
        let fees = exchange.fees(of: accounts[account].id, in: market.id)
        Self.writeRates("standardCommission", fees, sides: true, &json)
        Self.writeRates("specialCommission", (.zero, .zero), sides: true, &json)
        Self.writeRates("taxCommission", (.zero, .zero), sides: true, &json)
        json.key("discount")
        json.beginObject()
        json.member("enabledForAccount", false)
        json.member("enabledForSymbol", false)
        json.member("discountAsset", "BNB")
        json.member("discount", "0.75000000")
        json.endObject()
        json.endObject()
    }

    func writeOrderLimits(_ account: Int, _ json: inout JSONWriter) {
        let counted = accounts[account].orders.counted(at: now)
        json.beginArray()
        writeLimit("ORDERS", ("SECOND", 10), configuration.limits.ordersPerTenSeconds, counted.tenSeconds, &json)
        writeLimit("ORDERS", ("DAY", 1), configuration.limits.ordersPerDay, counted.day, &json)
        json.endArray()
    }

    func writeLimit(
        _ type: String, _ interval: (unit: String, count: Int64), _ limit: Int64, _ used: Int64?,
        _ json: inout JSONWriter
    ) {
        json.beginObject()
        json.member("rateLimitType", type)
        json.member("interval", interval.unit)
        json.member("intervalNum", interval.count)
        json.member("limit", limit)
        if let used { json.member("count", used) }
        json.endObject()
    }

    // MARK: History

    func writeUserTrades(
        _ parameters: BinanceParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(BinanceError) {
        let market = markets[try marketIndex(parameters)]
        let limit = try parameters.limit(standard: 500, maximum: 1_000)
        let firstID = try parameters.integer("fromId")
        let order = try parameters.integer("orderId")
        let (start, end) = try dayWindow(parameters)
        guard firstID == nil || start == nil && end == nil else { throw .badCombination }
        let found = exchange.executions(of: accounts[account].id, in: market.id).filter {
            (order == nil || $0.order == order) && $0.trade.number >= firstID ?? 0
                && $0.time.milliseconds >= start ?? 0 && $0.time.milliseconds <= end ?? .max
        }
        json.beginArray()
        for execution in firstID != nil || start != nil ? found.prefix(limit) : found.suffix(limit) {
            write(execution, market.instrument, &json)
        }
        json.endArray()
    }

    private func write(_ execution: Execution, _ instrument: Instrument, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("symbol", instrument.symbol)
        json.member("id", execution.trade.number)
        json.member("orderId", execution.order)
        json.member("orderListId", -1)
        json.member("price", BinanceText.price(execution.price, instrument))
        json.member("qty", BinanceText.quantity(execution.quantity, instrument))
        json.member("quoteQty", BinanceText.amount(instrument.notional(execution.price, execution.quantity)))
        json.member("commission", BinanceText.amount(execution.commission))
        json.member("commissionAsset", execution.commissionAsset)
        json.member("time", execution.time.milliseconds)
        json.member("isBuyer", execution.side == .buy)
        json.member("isMaker", execution.isMaker)
        json.member("isBestMatch", true)
        json.endObject()
    }

    func writePreventedMatches(
        _ parameters: BinanceParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(BinanceError) {
        let market = markets[try marketIndex(parameters)]
        let limit = try parameters.limit(standard: 500, maximum: 1_000)
        let number = try parameters.integer("preventedMatchId")
        let order = try parameters.integer("orderId")
        let first = try parameters.integer("fromPreventedMatchId") ?? 0
        guard (number == nil) != (order == nil) else { throw .badCombination }
        let found = accounts[account].preventions.elements.filter {
            $0.market == market.id && (number == nil || $0.record.number == number) && $0.record.number >= first
                && (order == nil || $0.record.taker == order || $0.record.maker == order)
        }
        json.beginArray()
        for prevention in found.prefix(limit) {
            let record = prevention.record
            json.beginObject()
            json.member("symbol", market.instrument.symbol)
            json.member("preventedMatchId", record.number)
            json.member("takerOrderId", record.taker)
            json.member("makerSymbol", market.instrument.symbol)
            json.member("makerOrderId", record.maker)
            json.member("tradeGroupId", accounts[account].tradeGroup)
            json.member("selfTradePreventionMode", record.mode.asterText)
            json.member("price", BinanceText.price(record.price, market.instrument))
            writeQuantities(record, market.instrument, &json)
            json.member("transactTime", record.time.milliseconds)
            json.endObject()
        }
        json.endArray()
    }
}
