internal import CommandLineKit
internal import Fundamentals
internal import SystemIO
internal import TerminalUI
internal import Wire

/// `apus top`: the panel of `apus run` for a bot in another process, until Ctrl-C.
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

    private static func page(_ bot: BotConnection, _ size: (columns: Int, rows: Int)) throws -> [String] {
        let report = try BotReport(bot)
        let orders = try bot.get("/api/orders")["orders"]?.elements ?? []
        let log = try bot.get("/api/bot/logs?limit=50")["logs"]?.elements?.compactMap(\.text) ?? []
        return Panel.render(
            report.panel(orders: orders, log: log), width: size.columns, height: size.rows,
            colour: Console.style.isEnabled)
    }
}
