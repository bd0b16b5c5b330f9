internal import Fundamentals
public import MarketModel

/// Spot markets: what is bought is held, and what an open order may cost is held back.
///
/// A buy holds back its price × what is left of it, and where the fee is in the quote asset the fee of that, too; a sell
/// holds back the base asset. A market order holds back nothing: it is done at once, and must find what its sweep costs.
extension Exchange {
    // MARK: What an account has

    /// What an account has of an asset, and how much of it its open orders hold back.
    public func holding(of account: AccountID, asset: String) -> (total: Cash, locked: Cash) {
        guard accounts.indices.contains(account.index),
            let holding = accounts[account.index].holdings.first(where: { $0.asset == asset })
        else { return (.zero, .zero) }
        return (holding.amount, holding.locked)
    }

    /// All that was charged in an asset, rebates subtracted. The sum of this and of what all accounts have of the asset,
    /// the flow's included, is what was deposited of it, to the last unit.
    public func houseFees(asset: String) -> Cash {
        let spot = spotFees.first { $0.asset == asset }?.amount ?? .zero
        return asset == settlementAsset ? spot + house.fees : spot
    }

    /// How many whole lots a market order of that side trades for `amount` of the quote asset, fees left out: as far as
    /// the present book goes within the bound of market orders, the account's own orders passed over.
    public func lots(
        worth amount: Cash, _ side: Side, in market: MarketID, by account: AccountID
    ) -> Quantity {
        guard has(market), amount > .zero else { return .zero }
        var left = amount
        var lots: Int64 = 0
        let unit = markets[market.index].instrument.cashPerTickLot
        let incoming = Incoming(
            slot: -1, account: account.index, market: market.index, side: side,
            limit: marketLimit(side, market.index), remaining: Bound.lots, selfTradeMode: .expireMaker)
        sweep(incoming) { price, available in
            let one = Int128(price) * unit.units
            let part = Int64(clamping: min(Int128(available), left.units / one))
            lots += part
            left -= Cash(units: one * Int128(part))
            return part == available
        }
        return Quantity(lots: lots)
    }

    // MARK: Funds

    /// The fee rate for which an order holds back something.
    func lockedRate(_ side: Side, _ account: Int, _ market: Int) -> Rate {
        guard states[market].isSpot, side == .buy, markets[market].spotFeeAsset == .quote else { return .zero }
        let held = accounts[account].markets[market]
        return max(.zero, held.makerFee, held.takerFee)
    }

    /// What orders pay for `lots` at a price: the quote asset of a buy, the base asset of a sell.
    private func price(_ side: Side, _ lots: Int64, at ticks: Int64, _ market: Int, rate: Rate) -> Cash {
        switch side {
        case .buy:
            let value = notional(ticks, Quantity(lots: lots), market)
            return value + rate.of(value)
        case .sell: return Cash(units: (states[market].spotLot ?? .zero).units * Int128(lots))
        }
    }

    private func fundingRow(_ side: Side, _ account: Int, _ market: Int) -> Int {
        switch side {
        case .buy: accounts[account].markets[market].quote
        case .sell: accounts[account].markets[market].base
        }
    }

    /// What no order holds back of the asset that a side pays with.
    private func free(_ side: Side, _ account: Int, _ market: Int) -> Cash {
        let holding = accounts[account].holdings[fundingRow(side, account, market)]
        return holding.amount - holding.locked
    }

    /// Whether an account could pay for a new order, or for one that was triggered.
    func checkFunds(_ order: NewOrder, _ quantity: Quantity, account: Int) throws(ExchangeRejection) {
        let market = order.market.index
        let base = price(.sell, quantity.lots, at: 1, market, rate: .zero)
        guard base <= Bound.balance else { throw .quantityAboveMaximum }
        let rate = lockedRate(order.side, account, market)
        let needed: Cash
        switch (order.side, order.type.hasLimit ? order.price : nil) {
        case (.sell, _): needed = base
        case (.buy, let limit?): needed = price(.buy, quantity.lots, at: limit.ticks, market, rate: rate)
        case (.buy, nil):
            var left = quantity.lots
            var cost = Cash.zero
            sweep(incoming(order, slot: -1, account: account, remaining: quantity)) { ticks, available in
                let part = min(left, available)
                left -= part
                cost += price(.buy, part, at: ticks, market, rate: rate)
                return left > 0
            }
            needed = cost
        }
        guard needed <= free(order.side, account, market) else { throw .insufficientFunds }
    }

