public import Fundamentals
public import MarketModel

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

/// A matching engine with accounts, as a value: price-time priority, cross margin, fees, funding, triggers.
///
/// Every mutating call takes the present and appends what happened, in order, to `events`. Time never runs backwards.
public struct Exchange: Sendable {
    public private(set) var markets: [MarketDefinition]

    /// `markets[i].instrument.market.index == i`.
    public init(markets: [MarketDefinition], startingAt now: Instant) { self.markets = markets }

    // MARK: Accounts

    /// Balances by asset; margin and profit are in the markets' settlement asset.
    public mutating func openAccount(balances: [(asset: String, amount: Cash)], at now: Instant) -> AccountID {
        AccountID(1)
    }
    /// Adds to (or takes from) a balance; books a transfer.
    public mutating func deposit(
        _ amount: Cash, asset: String, to account: AccountID, at now: Instant, into events: inout [ExchangeEvent]
    ) {}
    /// All balances of an account in the order in which the assets first appeared.
    public func balances(of account: AccountID) -> [(asset: String, amount: Cash)] { [] }
    /// Wallet balance of the settlement asset.
    public func wallet(of account: AccountID) -> Cash { .zero }
    public func position(of account: AccountID, in market: MarketID) -> ExchangePosition {
        ExchangePosition(leverage: 1)
    }
    /// Position value at mark − cost basis, over all markets.
    public func unrealized(of account: AccountID) -> Cash { .zero }
    /// Initial margin of positions, of open orders, and maintenance margin, over all markets.
    public func margin(of account: AccountID) -> (positions: Cash, orders: Cash, maintenance: Cash) {
        (.zero, .zero, .zero)
    }
    /// What can still back new orders, never negative.
    public func available(of account: AccountID) -> Cash { .zero }
    public mutating func setLeverage(
        _ leverage: Int64, market: MarketID, of account: AccountID, at now: Instant, into events: inout [ExchangeEvent]
    ) throws(ExchangeRejection) {}
    public mutating func setIsolated(
        _ isolated: Bool, market: MarketID, of account: AccountID, at now: Instant, into events: inout [ExchangeEvent]
    ) throws(ExchangeRejection) {}
    public mutating func setSelfTradeMode(_ mode: SelfTradeMode, of account: AccountID) {}
    public func selfTradeMode(of account: AccountID) -> SelfTradeMode { .expireTaker }
    /// Replaces the market's rates for one account.
    public mutating func setFees(maker: Rate, taker: Rate, market: MarketID, of account: AccountID) {}
    public func fees(of account: AccountID, in market: MarketID) -> (maker: Rate, taker: Rate) { (.zero, .zero) }

    // MARK: Orders

    /// Accepts or refuses; a refused order leaves no trace. The returned order is as accepted (`NEW`), before it
    /// matched: `events` then tell its fate.
    public mutating func place(
        _ order: NewOrder, by account: AccountID, at now: Instant, into events: inout [ExchangeEvent]
    ) throws(ExchangeRejection) -> ExchangeOrder { throw .unknownMarket }
    /// Changes price and total quantity of an open limit order. Priority is kept only where just the quantity falls.
    public mutating func amend(
        _ id: Int64, of account: AccountID, price: Price, quantity: Quantity, at now: Instant,
        into events: inout [ExchangeEvent]
    ) throws(ExchangeRejection) -> ExchangeOrder { throw .unknownOrder }
    /// The order as it was left (it may have been filled before).
    public mutating func cancel(
        _ id: Int64, of account: AccountID, at now: Instant, into events: inout [ExchangeEvent]
    ) throws(ExchangeRejection) -> ExchangeOrder { throw .unknownOrder }
    public mutating func cancelAll(
        of account: AccountID, in market: MarketID, at now: Instant, into events: inout [ExchangeEvent]
    ) {}
    /// Cancels everything of that account in that market once `span` has passed; zero disarms; a new call replaces.
    public mutating func armCountdown(_ span: TimeSpan, of account: AccountID, in market: MarketID, at now: Instant) {}
    /// When the switch would fire.
    public func countdown(of account: AccountID, in market: MarketID) -> Instant? { nil }

    public func order(_ id: Int64, of account: AccountID) -> ExchangeOrder? { nil }
    /// The newest order with that client id, open ones first.
    public func order(clientOrderID: String, of account: AccountID) -> ExchangeOrder? { nil }
    /// Ascending by order id; nil for all markets.
    public func openOrders(of account: AccountID, in market: MarketID?) -> [ExchangeOrder] { [] }
    /// Ascending by order id, open and closed.
    public func orders(of account: AccountID, in market: MarketID) -> [ExchangeOrder] { [] }
    /// Ascending by trade id.
    public func executions(of account: AccountID, in market: MarketID) -> [Execution] { [] }
    /// Ascending by id.
    public func income(of account: AccountID) -> [Income] { [] }

    // MARK: Market data

    /// Best `depth` displayed levels a side, best first.
    public func book(_ market: MarketID, depth: Int) -> (bids: [BookLevel], asks: [BookLevel]) { ([], []) }
    public func touch(_ market: MarketID) -> Touch? { nil }
    /// The last trades, oldest first, at most 1,000.
    public func trades(_ market: MarketID) -> [PublicTrade] { [] }
    public func lastPrice(_ market: MarketID) -> Price? { nil }
    public func mark(_ market: MarketID) -> (
        price: ExactDecimal, index: ExactDecimal, fundingRate: Rate, nextFunding: Instant
    ) { (.zero, .zero, .zero, .distantFuture) }

    // MARK: Time and flow

    /// Fires what is due: countdowns, funding, mark-price triggers.
    public mutating func advance(to now: Instant, into events: inout [ExchangeEvent]) {}
    /// When `advance` next has something to do.
    public var nextDue: Instant { .distantFuture }
    /// Carries out one step of background flow.
    public mutating func apply(_ flow: FlowEvent, at now: Instant, into events: inout [ExchangeEvent]) {}
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
