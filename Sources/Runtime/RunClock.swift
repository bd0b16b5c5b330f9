internal import Fundamentals
internal import SystemIO

/// The node's time: the wall clock at the start, carried forward by the clock that never steps.
///
/// A wall clock that is set back would make time run backwards for the engine. The venue's time is measured against this
/// clock, so signed time stamps stay right when the machine's own clock does not.
struct RunClock {
    private let wallAtStart = wallClock()
    private let bootAtStart = bootClock()

    var now: Instant { wallAtStart + (bootClock() - bootAtStart) }
}
