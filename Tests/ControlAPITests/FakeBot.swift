import Configuration
import Fundamentals
import MarketModel
import Observability
import Quoting
import RiskControl
import Runtime
import TradingEngine
import VenueKit

/// A bot without a venue: a real engine on a made-up market, and a state that follows its commands at once.
final class FakeBot: ControllableBot {
    var state = BotState.stopped
    var configuration: BotConfiguration
    let log = Log(level: .debug, sinks: [])
    var recentFills: [BookedFill] = []
    var recentEvents: [BotEvent] = []
    var alertReports: [AlertReport] = []
    /// Whether `stop` is complete at once.
    var stopsAtOnce = true
    var commands: [OperatorCommand] = []
    var uptime = TimeSpan.seconds(60)

    private var engine: TradingEngine
    private(set) var now = Instant(milliseconds: 1_800_000_000_000)
    private var observers: [(id: UInt64, body: (BotEvent) -> Void)] = []
    private var nextObserver: UInt64 = 0
    private var overrides: [ConfigurationOverride] = []

    static let file = """
        {"symbol": "BTCUSD",
         "strategy": {"type": "aster-spread", "half_spread": "0.5", "order_size_usd": "10"},
         "credentials": {"api_key_env": "NAME_OF_THE_KEY", "api_secret_env": "NAME_OF_THE_SECRET"},
         "state_directory": "/somewhere/private"}
        """

    /// - Parameters:
    ///   - strategy: what the configuration says; the engine quotes a fixed spread whatever it is.
    ///   - engine: another engine than that of the one made-up market.
    init(
        strategy: StrategyConfiguration? = .percentSpread(FakeBot.percent), engine: EngineConfiguration? = nil
    ) {
        guard let loaded = Self.load([]).configuration else { preconditionFailure("the test's configuration is wrong") }
        configuration = loaded
        if let strategy { configuration.markets[0].strategy = strategy }
        self.engine = TradingEngine(
            engine
                ?? EngineConfiguration(
                    markets: [
                        MarketConfiguration(
                            instrument: Self.instrument, strategy: loaded.markets[0].strategy,
                            limits: loaded.markets[0].limits)
                    ], limits: loaded.accountLimits, epoch: 7))
    }

    static let percent = PercentSpreadParameters(
        spread: Rate("0.001")!, orderSize: ExactDecimal("0.01")!, refreshInterval: .seconds(5),
        priceMoveThreshold: Rate("0.002")!)

    private static func load(_ overrides: [ConfigurationOverride]) -> LoadedConfiguration {
        BotConfiguration.load(
            ConfigurationSources(file: SourceFile(name: "config.json", text: file), overrides: overrides))
    }

    static let instrument = Instrument(
        market: MarketID(0), symbol: "BTCUSD", baseAsset: "BTC", quoteAsset: "USD", settlementAsset: "USD",
        tickSize: ExactDecimal("0.1")!, lotSize: ExactDecimal("0.001")!,
        priceRange: Price(ticks: 1)...Price(ticks: 10_000_000),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 10_000_000),
        marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000), minNotional: Cash(whole: 5),
        collarUp: Rate("1.1")!, collarDown: Rate("0.9")!, marketTakeBound: Rate("0.05")!, maxOpenOrders: 200,
        makerFee: Rate("0.0001")!, takerFee: Rate("0.00035")!)!

    var frame: BotFrame? {
        var health = SessionHealth()
        health.marketStreamAge = .seconds(12)
        health.medianRoundTrip = .milliseconds(3)
        return BotFrame(
            status: engine.status, phase: .running, now: now, uptime: uptime, restingAtVenue: 0, health: health)
    }

    // MARK: Its life

    /// Ready and quoting around 100.0, with one fill booked.
    func quote() {
        step(.account(.balance(wallet: Cash(whole: 1_000), available: nil, asOf: now)))
        step(.account(.position(MarketID(0), .zero, entryPrice: .zero, asOf: now)))
        let book = BookUpdate(
            lastID: 1, venueTime: now, bids: [BookLevel(Price(ticks: 999), Quantity(lots: 1_000))],
            asks: [BookLevel(Price(ticks: 1_001), Quantity(lots: 1_000))])
        step(.market(.snapshot(MarketID(0), book)))
        step(.venue(.ready))
        guard let order = engine.status.markets[0].orders.first else { return }
        step(.account(.accepted(order.id, VenueOrderID(1))))
        step(
            .account(
                .filled(
                    Fill(
                        market: MarketID(0), trade: TradeID(17), clientOrderID: order.id,
                        venueOrderID: VenueOrderID(1), side: order.side, price: order.price ?? Price(ticks: 1),
                        quantity: Quantity(lots: 1), isMaker: true, commission: Cash("0.01")!, venueTime: now))))
    }

    func step(_ input: Input) {
        var effects: [Effect] = []
        engine.step(input, at: now, into: &effects)
        for effect in effects {
            if case .booked(let fill) = effect { recentFills.append(fill) }
            tell(.effect(effect))
        }
    }

    func tell(_ body: BotEvent.Body) {
        let event = BotEvent(id: (recentEvents.last?.id ?? 99) + 1, at: now, body: body)
        recentEvents.append(event)
        for observer in observers { observer.body(event) }
    }

    func enter(_ state: BotState) {
        self.state = state
        tell(.state(state))
    }

    // MARK: ControllableBot

    func addObserver(_ body: @escaping (BotEvent) -> Void) -> UInt64 {
        nextObserver += 1
        observers.append((nextObserver, body))
        return nextObserver
    }

    func removeObserver(_ id: UInt64) { observers.removeAll { $0.id == id } }

    func start() throws(BotCommandError) {
        guard state == .stopped || commands.last == .pause else { throw .conflict("it is running already") }
        if state == .stopped { enter(.running) } else { try perform(.resume) }
    }

    func stop() throws(BotCommandError) {
        guard state != .stopped else { throw .conflict("it is not running") }
        enter(.stopping)
        if stopsAtOnce { enter(.stopped) }
    }

    func perform(_ command: OperatorCommand) throws(BotCommandError) {
        guard state != .stopped else { throw .conflict("it is not running") }
        commands.append(command)
        step(.command(command))
    }

    func change(_ overrides: [ConfigurationOverride]) throws(BotCommandError) {
        let loaded = Self.load(self.overrides + overrides)
        guard let next = loaded.configuration else {
            throw .invalid(loaded.issues.map(\.description).joined(separator: "\n"))
        }
        self.overrides += overrides
        configuration = next
    }
}
