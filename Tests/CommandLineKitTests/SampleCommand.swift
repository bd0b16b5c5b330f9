import CommandLineKit

enum Mode: String, CaseIterable { case synthetic, recorded }

/// A command tree with one of everything.
let sample = Command(
    "demo", abstract: "show how commands are described",
    options: [
        Option("log-level", kind: .choice(["DEBUG", "INFO"]), environment: "DEMO_LOG", help: "Least level shown.")
    ],
    flags: [.json],
    subcommands: [
        Command(
            "venue", abstract: "run a local exchange",
            discussion: "Listens on loopback unless told otherwise.\n\nStops on SIGINT.", group: "Worlds",
            arguments: [Argument("name", kind: .choice(["aster", "binance"]), help: "Which venue to be.")],
            options: [
                Option(
                    "listen", short: "l", kind: .endpoint, defaultText: "127.0.0.1:0",
                    help: "Where to listen; port 0 lets the system choose one."),
                Option("seed", kind: .count, help: "Seed of the order flow."),
                Option(
                    "flow", kind: .choice(["synthetic", "recorded"]), valueName: "KIND", help: "Where orders come from."
                ),
                Option("set", valueName: "PATH=VALUE", repeats: true, help: "Change one value."),
                Option("wait", kind: .duration, help: "How long to wait."),
                Option("fee", kind: .decimal, help: "Fee rate."),
                Option("rounds", kind: .range, help: "Which rounds to play."),
            ],
            flags: [
                Flag("quiet", short: "q", help: "Say less."),
                Flag("verify", short: "v", isNegatable: true, isOnByDefault: true, help: "Check everything."),
            ],
            examples: [Example("demo venue aster --seed 7", "The same market every time.")]),
        Command(
            "check", abstract: "check files",
            arguments: [Argument("file", kind: .file, repeats: true, help: "Files to check.")]),
        Command(
            "book", abstract: "look into the book",
            subcommands: [
                Command(
                    "show", abstract: "print it",
                    arguments: [Argument("depth", kind: .anyInteger, isOptional: true, help: "Levels.")])
            ]),
    ])

func parse(_ line: String, _ environment: [String: String] = [:]) throws(UsageError) -> ParseOutcome {
    try sample.parse(line.split(separator: " ").map(String.init), environment: environment)
}

func arguments(_ line: String, _ environment: [String: String] = [:]) throws -> ParsedArguments {
    guard case .run(let parsed) = try parse(line, environment) else { throw UnexpectedOutcome() }
    return parsed
}

struct UnexpectedOutcome: Error {}
