public import Fundamentals
public import MarketModel
internal import RiskControl

/// What is the same in every world of a batch: limits and timetable.
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
    /// The bot's hard limit on its worst case in Aster's market, in lots.
    public var positionLimit: Quantity

    public static let standard = WorldScenario(
        start: Instant(milliseconds: 1_780_000_000_000), faultsUntil: .seconds(150),
        quotingWithin: .seconds(30), stopAfter: .seconds(260), endAfter: .seconds(440), tickEvery: .milliseconds(50),
        positionLimit: Quantity(lots: 4_000))
}

// MARK: The same for all bots

extension WorldScenario {
    var countdown: TimeSpan { .seconds(15) }
    var staleAfter: TimeSpan { .seconds(3) }

    /// Worlds with funding start that long before one of the market's funding times.
    func start(of plan: FaultPlan, fundingEvery interval: TimeSpan) -> Instant {
        guard let fundingAfter = plan.fundingAfter else { return start }
        let interval = interval.nanoseconds
        return Instant(nanoseconds: (start.nanoseconds / interval + 1) * interval) - fundingAfter
    }

    func marketLimits(maxPosition: Quantity) -> MarketLimits {
        MarketLimits(
            maxPositionValue: Cash(whole: 500), maxPosition: maxPosition, maxOpenOrders: 4,
            maxOrderValue: Cash(whole: 100), priceCollar: .basisPoints(200), staleAfter: staleAfter,
            maxRepeatedFills: 40, repeatedFillWindow: .seconds(10))
    }

    var accountLimits: AccountLimits {
        AccountLimits(
            maxExposure: Cash(whole: 500), minBalance: Cash(whole: 100), maxDailyLoss: Cash(whole: 500),
            maxDrawdown: Cash(whole: 500), maxMessages: 100, messageWindow: .seconds(10),
            maxRoundTrip: .seconds(4), breakerPause: .seconds(2))
    }
}
