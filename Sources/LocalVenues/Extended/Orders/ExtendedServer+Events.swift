internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueExtended

/// What the exchange did, in the venue's terms.
extension ExtendedServer {
    /// Brings orders, trades, positions and statistics up to date, and notes what the streams must tell.
    mutating func absorbEvents() {
        while !events.isEmpty {
            let batch = events
            events.removeAll(keepingCapacity: true)
            var changed: [AccountMarket] = []
            for event in batch { absorb(event, &changed) }
            for pair in changed { noteExposure(pair.account, pair.market) }
            if batch.contains(where: { if case .mark = $0 { true } else { false } }) { enforceMargin() }
        }
    }

    private struct AccountMarket: Hashable {
        var account: Int
        var market: MarketID
    }

    private mutating func absorb(_ event: ExchangeEvent, _ changed: inout [AccountMarket]) {
        switch event {
        case .level(let market, let side, let level): notices.append(.level(market, side, level))
        case .print(let market, let trade):
            markets[market.index].record(trade)
            // The fills that belong to it come before it.
            let isLiquidation = liquidations.last == trade.id
            notices.append(.print(market, trade, isLiquidation: isLiquidation))
        case .mark(let market, let price, let index, _, _):
            markets[market.index].record(mark: price, index: index, at: now)
            notices.append(.mark(market, mark: price, index: index))
        case .order(let change, let order, let execution):
            guard let account = accountIndex(order.account) else { return }
            let pair = AccountMarket(account: account, market: order.request.market)
            if !changed.contains(pair) { changed.append(pair) }
            let id = record(of: order, account)
            absorb(change, order, execution, id)
        case .account(let change, let account, let market, let amount):
            guard let index = accountIndex(account) else { return }
            accounts[index].balanceUpdatedAt = venueTime
            if change == .fundingFee, let market { bookFunding(index, market, amount) }
            notices.append(.balance(account: index))
        case .leverageChanged(let account, let market, _):
            if let index = accountIndex(account) { notices.append(.position(account: index, market)) }
        }
    }

    func accountIndex(_ id: AccountID) -> Int? { accounts.indices.contains(id.index - 1) ? id.index - 1 : nil }

    // MARK: Orders

    /// The venue's order behind one of the exchange's; the exchange's own liquidations get one here.
    private mutating func record(of order: ExchangeOrder, _ account: Int) -> Int64 {
        if order.request.tag != 0 { return order.request.tag }
        let name = order.request.clientOrderID
        if let known = orders.order(named: name, of: account) { return known.id }
        let id = orderIDs.next(at: venueTime)
        orders.append(
            ExtendedOrder(
                id: id, account: account, externalID: name, market: order.request.market, kind: .market,
                side: order.request.side, price: order.request.price ?? Price(ticks: 0), quantity: order.quantity,
                isReduceOnly: true, isPostOnly: false, timeInForce: .immediateOrCancel, expiry: .distantFuture,
                selfTradeLevel: .account, trigger: nil, previous: nil, createdAt: venueTime, updatedAt: venueTime,
                status: .new, isLiquidation: true))
        accounts[account].open.append(id)
        note(account, "liquidation: \(order.request.side.extendedText) \(marketName(order.request.market))")
        return id
    }

    private mutating func absorb(
        _ change: OrderChange, _ order: ExchangeOrder, _ execution: Execution?, _ id: Int64
    ) {
        let time = venueTime
        orders.update(id) { known in
            known.engineID = order.id
            known.quantity = order.quantity
            known.filled = order.filled
            known.filledValue = order.filledValue
            known.updatedAt = time
            if let execution { known.fees += execution.commission }
            known.take(order)
        }
        guard let known = orders[id] else { return }
        if !known.status.isOpen { accounts[known.account].forgetOpen(id) }
        notices.append(.order(known))
        if let execution { book(execution, known) }
    }

    private mutating func book(_ execution: Execution, _ order: ExtendedOrder) {
        let account = order.account
        let trade = ExtendedTrade(
            id: execution.trade.number, account: account, order: order.id, externalID: order.externalID,
            market: order.market, side: execution.side, price: execution.price, quantity: execution.quantity,
            fee: execution.commission, isTaker: !execution.isMaker, isLiquidation: order.isLiquidation,
            time: venueTime)
        if order.isLiquidation { liquidations.append(execution.trade) }
        let closed = accounts[account].closedPositions.last?.id
        accounts[account].trades.append(trade)
        accounts[account].book(
            execution, markets[order.market.index].instrument, isLiquidation: order.isLiquidation, ids: &otherIDs)
        accounts[account].balanceUpdatedAt = venueTime
        notices.append(.trade(trade))
        if let last = accounts[account].closedPositions.last, last.id != closed {
            notices.append(.positionClosed(account: account, last))
        }
        if accounts[account].positions[order.market.index] != nil {
            notices.append(.position(account: account, order.market))
        }
        notices.append(.balance(account: account))
    }

    // MARK: Funding and statistics

