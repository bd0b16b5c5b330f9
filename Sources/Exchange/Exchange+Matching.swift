internal import Fundamentals
internal import MarketModel

/// An order, or a piece of flow, on its way into the book.
struct Incoming {
    /// −1 for flow.
    var slot: Int
    var account: Int
    var market: Int
    var side: Side
    /// Worst price it accepts, in ticks.
    var limit: Int64
    var remaining: Int64
    var isReduceOnly = false
    var selfTradeMode = SelfTradeMode.expireTaker
    var selfTradeScope = SelfTradeScope.account
    /// Flow that repeats a recorded print trades with resting flow; other flow withdraws stale flow it meets.
    var meetsFlow = false

    func accepts(_ price: Int64) -> Bool { (limit - price) * side.sign >= 0 }
}

/// Why matching stopped with something left.
enum MatchEnd {
    case noCounterparty, nothingToReduce

    var ending: OrderEnding {
        switch self {
        case .noCounterparty: .noLiquidity
        case .nothingToReduce: .nothingToReduce
        }
    }
}

extension Exchange {
    /// Matches an accepted order that is in no book, then lets the rest of it stay or expire.
    mutating func enter(_ slot: Int, at now: Instant, into events: inout [ExchangeEvent]) {
        let record = store.records[slot]
        let request = record.order.request
        var incoming = incoming(
            request, slot: slot, account: record.order.account.index, remaining: record.order.remaining)
        if record.isLiquidation { incoming.limit = request.price?.ticks ?? incoming.limit }
        if request.timeInForce == .postOnly, record.isLimit, crosses(incoming) {
            return close(slot, .expired, because: .wouldTake, at: now, into: &events)
        }
        if request.timeInForce == .fillOrKill, record.isLimit, !canFill(incoming) {
            return close(slot, .expired, because: .noLiquidity, at: now, into: &events)
        }
        let end = match(&incoming, at: now, into: &events)
        guard incoming.remaining > 0 else { return }
        guard record.isLimit, end == .noCounterparty, request.timeInForce.rests else {
            return close(slot, .expired, because: end.ending, at: now, into: &events)
        }
        rest(slot, at: now, into: &events)
    }

    func incoming(_ request: NewOrder, slot: Int, account: Int, remaining: Quantity) -> Incoming {
        let market = request.market.index
        return Incoming(
            slot: slot, account: account, market: market, side: request.side,
            limit: request.type.hasLimit ? request.price?.ticks ?? 0 : marketLimit(request.side, market),
            remaining: remaining.lots, isReduceOnly: request.reduceOnly || request.closePosition,
            selfTradeMode: request.selfTradeMode ?? accounts[account].selfTradeMode,
            selfTradeScope: request.selfTradeScope)
    }

    /// The worst price a market order may pay: mark ± take bound, or anything while there is no mark.
    func marketLimit(_ side: Side, _ market: Int) -> Int64 {
        let mark = states[market].mark
        guard mark.isKnown else { return side == .buy ? Bound.ticks : 1 }
        let bound = max(.zero, markets[market].instrument.marketTakeBound)
        let margin = scaled(mark.parts, bound)
        switch side {
        case .buy: return Int64(clamping: min(Int128(Bound.ticks), (mark.parts + margin) / MarkPrice.partsPerTick))
        case .sell:
            let floor = mark.parts - margin
            return max(1, Int64(clamping: (floor + MarkPrice.partsPerTick - 1) / MarkPrice.partsPerTick))
        }
    }

    private func crosses(_ incoming: Incoming) -> Bool {
        states[incoming.market].book.bestPrice(incoming.side.opposite).map(incoming.accepts) ?? false
    }

    /// Whether everything could be filled at once, looking through self-trade prevention as matching would.
    private func canFill(_ incoming: Incoming) -> Bool {
        var needed = incoming.remaining
        if incoming.isReduceOnly, closable(incoming.side, incoming.account, incoming.market) < needed { return false }
        let book = states[incoming.market].book
        for level in book.side(incoming.side.opposite).levels.reversed() {
            guard incoming.accepts(level.price) else { return false }
            for head in [level.visible.head, level.hidden.head] {
                var index = head
                while index >= 0 {
                    let node = book.nodes[Int(index)]
                    if isSelfTrade(incoming, with: node) {
                        guard incoming.selfTradeMode == .expireMaker else { return false }
                    } else {
                        needed -= node.quantity
                        if needed <= 0 { return true }
                    }
                    index = node.next
                }
            }
        }
        return false
    }

