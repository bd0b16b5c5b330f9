public import Fundamentals
public import MarketModel

/// Why an order has no amounts that could be signed.
public enum ExtendedAmountError: Error, Hashable, Sendable, CustomStringConvertible {
    case negative
    /// More than the contract's integers hold, or digits beyond what products hold.
    case tooLarge

    public var description: String {
        switch self {
        case .negative: "quantity, price and fee rates must not be negative"
        case .tooLarge: "quantity, price or their product does not fit the contract's 64-bit integers"
        }
    }
}

/// The integers of an order that the chain sees.
///
/// They follow the official client to the unit: one off is a refused signature. Products are exact; bought amounts round
/// up, sold amounts down, the fee always up and from the notional before it was rounded.
public struct ExtendedAmounts: Hashable, Sendable {
    /// Base, positive when bought.
    public var synthetic: Int64
    /// Collateral, negative when bought.
    public var collateral: Int64
    /// The most that may be charged, builder's part included.
    public var fee: UInt64

    /// - Parameters:
    ///   - fee: The order's highest fee rate.
    ///   - builderFee: Added to it.
    public init(
        side: Side, quantity: ExactDecimal, price: ExactDecimal, fee: ExactDecimal, builderFee: ExactDecimal = .zero,
        settlement: ExtendedSettlement
    ) throws(ExtendedAmountError) {
        let rounding: Rounding = side == .buy ? .up : .down
        let notional = try Self.product(quantity, price)
        let charged = try Self.product(try Self.sum(fee, builderFee), notional)
        let base = try Self.units(quantity, resolution: settlement.syntheticResolution, rounding)
        let quote = try Self.units(notional, resolution: settlement.collateralResolution, rounding)
        synthetic = side == .buy ? base : -base
        collateral = side == .buy ? -quote : quote
        self.fee = UInt64(try Self.units(charged, resolution: settlement.collateralResolution, .up))
    }

    public enum Rounding: String, Hashable, Sendable, CaseIterable { case up, down, nearestEven }

    /// A human amount in units of the contract.
    public static func units(
        _ amount: ExactDecimal, resolution: Int64, _ rounding: Rounding
    ) throws(ExtendedAmountError) -> Int64 {
        let amount = amount.normalized
        guard amount.mantissa >= 0 else { throw .negative }
        let product = amount.mantissa.multipliedReportingOverflow(by: Int128(resolution))
        guard !product.overflow else { throw .tooLarge }
        let divisor = powerOfTen(amount.scale)
        var (quotient, remainder) = product.partialValue.quotientAndRemainder(dividingBy: divisor)
        switch rounding {
        case .down: break
        case .up: if remainder > 0 { quotient += 1 }
        case .nearestEven:
            let rest = divisor - remainder
            if remainder > rest || (remainder == rest && remainder > 0 && quotient % 2 == 1) { quotient += 1 }
        }
        guard let units = Int64(exactly: quotient) else { throw .tooLarge }
        return units
    }

    static func product(_ a: ExactDecimal, _ b: ExactDecimal) throws(ExtendedAmountError) -> ExactDecimal {
        let (a, b) = (a.normalized, b.normalized)
        guard a.mantissa >= 0, b.mantissa >= 0 else { throw .negative }
        let product = a.mantissa.multipliedReportingOverflow(by: b.mantissa)
        guard !product.overflow, a.scale + b.scale <= 30 else { throw .tooLarge }
        return ExactDecimal(mantissa: product.partialValue, scale: a.scale + b.scale)
    }

    static func sum(_ a: ExactDecimal, _ b: ExactDecimal) throws(ExtendedAmountError) -> ExactDecimal {
        let scale = max(a.scale, b.scale)
        guard let x = a.units(atScale: scale), let y = b.units(atScale: scale) else { throw .tooLarge }
        let sum = x.addingReportingOverflow(y)
        guard !sum.overflow else { throw .tooLarge }
        return ExactDecimal(mantissa: sum.partialValue, scale: scale)
    }

    /// - Precondition: `exponent` is in 0…38.
    static func powerOfTen(_ exponent: Int) -> Int128 {
        var result: Int128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }
}

/// When orders end, on the wire and on the chain.
public enum ExtendedExpiry {
    /// The chain takes orders for this long after they expired, so that matched trades can still settle.
    static let settlementSeconds: Int64 = 14 * 86_400

    /// The `expiration` that is signed, in seconds: rounded up, plus fourteen days.
    /// - Precondition: `milliseconds` is not negative.
    public static func settlement(milliseconds: Int64) -> UInt64 {
        precondition(milliseconds >= 0, "An expiry lies after 1970.")
        return UInt64(milliseconds / 1_000 + (milliseconds % 1_000 == 0 ? 0 : 1) + settlementSeconds)
    }

    /// The first whole second not before `instant`: what the signature says is then what the order says.
    public static func wholeSecond(_ instant: Instant) -> Instant {
        let rest = instant.nanoseconds % 1_000_000_000
        return rest > 0 ? instant + TimeSpan(nanoseconds: 1_000_000_000 - rest) : instant - TimeSpan(nanoseconds: rest)
    }
}
