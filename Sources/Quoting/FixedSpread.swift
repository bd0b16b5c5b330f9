public import Fundamentals
public import MarketModel

/// Two quotes at a fixed distance from the mid, renewed together by the clock.
///
///     bid = ⌊mid − h⌋ to the tick,  ask = ⌈mid + h⌉ to the tick,  size = ⌊S ÷ price⌋ to the lot
///
/// h is `halfSpread` and S `orderSize`. Both quotes stand until both have filled, until `orderTimeout` has passed since
/// they were made, or until `counterFillWait` has passed since one of them filled completely; then both are made anew
/// from the mid of that moment. A partly filled quote keeps working for its remainder.
///
/// Every `positionCheckInterval` the position is looked at: once its value is at least `inventoryThreshold` and its
/// profit at least `minProfitToClose` at every look for `profitHold`, it is closed at the market and the cycle starts
/// over.
///
/// Source: the timed two-sided quoter for ASTERUSDT (`mm_bot.py`). All arithmetic is exact.
public struct FixedSpread: QuotingStrategy {
    private struct Leg: Hashable, Sendable {
        var price: Price
        var quantity: Quantity
        var filled = Quantity.zero

        var remaining: Quantity { max(.zero, quantity - filled) }
        var isComplete: Bool { filled >= quantity }
    }

    private struct Round: Hashable, Sendable {
        var bid: Leg
        var ask: Leg
        let madeAt: Instant
        /// When the first of the two filled completely.
        var counterSince: Instant?
    }

    private let parameters: FixedSpreadParameters
    private var round: Round?
    private var nextPositionCheck = Instant.distantPast
    private var profitableSince: Instant?
    private var isFlattening = false

    public init(_ parameters: FixedSpreadParameters) { self.parameters = parameters }

    public mutating func observe(_ fill: Fill, at now: Instant) {
        guard var round else { return }
        switch fill.side {
        case .buy: round.bid.filled += fill.quantity
        case .sell: round.ask.filled += fill.quantity
        }
        if round.counterSince == nil, round.bid.isComplete || round.ask.isComplete { round.counterSince = now }
        self.round = round
    }

    public mutating func renew() { round = nil }

    public mutating func decide(_ view: MarketView, into decision: inout QuotingDecision) {
        checkPosition(view)
        if isFlattening {
            if view.position.magnitude >= view.instrument.marketQuantityRange.lowerBound {
                decision.flatten = true
                decision.absence = .flattening
                return
            }
            isFlattening = false
        }
        if let round, isOver(round, at: view.now) { self.round = nil }
        if round == nil { makeRound(view, into: &decision) }
        guard let round else { return }
        offer(round.bid, .buy, into: &decision)
        offer(round.ask, .sell, into: &decision)
    }

    private func isOver(_ round: Round, at now: Instant) -> Bool {
        if round.bid.isComplete && round.ask.isComplete { return true }
        if now - round.madeAt >= parameters.orderTimeout { return true }
        guard let since = round.counterSince else { return false }
        return now - since >= parameters.counterFillWait
    }

    private func offer(_ leg: Leg, _ side: Side, into decision: inout QuotingDecision) {
        guard leg.remaining > .zero else { return }
        decision.quotes.append(Quote(side: side, price: leg.price, quantity: leg.remaining))
    }

    /// Both legs or neither: one leg alone would be a position, not a market.
    private mutating func makeRound(_ view: MarketView, into decision: inout QuotingDecision) {
        let instrument = view.instrument
        let (bid, ask) = prices(around: view.mid, instrument)
        let buying = instrument.lots(worth: parameters.orderSize, at: bid)
        let selling = instrument.lots(worth: parameters.orderSize, at: ask)
        decision.absence =
            instrument.absence(bid, buying, reduceOnly: false) ?? instrument.absence(ask, selling, reduceOnly: false)
        guard decision.absence == nil else { return }
        round = Round(
            bid: Leg(price: bid, quantity: buying), ask: Leg(price: ask, quantity: selling), madeAt: view.now)
    }

    private func prices(around mid: HalfTicks, _ instrument: Instrument) -> (bid: Price, ask: Price) {
        let scale = max(parameters.halfSpread.scale, instrument.tickSize.scale)
        guard let half = parameters.halfSpread.units(atScale: scale),
            let tick = instrument.tickSize.units(atScale: scale)
        else { return (Price(ticks: 0), Price(ticks: 0)) }
        let middle = Int128(mid.count) * tick
        let bid = floorDivide(middle - 2 * half, by: 2 * tick)
        let ask = ceilDivide(middle + 2 * half, by: 2 * tick)
        return (Price(ticks: Int64(clamping: bid)), Price(ticks: Int64(clamping: ask)))
    }

    private mutating func checkPosition(_ view: MarketView) {
        guard view.now >= nextPositionCheck else { return }
        nextPositionCheck = view.now + parameters.positionCheckInterval
        let isLarge = view.position != .zero && view.positionValue.magnitude >= parameters.inventoryThreshold
        guard isLarge, view.unrealized >= parameters.minProfitToClose else {
            profitableSince = nil
            return
        }
        let since = profitableSince ?? view.now
        profitableSince = since
        if view.now - since >= parameters.profitHold {
            isFlattening = true
            profitableSince = nil
            round = nil
        }
    }
}
