internal import Cryptography
internal import Exchange
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import Quoting
internal import RiskControl
internal import StarkCryptography
internal import TradingEngine
internal import VenueExtended
internal import VenueKit
internal import Wire

/// Worlds of Extended: up to three markets, replacements, acceptance long before the book, one dead man's switch for the
/// account, funding by the hour.
enum ExtendedWorld: WorldVenue {
    /// A key that signs nothing but simulated orders.
    private static let privateKey = Secret("0x00000000000000000000000000000000000000000000000000000000000a9a05")
    private static let apiKey = "simulated-key"
    private static let vault: UInt32 = 10_002
    private static let balance: Int64 = 10_000
    /// Worst case of a side of one market, at the price of the start.
    private static let positionLimit = Cash(whole: 120)
    /// Of the signed sum of all markets: less than they may come to together.
    static let netLimit = Cash(whole: 200)
    private static let maxOpenOrders = 4
    private static let tightLimit = 400

    static let fundingInterval = TimeSpan.hours(1)
    static let isFundingKnown = true

    // MARK: Markets

    static func definitions(_ plan: FaultPlan) -> [ExtendedMarketDefinition] {
        plan.markets.enumerated().map { index, market in
            guard var definition = ExtendedMarkets.definition(market.symbol, market: MarketID(index)) else {
                preconditionFailure("\(market.symbol) is no market of the local Extended")
            }
            definition.market.instrument.makerFee = Rate(parts: plan.makerFee)
            return definition
        }
    }

    static func startPrice(_ instrument: Instrument) -> Price {
        guard let price = ExtendedMarkets.price(instrument.symbol).flatMap({ instrument.price($0) }) else {
            preconditionFailure("the table of markets has a price on the tick for each")
        }
        return price
    }

    private static func limit(_ instrument: Instrument) -> Quantity {
        instrument.lots(worth: positionLimit, at: startPrice(instrument))
    }

    static func rules(_ scenario: WorldScenario, _ plan: FaultPlan) -> Auditor.Rules {
        let instruments = definitions(plan).map(\.instrument)
        var rules = Auditor.Rules(
            account: AccountID(1), limits: instruments.map(limit), netLimit: netLimit, maxOpenOrders: maxOpenOrders,
            instruments: instruments, staleAfter: scenario.staleAfter, countdown: scenario.countdown)
        if plan[.rateLimited] > 0 { rules.pullTolerance = Auditor.switchTolerance }
        let hidesFills = [FaultKind.userEventDropped, .userEventReordered, .userSilence, .streamStalled]
            .contains { plan[$0] > 0 }
        if !hidesFills { rules.positionLag = .seconds(3) }
        return rules
    }

    // MARK: Making the parts

    static func makeServer(
        _ scenario: WorldScenario, plan: FaultPlan, seed: UInt64, startingAt start: Instant
    ) -> ExtendedServer {
        let account = ExtendedAccountDefinition(
            name: "simulated", apiKey: apiKey, vault: vault, publicKey: credentials.publicKey,
            balance: Cash(whole: balance))
        var configuration = ExtendedServerConfiguration(
            accounts: [account], markets: definitions(plan), network: .testnet, chaos: chaos(plan), seed: seed)
        configuration.leeway.matchingDelay = plan.matchingDelay
        if plan.hasTightLimits { configuration.limits.requestsPerMinute = Int64(tightLimit) }
        do throws(VenueConfigurationError) {
            return try ExtendedServer(configuration: configuration, startingAt: start)
        } catch {
            preconditionFailure("the simulated venue's configuration is constant: \(error)")
        }
    }

    private static var credentials: ExtendedCredentials {
        do throws(ExtendedCredentialsError) {
            return try ExtendedCredentials(apiKey: Secret(apiKey), vault: vault, privateKey: privateKey)
        } catch {
            preconditionFailure("the simulated credentials are constants that are known to be valid: \(error)")
        }
    }

