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

extension Instrument {
    /// The most lots whose value at `mid` is at most `cash`; zero for a mid that is not positive.
    func lots(worth cash: Cash, at mid: HalfTicks) -> Quantity {
        let one = Int128(mid.count) * (cashPerTickLot.units / 2)
        guard one > 0, cash.units > 0 else { return .zero }
        return Quantity(lots: Int64(clamping: cash.units / one))
    }
}

extension MarketView {
    /// Largest |position| that the limits allow at the mid; 2⁵³ lots without any.
    var positionLimit: Quantity {
        var limit = caps.positionLots ?? Quantity(lots: 1 << 53)
        if let value = caps.position { limit = min(limit, instrument.lots(worth: value, at: mid)) }
        if let value = caps.exposure { limit = min(limit, instrument.lots(worth: value, at: mid)) }
        return limit
    }

    /// How much a trade on `side` may still move the position before it stands at its limit. Never negative.
    func room(_ side: Side) -> Quantity {
        var limit = positionLimit
        if let value = side == .buy ? caps.long : caps.short {
            limit = min(limit, instrument.lots(worth: value, at: mid))
        }
        return max(.zero, limit - side.signed(position))
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
