public import Fundamentals
public import MarketModel

/// One side at a time: opens a position with a share of the balance, then closes what is held, and starts over.
///
///     opening:  buy  at ⌊mid × (1 − buySpread)⌋,   quantity = ⌊available × balanceFraction ÷ price⌋ to the lot,
///               within the largest order and ⅞ of what the position limit leaves
///     closing:  sell at ⌈mid × (1 + sellSpread)⌉,  quantity = the position, reduce-only
///
/// The mode at the start, and whenever an untouched order is looked at, is what the position implies: closing if it is
/// worth the venue's least order, opening otherwise. A complete fill flips the mode. A short position, however it came
/// to be, is bought back symmetrically at ⌊mid × (1 − sellSpread)⌋.
///
/// The order is looked at every `orderRefreshInterval`, and kept while its price is within `reuseThreshold` of the
/// price it would have now. A partly filled buy whose remainder is below the least order counts as complete; closing
/// orders are reduce-only, which exempts them from the least order value, so that no remainder is stuck.
///
/// Source: the one-sided cycle bot for Aster (`market_maker.py`). All arithmetic is exact.
public struct Cycle: QuotingStrategy {
    public enum Mode: Hashable, Sendable { case opening, closing }

    private struct Working: Hashable, Sendable {
        var side: Side
        var price: Price
        var quantity: Quantity
        var filled = Quantity.zero

        var remaining: Quantity { max(.zero, quantity - filled) }
    }

    private let parameters: CycleParameters
    /// Nil until the first view tells the position.
    public private(set) var mode: Mode?
    private var working: Working?
    private var nextLook = Instant.distantPast

    public init(_ parameters: CycleParameters) { self.parameters = parameters }

    public mutating func observe(_ fill: Fill, at now: Instant) {
        guard var working, let mode, fill.side == working.side else { return }
        working.filled += fill.quantity
        if working.remaining > .zero {
            self.working = working
        } else {
            self.working = nil
            nextLook = .distantPast
            switch mode {
            case .opening: self.mode = .closing
            case .closing: self.mode = .opening
            }
        }
    }

    public mutating func renew() {
        working = nil
        nextLook = .distantPast
    }

    public mutating func decide(_ view: MarketView, into decision: inout QuotingDecision) {
        if view.now >= nextLook {
            nextLook = view.now + parameters.orderRefreshInterval
            look(view, into: &decision)
        }
        guard let working, working.remaining > .zero else { return }
        decision.quotes.append(
            Quote(
                side: working.side, price: working.price, quantity: working.remaining, reduceOnly: mode == .closing))
    }

    private mutating func look(_ view: MarketView, into decision: inout QuotingDecision) {
        let instrument = view.instrument
        let mode = mode(for: view)
        if mode != self.mode { working = nil }
        self.mode = mode
        switch mode {
        case .opening:
            let price = price(view.mid, .buy, parameters.buySpread)
            let room = view.room(.buy)
            let isKept = working.map { $0.side == .buy && isReusable($0.price, price) } ?? false
            if isKept, let working, working.remaining <= room { return }
            if let old = working, old.filled > .zero {
                continueOpening(old, at: isKept ? old.price : price, room, instrument)
                if self.mode == .closing { close(view, into: &decision) }
                return
            }
            let quantity = openingQuantity(view, at: price, room)
            decision.absence = instrument.absence(price, quantity, reduceOnly: false)
            working = decision.absence == nil ? Working(side: .buy, price: price, quantity: quantity) : nil
        case .closing:
            close(view, into: &decision)
        }
    }

    /// What the balance allows, but no more than one order may hold, nor than ⅞ of what the position may still grow by: an
    /// order that risk must cut would never be complete, and never be sold.
    private func openingQuantity(_ view: MarketView, at price: Price, _ room: Quantity) -> Quantity {
        var budget = Cash(units: view.available.units * Int128(parameters.balanceFraction.parts) / 100_000_000)
        if let most = view.caps.order { budget = min(budget, most) }
        return min(view.instrument.lots(worth: budget, at: price), Quantity(lots: room.lots - room.lots / 8))
    }

    /// What the position implies, except that an order that has partly filled is not left for the other side.
    private func mode(for view: MarketView) -> Mode {
        let instrument = view.instrument
        let held = view.position.magnitude
        let isClosable =
            held >= instrument.quantityRange.lowerBound && view.positionValue.magnitude >= instrument.minNotional
        switch mode {
        case .opening: return isClosable && (working?.filled ?? .zero) == .zero ? .closing : .opening
        case .closing: return held >= instrument.quantityRange.lowerBound ? .closing : .opening
        case nil: return isClosable ? .closing : .opening
        }
    }

    /// The market has left a partly filled buy, or the limits have shrunk below it: go on with what may remain, or be
    /// content with what was bought.
    private mutating func continueOpening(
        _ old: Working, at price: Price, _ room: Quantity, _ instrument: Instrument
    ) {
        let remaining = min(old.remaining, room)
        if instrument.absence(price, remaining, reduceOnly: false) == nil {
            working = Working(side: .buy, price: price, quantity: old.filled + remaining, filled: old.filled)
        } else {
            working = nil
            mode = .closing
        }
    }

    private mutating func close(_ view: MarketView, into decision: inout QuotingDecision) {
        let side: Side = view.position > .zero ? .sell : .buy
        let price = price(view.mid, side, parameters.sellSpread)
        if let working, working.side == side, isReusable(working.price, price),
            working.remaining == view.position.magnitude
        {
            return
        }
        let quantity = min(view.position.magnitude, view.instrument.quantityRange.upperBound)
        decision.absence = view.instrument.absence(price, quantity, reduceOnly: true)
        working = decision.absence == nil ? Working(side: side, price: price, quantity: quantity) : nil
    }

    private func isReusable(_ working: Price, _ now: Price) -> Bool {
        Int128(abs(working - now)) * 100_000_000 <= Int128(parameters.reuseThreshold.parts) * Int128(now.ticks)
    }

    /// mid × (1 ∓ spread), rounded away from the mid.
    private func price(_ mid: HalfTicks, _ side: Side, _ spread: Rate) -> Price {
        let factor = Int128(Rate.one.parts) - Int128(side.sign) * Int128(spread.parts)
        let dividend = Int128(mid.count) * factor
        switch side {
        case .buy: return Price(ticks: Int64(clamping: floorDivide(dividend, by: 200_000_000)))
        case .sell: return Price(ticks: Int64(clamping: ceilDivide(dividend, by: 200_000_000)))
        }
    }
}
