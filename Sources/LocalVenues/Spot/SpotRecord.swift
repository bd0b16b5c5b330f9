internal import Exchange
internal import MarketModel
internal import Wire

/// What one account of a local spot venue did, for auditors.
struct SpotRecord: Sendable {
    /// Of one market since the start.
    struct Market: Hashable, Sendable {
        var bought = Quantity.zero
        var sold = Quantity.zero
        /// Σ price × quantity.
        var paid = Cash.zero
        var received = Cash.zero
        var executions: Int64 = 0
        var selfTrades: Int64 = 0
        /// Counts what was bought and sold since the start as the position.
        var exposure = ExposureRecord()
    }
    private(set) var markets: [Market]
    private(set) var fees: [(asset: String, amount: Cash)] = []

    init(markets: Int) { self.markets = Array(repeating: Market(), count: markets) }

    /// Looks at one change of an order of this account.
    mutating func absorb(_ order: ExchangeOrder, _ execution: Execution?, _ exchange: Exchange) {
        let market = order.request.market
        let instrument = exchange.markets[market.index].instrument
        if let execution { book(execution, instrument) }
        let price = exchange.lastPrice(market) ?? order.request.price ?? Price(ticks: 0)
        markets[market.index].exposure.note(
            open: exchange.openOrders(of: order.account, in: market),
            position: markets[market.index].bought - markets[market.index].sold, mark: instrument.decimal(price),
            instrument)
    }

    private mutating func book(_ execution: Execution, _ instrument: Instrument) {
        let index = execution.market.index
        let value = instrument.notional(execution.price, execution.quantity)
        switch execution.side {
        case .buy:
            markets[index].bought += execution.quantity
            markets[index].paid += value
        case .sell:
            markets[index].sold += execution.quantity
            markets[index].received += value
        }
        markets[index].executions += 1
        if execution.isSelfTrade { markets[index].selfTrades += 1 }
        if let row = fees.firstIndex(where: { $0.asset == execution.commissionAsset }) {
            fees[row].amount += execution.commission
        } else {
            fees.append((execution.commissionAsset, execution.commission))
        }
    }

    // MARK: The ledger

    /// The members of `/apus/ledger`.
    func write(_ account: AccountID, _ exchange: Exchange, into json: inout JSONWriter) {
        json.key("balances")
        json.beginObject()
        for (asset, amount) in exchange.balances(of: account) { json.member(asset, Self.exact(amount)) }
        json.endObject()
        json.key("locked")
        json.beginObject()
        for (asset, _) in exchange.balances(of: account) {
            json.member(asset, Self.exact(exchange.holding(of: account, asset: asset).locked))
        }
        json.endObject()
        json.key("fees")
        json.beginObject()
        for (asset, amount) in fees { json.member(asset, Self.exact(amount)) }
        json.endObject()
        json.key("markets")
        json.beginArray()
        for definition in exchange.markets { write(definition.instrument, account, exchange, into: &json) }
        json.endArray()
    }

    private func write(
        _ instrument: Instrument, _ account: AccountID, _ exchange: Exchange, into json: inout JSONWriter
    ) {
        let market = markets[instrument.market.index]
        json.beginObject()
        json.member("symbol", instrument.symbol)
        json.member("position_lots", (market.bought - market.sold).lots)
        json.member("bought_lots", market.bought.lots)
        json.member("sold_lots", market.sold.lots)
        json.member("paid", Self.exact(market.paid))
        json.member("received", Self.exact(market.received))
        json.member("executions", market.executions)
        json.member("self_trades", market.selfTrades)
        json.member("open_orders", Int64(exchange.openOrders(of: account, in: instrument.market).count))
        json.member("open_buy_lots", market.exposure.openBuys.lots)
        json.member("open_sell_lots", market.exposure.openSells.lots)
        json.member("max_long_lots", market.exposure.maxLong.lots)
        json.member("max_short_lots", market.exposure.maxShort.lots)
        json.member("max_position_lots", market.exposure.maxPosition.lots)
        json.member("max_exposure_value", Self.exact(market.exposure.maxValue))
        json.member("max_open_orders", Int64(market.exposure.maxOpenOrders))
        json.endObject()
    }

    /// All twelve decimals.
    static func exact(_ cash: Cash) -> String { cash.text(decimals: Cash.scale) }
}
