internal import CommandLineKit
internal import Configuration
internal import Fundamentals
internal import Notifications
internal import SystemIO
internal import Wire

/// `apus notify --config FILE --test`: a message through each channel, and what came back.
enum NotifyCommand {
    static let description = Command(
        "notify", abstract: "send a test message through the channels of alerts",
        discussion: """
            Sends one message, once, through every channel of the section notifications, or through the named ones, and says \
            what each service answered. Tokens and webhook addresses come from the environment or from .env beside the \
            configuration, and are never shown.

            Exit codes: 0 every channel has taken it, 69 at least one has not, 78 the configuration or a variable is wrong.
            """,
        group: "Set up",
        options: [
            Option("config", short: "c", kind: .file, isRequired: true, help: "The configuration."),
            Option(
                "channel", valueName: "N", repeats: true,
                help: "Only this channel, by name or by number from 1. May be repeated."),
        ] + CommandTree.overrides,
        flags: [.json, Flag("test", help: "Really send; without it the channels are only listed.")],
        examples: [
            Example("apus notify --config config.json", "list the channels, and say what is missing"),
            Example("apus notify --config config.json --test", "send a message through each"),
            Example("apus notify --config config.json --test --channel phone --json", "try one of them"),
        ])

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let bot = try LoadedBot(try arguments.required("config"), arguments)
        let configuration = try bot.configuration()
        let all = try AlertChannels.open(bot)
        guard !all.isEmpty else {
            throw Failure(
                .configuration, "no channels are configured: see \"notifications\" in what apus init writes")
        }
        let channels = try chosen(arguments.texts("channel"), of: all)
        guard arguments.flag("test") else {
            Console.out(arguments.flag("json") ? json(channels, []) : list(channels))
            return .success
        }
        let loop = try EventLoop()
        let symbols = configuration.markets.map(\.symbol).prefix(3).joined(separator: ", ")
        let message = Notification(
            .warning, title: "apus \(configuration.template.rawValue) \(symbols)",
            text: "This is a test: alerts of this bot arrive here.", at: wallClock())
        let trials = try ChannelTrial.run(
            message, through: channels, tls: try AlertChannels.trust(for: channels), on: loop,
            random: AlertChannels.random)
        Console.out(arguments.flag("json") ? json(channels, trials) : text(trials))
        return trials.allSatisfy(\.isDelivered) ? .success : .unavailable
    }

    private static func chosen(
        _ names: [String], of all: [NotificationChannel]
    ) throws -> [NotificationChannel] {
        guard !names.isEmpty else { return all }
        return try names.map { name in
            if let channel = all.first(where: { $0.name == name }) { return channel }
            if let number = Int(name), all.indices.contains(number - 1) { return all[number - 1] }
            let known = all.map(\.name).joined(separator: ", ")
            throw Failure(.usage, "no channel \(name): there are \(known), or numbers from 1 to \(all.count)")
        }
    }

    private static func list(_ channels: [NotificationChannel]) -> String {
        let lines = channels.map { "\($0.name): \($0.service.rawValue), \($0.minimumSeverity.rawValue) and worse" }
        return (lines + ["nothing was sent; --test sends a message through each"]).joined(separator: "\n")
    }

    private static func text(_ trials: [ChannelTrial]) -> String {
        trials.map { trial in
            let mark = trial.isDelivered ? Console.style.green("ok  ") : Console.style.red("FAIL")
            return "\(mark)  \(trial.channel.name): \(trial.outcome) (\(trial.took.milliseconds) ms)"
        }.joined(separator: "\n")
    }

    private static func json(_ channels: [NotificationChannel], _ trials: [ChannelTrial]) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.key("channels")
        json.beginArray()
        for (index, channel) in channels.enumerated() {
            json.beginObject()
            json.member("name", channel.name)
            json.member("type", channel.service.rawValue)
            json.member("minimum_severity", channel.minimumSeverity.rawValue)
            if trials.indices.contains(index) { write(trials[index], into: &json) }
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func write(_ trial: ChannelTrial, into json: inout JSONWriter) {
        json.member("delivered", trial.isDelivered)
        json.key("status")
        if let status = trial.status { json.integer(Int64(status)) } else { json.null() }
        json.member("outcome", trial.outcome)
        json.member("milliseconds", trial.took.milliseconds)
    }
}
