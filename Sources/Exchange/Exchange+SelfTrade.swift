internal import Fundamentals
internal import MarketModel

extension Exchange {
    func isSelfTrade(_ incoming: Incoming, with maker: RestingNode) -> Bool {
        if maker.isFlow || incoming.account == 0 { return maker.isFlow && incoming.account == 0 && !incoming.meetsFlow }
        switch incoming.selfTradeScope {
        case .nobody: return false
        case .account: return Int(maker.account) == incoming.account
        case .owner: return accounts[Int(maker.account)].owner == accounts[incoming.account].owner
        }
    }

    /// Takes off the two orders what the taker's mode says, instead of letting them trade: off the maker first.
    mutating func preventSelfTrade(
        _ incoming: inout Incoming, _ maker: RestingNode, at now: Instant, into events: inout [ExchangeEvent]
    ) {
        let (fromTaker, fromMaker): (Int64, Int64) =
            switch incoming.selfTradeMode {
            case .expireTaker: (incoming.remaining, 0)
            case .expireMaker: (0, maker.quantity)
            case .expireBoth: (incoming.remaining, maker.quantity)
            case .decrement: (min(incoming.remaining, maker.quantity), min(incoming.remaining, maker.quantity))
            }
        lastPrevention += 1
        let prevention = SelfTradePrevention(
            number: lastPrevention, taker: store.records[incoming.slot].order.id,
            maker: store.records[Int(maker.slot)].order.id, takerAccount: AccountID(incoming.account),
            makerAccount: AccountID(Int(maker.account)), price: Price(ticks: maker.price),
            takerQuantity: Quantity(lots: fromTaker), makerQuantity: Quantity(lots: fromMaker),
            mode: incoming.selfTradeMode, time: now)
        prevent(Int(maker.slot), fromMaker, prevention, at: now, into: &events)
        incoming.remaining -= fromTaker
        prevent(incoming.slot, fromTaker, prevention, at: now, into: &events)
    }

    /// What is left of the order, on its book or on its way there, loses `lots`.
    private mutating func prevent(
        _ slot: Int, _ lots: Int64, _ prevention: SelfTradePrevention, at now: Instant,
        into events: inout [ExchangeEvent]
    ) {
        guard lots > 0 else { return }
        let record = store.records[slot]
        store.records[slot].order.prevention = prevention
        store.records[slot].order.prevented += Quantity(lots: lots)
        guard record.order.remaining.lots > lots else {
            return close(slot, .expired, because: .selfTrade, at: now, into: &events)
        }
        store.records[slot].order.updatedAt = now
        if record.node >= 0 {
            releaseMargin(slot, lots: lots)
            states[record.order.request.market.index].book.take(lots, from: record.node)
        }
        lockFunds(slot)
        events.append(.order(.prevented, store.records[slot].order, execution: nil))
        if record.node >= 0, let price = record.order.request.price {
            tellLevel(
                record.order.request.side, at: price.ticks, record.order.request.market.index,
                unless: record.order.request.timeInForce == .hidden, into: &events)
        }
    }
}
