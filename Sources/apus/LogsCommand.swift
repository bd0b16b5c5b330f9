internal import CommandLineKit
internal import ControlAPI
internal import Wire

/// `apus logs`: what a running bot wrote, then what happens to it.
enum LogsCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let bot = try BotConnection(arguments)
        let isJSON = arguments.flag("json")
        let count = try arguments.integer("lines") ?? 50
        let lines = try bot.get("/api/bot/logs?limit=\(count)")
        if isJSON, !arguments.flag("follow") {
            Console.out(lines.compact)
        } else {
            for line in lines["logs"]?.elements ?? [] { Console.out(isJSON ? line.compact : line.text ?? "") }
        }
        guard arguments.flag("follow") else { return .success }
        do throws(ControlClientError) {
            try bot.client.follow { event in
                Console.out(isJSON ? json(event) : text(event))
                return true
            }
        } catch {
            throw BotConnection.failure(error)
        }
        return .success
    }

    private static func text(_ event: StreamedEvent) -> String {
        let data = try? JSONValue.parse(Array(event.data.utf8))
        let level = data?["severity"]?.text ?? data?["level"]?.text ?? event.name
        return "\(data?["at"]?.text ?? "") \(level.uppercased()) \(data?["text"]?.text ?? event.data)"
    }

    private static func json(_ event: StreamedEvent) -> String {
        let data = try? JSONValue.parse(Array(event.data.utf8))
        return JSONValue.object([
            JSONMember("id", .string(event.id)), JSONMember("event", .string(event.name)),
            JSONMember("data", data ?? .string(event.data)),
        ]).compact
    }
}
