internal import Fundamentals
internal import MarketModel
internal import Quoting
internal import RiskControl
internal import TradingEngine
internal import VenueKit

/// Limits and timetable of mirror worlds, and the bot that lives in them.
enum MirrorScenario {
    static let start = Instant(milliseconds: 1_780_000_000_000)
    /// When all faults end…
    static let faultsUntil = TimeSpan.seconds(150)
    /// …by when quotes must have rested again (a venue's 429 silences a bot for a minute)…
    static let quotingBy = TimeSpan.seconds(230)
    /// …the process is told to stop…
    static let stopAfter = TimeSpan.seconds(240)
    /// …and by when it must have stopped.
    static let endAfter = TimeSpan.seconds(420)
    static let tickEvery = TimeSpan.milliseconds(50)
    /// The bot's bound on what it may come to hold or owe on the target, in the base asset, and on the reference: fees in
    /// the base asset make hedges larger than what they offset, and what cannot be hedged stops all quoting.
    static let positionLimit = MirrorPlaces.made(ExactDecimal("0.05"))
    static let hedgeLimit = MirrorPlaces.made(ExactDecimal("0.06"))
    /// On the signed sum over both venues, in USDT.
    static let netLimit = Cash(whole: 4_000)
    /// What may stay unhedged.
    static let hedgeMinSize = MirrorPlaces.made(ExactDecimal("0.0005"))

    private static func marketLimits(_ instrument: Instrument, _ limit: ExactDecimal) -> MarketLimits {
        MarketLimits(
            maxPositionValue: Cash(whole: 9_000), maxPosition: lots(limit, instrument), maxOpenOrders: 12,
            maxOrderValue: Cash(whole: 4_000), priceCollar: .basisPoints(300), staleAfter: .seconds(12),
            maxRepeatedFills: 1_000, repeatedFillWindow: .seconds(10))
    }

    private static var accountLimits: AccountLimits {
        AccountLimits(
            maxExposure: Cash(whole: 15_000), minBalance: .zero, maxDailyLoss: Cash(whole: 5_000),
            maxDrawdown: Cash(whole: 5_000), maxMessages: 10_000, messageWindow: .seconds(10),
            maxRoundTrip: .seconds(6), breakerPause: .seconds(2), maxNetExposure: netLimit)
    }

    /// Whole lots within an amount of the base asset.
    private static func lots(_ amount: ExactDecimal, _ instrument: Instrument) -> Quantity {
        let scale = max(amount.scale, instrument.lotSize.scale)
        guard let a = amount.units(atScale: scale), let b = instrument.lotSize.units(atScale: scale) else {
            return .zero
        }
        return Quantity(lots: Int64(clamping: a / b))
    }

    static func engine(
        _ instruments: [Instrument], _ plan: MirrorPlan, life: Life, horizon: TimeSpan, feeInQuote: (Bool, Bool)
    ) -> TradingEngine {
        var quoted = MarketConfiguration(
            instrument: instruments[0], strategy: .mirror(ladder(plan, life)),
            limits: marketLimits(instruments[0], positionLimit))
        quoted.reference = MirrorPlaces.reference
        quoted.conversion = MirrorPlaces.conversion
        quoted.neutralHolding = MirrorPlaces.bitcoin
        if plan.isHedged {
            quoted.hedge = HedgeConfiguration(
                market: MirrorPlaces.reference, minSize: hedgeMinSize, maxOrderValue: Cash(whole: 2_000),
                maxSlippage: .basisPoints(20), patience: .seconds(5))
        }
        var converting = MarketConfiguration(
            instrument: instruments[1], strategy: .watch, limits: marketLimits(instruments[1], positionLimit))
        converting.conversion = MirrorPlaces.conversion
        var reference = MarketConfiguration(
            instrument: instruments[2], strategy: .watch, limits: marketLimits(instruments[2], hedgeLimit))
        reference.venue = .reference
        // Both venues' holdings count from the same zero, or a start would hedge what was hedged before.
        reference.neutralHolding = plan.isHedged ? MirrorPlaces.bitcoin : nil
        var configuration = EngineConfiguration(
            markets: [quoted, converting, reference], limits: accountLimits, epoch: UInt32(life),
            arrivalHorizon: horizon, amends: .unsupported, retryPause: .milliseconds(500),
            decisionInterval: .milliseconds(200), coalescing: .milliseconds(400))
        configuration.venues = [
            VenueConfiguration(.spot, name: plan.venue.rawValue, takesBuyFeeInQuote: feeInQuote.0),
            VenueConfiguration(.spot, name: "binance", takesBuyFeeInQuote: feeInQuote.1),
        ]
        return TradingEngine(configuration)
    }

    private static func ladder(_ plan: MirrorPlan, _ life: Life) -> MirrorParameters {
        let levels = (0..<plan.levels).map { index in
            MirrorLevel(
                distance: Rate(parts: 250_000 + Int64(index) * 80_000),
                size: ExactDecimal(mantissa: Int128(plan.size * Int64(index + 1)), scale: 4))
        }
        return MirrorParameters(
            levels: levels, distanceJitter: .basisPoints(2_000), sizeJitter: .basisPoints(2_000),
            seed: UInt64(life), referenceThreshold: .basisPoints(3), conversionThreshold: .basisPoints(3),
            refreshInterval: .seconds(6), hedgeFee: plan.isHedged ? .basisPoints(10) : .zero, minEdge: .basisPoints(1))
    }
}
