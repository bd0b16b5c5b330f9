public import Fundamentals

/// Waits between attempts: doubling from `first` to `ceiling`, each drawn from the upper half of its interval so that
/// many clients that lost the same venue do not come back at the same moment.
public struct Backoff: Hashable, Sendable {
    public let first: TimeSpan
    public let ceiling: TimeSpan
    /// Attempts since the last success.
    public private(set) var attempts: Int

    /// - Precondition: `first` is positive and not above `ceiling`.
    public init(first: TimeSpan = .milliseconds(250), ceiling: TimeSpan = .seconds(30)) {
        precondition(first > .zero && first <= ceiling, "a back-off starts above zero and below its ceiling")
        self.first = first
        self.ceiling = ceiling
        attempts = 0
    }

    /// The wait before the next attempt.
    public mutating func next(using random: inout RandomSource) -> TimeSpan {
        let doublings = min(attempts, 40)
        attempts += 1
        var whole = first.nanoseconds
        for _ in 0..<doublings where whole < ceiling.nanoseconds { whole = min(whole * 2, ceiling.nanoseconds) }
        return TimeSpan(nanoseconds: random.integer(in: (whole - whole / 2)...whole))
    }

    /// The peer answered: start over.
    public mutating func succeeded() { attempts = 0 }
}
