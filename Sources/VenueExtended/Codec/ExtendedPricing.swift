public import MarketModel

/// The official client's arithmetic around orders, digit by digit.
public enum ExtendedPricing {
    /// The worst price of an order that may go `slippage` beyond `price`: rounded away from us to a whole tick, and at
    /// least one tick. Nil where the numbers are too large.
    public static func worst(
        _ side: Side, price: ExactDecimal, slippage: ExactDecimal, tick: ExactDecimal
    ) -> ExactDecimal? {
        let scale = max(0, slippage.scale)
        guard let one = ExactDecimal(mantissa: 1, scale: 0).units(atScale: scale), tick.mantissa > 0,
            slippage.mantissa >= 0, price.mantissa >= 0
        else { return nil }
        let factor = side == .buy ? one + slippage.mantissa : one - slippage.mantissa
        guard factor >= 0,
            let moved = try? ExtendedAmounts.product(price, ExactDecimal(mantissa: factor, scale: scale)),
            case let common = max(moved.scale, tick.scale), let value = moved.units(atScale: common),
            let step = tick.units(atScale: common)
        else { return nil }
        let ticks = max(1, value / step + (side == .buy && value % step != 0 ? 1 : 0))
        let product = ticks.multipliedReportingOverflow(by: tick.mantissa)
        return product.overflow ? nil : ExactDecimal(mantissa: product.partialValue, scale: tick.scale)
    }

    /// The quantity that a leg for a whole position signs: fifty times the largest position at the leg's price, so that
    /// it covers whatever the position is by then. Rounded down to `decimals` places. Nil where the numbers are too large
    /// or the price is not positive.
    public static func wholePosition(
        price: ExactDecimal, maxPositionValue: ExactDecimal, decimals: Int
    ) -> ExactDecimal? {
        guard price.mantissa > 0, maxPositionValue.mantissa >= 0, (0...18).contains(decimals),
            let value = ExactDecimal(mantissa: 50, scale: 0).times(maxPositionValue),
            let scaled = value.units(atScale: value.scale + price.scale + decimals)
        else { return nil }
        // value·10^(price.scale + decimals) / price.mantissa, with the value's own scale taken off.
        let divisor = ExtendedAmounts.powerOfTen(value.scale).multipliedReportingOverflow(by: price.mantissa)
        guard !divisor.overflow else { return nil }
        return ExactDecimal(mantissa: scaled / divisor.partialValue, scale: decimals)
    }

    /// Decimals of a step as the official client counts them: right for steps of at most 1, and what it uses for whole
    /// positions.
    public static func decimals(of step: ExactDecimal) -> Int {
        // |ceil(log10(step))| for positive steps.
        let step = step.normalized
        var digits = 0
        var power: Int128 = 1
        while power < step.mantissa, digits < 38 {
            power *= 10
            digits += 1
        }
        return abs(digits - step.scale)
    }
}

extension ExactDecimal {
    fileprivate func times(_ other: ExactDecimal) -> ExactDecimal? { try? ExtendedAmounts.product(self, other) }
}
