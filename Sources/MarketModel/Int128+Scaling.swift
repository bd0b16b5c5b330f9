extension Int128 {
    /// `self × numerator ÷ denominator`, rounded half away from zero; exact however wide the product is. What does not fit
    /// is the largest or smallest number that does.
    /// - Precondition: `denominator` is positive.
    public func scaled(by numerator: Int128, over denominator: Int128) -> Int128 {
        let (quotient, remainder, isNegative) = divided(by: numerator, over: denominator)
        // Half of an odd denominator is rounded up: what is left must reach it.
        let isUp = remainder >= denominator.magnitude - denominator.magnitude / 2
        return Self.signed(isUp ? quotient.addingOrMost(1) : quotient, isNegative)
    }

    /// The same rounded towards minus infinity.
    /// - Precondition: `denominator` is positive.
    public func scaledDown(by numerator: Int128, over denominator: Int128) -> Int128 {
        let (quotient, remainder, isNegative) = divided(by: numerator, over: denominator)
        return Self.signed(isNegative && remainder > 0 ? quotient.addingOrMost(1) : quotient, isNegative)
    }

    private func divided(
        by numerator: Int128, over denominator: Int128
    ) -> (quotient: UInt128, remainder: UInt128, isNegative: Bool) {
        precondition(denominator > 0, "a share is of something positive")
        let isNegative = (self < 0) != (numerator < 0)
        let divisor = denominator.magnitude
        let (product, overflow) = magnitude.multipliedReportingOverflow(by: numerator.magnitude)
        if !overflow {
            let (quotient, remainder) = product.quotientAndRemainder(dividingBy: divisor)
            return (quotient, remainder, isNegative)
        }
        let (high, low) = magnitude.multipliedFullWidth(by: numerator.magnitude)
        guard high < divisor else { return (.max, 0, isNegative) }
        let (quotient, remainder) = divisor.dividingFullWidth((high, low))
        return (quotient, remainder, isNegative)
    }

    private static func signed(_ magnitude: UInt128, _ isNegative: Bool) -> Int128 {
        let most = magnitude > UInt128(Int128.max) ? Int128.max : Int128(magnitude)
        return isNegative ? -most : most
    }
}

extension UInt128 {
    fileprivate func addingOrMost(_ other: UInt128) -> UInt128 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
