internal import CBareLoop
internal import Glibc

/// Allocations of one warm tick, counted in a process of its own.
enum AllocationBenchmark {
    static func run(_ settings: BenchmarkSettings) -> BenchmarkRow {
        var row = BenchmarkRow(
            "allocations per warm tick that sends one order", unit: "allocations",
            excludes:
                "sockets, and allocations inside the C library. Every call of malloc and its relatives from the program,"
                + " the Swift runtime and OpenSSL, counted in a process of its own.")
        row.budget = BenchmarkRow.Budget(.median, 0)
        guard let child = ChildProcess(settings, ["allocations", "\(settings.count(1_000))"]),
            let line = child.readLine()
        else { return row.skipped("the counting process did not start") }
        child.wait()
        let numbers = line.split(separator: " ").compactMap { Double($0) }
        guard numbers.count == 4 else { return row.skipped("nothing could be counted here: \(line)") }
        row.ours = BenchmarkRow.Spread([numbers[0]])
        row.repetitions = 1
        row.remark =
            "Of these, HMAC alone: \(Benchmarks.text(numbers[1])). A tick that changes no order:"
            + " \(Benchmarks.text(numbers[2])). Decoding alone: \(Benchmarks.text(numbers[3]))."
        return row
    }

    /// In the child: prints the allocations of a tick that sends an order, of an HMAC, of a tick that sends none, and of
    /// decoding a message.
    static func count(_ arguments: [String]) -> Int32 {
        guard let ticks = arguments.first.flatMap({ Int($0) }), ticks > 0 else { return 64 }
        alarm(60)
        guard bare_count_allocations() == 1 else {
            print("the tables of the program could not be changed")
            return 0
        }
        guard var stage = QuotingStage(.benchmarkOneSided), var idle = QuotingStage(.benchmarkIdle) else { return 70 }
        for _ in 0..<ticks {
            _ = stage.measure(.ticker)
            _ = idle.measure(.ticker)
        }
        var (ordering, quiet) = (Int64(0), Int64(0))
        for _ in 0..<ticks {
            ordering += stage.countAllocations(.ticker)
            quiet += idle.countAllocations(.ticker)
        }
        let counts = [ordering, OrderBenchmark.allocationsOfHMAC(ticks), quiet, DecodeBenchmark.allocations(ticks)]
        print(counts.map { "\(Double($0) / Double(ticks))" }.joined(separator: " "))
        return 0
    }
}
