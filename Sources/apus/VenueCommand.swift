internal import CommandLineKit
internal import Exchange
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import Runtime
internal import SystemIO

/// `apus venue NAME`: a local exchange with the venue's real API.
enum VenueCommand {
    static let description = Command(
        "venue", abstract: "serve a local exchange that speaks a venue's real API",
        discussion: """
            The venue's paths, signatures, error codes, limits and streams, in front of a real matching engine. One \
            line of JSON on standard output says where it listens and with which keys; everything else goes to \
            standard error. It stops on SIGINT and SIGTERM.

            Faults for --chaos, each with a chance (1/100, 0.01) or a count (next:3): \
            \(AsterFault.allCases.map(\.rawValue).joined(separator: ", ")). Spans in milliseconds: reply-delay, \
            event-delay, silence, clock-skew. A fault can be bound to requests: 'reply-lost=next:1@POST /fapi/v1/order'. \
            The same settings can be posted to /apus/chaos while it runs; /apus/ledger?account=NAME shows its exact books.
            """,
        group: "Rehearse",
        arguments: [
            Argument("name", kind: .choice(["aster"]), help: "The venue."),
            Argument("key", kind: .file, isOptional: true, help: "With --tls: PEM file of the certificate's key."),
        ],
        options: [
            Option("listen", kind: .endpoint, defaultText: "127.0.0.1:0", help: "Where to listen; port 0 is any."),
            Option(
                "flow", defaultText: "synthetic",
                help: """
                    Who else trades: a recorded order book (CSV, also gzipped), or synthetic, which is as lively as \
                    BTCUSDT was measured for that market and as ASTERUSDT for others.
                    """),
            Option("seed", kind: .count, defaultText: "1", help: "Seed of all that is left to chance."),
            Option("speed", kind: .decimal, defaultText: "1", help: "How fast the flow runs."),
            Option("account", kind: .file, help: "JSON file of accounts; without it, one demo account."),
            Option(
                "market", valueName: "SYMBOL", repeats: true,
                help: "Symbol of a market; the first is the flow's. Without it, ASTERUSDT."),
            Option(
                "chaos", valueName: "NAME=CHANCE", repeats: true,
                help: "A fault, such as reply-lost=1/100."),
            Option(
                "tls", kind: .file, valueName: "CERT KEY", help: "PEM files of certificate and key; serves https, wss."),
        ],
        flags: [Flag("allow-remote", help: "Serve addresses that are not loopback.")],
        examples: [
            Example("apus venue aster", "a local Aster on a free port, with a demo account"),
            Example("apus venue aster --listen 127.0.0.1:8080 --chaos reply-lost=1/50", "one that loses replies"),
            Example("apus venue aster --tls cert.pem key.pem", "one that speaks https and wss"),
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
        let configuration = try configuration(arguments)
        let venue = try AsterServer(configuration: configuration, startingAt: loop.now)
        let host = try VenueHost(
            venue, flow: try flow(arguments, configuration, startingAt: loop.now), on: loop, settings(arguments))
        Console.out(host.readyLine)
        try withExtendedLifetime(watcher) { try loop.run() }
        host.stop()
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
        switch (arguments.text("tls"), arguments.text("key")) {
        case (let certificate?, let key?): settings.tls = (certificate, key)
        case (nil, nil): break
        default: throw VenueHostError("--tls takes two files: --tls CERT KEY")
        }
        return settings
    }

    private static func configuration(_ arguments: ParsedArguments) throws -> AsterServerConfiguration {
        var accounts = [AsterAccountDefinition.demo()]
        if let path = arguments.text("account") {
            accounts = try AsterAccountDefinition.parse(try readFile(path, limit: 1 << 20))
        }
        var chaos = AsterChaos()
        for setting in arguments.texts("chaos") {
            let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw VenueHostError("--chaos expects NAME=CHANCE, found '\(setting)'") }
            try chaos.apply(name: parts[0], value: parts[1])
        }
        let seed = try arguments.integer("seed") ?? 1
        return AsterServerConfiguration(
            accounts: accounts, markets: try markets(arguments), chaos: chaos, seed: UInt64(seed))
    }

    private static func markets(_ arguments: ParsedArguments) throws -> [MarketDefinition] {
        let given = arguments.texts("market")
        let recorded = VenueFlow.symbol(ofRecording: arguments.text("flow") ?? "")
        let symbols = given.isEmpty ? [recorded ?? "ASTERUSDT"] : given
        return try symbols.enumerated().map { index, symbol in
            guard let definition = AsterMarkets.definition(symbol, market: MarketID(index)) else {
                throw VenueHostError(
                    "--market \(symbol) is not known; known are \(AsterMarkets.symbols.joined(separator: ", "))")
            }
            return definition
        }
    }

    private static func flow(
        _ arguments: ParsedArguments, _ configuration: AsterServerConfiguration, startingAt now: Instant
    ) throws -> (any OrderFlow)? {
        try VenueFlow.open(
            arguments.text("flow") ?? "synthetic", configuration.markets, seed: configuration.seed, startingAt: now)
    }
}
