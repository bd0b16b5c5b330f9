internal import Configuration
internal import Fundamentals

/// A token bucket: a burst, then one for each interval.
struct RateBucket {
    private let burst: Int64
    private let interval: TimeSpan
    /// When the bucket will be, or was, full.
    private var full = Instant.distantPast

    init(burst: Int64, interval: TimeSpan) {
        self.burst = burst
        self.interval = interval
    }

    /// Well below what each service allows.
    init(for service: NotificationService) {
        switch service {
        case .line: self.init(burst: 10, interval: .seconds(1))
        // 20 a minute into a group.
        case .telegram: self.init(burst: 5, interval: .seconds(4))
        case .slack: self.init(burst: 5, interval: .seconds(1))
        case .discord: self.init(burst: 5, interval: .seconds(2))
        // 60, refilled one in five seconds, shared with others behind the same address.
        case .ntfy: self.init(burst: 20, interval: .seconds(5))
        case .webhook: self.init(burst: 20, interval: .seconds(1))
        }
    }

    /// The earliest time of the next take.
    var readyAt: Instant { full - interval * (burst - 1) }

    mutating func take(at now: Instant) { full = max(full, now) + interval }
}
