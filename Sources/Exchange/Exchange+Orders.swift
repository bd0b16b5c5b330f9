public import Fundamentals
public import MarketModel

extension Exchange {
    /// Accepts or refuses; a refused order leaves no trace. The returned order is as accepted (`NEW`), before it
    /// matched: `events` then tell its fate. An account that was never opened has no margin.
    public mutating func place(
        _ order: NewOrder, by account: AccountID, at now: Instant, into events: inout [ExchangeEvent]
    ) throws(ExchangeRejection) -> ExchangeOrder {
        let now = tick(now)
        guard has(order.market) else { throw .unknownMarket }
        guard has(account) else {
            throw states[order.market.index].isSpot ? .insufficientFunds : .insufficientMargin
        }
        guard !accounts[account.index].isLiquidating else { throw .accountInLiquidation }
        try checkFilters(order, account: account.index)
        guard !order.closePosition || order.type.mayClosePosition else { throw .reduceOnlyRejected }
        if order.reduceOnly || order.closePosition, states[order.market.index].isSpot { throw .reduceOnlyRejected }
        // Waiting orders are backed, and judged against the position, when they trigger.
        if !order.type.isConditional {
            try checkMargin(order, order.quantity ?? .zero, account: account.index)
            if order.reduceOnly, closable(order.side, account.index, order.market.index) == 0 {
                throw .reduceOnlyRejected
            }
        }
        if namesAreUnique, let slot = store.slot(ofClient: order.clientOrderID, account: account),
            store.records[slot].order.status.isOpen
        {
            throw .duplicateClientOrderID
        }
        let waiting = order.type.isConditional ? try waitingOrder(for: order) : nil

        forgetOldOrders(at: now)
        let slot = accept(order, by: account, at: now)
        let accepted = store.records[slot].order
        events.append(.order(.new, accepted, execution: nil))
        if var waiting {
            waiting.slot = slot
            accounts[account.index].markets[order.market.index].waiting += 1
            states[order.market.index].waiting.append(waiting)
        } else {
            lockFunds(slot)
            enter(slot, at: now, into: &events)
            settleDown(order.market.index, at: now, into: &events)
        }
        return accepted
    }

    mutating func accept(_ order: NewOrder, by account: AccountID, at now: Instant) -> Int {
        let slot = store.append(
            ExchangeOrder(
                id: store.nextID, account: account, request: order, quantity: order.quantity ?? .zero, at: now))
        accounts[account.index].markets[order.market.index].open.append(slot)
        accounts[account.index].markets[order.market.index].history.append(slot)
        if order.reduceOnly || order.closePosition {
            accounts[account.index].markets[order.market.index].openReduceOnly += 1
        }
        store.records[slot].lockedRate = lockedRate(order.side, account.index, order.market.index)
        return slot
    }

    /// Changes price and total quantity of an open limit order. Priority is kept only where just the quantity falls.
    ///
    /// An order that has a limit and left the trigger book may be amended too. What now crosses matches at once, or
    /// expires if it is post-only. A total that does not exceed what is filled is refused as below the minimum.
    public mutating func amend(
        _ id: Int64, of account: AccountID, price: Price, quantity: Quantity, at now: Instant,
        into events: inout [ExchangeEvent]
    ) throws(ExchangeRejection) -> ExchangeOrder {
        let now = tick(now)
        let slot = try openSlot(id, of: account)
        let record = store.records[slot]
        guard record.isLimit, !record.isWaiting, record.node >= 0, let oldPrice = record.order.request.price else {
            throw .orderNotAmendable
        }
        guard record.order.amendments < 10_000 else { throw .tooManyAmendments }
        try checkAmendment(record.order, price: price, quantity: quantity)

        let market = record.order.request.market.index
        let keepsPriority = price == oldPrice && quantity <= record.order.quantity
        let side = record.order.request.side
        if keepsPriority {
            shrink(slot, to: quantity)
        } else {
            leaveBook(slot)
            store.records[slot].order.request.price = price
            store.records[slot].order.quantity = quantity
        }
        lockFunds(slot)
        store.records[slot].order.amendments += 1
        store.records[slot].order.updatedAt = now
        let amended = store.records[slot].order
        events.append(.order(.amended, amended, execution: nil))
        tellLevel(side, at: oldPrice.ticks, market, unless: record.order.request.timeInForce == .hidden, into: &events)
        if !keepsPriority { enter(slot, at: now, into: &events) }
        settleDown(market, at: now, into: &events)
        return amended
    }

