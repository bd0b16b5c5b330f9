internal import Fundamentals

/// Ids that carry their time, as Twitter's do: 41 bits of milliseconds, ten of the worker, twelve of a counter. They
/// ascend, whatever the clock does.
struct Snowflakes: Hashable, Sendable {
    /// The epoch of such ids, 2010-11-04T01:42:54.657Z, in milliseconds.
    static let zero: Int64 = 1_288_834_974_657
    private let worker: Int64
    private var last: Int64 = 0

    init(worker: Int64) { self.worker = worker }

    mutating func next(at time: Instant) -> Int64 {
        let milliseconds = max(0, min(time.milliseconds - Self.zero, 1 << 41 - 1))
        last = max(last + 1, milliseconds << 22 | worker << 12)
        return last
    }
}
