public import Fundamentals

/// Writes instants as RFC 3339 in UTC, in the proleptic Gregorian calendar, without leap seconds (as Unix time).
public enum Timestamp {
    /// `2026-02-28T23:59:59.123456Z`: with `decimals` digits of the second, cut off, not rounded.
    /// - Precondition: `decimals` is 0…9.
    public static func text(_ instant: Instant, decimals: Int = 6) -> String {
        precondition((0...9).contains(decimals), "an instant has nine decimals of a second")
        let second = floorDivide(instant.nanoseconds, 1_000_000_000)
        let remainder = instant.nanoseconds % 1_000_000_000
        let nanoseconds = remainder < 0 ? remainder + 1_000_000_000 : remainder
        let day = floorDivide(second, 86_400)
        let rest = second - day * 86_400
        let clock = "\(pad(rest / 3_600, 2)):\(pad(rest / 60 % 60, 2)):\(pad(rest % 60, 2))"
        let fraction = decimals == 0 ? "" : "." + pad(nanoseconds, 9).prefix(decimals)
        return "\(date(ofDay: day))T\(clock)\(fraction)Z"
    }

    /// `2026-02-28`.
    public static func date(_ instant: Instant) -> String {
        date(ofDay: floorDivide(instant.nanoseconds, 86_400_000_000_000))
    }

    /// The calendar repeats every 400 years of 146,097 days; years are counted from March, so that the leap day is
    /// the last of its year.
    private static func date(ofDay day: Int64) -> String {
        let shifted = day + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(dayOfMonth, 2))"
    }

    private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : -((-(a + 1)) / b) - 1 }

    private static func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
