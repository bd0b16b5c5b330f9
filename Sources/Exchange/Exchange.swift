public import Fundamentals
public import MarketModel

/// In which asset a spot market takes its fee.
public enum SpotFeeAsset: String, Hashable, Sendable, CaseIterable {
    /// Always the quote asset.
    case quote
    /// What the account receives: the base asset of a buy, the quote asset of a sell.
    case received
}

/// A market the exchange runs.
public struct MarketDefinition: Hashable, Sendable {
    public var instrument: Instrument
    public var maxLeverage: Int64
    public var maintenanceMargin: Rate
    public var liquidationFee: Rate
    /// Largest relative gap between mark and last price at which a price-protected order triggers.
    public var triggerProtect: Rate
    public var maxConditionalOrders: Int
    public var fundingInterval: TimeSpan
    /// Paid at each funding time until changed by flow.
    public var fundingRate: Rate
    /// Whether the collar of a conditional limit order is about its trigger price instead of the mark.
    public var collarFollowsTrigger = false
    /// Of spot markets (`instrument.kind`), which have neither position nor margin, mark nor funding.
    public var spotFeeAsset = SpotFeeAsset.quote

    public init(
        instrument: Instrument, maxLeverage: Int64 = 50, maintenanceMargin: Rate = .basisPoints(100),
        liquidationFee: Rate = .basisPoints(250), triggerProtect: Rate = .basisPoints(1_500),
        maxConditionalOrders: Int = 10, fundingInterval: TimeSpan = .hours(8), fundingRate: Rate = .basisPoints(1)
    ) {
        self.instrument = instrument
        self.maxLeverage = maxLeverage
        self.maintenanceMargin = maintenanceMargin
        self.liquidationFee = liquidationFee
        self.triggerProtect = triggerProtect
        self.maxConditionalOrders = maxConditionalOrders
        self.fundingInterval = fundingInterval
        self.fundingRate = fundingRate
    }
}

/// The names of trades: both ascend.
public enum TradeNumbering: Hashable, Sendable {
    /// 2,500,001 and up.
    case consecutive
    /// The trade's time in milliseconds since the epoch `zero`, shifted by 22 bits, as Twitter's "snowflake" ids are.
    case snowflake(zero: Int64)

    func next(after last: Int64, at now: Instant) -> Int64 {
        switch self {
        case .consecutive: last + 1
        case .snowflake(let zero): max(last + 1, max(0, min(now.milliseconds - zero, 1 << 41 - 1)) << 22)
        }
    }
}

/// A matching engine with accounts, as a value: price-time priority, cross margin, fees, funding, triggers.
///
/// Every mutating call takes the present and appends what happened, in order, to `events`. Time never runs backwards.
///
/// An accepted order tells `.order(.new)`, then its matches, then `.order(.expired)` if something could not stay. One
/// match tells, for the taker and then for the maker, `.account(.order)` and `.order(.trade)`; then `.print`; then
/// `.level`. Orders that a match made impossible (reduce-only ones) follow. The flow has no order or account events.
///
/// Margin is cross margin in the settlement asset of the first market, which all markets must share; an isolated flag is
/// kept but changes nothing. In spot markets (`Instrument.kind`) assets move between accounts instead; an exchange of spot
/// markets needs no settlement asset. Histories are bounded, see `ExchangeRetention`; prints to the last 1,000.
public struct Exchange: Sendable {
    public internal(set) var markets: [MarketDefinition]
    public internal(set) var house = ExchangeHouse()
    public let settlementAsset: String
    /// How much history is kept; may be changed at any time.
    public var retention = ExchangeRetention()

    var states: [MarketState]
    /// By `AccountID.index`; the first is the flow.
    var accounts: [AccountState]
    var store = OrderStore()
    /// Whether the name of an open order may not be given to another of the same account; for venues that have rules of
    /// their own. Orders without a name, the empty one, are never in each other's way.
    public var namesAreUnique = true
    /// How trades are numbered; may be set before the first.
    public var tradeNumbering = TradeNumbering.consecutive
    var lastTradeID: Int64 = 2_500_000
    var lastIncomeID: Int64 = 9_689_000_000
    var lastPrevention: Int64 = 0
    /// What spot markets charged, in the order in which the assets first appeared.
    var spotFees: [AssetHolding] = []
    /// The latest time any call brought.
    var clock: Instant
    /// When marks are published next: whole seconds.
    var nextMark: Instant
    /// Armed countdowns, in the order in which they were armed.
    var countdowns: [Countdown] = []

