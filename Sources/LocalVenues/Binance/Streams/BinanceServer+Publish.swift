internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension BinanceServer {
    /// Tells the streams what the exchange did, in order; then what it left: account positions, best prices, aggregates.
    mutating func publishEvents(into effects: inout [ServerEffect]) {
        defer { requestNames.removeAll(keepingCapacity: true) }
        guard !events.isEmpty else { return }
        let batch = events
        events.removeAll(keepingCapacity: true)
        var touched: [Int] = []
        var printed: [Int] = []
        var changed: [AccountChange] = []
        var lastPrint: (market: MarketID, price: Price, aggressor: Side)?
        for event in batch {
            switch event {
            case .level(let market, let side, let level):
                change(market, side, level)
                if !touched.contains(market.index) { touched.append(market.index) }
            case .print(let market, let trade):
                let joins = lastPrint.map { $0 == (market, trade.price, trade.aggressor) } ?? false
                lastPrint = (market, trade.price, trade.aggressor)
                record(trade, market, joinsPrevious: joins, into: &effects)
                if !printed.contains(market.index) { printed.append(market.index) }
            case .order(let change, let order, let execution):
                guard let account = accounts.firstIndex(where: { $0.id == order.account }) else { break }
                record(account, order, execution)
                publishOrder(account, change, order, execution, into: &effects)
                note(account, order.request.market, in: &changed)
            case .account, .mark, .leverageChanged: break
            }
        }
        for change in changed { publishPosition(change.account, change.assets, into: &effects) }
        for market in printed { publishAggregates(market, into: &effects) }
        for market in touched { publishTouch(market, into: &effects) }
    }

    /// The assets of which an account may have more or less, or free, than before.
    private struct AccountChange {
        let account: Int
        var assets: [String]
    }

    private func note(_ account: Int, _ market: MarketID, in changed: inout [AccountChange]) {
        let index = changed.firstIndex { $0.account == account } ?? changed.count
        if index == changed.count { changed.append(AccountChange(account: account, assets: [])) }
        let instrument = markets[market.index].instrument
        for asset in [instrument.baseAsset, instrument.quoteAsset] where !changed[index].assets.contains(asset) {
            changed[index].assets.append(asset)
        }
    }

    /// Limits, and what auditors want to know.
    private mutating func record(_ account: Int, _ order: ExchangeOrder, _ execution: Execution?) {
        let market = order.request.market
        accounts[account].updatedAt = now
        if let prevention = order.prevention {
            // Tells the other side, too, whose order may have been left as it was.
            for owner in [prevention.takerAccount, prevention.makerAccount] {
                guard let index = accounts.firstIndex(where: { $0.id == owner }) else { continue }
                accounts[index].note(BinancePrevention(record: prevention, market: market))
            }
        }
        if let execution {
            if order.filled == execution.quantity { accounts[account].orders.fill(isMaker: execution.isMaker, at: now) }
            accounts[account].charge(execution.commission, execution.commissionAsset)
            accounts[account].activities[market.index].book(execution, markets[market.index].instrument)
        }
        let activity = accounts[account].activities[market.index]
        accounts[account].activities[market.index].exposure.note(
            open: exchange.openOrders(of: accounts[account].id, in: market), position: activity.bought - activity.sold,
            mark: exchange.mark(market).price, markets[market.index].instrument)
    }

    // MARK: Public changes

    private mutating func change(_ market: MarketID, _ side: Side, _ level: BookLevel) {
        markets[market.index].updateID += 1
        let id = markets[market.index].updateID
        for index in streams.indices {
            switch streams[index].stream {
            case .depth(market, _):
                streams[index].depth.add(side, level, id: id)
                streams[index].touch(at: now)
            case .top(market, _, _): streams[index].touch(at: now)
            case .depth, .top, .aggregateTrades, .trades, .candles, .miniTicker, .allMiniTickers, .ticker,
                .averagePrice, .touch:
                break
            }
        }
    }

    private mutating func record(
        _ trade: PublicTrade, _ market: MarketID, joinsPrevious: Bool, into effects: inout [ServerEffect]
    ) {
        markets[market.index].record(trade, joinsPrevious: joinsPrevious)
        for index in streams.indices where streams[index].stream.followsTrades(of: market) {
            streams[index].touch(at: now)
        }
        guard isHeard(.trades(market)) else { return }
        let instrument = markets[market.index].instrument
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "trade")
        json.member("E", venueTime.milliseconds)
        json.member("s", instrument.symbol)
        json.member("t", trade.id.number)
        json.member("p", BinanceText.price(trade.price, instrument))
        json.member("q", BinanceText.quantity(trade.quantity, instrument))
        json.member("T", trade.venueTime.milliseconds)
        json.member("m", trade.aggressor == .sell)
        json.member("M", true)
        json.endObject()
        publish(.trades(market), json.bytes, into: &effects)
    }

    private func isHeard(_ stream: BinanceStream) -> Bool { streams.contains { $0.stream == stream } }

    private mutating func publishAggregates(_ index: Int, into effects: inout [ServerEffect]) {
        let market = markets[index]
        markets[index].toldAggregate = market.aggregates.last?.id ?? 0
        guard isHeard(.aggregateTrades(market.id)) else { return }
        for trade in market.aggregates.elements.reversed().prefix(while: { $0.id > market.toldAggregate }).reversed() {
            var json = JSONWriter()
            json.beginObject()
            json.member("e", "aggTrade")
            json.member("E", venueTime.milliseconds)
            json.member("s", market.instrument.symbol)
            write(trade, market.instrument, &json)
            json.endObject()
            publish(.aggregateTrades(market.id), json.bytes, into: &effects)
        }
    }

    /// Tells a best price or quantity that changed.
    private mutating func publishTouch(_ index: Int, into effects: inout [ServerEffect]) {
        let market = markets[index]
        guard let touch = exchange.touch(market.id), touch != market.touch else { return }
        markets[index].touch = touch
        guard isHeard(.touch(market.id)) else { return }
        let instrument = market.instrument
        var json = JSONWriter()
        json.beginObject()
        json.member("u", market.updateID)
        json.member("s", instrument.symbol)
        json.member("b", BinanceText.price(touch.bid.price, instrument))
        json.member("B", BinanceText.quantity(touch.bid.quantity, instrument))
        json.member("a", BinanceText.price(touch.ask.price, instrument))
        json.member("A", BinanceText.quantity(touch.ask.quantity, instrument))
        json.endObject()
        publish(.touch(market.id), json.bytes, into: &effects)
    }
}

extension BinanceActivity {
    fileprivate mutating func book(_ execution: Execution, _ instrument: Instrument) {
        executions += 1
        if execution.isSelfTrade { selfTraded += execution.quantity }
        let value = instrument.notional(execution.price, execution.quantity)
        switch execution.side {
        case .buy:
            bought += execution.quantity
            boughtValue += value
        case .sell:
            sold += execution.quantity
            soldValue += value
        }
    }
}
