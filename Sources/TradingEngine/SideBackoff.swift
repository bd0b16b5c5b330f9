internal import Fundamentals

/// Pauses after failures: doubling from 250 ms to 10 s, forgotten after 30 s without one.
struct Backoff: Hashable, Sendable {
    private static let first = TimeSpan.milliseconds(250)
    private static let longest = TimeSpan.seconds(10)
    private static let memory = TimeSpan.seconds(30)

    private var failures: Int64 = 0
    private var lastFailure = Instant.distantPast
    private(set) var until = Instant.distantPast

    mutating func fail(atLeast pause: TimeSpan, at now: Instant) {
        if now - lastFailure > Self.memory { failures = 0 }
        lastFailure = now
        until = now + max(pause, min(Self.first * (1 << min(failures, 6)), Self.longest))
        failures += 1
    }
}
