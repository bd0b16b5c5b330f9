/// Amounts of the base asset in 10⁻¹² of it, as spot accounts hold them: `Cash` counts units of whatever asset.
extension Instrument {
    /// A quantity as an amount of the base asset; exact where a lot has at most twelve decimals, as on every spot venue,
    /// otherwise rounded half away from zero.
    public func baseAmount(_ quantity: Quantity) -> Cash {
        let lots = Int128(quantity.lots) * lotSize.mantissa
        let places = Cash.scale - lotSize.scale
        if places >= 0 { return Cash(clamping: lots.scaled(by: Self.powerOfTen(places), over: 1)) }
        return Cash(units: Cash.divideRounding(lots, by: Self.powerOfTen(-places)))
    }

    /// Σ price × lots, in ticks times lots, as cash.
    public func cash(ofTickLots count: Int128) -> Cash {
        Cash(clamping: count.scaled(by: cashPerTickLot.units, over: 1))
    }

    /// The whole lots in an amount of the base asset, rounded towards zero.
    public func lots(inBase amount: Cash) -> Quantity {
        let size = lotSize.mantissa
        let places = Cash.scale - lotSize.scale
        let lots =
            places >= 0
            ? amount.units / (size * Self.powerOfTen(places))
            : amount.units.scaled(by: Self.powerOfTen(-places), over: 1) / size
        return Quantity(lots: Int64(clamping: lots))
    }

    /// What an amount of the base asset is worth in the quote asset, rounded half away from zero to 10⁻¹².
    public func value(ofBase amount: Cash, at mid: HalfTicks) -> Cash {
        guard amount != .zero else { return .zero }
        return Cash(
            clamping: amount.units.scaled(
                by: Int128(mid.count) * tickSize.mantissa, over: 2 * Self.powerOfTen(tickSize.scale)))
    }

    private static func powerOfTen(_ exponent: Int) -> Int128 {
        var result: Int128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }
}
