/// What cash of one asset is worth in another: × `numerator` ÷ `denominator`.
@frozen
public struct CashConversion: Hashable, Sendable {
    public let numerator: Int128
    public let denominator: Int128

    /// - Precondition: both are positive.
    public init(numerator: Int128, denominator: Int128) {
        precondition(numerator > 0 && denominator > 0, "a conversion has a positive rate")
        self.numerator = numerator
        self.denominator = denominator
    }

    /// Cash in the asset that is counted in.
    public static let identity = CashConversion(numerator: 1, denominator: 1)

    /// From the quote asset of a market into its base asset, at its mid: TWD into USDT by the mid of USDT/TWD. Nil for a mid
    /// that is not positive.
    public init?(quoteOf instrument: Instrument, at mid: HalfTicks) {
        guard mid.count > 0 else { return nil }
        var numerator: Int128 = 2
        for _ in 0..<instrument.tickSize.scale { numerator *= 10 }
        self.init(numerator: numerator, denominator: Int128(mid.count) * instrument.tickSize.mantissa)
    }

    /// The amount in the other asset, rounded half away from zero to a unit.
    public func callAsFunction(_ cash: Cash) -> Cash {
        if self == .identity { return cash }
        return Cash(clamping: cash.units.scaled(by: numerator, over: denominator))
    }

    /// The same rounded towards minus infinity: what is worth at most `cash`, of the inverse.
    public func roundedDown(_ cash: Cash) -> Cash {
        if self == .identity { return cash }
        return Cash(clamping: cash.units.scaledDown(by: numerator, over: denominator))
    }

    /// The way back.
    public var inverse: CashConversion { CashConversion(numerator: denominator, denominator: numerator) }
}

extension Cash {
    /// What a product of numbers from outside may come to at most, 3 × 10²³ coins: no market has as much, and sums of a few
    /// hundred such amounts are still in range.
    private static let most: Int128 = 1 << 118

    /// The amount, cut to what can be added up without an overflow.
    public init(clamping units: Int128) { self.init(units: max(-Self.most, min(Self.most, units))) }
}
