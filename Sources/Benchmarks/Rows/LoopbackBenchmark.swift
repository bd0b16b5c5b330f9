internal import CBareLoop
internal import Glibc

/// Wire to wire on loopback: from the venue's send of a depth message to its having read the whole order.
enum LoopbackBenchmark {
    static let key = String(repeating: "k", count: 64)
    static let secret = String(repeating: "s", count: 64)

    private struct Result {
        var p50: Double
        var p99: Double
        var processor: Double
    }

    static func run(_ settings: BenchmarkSettings, progress: (String) -> Void) -> [BenchmarkRow] {
        let excludes =
            "TLS, and any network but loopback. 1,000 messages/s of 20 levels over WebSocket; for each the client decodes,"
            + " decides, signs with HMAC and posts on a keep-alive connection. Both clients sleep in epoll; the server"
            + " spins. Server and clients are processes of their own, turn by turn."
        var p50 = BenchmarkRow("loopback wire to wire, p50", unit: "µs", excludes: excludes)
        var p99 = BenchmarkRow("loopback wire to wire, p99", unit: "µs", excludes: excludes)
        p50.budget = BenchmarkRow.Budget(.ratio, 1.15)
        var (ours, bare) = ([Result](), [Result]())
        for turn in 1...settings.loopbackRuns {
            progress("measuring loopback, turn \(turn) of \(settings.loopbackRuns)")
            for name in turn % 2 == 1 ? ["client", "bare-client"] : ["bare-client", "client"] {
                guard let result = measure(name, settings) else {
                    return [p50.skipped("\(name) failed"), p99.skipped("\(name) failed")]
                }
                if name == "client" { ours.append(result) } else { bare.append(result) }
            }
        }
        func fill(_ row: inout BenchmarkRow, _ value: (Result) -> Double) {
            row.ours = BenchmarkRow.Spread(ours.map(value))
            row.references = [
                BenchmarkRow.Reference("bare C on epoll", bare.map(value), ours: ours.map(value))
            ]
            row.repetitions = settings.loopbackRuns
        }
        fill(&p50, \.p50)
        fill(&p99, \.p99)
        let processor = (BenchmarkRow.Spread(ours.map(\.processor)), BenchmarkRow.Spread(bare.map(\.processor)))
        var remark =
            "Processor time of the client per message: \(Benchmarks.text(processor.0.median)) µs, bare C"
            + " \(Benchmarks.text(processor.1.median)) µs."
        if BenchmarkRow.Spread(bare.map(\.p99)).median > 1_000 {
            // A bare client that waits a millisecond for a processor says nothing about either client.
            remark +=
                " The machine was busy: even the bare client had to wait for a processor. Measure again when it is quiet."
        }
        p50.remark = remark
        return [p50, p99]
    }

    /// One run of one client against the server.
    private static func measure(_ client: String, _ settings: BenchmarkSettings) -> Result? {
        let messages = settings.quick ? 300 : 2_000
        let warmUp = settings.quick ? 100 : 200
        guard let server = ChildProcess(settings, ["feed", "\(messages)", "\(warmUp)", "1000"]),
            let port = server.readLine(), let process = ChildProcess(settings, [client, port]),
            let report = server.readLine()
        else { return nil }
        let numbers = report.split(separator: " ").compactMap { Int64($0) }
        let usage = process.wait()
        guard usage.status == 0, server.wait().status == 0, numbers.count == 5, numbers[0] == Int64(messages) else {
            return nil
        }
        return Result(
            p50: Double(numbers[1]) / 1_000, p99: Double(numbers[3]) / 1_000,
            processor: usage.processorMicroseconds / Double(messages))
    }

    // MARK: In the children

    /// Prints the port, serves one run, prints `answered p50 p90 p99 max` in nanoseconds.
    static func serveFeed(_ arguments: [String]) -> Int32 {
        let numbers = arguments.compactMap { Int32($0) }
        guard numbers.count == 3 else { return 64 }
        boundLifetime()
        pin(0)
        var port: UInt16 = 0
        let listener = bare_feed_listen(&port)
        guard listener >= 0 else { return 71 }
        say("\(port)")
        var report = bare_feed_report()
        guard bare_feed_serve(listener, numbers[0], numbers[1], numbers[2], &report) == 0 else { return 70 }
        say("\(report.answered) \(report.p50) \(report.p90) \(report.p99) \(report.max)")
        return 0
    }

    static func runBareClient(_ arguments: [String]) -> Int32 {
        guard let port = arguments.first.flatMap({ UInt16($0) }) else { return 64 }
        boundLifetime()
        pin(1)
        return bare_client_run(port, key, secret) > 0 ? 0 : 70
    }

    static func runClient(_ arguments: [String]) -> Int32 {
        guard let port = arguments.first.flatMap({ UInt16($0) }) else { return 64 }
        boundLifetime()
        pin(1)
        return LoopbackClient.run(port: port)
    }

    /// Server and client each get a processor, where there are two.
    private static func pin(_ processor: Int32) {
        if Machine.cores > 1 { bare_pin(processor) }
    }

    /// A child whose parent forgot it ends by itself.
    private static func boundLifetime() { alarm(60) }

    private static func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}
