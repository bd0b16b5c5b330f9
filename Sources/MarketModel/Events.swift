public import Fundamentals

/// One price and the quantity that rests there.
@frozen
public struct BookLevel: Hashable, Sendable {
    public var price: Price
    /// Absolute; zero removes the level.
    public var quantity: Quantity

    @inlinable public init(_ price: Price, _ quantity: Quantity) {
        self.price = price
        self.quantity = quantity
    }
}

/// The best bid and ask.
@frozen
public struct Touch: Hashable, Sendable {
    public var bid: BookLevel
    public var ask: BookLevel

    @inlinable public init(bid: BookLevel, ask: BookLevel) {
        self.bid = bid
        self.ask = ask
    }
    /// Halfway between bid and ask, exactly.
    @inlinable public var mid: HalfTicks { HalfTicks(count: bid.price.ticks + ask.price.ticks) }
    @inlinable public var spreadTicks: Int64 { ask.price - bid.price }
}

/// A part of the book as a venue sends it. Kept and refilled by decoders, so that a warm feed allocates nothing.
public struct BookUpdate: Hashable, Sendable {
    /// First and last update id of the event (`U`, `u`).
    public var firstID: Int64
    public var lastID: Int64
    /// Last id of the event before (`pu`); 0 for a snapshot.
    public var previousID: Int64
    /// The venue's own time of the change.
    public var venueTime: Instant
    public var bids: [BookLevel]
    public var asks: [BookLevel]

    public init(
        firstID: Int64 = 0, lastID: Int64 = 0, previousID: Int64 = 0, venueTime: Instant = .distantPast,
        bids: [BookLevel] = [], asks: [BookLevel] = []
    ) {
        self.firstID = firstID
        self.lastID = lastID
        self.previousID = previousID
        self.venueTime = venueTime
        self.bids = bids
        self.asks = asks
    }
}

/// A print on the public tape.
public struct PublicTrade: Hashable, Sendable {
    public var id: TradeID
    public var price: Price
    public var quantity: Quantity
    /// The side of the order that took liquidity.
    public var aggressor: Side
    public var venueTime: Instant

    public init(id: TradeID, price: Price, quantity: Quantity, aggressor: Side, venueTime: Instant) {
        self.id = id
        self.price = price
        self.quantity = quantity
        self.aggressor = aggressor
        self.venueTime = venueTime
    }
}

/// Something public happened in a market.
public enum MarketEvent: Hashable, Sendable {
    /// The whole book, or its top: replaces what was there. Starts or restarts a `pu` chain.
    case snapshot(MarketID, BookUpdate)
    /// Changes since `previousID`. A break in the chain makes the book invalid until the next snapshot.
    case delta(MarketID, BookUpdate)
    /// Best bid and ask only, with the book id they belong to (`bookTicker`).
    case touch(MarketID, Touch, bookID: Int64, venueTime: Instant)
    case trade(MarketID, PublicTrade)
    /// Mark price (kept exact: it is finer than a tick), funding rate and the next funding time.
    case mark(MarketID, price: ExactDecimal, fundingRate: Rate, nextFunding: Instant)
    /// The market's stream is gone or gapped: the book may not be used until the next snapshot.
    case bookLost(MarketID)
}

/// One of our executions, as the venue booked it.
public struct Fill: Hashable, Sendable {
    public var market: MarketID
    public var trade: TradeID
    /// Nil for an order that is not ours (placed by hand, or by the venue: liquidation, ADL).
    public var clientOrderID: ClientOrderID?
    public var venueOrderID: VenueOrderID
    public var side: Side
    public var price: Price
    /// Positive.
    public var quantity: Quantity
    public var isMaker: Bool
    /// Positive is a cost. Already converted to the settlement asset.
    public var commission: Cash
    /// What the venue says it realised with this fill, before fees; nil where it does not say.
    public var realized: Cash?
    public var venueTime: Instant
    /// The part of the fee that was taken in the base asset, in 10⁻¹² of it; `commission` is its value. Spot markets only.
    public var baseCommission = Cash.zero
    /// The part of `commission` that is the value of a fee taken in a third asset: neither base nor quote paid it. Spot markets
    /// only.
    public var thirdAssetCommission = Cash.zero
    /// The venue says that both sides were ours.
    public var isSelfTrade = false

    public init(
        market: MarketID, trade: TradeID, clientOrderID: ClientOrderID?, venueOrderID: VenueOrderID, side: Side,
        price: Price, quantity: Quantity, isMaker: Bool, commission: Cash, realized: Cash? = nil, venueTime: Instant
    ) {
        self.market = market
        self.trade = trade
        self.clientOrderID = clientOrderID
        self.venueOrderID = venueOrderID
        self.side = side
        self.price = price
        self.quantity = quantity
        self.isMaker = isMaker
        self.commission = commission
        self.realized = realized
        self.venueTime = venueTime
    }
}

/// Why the venue says an order is over.
public enum DoneReason: String, Hashable, Sendable, CaseIterable {
    case filled, canceled, expired, rejected
    /// A post-only order that would have crossed.
    case postOnlyMiss
    /// Taken off by the venue's self-trade prevention.
    case selfTradePrevented
}

