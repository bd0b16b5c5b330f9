internal import CommandLineKit
internal import Fundamentals
internal import MarketModel
internal import SelfTradeExerciser
internal import SystemIO

/// `apus exercise self-trade`: reads what was typed, runs, reports.
enum SelfTradeRun {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let target = try readVenue(try arguments.required("venue"))
        let settings = try settings(arguments)
        let adapter = try target.adapter(symbol: arguments.text("symbol"))
        let reference = try arguments.text("reference").map { try readVenue($0) }
        if let reference, reference.name != "binance" {
            throw ExerciseError.settings("--reference expects a local Binance, found '\(reference.name)'")
        }
        let symbol = try arguments.required("reference-symbol")
        let loop = try EventLoop()
        let runner = try ExerciseRunner(
            SelfTradeExerciser(settings, adapter), on: target.address,
            reference: reference.map { ($0.address, symbol: symbol) }, loop: loop, seed: settings.seed)
        let watcher = try SignalWatcher(loop: loop, [.interrupt, .terminate]) { _ in runner.stop() }
        defer { withExtendedLifetime(watcher) {} }
        var result: ExerciseReport?
        runner.onEnd = { report in
            result = report
            loop.stop()
        }
        ApusExercise.talk("trading with itself on \(target.name) at \(target.address): a local exchange, no market")
        runner.start()
        try loop.run()
        guard let result else { return .software }
        if arguments.flag("json") {
            ApusExercise.out(result.json)
        } else {
            for line in result.lines(runner.instrument) { ApusExercise.out(line) }
        }
        return verdict(result, arguments)
    }

    private static func verdict(_ report: ExerciseReport, _ arguments: ParsedArguments) -> ExitCode {
        if case .failed(let error) = report.ending {
            ApusExercise.talk("apus exercise: \(error)")
            return ApusExercise.code(of: error)
        }
        guard report.isClean else { return .failure }
        if arguments.flag("expect-prevented"), report.selfTrades > 0 || report.prevented == 0 { return .failure }
        if arguments.flag("expect-printed"), report.selfTrades == 0 { return .failure }
        return .success
    }

    private static func settings(_ arguments: ParsedArguments) throws -> ExerciseSettings {
        func decimal(_ name: String) throws -> ExactDecimal {
            guard let value = try arguments.decimal(name).flatMap({ ExactDecimal($0) }), value.mantissa > 0 else {
                throw ExerciseError.settings("--\(name) must be positive")
            }
            return value
        }
        func span(_ name: String) throws -> TimeSpan { try arguments.duration(name) ?? .zero }
        guard let notional = Cash(try decimal("notional")) else {
            throw ExerciseError.settings("--notional has more than twelve decimals")
        }
        let caps = try ExerciseCaps(
            ordersPerMinute: Int(try arguments.integer("orders-per-minute") ?? 0), notional: notional,
            duration: try span("duration"))
        let pause = (try span("min-pause"), try span("max-pause"))
        guard pause.0 <= pause.1 else { throw ExerciseError.settings("--min-pause is above --max-pause") }
        let sizes = (try decimal("min-size"), try decimal("max-size"))
        guard let low = Cash(sizes.0), let high = Cash(sizes.1), low <= high else {
            throw ExerciseError.settings("--min-size is above --max-size")
        }
        let pattern = try arguments.choice("pattern", of: CrossPattern.self) ?? .both
        return ExerciseSettings(
            pattern: pattern, smallest: sizes.0, largest: sizes.1,
            volume: arguments.text("reference") == nil ? nil : try decimal("volume"), pause: pause.0...pause.1,
            caps: caps,
            rounds: try arguments.integer("rounds").map(Int.init), seed: UInt64(try arguments.integer("seed") ?? 1),
            epoch: UInt32(truncatingIfNeeded: wallClock().milliseconds / 1_000))
    }

    private static func readVenue(_ path: String) throws -> ReadyVenue {
        try ReadyVenue(readFile(path, limit: 1 << 20), from: path)
    }
}
