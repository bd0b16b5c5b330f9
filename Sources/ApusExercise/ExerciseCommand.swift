internal import CommandLineKit
internal import SelfTradeExerciser

/// What `apus exercise` understands.
enum ExerciseCommand {
    static let root = Command(
        "apus exercise", abstract: "exercise matching engines, on local exchanges only",
        examples: [Example("apus exercise self-trade ace.json --rounds 20", "twenty rounds of trading with itself")],
        subcommands: [selfTrade])

    private static let selfTrade = Command(
        "self-trade", abstract: "make an account trade with itself on a local exchange",
        discussion: """
            A load and a test for matching engines and their self-trade prevention. Each round places a buy and a sell that \
            meet, in the middle of the spread or at the touch, cancels both in a batch, and looks what became of them.

            On a real market this is wash trading, a crime in most places. So it connects only to loopback addresses, by \
            number, and only to exchanges that prove to be those of `apus venue`; every answer must say so. There is no \
            override, and the caps on rate, notional and duration have ceilings.

            VENUE is a file with the line of JSON that `apus venue ace|bitopro|max|binance` printed: it says where the venue \
            is, and with which keys.
            """,
        arguments: [Argument("venue", kind: .file, help: "What `apus venue` printed.")],
        options: [
            Option("symbol", valueName: "SYMBOL", help: "The market; without it, the venue's first."),
            Option(
                "pattern", kind: .choice(CrossPattern.allCases.map(\.rawValue)), defaultText: "both",
                help: "Cross in the middle of the spread, at the touch, or in turn."),
            Option(
                "reference", kind: .file,
                help: "What `apus venue binance` printed: its public trades bring the rounds, see --volume."),
            Option(
                "reference-symbol", valueName: "SYMBOL", defaultText: "BTCUSDT", help: "Whose trades on the reference."),
            Option(
                "volume", kind: .decimal, defaultText: "1",
                help: "With --reference: volume there that brings the next round, in its base asset."),
            Option("min-size", kind: .decimal, defaultText: "0.001", help: "Smallest order, in the base asset."),
            Option("max-size", kind: .decimal, defaultText: "0.01", help: "Largest order, in the base asset."),
            Option("min-pause", kind: .duration, defaultText: "100ms", help: "Shortest pause between rounds."),
            Option("max-pause", kind: .duration, defaultText: "500ms", help: "Longest pause between rounds."),
            Option("rounds", kind: .count, help: "End after so many rounds."),
            Option("duration", kind: .duration, defaultText: "1m", help: "End after this long; at most an hour."),
            Option(
                "orders-per-minute", kind: .count, defaultText: "120",
                help: "Most orders in a minute; at most \(ExerciseCaps.ceilingOrdersPerMinute)."),
            Option(
                "notional", kind: .decimal, defaultText: "10000000",
                help: "End before the orders' values sum to more, in the quote asset; at most 1000000000."),
            Option("seed", kind: .count, defaultText: "1", help: "Seed of sizes, sides and pauses."),
        ],
        flags: [
            Flag("json", help: "The report as JSON."),
            Flag("expect-prevented", help: "Fail if a self-trade was printed, or none was prevented."),
            Flag("expect-printed", help: "Fail if no self-trade was printed."),
        ],
        examples: [
            Example("apus venue ace > ace.json & apus exercise self-trade ace.json", "a minute of it on a local ACE"),
            Example(
                "apus exercise self-trade ace.json --reference binance.json --volume 5",
                "a round whenever five bitcoin traded on a local Binance"),
            Example(
                "apus exercise self-trade binance.json --symbol BTCUSDT --expect-prevented",
                "test that a venue's prevention holds"),
        ])
}
