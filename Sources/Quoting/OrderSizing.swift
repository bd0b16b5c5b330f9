internal import MarketModel

extension Instrument {
    /// Why a limit order of this price and size would not be taken by the venue; nil if it would.
    func absence(_ price: Price, _ quantity: Quantity, reduceOnly: Bool) -> QuoteAbsence? {
        if !priceRange.contains(price) { return .priceOutOfRange(price) }
        if quantity < quantityRange.lowerBound {
            return .belowMinQuantity(quantity, minimum: quantityRange.lowerBound)
        }
        if quantity > quantityRange.upperBound {
            return .aboveMaxQuantity(quantity, maximum: quantityRange.upperBound)
        }
        let value = notional(price, quantity)
        if !reduceOnly, value < minNotional { return .belowMinNotional(value, minimum: minNotional) }
        return nil
    }
}

/// Quotient rounded towards minus infinity.
/// - Precondition: `divisor` is positive.
func floorDivide(_ dividend: Int128, by divisor: Int128) -> Int128 {
    let quotient = dividend / divisor
    return dividend % divisor < 0 ? quotient - 1 : quotient
}

/// Quotient rounded towards plus infinity.
/// - Precondition: `divisor` is positive.
func ceilDivide(_ dividend: Int128, by divisor: Int128) -> Int128 { -floorDivide(-dividend, by: divisor) }