    static func makeFlow(
        _ scenario: WorldScenario, plan: FaultPlan, seed: UInt64, startingAt start: Instant
    ) -> any OrderFlow {
        var random = RandomSource(seed: seed)
        return WorldFlow(
            definitions(plan).map { definition in
                let price = startPrice(definition.instrument)
                guard
                    let flow = SyntheticFlow(
                        seed: random.next(), instrument: definition.instrument, startPrice: price, startingAt: start,
                        parameters: .calm(on: definition.instrument, startPrice: price))
                else { preconditionFailure("the table's prices are within the flow's range") }
                return flow
            })
    }

    static func makeNode(
        _ scenario: WorldScenario, plan: FaultPlan, life: Life, seed: UInt64
    ) -> TradingNode<ExtendedSession> {
        var session = ExtendedSessionConfiguration(
            markets: plan.markets.enumerated().map { .init(id: MarketID($0), symbol: $1.symbol) },
            credentials: credentials, network: .local(.testnet), countdown: scenario.countdown, seed: seed)
        if plan.hasTightLimits { session.rateRules = [RateRule(.weight, per: .minutes(1), limit: tightLimit)] }
        let capabilities = ExtendedSessionConfiguration.capabilities(requestDeadline: session.requestDeadline)
        var account = scenario.accountLimits
        account.maxNetExposure = netLimit
        account.maxMessages = 200
        let limits = account
        return TradingNode(session: ExtendedSession(session), markets: plan.markets.count) { instruments in
            TradingEngine(
                EngineConfiguration(
                    markets: zip(instruments, plan.markets).map { instrument, market in
                        MarketConfiguration(
                            instrument: instrument, strategy: strategy(market.bot, instrument, plan),
                            limits: scenario.marketLimits(maxPosition: limit(instrument)),
                            replaceThreshold: Rate(parts: 5_000))
                    },
                    limits: limits, epoch: UInt32(life), arrivalHorizon: capabilities.arrivalHorizon,
                    amends: capabilities.amend, retryPause: .milliseconds(500),
                    decisionInterval: .milliseconds(250), coalescing: .milliseconds(800)))
        }
    }

    static func arrivalHorizon(_ plan: FaultPlan) -> TimeSpan {
        ExtendedSessionConfiguration.capabilities().arrivalHorizon
    }

    /// After a 429, which says no more than that, nothing is sent before the next full minute. A stream that was bad again
    /// and again is opened after half a minute, and then a model wants to see ten seconds of the market.
    static func longestPause(_ plan: FaultPlan) -> TimeSpan {
        if plan[.rateLimited] > 0 { return .minutes(1) }
        let isDistrusted = [FaultKind.depthGap, .depthReordered, .depthDuplicated, .marketSilence, .userEventReordered]
            .contains { plan[$0] > 0 }
        return isDistrusted ? .seconds(45) : .zero
    }

    /// Eager, so that much happens in little time: quotes near the mid, which every basis point moves.
    private static func strategy(
        _ bot: FaultPlan.Bot, _ instrument: Instrument, _ plan: FaultPlan
    ) -> StrategyConfiguration {
        let price = startPrice(instrument)
        let small = ExactDecimal(mantissa: 5, scale: 2)
        switch bot {
        case .percentSpread:
            return .percentSpread(
                PercentSpreadParameters(
                    spread: Rate(parts: 15_000),
                    orderSize: instrument.decimal(instrument.lots(worth: Cash(whole: plan.orderSize), at: price)),
                    refreshInterval: .seconds(3), priceMoveThreshold: Rate(parts: 5_000), volatilityFactor: small,
                    inventorySkew: ExactDecimal(mantissa: 5, scale: 1)))
        case .inventorySkew, .fixedSpread, .cycle:
            // At the position limit the fair price lies 1.5 basis points off: k = 1.5 × 10⁻⁴ × price² ÷ limit.
            let decimal = instrument.decimal(price)
            let k = ExactDecimal(mantissa: decimal.mantissa * decimal.mantissa * 125, scale: 2 * decimal.scale + 8)
            return .inventorySkew(
                InventorySkewParameters(
                    k: k, alpha: small, beta: small, baseSpread: .basisPoints(1),
                    notionalCap: Cash(whole: plan.orderSize),
                    inventorySensitivity: ExactDecimal(mantissa: 4, scale: 1),
                    minOrderSize: instrument.decimal(instrument.quantityRange.lowerBound)))
        }
    }
}
