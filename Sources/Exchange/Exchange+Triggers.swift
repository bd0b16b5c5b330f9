internal import Fundamentals
internal import MarketModel

extension Exchange {
    /// The entry of a conditional order in the trigger book, its slot still open.
    func waitingOrder(for order: NewOrder) throws(ExchangeRejection) -> WaitingOrder {
        var waiting = WaitingOrder(slot: -1, isActive: order.activationPrice == nil, extreme: 0)
        guard let price = reference(order.trigger, order.market.index) else { return waiting }
        if order.type == .trailingStopMarket {
            if let activation = order.activationPrice {
                let gap = (Int128(activation.ticks) * MarkPrice.partsPerTick - price) * Int128(order.side.sign)
                guard gap < 0 else { throw .wouldTriggerImmediately }
            }
            waiting.extreme = price
        } else if order.stopPrice.map({ isReached($0, by: price, order) }) ?? false {
            throw .wouldTriggerImmediately
        }
        return waiting
    }

    /// Last price or mark in parts of a tick; nil while there is none.
    private func reference(_ trigger: TriggerPrice, _ market: Int) -> Int128? {
        switch trigger {
        case .lastPrice: states[market].lastPrice.map { Int128($0) * MarkPrice.partsPerTick }
        case .markPrice: states[market].mark.isKnown ? states[market].mark.parts : nil
        }
    }

    /// Stops trigger when the price comes from the good side, take-profits when it comes from the bad one.
    private func isReached(_ stop: Price, by price: Int128, _ order: NewOrder) -> Bool {
        let gap = (price - Int128(stop.ticks) * MarkPrice.partsPerTick) * Int128(order.side.sign)
        switch order.type {
        case .stop, .stopMarket: return gap >= 0
        case .takeProfit, .takeProfitMarket: return gap <= 0
        case .limit, .market, .trailingStopMarket: return false
        }
    }

    /// Lets every waiting order look at a new price; those that trigger enter the book, in order of acceptance, and the
    /// prices they make are looked at in turn. Each leaves the trigger book for good, so this ends.
    mutating func fireTriggers(
        _ market: Int, _ trigger: TriggerPrice, at now: Instant, into events: inout [ExchangeEvent]
    ) {
        guard !states[market].waiting.isEmpty else { return }
        var source = trigger
        while let index = nextTriggered(market, source) {
            let slot = states[market].waiting.remove(at: index).slot
            fire(slot, market, at: now, into: &events)
            states[market].followMid()
            source = .lastPrice
            if states[market].waiting.isEmpty { return }
            if trigger == .markPrice, nextTriggered(market, .lastPrice) == nil { source = .markPrice }
        }
    }

    private mutating func nextTriggered(_ market: Int, _ trigger: TriggerPrice) -> Int? {
        guard let price = reference(trigger, market) else { return nil }
        var found: Int?
        for index in states[market].waiting.indices {
            let order = store.records[states[market].waiting[index].slot].order.request
            guard order.trigger == trigger else { continue }
            let isDue =
                order.type == .trailingStopMarket
                ? trail(market, index, order, price) : order.stopPrice.map { isReached($0, by: price, order) } ?? false
            if isDue, found == nil, !isProtected(order, market) { found = index }
        }
        return found
    }

    /// Follows the price with a trailing order.
    /// - Returns: true when the price has come back far enough.
    private mutating func trail(_ market: Int, _ index: Int, _ order: NewOrder, _ price: Int128) -> Bool {
        var waiting = states[market].waiting[index]
        let sign = Int128(order.side.sign)
        // A buy follows the lowest price, a sell the highest.
        if waiting.extreme == 0 || (price - waiting.extreme) * sign < 0 { waiting.extreme = price }
        if let activation = order.activationPrice, !waiting.isActive {
            waiting.isActive = (waiting.extreme - Int128(activation.ticks) * MarkPrice.partsPerTick) * sign <= 0
        }
        states[market].waiting[index] = waiting
        guard waiting.isActive, let callback = order.callbackRate else { return false }
        let turn = waiting.extreme * (Int128(Rate.one.parts) + sign * Int128(callback.parts))
        return (price * Int128(Rate.one.parts) - turn) * sign >= 0
    }

    /// Whether mark and last price are too far apart for a price-protected order.
    private func isProtected(_ order: NewOrder, _ market: Int) -> Bool {
        guard order.priceProtect, let last = reference(.lastPrice, market), let mark = reference(.markPrice, market)
        else { return false }
        let gap = last > mark ? last - mark : mark - last
        return gap > scaled(mark, markets[market].triggerProtect)
    }

    /// Turns a waiting order into a limit or market order and matches it. What cannot be backed or closes nothing expires.
    private mutating func fire(_ slot: Int, _ market: Int, at now: Instant, into events: inout [ExchangeEvent]) {
        let request = store.records[slot].order.request
        let account = store.records[slot].order.account.index
        store.records[slot].order.isTriggered = true
        store.records[slot].order.updatedAt = now
        accounts[account].markets[market].waiting -= 1
        if request.closePosition {
            store.records[slot].order.quantity = Quantity(
                lots: min(Bound.lots, closable(request.side, account, market)))
        }
        let closesNothing =
            (request.reduceOnly || request.closePosition) && closable(request.side, account, market) == 0
        let isBacked: Bool
        do {
            try checkMargin(request, store.records[slot].order.quantity, account: account)
            isBacked = true
        } catch {
            isBacked = false
        }
        guard isBacked, !closesNothing else {
            return close(slot, .expired, because: isBacked ? .nothingToReduce : .notBacked, at: now, into: &events)
        }
        events.append(.order(.new, store.records[slot].order, execution: nil))
        lockFunds(slot)
        enter(slot, at: now, into: &events)
    }

    mutating func forgetWaiting(_ slot: Int, _ market: Int) {
        guard let index = states[market].waiting.firstIndex(where: { $0.slot == slot }) else { return }
        states[market].waiting.remove(at: index)
        accounts[store.records[slot].order.account.index].markets[market].waiting -= 1
    }
}
