public import Fundamentals
public import MarketModel

/// The account's result: sums over all markets, in the asset that is counted in, each source converted at the current rate.
public struct EngineTotals: Hashable, Sendable {
    public var spreadCapture = Cash.zero
    public var inventory = Cash.zero
    /// Slippage of hedges; negative is a loss.
    public var hedging = Cash.zero
    /// Positive is a cost.
    public var fees = Cash.zero
    /// Positive when received.
    public var funding = Cash.zero
    /// Change of equity: equal to spread capture + inventory + hedging − fees + funding, to the last unit.
    public var net = Cash.zero
    /// Before fees.
    public var realized = Cash.zero
    public var unrealized = Cash.zero
    public var fills = 0
    public var makerFills = 0
    public var volume = Cash.zero
    public var makerVolume = Cash.zero
    /// One for each horizon, the shortest first; lots of different markets do not add up and are left out.
    public var markouts: [MarkoutTotal] = []
    public var counts = OrderCounts()
    public var uptime = QuoteUptime()

    public init() {}

    /// One market by itself, in its own asset.
    public init(of market: MarketStatus) {
        var market = market
        market.rate = .identity
        add(market)
    }

    public mutating func add(_ market: MarketStatus) {
        let sources = market.sources.converted(market.rate)
        func counted(_ own: Cash) -> Cash { market.rate?(own) ?? .zero }
        spreadCapture += sources.spreadCapture
        inventory += sources.inventory
        hedging += sources.hedging
        fees += sources.fees
        funding += sources.funding
        net += market.countedEquityChange
        realized += counted(market.realized)
        unrealized += counted(market.unrealized)
        fills += market.fills
        makerFills += market.makerFills
        volume += counted(market.volume)
        makerVolume += counted(market.makerVolume)
        counts.add(market.counts)
        uptime.add(market.uptime)
        for (index, markout) in market.markouts.enumerated() {
            if index == markouts.count { markouts.append(MarkoutTotal(horizon: markout.horizon)) }
            markouts[index].add(markout, counted)
        }
    }

    /// Requests sent for each fill, to two decimals; nil without a fill.
    public var requestsPerFill: ExactDecimal? { counts.requests(perFillOf: fills) }
}

/// What the mids did after our fills, summed over markets: Σ (mid then − fill price) × signed quantity.
public struct MarkoutTotal: Hashable, Sendable {
    public var horizon: TimeSpan
    public var buys = 0
    public var buyGain = Cash.zero
    public var sells = 0
    public var sellGain = Cash.zero

    public init(horizon: TimeSpan) { self.horizon = horizon }

    mutating func add(_ markout: MarkoutStatus, _ counted: (Cash) -> Cash) {
        buys += markout.buys
        buyGain += counted(markout.buyGain)
        sells += markout.sells
        sellGain += counted(markout.sellGain)
    }
}

/// How long quotes worked, of the time that the engine was quoting.
public struct QuoteUptime: Hashable, Sendable {
    /// At least one bid, at least one ask, and both at once.
    public var bid = TimeSpan.zero
    public var ask = TimeSpan.zero
    public var twoSided = TimeSpan.zero
    /// All of the time.
    public var observed = TimeSpan.zero

    public init() {}

    mutating func count(_ passed: TimeSpan, hasBid: Bool, hasAsk: Bool) {
        observed = observed + passed
        if hasBid { bid = bid + passed }
        if hasAsk { ask = ask + passed }
        if hasBid, hasAsk { twoSided = twoSided + passed }
    }

    mutating func add(_ other: QuoteUptime) {
        bid = bid + other.bid
        ask = ask + other.ask
        twoSided = twoSided + other.twoSided
        observed = observed + other.observed
    }
}

/// How many requests and ends a market has seen.
public struct OrderCounts: Hashable, Sendable {
    public var placed = 0
    public var amended = 0
    public var canceled = 0
    public var refused = 0
    public var rejected = 0

    public init() {}

    /// Everything that was sent about single orders.
    public var requests: Int { placed + amended + canceled }

    /// The order-to-trade ratio, to two decimals, rounded down; nil without a fill.
    public func requests(perFillOf fills: Int) -> ExactDecimal? {
        guard fills > 0 else { return nil }
        return ExactDecimal(mantissa: Int128(requests) * 100 / Int128(fills), scale: 2)
    }

    mutating func add(_ other: OrderCounts) {
        placed += other.placed
        amended += other.amended
        canceled += other.canceled
        refused += other.refused
        rejected += other.rejected
    }
}
