internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension MAXServer {
    // MARK: Orders

    func write(_ order: ExchangeOrder, _ json: inout JSONWriter) {
        let request = order.request
        let instrument = instrument(request.market)
        json.beginObject()
        json.member("id", order.id)
        json.member("wallet_type", "spot")
        json.member("market", symbol(request.market))
        json.key("client_oid")
        if let name = request.maxName { json.string(name) } else { json.null() }
        json.key("group_id")
        if request.tag == 0 { json.null() } else { json.integer(request.tag) }
        json.member("side", request.side.maxText)
        json.member("state", order.status.maxText)
        json.member("ord_type", request.maxType)
        json.key("price")
        if let price = request.price { json.string(MAXText.amount(instrument.decimal(price))) } else { json.null() }
        json.key("stop_price")
        json.null()
        json.member("avg_price", averagePrice(order))
        json.member("volume", MAXText.amount(instrument.decimal(order.quantity)))
        json.member("remaining_volume", MAXText.amount(instrument.decimal(order.remaining)))
        json.member("executed_volume", MAXText.amount(instrument.decimal(order.filled)))
        json.member("trades_count", tradeCount(order))
        json.member("created_at", told(order.createdAt))
        json.member("updated_at", told(order.updatedAt))
        json.endObject()
    }

    func averagePrice(_ order: ExchangeOrder) -> String {
        let instrument = instrument(order.request.market)
        return MAXText.amount(
            LedgerMath.average(
                order.filledValue, over: order.filled, instrument, decimals: instrument.tickSize.scale + 4))
    }

    /// Looks no further back than the order.
    func tradeCount(_ order: ExchangeOrder) -> Int64 {
        guard order.filled > .zero else { return 0 }
        var count: Int64 = 0
        for execution in exchange.executions(of: order.account, in: order.request.market).reversed() {
            guard execution.time >= order.createdAt else { break }
            if execution.order == order.id { count += 1 }
        }
        return count
    }

    // MARK: Trades

    /// An account's trades in one market, oldest first: one row for each, which of a trade with itself has both sides, the
    /// sell first.
    func tradeRows(of account: AccountID, in market: MarketID) -> [[Execution]] {
        var rows: [[Execution]] = []
        for execution in exchange.executions(of: account, in: market) {
            if let last = rows.indices.last, rows[last][0].trade == execution.trade {
                rows[last].append(execution)
                rows[last].sort { a, _ in a.side == .sell }
            } else {
                rows.append([execution])
            }
        }
        return rows
    }

    func writeTrades(
        _ parameters: MAXParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(MAXError) {
        let id = accounts[account].id
        let limit = try parameters.limit()
        let isAscending = try parameters.word("order", of: ["asc", "desc"], standard: "desc") == "asc"
        let from = try parameters.moment("timestamp")
        let fromID = try parameters.integer("from_id")
        var rows: [[Execution]]
        if let market = try optionalMarket(parameters) {
            rows = tradeRows(of: id, in: market)
        } else {
            rows = configuration.markets.flatMap { tradeRows(of: id, in: $0.instrument.market) }
            rows.sort { $0[0].trade < $1[0].trade }
        }
        // The moment counts where both are given.
        rows = rows.filter { row in
            if let from {
                let time = told(row[0].time)
                return isAscending ? time >= from.milliseconds : time <= from.milliseconds
            }
            guard let fromID else { return true }
            return isAscending ? row[0].trade.number >= fromID : row[0].trade.number <= fromID
        }
        json.beginArray()
        for row in (isAscending ? rows : rows.reversed()).prefix(limit) { write(row, &json) }
        json.endArray()
    }

    func write(_ row: [Execution], _ json: inout JSONWriter) {
        let first = row[0]
        let instrument = instrument(first.market)
        json.beginObject()
        json.member("id", first.trade.number)
        json.member("order_id", first.order)
        json.member("wallet_type", "spot")
        json.member("price", MAXText.amount(instrument.decimal(first.price)))
        json.member("volume", MAXText.amount(instrument.decimal(first.quantity)))
        json.member("funds", MAXText.amount(instrument.notional(first.price, first.quantity)))
        json.member("market", symbol(first.market))
        json.member("market_name", "\(instrument.baseAsset)/\(instrument.quoteAsset)")
        json.member("side", row.count > 1 ? "self-trade" : first.side.maxBookText)
        json.member("fee", MAXText.amount(first.commission))
        json.member("fee_currency", first.commissionAsset.lowercased())
        json.member("fee_discounted", false)
        if row.count > 1 {
            json.member("self_trade_bid_fee", MAXText.amount(row[1].commission))
            json.member("self_trade_bid_fee_currency", row[1].commissionAsset.lowercased())
            json.member("self_trade_bid_fee_discounted", false)
            json.member("self_trade_bid_order_id", row[1].order)
        }
        json.member("liquidity", first.isMaker ? "maker" : "taker")
        json.member("created_at", told(first.time))
        json.endObject()
    }
}
