internal import Fundamentals

/// The venue's clock minus ours, as far as a clock in whole seconds tells.
///
/// What it says of a moment is an interval a second long; the estimate moves only when it is outside.
struct MAXClock: Hashable, Sendable {
    private(set) var offset = TimeSpan.zero

    /// - Parameter seconds: what the venue said between the two instants.
    /// - Returns: the venue's time in the middle between the instants, by the estimate.
    mutating func observe(seconds: Int64, sentAt: Instant, receivedAt: Instant) -> Instant {
        let said = Instant(milliseconds: seconds * 1_000)
        let least = said - receivedAt
        let most = said + .seconds(1) - sentAt
        if offset < least || offset > most {
            offset = TimeSpan(nanoseconds: least.nanoseconds / 2 + most.nanoseconds / 2)
        }
        return sentAt + TimeSpan(nanoseconds: (receivedAt - sentAt).nanoseconds / 2) + offset
    }

    /// A moment of the venue's clock by ours, never later than now.
    func ours(_ venueTime: Instant, at now: Instant) -> Instant { min(now, venueTime - offset) }
}
