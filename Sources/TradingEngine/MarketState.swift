internal import Accounting
internal import Execution
internal import Fundamentals
internal import MarketModel
internal import OrderBooks
internal import Quoting
internal import RiskControl

/// Everything the engine knows about one market.
struct MarketState: Sendable {
    enum DeadMansSwitch: Hashable, Sendable {
        /// The venue has said nothing about one.
        case unreported
        case disarmed
        case armed(until: Instant)
    }

    let id: MarketID
    let strategy: StrategyConfiguration
    let limits: MarketLimits
    let replaceThreshold: Rate
    var instrument: Instrument
    var book = OrderBook()
    var model: QuotingModel
    var ledger: Ledger
    var journal = TradeJournal()
    var prices = MarkPrices()
    /// The touch, if it could be quoted from at the last review; otherwise the reason.
    var touch: Touch?
    var problem: OrderBook.Unusable? = .awaitingSnapshot

    var deadMansSwitch = DeadMansSwitch.unreported
    /// The venue's rules changed under us: nothing is placed until they are loaded again, or until then.
    var awaitsRulesUntil = Instant.distantPast
    var buyBackoff = Backoff()
    var sellBackoff = Backoff()

    /// When quotes of a side were last replaced.
    private var buysReplacedAt = Instant.distantPast
    private var sellsReplacedAt = Instant.distantPast

    /// Open orders that are not ours, at the last look.
    var externalBuying = Quantity.zero
    var externalSelling = Quantity.zero
    var reconciliation = PositionCheck()
    /// When a timer alone asks the model again.
    var nextDecision = Instant.distantPast
    /// The venue said that capital is short, and a person was told.
    var capitalToldAt = Instant.distantPast
    /// The operator wants the position closed.
    var isFlattening = false
    var cancelAllAt = Instant.distantPast

    /// What the position can come to by what is open.
    private(set) var worst = WorstCase()
    var maxExposureSeen = Cash.zero
    /// Of the ledger, when it was last looked at; and by how much the parts of it miss that.
    private(set) var equityChange = Cash.zero
    private(set) var imbalance = Cash.zero
    var counts = OrderCounts()
    /// Whether a bid and an ask work.
    var hasBid = false
    var hasAsk = false
    var uptime = QuoteUptime()
    var inventory = InventorySeries()
    /// Its parts no longer sum to the change in equity, and a person was told.
    var isUnbalanced = false
    var withheld: Withholding?
    var absence: QuoteAbsence?
    /// What the model last quoted around; nil before it quoted.
    var priceSource: QuotePriceSource?
    var buyRefusal: Refusal?
    var sellRefusal: Refusal?

    // Reused from step to step.
    var decision = QuotingDecision()
    var desired: [Quote] = []
    private var bids: [BookLevel] = []
    private var asks: [BookLevel] = []

    init(_ configuration: MarketConfiguration) {
        id = configuration.instrument.market
        strategy = configuration.strategy
        limits = configuration.limits
        replaceThreshold = configuration.replaceThreshold
        instrument = configuration.instrument
        model = QuotingModel(configuration.strategy)
        ledger = Ledger(configuration.instrument)
    }

    mutating func decide(_ view: MarketView) { model.decide(view, into: &decision) }

    /// Adds to a view what the public streams say. The arrays are refilled while nothing else holds them.
    mutating func describe(_ view: inout MarketView) {
        let depth = model.depth
        if depth > 1 {
            book.levels(.buy, limit: depth, into: &bids)
            book.levels(.sell, limit: depth, into: &asks)
        } else {
            bids.removeAll(keepingCapacity: true)
            bids.append(view.touch.bid)
            asks.removeAll(keepingCapacity: true)
            asks.append(view.touch.ask)
        }
        view.bids = bids
        view.asks = asks
        view.mark = prices.live(at: view.now, staleAfter: limits.staleAfter)
        view.positionMark = prices.fallback(at: view.now)
        view.fundingRate = prices.fundingRate
        view.squaredMoves = book.volatility.squaredMoves
        view.varianceSpan = book.volatility.span(at: view.now)
    }

    // What needs several parts of a market is done here, in place: from outside, reading the book or the ledger through
    // the array of markets would retain each of their arrays.

    mutating func lookAtBook(at now: Instant) {
        switch book.usableTouch(at: now, staleAfter: limits.staleAfter) {
        case .success(let touch):
            self.touch = touch
            problem = nil
            ledger.mark(touch.mid, at: now)
        case .failure(let error):
            touch = nil
            problem = error.reason
        }
    }

    /// Takes the ledger's equity.
    /// - Returns: by how much it has changed since the last time.
    mutating func revalue() -> Cash {
        let before = equityChange
        equityChange = ledger.equityChange
        imbalance = ledger.profitBySource - equityChange
        return equityChange - before
    }

