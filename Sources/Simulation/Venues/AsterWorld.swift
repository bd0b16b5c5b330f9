internal import Cryptography
internal import Exchange
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import Quoting
internal import RiskControl
internal import TradingEngine
internal import VenueAster
internal import VenueKit
internal import Wire

/// Worlds of Aster: one market, cancel and place, one dead man's switch for the market.
enum AsterWorld: WorldVenue {
    private static let symbol = "ASTERUSDT"
    private static let startPrice = Price(ticks: 18_500)
    /// A key that signs nothing but simulated requests.
    private static let privateKey = Secret("0x00000000000000000000000000000000000000000000000000000000000a9a05")
    private static let apiSecret = Secret("the-simulated-account-has-no-secrets")
    private static let balance: Int64 = 10_000

    static let fundingInterval = TimeSpan.hours(8)
    static let isFundingKnown = false

    private static var market: MarketDefinition {
        guard let market = AsterMarkets.definition(symbol, market: MarketID(0)) else {
            preconditionFailure("the simulated market is a constant that is known to be valid")
        }
        return market
    }

    static func rules(_ scenario: WorldScenario, _ plan: FaultPlan) -> Auditor.Rules {
        Auditor.Rules(
            account: AccountID(1), limits: [scenario.positionLimit], netLimit: nil, maxOpenOrders: 4,
            instruments: [market.instrument], staleAfter: scenario.staleAfter, countdown: scenario.countdown)
    }

