public import Fundamentals
public import MarketModel

/// What the engine allows at the moment, before any limit is looked at.
public enum Permission: Hashable, Sendable {
    case all
    /// Only orders that can do nothing but reduce the position.
    case reducing
    case none
}

/// What an action is judged against: one market's state, without the order that the action is about.
public struct RiskContext: Sendable {
    public var instrument: Instrument
    public var permission: Permission
    /// Mid of a book that may be quoted from; nil without one.
    public var reference: HalfTicks?
    /// The venue's mark, if known; its collars are relative to it.
    public var mark: ExactDecimal?
    public var position: Quantity
    /// Lots that may still be bought and sold by other orders, ours and placed by hand.
    public var buying: Quantity
    public var selling: Quantity
    public var openOrders: Int
    /// Highest bid and lowest offer of our other live orders.
    public var highestBuy: (price: Price, id: ClientOrderID)?
    public var lowestSell: (price: Price, id: ClientOrderID)?
    /// A live market order of ours.
    public var marketOrder: ClientOrderID?
    /// What may still fill of the order to be amended, at its present size.
    public var ownRemaining: Quantity
    /// What of it has filled.
    public var ownFilled: Quantity
    public var ownReduceOnly: Bool
    /// How the order to be amended would be changed.
    public var amends: AmendStyle
    /// Worst-case position value of all other markets.
    public var otherExposure: Cash
    /// Signed position values of all other markets together, if everything there is bought that may be, or sold.
    public var othersLong: Cash
    public var othersShort: Cash
    /// Nil until the venue has told the balance.
    public var wallet: Cash?
    /// Where the market is: whose breaker counts.
    public var venue = VenueID.target
    /// The action offsets what another market filled: what is exposed must not wait for the limit on messages. It counts as
    /// one all the same.
    public var isHedge = false
    /// What turns values in this market into the asset that limits are counted in; nil while the rate is not known.
    public var conversion: CashConversion? = .identity
    /// Price of the order to be amended.
    public var ownPrice: Price?
    /// What there is to pay with; nil for a market on margin.
    public var funds: SpotFunds?

    @inlinable
    public init(
        instrument: Instrument, permission: Permission, reference: HalfTicks?,
        mark: ExactDecimal? = nil, position: Quantity = .zero, buying: Quantity = .zero, selling: Quantity = .zero,
        openOrders: Int = 0, highestBuy: (price: Price, id: ClientOrderID)? = nil,
        lowestSell: (price: Price, id: ClientOrderID)? = nil, marketOrder: ClientOrderID? = nil,
        ownRemaining: Quantity = .zero, ownFilled: Quantity = .zero, ownReduceOnly: Bool = false,
        amends: AmendStyle = .inPlace, otherExposure: Cash = .zero, othersLong: Cash = .zero,
        othersShort: Cash = .zero, wallet: Cash?
    ) {
        self.instrument = instrument
        self.permission = permission
        self.reference = reference
        self.mark = mark
        self.position = position
        self.buying = buying
        self.selling = selling
        self.openOrders = openOrders
        self.highestBuy = highestBuy
        self.lowestSell = lowestSell
        self.marketOrder = marketOrder
        self.ownRemaining = ownRemaining
        self.ownFilled = ownFilled
        self.ownReduceOnly = ownReduceOnly
        self.amends = amends
        self.otherExposure = otherExposure
        self.othersLong = othersLong
        self.othersShort = othersShort
        self.wallet = wallet
    }

    /// Largest |position| that what is open can lead to.
    public var worstCase: Quantity { max(worstLong, -worstShort) }
    /// Whether the venue holds an order to it; on spot it is no more than an intention.
    var knowsReduceOnly: Bool {
        switch instrument.kind {
        case .perpetual: true
        case .spot: false
        }
    }
    var worstLong: Quantity { max(position, position + buying) }
    var worstShort: Quantity { min(position, position - selling) }
}

/// The one place that approves actions. Keeps the limits, the throttles, the breaker and the loss latch.
///
/// Cancels always pass. Everything else is checked against the worst case: every order of ours that may still fill,
/// fills, including those in flight, being cancelled or of unknown state, at the larger of old and new size.
public struct RiskGate: Sendable {
    public var limits: AccountLimits
    var marketLimits: [MarketLimits]
    var messages: RingBuffer<Instant>
    var fillThrottles: [FillThrottle]
    /// One for each venue.
    var breakers: [Breaker]
    var losses: LossWatch

