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
    let venue: VenueID
    /// Its book is all that is wanted of it.
    let isWatched: Bool
    /// Orders of ours may be in it, be it quoted or hedged in.
    let isTraded: Bool
    /// On a spot venue, which of the holdings are of base and quote asset.
    let holdings: MarketHoldings?
    let neutralHolding: Cash?
    /// The market whose mid turns cash of this one into the asset that is counted in.
    let conversion: MarketID?
    /// At its newest mid; nil before the first.
    var rate: CashConversion?
    /// Which markets are converted by this one's mid, and at which mid they last were.
    let converted: [Int]
    var convertedAt: HalfTicks?
    /// Something is held or open that cannot be valued yet.
    private(set) var isUnvalued = false
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
    /// What those buys may cost, in ticks times lots.
    var externalBuyingCost: Int128 = 0
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
    var hedging = HedgeState()
    var selfTrades = SelfTradeWatch()
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
    var referenceBook: ForeignBook?
    var conversionBook: ForeignBook?

    init(_ configuration: MarketConfiguration, _ links: MarketLinks) {
        id = configuration.instrument.market
        venue = configuration.venue
        neutralHolding = configuration.neutralHolding
        isTraded = links.isTraded
        holdings = links.holdings
        conversion = links.conversion
        converted = links.converted
        rate = links.conversion == nil ? .identity : nil
        isWatched = configuration.strategy == .watch
        strategy = configuration.strategy
        limits = configuration.limits
        replaceThreshold = configuration.replaceThreshold
        var instrument = configuration.instrument
        instrument.kind = links.holdings == nil ? .perpetual : .spot
        self.instrument = instrument
        model = QuotingModel(configuration.strategy)
        ledger = Ledger(instrument)
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

    /// Takes a buffer out to be refilled, so that nothing else holds its arrays.
    mutating func takeReferenceBook() -> ForeignBook? {
        let book = referenceBook
        referenceBook = nil
        return book
    }

    mutating func takeConversionBook() -> ForeignBook? {
        let book = conversionBook
        conversionBook = nil
        return book
    }

    /// The newest of its side that nothing was sent after.
    func refusal(_ side: Side) -> Refusal? {
        switch side {
        case .buy: buyRefusal
        case .sell: sellRefusal
        }
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

    /// Takes the ledger's equity, as the asset that is counted in has it: source by source, so that the converted sources sum
    /// to it exactly.
    /// - Returns: by how much it has changed since the last time.
    mutating func revalue() -> Cash {
        let before = equityChange
        let own = ledger.equityChange
        imbalance = ledger.profitBySource - own
        equityChange = conversion == nil ? own : ProfitSources(ledger).converted(rate).sum
        return equityChange - before
    }

    /// An amount of the counting asset as one of this market's own, rounded down; zero while the rate is not known.
    func own(_ counted: Cash) -> Cash { rate?.inverse.roundedDown(counted) ?? .zero }
    /// An amount of this market's own asset in the counting asset; zero while the rate is not known.
    func counted(_ own: Cash) -> Cash { rate?(own) ?? .zero }

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
                gross: counted(Cash(units: Int128(most) * lot)), long: counted(Cash(units: Int128(long) * lot)),
                short: counted(Cash(units: Int128(short) * lot)))
        } else {
            let cost = counted(ledger.cost)
            worst = WorstCase(gross: cost.magnitude, long: cost, short: cost)
        }
        isUnvalued = rate == nil && (position != 0 || buying > .zero || selling > .zero)
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
