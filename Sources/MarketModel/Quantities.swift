/// A price, counted in the instrument's ticks.
@frozen
public struct Price: Comparable, Hashable, Sendable, CustomStringConvertible {
    public let ticks: Int64

    @inlinable public init(ticks: Int64) { self.ticks = ticks }
    @inlinable public static func < (a: Price, b: Price) -> Bool { a.ticks < b.ticks }
    @inlinable public static func + (a: Price, ticks: Int64) -> Price { Price(ticks: a.ticks + ticks) }
    @inlinable public static func - (a: Price, ticks: Int64) -> Price { Price(ticks: a.ticks - ticks) }
    /// The distance in ticks.
    @inlinable public static func - (a: Price, b: Price) -> Int64 { a.ticks - b.ticks }
    public var description: String { "\(ticks)t" }
}

/// A price in half ticks: the mid of a touch is exact in it.
@frozen
public struct HalfTicks: Comparable, Hashable, Sendable {
    public let count: Int64

    @inlinable public init(count: Int64) { self.count = count }
    @inlinable public init(_ price: Price) { count = price.ticks * 2 }
    @inlinable public static func < (a: HalfTicks, b: HalfTicks) -> Bool { a.count < b.count }
}

/// A signed amount of the base asset, counted in the instrument's lots.
@frozen
public struct Quantity: Comparable, Hashable, Sendable, CustomStringConvertible {
    public let lots: Int64

    @inlinable public init(lots: Int64) { self.lots = lots }
    public static let zero = Quantity(lots: 0)
    @inlinable public static func < (a: Quantity, b: Quantity) -> Bool { a.lots < b.lots }
    @inlinable public static func + (a: Quantity, b: Quantity) -> Quantity { Quantity(lots: a.lots + b.lots) }
    @inlinable public static func - (a: Quantity, b: Quantity) -> Quantity { Quantity(lots: a.lots - b.lots) }
    @inlinable public static prefix func - (a: Quantity) -> Quantity { Quantity(lots: -a.lots) }
    @inlinable public static func += (a: inout Quantity, b: Quantity) { a = a + b }
    @inlinable public static func -= (a: inout Quantity, b: Quantity) { a = a - b }
    @inlinable public var magnitude: Quantity { Quantity(lots: abs(lots)) }
    public var description: String { "\(lots)l" }
}

/// An amount of the settlement asset (USDT), in units of 10⁻¹²: exact for every product of price and quantity, and
/// wide enough (±1.7 × 10²⁶ whole coins) that sums do not overflow.
@frozen
public struct Cash: Comparable, Hashable, Sendable {
    public let units: Int128

    @inlinable public init(units: Int128) { self.units = units }
    /// A whole number of coins.
    @inlinable public init(whole: Int64) { units = Int128(whole) * Cash.unitsPerCoin }
    public static let unitsPerCoin: Int128 = 1_000_000_000_000
    /// Decimal places of a unit.
    public static let scale = 12
    public static let zero = Cash(units: 0)

    @inlinable public static func < (a: Cash, b: Cash) -> Bool { a.units < b.units }
    @inlinable public static func + (a: Cash, b: Cash) -> Cash { Cash(units: a.units + b.units) }
    @inlinable public static func - (a: Cash, b: Cash) -> Cash { Cash(units: a.units - b.units) }
    @inlinable public static prefix func - (a: Cash) -> Cash { Cash(units: -a.units) }
    @inlinable public static func += (a: inout Cash, b: Cash) { a = a + b }
    @inlinable public static func -= (a: inout Cash, b: Cash) { a = a - b }
    @inlinable public var magnitude: Cash { Cash(units: units < 0 ? -units : units) }

    /// Rounded half away from zero to 10⁻⁸, the precision of Binance-family ledgers.
    public func roundedToLedger() -> Cash {
        Cash(units: Cash.divideRounding(units, by: 10_000) * 10_000)
    }

    /// `self × part ÷ whole`, rounded half away from zero to 10⁻⁸: a share of a cost basis.
    /// - Precondition: `whole` is not zero.
    public func share(_ part: Int64, of whole: Int64) -> Cash {
        Cash(units: Cash.divideRounding(units * Int128(part), by: Int128(whole) * 10_000) * 10_000)
    }

    /// Quotient rounded half away from zero.
    /// - Precondition: `divisor` is not zero.
    public static func divideRounding(_ dividend: Int128, by divisor: Int128) -> Int128 {
        let negative = (dividend < 0) != (divisor < 0)
        let n = dividend.magnitude
        let d = divisor.magnitude
        let quotient = Int128((n + d / 2) / d)
        return negative ? -quotient : quotient
    }
}

/// A signed ratio in units of 10⁻⁸: fee rates, funding rates, collars.
@frozen
public struct Rate: Comparable, Hashable, Sendable {
    public let parts: Int64

    @inlinable public init(parts: Int64) { self.parts = parts }
    public static let zero = Rate(parts: 0)
    public static let one = Rate(parts: 100_000_000)
    /// Decimal places of a part.
    public static let scale = 8
    @inlinable public static func basisPoints(_ n: Int64) -> Rate { Rate(parts: n * 10_000) }
    @inlinable public static func < (a: Rate, b: Rate) -> Bool { a.parts < b.parts }
    @inlinable public static prefix func - (a: Rate) -> Rate { Rate(parts: -a.parts) }

    /// `amount × self`, rounded half away from zero to 10⁻⁸: how a venue books a fee or a funding payment.
    public func of(_ amount: Cash) -> Cash {
        Cash(units: Cash.divideRounding(amount.units * Int128(parts), by: 100_000_000 * 10_000) * 10_000)
    }
}