    /// - Parameters:
    ///   - markets: `markets[i]` are the limits of the market of index `i`.
    ///   - venues: how many venues there are.
    ///   - earlier: the last day's result of earlier starts.
    public init(markets: [MarketLimits], account: AccountLimits, venues: Int = 1, earlier: DayResult? = nil) {
        marketLimits = markets
        breakers = [Breaker](repeating: Breaker(), count: venues)
        losses = LossWatch(earlier: earlier)
        limits = account
        messages = RingBuffer(capacity: max(1, account.maxMessages))
        fillThrottles = markets.map { FillThrottle(limit: $0.maxRepeatedFills, window: $0.repeatedFillWindow) }
    }

    public func limits(of market: MarketID) -> MarketLimits { marketLimits[market.index] }

    /// Loss since midnight (UTC), with that of earlier starts; zero when there is none.
    public var dailyLoss: Cash { losses.sinceDayStart }
    /// Fall from this run's highest equity.
    public var drawdown: Cash { losses.belowPeak }

    // MARK: Approval

    /// Approves `action` or says why not. An approved place or amend is counted as a message.
    public mutating func approve(
        _ action: OrderAction, _ context: RiskContext, at now: Instant
    ) throws(Refusal) -> Approved {
        guard let proposal = proposal(action, context) else { return Approved(action) }
        try check(proposal, context, at: now)
        try checkSelfCross(proposal, context)
        if !context.isHedge { try checkMessageRate(at: now) }
        messages.append(now)
        return Approved(action)
    }

    /// Whether `action` could stand: every rule but self-cross and message rate, which pass by themselves. What no
    /// longer could must not go on working either.
    public func judge(_ action: OrderAction, _ context: RiskContext, at now: Instant) throws(Refusal) {
        guard let proposal = proposal(action, context) else { return }
        try check(proposal, context, at: now)
    }

    private func proposal(_ action: OrderAction, _ context: RiskContext) -> Proposal? {
        switch action {
        case .cancel, .cancelAll: return nil
        case .place(_, let spec):
            var proposal = Proposal(spec)
            proposal.reduceOnly = proposal.reduceOnly && context.knowsReduceOnly
            return proposal
        case .amend(_, let market, let side, let price, let quantity):
            return Proposal(
                market: market, side: side, price: price, total: quantity, open: quantity - context.ownFilled,
                reduceOnly: context.ownReduceOnly && context.knowsReduceOnly, isNew: false)
        }
    }

    private func check(_ proposal: Proposal, _ context: RiskContext, at now: Instant) throws(Refusal) {
        try checkPermission(proposal, context)
        try checkPauses(proposal, context, at: now)
        guard let reference = context.reference, let conversion = context.conversion else { throw .noReference }
        try checkInstrument(proposal, context, reference)
        try checkSize(proposal, context, reference, conversion)
        try checkPrice(proposal, context, reference)
        try checkFunds(proposal, context, reference)
        try checkExposure(proposal, context, reference, conversion)
    }

    private func checkPermission(_ proposal: Proposal, _ context: RiskContext) throws(Refusal) {
        switch context.permission {
        case .all: break
        case .reducing: guard proposal.isReducing(context) else { throw .notTrading }
        case .none: throw .notTrading
        }
        if losses.latch != nil, !proposal.isReducing(context) { throw .notTrading }
        let wallet = context.wallet ?? .zero
        if wallet < limits.minBalance, !proposal.isReducing(context) {
            throw .minBalance(wallet, limit: limits.minBalance)
        }
    }

    private func checkPauses(_ proposal: Proposal, _ context: RiskContext, at now: Instant) throws(Refusal) {
        switch breakers[context.venue.index].state(at: now) {
        case .closed: break
        case .throttled: throw .breaker
        case .slow: guard proposal.isReducing(context) else { throw .breaker }
        }
        if let side = fillThrottles[proposal.market.index].paused(at: now), !proposal.isReducing(context) {
            throw .repeatedFills(side)
        }
    }

    private func checkMessageRate(at now: Instant) throws(Refusal) {
        guard messages.count >= limits.maxMessages else { return }
        if limits.maxMessages <= 0 { throw .messageRate(limit: limits.maxMessages) }
        if let oldest = messages.first, now - oldest < limits.messageWindow {
            throw .messageRate(limit: limits.maxMessages)
        }
    }
}
