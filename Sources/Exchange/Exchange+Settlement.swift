internal import Fundamentals
internal import MarketModel

/// What both sides of a match have in common.
struct Match {
    var trade: TradeID
    var market: Int
    var price: Int64
    var quantity: Int64
    var time: Instant
    var isSelfTrade = false
}

extension Exchange {
    /// Books one side of a match: position, profit, commission, the order's fill, and the events of both.
    mutating func book(
        _ match: Match, _ side: Side, slot: Int, account: Int, isMaker: Bool, into events: inout [ExchangeEvent]
    ) {
        if let lot = states[match.market].spotLot {
            return bookSpot(match, side, lot: lot, slot: slot, account: account, isMaker: isMaker, into: &events)
        }
        let realized = move(match, side, account)
        accounts[account].wallet += realized
        guard slot >= 0 else { return }
        let notional = markets[match.market].instrument.notional(
            Price(ticks: match.price), Quantity(lots: match.quantity))
        let rate =
            isMaker
            ? accounts[account].markets[match.market].makerFee : accounts[account].markets[match.market].takerFee
        let commission = rate.of(notional)
        accounts[account].wallet -= commission
        house.fees += commission
        var execution = Execution(
            trade: match.trade, order: store.records[slot].order.id, account: AccountID(account),
            market: MarketID(match.market), side: side, price: Price(ticks: match.price),
            quantity: Quantity(lots: match.quantity), isMaker: isMaker, commission: commission, realized: realized,
            time: match.time)
        execution.commissionAsset = settlementAsset
        execution.isSelfTrade = match.isSelfTrade
        remember(execution)
        accounts[account].markets[match.market].commission += commission
        let market = MarketID(match.market)
        let id = AccountID(account)
        if realized != .zero {
            earn(.realizedPnl, realized, account: id, market: market, trade: match.trade, at: match.time)
        }
        if commission != .zero {
            earn(.commission, -commission, account: id, market: market, trade: match.trade, at: match.time)
        }
        if store.records[slot].isLiquidation { chargeLiquidation(notional, id, market, match) }
        fill(slot, match.quantity, notional, at: match.time)
        events.append(.account(.order, id, market: market, balanceChange: .zero))
        events.append(
            .order(
                store.records[slot].isLiquidation ? .liquidation : .trade, store.records[slot].order,
                execution: execution))
    }

    mutating func remember(_ execution: Execution) {
        let (account, market) = (execution.account.index, execution.market.index)
        accounts[account].markets[market].executions.forgetOldest(beyond: retention.executions)
        accounts[account].markets[market].executions.append(execution)
        accounts[account].markets[market].executionCount += 1
    }

    mutating func fill(_ slot: Int, _ lots: Int64, _ notional: Cash, at now: Instant) {
        store.records[slot].order.filled += Quantity(lots: lots)
        store.records[slot].order.filledValue += notional
        store.records[slot].order.updatedAt = now
        if store.records[slot].order.remaining == .zero {
            store.records[slot].order.status = .filled
            store.records[slot].node = RestingNode.none
            forgetOpen(slot)
        } else {
            store.records[slot].order.status = .partiallyFilled
        }
    }

    /// Moves a position by one side of a match.
    /// - Returns: what was realised: exact, so that wallet + position × price − value loses nothing.
    private mutating func move(_ match: Match, _ side: Side, _ account: Int) -> Cash {
        let unit = markets[match.market].instrument.cashPerTickLot
        func value(_ lots: Int64) -> Cash { Cash(units: Int128(match.price) * Int128(lots * side.sign) * unit.units) }
        var position = accounts[account].markets[match.market].position
        let held = position.quantity.lots
        var realized = Cash.zero
        var opening = match.quantity
        if held.signum() == -side.sign {
            let closing = min(opening, abs(held))
            opening -= closing
            let basis = closing == abs(held) ? position.value : Self.share(of: position.value, closing, of: abs(held))
            realized = -value(closing) - basis
            position.value -= basis
        }
        position.value += value(opening)
        position.quantity += Quantity(lots: match.quantity * side.sign)
        position.realized += realized
        position.updatedAt = match.time
        accounts[account].markets[match.market].position = position
        return realized
    }

    /// `Cash.share`, for amounts whose product with the part would leave 128 bits.
    static func share(of value: Cash, _ part: Int64, of whole: Int64) -> Cash {
        let divisor = Int128(whole) * 10_000
        let (quotient, remainder) = value.units.quotientAndRemainder(dividingBy: divisor)
        let rest = Cash.divideRounding(remainder * Int128(part), by: divisor)
        return Cash(units: (quotient * Int128(part) + rest) * 10_000)
    }

    /// The fee goes to the insurance fund.
    private mutating func chargeLiquidation(_ notional: Cash, _ account: AccountID, _ market: MarketID, _ match: Match)
    {
        let fee = markets[market.index].liquidationFee.of(notional)
        guard fee > .zero else { return }
        accounts[account.index].wallet -= fee
        house.insurance += fee
        earn(.insuranceClear, -fee, account: account, market: market, trade: match.trade, at: match.time)
    }
}
