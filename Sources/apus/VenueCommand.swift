internal import CommandLineKit
internal import Exchange
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import Runtime
internal import SystemIO

/// A venue that `apus venue` serves.
struct ServedVenue: Sendable {
    /// As on the command line.
    let name: String
    let title: String
    let faults: [String]
    /// What is served where nothing else is asked for.
    let firstMarket: String
    let serve: @Sendable (ParsedArguments, EventLoop) throws -> Void
}

/// `apus venue NAME`: a local exchange with the venue's real API.
enum VenueCommand {
    static let venues: [ServedVenue] = [aster, extended, binance, ace, bitopro, max]
    private static let faults =
        venues.map { "on \($0.title): \($0.faults.joined(separator: ", "))" }.joined(separator: "; ")
    private static let firstMarkets = venues.map { "\($0.firstMarket) on \($0.title)" }.joined(separator: ", ")

    static let description = Command(
        "venue", abstract: "serve a local exchange that speaks a venue's real API",
        discussion: """
            The venue's paths, signatures, error codes, limits and streams, in front of a real matching engine. One \
            line of JSON on standard output says where it listens and with which keys; everything else goes to \
            standard error. It stops on SIGINT and SIGTERM.

            Faults for --chaos, each with a chance (1/100, 0.01) or a count (next:3), \
            \(faults). Spans in milliseconds: reply-delay, event-delay, \
            silence, clock-skew. A fault can be bound to requests: 'reply-lost=next:1@POST /api/v1/user/order'. \
            The same settings can be posted to /apus/chaos while it runs; /apus/ledger?account=NAME shows its exact books, and \
            on Extended /apus/log what the dead man's switch did.
            """,
        group: "Rehearse",
        arguments: [
            Argument("name", kind: .choice(venues.map(\.name)), help: "The venue."),
            Argument("key", kind: .file, isOptional: true, help: "With --tls: PEM file of the certificate's key."),
        ],
        options: [
            Option("listen", kind: .endpoint, defaultText: "127.0.0.1:0", help: "Where to listen; port 0 is any."),
            Option(
                "flow", valueName: "FLOW", defaultText: "synthetic", repeats: true,
                help: """
                    Who else trades: a recording (order book CSV, raw Binance frames, also gzipped), or synthetic, which \
                    is as lively as BTCUSDT was measured for that market and as ASTERUSDT for others. SYMBOL=FILE names \
                    the market that plays it; without a name it is the next one. Recordings of another asset are moved \
                    to the market's price, and begin anew when they end.
                    """),
            Option(
                "price", valueName: "SYMBOL=PRICE", repeats: true,
                help: "Where a market's synthetic flow begins, and whereto a recording of another asset is moved."),
            Option(
                "widen", valueName: "SYMBOL=SHARE", repeats: true,
                help: """
                    How much further from the middle the others stand in a market: 0.004 makes of a recorded market a thin one, \
                    in which a quote can be the best.
                    """),
            Option("seed", kind: .count, defaultText: "1", help: "Seed of all that is left to chance."),
            Option("speed", kind: .decimal, defaultText: "1", help: "How fast the flow runs."),
            Option("account", kind: .file, help: "JSON file of accounts; without it, one for demonstration."),
            Option(
                "market", valueName: "SYMBOL", repeats: true,
                help: "Symbol of a market. Without it, those of the flows, or \(firstMarkets)."),
            Option(
                "chaos", valueName: "NAME=CHANCE", repeats: true,
                help: "A fault, such as reply-lost=1/100."),
            Option(
                "tape", kind: .file,
                help: "Write what happens on the venue's own books, one line of JSON each, for `apus report`."),
            Option(
                "tls", kind: .file, valueName: "CERT KEY", help: "PEM files of certificate and key; serves https, wss."),
        ],
        flags: [
            Flag("allow-remote", help: "Serve addresses that are not loopback."),
            Flag("batch", help: "On ACE: serve the two batch routes that the venue never published."),
        ],
        examples: [
            Example("apus venue aster", "a local Aster on a free port, with an account for demonstration"),
            Example("apus venue extended --market BTC-USD --market ETH-USD", "a local Extended with two markets"),
            Example("apus venue aster --listen 127.0.0.1:8080 --chaos reply-lost=1/50", "one that loses replies"),
            Example("apus venue extended --tls cert.pem key.pem", "one that speaks https and wss"),
            Example(
                "apus venue extended --flow BTC-USD=usdm.gz --flow ETH-USD=spot.gz",
                "a local Extended whose markets play recordings"),
        ])