    /// Whether an account could pay for what would be left of an order.
    func checkFunds(amending order: ExchangeOrder, price ticks: Price, left: Quantity) throws(ExchangeRejection) {
        guard let slot = store.slot(ofID: order.id) else { throw .unknownOrder }
        let market = order.request.market.index
        guard price(.sell, left.lots, at: 1, market, rate: .zero) <= Bound.balance else { throw .quantityAboveMaximum }
        let needed = price(order.request.side, left.lots, at: ticks.ticks, market, rate: store.records[slot].lockedRate)
        let free = free(order.request.side, order.account.index, market)
        guard needed <= free + store.records[slot].locked else { throw .insufficientFunds }
    }

    /// Visits what an order would trade with, in the order in which it would, its own account's (or owner's) orders passed
    /// over, until `visit` is satisfied.
    private func sweep(_ incoming: Incoming, _ visit: (_ price: Int64, _ available: Int64) -> Bool) {
        let book = states[incoming.market].book
        for level in book.side(incoming.side.opposite).levels.reversed() {
            guard incoming.accepts(level.price) else { return }
            for head in [level.visible.head, level.hidden.head] {
                var index = head
                while index >= 0 {
                    let node = book.nodes[Int(index)]
                    if !isSelfTrade(incoming, with: node), !visit(node.price, node.quantity) { return }
                    index = node.next
                }
            }
        }
    }

    /// Lets the account hold back what the order may still cost as it is now: nothing for one that is closed, has no limit
    /// or waits for its trigger.
    mutating func lockFunds(_ slot: Int) {
        let record = store.records[slot]
        let request = record.order.request
        guard states[request.market.index].isSpot else { return }
        var needed = Cash.zero
        if record.order.status.isOpen, !record.isWaiting, record.isLimit, let limit = request.price {
            needed = price(
                request.side, record.order.remaining.lots, at: limit.ticks, request.market.index,
                rate: record.lockedRate)
        }
        let account = record.order.account.index
        let row = fundingRow(request.side, account, request.market.index)
        accounts[account].holdings[row].locked += needed - record.locked
        store.records[slot].locked = needed
    }

    // MARK: Matches

    /// Books one side of a match: both assets, commission, the order's fill, and the events of both.
    mutating func bookSpot(
        _ match: Match, _ side: Side, lot: Cash, slot: Int, account: Int, isMaker: Bool,
        into events: inout [ExchangeEvent]
    ) {
        let notional = markets[match.market].instrument.notional(
            Price(ticks: match.price), Quantity(lots: match.quantity))
        let amount = Cash(units: lot.units * Int128(match.quantity))
        let (base, quote) = (
            accounts[account].markets[match.market].base, accounts[account].markets[match.market].quote
        )
        accounts[account].holdings[base].amount += side == .buy ? amount : -amount
        accounts[account].holdings[quote].amount -= side == .buy ? notional : -notional
        guard slot >= 0 else { return }
        fill(slot, match.quantity, notional, at: match.time)
        lockFunds(slot)
        let held = accounts[account].markets[match.market]
        let isInBase = side == .buy && markets[match.market].spotFeeAsset == .received
        let commission = chargeSpot(
            (isMaker ? held.makerFee : held.takerFee).of(isInBase ? amount : notional), row: isInBase ? base : quote,
            account)
        let (id, market) = (AccountID(account), MarketID(match.market))
        var execution = Execution(
            trade: match.trade, order: store.records[slot].order.id, account: id, market: market, side: side,
            price: Price(ticks: match.price), quantity: Quantity(lots: match.quantity), isMaker: isMaker,
            commission: commission, realized: .zero, time: match.time)
        execution.commissionAsset = accounts[account].holdings[isInBase ? base : quote].asset
        execution.isSelfTrade = match.isSelfTrade
        remember(execution)
        if !isInBase { accounts[account].markets[match.market].commission += commission }
        if commission != .zero {
            earn(
                .commission, -commission, asset: execution.commissionAsset, account: id, market: market,
                trade: match.trade, at: match.time)
        }
        events.append(.account(.order, id, market: market, balanceChange: .zero))
        events.append(.order(.trade, store.records[slot].order, execution: execution))
    }

    /// Takes a fee. The fees of an order's parts may be rounded up by more than the fee that it held back: what is not
    /// there is not taken.
    private mutating func chargeSpot(_ fee: Cash, row: Int, _ account: Int) -> Cash {
        let holding = accounts[account].holdings[row]
        let fee = min(fee, max(.zero, holding.amount - holding.locked))
        accounts[account].holdings[row].amount -= fee
        if let house = spotFees.firstIndex(where: { $0.asset == holding.asset }) {
            spotFees[house].amount += fee
        } else {
            spotFees.append(AssetHolding(asset: holding.asset, amount: fee))
        }
        return fee
    }
}
