public import Fundamentals
public import MarketModel

/// The simplified Avellaneda–Stoikov quoter: a fair price that leans against the inventory, and a spread that widens
/// with volatility and funding.
///
///     fair = mid − k·q                        q: position in the base asset, long positive
///     half = mid × (baseSpread + α·σ + β·funding ÷ 3), never below zero
///     bid  = ⌊fair − half⌋,  ask = ⌈fair + half⌉       to the tick
///     size = ⌊notionalCap ÷ mid⌋, × (1 ∓ inventorySensitivity × q ÷ q_max), never above the cap
///
/// k is in the quote asset per unit of the base asset. σ is the standard deviation of the mid's relative move over one
/// minute; with α other than zero nothing is quoted before ten seconds of it were watched. Funding is the rate of the
/// current interval. q_max is what the limits on position and exposure allow at the mid. The half-spread is taken from the
/// fair price, so that a large inventory can bring a quote to the opposite touch: a post-only quote stops one tick behind
/// it. With `minEdge`, no quote is nearer to the mid than the maker fee and that edge. A side whose size falls below
/// `minOrderSize` or the venue's least order is left out.
///
/// Source: the Extended bot's `QuoteEngine.compute_quote`. Its text contradicts itself in three places: the formula reads
/// `mid + inventory × k`, which would raise both quotes when long, against the aim of a flat position it states; and
/// the settings call k the width, α the aversion to inventory and β the weight of volatility, where the formula has them
/// as above. The formula holds, with the sign that reduces inventory.
public struct InventorySkew: QuotingStrategy {
    private let parameters: InventorySkewParameters

    public init(_ parameters: InventorySkewParameters) { self.parameters = parameters }

    public mutating func observe(_ fill: Fill, at now: Instant) {}
    public mutating func renew() {}

    public mutating func decide(_ view: MarketView, into decision: inout QuotingDecision) {
        guard let half = halfSpread(view) else {
            decision.absence = .warmingUp(watched: view.varianceSpan, needed: MarketView.leastVarianceSpan)
            return
        }
        let (bid, ask) = prices(view, half)
        offer(.buy, bid, view, into: &decision)
        offer(.sell, ask, view, into: &decision)
    }

    // MARK: Prices

    /// As a share of the mid; nil while σ is needed and not known.
    private func halfSpread(_ view: MarketView) -> Rate? {
        var added = parameters.beta.double * view.fundingRate.double / 3
        if parameters.alpha != .zero {
            guard let sigma = view.minuteVolatility else { return nil }
            added += parameters.alpha.double * sigma
        }
        let half = parameters.baseSpread.parts + Rate(added).parts
        return Rate(parts: min(Rate.one.parts, max(0, half)))
    }

    private func prices(_ view: MarketView, _ half: Rate) -> (bid: Price, ask: Price) {
        let mid = FineTicks(view.mid)
        let held = view.instrument.decimal(view.position).double
        let fair = mid - FineTicks(amount: parameters.k.double * held, in: view.instrument)
        let distance = mid.times(half)
        var lowest = fair - distance
        var highest = fair + distance
        if let edge = parameters.minEdge {
            let least = mid.times(Rate(parts: edge.parts + view.instrument.makerFee.parts))
            lowest = min(lowest, mid - least)
            highest = max(highest, mid + least)
        }
        var bid = lowest.rounded(for: .buy)
        var ask = highest.rounded(for: .sell)
        if parameters.timeInForce == .postOnly {
            bid = view.postOnly(.buy, bid)
            ask = view.postOnly(.sell, ask)
        }
        return (bid, max(ask, bid + 1))
    }

    // MARK: Sizes

    private func offer(_ side: Side, _ price: Price, _ view: MarketView, into decision: inout QuotingDecision) {
        let full = fullSize(view)
        let size = skewed(full, side, view)
        let least = view.instrument.lots(holding: parameters.minOrderSize)
        if size >= least, view.instrument.absence(price, size, reduceOnly: false) == nil {
            decision.quotes.append(
                Quote(side: side, price: price, quantity: size, timeInForce: parameters.timeInForce))
        } else if full < least {
            decision.absence = .belowMinQuantity(full, minimum: least)
        } else {
            decision.absence = view.instrument.absence(price, full, reduceOnly: false) ?? .inventory(side)
        }
    }

    private func fullSize(_ view: MarketView) -> Quantity {
        let size = view.instrument.lots(worth: parameters.notionalCap, at: view.mid)
        guard let most = parameters.maxOrderSize else { return size }
        return min(size, view.instrument.wholeLots(of: most))
    }

    /// Less on the side that adds to the position; never more than `full` on the other.
    private func skewed(_ full: Quantity, _ side: Side, _ view: MarketView) -> Quantity {
        let lean = parameters.inventorySensitivity.double * view.inventoryRatio * Double(side.sign)
        let share = Rate(max(0, 1 - lean))
        return Quantity(lots: Int64(clamping: Int128(full.lots) * Int128(share.parts) / Int128(Rate.one.parts)))
    }
}