/// An order as the venue describes it: the answer to a query, or a row of the open orders.
public struct OrderReport: Hashable, Sendable {
    public enum Status: Hashable, Sendable {
        case working
        case done(DoneReason)
    }

    public var market: MarketID
    /// Nil for an order that is not ours.
    public var clientOrderID: ClientOrderID?
    public var venueOrderID: VenueOrderID
    public var side: Side
    public var price: Price?
    /// Total, not remaining.
    public var quantity: Quantity
    public var filled: Quantity
    public var status: Status

    public init(
        market: MarketID, clientOrderID: ClientOrderID?, venueOrderID: VenueOrderID, side: Side, price: Price?,
        quantity: Quantity, filled: Quantity, status: Status
    ) {
        self.market = market
        self.clientOrderID = clientOrderID
        self.venueOrderID = venueOrderID
        self.side = side
        self.price = price
        self.quantity = quantity
        self.filled = filled
        self.status = status
    }
}

/// Which request of an order an outcome speaks of.
public enum RequestKind: String, Hashable, Sendable, CaseIterable { case place, amend, cancel }

/// Why a venue, certainly, did not do what was asked. Only definitive refusals: everything else is *unresolved*.
public struct VenueRejection: Hashable, Sendable {
    /// What to do about it, from the venue's action table.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Would have crossed, or is outside the price band: quote again from a fresh book.
        case requote
        /// Filters changed: load the instrument again.
        case rules
        /// Not enough margin or balance.
        case capital
        /// The venue's view of orders or position differs from ours: reconcile.
        case stateMismatch
        /// Rate limit: certain not to have been executed, pause.
        case rateLimited
        /// Keys, permissions or account mode: stop.
        case fatal
        case other
    }
    public var kind: Kind
    public var code: Int64
    public var message: String

    public init(kind: Kind, code: Int64, message: String) {
        self.kind = kind
        self.code = code
        self.message = message
    }
}

/// Something happened to our orders, positions or balances.
public enum AccountEvent: Hashable, Sendable {
    /// The venue has the order (reply or stream, whichever is first; repeats are harmless).
    case accepted(ClientOrderID, VenueOrderID)
    case amended(ClientOrderID, price: Price, quantity: Quantity)
    /// Definitive refusal of a request; a rejected cancel or amend leaves the order's state to be asked for.
    case rejected(ClientOrderID, RequestKind, VenueRejection)
    /// The request may or may not have been executed. Never taken for a refusal.
    case unresolved(ClientOrderID, RequestKind)
    case filled(Fill)
    /// The order is over. `filled` is the venue's cumulative quantity where it says: fills may still be on their way.
    case done(ClientOrderID, DoneReason, filled: Quantity?)
    /// The answer to a query.
    case report(OrderReport)
    /// The venue does not know the order; `askedAt` is when the query left. Evidence only once the request that made
    /// the order can no longer arrive.
    case notFound(ClientOrderID, askedAt: Instant)
    /// All open orders of one market, as of a moment not before `asOf` (when the query left).
    case openOrders(MarketID, [OrderReport], asOf: Instant)
    /// The venue's position. `entryPrice` is the venue's average, rounded as it rounds; `mark` is the price at which it
    /// valued the position, where it says.
    case position(MarketID, Quantity, entryPrice: ExactDecimal, asOf: Instant, mark: ExactDecimal? = nil)
    /// Wallet balance of the settlement asset, without unrealised profit.
    case balance(wallet: Cash, available: Cash?, asOf: Instant)
    /// What a spot account holds of one asset, in 10⁻¹² of it; `available` is what no order holds back.
    case holding(VenueID, asset: String, total: Cash, available: Cash?, asOf: Instant)
    /// Positive when received.
    case funding(MarketID?, Cash, venueTime: Instant)
    /// Trade history up to `asOf` has been delivered as `filled` events: what is missing now did not happen.
    case fillsComplete(MarketID, asOf: Instant)
}

/// What the connection to the venue is worth at the moment.
public enum VenueStatus: Hashable, Sendable {
    /// Instrument rules as loaded, at start and whenever they change.
    case instrument(Instrument)
    /// Start-up is complete: mode checked, own orders gone or adopted, switch armed, streams live.
    case ready
    /// Private stream lost: fills may be missed, so nothing may be quoted until `privateStreamUp`.
    case privateStreamDown
    /// Private stream is back *and* orders, fills, position and balance have been reconciled.
    case privateStreamUp
    /// New orders must wait until then (429, 418, 403, weight used up); cancels have their reserve.
    case throttled(until: Instant)
    /// The dead man's switch is armed until `deadline`, or (nil) is not armed.
    case deadMansSwitch(MarketID, deadline: Instant?)
    /// Something that stops trading until a person acts: keys refused, hedge mode, ban.
    case fatal(String)
    /// Time from request to reply.
    case roundTrip(TimeSpan)
    /// Shutdown is complete: the venue confirmed that nothing of ours rests.
    case closed
}
