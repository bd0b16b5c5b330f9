internal import CommandLineKit
internal import ControlAPI
internal import Fundamentals
internal import SystemIO
internal import Wire

/// `apus start`, `stop`, `flatten`, `cancel-all`: one command of a person to a running bot, and the wait until it is done.
enum OperateCommand {
    static func start(_ arguments: ParsedArguments) throws -> ExitCode {
        let bot = try BotConnection(arguments)
        if arguments.flag("resume") { _ = try bot.post("/api/resume", #"{"confirm":true}"#) }
        let isStopped = try bot.get("/api/markets")["state"]?.text == "stopped"
        let isPaused = try bot.get("/api/markets")["paused"]?.boolean == true
        // A halt that was lifted is quoting again already.
        guard !arguments.flag("resume") || isStopped || isPaused else {
            return tell(arguments, .object([JSONMember("status", .string("resumed"))]), "resumed")
        }
        return tell(arguments, try bot.post("/api/bot/start"), "started")
    }

    static func stop(_ arguments: ParsedArguments) throws -> ExitCode {
        let bot = try BotConnection(arguments)
        var progress = ProgressLine("stopping", isTerminal: Console.talksToTerminal, at: wallClock())
        if Console.talksToTerminal { Console.talk("cancelling everything, and asking the venue") }
        var reply = try bot.post("/api/bot/stop", patience: .seconds(60))
        while reply["status"]?.text == "stopping" {
            let look = try bot.get("/api/markets")
            let open = look["resting_at_venue"]?.integer ?? 0
            if let line = progress.update(done: open, total: 0, at: wallClock()) { Console.talk(line, terminator: "") }
            if look["state"]?.text == "stopped" {
                reply = .object([
                    JSONMember("status", .string("stopped")), JSONMember("orders_open", .number("\(open)")),
                ])
            } else {
                bot.client.pause(.milliseconds(500))
            }
        }
        if let line = progress.finish() { Console.talk(line, terminator: "") }
        let open = reply["orders_open"]?.integer ?? 0
        let code = tell(
            arguments, reply,
            open == 0 ? "stopped: the venue confirmed that nothing rests" : "stopped, and \(open) orders may still rest"
        )
        return open == 0 ? code : .failure
    }

    static func cancelAll(_ arguments: ParsedArguments) throws -> ExitCode {
        let bot = try BotConnection(arguments)
        let reply = try bot.post("/api/cancel-all")
        let isDone = try wait(bot, "cancelling") { $0["open_orders"]?.integer == 0 }
        _ = tell(
            arguments, reply,
            isDone
                ? "everything is cancelled; apus start quotes again"
                : "pausing; some orders are not confirmed as cancelled yet, see apus status")
        return isDone ? .success : .temporaryFailure
    }

    static func flatten(_ arguments: ParsedArguments) throws -> ExitCode {
        let bot = try BotConnection(arguments)
        if !arguments.flag("yes") { try confirm(bot) }
        let reply = try bot.post("/api/flatten")
        let isDone = try wait(bot, "closing") { market in
            market["position"]?.text.map { $0.allSatisfy { "0.-".contains($0) } } ?? true
        }
        _ = tell(arguments, reply, isDone ? "every position is closed" : "closing; see apus status for what is left")
        return isDone ? .success : .temporaryFailure
    }

    /// Looks at the markets until each is as wanted, for at most half a minute.
    private static func wait(
        _ bot: BotConnection, _ title: String, until isDone: (JSONValue) -> Bool
    ) throws -> Bool {
        var progress = ProgressLine(title, isTerminal: Console.talksToTerminal, at: wallClock())
        defer { if let line = progress.finish() { Console.talk(line, terminator: "") } }
        let end = wallClock() + .seconds(30)
        while true {
            let markets = try bot.get("/api/markets")["markets"]?.elements ?? []
            let done = markets.filter(isDone).count
            if done == markets.count { return true }
            if wallClock() > end { return false }
            if let line = progress.update(done: Int64(done), total: Int64(markets.count), at: wallClock()) {
                Console.talk(line, terminator: "")
            }
            bot.client.pause(.milliseconds(200))
        }
    }

    private static func confirm(_ bot: BotConnection) throws {
        guard Console.talksToTerminal else {
            throw Failure(.usage, "flatten trades: pass --yes where nobody can be asked")
        }
        let markets = try bot.get("/api/markets")["markets"]?.elements ?? []
        let positions = markets.map { "\($0.shown("market")) \($0.shown("position"))" }.joined(separator: ", ")
        Console.talk("close \(positions) at the market's price? [y/N] ", terminator: "")
        let answer = String(decoding: Console.readLine(), as: UTF8.self).lowercased()
        guard answer.hasPrefix("y") else { throw Failure(.temporaryFailure, "nothing was done") }
    }

    private static func tell(_ arguments: ParsedArguments, _ reply: JSONValue, _ text: String) -> ExitCode {
        Console.out(arguments.flag("json") ? reply.compact : text)
        return .success
    }
}
