internal import MarketModel

/// Exact arithmetic between prices, quantities and money, as venues print it.
enum LedgerMath {
    /// Quantity × price, rounded to 10⁻¹²; signed like the quantity.
    static func value(of quantity: Quantity, at price: ExactDecimal, _ instrument: Instrument) -> Cash {
        let product = price.mantissa * Int128(quantity.lots) * instrument.lotSize.mantissa
        let scale = price.scale + instrument.lotSize.scale
        if scale <= Cash.scale { return Cash(units: product * power(Cash.scale - scale)) }
        return Cash(units: Cash.divideRounding(product, by: power(scale - Cash.scale)))
    }

    /// `value ÷ quantity`, rounded half away from zero to `decimals`; zero for no quantity.
    static func average(
        _ value: Cash, over quantity: Quantity, _ instrument: Instrument, decimals: Int
    ) -> ExactDecimal {
        guard quantity != .zero else { return ExactDecimal(mantissa: 0, scale: decimals) }
        let lot = instrument.lotSize
        let scaled = value.units * power(decimals + lot.scale)
        let divisor = Int128(quantity.lots) * lot.mantissa * power(Cash.scale)
        return ExactDecimal(mantissa: Cash.divideRounding(scaled, by: divisor), scale: decimals)
    }

    static func power(_ exponent: Int) -> Int128 {
        var result: Int128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }

    /// A number of steps; nil for a text that is no whole number of them.
    static func steps(_ text: String, _ step: ExactDecimal) -> Int64? {
        guard let number = ExactDecimal(text) else { return nil }
        let scale = max(number.scale, step.scale)
        guard let value = number.units(atScale: scale), let unit = step.units(atScale: scale), value % unit == 0 else {
            return nil
        }
        return Int64(exactly: value / unit)
    }
}
