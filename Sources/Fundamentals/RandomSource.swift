/// xoshiro256** seeded by SplitMix64: the only source of chance in the core, the local venues and the simulation.
///
/// Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators" (2018).
public struct RandomSource: RandomNumberGenerator, Hashable, Sendable {
    private var a, b, c, d: UInt64

    public init(seed: UInt64) {
        var state = seed
        func mix() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var x = state
            x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
            x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
            return x ^ (x >> 31)
        }
        (a, b, c, d) = (mix(), mix(), mix(), mix())
    }

    public mutating func next() -> UInt64 {
        let product = b &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = b << 17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = (d << 45) | (d >> 19)
        return result
    }

    /// A uniform integer in `range`; the same on every platform.
    public mutating func integer(in range: ClosedRange<Int64>) -> Int64 {
        let width = UInt64(bitPattern: range.upperBound &- range.lowerBound) &+ 1
        if width == 0 { return Int64(bitPattern: next()) }
        return range.lowerBound &+ Int64(bitPattern: next().multipliedFullWidth(by: width).high)
    }

    /// True `numerator` times in `denominator`; chances are ratios of integers so that no rounding enters a seed.
    public mutating func chance(_ numerator: Int64, in denominator: Int64) -> Bool {
        integer(in: 1...denominator) <= numerator
    }

    /// A source of its own, so that one consumer's draws do not shift another's.
    public mutating func fork() -> RandomSource { RandomSource(seed: next()) }
}