    /// Notes the rates that were applied because their hour passed.
    mutating func recordFunding() {
        for index in markets.indices {
            let told = exchange.mark(markets[index].id)
            guard
                let applied = markets[index].recordFunding(told.fundingRate, next: told.nextFunding, at: now)
            else { continue }
            notices.append(.funding(markets[index].id, time: applied.time, rate: applied.rate))
            recordOpenInterest(markets[index].id, at: applied.time)
        }
    }

    private mutating func bookFunding(_ account: Int, _ market: MarketID, _ amount: Cash) {
        guard var position = accounts[account].positions[market.index] else { return }
        position.funding += amount
        accounts[account].positions[market.index] = position
        lastFundingPayment += 1
        let mark = exchange.mark(market)
        accounts[account].funding.append(
            ExtendedFundingPayment(
                id: lastFundingPayment, market: market, position: position.id, size: position.signedSize,
                mark: mark.price, rate: mark.fundingRate, amount: amount, time: venueTime))
        notices.append(.position(account: account, market))
    }

    private mutating func recordOpenInterest(_ market: MarketID, at time: Instant) {
        let base = openInterest(market)
        let state = markets[market.index]
        markets[market.index].openInterest.append(
            .init(
                time: time, base: base,
                value: LedgerMath.value(of: base, at: exchange.mark(market).price, state.instrument)))
    }

    /// The long side of all accounts. The flow has no positions.
    func openInterest(_ market: MarketID) -> Quantity {
        var longs = Quantity.zero
        for account in accounts {
            let held = exchange.position(of: account.id, in: market).quantity
            if held > .zero { longs += held }
        }
        return longs
    }

    private mutating func noteExposure(_ account: Int, _ market: MarketID) {
        let id = accounts[account].id
        accounts[account].exposures[market.index].note(
            open: exchange.openOrders(of: id, in: market), position: exchange.position(of: id, in: market).quantity,
            mark: exchange.mark(market).price, markets[market.index].instrument)
        let values = exposure(of: account)
        accounts[account].exposure.note(
            net: values.net, gross: values.gross, worstLong: values.worstLong, worstShort: values.worstShort)
    }

    /// Positions of all markets at their marks: signed, without signs, and were all orders of one side to fill.
    func exposure(of account: Int) -> (net: Cash, gross: Cash, worstLong: Cash, worstShort: Cash) {
        var result = (net: Cash.zero, gross: Cash.zero, worstLong: Cash.zero, worstShort: Cash.zero)
        for market in markets {
            let held = exchange.position(of: accounts[account].id, in: market.id).quantity
            let record = accounts[account].exposures[market.id.index]
            guard held != .zero || record.openBuys != .zero || record.openSells != .zero else { continue }
            let mark = exchange.mark(market.id).price
            func value(_ quantity: Quantity) -> Cash { LedgerMath.value(of: quantity, at: mark, market.instrument) }
            result.net += value(held)
            result.gross += value(held.magnitude)
            result.worstLong += value(held + record.openBuys)
            result.worstShort += value(record.openSells - held)
        }
        return result
    }

    // MARK: Margin

    /// Cancels what an account that is short of margin no longer may have resting.
    private mutating func enforceMargin() {
        for index in accounts.indices {
            let isShort = availableForTrade(index) < .zero
            guard isShort || accounts[index].isShort else { continue }
            accounts[index].isShort = isShort
            guard isShort else { continue }
            let adding = accounts[index].open.filter { orders[$0].map { !$0.isReduceOnly } ?? false }
            guard !adding.isEmpty else { continue }
            note(index, "available for trade is negative: \(adding.count) orders canceled")
            for id in adding { end(id, because: .notEnoughFunds) }
            accounts[index].isShort = availableForTrade(index) < .zero
        }
    }

    /// Equity less initial margin; negative when there is too little.
    func availableForTrade(_ account: Int) -> Cash {
        let id = accounts[account].id
        let margin = exchange.margin(of: id)
        return exchange.wallet(of: id) + exchange.unrealized(of: id) - margin.positions - margin.orders
    }
}

extension ExtendedOrder {
    /// Takes over how the exchange's order stands, in the venue's words.
    fileprivate mutating func take(_ order: ExchangeOrder) {
        switch order.status {
        case .new: status = trigger != nil && !order.isTriggered ? .untriggered : .new
        case .partiallyFilled: status = .partiallyFilled
        case .filled: status = .filled
        case .canceled:
            status = .canceled
            reason = order.ending == .liquidation ? .accountLiquidation : pendingReason
        case .expired, .rejected: (status, reason) = Self.ending(order)
        }
    }

    private static func ending(_ order: ExchangeOrder) -> (ExtendedOrderStatus, ExtendedStatusReason) {
        switch order.ending {
        case .wouldTake: (.rejected, .postOnlyFailed)
        case .noLiquidity: (.canceled, order.filled == .zero ? .noLiquidity : .none)
        case .selfTrade: (.canceled, .selfTradeProtection)
        case .nothingToReduce: (.canceled, .reduceOnlyFailed)
        case .notBacked: (.canceled, .notEnoughFunds)
        case .timeOver: (.expired, .none)
        case .liquidation: (.canceled, .accountLiquidation)
        case .requested, .countdown, nil: (.canceled, .none)
        }
    }
}
