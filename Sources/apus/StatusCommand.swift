internal import CommandLineKit
internal import TerminalUI
internal import Wire

/// `apus status`: the bot and its markets on one page.
enum StatusCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let bot = try BotConnection(arguments)
        let report = try BotReport(bot)
        Console.out(
            arguments.flag("json") ? report.json : report.lines(width: max(100, Console.width)).joined(separator: "\n"))
        return .success
    }
}

/// What a running bot tells about itself, read at one moment.
struct BotReport {
    let bot: JSONValue
    let profit: JSONValue
    let limits: JSONValue

    init(_ connection: BotConnection) throws {
        bot = try connection.get("/api/markets")
        profit = try connection.get("/api/pnl")
        limits = try connection.get("/api/limits")
    }

    var json: String {
        JSONValue.object([
            JSONMember("bot", bot), JSONMember("pnl", profit), JSONMember("limits", limits["limits"] ?? .null),
        ]).compact
    }

    var state: String {
        if let reason = bot["halted"]?.text { return "halted: \(reason)" }
        if bot["paused"]?.boolean == true { return "paused" }
        return bot.shown("state")
    }

    var uptime: String {
        let seconds = bot["uptime_seconds"]?.numeral.flatMap { Int64($0.prefix { $0 != "." }) }
        guard let seconds else { return "" }
        return ", up \(seconds / 3_600) h \(seconds / 60 % 60) min \(seconds % 60) s"
    }

    func lines(width: Int) -> [String] {
        var lines = ["\(state): \(bot.shown("template")) on \(bot.shown("venue"))\(uptime)", ""]
        lines += marketTable.lines(width: width)
        lines += [""] + profitTable.lines(width: width)
        let tight = (limits["limits"]?.elements ?? []).filter {
            ["near", "reached"].contains($0["state"]?.text ?? "")
        }
        for limit in tight {
            let place = limit["market"]?.text.map { " of \($0)" } ?? ""
            lines.append(
                "limit \(limit.shown("state")): \(limit.shown("name"))\(place), \(limit.shown("used")) of "
                    + limit.shown("value"))
        }
        return lines
    }

    private var marketTable: TableText {
        var table = TableText([
            .init("market"), .init("bid", .right), .init("ask", .right), .init("our bid", .right),
            .init("our ask", .right), .init("position", .right), .init("orders", .right), .init("note"),
        ])
        for market in bot["markets"]?.elements ?? [] {
            let quotes = market["quotes"] ?? .null
            let note = market["withheld"]?.text ?? market["absence"]?.text ?? ""
            table.append([
                market.shown("market"), market.shown("bid"), market.shown("ask"), quotes.shown("bid"),
                quotes.shown("ask"), market.shown("position"), market.shown("open_orders"), note,
            ])
        }
        return table
    }

    private var profitTable: TableText {
        var table = TableText(
            [.init("profit")]
                + ["spread", "inventory", "fees", "funding", "net", "fills", "volume"].map { .init($0, .right) })
        let markets = (profit["markets"]?.elements ?? []).map { ($0.shown("market"), $0) }
        for (name, row) in markets + [("total", profit["total"] ?? .null)] where markets.count != 1 || name != "total" {
            table.append([
                name, row.shown("spread"), row.shown("inventory"), row.shown("fees"), row.shown("funding"),
                row.shown("net"), row.shown("fills"), row.shown("volume"),
            ])
        }
        return table
    }
}
