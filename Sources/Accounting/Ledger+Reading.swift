public import MarketModel

/// How much more, or less, a spot account holds of a market's two assets, in 10⁻¹² of each.
public struct HoldingChange: Hashable, Sendable {
    public var base: Cash
    public var quote: Cash

    public init(base: Cash, quote: Cash) {
        self.base = base
        self.quote = quote
    }
}

extension Ledger {
    /// Profit of the position at the newest mid.
    public var unrealized: Cash {
        guard let mid else { return .zero }
        return instrument.notional(mid, position) - cost
    }

    /// Change of equity through this market since the session began, by position and cost.
    public var equityChange: Cash { realized + unrealized - openingUnrealized - fees + funding + baseFeeDrift }
    /// The same by source: equal to `equityChange` to the last unit.
    public var profitBySource: Cash { spreadCapture + inventory + hedging - fees + funding }
    /// The difference of the two views: zero, or the books are wrong.
    public var imbalance: Cash { profitBySource - equityChange }
    /// Change of a margin account's wallet: what the venue's own ledger shows.
    public var walletChange: Cash { realized - fees + funding }

    /// Change of what a spot account holds through this market since the session began, exact: what was traded, less the fees
    /// in the asset in which each was taken.
    public var holdingChange: HoldingChange {
        HoldingChange(
            base: instrument.baseAmount(position - adopted) - basePaid, quote: funding - paid - quoteFees)
    }

    /// Average entry price in ticks, rounded half away from zero to 10⁻⁸ of the quote asset; nil when flat.
    public var averageEntry: ExactDecimal? {
        guard position != .zero else { return nil }
        let lot = instrument.lotSize
        // cost ÷ (lots × lot size), as a count of 10⁻⁸.
        let divisor = Int128(position.lots) * lot.mantissa * 10_000
        var dividend = cost.units
        for _ in 0..<lot.scale {
            let (product, overflow) = dividend.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            dividend = product
        }
        return ExactDecimal(mantissa: Cash.divideRounding(dividend, by: divisor), scale: 8)
    }
}
