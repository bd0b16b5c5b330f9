public import Fundamentals

/// How a venue's dead man's switch stands: armed until when, and when it is to be armed again.
public struct DeadMansTimer: Hashable, Sendable {
    public private(set) var armedUntil: Instant?
    public private(set) var rearmAt: Instant?
    /// In a row.
    public private(set) var failures = 0

    public init() {}

    /// The switch is to be armed, for the first time or again.
    public func isDue(at now: Instant) -> Bool { rearmAt.map { now >= $0 } ?? false }

    /// An arming leaves.
    public mutating func arming(_ countdown: TimeSpan, at now: Instant) { rearmAt = now + countdown / 3 }

    /// The venue armed it. It counts from the arrival, which is not before the departure.
    /// - Parameter isKept: whether it is to be armed again later.
    public mutating func armed(_ countdown: TimeSpan, sentAt: Instant, isKept: Bool) {
        armedUntil = sentAt + countdown
        failures = 0
        if isKept { rearmAt = sentAt + countdown / 3 }
    }

    /// It was not armed: another attempt soon. While the last arming still runs, its deadline stands.
    /// - Returns: whether this is worth a note.
    public mutating func failed(at now: Instant) -> Bool {
        rearmAt = now + .seconds(2)
        defer { failures += 1 }
        return failures % 15 == 0
    }

    /// Whether it has run out since the last look: the venue cancels everything.
    public mutating func ranOut(at now: Instant) -> Bool {
        guard let armedUntil, now >= armedUntil else { return false }
        self.armedUntil = nil
        return true
    }

    /// It is being disarmed.
    public mutating func disarm() { armedUntil = nil }
}
