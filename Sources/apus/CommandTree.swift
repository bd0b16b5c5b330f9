internal import Benchmarks
internal import CommandLineKit
internal import Configuration

/// Every command of `apus`, described once: parsing, help, completions and the manual page follow from it.
enum CommandTree {
    static let root = Command(
        "apus",
        abstract: "quote two-sided markets, and prove afterwards what was done",
        discussion: """
            A market maker for perpetuals on Aster and Extended. `apus init` writes a commented configuration, `apus venue` \
            serves a local exchange with the venue's real API to rehearse against, `apus doctor` looks before the first live \
            run, and `apus run` quotes, there as here.

            Results go to standard output, talk goes to standard error. Exit codes follow sysexits: 64 usage, 65 bad data, \
            66 no input, 69 unavailable, 75 try again, 77 no permission, 78 configuration.
            """,
        examples: [
            Example("apus init extended-avellaneda", "write a commented config.json"),
            Example("apus venue extended", "start a local exchange with Extended's real API"),
            Example("apus venue aster", "start one with Aster's"),
            Example("apus run config.json", "quote"),
        ],
        subcommands: [
            initialize, check, doctor, NotifyCommand.description, sign, run,
        ] + ControlCommands.all + [
            VenueCommand.description, ReportCommand.description, ExerciseCommand.description, simulate, bench, completions, manual,
        ])

    private static let configFile = Argument("file", kind: .file, help: "The configuration, JSON with comments.")
    static let overrides = [
        Option(
            "symbol", valueName: "SYMBOL",
            help: "Trade this symbol instead of the one in the file; of several markets, this one only."),
        Option(
            "set", valueName: "PATH=VALUE", repeats: true,
            help: "Override one field, for example --set limits.max_position_usd=50 or --set markets.*.alpha=0.1."),
    ]

    private static let initialize = Command(
        "init", abstract: "write a commented configuration",
        discussion: """
            Templates: \(Template.allCases.map { "\($0.rawValue) (\($0.abstract))" }.joined(separator: "; ")).

            --from takes the config.json (for the mirrors: the mm_config.ini) of the bot that a template comes from, writes ours \
            with the same values, and reports every key: kept, converted, added, ignored or unknown. Secrets in it are not copied. A value that is wrong has \
            exit code 65, and nothing is written.
            """,
        group: "Set up",
        arguments: [
            Argument(
                "template", kind: .choice(Template.allCases.map(\.rawValue)), help: "Which bot to configure.")
        ],
        options: [
            Option(
                "output", short: "o", kind: .file, defaultText: "config.json",
                help: "Where to write it; - for standard output."),
            Option(
                "from", kind: .file,
                help: "Take the values of this original config.json (extended-…) or mm_config.ini (binance-…-mirror)."),
        ],
        flags: [
            Flag("force", short: "f", help: "Replace an existing file."),
            Flag("json", help: "Write the report of --from as JSON to standard output."),
        ],
        examples: [
            Example("apus init extended-avellaneda", "write the configuration of the bot for many markets"),
            Example("apus init aster-cycle -o cycle.json", "write the one-sided cycle's configuration"),
            Example(
                "apus init extended-avellaneda --from old/config.json -o config.json",
                "turn the original bot's configuration into ours"),
        ])

    private static let check = Command(
        "check", abstract: "validate a configuration and say what is wrong where",
        discussion: "Every problem is listed as FILE:LINE:COLUMN: field: what was found and what was expected.",
        group: "Set up",
        arguments: [
            Argument("file", kind: .file, isOptional: true, help: "The configuration; not needed with --schema.")
        ], options: overrides,
        flags: [.json, Flag("schema", help: "Print the JSON Schema of configurations and exit.")],
        examples: [
            Example("apus check config.json", "list the problems, or say that there are none"),
            Example("apus check config.json --symbol BNBUSDT", "check the configuration as it would run"),
            Example(
                "apus check config.json --set markets.BTC-USD.alpha=0.1", "check it with another value for one market"),
        ])

    private static let doctor = Command(
        "doctor", abstract: "check clock, name resolution, TLS, keys, account mode and rate headroom",
        discussion: """
            Compares the venue with the configuration: for Aster position mode and leverage, for Extended chain, vault and Stark \
            key; for both the rules, fees and leverage of every market, positions, open orders and how much of the rate limit is \
            left. Sends only requests that change nothing. Needs the credentials that `apus run` would use; without them it looks \
            at what is public.
            """,
        group: "Set up", arguments: [configFile], options: overrides, flags: [.json],
        examples: [Example("apus doctor config.json", "say whether a live run would start")])