    static func makeServer(
        _ scenario: WorldScenario, plan: FaultPlan, seed: UInt64, startingAt start: Instant
    ) -> AsterServer {
        guard let key = EthereumPrivateKey(privateKey) else {
            preconditionFailure("the simulated key is a constant that is known to be valid")
        }
        let account = AsterAccountDefinition(
            name: "simulated", apiKey: "simulated-key", apiSecret: apiSecret, user: key.address,
            signer: key.address, balances: [(asset: "USDT", amount: Cash(whole: balance))])
        var configuration = AsterServerConfiguration(
            accounts: [account], markets: [market], chaos: chaos(plan), seed: seed, network: .local)
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

    static func makeFlow(
        _ scenario: WorldScenario, plan: FaultPlan, seed: UInt64, startingAt start: Instant
    ) -> any OrderFlow {
        guard
            let flow = SyntheticFlow(
                seed: seed, instrument: market.instrument, startPrice: startPrice, startingAt: start,
                parameters: .calm(on: market.instrument, startPrice: startPrice))
        else { preconditionFailure("the simulated market's price is a constant within the flow's range") }
        return flow
    }

    static func makeNode(
        _ scenario: WorldScenario, plan: FaultPlan, life: Life, seed: UInt64
    ) -> TradingNode<AsterSession> {
        let credentials: AsterCredentials =
            if plan.usesWallet, let key = EthereumPrivateKey(privateKey) {
                .wallet(user: nil, signer: key.address, key: privateKey, network: .local)
            } else {
                .apiKey(key: "simulated-key", secret: apiSecret)
            }
        let session = AsterSessionConfiguration(
            markets: [.init(id: MarketID(0), symbol: symbol)], credentials: credentials,
            countdown: scenario.countdown, seed: seed)
        let capabilities = AsterSessionConfiguration.capabilities(isNonceSigned: plan.usesWallet)
        let strategy = strategy(of: plan)
        return TradingNode(session: Self.session(session)) { instruments in
            TradingEngine(
                EngineConfiguration(
                    markets: [
                        MarketConfiguration(
                            instrument: instruments[0], strategy: strategy,
                            limits: scenario.marketLimits(maxPosition: scenario.positionLimit))
                    ],
                    limits: scenario.accountLimits, epoch: UInt32(life), arrivalHorizon: capabilities.arrivalHorizon,
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

    static func arrivalHorizon(_ plan: FaultPlan) -> TimeSpan {
        AsterSessionConfiguration.capabilities(isNonceSigned: plan.usesWallet).arrivalHorizon
    }

    /// The venue tells with each 429 how long to wait, which is not long.
    static func longestPause(_ plan: FaultPlan) -> TimeSpan { .zero }

    /// Eager, so that much happens in little time: quotes near the mid, renewed every few seconds.
    private static func strategy(of plan: FaultPlan) -> StrategyConfiguration {
        switch plan.markets[0].bot {
        case .cycle:
            .cycle(
                CycleParameters(
                    buySpread: .basisPoints(1), sellSpread: .basisPoints(1),
                    balanceFraction: Rate(parts: Rate.one.parts * plan.orderSize / balance),
                    orderRefreshInterval: .seconds(2), reuseThreshold: Rate(parts: 5_000)))
        case .fixedSpread, .inventorySkew, .percentSpread:
            .fixedSpread(
                FixedSpreadParameters(
                    halfSpread: ExactDecimal(mantissa: 3, scale: 4), orderSize: Cash(whole: plan.orderSize),
                    orderTimeout: .seconds(3), counterFillWait: .seconds(2), inventoryThreshold: Cash(whole: 30),
                    minProfitToClose: ExactDecimal("0.01").flatMap { Cash($0) } ?? .zero, profitHold: .seconds(2),
                    positionCheckInterval: .seconds(1)))
        }
    }

    // MARK: Faults

    private static func fault(_ kind: FaultKind) -> LocalVenues.AsterFault? {
        switch kind {
        case .errorAfterAccept: .unavailableAfterExecution
        case .rateLimited: .rateLimited
        case .banned: .banned
        case .badGateway: .htmlBadGateway
        case .errorWithStatus200: .errorWithStatus200
        case .positionRiskUnknown: .positionRiskUnknown
        case .nonceExpired: .nonceExpired
        case .userEventDropped: .userEventDropped
        case .userEventDuplicated: .userEventDuplicated
        case .userEventReordered: .userEventDelayed
        case .depthGap: .depthGap
        case .marketSilence: .marketSilence
        case .userSilence: .userSilence
        case .requestLost, .requestLate, .replyLost, .replyLate, .connectionRefused, .streamBroken, .streamStalled,
            .emptyBody, .textIDs, .streamBeatsReply, .editFailsAtEngine, .depthDuplicated, .depthReordered, .streamCut,
            .crash, .clockStep, .funding, .listenKeyExpired, .connectionTooOld, .maintenance, .switchFired, .editRace:
            nil
        }
    }

    private static func chaos(_ plan: FaultPlan) -> AsterChaos {
        var chaos = AsterChaos()
        for kind in FaultKind.allCases {
            if let fault = fault(kind), plan[kind] > 0 { chaos.set(fault, chance: plan[kind], in: FaultPlan.outOf) }
        }
        chaos.silence = .seconds(12)
        return chaos
    }

    static func calm(_ server: inout AsterServer) {
        var calm = AsterChaos()
        calm.clockSkew = server.chaos.clockSkew
        server.chaos = calm
    }

    static func clockSkew(_ server: AsterServer) -> TimeSpan { server.chaos.clockSkew }
    static func setClockSkew(_ skew: TimeSpan, of server: inout AsterServer) { server.chaos.clockSkew = skew }
    /// Never planned here.
    static func setMaintenance(_ isOn: Bool, of server: inout AsterServer) {}

    static func strikes(_ kind: FaultKind, of server: AsterServer) -> Int? {
        fault(kind).map { server.strikes(of: $0) }
    }

    // MARK: Auditing

    static func books(_ server: AsterServer) -> Exchange { server.exchange }

    static func markets(heardOn target: String, _ plan: FaultPlan) -> [MarketID] {
        target.hasPrefix("/stream") ? [MarketID(0)] : []
    }

    static func orders(
        in request: HTTPRequest, _ bytes: [UInt8], approved: [InFlightOrders.Entry], _ plan: FaultPlan
    ) -> [InFlightOrders.Entry] {
        request.method == .get ? [] : approved.filter { carries(bytes, $0.name) }
    }

    /// Whether the request names the order, and not only one whose number begins like it.
    private static func carries(_ bytes: [UInt8], _ text: String) -> Bool {
        let name = Array(text.utf8)
        guard bytes.count > name.count else { return false }
        return (0..<bytes.count - name.count).contains { start in
            let after = bytes[start + name.count]
            return bytes[start] == name[0] && bytes[start..<start + name.count].elementsEqual(name)
                && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(after)
        }
    }

    static func usedWeight(_ response: HTTPResponse, _ server: AsterServer) -> (used: Int64?, limit: Int64) {
        (
            response.headers["X-MBX-USED-WEIGHT-1M"].flatMap { Int64($0) },
            server.configuration.limits.weightPerMinute
        )
    }

    static let fatalReplies: [(text: String, meaning: String)] = [
        ("-1022", "refused a signature"), ("Signature check", "refused a signature"),
        ("No agent", "refused a signature"),
    ]

    static func addHeaders(to response: inout HTTPResponse, at venueTime: Instant) {}
}
