internal import Cryptography
internal import Exchange
public import Fundamentals
internal import LocalVenues
public import MarketModel
internal import Quoting
internal import RiskControl
internal import TradingEngine
internal import VenueAster
internal import VenueKit

/// What is the same in every world of a batch: market, bot, limits and timetable.
public struct WorldScenario: Hashable, Sendable {
    public var start: Instant
    /// When all faults end…
    public var faultsUntil: TimeSpan
    /// …by when quotes must rest again (later where a request may still arrive)…
    public var quotingWithin: TimeSpan
    /// …the process is told to stop…
    public var stopAfter: TimeSpan
    /// …and by when it must have stopped.
    public var endAfter: TimeSpan
    public var tickEvery: TimeSpan
    /// The bot's hard limit on its worst case, in lots.
    public var positionLimit: Quantity

    public static let standard = WorldScenario(
        start: Instant(milliseconds: 1_780_000_000_000), faultsUntil: .seconds(150),
        quotingWithin: .seconds(30), stopAfter: .seconds(260), endAfter: .seconds(440), tickEvery: .milliseconds(50),
        positionLimit: Quantity(lots: 4_000))
}

// MARK: Making the parts

extension WorldScenario {
    private static let symbol = "ASTERUSDT"
    private static let startPrice = Price(ticks: 18_500)
    /// A key that signs nothing but simulated requests.
    private static let privateKey = Secret("0x00000000000000000000000000000000000000000000000000000000000a9a05")
    private static let apiSecret = Secret("the-simulated-account-has-no-secrets")

    private static let countdown = TimeSpan.seconds(15)
    private static let staleAfter = TimeSpan.seconds(3)

    var rules: Auditor.Rules {
        Auditor.Rules(
            account: AccountID(1), market: MarketID(0), limit: positionLimit, staleAfter: Self.staleAfter,
            countdown: Self.countdown)
    }

    /// Worlds with funding start that long before one of the market's funding times.
    func start(of plan: FaultPlan) -> Instant {
        guard let fundingAfter = plan.fundingAfter else { return start }
        let interval = TimeSpan.hours(8).nanoseconds
        return Instant(nanoseconds: (start.nanoseconds / interval + 1) * interval) - fundingAfter
    }

    func makeServer(plan: FaultPlan, seed: UInt64, startingAt start: Instant) -> AsterServer {
        guard let market = AsterMarkets.definition(Self.symbol, market: MarketID(0)),
            let key = EthereumPrivateKey(Self.privateKey)
        else { preconditionFailure("the simulated market and key are constants that are known to be valid") }
        let account = AsterAccountDefinition(
            name: "simulated", apiKey: "simulated-key", apiSecret: Self.apiSecret, user: key.address,
            signer: key.address, balances: [(asset: "USDT", amount: Cash(whole: Self.balance))])
        var configuration = AsterServerConfiguration(
            accounts: [account], markets: [market], chaos: plan.chaos, seed: seed, network: .local)
        if let life = plan.listenKeyLife { configuration.leeway.listenKeyLife = life }
        if let life = plan.connectionLife { configuration.leeway.connectionLife = life }
        if plan.hasTightLimits {
            configuration.limits.weightPerMinute = 900
            configuration.limits.ordersPerMinute = 120
            configuration.limits.ordersPerTenSeconds = 30
        }
        do throws(AsterConfigurationError) {
            return try AsterServer(configuration: configuration, startingAt: start)
        } catch {
            preconditionFailure("the simulated venue's configuration is constant: \(error)")
        }
    }

    func makeFlow(seed: UInt64, startingAt start: Instant) -> any OrderFlow {
        guard let market = AsterMarkets.definition(Self.symbol, market: MarketID(0)) else {
            preconditionFailure("the simulated market is a constant that is known to be valid")
        }
        guard
            let flow = SyntheticFlow(
                seed: seed, instrument: market.instrument, startPrice: Self.startPrice, startingAt: start,
                parameters: .calm(on: market.instrument, startPrice: Self.startPrice))
        else { preconditionFailure("the simulated market's price is a constant within the flow's range") }
        return flow
    }

