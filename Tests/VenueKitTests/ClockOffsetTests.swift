import Fundamentals
import Testing
import VenueKit

@Suite struct `The clock offset` {
    private let start = Instant(milliseconds: 1_768_551_600_000)

    /// A sample from a venue that is `ahead`, over a path that takes `out` and `back`.
    private func sample(
        _ clock: inout ClockOffset, at now: Instant, ahead: TimeSpan, out: TimeSpan, back: TimeSpan
    ) -> Bool {
        clock.record(venueTime: now + out + ahead, sentAt: now, receivedAt: now + out + back)
    }

    @Test func `is exact on a symmetric path`() {
        var clock = ClockOffset()
        _ = sample(&clock, at: start, ahead: .milliseconds(350), out: .milliseconds(20), back: .milliseconds(20))
        #expect(clock.offset == .milliseconds(350))
        #expect(clock.venueTime(at: start) == start + .milliseconds(350))
    }

    @Test func `believes the sample with the shortest round trip`() {
        var clock = ClockOffset()
        for (out, back) in [(200, 10), (5, 5), (10, 300)] as [(Int64, Int64)] {
            _ = sample(
                &clock, at: start, ahead: .milliseconds(100), out: .milliseconds(out), back: .milliseconds(back))
        }
        #expect(clock.offset == .milliseconds(100))
        #expect(clock.best?.roundTrip == .milliseconds(10))
    }

    @Test(arguments: 1...20) func `is never wrong by more than half the shortest round trip`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var clock = ClockOffset()
        var now = start
        for _ in 0..<50 {
            now = now + .seconds(60)
            let out = TimeSpan.milliseconds(random.integer(in: 1...500))
            let back = TimeSpan.milliseconds(random.integer(in: 1...500))
            let stepped = sample(&clock, at: now, ahead: .milliseconds(-90), out: out, back: back)
            #expect(!stepped)
            let error = abs((clock.offset - .milliseconds(-90)).nanoseconds)
            #expect(error <= (clock.best?.roundTrip.nanoseconds ?? 0) / 2)
        }
    }

    @Test func `notices a step of either clock and starts over from there`() {
        for step in [-30_000, -2_000, 2_000] as [Int64] {
            var clock = ClockOffset()
            _ = sample(&clock, at: start, ahead: .zero, out: .milliseconds(5), back: .milliseconds(5))
            let stepped = sample(
                &clock, at: start + .seconds(60), ahead: .milliseconds(step), out: .milliseconds(40),
                back: .milliseconds(40))
            #expect(stepped)
            #expect(clock.offset == .milliseconds(step))
        }
    }

    @Test func `is certain only of what the round trip cannot explain`() {
        var clock = ClockOffset()
        _ = sample(&clock, at: start, ahead: .milliseconds(300), out: .milliseconds(500), back: .milliseconds(500))
        #expect(clock.certainSkew == .zero)
        _ = sample(&clock, at: start, ahead: .milliseconds(300), out: .milliseconds(5), back: .milliseconds(5))
        #expect(clock.certainSkew == .milliseconds(295))
    }

    @Test func `lets the next sample decide once it is distrusted`() {
        var clock = ClockOffset()
        _ = sample(&clock, at: start, ahead: .zero, out: .milliseconds(1), back: .milliseconds(1))
        clock.distrust()
        _ = sample(&clock, at: start, ahead: .milliseconds(3), out: .milliseconds(90), back: .milliseconds(90))
        #expect(clock.offset == .milliseconds(3))
    }
}
