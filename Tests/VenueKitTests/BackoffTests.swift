import Fundamentals
import Testing
import VenueKit

@Suite struct `The back-off` {
    @Test func `doubles up to its ceiling and stays in the upper half of each interval`() {
        var random = RandomSource(seed: 7)
        var backoff = Backoff(first: .milliseconds(100), ceiling: .seconds(2))
        for whole in [100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000] as [Int64] {
            let wait = backoff.next(using: &random)
            #expect((TimeSpan.milliseconds(whole) / 2...TimeSpan.milliseconds(whole)).contains(wait))
        }
    }

    @Test func `starts over after a success`() {
        var random = RandomSource(seed: 7)
        var backoff = Backoff(first: .milliseconds(100), ceiling: .seconds(2))
        for _ in 0..<100 { _ = backoff.next(using: &random) }
        backoff.succeeded()
        #expect(backoff.next(using: &random) <= .milliseconds(100))
    }

    @Test func `draws the same waits from the same seed`() {
        func waits() -> [TimeSpan] {
            var random = RandomSource(seed: 11)
            var backoff = Backoff()
            return (0..<20).map { _ in backoff.next(using: &random) }
        }
        #expect(waits() == waits())
    }
}
