internal import Fundamentals

/// A counter in fixed windows aligned to the clock.
struct WindowCounter: Hashable, Sendable {
    let length: TimeSpan
    private var window: Int64 = .min
    private(set) var count: Int64 = 0

    init(_ length: TimeSpan) { self.length = length }

    mutating func roll(to now: Instant) {
        let current = now.nanoseconds / length.nanoseconds
        guard current != window else { return }
        window = current
        count = 0
    }

    /// Adds to the count, or takes back what was added in the same window.
    mutating func add(_ amount: Int64, at now: Instant) {
        roll(to: now)
        count = max(0, count + amount)
    }

    /// Whole seconds until the window ends, at least one.
    func secondsLeft(at now: Instant) -> Int64 {
        let left = length.nanoseconds - now.nanoseconds % length.nanoseconds
        return max(1, (left + 999_999_999) / 1_000_000_000)
    }
}
