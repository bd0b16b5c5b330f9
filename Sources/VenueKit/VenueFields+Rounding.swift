public import MarketModel

extension Cash {
    /// The amount, rounded half away from zero where it has more than twelve decimals; nil where it is absurdly large.
    public init?(rounding decimal: ExactDecimal) {
        if let exact = Cash(decimal) {
            self = exact
            return
        }
        guard decimal.scale > Cash.scale else { return nil }
        var divisor: Int128 = 1
        for _ in 0..<(decimal.scale - Cash.scale) { divisor *= 10 }
        self.init(units: Cash.divideRounding(decimal.mantissa, by: divisor))
    }
}

extension Rate {
    /// The rate, rounded to eight decimals.
    public init?(rounding decimal: ExactDecimal) {
        if let exact = Rate(decimal) {
            self = exact
            return
        }
        guard decimal.scale > Rate.scale else { return nil }
        var divisor: Int128 = 1
        for _ in 0..<(decimal.scale - Rate.scale) { divisor *= 10 }
        guard let parts = Int64(exactly: Cash.divideRounding(decimal.mantissa, by: divisor)) else { return nil }
        self.init(parts: parts)
    }
}
