internal import Configuration
internal import Cryptography
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import Observability
internal import SystemIO
import Testing
internal import TradingEngine
internal import VenueACE
internal import VenueBinance
internal import VenueKit
internal import Wire

@testable internal import Runtime

/// A mirror with both of its venues on one loop: one thread, real sockets.
final class MirrorStage {
    let loop: EventLoop
    let target: VenueHost<ACEServer>
    let reference: VenueHost<BinanceServer>
    let host: BotHost
    let log: Log
    private let directory = TemporaryDirectory()

    init(_ overrides: [String] = [], hasKeys: Bool = true, hasBatch: Bool = true) throws {
        loop = try EventLoop()
        target = try Self.ace(hasBatch: hasBatch, on: loop)
        reference = try Self.binance(on: loop)
        let (ace, binance) = (target.address.description, reference.address.description)
        let texts =
            [
                "endpoints.rest=http://\(ace)", "reference.rest=http://\(binance)", "reference.stream=ws://\(binance)",
                "execution.supports_batch=\(hasBatch)",
            ] + overrides
        let sources = ConfigurationSources(
            file: SourceFile(name: "config.json", text: Template.render(.binanceACEMirror)), environment: [:],
            overrides: try texts.map { try #require(ConfigurationOverride($0)) })
        let loaded = BotConfiguration.load(sources)
        let configuration = try #require(loaded.configuration, "\(loaded.issues)")
        let keys = SpotAccountDefinition.demo(of: "ace")
        let hedging = BinanceAccountDefinition.demo()
        log = Log(level: .info, sinks: [], recentCapacity: 1_000)
        let binanceKeys =
            hasKeys
            ? try BinanceCredentials(apiKey: Secret(hedging.apiKey), key: .hmac(Secret(hedging.apiSecret))) : nil
        host = BotHost(
            loaded, configuration, sources: sources,
            credentials: .mirror(
                .ace(ACECredentials(apiKey: keys.apiKey, secretKey: Secret(keys.apiSecret))), reference: binanceKeys),
            directory: try StateDirectory(
                base: directory.path + "/state", venue: "ace", account: "test",
                environment: ["XDG_RUNTIME_DIR": directory.path + "/run"]),
            log: log, on: loop)
    }

    private static func ace(hasBatch: Bool, on loop: EventLoop) throws -> VenueHost<ACEServer> {
        let definitions = try ["BTC/TWD", "USDT/TWD"].enumerated().map {
            try #require(ACEMarkets.definition($1, market: MarketID($0)))
        }
        var leeway = ACELeeway()
        leeway.hasBatchRoutes = hasBatch
        let server = try ACEServer(
            configuration: ACEServerConfiguration(
                accounts: [SpotAccountDefinition.demo(of: "ace")], markets: definitions, seed: 5, leeway: leeway),
            startingAt: loop.now)
        let played = try definitions.map {
            VenueFlow.Market(
                $0.instrument, startPrice: try #require(ACEMarkets.price($0.instrument.symbol)), flow: .synthetic)
        }
        return try VenueHost(server, flow: try VenueFlow.open(played, seed: 5, startingAt: loop.now), on: loop)
    }

    private static func binance(on loop: EventLoop) throws -> VenueHost<BinanceServer> {
        let definition = try #require(BinanceMarkets.definition("BTCUSDT", market: MarketID(0)))
        let server = try BinanceServer(
            configuration: BinanceServerConfiguration(
                accounts: [BinanceAccountDefinition.demo()], markets: [definition], seed: 6), startingAt: loop.now)
        let played = VenueFlow.Market(
            definition.instrument, startPrice: try #require(BinanceMarkets.price("BTCUSDT")), flow: .synthetic)
        return try VenueHost(server, flow: try VenueFlow.open([played], seed: 6, startingAt: loop.now), on: loop)
    }

    func turn(_ what: Comment, until condition: () -> Bool) throws {
        var isLate = false
        let timer = loop.schedule(after: .seconds(30)) { isLate = true }
        defer { loop.cancel(timer) }
        try loop.run { isLate || condition() }
        try #require(!isLate, "\(what): \(host.recentEvents.suffix(12))")
    }

    /// The whole ladder works: three levels a side.
    var isQuoting: Bool {
        guard let market = host.frame?.status?.markets.first else { return false }
        return market.orders.count == 6 && market.orders.allSatisfy { $0.state == .working }
    }
}

@Suite(.serialized) struct `A whole run of a mirror against two local venues` {
    private func ends(_ stage: MirrorStage) throws {
        try stage.host.stop()
        try stage.turn("it stops") { stage.host.state == .stopped }
        #expect(stage.host.lastEnding == .stopped)
        let summary = SessionSummary(stage.host.frame, ending: .stopped, configuration: stage.host.configuration)
        let json = try JSONValue.parse(Array(summary.json.utf8))
        #expect(json["orders_open_after"]?.integer == 0 && json["unresolved_after"]?.integer == 0)
        #expect(json["venue_ledger_difference"]?.text.flatMap { Cash($0) } == .zero)
        #expect(json["counted_in"]?.text == "USDT")
    }

    @Test(arguments: [true, false])
    func `quotes a ladder around a reference that it only watches, in batches or one by one`(hasBatch: Bool) throws {
        let stage = try MirrorStage(hasKeys: false, hasBatch: hasBatch)
        try stage.host.start()
        try stage.turn("the ladder stands") { stage.isQuoting }
        let status = try #require(stage.host.frame?.status)
        #expect(status.venues.map(\.isReady) == [true, true] && status.countingAsset == "USDT")
        let market = status.markets[0]
        let bids = market.orders.filter { $0.side == .buy }.compactMap(\.price)
        let asks = market.orders.filter { $0.side == .sell }.compactMap(\.price)
        #expect(bids.count == 3 && asks.count == 3 && (bids.max() ?? .init(ticks: 0)) < (asks.min() ?? .init(ticks: 0)))
        try ends(stage)
    }

    @Test func `is ready to hedge with keys of the reference`() throws {
        let stage = try MirrorStage(["hedge.enabled=true", "strategy.first_distance=0.004"])
        try stage.host.start()
        try stage.turn("the ladder stands") { stage.isQuoting }
        #expect(stage.host.frame?.status?.markets.map(\.isHedge) == [false, false, true])
        #expect(stage.host.frame?.status?.isPrivateStreamUp == true)
        try ends(stage)
    }

    @Test func `does not start to hedge without keys`() throws {
        let stage = try MirrorStage(["hedge.enabled=true", "strategy.first_distance=0.004"], hasKeys: false)
        #expect(throws: BotCommandError.self) { try stage.host.start() }
    }

    @Test func `draws each start's ladder from a seed of its own, unless one is given`() throws {
        func seed(_ overrides: [String], _ drawn: UInt64) throws -> UInt64? {
            let stage = try MirrorStage(overrides)
            let settings = LiveSettings(configuration: stage.host.configuration, epoch: 1, earlier: nil, seed: drawn)
            guard case .mirror(let ladder) = settings.strategy(of: stage.host.configuration.markets[0]) else { return nil }
            return ladder.seed
        }
        #expect(try seed([], 77) == 77)
        #expect(try seed(["strategy.seed=5"], 77) == 5)
    }
}
