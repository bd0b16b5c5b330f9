internal import CommandLineKit

/// The commands that talk to a running bot, as `CommandTree` lists them.
enum ControlCommands {
    static let all = [status, start, stop, flatten, cancelAll, logs, top]

    /// What `apus run` says about its control API.
    static let runOptions = [
        Option(
            "control", kind: .endpoint,
            help: "Serve the control API here; port 0 is any. The process then lives on when the bot is stopped."),
        Option(
            "control-host", valueName: "NAME", repeats: true,
            help: "Another name that clients of the control API may call it by."),
    ]
    static let runFlags = [
        Flag("control-allow-remote", help: "Serve the control API on an address that is not loopback, unencrypted."),
        Flag("control-no-auth", help: "Ask clients of the control API for no token; loopback only."),
    ]

    private static let options = [
        Option("control", kind: .endpoint, help: "The bot's control API; without it, the one that runs here."),
        Option(
            "token-file", kind: .file, help: "Its token; without it, the one in its state directory."),
        Option(
            "state-directory", kind: .file, environment: "APUS_STATE_DIRECTORY",
            help: "Where bots leave their addresses. Default: as for apus run."),
    ]

    private static func command(
        _ name: String, _ abstract: String, _ discussion: String, options more: [Option] = [],
        flags: [Flag] = [], _ examples: [Example]
    ) -> Command {
        Command(
            name, abstract: abstract, discussion: discussion, group: "Operate", options: more + options,
            flags: [.json] + flags, examples: examples)
    }

    private static let status = command(
        "status", "show what a running bot does", "Exit code 69 when none runs.",
        [Example("apus status", "state, quotes, positions and profit of the bot that runs here")])

    private static let start = command(
        "start", "start a bot that was stopped, or resume one that pauses",
        "A halt, by a limit or by the kill switch, stays until --resume lifts it.",
        flags: [Flag("resume", help: "Lift a halt first.")],
        [
            Example("apus start", "quote again after apus stop or apus cancel-all"),
            Example("apus start --resume", "the same after a halt"),
        ])

    private static let stop = command(
        "stop", "stop quoting, cancel everything, and wait until the venue confirms it",
        "The process lives on; apus start begins anew. Exit code 1 when orders may still rest.",
        [Example("apus stop", "leave nothing resting")])

    private static let flatten = command(
        "flatten", "close every position with reduce-only market orders",
        "Pays the spread and taker fees; asks first unless --yes is given.", flags: [.yes],
        [Example("apus flatten --yes", "close everything now")])

    private static let cancelAll = command(
        "cancel-all", "cancel every order and quote nothing until apus start",
        "The connection stays, and the dead man's switch armed.",
        [Example("apus cancel-all", "step back, and keep the connection")])

    private static let logs = command(
        "logs", "show the newest log lines of a running bot",
        "With --follow, events come over the control API and resume where a broken connection left off.",
        options: [Option("lines", short: "n", kind: .integer(1...1_000), defaultText: "50", help: "How many.")],
        flags: [Flag("follow", short: "f", help: "Then show what happens, until Ctrl-C.")],
        [Example("apus logs -f", "follow orders, fills and incidents")])

    private static let top = command(
        "top", "watch a running bot in the terminal",
        "A live panel; Ctrl-C leaves it, and the bot goes on. Without a terminal, one picture.",
        [Example("apus top", "the panel of a bot that runs in the background")])
}
