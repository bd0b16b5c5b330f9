internal import Exchange
internal import MarketModel

/// An order that is well-formed, before it is known whether the account may have it.
struct ExtendedProposal: Hashable, Sendable {
    var account: Int
    /// Index of the market.
    var market: Int
    var side: Side
    var price: Price
    var quantity: Quantity
    var isReduceOnly: Bool
    /// It waits for its trigger, and costs nothing until then.
    var waits: Bool
    var replaced: ExtendedOrder?
}

extension ExtendedServer {
    // MARK: Reduce-only

    func checkReduction(
        _ form: ExtendedOrderForm, _ quantity: Quantity, _ account: Int, _ market: ExtendedMarketDefinition
    ) throws(ExtendedError) {
        let held = exchange.position(of: accounts[account].id, in: market.instrument.market).quantity
        guard held != .zero else {
            throw ExtendedError(1_137, "Reduce only order: position is missing")
        }
        guard held.lots.signum() != form.side.sign else {
            throw ExtendedError(1_138, "Reduce only order: position has the same side")
        }
        guard quantity <= held.magnitude else {
            throw ExtendedError(1_136, "Reduce only order size exceeds position size")
        }
    }

    // MARK: Edit

    /// The order that is to be replaced: an open one of the same market and side.
    func checkReplaced(
        _ form: ExtendedOrderForm, _ account: Int, _ market: ExtendedMarketDefinition
    ) throws(ExtendedError) -> ExtendedOrder? {
        guard let name = form.cancelID else { return nil }
        guard let order = orders.order(named: name, of: account), order.status.isOpen else {
            throw ExtendedError(1_142, "Edit order not found", debugInfo: "no open order '\(name.prefix(80))'")
        }
        guard order.market == market.instrument.market, order.side == form.side else {
            throw .invalidOrder("an edit keeps market and side")
        }
        return order
    }

    // MARK: Limits

    func checkCount(_ proposal: ExtendedProposal) throws(ExtendedError) {
        let market = markets[proposal.market]
        let open = accounts[proposal.account].open.count { id in
            orders[id].map { $0.market == market.id && $0.id != proposal.replaced?.id } ?? false
        }
        guard open < market.instrument.maxOpenOrders else {
            throw ExtendedError(
                1_126, "Maximum number of open orders exceeded",
                debugInfo: "at most \(market.instrument.maxOpenOrders) orders in \(market.definition.name)")
        }
    }

    /// Whether the account can afford an order, and may hold what it could become.
    func checkCost(_ proposal: ExtendedProposal) throws(ExtendedError) {
        guard !proposal.isReduceOnly, !proposal.waits else { return }
        if accounts[proposal.account].isShort {
            throw ExtendedError(1_145, "Non reduce only orders are not allowed")
        }
        let resting = resting(proposal)
        let available = availableForTrade(proposal.account) + releasedMargin(proposal)
        let cost = cost(proposal, resting)
        guard cost <= max(.zero, available) else {
            throw ExtendedError(
                1_140, "New order cost exceeds available balance",
                debugInfo: "Order cost \(ExtendedText.money(cost)) exceeds available for trade "
                    + ExtendedText.money(max(.zero, available)))
        }
        try checkPosition(proposal, resting)
    }

    /// Lots of the same side that rest already, what is to be replaced left out; orders that wait for the engine count.
    private func resting(_ proposal: ExtendedProposal) -> Int64 {
        var lots: Int64 = 0
        for id in accounts[proposal.account].open {
            guard let order = orders[id], order.market.index == proposal.market, order.side == proposal.side,
                order.status != .untriggered, !order.isReduceOnly, order.id != proposal.replaced?.id
            else { continue }
            lots += order.remaining.lots
        }
        return lots
    }

    /// What an edit sets free before it costs anything.
    private func releasedMargin(_ proposal: ExtendedProposal) -> Cash {
        guard let old = proposal.replaced, old.engineID != nil, !old.isReduceOnly else { return .zero }
        let value = markets[proposal.market].instrument.notional(old.price, old.remaining)
        return Cash(units: value.units / Int128(leverage(proposal.account, proposal.market)))
    }

    /// BUY: max(IMR × price × (size + min(0, 2 × (position + resting buys))) − open loss, 0), where the open loss is
    /// min(size × (mark − price), 0); SELL mirrored. Source: the venue's page on order cost.
    private func cost(_ proposal: ExtendedProposal, _ resting: Int64) -> Cash {
        let market = markets[proposal.market]
        let account = accounts[proposal.account].id
        let held = exchange.position(of: account, in: market.id).quantity.lots * proposal.side.sign
        let size = proposal.quantity.lots + min(0, 2 * (held + resting))
        let value = market.instrument.notional(proposal.price, Quantity(lots: max(0, size)))
        let leverage = Int128(leverage(proposal.account, proposal.market))
        let margin = Cash(units: (value.units + leverage - 1) / leverage)
        let mark = exchange.mark(market.id).price
        guard mark.mantissa > 0 else { return margin }
        let atMark = LedgerMath.value(of: proposal.quantity, at: mark, market.instrument)
        let atPrice = market.instrument.notional(proposal.price, proposal.quantity)
        let openLoss = min(.zero, proposal.side == .buy ? atMark - atPrice : atPrice - atMark)
        return max(.zero, margin - openLoss)
    }

    /// What the position would be worth were everything of that side filled.
    private func checkPosition(_ proposal: ExtendedProposal, _ resting: Int64) throws(ExtendedError) {
        let market = markets[proposal.market]
        let held = exchange.position(of: accounts[proposal.account].id, in: market.id).quantity.lots
        let lots = max(0, held * proposal.side.sign + resting + proposal.quantity.lots)
        let (product, overflow) = Int128(proposal.price.ticks).multipliedReportingOverflow(by: Int128(lots))
        let value = product.multipliedReportingOverflow(by: market.instrument.cashPerTickLot.units)
        let limit = market.definition.maxPositionValue(atLeverage: leverage(proposal.account, proposal.market))
        guard !overflow, !value.overflow, Cash(units: value.partialValue) <= limit else {
            throw ExtendedError(
                1_127, "Maximum position value exceeded", debugInfo: "at most \(ExtendedText.plain(limit))")
        }
    }

    func leverage(_ account: Int, _ market: Int) -> Int64 {
        max(1, exchange.position(of: accounts[account].id, in: markets[market].id).leverage)
    }
}
