public import Fundamentals
internal import MarketModel
internal import RiskControl

extension Digest {
    /// Absorbs an effect in a fixed encoding: equal effects, and only those as far as a hash can tell, give equal
    /// digests, in every build and on every machine.
    public mutating func absorb(_ effect: Effect) {
        switch effect {
        case .send(let approved):
            absorb(byte: 1)
            absorb(approved.action)
        case .refused(let action, let refusal):
            absorb(byte: 2)
            absorb(action)
            absorb(refusal)
        case .query(let id, let market):
            absorb(byte: 3)
            absorb(id)
            absorb(Int64(market.index))
        case .fetchFills(let market):
            absorb(byte: 4)
            absorb(Int64(market.index))
        case .booked(let booked):
            absorb(byte: 5)
            absorb(booked.fill)
            absorb(booked.position.lots)
            absorb(booked.mid.count)
            absorb(booked.realized)
        case .incident(let incident):
            absorb(byte: 6)
            absorbCounted(incident.severity.rawValue)
            absorbCounted(incident.text)
        case .quiet: absorb(byte: 7)
        }
    }

    private mutating func absorbCounted(_ text: String) {
        absorb(Int64(text.utf8.count))
        absorb(text)
    }

    private mutating func absorb(_ cash: Cash) {
        absorb(Int64(truncatingIfNeeded: cash.units))
        absorb(Int64(truncatingIfNeeded: cash.units >> 64))
    }

    private mutating func absorb(_ id: ClientOrderID) { absorb(Int64(id.epoch) << 32 | Int64(id.sequence)) }

    private mutating func absorb(_ side: Side) { absorb(byte: side == .buy ? 0 : 1) }

    private mutating func absorb(_ price: Price?) {
        absorb(byte: price == nil ? 0 : 1)
        if let price { absorb(price.ticks) }
    }

    private mutating func absorb(_ action: OrderAction) {
        absorb(Int64(action.market.index))
        switch action {
        case .place(let id, let spec):
            absorb(byte: 1)
            absorb(id)
            absorb(spec.side)
            absorb(spec.price)
            absorb(spec.quantity.lots)
            absorbCounted(spec.timeInForce.rawValue)
            absorb(byte: spec.reduceOnly ? 1 : 0)
        case .amend(let id, _, let side, let price, let quantity):
            absorb(byte: 2)
            absorb(id)
            absorb(side)
            absorb(price.ticks)
            absorb(quantity.lots)
        case .cancel(let id, _):
            absorb(byte: 3)
            absorb(id)
        case .cancelAll: absorb(byte: 4)
        }
    }

    private mutating func absorb(_ fill: Fill) {
        absorb(Int64(fill.market.index))
        absorb(fill.trade.number)
        absorb(byte: fill.clientOrderID == nil ? 0 : 1)
        if let id = fill.clientOrderID { absorb(id) }
        absorb(fill.venueOrderID.number)
        absorb(fill.side)
        absorb(fill.price.ticks)
        absorb(fill.quantity.lots)
        absorb(byte: fill.isMaker ? 1 : 0)
        absorb(fill.commission)
        absorb(byte: fill.realized == nil ? 0 : 1)
        if let realized = fill.realized { absorb(realized) }
        absorb(fill.venueTime.nanoseconds)
        // Only where there are any, so that what never had them keeps its digest.
        if fill.baseCommission != .zero || fill.thirdAssetCommission != .zero || fill.isSelfTrade {
            absorb(byte: fill.isSelfTrade ? 255 : 254)
            absorb(fill.baseCommission)
            absorb(fill.thirdAssetCommission)
        }
    }

    private mutating func absorb(_ refusal: Refusal) {
        switch refusal {
        case .notTrading: absorb(byte: 1)
        case .positionLimit(let worst, let limit): absorb(2, worst, limit)
        case .positionLots(let worst, let limit):
            absorb(byte: 3)
            absorb(worst.lots)
            absorb(limit.lots)
        case .accountExposure(let worst, let limit): absorb(4, worst, limit)
        case .openOrders(let limit):
            absorb(byte: 5)
            absorb(Int64(limit))
        case .orderValue(let value, let limit): absorb(6, value, limit)
        case .instrumentRules(let rule):
            absorb(byte: 7)
            absorbCounted(rule)
        case .priceCollar(let price, let reference):
            absorb(byte: 8)
            absorb(price.ticks)
            absorb(reference.count)
        case .netExposure(let worst, let limit): absorb(15, worst, limit)
        case .minBalance(let wallet, let limit): absorb(9, wallet, limit)
        case .messageRate(let limit):
            absorb(byte: 10)
            absorb(Int64(limit))
        case .repeatedFills(let side):
            absorb(byte: 11)
            absorb(side)
        case .breaker: absorb(byte: 12)
        case .noReference: absorb(byte: 13)
        case .selfCross(let id):
            absorb(byte: 14)
            absorb(id)
        case .funds(let needed, let held, let asset):
            absorb(16, needed, held)
            absorbCounted(asset)
        }
    }

    private mutating func absorb(_ kind: UInt8, _ amount: Cash, _ limit: Cash) {
        absorb(byte: kind)
        absorb(amount)
        absorb(limit)
    }
}
