internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension AsterServer {
    /// Tells the streams what the exchange did, in order. The fills of one call share one `ACCOUNT_UPDATE`, which
    /// comes before the first of them.
    mutating func publishEvents(into effects: inout [ServerEffect]) {
        announceModes(into: &effects)
        guard !events.isEmpty else { return }
        let batch = events
        events.removeAll(keepingCapacity: true)
        var updates = orderUpdates(in: batch)
        var touched: [Int] = []
        var marked = false
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
            case .mark(let market, let price, let index, let rate, let nextFunding):
                let state = MarkState(price: price, index: index, rate: rate, nextFunding: nextFunding)
                markets[market.index].record(state, at: now)
                marked = true
            case .order(let change, let order, let execution):
                if execution != nil { publishUpdate(of: order.account, &updates, into: &effects) }
                publishOrder(change, order, execution, into: &effects)
                recordExposure(order.account, order.request.market)
            case .account(let change, let account, let market, let amount):
                guard change != .order else { break }
                publishAccount(change, account, market.map { [$0] } ?? [], amount, into: &effects)
            case .leverageChanged(let account, let market, let leverage):
                publishLeverage(account, market, leverage, into: &effects)
            }
        }
        for index in updates.indices where !updates[index].isSent {
            publishUpdate(of: updates[index].account, &updates, into: &effects)
        }
        for market in touched { publishTouch(market, into: &effects) }
        if marked { callMargins(into: &effects) }
    }

    /// Changes of balance and position that orders caused in one batch.
    private struct AccountUpdate {
        let account: AccountID
        var markets: [MarketID]
        var isSent = false
    }

    private func orderUpdates(in batch: [ExchangeEvent]) -> [AccountUpdate] {
        var updates: [AccountUpdate] = []
        for event in batch {
            guard case .account(.order, let account, let market, _) = event else { continue }
            let index = updates.firstIndex { $0.account == account } ?? updates.count
            if index == updates.count { updates.append(AccountUpdate(account: account, markets: [])) }
            if let market, !updates[index].markets.contains(market) { updates[index].markets.append(market) }
        }
        return updates
    }

    private mutating func publishUpdate(
        of account: AccountID, _ updates: inout [AccountUpdate], into effects: inout [ServerEffect]
    ) {
        guard let index = updates.firstIndex(where: { $0.account == account && !$0.isSent }) else { return }
        updates[index].isSent = true
        publishAccount(.order, account, updates[index].markets, .zero, into: &effects)
    }

    // MARK: Public changes

    private mutating func change(_ market: MarketID, _ side: Side, _ level: BookLevel) {
        bookSequence += gaps.integer(in: 1...9)
        markets[market.index].updateID = bookSequence
        markets[market.index].updatedAt = now
        for index in streams.indices {
            switch streams[index].stream {
            case .depth(market, _):
                streams[index].depth.add(side, level, id: bookSequence)
                streams[index].touch(at: now)
            case .top(market, _, _): streams[index].touch(at: now)
            case .depth, .top, .aggregateTrades, .mark, .allMarks, .candles, .miniTicker, .allMiniTickers, .ticker,
                .allTickers, .touch, .allTouches, .liquidations, .allLiquidations, .signedTrades, .user:
                break
            }
        }
    }

    private mutating func record(
        _ trade: PublicTrade, _ market: MarketID, joinsPrevious: Bool, into effects: inout [ServerEffect]
    ) {
        markets[market.index].record(trade, joinsPrevious: joinsPrevious)
        for index in streams.indices {
            switch streams[index].stream {
            case .aggregateTrades(market), .miniTicker(market), .ticker(market), .allMiniTickers, .allTickers:
                streams[index].touch(at: now)
            case .aggregateTrades, .miniTicker, .ticker, .depth, .top, .mark, .allMarks, .candles, .touch,
                .allTouches, .liquidations, .allLiquidations, .signedTrades, .user:
                break
            }
        }
        publishSignedTrade(trade, markets[market.index], into: &effects)
    }

    /// Tells a best price or quantity that changed.
    private mutating func publishTouch(_ index: Int, into effects: inout [ServerEffect]) {
        let market = markets[index]
        guard let touch = exchange.touch(market.id), touch != market.touch else { return }
        markets[index].touch = touch
        let isHeard = streams.contains { $0.stream == .touch(market.id) || $0.stream == .allTouches }
        guard isHeard else { return }
        let instrument = market.instrument
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "bookTicker")
        json.member("u", market.updateID)
        json.member("s", instrument.symbol)
        json.member("b", instrument.text(touch.bid.price))
        json.member("B", instrument.text(touch.bid.quantity))
        json.member("a", instrument.text(touch.ask.price))
        json.member("A", instrument.text(touch.ask.quantity))
        json.member("T", market.updatedAt.milliseconds)
        json.member("E", venueTime.milliseconds)
        configuration.dialect.mark(&json)
        json.endObject()
        publish(.touch(market.id), json.bytes, into: &effects)
        publish(.allTouches, json.bytes, into: &effects)
    }

    // MARK: Exposure

    private mutating func recordExposure(_ account: AccountID, _ market: MarketID) {
        guard let index = accounts.firstIndex(where: { $0.id == account }) else { return }
        accounts[index].exposures[market.index].note(
            open: exchange.openOrders(of: account, in: market),
            position: exchange.position(of: account, in: market).quantity,
            mark: mark(markets[market.index]).price, markets[market.index].instrument)
    }
}
