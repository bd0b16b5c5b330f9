internal import Exchange
internal import Fundamentals
internal import MarketModel

/// One market as the protocol sees it: candles, marks and applied funding rates.
struct ExtendedMarketState: Sendable {
    let definition: ExtendedMarketDefinition
    let createdAt: Instant
    var prices = CandleSeries()
    var markPrices = CandleSeries()
    var indexPrices = CandleSeries()
    /// Rates that were applied, hour by hour.
    var funding = RecentList<AppliedFunding>(capacity: 10_000)
    /// Hourly, newest last.
    var openInterest = RecentList<OpenInterest>(capacity: 300)
    /// As last told by the exchange.
    private(set) var nextFunding: Instant
    private var rate: Rate

    struct AppliedFunding: Hashable, Sendable {
        var time: Instant
        var rate: Rate
    }

    struct OpenInterest: Hashable, Sendable {
        var time: Instant
        var base: Quantity
        var value: Cash
    }

    var instrument: Instrument { definition.instrument }
    var id: MarketID { definition.instrument.market }

    init(_ definition: ExtendedMarketDefinition, nextFunding: Instant, rate: Rate, at now: Instant) {
        self.definition = definition
        createdAt = now
        self.nextFunding = nextFunding
        self.rate = rate
    }

    mutating func record(_ trade: PublicTrade) {
        prices.record(
            instrument.decimal(trade.price), quantity: trade.quantity,
            value: instrument.notional(trade.price, trade.quantity), isTakerBuy: trade.aggressor == .buy,
            id: trade.id.number, at: trade.venueTime)
    }

    mutating func record(mark: ExactDecimal, index: ExactDecimal, at now: Instant) {
        markPrices.record(mark, at: now)
        indexPrices.record(index, at: now)
    }

    /// Takes what the exchange now says of funding.
    /// - Returns: the rate that was applied since the last time, if its hour passed.
    mutating func recordFunding(_ rate: Rate, next: Instant, at now: Instant) -> AppliedFunding? {
        defer {
            nextFunding = next
            self.rate = rate
        }
        guard nextFunding < next, nextFunding <= now else { return nil }
        let applied = AppliedFunding(time: nextFunding, rate: self.rate)
        funding.append(applied)
        return applied
    }
}
