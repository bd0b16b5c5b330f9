public import Fundamentals
public import MarketModel

/// Two quotes at a share of a reference price, renewed together when it moves or by the clock.
///
///     bid = ⌊m × (1 − s)⌋,  ask = ⌈m × (1 + s)⌉        to the tick
///     m   = price × (1 − inventorySkew × s × q ÷ q_max)
///     s   = spread + volatilityFactor × σ
///
/// The price is the venue's live mark; without one, the mark of its last word on our position, which may be old and is
/// marked as a fallback (`QuotingDecision.priceSource`); without either nothing is quoted, and that is said. It is never
/// guessed. σ is the standard deviation of the mid's relative move over one minute, needed only where it counts.
///
/// Both quotes stand until the price has moved by more than `priceMoveThreshold` since they were made, or
/// `refreshInterval` has passed; then both are made anew. A partly filled quote keeps working for its remainder, one that
/// has filled is not replaced before that. With `depthAhead`, a quote joins the level at which that much value rests in
/// front of it. A post-only quote stops one tick behind the opposite touch.
///
/// Source: the Extended REST bot (`simple_mm_bot.py`), with its list of future improvements.
public struct PercentSpread: QuotingStrategy {
    private struct Leg: Hashable, Sendable {
        var price: Price
        var quantity: Quantity
        var filled = Quantity.zero

        var remaining: Quantity { max(.zero, quantity - filled) }
    }

    private struct Round: Hashable, Sendable {
        var bid: Leg
        var ask: Leg
        let price: FineTicks
        let madeAt: Instant
    }

    private let parameters: PercentSpreadParameters
    private var round: Round?

    public init(_ parameters: PercentSpreadParameters) { self.parameters = parameters }

    public var depth: Int { parameters.depthAhead > .zero ? 16 : 1 }

    public mutating func observe(_ fill: Fill, at now: Instant) {
        switch fill.side {
        case .buy: round?.bid.filled += fill.quantity
        case .sell: round?.ask.filled += fill.quantity
        }
    }

    public mutating func renew() { round = nil }

    public mutating func decide(_ view: MarketView, into decision: inout QuotingDecision) {
        guard let (price, source) = reference(view) else {
            round = nil
            decision.absence = .noPrice
            return
        }
        decision.priceSource = source
        let old = round
        if let old, isOver(old, price, at: view.now) { round = nil }
        if round == nil { makeRound(price, view, instead: old, into: &decision) }
        guard let round else { return }
        offer(round.bid, .buy, into: &decision)
        offer(round.ask, .sell, into: &decision)
    }

    private func reference(_ view: MarketView) -> (FineTicks, QuotePriceSource)? {
        if let mark = view.mark, let price = FineTicks(mark, in: view.instrument) { return (price, .mark) }
        if let mark = view.positionMark, let price = FineTicks(mark, in: view.instrument) {
            return (price, .positionMark)
        }
        return nil
    }

    private func isOver(_ round: Round, _ price: FineTicks, at now: Instant) -> Bool {
        if now - round.madeAt >= parameters.refreshInterval { return true }
        let moved = (price - round.price).count.magnitude
        return Int128(moved) * Int128(Rate.one.parts) > round.price.count * Int128(parameters.priceMoveThreshold.parts)
    }

    private func offer(_ leg: Leg, _ side: Side, into decision: inout QuotingDecision) {
        guard leg.remaining > .zero else { return }
        decision.quotes.append(
            Quote(side: side, price: leg.price, quantity: leg.remaining, timeInForce: parameters.timeInForce))
    }

    // MARK: A new round

    /// Both legs or neither: one leg alone would be a position, not a market.
    private mutating func makeRound(
        _ price: FineTicks, _ view: MarketView, instead old: Round?, into decision: inout QuotingDecision
    ) {
        guard let spread = spread(view) else {
            decision.absence = .warmingUp(watched: view.varianceSpan, needed: MarketView.leastVarianceSpan)
            return
        }
        let skew = Rate(parameters.inventorySkew.double * spread.double * view.inventoryRatio)
        let middle = price - price.times(skew)
        var bid = (middle - middle.times(spread)).rounded(for: .buy)
        var ask = (middle + middle.times(spread)).rounded(for: .sell)
        bid = placed(bid, .buy, behind: view.bids, own: old?.bid, view)
        ask = max(placed(ask, .sell, behind: view.asks, own: old?.ask, view), bid + 1)
        let size = view.instrument.wholeLots(of: parameters.orderSize)
        decision.absence =
            view.instrument.absence(bid, size, reduceOnly: false)
            ?? view.instrument.absence(ask, size, reduceOnly: false)
        guard decision.absence == nil else { return }
        round = Round(
            bid: Leg(price: bid, quantity: size), ask: Leg(price: ask, quantity: size), price: price,
            madeAt: view.now)
    }

    /// Nil while σ is needed and not known.
    private func spread(_ view: MarketView) -> Rate? {
        guard parameters.volatilityFactor != .zero else { return parameters.spread }
        guard let sigma = view.minuteVolatility else { return nil }
        let widened = parameters.spread.parts + Rate(parameters.volatilityFactor.double * sigma).parts
        return Rate(parts: min(Rate.one.parts, max(0, widened)))
    }

    /// Moved out behind enough of the book, and back from the opposite touch.
    private func placed(
        _ price: Price, _ side: Side, behind levels: [BookLevel], own: Leg?, _ view: MarketView
    ) -> Price {
        var placed = price
        if parameters.depthAhead > .zero, let joined = joining(levels, side, own, view.instrument) {
            switch side {
            case .buy: placed = min(price, joined)
            case .sell: placed = max(price, joined)
            }
        }
        return parameters.timeInForce == .postOnly ? view.postOnly(side, placed) : placed
    }

    /// The price of the level at whose end enough value rests in front, our own quote left out; one tick beyond what
    /// can be seen where that is not enough.
    private func joining(_ levels: [BookLevel], _ side: Side, _ own: Leg?, _ instrument: Instrument) -> Price? {
        var ahead = Cash.zero
        for level in levels {
            let ours = own?.price == level.price ? own?.remaining ?? .zero : .zero
            ahead += instrument.notional(level.price, max(.zero, level.quantity - ours))
            if ahead >= parameters.depthAhead { return level.price }
        }
        return levels.last.map { $0.price - side.sign }
    }
}
