internal import Accounting
public import MarketModel

/// Where the change in equity came from.
public struct ProfitSources: Hashable, Sendable {
    public var spreadCapture = Cash.zero
    public var inventory = Cash.zero
    /// Slippage of hedges; negative is a loss.
    public var hedging = Cash.zero
    /// Positive is a cost.
    public var fees = Cash.zero
    /// Positive when received.
    public var funding = Cash.zero

    public init() {}

    init(_ ledger: Ledger) {
        spreadCapture = ledger.spreadCapture
        inventory = ledger.inventory
        hedging = ledger.hedging
        fees = ledger.fees
        funding = ledger.funding
    }

    public var sum: Cash { spreadCapture + inventory + hedging - fees + funding }

    /// Each source in another asset, so that what is shown sums exactly; nothing while the rate is not known.
    public func converted(_ rate: CashConversion?) -> ProfitSources {
        guard rate != .identity else { return self }
        var result = ProfitSources()
        guard let rate else { return result }
        result.spreadCapture = rate(spreadCapture)
        result.inventory = rate(inventory)
        result.hedging = rate(hedging)
        result.fees = rate(fees)
        result.funding = rate(funding)
        return result
    }

    static func + (a: Self, b: Self) -> Self {
        var sum = a
        sum.spreadCapture += b.spreadCapture
        sum.inventory += b.inventory
        sum.hedging += b.hedging
        sum.fees += b.fees
        sum.funding += b.funding
        return sum
    }
}
