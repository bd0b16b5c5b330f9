public import Fundamentals

/// The venue's clock minus ours, from samples of its time endpoint.
///
/// A sample with round trip r can be wrong by r/2, so the sample with the shortest round trip of the recent ones wins.
/// A new sample that contradicts the winner by more than both can be wrong means that a clock stepped: it replaces all.
public struct ClockOffset: Hashable, Sendable {
    public struct Sample: Hashable, Sendable {
        /// Venue time minus our time.
        public var offset: TimeSpan
        public var roundTrip: TimeSpan
        public var takenAt: Instant
    }

    /// Samples older than this no longer count: clocks drift.
    private static let lifetime = TimeSpan.minutes(10)
    private static let kept = 8

    private var samples: [Sample] = []
    public private(set) var best: Sample?

    public init() {}

    /// Venue time minus our time; zero before the first sample.
    public var offset: TimeSpan { best?.offset ?? .zero }

    public func venueTime(at now: Instant) -> Instant { now + offset }

    /// How far the two clocks differ for certain, after allowing for the round trip.
    public var certainSkew: TimeSpan {
        guard let best else { return .zero }
        return TimeSpan(nanoseconds: max(0, abs(best.offset.nanoseconds) - best.roundTrip.nanoseconds / 2))
    }

    /// Takes one sample in. `venueTime` is what the reply said; the venue read its clock between the two instants.
    /// - Returns: whether the sample showed that a clock had stepped.
    @discardableResult
    public mutating func record(venueTime: Instant, sentAt: Instant, receivedAt: Instant) -> Bool {
        let roundTrip = TimeSpan(nanoseconds: max(0, (receivedAt - sentAt).nanoseconds))
        let middle = sentAt + roundTrip / 2
        let sample = Sample(offset: venueTime - middle, roundTrip: roundTrip, takenAt: receivedAt)
        let stepped = best.map { Self.contradict($0, sample) } ?? false
        if stepped { samples.removeAll(keepingCapacity: true) }
        samples.removeAll { receivedAt - $0.takenAt > Self.lifetime }
        if samples.count == Self.kept { samples.removeFirst() }
        samples.append(sample)
        best = samples.min { $0.roundTrip < $1.roundTrip }
        return stepped
    }

    /// Forgets everything but the present estimate, so that the next sample decides.
    public mutating func distrust() { samples.removeAll(keepingCapacity: true) }

    /// Venue timestamps are whole milliseconds; two of them may round apart by one each.
    private static let grain = TimeSpan.milliseconds(2)

    private static func contradict(_ a: Sample, _ b: Sample) -> Bool {
        let distance = abs((a.offset - b.offset).nanoseconds)
        return distance > ((a.roundTrip + b.roundTrip) / 2 + grain).nanoseconds
    }
}
