import Fundamentals
import Testing

@Suite struct `A seeded source of chance` {
    /// The reference implementation of xoshiro256** (Blackman and Vigna), seeded by SplitMix64 from 42.
    @Test func `draws what the published algorithm draws`() {
        var random = RandomSource(seed: 42)
        #expect((0..<4).map { _ in random.next() } == reference(seed: 42, count: 4))
    }

    @Test func `repeats itself from the same seed and differs from another`() {
        var first = RandomSource(seed: 7)
        var again = RandomSource(seed: 7)
        var other = RandomSource(seed: 8)
        let draws = (0..<64).map { _ in first.next() }
        #expect(draws == (0..<64).map { _ in again.next() })
        #expect(draws != (0..<64).map { _ in other.next() })
    }

    @Test(arguments: [0...0, -3...3, 0...99, Int64.min...Int64.max] as [ClosedRange<Int64>])
    func `keeps integers in their range`(range: ClosedRange<Int64>) {
        var random = RandomSource(seed: 1)
        for _ in 0..<2_000 { #expect(range.contains(random.integer(in: range))) }
    }

    @Test func `reaches both ends of a small range`() {
        var random = RandomSource(seed: 3)
        let seen = Set((0..<200).map { _ in random.integer(in: -1...1) })
        #expect(seen == [-1, 0, 1])
    }

    @Test func `keeps a chance near its ratio`() {
        var random = RandomSource(seed: 5)
        let hits = (0..<10_000).count { _ in random.chance(1, in: 4) }
        #expect((2_300...2_700).contains(hits))
    }

    /// Written from the paper's pseudo-code, step by step, apart from the product.
    private func reference(seed: UInt64, count: Int) -> [UInt64] {
        var z = seed
        var s: [UInt64] = (0..<4).map { _ in
            z = z &+ 0x9E37_79B9_7F4A_7C15
            var x = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
            return x ^ (x >> 31)
        }
        func rotateLeft(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
        return (0..<count).map { _ in
            let result = rotateLeft(s[1] &* 5, 7) &* 9
            let t = s[1] << 17
            s[2] ^= s[0]
            s[3] ^= s[1]
            s[1] ^= s[2]
            s[0] ^= s[3]
            s[2] ^= t
            s[3] = rotateLeft(s[3], 45)
            return result
        }
    }
}

@Suite struct `A digest` {
    @Test func `is FNV-1a`() {
        // Published test vectors of the 64-bit variant.
        var empty = Digest()
        #expect(empty.description == "cbf29ce484222325")
        empty.absorb("a")
        #expect(empty.description == "af63dc4c8601ec8c")
        var foobar = Digest()
        foobar.absorb("foobar")
        #expect(foobar.description == "85944171f73967e8")
    }

    @Test func `tells orders apart`() {
        var one = Digest()
        one.absorb(1)
        one.absorb(2)
        var other = Digest()
        other.absorb(2)
        other.absorb(1)
        #expect(one != other)
    }
}

@Suite struct `A ring buffer` {
    @Test func `keeps the last elements, oldest first`() {
        var ring = RingBuffer<Int>(capacity: 3)
        #expect(ring.isEmpty && ring.first == nil && ring.last == nil)
        for n in 1...5 { ring.append(n) }
        #expect(ring.count == 3)
        #expect([ring[0], ring[1], ring[2]] == [3, 4, 5])
        #expect(ring.first == 3 && ring.last == 5)
    }

    @Test func `agrees with a plain array over a long life`() {
        var ring = RingBuffer<Int>(capacity: 7)
        var plain: [Int] = []
        for n in 0..<100 {
            ring.append(n)
            plain = Array((plain + [n]).suffix(7))
            #expect((0..<ring.count).map { ring[$0] } == plain)
        }
    }
}

@Suite struct `A histogram` {
    @Test func `gives quantiles within 3.2 percent of the sorted truth`() {
        var random = RandomSource(seed: 11)
        var histogram = Histogram()
        let values = (0..<5_000).map { _ in random.integer(in: 0...10_000_000) }
        for value in values { histogram.record(value) }
        let sorted = values.sorted()
        for percent in [1, 10, 50, 90, 99] as [UInt64] {
            let truth = sorted[Int((UInt64(sorted.count) * percent + 99) / 100) - 1]
            let found = histogram.quantile(percent, in: 100)
            #expect(found >= truth && found <= truth + truth * 32 / 1_000 + 1, "p\(percent): \(found) for \(truth)")
        }
        #expect(histogram.maximum == sorted.last)
    }

    @Test func `is exact for small values and takes the largest`() {
        var histogram = Histogram()
        for value in [0, 1, 63, Int64.max, -5] as [Int64] { histogram.record(value) }
        #expect(histogram.quantile(1, in: 2) == 1)
        #expect(histogram.quantile(1, in: 1) == .max)
        #expect(Histogram().quantile(1, in: 2) == 0)
    }
}

@Suite struct `Time` {
    @Test func `converts between its units`() {
        let instant = Instant(milliseconds: 1_748_310_859_508)
        #expect(instant.milliseconds == 1_748_310_859_508)
        #expect(instant.microseconds == 1_748_310_859_508_000)
        #expect((instant + .seconds(2)) - instant == .milliseconds(2_000))
        #expect(TimeSpan.minutes(2) == .seconds(120) && TimeSpan.hours(1) == .minutes(60))
        #expect(Instant.distantPast < instant && instant < .distantFuture)
    }
}
