internal import MarketModel

/// A place or an amendment, in one form.
struct Proposal: Sendable {
    var market: MarketID
    var side: Side
    /// Nil for a market order.
    var price: Price?
    /// Total, with what has filled.
    var total: Quantity
    /// What would work.
    var open: Quantity
    var reduceOnly: Bool
    var isNew: Bool

    init(
        market: MarketID, side: Side, price: Price?, total: Quantity, open: Quantity, reduceOnly: Bool, isNew: Bool
    ) {
        self.market = market
        self.side = side
        self.price = price
        self.total = total
        self.open = open
        self.reduceOnly = reduceOnly
        self.isNew = isNew
    }

    init(_ spec: OrderSpec) {
        self.init(
            market: spec.market, side: spec.side, price: spec.price, total: spec.quantity, open: spec.quantity,
            reduceOnly: spec.reduceOnly, isNew: true)
    }

    /// The most of this order that may fill: an amendment may fail or succeed, so the larger of old and new; of a
    /// replacement both may fill, one after the other.
    func atRisk(_ context: RiskContext) -> Quantity {
        switch context.amends {
        case .unsupported, .inPlace: max(open, context.ownRemaining)
        case .replacement: open + context.ownRemaining
        }
    }

    /// Size of the order as the venue will look at it: of an amended one the whole, of a new one what is left to do.
    func size(_ context: RiskContext) -> Quantity {
        switch context.amends {
        case .unsupported, .inPlace: total
        case .replacement: open
        }
    }

    /// Whether it can do nothing but bring the position closer to zero, even if everything else fills first.
    func isReducing(_ context: RiskContext) -> Bool {
        switch side {
        case .buy:
            guard context.position < .zero else { return false }
            return reduceOnly || context.position + context.buying + atRisk(context) <= .zero
        case .sell:
            guard context.position > .zero else { return false }
            return reduceOnly || context.position - context.selling - atRisk(context) >= .zero
        }
    }
}

extension RiskGate {
    /// The venue's own bounds, so that nothing is sent that it must reject.
    func checkInstrument(_ proposal: Proposal, _ context: RiskContext, _ reference: HalfTicks) throws(Refusal) {
        let instrument = context.instrument
        guard proposal.open > .zero else { throw .instrumentRules("the quantity is not positive") }
        let sizes = proposal.price == nil ? instrument.marketQuantityRange : instrument.quantityRange
        let size = proposal.size(context)
        guard size >= sizes.lowerBound else { throw .instrumentRules("the quantity is below the minimum") }
        guard size <= sizes.upperBound else { throw .instrumentRules("the quantity is above the maximum") }
        if let price = proposal.price, !instrument.priceRange.contains(price) {
            throw .instrumentRules("the price is outside the allowed range")
        }
        if !proposal.reduceOnly, value(proposal, size, context, reference) < instrument.minNotional {
            throw .instrumentRules("the value is below the minimum")
        }
        try checkVenueCollar(proposal, context)
        try checkCount(proposal, context)
    }

    /// A replacement and what it replaces may rest at the same time.
    private func checkCount(_ proposal: Proposal, _ context: RiskContext) throws(Refusal) {
        let isReplacement = !proposal.isNew && context.amends == .replacement
        guard proposal.isNew || isReplacement else { return }
        let open = context.openOrders + (isReplacement ? 1 : 0)
        let allowed = min(marketLimits[proposal.market.index].maxOpenOrders, context.instrument.maxOpenOrders)
        guard open < allowed else { throw .openOrders(limit: allowed) }
    }

    private func checkVenueCollar(_ proposal: Proposal, _ context: RiskContext) throws(Refusal) {
        guard let price = proposal.price, let mark = context.mark, let (ticks, markTicks) = common(price, mark, context)
        else { return }
        let bound: Rate
        switch proposal.side {
        case .buy:
            bound = context.instrument.collarUp
            guard ticks <= markTicks.scaled(by: bound) else { throw .instrumentRules("a buy too far above the mark") }
        case .sell:
            bound = context.instrument.collarDown
            guard ticks >= markTicks.scaled(by: bound) else { throw .instrumentRules("a sell too far below the mark") }
        }
    }

    /// Price and mark at one scale, the price multiplied by 10⁸ to match a mark multiplied by a rate.
    private func common(_ price: Price, _ mark: ExactDecimal, _ context: RiskContext) -> (Int128, Scaled)? {
        let decimal = context.instrument.decimal(price)
        let scale = max(decimal.scale, mark.scale)
        guard scale <= 16, let a = decimal.units(atScale: scale), let b = mark.units(atScale: scale), b > 0,
            a < 1 << 90, b < 1 << 90
        else { return nil }
        return (a * 100_000_000, Scaled(units: b))
    }

    struct Scaled {
        var units: Int128
        func scaled(by rate: Rate) -> Int128 { units * Int128(rate.parts) }
    }

    func checkSize(
        _ proposal: Proposal, _ context: RiskContext, _ reference: HalfTicks, _ conversion: CashConversion
    ) throws(Refusal) {
        let limit = marketLimits[proposal.market.index].maxOrderValue
        let value = conversion(value(proposal, proposal.open, context, reference))
        guard value <= limit else { throw .orderValue(value, limit: limit) }
    }

    private func value(
        _ proposal: Proposal, _ quantity: Quantity, _ context: RiskContext, _ reference: HalfTicks
    ) -> Cash {
        guard let price = proposal.price else { return context.instrument.notional(reference, quantity) }
        return context.instrument.notional(price, quantity)
    }

    /// Our own collar: no further from our own reference than allowed, on either side.
    func checkPrice(_ proposal: Proposal, _ context: RiskContext, _ reference: HalfTicks) throws(Refusal) {
        guard let price = proposal.price else { return }
        let distance = Int128(abs(HalfTicks(price).count - reference.count))
        let allowed = Int128(marketLimits[proposal.market.index].priceCollar.parts) * Int128(reference.count)
        guard distance * Int128(Rate.one.parts) <= allowed else { throw .priceCollar(price, reference: reference) }
    }

    func checkSelfCross(_ proposal: Proposal, _ context: RiskContext) throws(Refusal) {
        if let order = context.marketOrder { throw .selfCross(order) }
        switch proposal.side {
        case .buy:
            if let other = context.lowestSell, proposal.price ?? other.price >= other.price {
                throw .selfCross(other.id)
            }
        case .sell:
            if let other = context.highestBuy, proposal.price ?? other.price <= other.price {
                throw .selfCross(other.id)
            }
        }
    }
}
