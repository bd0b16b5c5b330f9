public import Fundamentals
public import MarketModel

/// How far one market's fills are offset in another, as it is shown.
public struct HedgeStatus: Hashable, Sendable {
    /// Where it is hedged.
    public var market: MarketID
    /// Position here and there together, in the base asset: positive when long.
    public var unhedged: ExactDecimal
    /// Since when there is something that could be hedged; nil when there is not.
    public var since: Instant?
    /// Orders sent, their fills, and orders that came to nothing.
    public var sent: Int
    public var fills: Int
    public var failed: Int
    /// Profit of hedging, in the settlement asset of the hedge market: Σ (mid there when the cause was booked − price) ×
    /// signed quantity. Negative is a loss.
    public var slippage: Cash
}

/// What the hedger knows of one market beyond positions and orders.
struct HedgeState: Hashable, Sendable {
    /// Since when there is something that could be hedged.
    var since: Instant?
    /// What of both positions together counts as none, in 10⁻¹² of the base asset.
    private(set) var baseline = Cash.zero
    /// Mid of the hedge market when what is unhedged was booked: the average over its parts.
    private(set) var arrival: HalfTicks?
    private var arrivalAmount: Int128 = 0
    /// The newest order was refused, and none went through since.
    var isRefused = false
    /// When an order that should have ended is asked for again.
    var nextQuery = Instant.distantPast
    var sent = 0
    var fills = 0
    var failed = 0
    /// What was told as left over; nil for nothing.
    var toldLeftover: Int128?

    /// From here on this much counts as none.
    mutating func rebase(_ held: Cash) {
        baseline = held
        arrival = nil
        arrivalAmount = 0
    }

    /// What is unhedged, in 10⁻¹² of the base asset, has become `amount` while the hedge market's mid was `mid`. More of it
    /// arrives now; less of it leaves the rest where it was.
    mutating func note(_ amount: Int128, mid: HalfTicks?) {
        let before = arrivalAmount
        arrivalAmount = amount
        guard amount != 0 else {
            arrival = nil
            return
        }
        guard let mid else { return }
        guard let old = arrival, (before > 0) == (amount > 0), before != 0 else {
            arrival = mid
            return
        }
        let added = Int128(amount.magnitude) - Int128(before.magnitude)
        guard added > 0 else { return }
        let (moved, overflow) = added.multipliedReportingOverflow(by: Int128(mid.count - old.count))
        guard !overflow else { return }
        let shift = Cash.divideRounding(moved, by: Int128(amount.magnitude))
        arrival = HalfTicks(count: old.count + Int64(clamping: shift))
    }
}
