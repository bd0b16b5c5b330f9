internal import Fundamentals

/// A decimal number exactly as written: `mantissa × 10^-scale`. The form of every amount at the edge of the program.
public struct ExactDecimal: Hashable, Sendable {
    public let mantissa: Int128
    /// Digits after the point, 0…30.
    public let scale: Int

    public init(mantissa: Int128, scale: Int) {
        precondition((0...30).contains(scale), "decimal scale out of range")
        self.mantissa = mantissa
        self.scale = scale
    }

    /// Reads plain decimal text: optional sign, digits, optional point and digits. Exponents, spaces, empty text and
    /// more than 36 digits or 30 decimals are refused.
    public init?(_ text: some StringProtocol) { self.init(utf8: text.utf8) }

    /// As `init(_:)`, from the bytes of the text.
    public init?(utf8 bytes: some Sequence<UInt8>) {
        var magnitude: Int128 = 0
        var scale = -1
        var digits = 0
        var negative = false
        var position = 0
        for byte in bytes {
            defer { position += 1 }
            switch byte {
            case UInt8(ascii: "-") where position == 0: negative = true
            case UInt8(ascii: "+") where position == 0: break
            case UInt8(ascii: ".") where scale < 0 && digits > 0: scale = 0
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                if scale >= 0 { scale += 1 }
                guard digits <= 36, scale <= 30 else { return nil }
                magnitude = magnitude * 10 + Int128(byte - UInt8(ascii: "0"))
            default: return nil
            }
        }
        guard digits > 0, scale != 0 else { return nil }
        self.init(mantissa: negative ? -magnitude : magnitude, scale: max(0, scale))
    }

    public static let zero = ExactDecimal(mantissa: 0, scale: 0)

    /// The number as an integer count of `10^-scale`, or nil where that would lose digits or overflow.
    public func units(atScale target: Int) -> Int128? {
        if target >= scale {
            guard let factor = ExactDecimal.powerOfTen(target - scale) else { return nil }
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: factor)
            return overflow ? nil : product
        }
        guard let divisor = ExactDecimal.powerOfTen(scale - target), mantissa % divisor == 0 else { return nil }
        return mantissa / divisor
    }

    /// As `units(atScale:)`, for values that fit 64 bits.
    public func int64(atScale target: Int) -> Int64? { units(atScale: target).flatMap { Int64(exactly: $0) } }

    /// The smallest scale that holds the number.
    public var normalized: ExactDecimal {
        var mantissa = mantissa
        var scale = scale
        while scale > 0, mantissa % 10 == 0 {
            mantissa /= 10
            scale -= 1
        }
        return ExactDecimal(mantissa: mantissa, scale: scale)
    }

    static func powerOfTen(_ exponent: Int) -> Int128? {
        guard (0...38).contains(exponent) else { return nil }
        var result: Int128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }
}

extension ExactDecimal: CustomStringConvertible {
    /// Plain notation with exactly `scale` decimals.
    public var description: String {
        // Prices and quantities of every order pass here, and 128-bit divisions are slow.
        if let magnitude = UInt64(exactly: mantissa.magnitude) { return shortDescription(magnitude) }
        let digits = String(mantissa.magnitude)
        let sign = mantissa < 0 ? "-" : ""
        guard scale > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
    }

    /// Appends what `description` gives.
    public func append(to bytes: inout [UInt8]) {
        guard let magnitude = UInt64(exactly: mantissa.magnitude) else {
            return bytes.append(contentsOf: description.utf8)
        }
        if mantissa < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes.append(decimal: magnitude, scale: scale)
    }

    private func shortDescription(_ magnitude: UInt64) -> String {
        var digits = 1
        var rest = magnitude / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        digits = max(digits, scale + 1)
        let length = digits + (scale > 0 ? 1 : 0) + (mantissa < 0 ? 1 : 0)
        return unsafe String(unsafeUninitializedCapacity: length) { buffer in
            var rest = magnitude
            var position = length
            for written in 0..<digits {
                if written == scale, scale > 0 {
                    position -= 1
                    unsafe buffer[position] = UInt8(ascii: ".")
                }
                position -= 1
                unsafe buffer[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            if mantissa < 0 { unsafe buffer[0] = UInt8(ascii: "-") }
            return length
        }
    }
}

extension Cash: CustomStringConvertible {
    /// The amount if `decimal` has at most twelve decimals.
    public init?(_ decimal: ExactDecimal) {
        guard let units = decimal.units(atScale: Cash.scale) else { return nil }
        self.init(units: units)
    }

    public init?(_ text: some StringProtocol) {
        guard let decimal = ExactDecimal(text) else { return nil }
        self.init(decimal)
    }

    public var decimal: ExactDecimal { ExactDecimal(mantissa: units, scale: Cash.scale) }

    /// All significant decimals, at least two.
    public var description: String {
        let exact = decimal.normalized
        return exact.scale >= 2 ? exact.description : text(decimals: 2)
    }

    /// Rounded half away from zero to `decimals` places (0…12): for people and for wire formats of fixed precision.
    public func text(decimals: Int) -> String {
        precondition((0...Cash.scale).contains(decimals), "cash has twelve decimals")
        let divisor = ExactDecimal.powerOfTen(Cash.scale - decimals)!
        return ExactDecimal(mantissa: Cash.divideRounding(units, by: divisor), scale: decimals).description
    }
}

extension Rate: CustomStringConvertible {
    /// The rate if `decimal` has at most eight decimals.
    public init?(_ decimal: ExactDecimal) {
        guard let parts = decimal.int64(atScale: Rate.scale) else { return nil }
        self.init(parts: parts)
    }

    public init?(_ text: some StringProtocol) {
        guard let decimal = ExactDecimal(text) else { return nil }
        self.init(decimal)
    }

    /// Eight decimals: `0.00035000`.
    public var description: String { ExactDecimal(mantissa: Int128(parts), scale: Rate.scale).description }
}
