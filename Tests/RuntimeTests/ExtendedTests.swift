internal import Configuration
internal import Cryptography
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import Observability
internal import SystemIO
import Testing
internal import TradingEngine
internal import VenueExtended
internal import VenueKit
internal import Wire

@testable internal import Runtime

/// Bot and local venue of Extended on one loop: one thread, real sockets.
final class ExtendedStage {
    let loop: EventLoop
    let venue: VenueHost<ExtendedServer>
    let host: BotHost
    private let directory = TemporaryDirectory()

    init(_ symbols: [String], _ overrides: [String] = []) throws {
        loop = try EventLoop()
        let now = loop.now
        let definitions = try symbols.enumerated().map {
            try #require(ExtendedMarkets.definition($1, market: MarketID($0)))
        }
        let server = try ExtendedServer(
            configuration: ExtendedServerConfiguration(accounts: [.demo()], markets: definitions, seed: 5),
            startingAt: now)
        let played = try definitions.map {
            VenueFlow.Market(
                $0.instrument, startPrice: try #require(ExtendedMarkets.price($0.name)), flow: .synthetic)
        }
        venue = try VenueHost(server, flow: try VenueFlow.open(played, seed: 5, startingAt: now), on: loop)
        let address = venue.address.description
        let texts = ["endpoints.rest=http://\(address)", "endpoints.stream=ws://\(address)"] + overrides
        let sources = ConfigurationSources(
            file: SourceFile(name: "config.json", text: Template.render(.extendedAvellaneda)), environment: [:],
            overrides: try texts.map { try #require(ConfigurationOverride($0)) })
        let loaded = BotConfiguration.load(sources)
        let account = server.configuration.accounts[0]
        host = BotHost(
            loaded, try #require(loaded.configuration, "\(loaded.issues)"), sources: sources,
            credentials: .extended(
                try ExtendedCredentials(
                    apiKey: Secret(account.apiKey), vault: account.vault,
                    privateKey: try #require(account.privateKey))),
            directory: try StateDirectory(
                base: directory.path + "/state", venue: "extended", account: "test",
                environment: ["XDG_RUNTIME_DIR": directory.path + "/run"]),
            log: Log(level: .error, sinks: []), on: loop)
    }

    func turn(_ what: Comment, until condition: () -> Bool) throws {
        var isLate = false
        let timer = loop.schedule(after: .seconds(20)) { isLate = true }
        defer { loop.cancel(timer) }
        try loop.run { isLate || condition() }
        try #require(!isLate, what)
    }

    /// Every market has been quoted on both sides.
    var isQuoting: Bool {
        host.frame?.status.map { $0.markets.allSatisfy { $0.counts.placed >= 2 } } ?? false
    }
}

@Suite(.serialized) struct `A whole run against the local Extended` {
    @Test func `quotes several markets, stops, starts again, and the ledgers agree`() throws {
        let stage = try ExtendedStage(["BTC-USD", "ETH-USD"])
        for _ in 0..<2 {
            try stage.host.start()
            try stage.turn("it quotes") { stage.isQuoting }
            let armed = stage.host.frame?.status?.markets.allSatisfy { $0.isSwitchArmed == true }
            #expect(armed == true, "armed before the first quote")
            try stage.host.stop()
            try stage.turn("it stops") { stage.host.state == .stopped }
            #expect(stage.host.lastEnding == .stopped)
            let summary = SessionSummary(stage.host.frame, ending: .stopped, configuration: stage.host.configuration)
            let json = try JSONValue.parse(Array(summary.json.utf8))
            #expect(json["orders_open_after"]?.integer == 0)
            #expect(json["unresolved_after"]?.integer == 0)
            #expect(json["venue_ledger_difference"]?.text.flatMap { Cash($0) } == .zero)
            #expect(json["total"]?["identity_residual"]?.text.flatMap { Cash($0) } == .zero)
            #expect(json["markets"]?.elements?.map { $0["symbol"]?.text } == ["BTC-USD", "ETH-USD"])
            #expect(json["dead_mans_switch_armed"]?.boolean == false, "let go on a clean exit")
        }
    }

    @Test func `orders signed for another chain are never sent`() throws {
        let stage = try ExtendedStage(["BTC-USD", "ETH-USD"], ["use_testnet=false"])
        try stage.host.start()
        try stage.turn("it is refused") { stage.host.state == .stopped }
        guard case .refused(let reason)? = stage.host.lastEnding else {
            Issue.record("expected a refusal, found \(String(describing: stage.host.lastEnding))")
            return
        }
        #expect(reason.contains("SN_SEPOLIA"), "\(reason)")
    }
}
