public import Fundamentals
public import MarketModel

/// Realised variance of the mid over a moving window: the sum of squared moves, in half ticks, kept in integers.
public struct RollingVolatility: Sendable {
    private var sums: [Int64]
    private let bucket: TimeSpan
    private var current: Int64 = .min
    private var last: HalfTicks?
    /// Σ (Δmid)² over the window, in half ticks squared; saturates instead of overflowing.
    public private(set) var squaredMoves: Int64 = 0

    /// A window of `buckets` × `bucket`.
    /// - Precondition: both are positive.
    public init(buckets: Int, bucket: TimeSpan) {
        precondition(buckets > 0 && bucket > .zero, "a volatility window has positive length")
        sums = [Int64](repeating: 0, count: buckets)
        self.bucket = bucket
    }

    public mutating func observe(_ mid: HalfTicks, at now: Instant) {
        advance(to: now)
        if let last, last != mid {
            let move = min(abs(mid.count - last.count), 1 << 28)
            let slot = slot(current)
            sums[slot] = min(sums[slot] + move * move, 1 << 61)
            squaredMoves = min(squaredMoves + move * move, 1 << 61)
        }
        last = mid
    }

    /// The next mid starts afresh: the move across a gap in the data is not counted.
    public mutating func forgetLast() { last = nil }

    private mutating func advance(to now: Instant) {
        let index = now.nanoseconds / bucket.nanoseconds
        guard index > current else { return }
        let passed = current == .min ? Int64(sums.count) : min(index - current, Int64(sums.count))
        for back in 0..<passed { sums[slot(index - back)] = 0 }
        squaredMoves = sums.reduce(0) { min($0 + $1, 1 << 61) }
        current = index
    }

    private func slot(_ index: Int64) -> Int {
        let count = Int64(sums.count)
        return Int(((index % count) + count) % count)
    }
}