    func makeNode(plan: FaultPlan, life: Life, seed: UInt64) -> TradingNode<AsterSession> {
        let credentials: AsterCredentials =
            if plan.usesWallet, let key = EthereumPrivateKey(Self.privateKey) {
                .wallet(user: nil, signer: key.address, key: Self.privateKey, network: .local)
            } else {
                .apiKey(key: "simulated-key", secret: Self.apiSecret)
            }
        let session = AsterSessionConfiguration(
            markets: [.init(id: MarketID(0), symbol: Self.symbol)], credentials: credentials,
            countdown: Self.countdown, seed: seed)
        let capabilities = AsterSessionConfiguration.capabilities(isNonceSigned: plan.usesWallet)
        let limits = RiskLimits(market: marketLimits, account: accountLimits)
        let strategy = strategy(of: plan)
        return TradingNode(session: Self.session(session)) { instruments in
            TradingEngine(
                EngineConfiguration(
                    markets: [
                        MarketConfiguration(instrument: instruments[0], strategy: strategy, limits: limits.market)
                    ],
                    limits: limits.account, epoch: UInt32(life), arrivalHorizon: capabilities.arrivalHorizon,
                    amends: capabilities.amend))
        }
    }

    private static func session(_ configuration: AsterSessionConfiguration) -> AsterSession {
        do throws(AsterCredentialsError) {
            return try AsterSession(configuration)
        } catch {
            preconditionFailure("the simulated credentials are constants that are known to be valid: \(error)")
        }
    }

    private static let balance: Int64 = 10_000

    /// Eager, so that much happens in little time: quotes near the mid, renewed every few seconds.
    private func strategy(of plan: FaultPlan) -> StrategyConfiguration {
        switch plan.bot {
        case .fixedSpread:
            .fixedSpread(
                FixedSpreadParameters(
                    halfSpread: ExactDecimal(mantissa: 3, scale: 4), orderSize: Cash(whole: plan.orderSize),
                    orderTimeout: .seconds(3), counterFillWait: .seconds(2), inventoryThreshold: Cash(whole: 30),
                    minProfitToClose: ExactDecimal("0.01").flatMap { Cash($0) } ?? .zero, profitHold: .seconds(2),
                    positionCheckInterval: .seconds(1)))
        case .cycle:
            .cycle(
                CycleParameters(
                    buySpread: .basisPoints(1), sellSpread: .basisPoints(1),
                    balanceFraction: Rate(parts: Rate.one.parts * plan.orderSize / Self.balance),
                    orderRefreshInterval: .seconds(2), reuseThreshold: Rate(parts: 5_000)))
        }
    }

    private var marketLimits: MarketLimits {
        MarketLimits(
            maxPositionValue: Cash(whole: 500), maxPosition: positionLimit, maxOpenOrders: 4,
            maxOrderValue: Cash(whole: 100), priceCollar: .basisPoints(200), staleAfter: Self.staleAfter,
            maxRepeatedFills: 40, repeatedFillWindow: .seconds(10))
    }

    private var accountLimits: AccountLimits {
        AccountLimits(
            maxExposure: Cash(whole: 500), minBalance: Cash(whole: 100), maxDailyLoss: Cash(whole: 500),
            maxDrawdown: Cash(whole: 500), maxMessages: 100, messageWindow: .seconds(10),
            maxRoundTrip: .seconds(4), breakerPause: .seconds(2))
    }
}

extension FaultPlan {
    /// The venue's own share of the faults.
    var chaos: AsterChaos {
        var chaos = AsterChaos()
        for kind in FaultKind.allCases {
            if let fault = kind.atVenue, self[kind] > 0 { chaos.set(fault, chance: self[kind], in: Self.outOf) }
        }
        chaos.silence = .seconds(12)
        return chaos
    }
}
