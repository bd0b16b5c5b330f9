public import Fundamentals

/// The names of the ways in which a venue fails, as flags and the chaos route write them.
public protocol VenueFault: RawRepresentable, Hashable, Sendable, CaseIterable
where RawValue == String, AllCases == [Self] {}

extension VenueFault {
    var index: Int { Self.allCases.firstIndex(of: self)! }
}

/// Which faults strike, how often, and for how long. All off unless set.
public struct VenueChaos<Fault: VenueFault>: Hashable, Sendable {
    struct Setting: Hashable, Sendable {
        var numerator: Int64 = 0
        var denominator: Int64 = 1
        /// The next so many occasions, before chance is asked.
        var next: Int64 = 0
        /// Only occasions whose label, `POST /fapi/v3/order` for a request, contains this.
        var filter = ""
    }

    private var settings = [Setting](repeating: Setting(), count: Fault.allCases.count)
    public var replyDelay: TimeSpan = .milliseconds(1_500)
    public var eventDelay: TimeSpan = .milliseconds(300)
    public var silence: TimeSpan = .seconds(30)
    /// How far the venue's clock is ahead.
    public var clockSkew: TimeSpan = .zero

    public init() {}

    /// Whether anything at all can strike.
    public var isCalm: Bool {
        clockSkew == .zero && settings.allSatisfy { $0.numerator == 0 && $0.next == 0 }
    }

    /// The fault strikes `numerator` times in `denominator`.
    public mutating func set(_ fault: Fault, chance numerator: Int64, in denominator: Int64, filter: String = "") {
        precondition(numerator >= 0 && denominator > 0, "a chance is a ratio of a natural and a positive number")
        settings[fault.index].numerator = numerator
        settings[fault.index].denominator = denominator
        settings[fault.index].filter = filter
    }

    /// The fault strikes on the next `count` occasions.
    public mutating func script(_ fault: Fault, next count: Int64, filter: String = "") {
        settings[fault.index].next = max(0, count)
        settings[fault.index].filter = filter
    }

    /// Whether the fault strikes now.
    mutating func strikes(_ fault: Fault, _ label: String, _ random: inout RandomSource) -> Bool {
        let index = fault.index
        guard settings[index].next > 0 || settings[index].numerator > 0 else { return false }
        guard settings[index].filter.isEmpty || label.contains(settings[index].filter) else { return false }
        if settings[index].next > 0 {
            settings[index].next -= 1
            return true
        }
        return random.chance(settings[index].numerator, in: settings[index].denominator)
    }

    /// Applies one setting as flags and the chaos route write it: `reply-lost` = `1/100`, `0.01`, `next:3` or `off`,
    /// each with an optional filter as in `next:1@POST /fapi/v3/order`; `reply-delay`, `event-delay`, `silence` and
    /// `clock-skew` = milliseconds.
    public mutating func apply(name: String, value: String) throws(VenueConfigurationError) {
        func span() throws(VenueConfigurationError) -> TimeSpan {
            guard let count = Int64(value), abs(count) <= 86_400_000 else {
                throw VenueConfigurationError("chaos '\(name)' must be whole milliseconds, at most a day")
            }
            return .milliseconds(count)
        }
        switch name {
        case "reply-delay": replyDelay = try span()
        case "event-delay": eventDelay = try span()
        case "silence": silence = try span()
        case "clock-skew": clockSkew = try span()
        default:
            guard let fault = Fault(rawValue: name) else {
                let names = Fault.allCases.map(\.rawValue).joined(separator: ", ")
                throw VenueConfigurationError(
                    "unknown chaos '\(name)'; known are \(names), reply-delay, event-delay, silence, clock-skew")
            }
            try apply(fault, value)
        }
    }

    private mutating func apply(_ fault: Fault, _ text: String) throws(VenueConfigurationError) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let amount = parts.first ?? ""
        let filter = parts.count > 1 ? String(parts[1]) : ""
        if amount == "off" {
            settings[fault.index] = Setting()
        } else if amount.hasPrefix("next:"), let count = Int64(amount.dropFirst(5)), count >= 0 {
            script(fault, next: count, filter: filter)
        } else if let (numerator, denominator) = Self.ratio(amount) {
            set(fault, chance: numerator, in: denominator, filter: filter)
        } else {
            throw VenueConfigurationError(
                "chaos '\(fault.rawValue)' must be a ratio like 1/100 or 0.01, next:N, or off; found '\(text)'")
        }
    }

    private static func ratio(_ text: Substring) -> (Int64, Int64)? {
        let sides = text.split(separator: "/", omittingEmptySubsequences: false)
        if sides.count == 2 {
            guard let a = Int64(sides[0]), let b = Int64(sides[1]), a >= 0, b > 0, a <= b else { return nil }
            return (a, b)
        }
        let digits = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = digits.first.flatMap({ Int64($0) }), whole == 0 || whole == 1 else { return nil }
        guard digits.count == 2 else { return (whole, 1) }
        guard (1...9).contains(digits[1].count), digits[1].allSatisfy({ $0.isASCII && $0.isNumber }),
            let fraction = Int64(digits[1])
        else { return nil }
        var denominator: Int64 = 1
        for _ in 0..<digits[1].count { denominator *= 10 }
        let numerator = whole * denominator + fraction
        return numerator <= denominator ? (numerator, denominator) : nil
    }
}
