internal import Fundamentals
internal import MarketModel

extension Exchange {
    /// Closes accounts whose margin balance no longer exceeds their maintenance margin.
    ///
    /// All orders are canceled, then each position is closed against the book by one IOC order `autoclose-<id>`, without
    /// a price limit. The liquidation fee is on top of the taker fee and goes to the insurance fund, which in turn
    /// absorbs a negative wallet once the account is flat. What finds no counterparty is tried again at the next mark.
    mutating func liquidate(at now: Instant, into events: inout [ExchangeEvent]) {
        for index in accounts.indices.dropFirst() {
            let account = AccountID(index)
            guard accounts[index].markets.contains(where: { $0.position.quantity.lots != 0 }) else {
                finishLiquidation(account, at: now, into: &events)
                continue
            }
            guard wallet(of: account) + unrealized(of: account) <= margin(of: account).maintenance else {
                accounts[index].isLiquidating = false
                continue
            }
            accounts[index].isLiquidating = true
            for market in markets.indices {
                for slot in accounts[index].markets[market].open {
                    close(slot, .canceled, because: .liquidation, at: now, into: &events)
                }
            }
            for market in markets.indices {
                liquidatePosition(account, market, at: now, into: &events)
                settleDown(market, at: now, into: &events)
            }
            if accounts[index].markets.allSatisfy({ $0.position.quantity.lots == 0 }) {
                finishLiquidation(account, at: now, into: &events)
            }
        }
    }

    private mutating func liquidatePosition(
        _ account: AccountID, _ market: Int, at now: Instant, into events: inout [ExchangeEvent]
    ) {
        let held = accounts[account.index].markets[market].position.quantity
        let side: Side = held.lots > 0 ? .sell : .buy
        guard held.lots != 0, let best = states[market].book.bestPrice(side.opposite) else { return }
        let worst = states[market].book.side(side.opposite).levels.first?.price ?? best
        let order = NewOrder(
            market: MarketID(market), side: side, type: .limit, timeInForce: .immediateOrCancel,
            quantity: held.magnitude, price: Price(ticks: worst), reduceOnly: true,
            clientOrderID: "autoclose-\(store.nextID)")
        let slot = accept(order, by: account, at: now)
        store.records[slot].isLiquidation = true
        events.append(.order(.new, store.records[slot].order, execution: nil))
        enter(slot, at: now, into: &events)
    }

    private mutating func finishLiquidation(
        _ account: AccountID, at now: Instant, into events: inout [ExchangeEvent]
    ) {
        accounts[account.index].isLiquidating = false
        let deficit = -accounts[account.index].wallet
        guard deficit > .zero else { return }
        accounts[account.index].wallet = .zero
        house.insurance -= deficit
        earn(.insuranceClear, deficit, account: account, at: now)
        events.append(.account(.order, account, market: nil, balanceChange: deficit))
    }
}
