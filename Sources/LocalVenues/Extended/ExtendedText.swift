internal import MarketModel

/// Amounts as the venue prints them: decimals in text.
enum ExtendedText {
    /// Everything the amount has, at least six decimals: the collateral's precision.
    static func money(_ cash: Cash) -> String {
        let exact = cash.decimal.normalized
        return exact.scale >= 6 ? exact.description : cash.text(decimals: 6)
    }

    /// Without needless zeros.
    static func plain(_ cash: Cash) -> String { cash.decimal.normalized.description }

    /// A rate without needless zeros.
    static func rate(_ rate: Rate) -> String {
        ExactDecimal(mantissa: Int128(rate.parts), scale: Rate.scale).normalized.description
    }

    /// Twelve decimals, as marks and indices are printed.
    static func mark(_ decimal: ExactDecimal) -> String {
        units(of: decimal).map { ExactDecimal(mantissa: $0, scale: Cash.scale).description } ?? decimal.description
    }

    /// A price in units of 10⁻¹², rounded; nil where it is beyond all prices.
    static func units(of price: ExactDecimal) -> Int128? {
        if let units = price.units(atScale: Cash.scale) { return units }
        guard price.scale > Cash.scale else { return nil }
        return Cash.divideRounding(price.mantissa, by: LedgerMath.power(price.scale - Cash.scale))
    }

    /// `value ÷ quantity` to twelve decimals where they are needed, without needless zeros; as the venue prints averages.
    static func average(_ value: Cash, over quantity: Quantity, _ instrument: Instrument) -> String {
        LedgerMath.average(value, over: quantity, instrument, decimals: 12).normalized.description
    }

    /// `part ÷ whole` to four decimals; zero where there is no whole.
    static func ratio(_ part: Cash, of whole: Cash) -> String {
        guard whole.units != 0 else { return "0" }
        let quotient = Cash.divideRounding(part.units, by: max(1, whole.magnitude.units / 10_000))
        return ExactDecimal(mantissa: whole.units < 0 ? -quotient : quotient, scale: 4).normalized.description
    }
}

extension Side {
    var extendedText: String {
        switch self {
        case .buy: "BUY"
        case .sell: "SELL"
        }
    }
}
