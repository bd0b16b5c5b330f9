internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension BitoProServer {
    // MARK: Orders

    func writeOpenOrders(
        _ parameters: BitoProParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(BitoProError) {
        var orders = exchange.openOrders(of: accounts[account].id, in: nil)
        if let pair = parameters.text("pair") {
            let market = try market(pair).market
            orders.removeAll { $0.request.market != market }
        }
        orders.sort { ($0.updatedAt, $0.id) > ($1.updatedAt, $1.id) }
        writeData(orders, &json)
    }

    func writeAllOrders(
        _ instrument: Instrument, _ parameters: BitoProParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(BitoProError) {
        let limit = try parameters.integer("limit", 1...1_000, standard: 100)
        let start = try parameters.time("startTimestamp") ?? .distantPast
        let end = try parameters.time("endTimestamp") ?? .distantFuture
        let kind = parameters.text("statusKind") ?? "ALL"
        guard ["OPEN", "DONE", "ALL"].contains(kind) else { throw .parameter }
        let status = try parameters.integer("status")
        let client = try parameters.integer("clientId")
        let first = try parameters.integer("orderId")
        var orders = exchange.orders(of: accounts[account].id, in: instrument.market, createdBetween: start, and: end)
        orders.removeAll { order in
            let code = BitoProText.status(order)
            if let status, status != code { return true }
            if status == nil, kind == "OPEN", !order.status.isOpen { return true }
            if status == nil, kind == "DONE", code != 2, code != 3 { return true }
            return client.map { $0 != order.request.tag } ?? false || first.map { order.id < $0 } ?? false
        }
        orders.sort { $0.id > $1.id }
        writeData(Array(orders.prefix(Int(limit))), &json)
    }

    private func writeData(_ orders: [ExchangeOrder], _ json: inout JSONWriter) {
        json.beginObject()
        json.key("data")
        json.beginArray()
        for order in orders { write(order, &json) }
        json.endArray()
        json.endObject()
    }

    func write(_ order: ExchangeOrder, _ json: inout JSONWriter) {
        let instrument = instrument(order.request.market)
        let fee = fee(of: order)
        json.beginObject()
        json.member("id", String(order.id))
        json.member("pair", BitoProText.pair(instrument))
        json.member("price", BitoProText.plain(order.request.price.map { instrument.decimal($0) } ?? .zero))
        let average = LedgerMath.average(order.filledValue, over: order.filled, instrument, decimals: 8)
        json.member("avgExecutionPrice", BitoProText.plain(average))
        json.member("action", BitoProText.action(order.request.side))
        json.member("type", order.request.type == .market ? "MARKET" : "LIMIT")
        json.member("timestamp", order.updatedAt.milliseconds)
        json.member("createdTimestamp", order.createdAt.milliseconds)
        json.member("updatedTimestamp", order.updatedAt.milliseconds)
        json.member("status", BitoProText.status(order))
        json.member("originalAmount", BitoProText.plain(instrument.decimal(order.quantity)))
        json.member("remainingAmount", BitoProText.plain(instrument.decimal(order.remaining)))
        json.member("executedAmount", BitoProText.plain(instrument.decimal(order.filled)))
        json.member("fee", BitoProText.plain(fee))
        let asset = order.request.side == .buy ? instrument.baseAsset : instrument.quoteAsset
        json.member("feeSymbol", asset.lowercased())
        json.member("bitoFee", "0")
        json.member("total", BitoProText.plain(order.filledValue))
        json.member("seq", "\(instrument.baseAsset)\(instrument.quoteAsset)\(order.id)")
        json.member("timeInForce", order.request.timeInForce == .postOnly ? "POST_ONLY" : "GTC")
        if order.request.tag != 0 { json.member("clientId", order.request.tag) }
        json.endObject()
    }

    /// What its fills cost. They are the newest of the account's, or nearly.
    private func fee(of order: ExchangeOrder) -> Cash {
        guard order.filled > .zero else { return .zero }
        var sum = Cash.zero
        for execution in exchange.executions(of: order.account, in: order.request.market).reversed() {
            if execution.time < order.createdAt { break }
            if execution.order == order.id { sum += execution.commission }
        }
        return sum
    }

    // MARK: Fills

    /// Newest first; `tradeId` is the newest that is told.
    func writeFills(
        _ instrument: Instrument, _ parameters: BitoProParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(BitoProError) {
        let limit = try parameters.integer("limit", 0...1_000, standard: 100)
        let start = try parameters.time("startTimestamp") ?? .distantPast
        let end = try parameters.time("endTimestamp") ?? .distantFuture
        let newest = try parameters.integer("tradeId") ?? .max
        let order = try parameters.integer("orderId")
        let rows = exchange.executions(of: accounts[account].id, in: instrument.market)
            .filter { execution in
                execution.time >= start && execution.time <= end && execution.trade.number <= newest
                    && order.map { $0 == execution.order } ?? true
            }
            .sorted { ($0.trade, $0.order) > ($1.trade, $1.order) }
        json.beginObject()
        json.key("data")
        json.beginArray()
        for execution in rows.prefix(Int(limit)) { write(execution, instrument, &json) }
        json.endArray()
        json.endObject()
    }

    private func write(_ execution: Execution, _ instrument: Instrument, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("tradeId", String(execution.trade.number))
        json.member("orderId", String(execution.order))
        json.member("price", BitoProText.plain(instrument.decimal(execution.price)))
        json.member("action", BitoProText.action(execution.side))
        json.member("baseAmount", BitoProText.plain(instrument.decimal(execution.quantity)))
        json.member("quoteAmount", BitoProText.plain(instrument.notional(execution.price, execution.quantity)))
        json.member("fee", BitoProText.plain(execution.commission))
        json.member("feeSymbol", execution.commissionAsset)
        json.member("isTaker", !execution.isMaker)
        json.member("timestamp", execution.time.milliseconds)
        json.member("createdTimestamp", execution.time.milliseconds)
        json.endObject()
    }

    // MARK: Balances

    func writeBalance(_ account: Int, _ json: inout JSONWriter) {
        json.beginObject()
        json.key("data")
        json.beginArray()
        for (asset, _) in exchange.balances(of: accounts[account].id) {
            writeBalance(asset, account, asset.lowercased(), &json)
        }
        json.endArray()
        json.endObject()
    }

    func writeBalance(_ asset: String, _ account: Int, _ name: String, _ json: inout JSONWriter) {
        let holding = exchange.holding(of: accounts[account].id, asset: asset)
        json.beginObject()
        json.member("currency", name)
        json.member("amount", BitoProText.plain(holding.total))
        json.member("available", BitoProText.plain(holding.total - holding.locked))
        json.member("stake", "0")
        json.member("tradable", true)
        json.endObject()
    }
}
