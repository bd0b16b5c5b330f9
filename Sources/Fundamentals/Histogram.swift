/// Counts of non-negative integers in buckets whose width is at most 1/32 of their value: quantiles within 3.2 %.
public struct Histogram: Hashable, Sendable {
    private static let subBits: Int64 = 5
    private var buckets = [UInt64](repeating: 0, count: 2_048)
    public private(set) var count: UInt64 = 0
    public private(set) var maximum: Int64 = 0

    public init() {}

    /// Negative values are counted as zero.
    public mutating func record(_ value: Int64) {
        let value = max(0, value)
        buckets[Self.bucket(of: value)] += 1
        count += 1
        maximum = max(maximum, value)
    }

    /// The value below which `numerator` of `denominator` records lie (upper edge of its bucket); 0 when empty.
    public func quantile(_ numerator: UInt64, in denominator: UInt64) -> Int64 {
        guard count > 0 else { return 0 }
        let rank = max(1, (count * numerator + denominator - 1) / denominator)
        var seen: UInt64 = 0
        for index in buckets.indices {
            seen += buckets[index]
            if seen >= rank { return min(maximum, Self.upperEdge(of: index)) }
        }
        return maximum
    }

    private static func bucket(of value: Int64) -> Int {
        guard value >= 1 << (subBits + 1) else { return Int(value) }
        let exponent = Int64(63 - value.leadingZeroBitCount) - subBits
        return Int((exponent << subBits) + (value >> exponent))
    }

    private static func upperEdge(of index: Int) -> Int64 {
        let index = Int64(index)
        guard index >= 1 << (subBits + 1) else { return index }
        let exponent = (index >> subBits) - 1
        let mantissa = index - (exponent << subBits)
        // The edge of the topmost bucket is 2^63: one more than fits.
        return Int64(clamping: (UInt64(mantissa + 1) << UInt64(exponent)) - 1)
    }
}
