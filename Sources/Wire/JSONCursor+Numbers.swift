// Venues write decimals as strings, a few as numbers; both forms are read alike. Exponents are refused: no venue
// writes amounts with them.
extension JSONCursor {
    /// An integer, written as a number or as a string; throws for fractions other than zeros and beyond `Int64`.
    @inlinable
    public mutating func integer() throws(WireError) -> Int64 { try decimal(scale: 0) }

    /// A decimal, written as a string or as a number, as an integer count of `10^-scale`. Throws if digits other than
    /// zeros would be lost, if the count does not fit 64 bits, and for anything that is no plain decimal.
    /// - Precondition: `scale` is not negative.
    @inlinable
    public mutating func decimal(scale: Int) throws(WireError) -> Int64 {
        if let units = plainDecimal(scale) { return units }
        return try anyDecimal(scale)
    }

    /// The form in which nearly every amount comes, read without checks at every digit: quoted, without a sign, and so
    /// short that no digit can overflow. Nil, with nothing read, for all else, right or wrong.
    @inlinable @inline(__always)
    mutating func plainDecimal(_ scale: Int) -> Int64? {
        var next = position
        guard next < end, base[next] == UInt8(ascii: "\"") else { return nil }
        next += 1
        let start = next
        var magnitude: Int64 = 0
        while next < end, JSONCursor.isDigit(base[next]) {
            magnitude = magnitude &* 10 &+ Int64(base[next] &- 0x30)
            next += 1
        }
        let whole = next - start
        guard whole > 0, whole + scale <= 18, next < end else { return nil }
        var missing = scale
        if base[next] == UInt8(ascii: ".") {
            next += 1
            let point = next
            while next < end, missing > 0, JSONCursor.isDigit(base[next]) {
                magnitude = magnitude &* 10 &+ Int64(base[next] &- 0x30)
                next += 1
                missing -= 1
            }
            guard next > point else { return nil }
            while next < end, base[next] == 0x30 { next += 1 }
        }
        guard next < end, base[next] == UInt8(ascii: "\"") else { return nil }
        while missing > 0 {
            magnitude &*= 10
            missing -= 1
        }
        position = next + 1
        expectsComma = true
        return magnitude
    }

    /// Whatever is a decimal, and what is wrong with all else.
    @usableFromInline @inline(never)
    mutating func anyDecimal(_ scale: Int) throws(WireError) -> Int64 {
        skipSpace()
        let isQuoted = current == UInt8(ascii: "\"")
        if isQuoted { position += 1 }
        let isNegative = current == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let start = position
        var magnitude: UInt64 = 0
        while position < end, JSONCursor.isDigit(base[position]) { try append(base[position], to: &magnitude) }
        let digits = position - start
        guard digits > 0 else { throw error("expected a decimal") }
        guard isQuoted || digits == 1 || base[start] != 0x30 else { throw error("a number may not start with zero") }
        try fraction(scale, &magnitude)
        guard magnitude <= UInt64(Int64.max) &+ (isNegative ? 1 : 0) else { throw error("the decimal is too large") }
        if isQuoted {
            guard current == UInt8(ascii: "\"") else { throw error("expected nothing but a plain decimal in quotes") }
            position += 1
        } else if current | 0x20 == UInt8(ascii: "e") {
            throw error("decimals with an exponent are not accepted")
        }
        expectsComma = true
        return Int64(truncatingIfNeeded: isNegative ? 0 &- magnitude : magnitude)
    }

    /// As `decimal(scale:)`, in whole multiples of `step` units: prices in ticks, quantities in lots. Throws for
    /// what lies between two steps.
    /// - Precondition: `step` is positive.
    @inlinable
    public mutating func decimal(scale: Int, step: Int64) throws(WireError) -> Int64 {
        let units = try decimal(scale: scale)
        if step == 1 { return units }
        let (quotient, remainder) = units.quotientAndRemainder(dividingBy: step)
        guard remainder == 0 else { throw error("the decimal is no multiple of the step") }
        return quotient
    }

    /// What follows the whole part, down to `10^-scale`; further digits must be zeros.
    private mutating func fraction(_ scale: Int, _ magnitude: inout UInt64) throws(WireError) {
        var missing = scale
        if current == UInt8(ascii: ".") {
            position += 1
            let start = position
            while position < end, JSONCursor.isDigit(base[position]) {
                if missing > 0 {
                    missing -= 1
                    try append(base[position], to: &magnitude)
                } else if base[position] == 0x30 {
                    position += 1
                } else {
                    throw error("the decimal has more digits than the scale holds")
                }
            }
            guard position > start else { throw error("expected a digit after the point") }
        }
        guard magnitude != 0 else { return }
        while missing > 0 {
            guard magnitude <= 922_337_203_685_477_580 else { throw error("the decimal is too large") }
            magnitude *= 10
            missing -= 1
        }
    }

    /// The bound, a tenth of `Int64.max`, leaves room in `UInt64` for any digit.
    private mutating func append(_ digit: UInt8, to magnitude: inout UInt64) throws(WireError) {
        guard magnitude <= 922_337_203_685_477_580 else { throw error("the decimal is too large") }
        magnitude = magnitude &* 10 &+ UInt64(digit &- 0x30)
        position += 1
    }

    /// A decimal of unknown scale, as a string or a number: `mantissa × 10^-scale`, trailing zeros kept.
    @inlinable
    public mutating func decimal() throws(WireError) -> (mantissa: Int64, scale: Int) {
        let start = self
        var probe = self
        probe.skipSpace()
        if probe.current == UInt8(ascii: "\"") { probe.position += 1 }
        if probe.current == UInt8(ascii: "-") { probe.position += 1 }
        while JSONCursor.isDigit(probe.current) { probe.position += 1 }
        var scale = 0
        if probe.current == UInt8(ascii: ".") {
            probe.position += 1
            while JSONCursor.isDigit(probe.current) {
                probe.position += 1
                scale += 1
            }
        }
        self = start
        return (try decimal(scale: scale), scale)
    }
}
