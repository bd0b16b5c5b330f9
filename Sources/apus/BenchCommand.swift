internal import Benchmarks
internal import CommandLineKit
internal import Fundamentals
internal import Observability
internal import SystemIO

/// `apus bench`: the table of `BENCHMARKS.md`, measured here and now.
enum BenchCommand {
    /// What the benchmarks start this program with when a row needs a process of its own; not for people.
    static let childPrefix = ["bench", "--child"]

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        var settings = BenchmarkSettings(quick: arguments.flag("quick"), dataFolder: arguments.text("data"))
        settings.childPrefix = childPrefix
        let only = arguments.texts("only").compactMap(BenchmarkSettings.Group.init(rawValue:))
        if !only.isEmpty { settings.groups = only }
        let rows = Benchmarks.run(settings) { step in
            if Console.talksToTerminal { Console.talk("\r\u{1B}[K\(step)", terminator: "") }
        }
        if Console.talksToTerminal { Console.talk("\r\u{1B}[K", terminator: "") }
        if arguments.flag("json") {
            Console.out(Benchmarks.json(rows))
        } else {
            Console.out(Benchmarks.table(rows, date: Timestamp.date(wallClock())))
        }
        return .success
    }
}
