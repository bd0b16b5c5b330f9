internal import CBareLoop
internal import Cryptography
internal import Quoting

/// From the bytes of a public message to the bytes of signed order requests, through session, engine and risk.
enum OrderBenchmark {
    private struct Kind {
        var name: String
        var tick: QuotingStage.Tick
        var strategy: StrategyConfiguration
        var ordersPerTick: Int
        var hasBudget: Bool
    }

    private static let kinds = [
        Kind(
            name: "bookTicker to one signed order", tick: .ticker, strategy: .benchmarkOneSided, ordersPerTick: 1,
            hasBudget: true),
        Kind(
            name: "20-level depth to one signed order", tick: .depth, strategy: .benchmarkOneSided, ordersPerTick: 1,
            hasBudget: true),
        Kind(
            name: "20-level depth to two signed orders", tick: .depth, strategy: .benchmarkTwoSided, ordersPerTick: 2,
            hasBudget: false),
    ]

    static func run(_ settings: BenchmarkSettings) -> [BenchmarkRow] { kinds.flatMap { run($0, settings) } }

    private static func run(_ kind: Kind, _ settings: BenchmarkSettings) -> [BenchmarkRow] {
        let excludes =
            "socket, TLS, WebSocket frame and HTTP connection; the venue's replies, which come between ticks. Warm, with"
            + " the clock's own \(clockCost()) ns in each sample. The reference is one HMAC-SHA256 over as many bytes as the"
            + " request signs"
        var p50 = BenchmarkRow("\(kind.name), p50", unit: "µs", excludes: excludes + ", p50.")
        var p99 = BenchmarkRow("\(kind.name), p99", unit: "µs", excludes: excludes + ", p99.")
        guard var stage = QuotingStage(kind.strategy), stage.trouble == nil else {
            return [p50.skipped("the session did not start"), p99.skipped("the session did not start")]
        }
        let ticks = settings.count(4_000)
        var (ours, bare) = ([LatencySample](), [LatencySample]())
        var orders = 0
        for repetition in 0...settings.repetitions {
            var sample = LatencySample(capacity: ticks)
            for _ in 0..<ticks {
                let (nanoseconds, sent) = stage.measure(kind.tick)
                guard sent == kind.ordersPerTick else { continue }
                if repetition > 0 { orders += sent }
                sample.record(nanoseconds)
            }
            let reference = hmac(length: stage.signedLength, count: ticks)
            guard repetition > 0 else { continue }
            ours.append(sample)
            bare.append(reference)
        }
        let expected = ticks * settings.repetitions * kind.ordersPerTick
        let remark =
            "Signed requests: \(orders) of \(expected) expected, over \(stage.signedLength) bytes each."
            + (stage.trouble.map { " Trouble: \($0)." } ?? "")
        guard orders * 10 >= expected * 9, stage.trouble == nil else {
            return [p50.skipped(remark), p99.skipped(remark)]
        }
        fill(&p50, 50, kind.hasBudget ? 4 : nil, ours, bare, remark, stage.checksum)
        fill(&p99, 99, kind.hasBudget ? 15 : nil, ours, bare, remark, stage.checksum)
        return [p50, p99]
    }

    private static func fill(
        _ row: inout BenchmarkRow, _ percentile: Int, _ budget: Double?, _ ours: [LatencySample],
        _ bare: [LatencySample], _ remark: String, _ checksum: UInt64
    ) {
        let values = ours.map { $0.microseconds(percentile: percentile) }
        row.ours = BenchmarkRow.Spread(values)
        row.references = [
            BenchmarkRow.Reference(
                "HMAC-SHA256 alone", bare.map { $0.microseconds(percentile: percentile) }, ours: values)
        ]
        row.budget = budget.map { BenchmarkRow.Budget(.median, $0) }
        row.repetitions = ours.count
        row.remark = remark
        row.checksum = checksum.hexadecimal
    }

    private static func hmac(length: Int, count: Int) -> LatencySample {
        let hmac = HMACSHA256(key: Secret(String(repeating: "s", count: 64)))
        var message = [UInt8](repeating: 0x61, count: length)
        var signature: [UInt8] = []
        var sample = LatencySample(capacity: count)
        for index in 0..<count {
            message[0] = UInt8(truncatingIfNeeded: index)
            signature.removeAll(keepingCapacity: true)
            let start = Measurement.monotonicNanoseconds()
            hmac.appendHexSignature(of: message, to: &signature)
            sample.record(Measurement.monotonicNanoseconds() - start)
        }
        return sample
    }

    /// Allocations of `count` signatures; the counter must be running.
    static func allocationsOfHMAC(_ count: Int) -> Int64 {
        let hmac = HMACSHA256(key: Secret(String(repeating: "s", count: 64)))
        let message = [UInt8](repeating: 0x61, count: 130)
        var signature: [UInt8] = []
        hmac.appendHexSignature(of: message, to: &signature)
        let before = bare_allocations()
        for _ in 0..<count {
            signature.removeAll(keepingCapacity: true)
            hmac.appendHexSignature(of: message, to: &signature)
        }
        return bare_allocations() - before
    }

    /// Of two readings of the clock with nothing in between.
    private static func clockCost() -> Int64 {
        var least = Int64.max
        for _ in 0..<1_000 {
            let start = Measurement.monotonicNanoseconds()
            least = min(least, Measurement.monotonicNanoseconds() - start)
        }
        return least
    }
}
