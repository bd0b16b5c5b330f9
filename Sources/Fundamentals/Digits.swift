extension [UInt8] {
    /// Appends a number's decimal digits.
    public mutating func append(decimal number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(decimal: number.magnitude, scale: 0)
    }

    /// Appends the digits of `magnitude × 10^-scale` in plain notation with exactly `scale` decimals.
    /// - Precondition: `scale` is in 0…30.
    public mutating func append(decimal magnitude: UInt64, scale: Int) {
        precondition((0...30).contains(scale), "a decimal has at most thirty digits behind the point")
        // From the last digit to the first; the longest is one digit, the point and thirty digits.
        var digits = InlineArray<32, UInt8>(repeating: 0)
        var first = 32
        var written = 0
        var rest = magnitude
        repeat {
            if written == scale, scale > 0 {
                first -= 1
                digits[first] = UInt8(ascii: ".")
            }
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            written += 1
            rest /= 10
        } while rest > 0 || written <= scale
        for index in first..<32 { append(digits[index]) }
    }
}
