public import Fundamentals

/// What a session has told already, so that it does not repeat itself, and the figures of its health.
public struct SessionDiary: Sendable {
    private var remarks: [String] = []
    private var throttledUntil: Instant = .distantPast
    /// Microseconds, of account requests.
    private var roundTrips = Histogram()

    public init() {}

    /// Whether a remark is new, in the life of the session. After a hundred of them nothing is.
    public mutating func isNew(_ remark: String) -> Bool {
        guard remarks.count < 100, !remarks.contains(remark) else { return false }
        remarks.append(remark)
        return true
    }

    /// Whether a pause is longer than the one that was told last.
    public mutating func isLonger(throttledUntil until: Instant) -> Bool {
        guard until > throttledUntil else { return false }
        throttledUntil = until
        return true
    }

    public mutating func record(roundTrip: TimeSpan) { roundTrips.record(roundTrip.nanoseconds / 1_000) }

    /// What every session can tell of its health: budget and round trips.
    public func health(_ budget: RateBudget) -> SessionHealth {
        var health = SessionHealth()
        health.usedWeight = budget.used(.weight, per: .minutes(1))
        health.weightLimit = budget.limit(.weight, per: .minutes(1))
        if roundTrips.count > 0 {
            health.medianRoundTrip = .microseconds(roundTrips.quantile(1, in: 2))
            health.slowRoundTrip = .microseconds(roundTrips.quantile(99, in: 100))
        }
        return health
    }
}