    private func checkAmendment(
        _ order: ExchangeOrder, price: Price, quantity: Quantity
    ) throws(ExchangeRejection) {
        let request = order.request
        let market = request.market.index
        guard quantity > .zero else { throw .quantityNotPositive }
        try checkQuantityRange(quantity, markets[market].instrument.quantityRange)
        guard quantity > order.filled + order.prevented else { throw .quantityBelowMinimum }
        try checkPriceRange(price, market)
        try checkCollar(price, request.side, market)
        try checkNotional(notional(price.ticks, quantity, market), market, isExempt: request.reduceOnly)
        guard !request.reduceOnly, let oldPrice = request.price else { return }
        let left = quantity - order.filled - order.prevented
        if states[market].isSpot { return try checkFunds(amending: order, price: price, left: left) }
        let added = notional(price.ticks, left, market) - notional(oldPrice.ticks, order.remaining, market)
        guard added <= .zero || canBack(added, request.side, order.account.index, market) else {
            throw .insufficientMargin
        }
    }

    /// The order as it was left: canceled, perhaps after partial fills. Closed orders are unknown to a cancel.
    public mutating func cancel(
        _ id: Int64, of account: AccountID, at now: Instant, into events: inout [ExchangeEvent]
    ) throws(ExchangeRejection) -> ExchangeOrder {
        let now = tick(now)
        let slot = try openSlot(id, of: account)
        close(slot, .canceled, because: .requested, at: now, into: &events)
        settleDown(store.records[slot].order.request.market.index, at: now, into: &events)
        return store.records[slot].order
    }

    /// Ends an open order whose time is over; the venue keeps the time.
    public mutating func expire(
        _ id: Int64, of account: AccountID, at now: Instant, into events: inout [ExchangeEvent]
    ) throws(ExchangeRejection) {
        let now = tick(now)
        let slot = try openSlot(id, of: account)
        close(slot, .expired, because: .timeOver, at: now, into: &events)
        settleDown(store.records[slot].order.request.market.index, at: now, into: &events)
    }

    public mutating func cancelAll(
        of account: AccountID, in market: MarketID, at now: Instant, into events: inout [ExchangeEvent]
    ) {
        let now = tick(now)
        guard has(account), has(market) else { return }
        for slot in accounts[account.index].markets[market.index].open {
            close(slot, .canceled, because: .requested, at: now, into: &events)
        }
        settleDown(market.index, at: now, into: &events)
    }

    private func openSlot(_ id: Int64, of account: AccountID) throws(ExchangeRejection) -> Int {
        guard let slot = store.slot(ofID: id), store.records[slot].order.account == account,
            store.records[slot].order.status.isOpen
        else { throw .unknownOrder }
        return slot
    }

    // MARK: Queries

    public func order(_ id: Int64, of account: AccountID) -> ExchangeOrder? {
        guard let slot = store.slot(ofID: id), store.records[slot].order.account == account else { return nil }
        return store.records[slot].order
    }

    /// The newest order with that client id, open ones first.
    public func order(clientOrderID: String, of account: AccountID) -> ExchangeOrder? {
        store.slot(ofClient: clientOrderID, account: account).map { store.records[$0].order }
    }

    /// Ascending by order id; nil for all markets.
    public func openOrders(of account: AccountID, in market: MarketID?) -> [ExchangeOrder] {
        guard has(account) else { return [] }
        guard let market else {
            return accounts[account.index].markets.flatMap(\.open).sorted().map { store.records[$0].order }
        }
        return has(market) ? accounts[account.index].markets[market.index].open.map { store.records[$0].order } : []
    }

    /// Ascending by order id, open and closed.
    public func orders(of account: AccountID, in market: MarketID) -> [ExchangeOrder] {
        orders(of: account, in: market, createdBetween: .distantPast, and: .distantFuture)
    }

    /// Those of them that were created between two moments, both included. Does not look at the others.
    public func orders(
        of account: AccountID, in market: MarketID, createdBetween first: Instant, and last: Instant
    ) -> [ExchangeOrder] {
        guard has(account), has(market) else { return [] }
        let history = accounts[account.index].markets[market.index].history
        let start = history.partitioningIndex { store.records[$0].order.createdAt >= first }
        let end = history.partitioningIndex { store.records[$0].order.createdAt > last }
        return start < end ? history[start..<end].map { store.records[$0].order } : []
    }
}

extension Array {
    /// The first index whose element satisfies a condition that, once true, stays true.
    func partitioningIndex(where isBeyond: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
