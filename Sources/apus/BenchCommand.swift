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
        if arguments.flag("papers") { return try papers(arguments) }
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

    /// The papers' own numbers: a row that is off is an error.
    private static func papers(_ arguments: ParsedArguments) throws -> ExitCode {
        var settings = Papers.Settings(dataFolder: arguments.text("data"))
        settings.seed = UInt64(try arguments.integer("seed") ?? 1)
        if arguments.flag("quick") { settings.paths = 10_000 }
        let rows = Papers.run(settings) { step in
            if Console.talksToTerminal { Console.talk("\r\u{1B}[K\(step)", terminator: "") }
        }
        if Console.talksToTerminal { Console.talk("\r\u{1B}[K", terminator: "") }
        Console.out(arguments.flag("json") ? Papers.json(rows) : PaperTable.text(rows))
        let off = rows.count { !$0.holds }
        guard off == 0 else { throw Failure(.software, "\(off) of \(rows.count) numbers are off") }
        return .success
    }
}
