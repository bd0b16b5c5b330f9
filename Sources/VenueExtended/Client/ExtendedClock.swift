internal import Fundamentals

/// The venue's clock minus ours, narrowed down by what the venue stamps.
///
/// Extended has no time endpoint, and no request carries a time: the offset only dates books and expiries. Every stamp
/// bounds it: one made before a frame arrived bounds it from below, and the whole seconds of a `Date` header from both
/// sides. Bounds are kept for five to ten minutes, because clocks drift.
struct ExtendedClock: Hashable, Sendable {
    private struct Bounds: Hashable, Sendable {
        var lower: TimeSpan?
        var upper: TimeSpan?

        mutating func narrow(lower new: TimeSpan?, upper newUpper: TimeSpan?) {
            if let new { lower = lower.map { max($0, new) } ?? new }
            if let newUpper { upper = upper.map { min($0, newUpper) } ?? newUpper }
        }
    }

    private static let halfLife = TimeSpan.minutes(5)
    /// Stamps are cut to milliseconds, and two machines stamp them.
    private static let grain = TimeSpan.milliseconds(5)

    private var older = Bounds()
    private var newer = Bounds()
    private var newerSince = Instant.distantPast
    /// A frame has been dated to the millisecond: the lower bound is as near as the way is short.
    private var isFine = false

    private var lower: TimeSpan? {
        guard let a = older.lower, let b = newer.lower else { return older.lower ?? newer.lower }
        return max(a, b)
    }
    private var upper: TimeSpan? {
        guard let a = older.upper, let b = newer.upper else { return older.upper ?? newer.upper }
        return min(a, b)
    }

    /// Venue time minus our time; zero before the first stamp.
    var offset: TimeSpan {
        switch (lower, upper) {
        case (nil, nil): .zero
        case (let low?, nil): low
        case (nil, let high?): high
        case (let low?, let high?): isFine ? low : low + (high - low) / 2
        }
    }

    var isKnown: Bool { lower != nil || upper != nil }

    /// How far the two clocks differ for certain.
    var certainSkew: TimeSpan {
        max(.zero, max(lower ?? .zero, upper.map { TimeSpan.zero - $0 } ?? .zero))
    }

    func venueTime(at now: Instant) -> Instant { now + offset }

    /// The `Date` of a reply: the venue read its clock, cut to seconds, between the two instants.
    /// - Returns: whether the stamp contradicts what was known: a clock stepped.
    mutating func record(date: Instant, sentAt: Instant, receivedAt: Instant) -> Bool {
        narrow(lower: date - receivedAt, upper: date + .seconds(1) - sentAt, at: receivedAt)
    }

    /// The stamp of a frame that arrived just now.
    mutating func record(stamp: Instant, at now: Instant) -> Bool {
        isFine = true
        return narrow(lower: stamp - now, upper: nil, at: now)
    }

    private mutating func narrow(lower low: TimeSpan?, upper high: TimeSpan?, at now: Instant) -> Bool {
        if now - newerSince >= Self.halfLife {
            (older, newer, newerSince) = (newer, Bounds(), now)
        }
        let isBelow = if let low, let upper { low > upper + Self.grain } else { false }
        let isAbove = if let high, let lower { high + Self.grain < lower } else { false }
        if isBelow || isAbove { (older, newer) = (Bounds(), Bounds()) }
        newer.narrow(lower: low, upper: high)
        return isBelow || isAbove
    }
}
