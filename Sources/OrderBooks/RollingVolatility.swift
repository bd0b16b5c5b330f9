public import Fundamentals
public import MarketModel

/// Realised variance of the mid over a moving window: the sum of squared moves, in half ticks, kept in integers; and how
/// much of the window was watched, for whoever must compare sums of unequal lengths.
public struct RollingVolatility: Sendable {
    private var sums: [Int64]
    /// Nanoseconds of each bucket that were watched: between two mids with no gap in the data.
    private var watched: [Int64]
    private let bucket: TimeSpan
    private var current: Int64 = .min
    private var last: HalfTicks?
    private var lastAt = Instant.distantPast
    /// Σ of `watched`.
    private var watchedSum: Int64 = 0
    /// Σ (Δmid)² over the window, in half ticks squared; saturates instead of overflowing.
    public private(set) var squaredMoves: Int64 = 0

    /// A window of `buckets` × `bucket`.
    /// - Precondition: both are positive.
    public init(buckets: Int, bucket: TimeSpan) {
        precondition(buckets > 0 && bucket > .zero, "a volatility window has positive length")
        sums = [Int64](repeating: 0, count: buckets)
        watched = [Int64](repeating: 0, count: buckets)
        self.bucket = bucket
    }

    public var window: TimeSpan { bucket * Int64(sums.count) }

    public mutating func observe(_ mid: HalfTicks, at now: Instant) {
        advance(to: now)
        if let last {
            watch(until: now)
            if last != mid { add(min(abs(mid.count - last.count), 1 << 28)) }
        }
        last = mid
        lastAt = max(lastAt, now)
    }

    /// The next mid starts afresh: the move across a gap in the data is not counted, nor is its time.
    public mutating func forgetLast() { last = nil }

    /// What part of the window was watched, at most all of it.
    public func span(at now: Instant) -> TimeSpan {
        let tail = last == nil ? TimeSpan.zero : max(.zero, now - lastAt)
        return min(window, TimeSpan(nanoseconds: watchedSum) + tail)
    }

    private mutating func add(_ move: Int64) {
        let slot = slot(current)
        sums[slot] = min(sums[slot] + move * move, 1 << 61)
        squaredMoves = min(squaredMoves + move * move, 1 << 61)
    }

    /// Counts the time since the last mid in the buckets where it lies, as far as they are in the window.
    private mutating func watch(until now: Instant) {
        let length = bucket.nanoseconds
        var from = max(lastAt.nanoseconds, (current - Int64(sums.count) + 1) * length)
        while from < now.nanoseconds {
            let index = from / length
            let end = min((index + 1) * length, now.nanoseconds)
            watched[slot(index)] += end - from
            watchedSum += end - from
            from = end
        }
    }

    private mutating func advance(to now: Instant) {
        let index = now.nanoseconds / bucket.nanoseconds
        guard index > current else { return }
        let passed = current == .min ? Int64(sums.count) : min(index - current, Int64(sums.count))
        for back in 0..<passed {
            let slot = slot(index - back)
            sums[slot] = 0
            watched[slot] = 0
        }
        squaredMoves = sums.reduce(0) { min($0 + $1, 1 << 61) }
        watchedSum = watched.reduce(0, +)
        current = index
    }

    private func slot(_ index: Int64) -> Int {
        let count = Int64(sums.count)
        return Int(((index % count) + count) % count)
    }
}
