public import Fundamentals
public import MarketModel

/// A ladder around another venue's book, converted into this market's currency.
///
///     bid of level i = ⌊R_i × C_bid × (1 − d_i)⌋,  ask = ⌈R_i × C_ask × (1 + d_i)⌉         to the tick
///     d_i = max(distance_i × (1 + u), leastDistance),   u uniform in 0 … distanceJitter
///     size = size_i × (1 − v),                          v uniform in 0 … sizeJitter, down to the lot
///
/// R_i is the reference's price on that side, by touch or by depth (`MirrorParameters.usesDepth`); C the touch of the market
/// that converts its currency. No two levels of a side share a price: the outer one moves out by a tick. So no quote is
/// closer than its distance when it is drawn, and none further than its largest distance and a tick for each level before.
///
/// A ladder stands until the reference of a level or the conversion has moved by its threshold on either side, one of its
/// quotes filled, its time is up, or it must be renewed; then both sides are drawn anew. Sizes are cut, best level first, to
/// what the limits leave and to what is held, the fee included; what would be below the venue's minimum is left out.
/// A side that would take, and may not, is left out for as long as it would. An order that would take must be worth the
/// taker's fee.
///
/// Source: the Binance to ACE market maker (`mmaker.py`), without its assumptions that a batch arrives whole and that the
/// books are never stale.
public struct Mirror: QuotingStrategy {
    /// Levels of the reference that are looked at for what a ladder needs.
    static let depthLooked = 32

    let parameters: MirrorParameters
    var random: RandomSource
    /// Nil for one that must be drawn anew.
    private var basis: Basis?
    /// As drawn; of the ladder that `basis` belongs to.
    var rungs: [Quote] = []
    var sizeAbsence: QuoteAbsence?
    private var needs = Needs()

    public init(_ parameters: MirrorParameters) {
        self.parameters = parameters
        random = RandomSource(seed: parameters.seed)
    }

    public var referenceDepth: Int { parameters.usesDepth ? Self.depthLooked : 1 }

    public mutating func observe(_ fill: Fill, at now: Instant) { basis = nil }

    public mutating func renew() { basis = nil }

    public mutating func decide(_ view: MarketView, into decision: inout QuotingDecision) {
        decision.priceSource = .reference
        guard let book = view.reference else { return withdraw(.noReference, into: &decision) }
        guard let pricing = ForeignPricing(view, book) else { return withdraw(.noConversion, into: &decision) }
        guard !pricing.isCrossed else { return withdraw(.crossed, into: &decision) }
        needs.measure(parameters, book.instrument)
        if !stands(book, pricing, at: view.now) {
            draw(view, book, pricing)
            note(book, pricing, at: view.now)
        }
        decision.absence = sizeAbsence
        for side in Side.allCases { offer(side, view, into: &decision) }
    }

    private mutating func withdraw(_ absence: QuoteAbsence, into decision: inout QuotingDecision) {
        basis = nil
        decision.absence = absence
    }

    private func offer(_ side: Side, _ view: MarketView, into decision: inout QuotingDecision) {
        let mayTake = parameters.timeInForce != .postOnly
        for rung in rungs where rung.side == side {
            if mayTake || !view.isTaking(side, rung.price) {
                decision.quotes.append(rung)
            } else {
                decision.absence = .wouldTake(side)
            }
        }
    }

    // MARK: When a ladder is over

    /// What a ladder was drawn from.
    private struct Basis: Hashable, Sendable {
        var bids: [Price?] = []
        var asks: [Price?] = []
        var conversionBid: Price?
        var conversionAsk: Price?
        var at: Instant
    }

    /// What the reference must hold for each level and all before it, in its lots.
    private struct Needs: Hashable, Sendable {
        var lots: [Quantity] = []
        private var lotSize = ExactDecimal.zero

        mutating func measure(_ parameters: MirrorParameters, _ reference: Instrument) {
            guard reference.lotSize != lotSize else { return }
            lotSize = reference.lotSize
            lots.removeAll(keepingCapacity: true)
            var sum = Quantity.zero
            for level in parameters.levels {
                if parameters.usesDepth { sum += reference.lots(holding: level.size) }
                lots.append(sum)
            }
        }
    }

    /// Where a level is quoted around; nil where the reference could not offset it.
    func reference(_ side: Side, _ level: Int, _ book: ForeignBook) -> Price? {
        book.price(side, holding: needs.lots[level])
    }

    private mutating func note(_ book: ForeignBook, _ pricing: ForeignPricing, at now: Instant) {
        var basis = Basis(conversionBid: pricing.conversion(.buy), conversionAsk: pricing.conversion(.sell), at: now)
        for level in parameters.levels.indices {
            basis.bids.append(reference(.buy, level, book))
            basis.asks.append(reference(.sell, level, book))
        }
        self.basis = basis
    }

    private func stands(_ book: ForeignBook, _ pricing: ForeignPricing, at now: Instant) -> Bool {
        guard let basis else { return false }
        if parameters.refreshInterval > .zero, now - basis.at >= parameters.refreshInterval { return false }
        let threshold = parameters.conversionThreshold
        if Self.hasMoved(basis.conversionBid, pricing.conversion(.buy), threshold) { return false }
        if Self.hasMoved(basis.conversionAsk, pricing.conversion(.sell), threshold) { return false }
        for level in parameters.levels.indices {
            let bid = reference(.buy, level, book)
            if Self.hasMoved(basis.bids[level], bid, parameters.referenceThreshold) { return false }
            let ask = reference(.sell, level, book)
            if Self.hasMoved(basis.asks[level], ask, parameters.referenceThreshold) { return false }
        }
        return true
    }

    /// By `threshold` as a share of the old price, or at all for zero.
    private static func hasMoved(_ old: Price?, _ new: Price?, _ threshold: Rate) -> Bool {
        guard let old, let new else { return old != new }
        guard old != new else { return false }
        return Int128(abs(new - old)) * Int128(Rate.one.parts) >= Int128(threshold.parts) * Int128(old.ticks)
    }
}

extension MarketView {
    /// Whether an order of this price would meet what rests on the other side.
    func isTaking(_ side: Side, _ price: Price) -> Bool {
        switch side {
        case .buy: price >= touch.ask.price
        case .sell: price <= touch.bid.price
        }
    }
}