    /// Takes what may be bought and sold.
    /// - Returns: by how much the worst case has changed.
    mutating func noteOpen(buying: Quantity, selling: Quantity) -> WorstCase {
        let before = worst
        let position = ledger.position.lots
        if let mid = ledger.mid {
            let long = position + buying.lots
            let short = position - selling.lots
            let lot = Int128(mid.count) * (instrument.cashPerTickLot.units / 2)
            let most = max(max(position, long), -min(position, short))
            worst = WorstCase(
                gross: Cash(units: Int128(most) * lot), long: Cash(units: Int128(long) * lot),
                short: Cash(units: Int128(short) * lot))
        } else {
            worst = WorstCase(gross: ledger.cost.magnitude, long: ledger.cost, short: ledger.cost)
        }
        maxExposureSeen = max(maxExposureSeen, worst.gross)
        return worst - before
    }

    mutating func countUptime(_ passed: TimeSpan) { uptime.count(passed, hasBid: hasBid, hasAsk: hasAsk) }

    mutating func sampleInventory(at now: Instant) { inventory.observe(ledger.position, ledger.mid, at: now) }

    func backoff(_ side: Side) -> Backoff {
        switch side {
        case .buy: buyBackoff
        case .sell: sellBackoff
        }
    }

    func replacedAt(_ side: Side) -> Instant {
        switch side {
        case .buy: buysReplacedAt
        case .sell: sellsReplacedAt
        }
    }

    mutating func noteReplace(_ side: Side, at now: Instant) {
        switch side {
        case .buy: buysReplacedAt = now
        case .sell: sellsReplacedAt = now
        }
    }

    mutating func holdBack(_ side: Side, atLeast pause: TimeSpan = .zero, at now: Instant) {
        switch side {
        case .buy: buyBackoff.fail(atLeast: pause, at: now)
        case .sell: sellBackoff.fail(atLeast: pause, at: now)
        }
    }
}

/// Pauses after failures: doubling from 250 ms to 10 s, forgotten after 30 s without one.
struct Backoff: Hashable, Sendable {
    private static let first = TimeSpan.milliseconds(250)
    private static let longest = TimeSpan.seconds(10)
    private static let memory = TimeSpan.seconds(30)

    private var failures: Int64 = 0
    private var lastFailure = Instant.distantPast
    private(set) var until = Instant.distantPast

    mutating func fail(atLeast pause: TimeSpan, at now: Instant) {
        if now - lastFailure > Self.memory { failures = 0 }
        lastFailure = now
        until = now + max(pause, min(Self.first * (1 << min(failures, 6)), Self.longest))
        failures += 1
    }
}

/// The venue's word on a position against our own.
struct PositionCheck: Hashable, Sendable {
    /// Whether a position has been taken over.
    var isAdopted = false
    var adoptedAsOf = Instant.distantPast
    /// Venue's position minus ours, when it last differed at a quiet moment.
    var difference = Quantity.zero
    /// When it was first seen; the trade history must have been read since before it counts.
    var noticedAt = Instant.distantPast
    var hasAlarmed = false
    /// Until when the trade history is known to be complete.
    var fillsCompleteAsOf = Instant.distantPast
    /// The venue's position as last told; nil before the first word.
    var reported: Quantity?
    /// When money or position of this market last moved here.
    var lastChange = Instant.distantPast

    /// A fill was booked: as far as it goes the way of the difference it was what was missing, and must not be counted
    /// once more as exposure.
    mutating func explain(_ signed: Quantity) {
        guard (signed > .zero) == (difference > .zero) else { return }
        difference = difference > .zero ? max(.zero, difference - signed) : min(.zero, difference - signed)
    }

    /// What the difference adds to what is open. The venue tells positions before the fills that moved them: until the
    /// trade history says otherwise a difference is a fill, on its way, of orders that are counted in full already.
    func unexplained(beside open: OpenExposure) -> (buying: Quantity, selling: Quantity) {
        let bought = max(.zero, difference)
        let sold = max(.zero, -difference)
        if hasAlarmed { return (bought, sold) }
        return (max(.zero, bought - open.buying), max(.zero, sold - open.selling))
    }
}

/// The account's balance: the venue's word against our own books.
struct BalanceState: Sendable {
    /// Wallet at the start of the books; nil until the venue has told.
    var opening: Cash?
    var reported: Cash?
    /// Available balance as told while nothing of ours was open, and the wallet at that moment.
    var quietAvailable: (available: Cash, wallet: Cash)?
    /// Venue's wallet less ours, when last told, less what was booked since.
    private(set) var difference = Cash.zero
    /// When it was first told.
    private(set) var noticedAt = Instant.distantPast
    var lastChange = Instant.distantPast

    mutating func notice(_ difference: Cash, at now: Instant) {
        guard difference != self.difference else { return }
        self.difference = difference
        noticedAt = now
    }

    /// The venue tells the wallet before the fills that moved it: what is booked was on its way, and is no difference any
    /// more; what is left is still the same difference, however much is traded meanwhile.
    mutating func explain(_ change: Cash) {
        if difference != .zero { difference = difference - change }
    }
}
