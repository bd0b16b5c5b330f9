public import Fundamentals
internal import Glibc

/// The wall clock now. It may step; timers therefore run on `bootClock()`.
public func wallClock() -> Instant { read(CLOCK_REALTIME) }

/// Time since the machine started, including sleep: never steps, so spans and timers use it.
public func bootClock() -> Instant { read(CLOCK_BOOTTIME) }

private func read(_ clock: clockid_t) -> Instant {
    var time = timespec()
    // Cannot fail: both clocks exist on every Linux this runs on.
    clock_gettime(clock, &time)
    return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
}
