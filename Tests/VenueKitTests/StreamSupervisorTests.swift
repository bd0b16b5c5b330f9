import Fundamentals
import Testing
import VenueKit

@Suite struct `The stream supervisor` {
    private let start = Instant(milliseconds: 1_768_551_600_000)
    private let a = StreamID(1)
    private let b = StreamID(2)

    private func open() -> StreamSupervisor {
        var stream = StreamSupervisor(renewAfter: .hours(1), silenceLimit: .seconds(3))
        stream.want(at: start)
        stream.opening(a, at: start)
        _ = stream.opened(a, at: start)
        return stream
    }

    @Test func `asks for nothing until it is wanted, then to open`() {
        var stream = StreamSupervisor(renewAfter: .hours(1), silenceLimit: .seconds(3))
        #expect(stream.demand(at: start) == nil)
        stream.want(at: start)
        #expect(stream.demand(at: start) == .open)
        stream.opening(a, at: start)
        #expect(stream.demand(at: start + .seconds(9)) == nil)
        #expect(stream.demand(at: start + .seconds(10)) == .abandon(a, "did not open in time"))
    }

    @Test func `abandons a silent connection and reopens with back-off`() {
        var random = RandomSource(seed: 1)
        var stream = open()
        stream.sign(on: a, at: start + .seconds(2))
        #expect(stream.demand(at: start + .seconds(4)) == nil)
        #expect(stream.demand(at: start + .seconds(5)) == .abandon(a, "silent"))
        let lostAt = start + .seconds(5)
        let hasGap = stream.lost(a, at: lostAt, using: &random)
        #expect(hasGap)
        #expect(stream.role(of: a) == .stale)
        #expect(stream.demand(at: lostAt) == nil)
        #expect(stream.demand(at: lostAt + .milliseconds(250)) == .open)
    }

    @Test func `opens a successor in time and hands over after the overlap`() {
        var stream = open()
        let due = start + .hours(1)
        stream.sign(on: a, at: due)
        #expect(stream.demand(at: due) == .openSuccessor)
        stream.openingSuccessor(b, at: due)
        let restarts = stream.opened(b, at: due)
        #expect(!restarts)
        #expect(stream.demand(at: due + .seconds(1)) == nil)
        #expect(stream.demand(at: due + .seconds(2)) == .close(a))
        stream.handOver(at: due + .seconds(2))
        #expect(stream.role(of: b) == .current)
        #expect(stream.role(of: a) == .stale)
        #expect(stream.demand(at: due + .seconds(3)) == nil)
    }

    @Test func `replaces a connection at once when its end is announced`() {
        var stream = open()
        stream.renew(at: start + .seconds(5))
        stream.sign(on: a, at: start + .seconds(5))
        #expect(stream.demand(at: start + .seconds(5)) == .openSuccessor)
        stream.openingSuccessor(b, at: start + .seconds(5))
        stream.renew(at: start + .seconds(6))
        #expect(stream.demand(at: start + .seconds(6)) == nil)
    }

    @Test func `has no gap when the old one dies with the successor open`() {
        var random = RandomSource(seed: 1)
        var stream = open()
        stream.openingSuccessor(b, at: start)
        _ = stream.opened(b, at: start)
        let hasGap = stream.lost(a, at: start + .seconds(1), using: &random)
        #expect(!hasGap)
        #expect(stream.current == b)
    }

    @Test func `has a gap when the old one dies before the successor opened`() {
        var random = RandomSource(seed: 1)
        var stream = open()
        stream.openingSuccessor(b, at: start)
        let hasGap = stream.lost(a, at: start + .seconds(1), using: &random)
        #expect(hasGap)
        #expect(stream.role(of: b) == .stale)
    }

    @Test func `closes everything when dismissed, and asks for nothing more`() {
        var stream = open()
        stream.openingSuccessor(b, at: start)
        #expect(stream.dismiss() == [a, b])
        #expect(stream.demand(at: start + .hours(5)) == nil)
    }
}
