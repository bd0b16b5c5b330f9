internal import Fundamentals

/// The lengths of candle the venue offers. Weeks begin on Monday, months on the first; all in UTC.
enum CandleInterval: String, Hashable, Sendable, CaseIterable {
    case oneMinute = "1m"
    case threeMinutes = "3m"
    case fiveMinutes = "5m"
    case fifteenMinutes = "15m"
    case thirtyMinutes = "30m"
    case oneHour = "1h"
    case twoHours = "2h"
    case fourHours = "4h"
    case sixHours = "6h"
    case eightHours = "8h"
    case twelveHours = "12h"
    case oneDay = "1d"
    case threeDays = "3d"
    case oneWeek = "1w"
    case oneMonth = "1M"

    /// Nil for months, which differ.
    private var minutes: Int64? {
        switch self {
        case .oneMinute: 1
        case .threeMinutes: 3
        case .fiveMinutes: 5
        case .fifteenMinutes: 15
        case .thirtyMinutes: 30
        case .oneHour: 60
        case .twoHours: 120
        case .fourHours: 240
        case .sixHours: 360
        case .eightHours: 480
        case .twelveHours: 720
        case .oneDay: 1_440
        case .threeDays: 4_320
        case .oneWeek: 10_080
        case .oneMonth: nil
        }
    }

    private static let dayMilliseconds: Int64 = 86_400_000

    /// When the candle that holds `time` began.
    func open(at time: Instant) -> Instant {
        let now = time.milliseconds
        guard let minutes else {
            let (year, month) = Self.month(ofDay: now / Self.dayMilliseconds)
            return Instant(milliseconds: Self.day(year, month) * Self.dayMilliseconds)
        }
        let length = minutes * 60_000
        // The epoch was a Thursday: weeks are counted from the Monday after it.
        let offset = self == .oneWeek ? 4 * Self.dayMilliseconds : 0
        return Instant(milliseconds: now - Self.modulo(now - offset, length))
    }

    /// When the next candle begins.
    func close(openedAt open: Instant) -> Instant {
        guard let minutes else {
            let (year, month) = Self.month(ofDay: open.milliseconds / Self.dayMilliseconds)
            let next = month == 12 ? Self.day(year + 1, 1) : Self.day(year, month + 1)
            return Instant(milliseconds: next * Self.dayMilliseconds)
        }
        return open + .minutes(minutes)
    }

    private static func modulo(_ value: Int64, _ divisor: Int64) -> Int64 {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }

    // Days since the epoch and the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date
    // algorithms").
    private static func month(ofDay day: Int64) -> (year: Int64, month: Int64) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let index = (5 * ofYear + 2) / 153
        let month = index < 10 ? index + 3 : index - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month)
    }

    /// The first day of a month.
    private static func day(_ year: Int64, _ month: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear - 719_468
    }
}
