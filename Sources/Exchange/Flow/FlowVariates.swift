internal import Fundamentals

// Chance for the synthetic flow, in integers only: the same bits on every machine and in every build.

extension RandomSource {
    /// Exponentially distributed with that mean, rounded down: the wait for the next event of a Poisson process.
    mutating func exponential(mean: Int64) -> Int64 {
        let negativeLog = FixedPoint.negativeLog2(of: next() | 1)
        return Int64(clamping: (Int128(mean) * Int128(negativeLog) * FixedPoint.naturalLogOf2) >> 56)
    }
}

/// A distribution given by some of its quantiles, with straight lines between them.
struct QuantileTable: Sendable {
    /// Cumulative share in 100,000ths, ascending from 0 to 100,000, and the value there.
    let nodes: [(share: Int64, value: Int64)]

    init(_ nodes: [(share: Int64, value: Int64)]) {
        precondition(nodes.first?.share == 0 && nodes.last?.share == 100_000, "Quantiles run from 0 to 1.")
        self.nodes = nodes
    }

    /// The value at a share of 0 to 99,999.
    func value(at share: Int64) -> Int64 {
        var index = 1
        while nodes[index].share <= share { index += 1 }
        let (low, high) = (nodes[index - 1], nodes[index])
        return low.value + (high.value - low.value) * (share - low.share) / (high.share - low.share)
    }
}

enum FixedPoint {
    /// ln 2 in units of 2⁻³².
    static let naturalLogOf2: Int128 = 2_977_044_472

    /// −log₂(bits ÷ 2⁶⁴) in units of 2⁻²⁴, by repeated squaring. `bits` is not zero.
    static func negativeLog2(of bits: UInt64) -> Int64 {
        let leading = bits.leadingZeroBitCount
        var mantissa = (bits << UInt64(leading)) >> 32
        var fraction: Int64 = 0
        for _ in 0..<24 {
            mantissa = (mantissa * mantissa) >> 31
            fraction <<= 1
            if mantissa >> 32 != 0 {
                mantissa >>= 1
                fraction |= 1
            }
        }
        return (Int64(leading + 1) << 24) - fraction
    }

    /// ⌊√n⌋ for n from 0 up.
    static func squareRoot(_ n: Int64) -> Int64 {
        guard n > 1 else { return max(0, n) }
        var root = Int64(1) << Int64((64 - n.leadingZeroBitCount + 1) / 2)
        while true {
            let next = (root + n / root) / 2
            if next >= root { return root }
            root = next
        }
    }
}