    /// Matches until nothing is left, the limit is reached, or a rule stops it. The reason counts only where something
    /// is left.
    @discardableResult
    mutating func match(_ incoming: inout Incoming, at now: Instant, into events: inout [ExchangeEvent]) -> MatchEnd {
        let opposite = incoming.side.opposite
        while incoming.remaining > 0 {
            let index = states[incoming.market].book.front(opposite)
            guard index >= 0 else { return .noCounterparty }
            let maker = states[incoming.market].book.nodes[Int(index)]
            guard incoming.accepts(maker.price) else { return .noCounterparty }
            if isSelfTrade(incoming, with: maker) {
                if maker.isFlow {
                    states[incoming.market].book.remove(index)
                    tellLevel(opposite, at: maker.price, incoming.market, into: &events)
                    continue
                }
                preventSelfTrade(&incoming, maker, at: now, into: &events)
                continue
            }
            var quantity = min(incoming.remaining, maker.quantity)
            if incoming.isReduceOnly {
                quantity = min(quantity, closable(incoming.side, incoming.account, incoming.market))
                guard quantity > 0 else { return .nothingToReduce }
            }
            incoming.remaining -= quantity
            execute(incoming, maker, index, quantity, at: now, into: &events)
        }
        return .noCounterparty
    }

    /// One match, at the maker's price.
    private mutating func execute(
        _ taker: Incoming, _ maker: RestingNode, _ index: Int32, _ quantity: Int64, at now: Instant,
        into events: inout [ExchangeEvent]
    ) {
        lastTradeID = tradeNumbering.next(after: lastTradeID, at: now)
        let trade = TradeID(lastTradeID)
        let market = taker.market
        states[market].book.take(quantity, from: index)
        if maker.slot >= 0 { releaseMargin(Int(maker.slot), lots: quantity) }
        let isOwn = !maker.isFlow && accounts[Int(maker.account)].owner == accounts[taker.account].owner
        let match = Match(
            trade: trade, market: market, price: maker.price, quantity: quantity, time: now, isSelfTrade: isOwn)
        // Flow against flow changes nobody's position.
        if !(maker.isFlow && taker.account == 0) {
            book(match, taker.side, slot: taker.slot, account: taker.account, isMaker: false, into: &events)
            book(match, maker.side, slot: Int(maker.slot), account: Int(maker.account), isMaker: true, into: &events)
        }
        let print = PublicTrade(
            id: trade, price: Price(ticks: maker.price), quantity: Quantity(lots: quantity), aggressor: taker.side,
            venueTime: now)
        states[market].trades.append(print)
        states[market].lastPrice = maker.price
        events.append(.print(MarketID(market), print))
        tellLevel(maker.side, at: maker.price, market, unless: maker.isHidden, into: &events)
        trimReduceOnly(taker.account, market, at: now, into: &events)
        trimReduceOnly(Int(maker.account), market, at: now, into: &events)
    }

    // MARK: Resting

    private mutating func rest(_ slot: Int, at now: Instant, into events: inout [ExchangeEvent]) {
        let order = store.records[slot].order
        let request = order.request
        let market = request.market.index
        guard let price = request.price else { return }
        if request.reduceOnly {
            let closable = closable(request.side, order.account.index, market)
            guard closable > 0 else {
                return close(slot, .expired, because: .nothingToReduce, at: now, into: &events)
            }
            if order.remaining.lots > closable {
                store.records[slot].order.quantity = order.quantity - order.remaining + Quantity(lots: closable)
                store.records[slot].order.updatedAt = now
                events.append(.order(.amended, store.records[slot].order, execution: nil))
            }
        } else if !states[market].isSpot {
            let value = markets[market].instrument.notional(price, order.remaining)
            accounts[order.account.index].markets[market].addResting(
                request.side, lots: order.remaining.lots, value: value)
        }
        let isHidden = request.timeInForce == .hidden
        store.records[slot].node = states[market].book.insert(
            slot: Int32(slot), account: Int32(order.account.index), side: request.side, price: price.ticks,
            quantity: store.records[slot].order.remaining.lots, isHidden: isHidden)
        tellLevel(request.side, at: price.ticks, market, unless: isHidden, into: &events)
    }