    struct Countdown {
        var account: AccountID
        var market: MarketID
        var deadline: Instant
    }

    /// `markets[i].instrument.market.index == i`. Rates beyond ±100 %, and funding more often than once a second, are cut
    /// there.
    public init(markets definitions: [MarketDefinition], startingAt now: Instant) {
        let markets = definitions.map { $0.bounded }
        let now = min(max(now, Instant(nanoseconds: 0)), Self.latest)
        self.markets = markets
        settlementAsset = markets.first?.instrument.settlementAsset ?? "USDT"
        states = markets.map { MarketState($0, startingAt: now) }
        accounts = [AccountState([], settlementAsset: settlementAsset, markets: markets, owner: 0)]
        clock = now
        nextMark = Self.boundary(after: now, every: .seconds(1))
    }

    /// The first whole multiple of `span` since the epoch that lies after `now`.
    static func boundary(after now: Instant, every span: TimeSpan) -> Instant {
        guard span > .zero else { return .distantFuture }
        let (next, overflow) = (now.nanoseconds / span.nanoseconds + 1).multipliedReportingOverflow(
            by: span.nanoseconds)
        return overflow ? .distantFuture : min(Instant(nanoseconds: next), .distantFuture)
    }

    /// Bounds beyond the venue's filters that keep all arithmetic in range.
    enum Bound {
        static let lots: Int64 = 1_000_000_000_000
        static let ticks: Int64 = 1_000_000_000_000
        static let exposureLots: Int64 = 1_000_000_000_000_000
        /// 10¹⁶ coins.
        static let notional = Cash(units: 10_000_000_000_000_000_000_000_000_000)
        /// 10¹³ coins.
        static let balance = Cash(units: 10_000_000_000_000_000_000_000_000)
    }

    func has(_ account: AccountID) -> Bool { account.index > 0 && account.index < accounts.count }
    func has(_ market: MarketID) -> Bool { states.indices.contains(market.index) }

    mutating func tick(_ now: Instant) -> Instant {
        clock = max(clock, min(now, Self.latest))
        return clock
    }

    /// Later times count as this one, so that nothing due "never" ever is.
    static let latest = Instant.distantFuture - TimeSpan(nanoseconds: 1)
}

extension MarketDefinition {
    /// Rates within what 128 bits can multiply.
    fileprivate var bounded: MarketDefinition {
        func bounded(_ rate: Rate) -> Rate { max(-.one, min(.one, rate)) }
        var result = self
        result.maintenanceMargin = bounded(maintenanceMargin)
        result.liquidationFee = bounded(liquidationFee)
        result.fundingRate = bounded(fundingRate)
        result.instrument.makerFee = bounded(instrument.makerFee)
        result.instrument.takerFee = bounded(instrument.takerFee)
        if fundingInterval > .zero { result.fundingInterval = max(.seconds(1), fundingInterval) }
        return result
    }
}

/// Background flow: what a recording or a stochastic model does to a market.
public enum FlowEvent: Hashable, Sendable {
    /// The recorded book, best first: resting flow liquidity is moved towards it. Increases join the back of the
    /// queue, decreases leave from the back; orders of accounts stay where they are, and are matched where crossed.
    case book(MarketID, bids: [BookLevel], asks: [BookLevel])
    /// A market order of the flow that sweeps to `limit` at most.
    case trade(MarketID, aggressor: Side, quantity: Quantity, limit: Price)
    case rest(MarketID, Side, BookLevel)
    case withdraw(MarketID, Side, BookLevel)
    /// Mark and index follow the mid unless the flow says otherwise.
    case mark(MarketID, price: ExactDecimal, index: ExactDecimal, fundingRate: Rate)
}

/// Where background flow comes from: recordings and synthetic models.
public protocol OrderFlow: Sendable {
    /// When the next event is due; nil when the flow has ended.
    var nextDue: Instant? { get }
    /// Takes the next event. Called only when it is due.
    mutating func next() -> FlowEvent?
}
