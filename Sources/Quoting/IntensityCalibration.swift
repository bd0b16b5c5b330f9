public import Fundamentals
public import MarketModel

/// Intensity of fills by distance from the mid, λ(δ) = A·e^(−κδ).
public struct FittedIntensity: Hashable, Sendable {
    /// Per second.
    public var a: Double
    /// Per tick.
    public var kappa: Double

    public init(a: Double, kappa: Double) {
        self.a = a
        self.kappa = kappa
    }
}

/// Fits A and κ to the public trades of a moving window.
///
/// Time is cut into intervals of 100 ms. Of each, the trade that reached furthest from the mid at the interval's first
/// trade counts, on whichever side: an order at distance δ would have been filled in it if that reach is at least δ. λ(δ)
/// is the number of such intervals a second, for δ = ½, 1½, … ticks; A and κ are the least-squares line through ln λ.
///
/// Source: the procedure of hftbacktest's GLFT notebook, after Guéant, Lehalle and Fernandez-Tapia. Memory is bounded:
/// ten slices of one histogram each.
public struct IntensityCalibration: Sendable {
    /// Distances that are counted and fitted.
    public static let depth = 70
    private static let slices = 10
    private static let interval = TimeSpan.milliseconds(100)
    /// Intervals with a trade that a fit needs, and points of the line.
    private static let leastArrivals: Int64 = 50
    private static let leastPoints = 3

    private struct Slice: Sendable {
        /// Intervals by the whole ticks of their reach; what reaches further counts in the last.
        var reaches = [Int64](repeating: 0, count: IntensityCalibration.depth)
        var start: Instant
    }

    private let span: TimeSpan
    private var closed: [Slice] = []
    private var open: Slice?
    private var intervalStart = Instant.distantPast
    private var reference: HalfTicks?
    private var reach: Int64 = -1
    private var startedAt: Instant?

    /// - Precondition: the window is positive.
    public init(window: TimeSpan) {
        precondition(window > .zero, "a calibration window has positive length")
        span = window / Int64(Self.slices)
    }

    /// One trade, with the mid of the book when it was reported; without one it says nothing about distance.
    public mutating func observe(_ price: Price, mid: HalfTicks?, at now: Instant) {
        guard let mid else { return }
        advance(to: now)
        if startedAt == nil { startedAt = now }
        if reference == nil || now - intervalStart >= Self.interval {
            closeInterval()
            intervalStart = now
            reference = mid
        }
        guard let reference else { return }
        let distance = abs(2 * price.ticks - reference.count)
        reach = max(reach, distance)
    }

    /// The fit as of `now`; nil while less than half of the window has been watched, or too little has traded.
    public mutating func fit(at now: Instant) -> FittedIntensity? {
        advance(to: now)
        guard let startedAt else { return nil }
        let first = closed.first?.start ?? open?.start ?? startedAt
        let watched = now - max(first, startedAt)
        guard watched >= span * Int64(Self.slices / 2) else { return nil }
        return Self.line(through: totals, seconds: Double(watched.nanoseconds) / 1e9)
    }

    private mutating func advance(to now: Instant) {
        guard let start = open?.start else {
            open = Slice(start: now)
            return
        }
        guard now - start >= span else { return }
        closeInterval()
        if let open { closed.append(open) }
        open = Slice(start: now)
        // Slices are as old as the window allows; a pause in the feed empties it.
        closed.removeAll { now - $0.start > span * Int64(Self.slices) }
    }

    /// The interval's reach goes into the histogram: half ticks to whole ticks reached, ½ tick being the first.
    private mutating func closeInterval() {
        if reach >= 1 {
            let index = min(Int((reach - 1) / 2), Self.depth - 1)
            open?.reaches[index] += 1
        }
        reach = -1
        reference = nil
    }

    /// Intervals that reached each distance or further.
    private var totals: [Int64] {
        var counts = open?.reaches ?? [Int64](repeating: 0, count: Self.depth)
        for slice in closed {
            for index in counts.indices { counts[index] += slice.reaches[index] }
        }
        for index in counts.indices.dropLast().reversed() { counts[index] += counts[index + 1] }
        return counts
    }

    /// Least squares through ln(count ÷ seconds) at ½, 1½, … ticks; distances that nobody reached are left out.
    static func line(through counts: [Int64], seconds: Double) -> FittedIntensity? {
        guard seconds > 0, let all = counts.first, all >= leastArrivals else { return nil }
        var (n, x, y, xx, xy) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for (index, count) in counts.enumerated() where count > 0 {
            let distance = Double(index) + 0.5
            let level = Elementary.log(Double(count) / seconds)
            n += 1
            x += distance
            y += level
            xx += distance * distance
            xy += distance * level
        }
        let spread = n * xx - x * x
        guard n >= Double(leastPoints), spread > 0 else { return nil }
        let slope = (n * xy - x * y) / spread
        let a = Elementary.exp((y - slope * x) / n)
        // A line that does not fall says that distance does not matter, which no model can quote from.
        guard slope < 0, a > 0, a < .infinity else { return nil }
        return FittedIntensity(a: a, kappa: -slope)
    }
}