    /// Takes an order off its book, its margin with it. The caller tells the level.
    mutating func leaveBook(_ slot: Int) {
        let node = store.records[slot].node
        guard node >= 0 else { return }
        let market = store.records[slot].order.request.market.index
        releaseMargin(slot, lots: states[market].book.nodes[Int(node)].quantity)
        states[market].book.remove(node)
        store.records[slot].node = RestingNode.none
    }

    /// Lowers the total of a resting order; it keeps its place.
    mutating func shrink(_ slot: Int, to quantity: Quantity) {
        let lots = (store.records[slot].order.quantity - quantity).lots
        guard lots > 0, store.records[slot].node >= 0 else { return }
        releaseMargin(slot, lots: lots)
        states[store.records[slot].order.request.market.index].book.take(lots, from: store.records[slot].node)
        store.records[slot].order.quantity = quantity
    }

    mutating func releaseMargin(_ slot: Int, lots: Int64) {
        let account = store.records[slot].order.account.index
        let market = store.records[slot].order.request.market.index
        guard !store.records[slot].order.request.reduceOnly, !states[market].isSpot,
            let price = store.records[slot].order.request.price
        else { return }
        let value = markets[market].instrument.notional(price, Quantity(lots: lots))
        accounts[account].markets[market].addResting(
            store.records[slot].order.request.side, lots: -lots, value: -value)
    }

    /// Ends an open order, wherever it is.
    mutating func close(
        _ slot: Int, _ status: OrderStatus, because ending: OrderEnding, at now: Instant,
        into events: inout [ExchangeEvent]
    ) {
        let record = store.records[slot]
        guard record.order.status.isOpen else { return }
        let request = record.order.request
        let market = request.market.index
        leaveBook(slot)
        if record.isWaiting { forgetWaiting(slot, market) }
        store.records[slot].order.status = status
        store.records[slot].order.ending = ending
        store.records[slot].order.updatedAt = now
        lockFunds(slot)
        forgetOpen(slot)
        events.append(.order(status == .canceled ? .canceled : .expired, store.records[slot].order, execution: nil))
        if record.node >= 0, let price = request.price {
            tellLevel(request.side, at: price.ticks, market, unless: request.timeInForce == .hidden, into: &events)
        }
    }

    mutating func forgetOpen(_ slot: Int) {
        let account = store.records[slot].order.account.index
        let market = store.records[slot].order.request.market.index
        accounts[account].markets[market].forgetOpen(slot)
        if store.records[slot].order.request.reduceOnly || store.records[slot].order.request.closePosition {
            accounts[account].markets[market].openReduceOnly -= 1
        }
    }

    /// Keeps resting reduce-only orders from ever adding to a position: shrinks or expires those too large for it.
    private mutating func trimReduceOnly(
        _ account: Int, _ market: Int, at now: Instant, into events: inout [ExchangeEvent]
    ) {
        guard accounts[account].markets[market].openReduceOnly > 0 else { return }
        for slot in accounts[account].markets[market].open where store.records[slot].node >= 0 {
            let order = store.records[slot].order
            guard order.request.reduceOnly, let price = order.request.price else { continue }
            let closable = closable(order.request.side, account, market)
            if closable == 0 {
                close(slot, .expired, because: .nothingToReduce, at: now, into: &events)
            } else if order.remaining.lots > closable {
                shrink(slot, to: order.quantity - order.remaining + Quantity(lots: closable))
                store.records[slot].order.updatedAt = now
                events.append(.order(.amended, store.records[slot].order, execution: nil))
                tellLevel(
                    order.request.side, at: price.ticks, market, unless: order.request.timeInForce == .hidden,
                    into: &events)
            }
        }
    }

    func tellLevel(
        _ side: Side, at price: Int64, _ market: Int, unless isHidden: Bool = false,
        into events: inout [ExchangeEvent]
    ) {
        guard !isHidden else { return }
        let displayed = states[market].book.displayed(side, at: price)
        events.append(.level(MarketID(market), side, BookLevel(Price(ticks: price), Quantity(lots: displayed))))
    }

    /// After every change of a market: the mark follows the mid, and orders waiting for a last price look at it.
    mutating func settleDown(_ market: Int, at now: Instant, into events: inout [ExchangeEvent]) {
        fireTriggers(market, .lastPrice, at: now, into: &events)
        states[market].followMid()
    }
}

extension TimeInForce {
    var rests: Bool {
        switch self {
        case .goodTillCancel, .postOnly, .hidden: true
        case .immediateOrCancel, .fillOrKill: false
        }
    }
}
