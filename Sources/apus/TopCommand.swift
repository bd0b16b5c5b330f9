internal import CommandLineKit
internal import Fundamentals
internal import SystemIO
internal import TerminalUI
internal import Wire

/// `apus top`: the report of `apus status`, limits and log, again and again until Ctrl-C.
enum TopCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let bot = try BotConnection(arguments)
        guard Console.writesToTerminal, !arguments.flag("json") else {
            let report = try BotReport(bot)
            Console.out(arguments.flag("json") ? report.json : try page(bot, (100, 50)).joined(separator: "\n"))
            return .success
        }
        let loop = try EventLoop()
        var isOver = false
        let signals = try SignalWatcher(loop: loop, [.interrupt, .terminate]) { _ in isOver = true }
        defer { withExtendedLifetime(signals) {} }
        var diff = PanelDiff()
        var lastSize = (columns: 0, rows: 0)
        Console.out(PanelDiff.enter, terminator: "")
        defer { Console.out(PanelDiff.leave, terminator: "") }
        while !isOver {
            let size = terminalSize(1) ?? (columns: 80, rows: 24)
            if size != lastSize { diff.invalidate() }
            lastSize = size
            Console.out(diff.update(to: try page(bot, size)), terminator: "")
            var isDue = false
            loop.refreshClocks()
            loop.schedule(after: .milliseconds(500)) { isDue = true }
            try loop.run { isDue || isOver }
        }
        return .success
    }

    /// As many lines as there is room for: the report, every limit, then the newest log lines.
    private static func page(_ bot: BotConnection, _ size: (columns: Int, rows: Int)) throws -> [String] {
        let report = try BotReport(bot)
        var lines = report.lines(width: size.columns)
        var table = TableText([
            .init("limit"), .init("market"), .init("used", .right), .init("of", .right), .init("state"),
        ])
        for limit in report.limits["limits"]?.elements ?? [] where limit["used"]?.text != nil {
            table.append([
                limit.shown("name"), limit.shown("market"), limit.shown("used"), limit.shown("value"),
                limit.shown("state"),
            ])
        }
        lines += [""] + table.lines(width: size.columns)
        let log = try bot.get("/api/bot/logs?limit=50")["logs"]?.elements?.compactMap(\.text) ?? []
        let room = max(0, size.rows - lines.count - 1)
        lines += [""] + log.suffix(room).map { String(DisplayWidth.safe($0).prefix(size.columns)) }
        return Array(lines.prefix(size.rows))
    }
}