    private static let sign = Command(
        "sign", abstract: "print the exact request that an order would become, without sending it",
        discussion: """
            Reads one order as JSON from standard input and sends nothing, nor asks for anything.

            aster: {"side":"BUY","type":"LIMIT","price":"1.8500","quantity":"20","timeInForce":"GTC"}. Keys, nonce and \
            signature are hidden in what is printed.

            extended: the members of the request's body (side, type, qty, price, postOnly, reduceOnly, timeInForce, \
            expiryEpochMillis, fee, nonce, id, …) and the market's "l2Config" as /info/markets gives it. Prints the body as \
            the official client would send it. Its signature is good for this one order; the private key is never shown.
            """,
        group: "Set up",
        arguments: [Argument("venue", kind: .choice(["aster", "extended"]), help: "Whose request to build.")],
        options: [Option("config", short: "c", kind: .file, isRequired: true, help: "The configuration.")] + overrides,
        flags: [.json],
        examples: [
            Example("apus sign aster --config config.json < order.json", "see what would be sent"),
            Example("apus sign extended --config config.json < order.json", "see an order's body, signed"),
        ])

    private static let run = Command(
        "run", abstract: "quote",
        discussion: """
            Starts by cancelling what an earlier start left behind, checks account and positions, arms the venue's dead man's \
            switch, then quotes every market of the configuration. Ctrl-C stops quoting, cancels, confirms with the venue and \
            prints the session's summary; a second Ctrl-C exits at once and leaves the rest to the switch.

            Keys come from the environment or from a .env file beside the configuration: ASTERDEX_API_KEY and \
            ASTERDEX_API_SECRET, or ASTERDEX_USER, ASTERDEX_SIGNER and ASTERDEX_PRIVATE_KEY; for Extended EXTENDED_API_KEY, \
            EXTENDED_VAULT and EXTENDED_PRIVATE_KEY. The templates for Extended trade on its test network until use_testnet \
            is false.
            """,
        group: "Trade", arguments: [configFile],
        options: overrides + [Option("duration", kind: .duration, help: "Stop cleanly after this long.")]
            + ControlCommands.runOptions,
        flags: [
            .json, Flag("headless", help: "No panel, even on a terminal."),
            Flag("resume", help: "Lift the halt that an earlier start latched."),
        ] + ControlCommands.runFlags,
        examples: [
            Example("apus run config.json", "quote until Ctrl-C, with the panel"),
            Example("apus run config.json --control 127.0.0.1:8000", "quote, and be steered over HTTP"),
            Example(
                "apus run config.json --headless --json --duration 1h",
                "quote for an hour, then print the summary as JSON"),
        ])

    private static let simulate = Command(
        "simulate", abstract: "run whole worlds from seeds and audit them",
        discussion: """
            Each seed draws markets, models, a network and its faults. Engine, venue session, signatures, request bytes and the \
            venue's local exchange run in one thread under virtual time; auditors on the venue's side check exposure, leftovers, \
            double submissions and ledgers. The same seed gives the same digest in debug and release builds.
            """,
        group: "Rehearse",
        options: [
            Option("seeds", kind: .range, defaultText: "1..10", help: "Which seeds to run."),
            Option(
                "venue", kind: .choice(["aster", "extended", "ace", "max", "all"]), defaultText: "all",
                help: "Worlds of one venue only; of all, the seed decides. ACE and MAX are targets of mirrors."),
        ],
        flags: [
            .json, Flag("mirror", help: "Worlds with two venues: a mirror on ACE or MAX, hedged on Binance."),
            Flag("digests", help: "Print one line a seed: the seed and its digest."),
            Flag("verbose", short: "v", help: "Print each world's last log lines."),
            Flag("trace", help: "Print every request, reply and decision of each world."),
        ],
        examples: [
            Example("apus simulate --seeds 1..40", "forty worlds"),
            Example("apus simulate --seeds 17 --verbose", "look at one of them"),
            Example("apus simulate --venue extended --seeds 1..60", "sixty worlds of Extended"),
            Example("apus simulate --mirror --seeds 1..30", "thirty worlds of a mirror and its hedge"),
        ])

    private static let bench = Command(
        "bench", abstract: "measure the hot paths beside a reference",
        group: "Rehearse",
        options: [
            Option(
                "data", kind: .file, environment: "APUS_DATA", help: "Folder of recordings for the rows that need them."
            ),
            Option(
                "only", kind: .choice(BenchmarkSettings.Group.allCases.map(\.rawValue)), repeats: true,
                help: "Measure only these rows."),
            Option("seed", kind: .count, defaultText: "1", help: "With --papers: seed of the simulated paths."),
        ],
        flags: [
            .json, Flag("papers", help: "Reproduce the tables of the papers instead, and fail where one is off."),
            Flag("quick", help: "Few repetitions: shows that the rows run, not how fast they are."),
        ],
        examples: [
            Example("apus bench", "print the table of BENCHMARKS.md"),
            Example("apus bench --papers", "the tables of Avellaneda–Stoikov and GLFT, computed anew"),
        ])

    private static let completions = Command(
        "completions", abstract: "print shell completions",
        group: "Help", arguments: [Argument("shell", kind: .choice(["bash", "zsh", "fish"]), help: "Which shell.")],
        examples: [Example("apus completions bash > ~/.local/share/bash-completion/completions/apus", "install them")])

    private static let manual = Command("manual", abstract: "print the manual page (roff)", group: "Help")
}
