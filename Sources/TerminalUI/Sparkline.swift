/// A line of bars: how a signed number went over time.
enum Sparkline {
    private static let bars = Array("▁▂▃▄▅▆▇█")

    /// At most `width` bars, the newest last. Zero is the middle; the largest magnitude reaches top or bottom.
    static func text(_ samples: [Int64], width: Int) -> String {
        guard width > 0, !samples.isEmpty else { return "" }
        let means = buckets(samples, width)
        let largest = means.map(\.magnitude).max() ?? 0
        return String(
            means.map { mean in
                guard largest > 0 else { return bars[bars.count / 2 - 1] }
                // −largest … +largest onto the bars, zero just below the middle.
                let span = Int128(largest) * 2
                let level = (Int128(mean) + Int128(largest)) * Int128(bars.count - 1) / span
                return bars[Int(level)]
            })
    }

    /// Neighbours joined by their mean where there are more samples than bars.
    private static func buckets(_ samples: [Int64], _ width: Int) -> [Int64] {
        guard samples.count > width else { return samples }
        return (0..<width).map { index in
            let bucket = samples[(samples.count * index / width)..<(samples.count * (index + 1) / width)]
            let sum = bucket.reduce(Int128(0)) { $0 + Int128($1) }
            return Int64(clamping: sum / Int128(bucket.count))
        }
    }
}
