public import MarketModel

extension RiskGate {
    /// The worst case after the action, by lots and by value at the reference. An action that leaves the worst case of
    /// its own side within bounds passes even when the other side is over; a reduce-only order can end at zero at most.
    func checkExposure(
        _ proposal: Proposal, _ context: RiskContext, _ reference: HalfTicks, _ conversion: CashConversion
    ) throws(Refusal) {
        if proposal.reduceOnly, proposal.isReducing(context) { return }
        let bounds = marketLimits[proposal.market.index]
        let worst: Quantity
        switch proposal.side {
        case .buy: worst = context.position + context.buying + proposal.atRisk(context)
        case .sell: worst = -(context.position - context.selling - proposal.atRisk(context))
        }
        if let lots = bounds.maxPosition, worst > lots { throw .positionLots(worstCase: worst, limit: lots) }
        let value = conversion(context.instrument.notional(reference, worst))
        guard value <= bounds.maxPositionValue else {
            throw .positionLimit(worstCase: value, limit: bounds.maxPositionValue)
        }
        try checkNetExposure(proposal.side, value, context)
        guard worst > context.worstCase else { return }
        let account = value + context.otherExposure
        guard account <= limits.maxExposure else {
            throw .accountExposure(worstCase: account, limit: limits.maxExposure)
        }
    }

    /// The account's net on the side of the proposal, whose market could come to `value` there: at the limit only what
    /// leads away from it passes.
    private func checkNetExposure(_ side: Side, _ value: Cash, _ context: RiskContext) throws(Refusal) {
        guard let limit = limits.maxNetExposure else { return }
        let net = value + others(side, context)
        guard net <= limit else { throw .netExposure(worstCase: net, limit: limit) }
    }

    /// What all other markets can come to on `side`, positive towards it.
    private func others(_ side: Side, _ context: RiskContext) -> Cash {
        switch side {
        case .buy: context.othersLong
        case .sell: -context.othersShort
        }
    }

    /// The most that one more order on `side` may hold without breaking a position or exposure limit; what the order
    /// about to be amended holds is not counted. Never negative.
    public func room(_ side: Side, _ market: MarketID, _ context: RiskContext) -> Quantity {
        guard let reference = context.reference, reference.count > 0, let conversion = context.conversion else {
            return .zero
        }
        let bounds = marketLimits[market.index]
        let used: Quantity
        switch side {
        case .buy: used = context.position + context.buying
        case .sell: used = -(context.position - context.selling)
        }
        let lot = Lot(value: context.instrument.notional(reference, Quantity(lots: 1)), conversion)
        var most = lot.count(in: bounds.maxPositionValue)
        if let lots = bounds.maxPosition { most = min(most, lots) }
        let account = max(.zero, limits.maxExposure - context.otherExposure)
        most = min(most, max(lot.count(in: account), context.worstCase))
        if let limit = limits.maxNetExposure { most = min(most, lot.count(in: limit - others(side, context))) }
        return max(.zero, most - used)
    }
}

/// What one lot is worth, to divide limits by.
private struct Lot {
    let units: Int128
    /// From the asset that limits are counted in into the market's own.
    let conversion: CashConversion

    init(value: Cash, _ conversion: CashConversion) {
        units = value.units
        self.conversion = conversion.inverse
    }

    /// The most lots that are worth at most `limit`, rounded towards minus infinity.
    func count(in limit: Cash) -> Quantity {
        let own = conversion.roundedDown(limit).units
        return Quantity(lots: Int64(clamping: own >= 0 ? own / units : -((units - 1 - own) / units)))
    }
}
