/// Exponential and logarithm by arithmetic alone, so that the same inputs give the same quotes on every machine: a C
/// library's last digit may differ from version to version, and a replay would differ with it.
///
/// Errors stay below two units in the last place over the range that models use.
public enum Elementary {
    /// ln 2 as two parts: the first has so few digits that its products with small integers are exact.
    private static let ln2High = 0x1.62e42feep-1
    private static let ln2Low = 0x1.a39ef35793c76p-33

    /// eˣ; zero far below, infinity far above what a `Double` can hold.
    public static func exp(_ x: Double) -> Double {
        guard x == x else { return x }
        if x > 709.7 { return .infinity }
        if x < -745.0 { return 0 }
        let exponent = (x * 0x1.71547652b82fep0).rounded()
        let rest = (x - exponent * ln2High) - exponent * ln2Low
        // Taylor: |rest| ≤ ln2/2, so that fourteen terms reach the last digit.
        var term = 1.0
        var sum = 0.0
        for divisor in stride(from: 1.0, through: 17.0, by: 1.0) {
            term *= rest / divisor
            sum += term
        }
        // Two steps where the result is denormal: the scale alone would already be zero.
        let whole = Int(exponent)
        let half = whole / 2
        return (1 + sum) * scale(half) * scale(whole - half)
    }

    /// Natural logarithm; nan for negative numbers, −∞ for zero.
    public static func log(_ x: Double) -> Double {
        guard x > 0, x < .infinity else { return x == 0 ? -.infinity : x == .infinity ? x : .nan }
        var significand = x.significand
        var exponent = Double(x.exponent)
        if significand > 0x1.6a09e667f3bcdp0 {
            significand /= 2
            exponent += 1
        }
        return exponent * ln2High + (twiceAreaTangent(significand - 1) + exponent * ln2Low)
    }

    /// ln(1 + x), exact for small x too.
    public static func log1p(_ x: Double) -> Double {
        abs(x) < 0.25 ? twiceAreaTangent(x) : log(1 + x)
    }

    /// ln(1 + x) by the series of 2·artanh(x ÷ (2 + x)), for |x| below a half.
    private static func twiceAreaTangent(_ x: Double) -> Double {
        let s = x / (2 + x)
        let square = s * s
        var sum = 0.0
        for divisor in stride(from: 33.0, through: 3.0, by: -2.0) { sum = square * (sum + 1 / divisor) }
        // 2s written as x − s·x keeps the digits that 2s alone would lose.
        return x - s * (x - 2 * sum)
    }

    /// 2 to a power from −1,022 to 1,023.
    private static func scale(_ power: Int) -> Double {
        Double(sign: .plus, exponent: max(-1_022, min(1_023, power)), significand: 1)
    }
}