    /// Runs until a signal.
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        do {
            try serve(arguments)
            return .success
        } catch let error as UsageError {
            throw error
        } catch let error as FileError {
            throw Failure(.noInput, "venue: \(error)")
        } catch {
            throw Failure(.configuration, "venue: \(error)")
        }
    }

    private static func serve(_ arguments: ParsedArguments) throws {
        let loop = try EventLoop()
        let watcher = try SignalWatcher(loop: loop, [.interrupt, .terminate]) { _ in loop.stop() }
        defer { withExtendedLifetime(watcher) {} }
        guard let venue = venues.first(where: { $0.name == arguments.text("name") }) else {
            throw VenueHostError("expected one of \(venues.map(\.name).joined(separator: ", "))")
        }
        try venue.serve(arguments, loop)
    }

    /// Serves until a signal.
    static func host<Venue: LocalVenue & ExchangeBacked>(
        _ venue: Venue, _ markets: [VenueFlow.Market], _ arguments: ParsedArguments, on loop: EventLoop
    ) throws {
        let markets = try adjusted(markets, arguments)
        let flow = try VenueFlow.open(markets, seed: try seed(arguments), startingAt: loop.now)
        let host = try VenueHost(venue, flow: flow, on: loop, settings(arguments))
        Console.out(host.readyLine)
        try loop.run()
        host.stop()
    }

    /// With the prices and widths that were asked for.
    private static func adjusted(_ markets: [VenueFlow.Market], _ arguments: ParsedArguments) throws -> [VenueFlow
        .Market]
    {
        var markets = markets
        for (option, expected) in [("price", "a price on its tick"), ("widen", "a share below 0.5, such as 0.004")] {
            for text in arguments.texts(option) {
                let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, let value = ExactDecimal(parts[1]), value.mantissa > 0,
                    let index = markets.firstIndex(where: { $0.instrument.symbol.lowercased() == parts[0].lowercased() }
                    )
                else {
                    throw VenueHostError("--\(option) expects SYMBOL=… of a market that is served, found '\(text)'")
                }
                let half = Rate.one.parts / 2
                if option == "price", markets[index].instrument.price(value) != nil {
                    markets[index].startPrice = value
                } else if option == "widen", let share = value.int64(atScale: Rate.scale), share < half {
                    markets[index].widening = Rate(parts: share)
                } else {
                    throw VenueHostError("--\(option) \(parts[0]) expects \(expected), found '\(parts[1])'")
                }
            }
        }
        return markets
    }

    static func known<Value>(_ value: Value?, _ symbol: String) throws -> Value {
        guard let value else { throw VenueHostError("the market \(symbol) is not known") }
        return value
    }

    private static func settings(_ arguments: ParsedArguments) throws -> VenueHostSettings {
        var settings = VenueHostSettings()
        if let endpoint = try arguments.endpoint("listen") {
            settings.host = endpoint.host
            settings.port = endpoint.port
        }
        settings.allowsRemote = arguments.flag("allow-remote")
        guard let speed = try arguments.decimal("speed").flatMap({ ExactDecimal($0)?.int64(atScale: 3) }), speed > 0
        else { throw VenueHostError("--speed must be positive, with at most three decimals") }
        settings.speedPermille = speed
        settings.tapePath = arguments.text("tape")
        switch (arguments.text("tls"), arguments.text("key")) {
        case (let certificate?, let key?): settings.tls = (certificate, key)
        case (nil, nil): break
        default: throw VenueHostError("--tls takes two files: --tls CERT KEY")
        }
        return settings
    }

    static func accountFile(_ arguments: ParsedArguments) throws -> [UInt8]? {
        try arguments.text("account").map { try readFile($0, limit: 1 << 20) }
    }

    static func seed(_ arguments: ParsedArguments) throws -> UInt64 {
        UInt64(try arguments.integer("seed") ?? 1)
    }

    static func chaos<Fault: VenueFault>(_ arguments: ParsedArguments) throws -> VenueChaos<Fault> {
        var chaos = VenueChaos<Fault>()
        for setting in arguments.texts("chaos") {
            let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw VenueHostError("--chaos expects NAME=CHANCE, found '\(setting)'") }
            try chaos.apply(name: parts[0], value: parts[1])
        }
        return chaos
    }
}
