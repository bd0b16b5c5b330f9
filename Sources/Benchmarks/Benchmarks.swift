internal import CBareLoop
internal import Foundation

/// Speed as measured on this machine, each row beside a reference measured in the same run.
public enum Benchmarks {
    /// Measures the rows of `settings.groups`; `progress` is told what is running.
    public static func run(_ settings: BenchmarkSettings, progress: (String) -> Void) -> [BenchmarkRow] {
        var rows: [BenchmarkRow] = []
        for group in settings.groups {
            progress("measuring \(group.rawValue)")
            switch group {
            case .decode: rows.append(DecodeBenchmark.run(settings))
            case .order: rows += OrderBenchmark.run(settings) + ExtendedOrderBenchmark.run(settings)
            case .allocations:
                rows.append(AllocationBenchmark.run(settings))
                rows.append(ExtendedOrderBenchmark.allocations(settings))
            case .wallet: rows.append(WalletBenchmark.run(settings))
            case .stark: rows += StarkBenchmark.run(settings)
            case .book: rows.append(BookBenchmark.run(settings))
            case .matching: rows.append(MatchingBenchmark.run(settings))
            case .loopback: rows += LoopbackBenchmark.run(settings, progress: progress)
            }
        }
        return rows
    }

    /// Does what a row asked of a process of its own; `arguments` are those behind `settings.childPrefix`.
    /// - Returns: the exit status.
    public static func runChild(arguments: [String]) -> Int32 {
        guard let name = arguments.first else { return 64 }
        let rest = Array(arguments.dropFirst())
        switch name {
        case "feed": return LoopbackBenchmark.serveFeed(rest)
        case "client": return LoopbackBenchmark.runClient(rest)
        case "bare-client": return LoopbackBenchmark.runBareClient(rest)
        case "allocations": return AllocationBenchmark.count(rest)
        case "extended-allocations": return ExtendedOrderBenchmark.countAllocations(rest)
        case "stark-allocations": return StarkBenchmark.countAllocations(rest)
        default: return 64
        }
    }

    /// The rows as JSON.
    public static func json(_ rows: [BenchmarkRow]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(rows) else { return "[]" }
        return String(decoding: data, as: UTF8.self)
    }
}
