internal import Fundamentals

/// Points in time as venues write them for people.
enum ClockText {
    /// `2022-11-29 18:08:06` at an offset from UTC, or with milliseconds behind a point.
    static func local(_ time: Instant, offset: TimeSpan, milliseconds: Bool = false) -> String {
        let parts = Parts(time + offset)
        let text = "\(parts.day) \(parts.clock)"
        return milliseconds ? "\(text).\(parts.fraction)" : text
    }

    /// `2021-12-15T07:07:53.346Z`.
    static func iso(_ time: Instant) -> String {
        let parts = Parts(time)
        return "\(parts.day)T\(parts.clock).\(parts.fraction)Z"
    }

    private struct Parts {
        let day, clock, fraction: String

        init(_ time: Instant) {
            let total = max(0, time.milliseconds)
            let (year, month, dayOfMonth) = Self.civil(day: total / 86_400_000)
            let seconds = total / 1_000 % 86_400
            day = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(dayOfMonth, 2))"
            clock =
                "\(Self.padded(seconds / 3_600, 2)):\(Self.padded(seconds / 60 % 60, 2)):\(Self.padded(seconds % 60, 2))"
            fraction = Self.padded(total % 1_000, 3)
        }

        /// The proleptic Gregorian calendar, from days since the epoch that are not negative (Hinnant, "chrono-compatible
        /// low-level date algorithms").
        private static func civil(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
            let shifted = day + 719_468
            let era = shifted / 146_097
            let ofEra = shifted - era * 146_097
            let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
            let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let index = (5 * ofYear + 2) / 153
            let month = index < 10 ? index + 3 : index - 9
            return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * index + 2) / 5 + 1)
        }

        private static func padded(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
    }
}
