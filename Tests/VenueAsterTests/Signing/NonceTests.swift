import Fundamentals
import Testing
import VenueAster

@Suite struct `Aster nonces` {
    @Test func `stamps follow the clock, and go on where it stands still or steps back`() {
        var nonce = AsterNonce(last: 5)
        #expect([1, 10, 10, 10, 3, 12, 20].map { nonce.next(at: $0) } == [6, 10, 11, 12, 13, 14, 20])
        #expect(nonce.last == 20)
    }

    private static let now: Int64 = 1_700_000_000_000_000

    @Test(
        arguments: [
            (-60_000_000, true), (-60_000_001, false), (60_000_000, true), (60_000_001, false), (0, true),
        ] as [(Int64, Bool)])
    func `a nonce counts within a minute of the venue's time`(distance: Int64, isAdmitted: Bool) {
        var window = AsterNonceWindow()
        if isAdmitted {
            #expect(throws: Never.self) { try window.admit(Self.now + distance, at: Self.now) }
        } else {
            #expect(throws: AsterNonceWindow.Refusal.outsideTime) {
                try window.admit(Self.now + distance, at: Self.now)
            }
        }
    }

    @Test(arguments: [.min, .max, 0, -1] as [Int64])
    func `absurd nonces are refused`(nonce: Int64) {
        var window = AsterNonceWindow()
        #expect(throws: AsterNonceWindow.Refusal.outsideTime) { try window.admit(nonce, at: Self.now) }
    }

    @Test func `a hundred nonces may arrive in any order, each once`() throws {
        var window = AsterNonceWindow()
        for offset in (0..<100).reversed() { try window.admit(Self.now + Int64(offset), at: Self.now) }
        for offset in 0..<100 {
            #expect(throws: AsterNonceWindow.Refusal.duplicate) {
                try window.admit(Self.now + Int64(offset), at: Self.now)
            }
        }
    }

    @Test func `a full memory forgets its smallest, and refuses what is smaller still`() throws {
        var window = AsterNonceWindow()
        for offset in 1...100 { try window.admit(Self.now + Int64(offset * 10), at: Self.now) }
        #expect(throws: AsterNonceWindow.Refusal.expired) { try window.admit(Self.now + 9, at: Self.now) }
        try window.admit(Self.now + 15, at: Self.now)
        #expect(throws: AsterNonceWindow.Refusal.expired) { try window.admit(Self.now + 10, at: Self.now) }
        #expect(throws: AsterNonceWindow.Refusal.duplicate) { try window.admit(Self.now + 15, at: Self.now) }
        try window.admit(Self.now + 2_000, at: Self.now)
        #expect(throws: AsterNonceWindow.Refusal.expired) { try window.admit(Self.now + 15, at: Self.now) }
    }

    @Test func `the window decides as a naive list does`() {
        var random = RandomSource(seed: 100)
        var window = AsterNonceWindow(capacity: 8)
        var naive: [Int64] = []
        for _ in 0..<20_000 {
            let nonce = Self.now + random.integer(in: 0...60)
            var expected: AsterNonceWindow.Refusal?
            if naive.contains(nonce) {
                expected = .duplicate
            } else if naive.count == 8, let smallest = naive.min(), nonce < smallest {
                expected = .expired
            } else {
                naive = Array((naive + [nonce]).sorted().suffix(8))
            }
            if naive.count == 8, random.chance(1, in: 50) {
                naive = []
                window = AsterNonceWindow(capacity: 8)
                continue
            }
            var actual: AsterNonceWindow.Refusal?
            do throws(AsterNonceWindow.Refusal) { try window.admit(nonce, at: Self.now) } catch { actual = error }
            #expect(actual == expected)
        }
    }
}
