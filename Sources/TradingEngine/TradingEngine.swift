internal import Execution
public import Fundamentals
internal import MarketModel
public import RiskControl

/// The whole trading logic as one value: inputs and their times go in, effects come out. It reads no clock, owns no
/// socket, and does the same for the same inputs in live trading, on paper, in backtests and in the simulation.
///
///     market event → book → model's quotes → shaped by risk → difference to what works → approved → sent
///     fill → ledger, model and throttles → requote
public struct TradingEngine: Sendable {
    let configuration: EngineConfiguration
    let dependencies: [MarketDependencies]
    /// Of each market, those that look again when its book changes.
    let dependents: [[Int]]
    var markets: [MarketState]
    var table: OrderTable
    var gate: RiskGate
    var phase = EnginePhase.waiting
    /// Why trading is halted until a person resumes it; nil when it is not.
    public internal(set) var haltReason: String?
    /// The operator took the quotes off; the session goes on.
    public internal(set) var isPaused = false
    /// Nothing happened but that time passed.
    var isTimerStep = false
    var venues: [VenueState]
    /// The margin account's.
    var balance = BalanceState()
    /// Of spot accounts, one for each venue and asset.
    var holdings: [Holding]
    /// Σ of the markets' worst cases, kept up to date market by market.
    var exposure = WorstCase()
    /// Σ of the markets' equity changes, kept up to date market by market.
    var equityChange = Cash.zero
    /// Markets in which something is held or open that cannot be valued yet.
    var unvaluedMarkets = 0
    /// When stopping last began.
    var stoppingSince = Instant.distantPast
    var now = Instant.distantPast

    // Reused from step to step.
    var changes: [OrderChange] = []
    var notices: [TableNotice] = []
    var queries: [(ClientOrderID, MarketID)] = []

    /// How often what still lives while stopping is cancelled once more.
    static let cancelRepeat = TimeSpan.seconds(2)
    /// How long a mass cancel may take before orders are cancelled one by one.
    static let cancelAllGrace = TimeSpan.milliseconds(500)

    /// What today (UTC) has brought, with earlier starts: to be kept for the next one.
    public var today: DayResult? { gate.today }

    /// - Precondition: `configuration.problem` is nil.
    public init(_ configuration: EngineConfiguration) {
        precondition(configuration.problem == nil, "a configuration is checked before an engine is built from it")
        self.configuration = configuration
        dependencies = MarketDependencies.all(configuration)
        dependents = MarketDependencies.dependents(dependencies)
        venues = configuration.venues.enumerated().map { VenueState(VenueID($0), $1) }
        var holdings: [Holding] = []
        markets = configuration.markets.indices.map { index in
            MarketState(configuration.markets[index], MarketLinks(index, in: configuration, &holdings))
        }
        self.holdings = holdings
        table = OrderTable(
            epoch: configuration.epoch, arrivalHorizon: configuration.arrivalHorizon, amends: configuration.amends)
        gate = RiskGate(
            markets: configuration.markets.map(\.limits), account: configuration.limits,
            venues: configuration.venues.count, earlier: configuration.earlier)
    }

    /// Takes one input and appends what follows from it to `effects`. Time never runs backwards here: an earlier
    /// `time` counts as the latest one seen.
    public mutating func step(_ input: Input, at time: Instant, into effects: inout [Effect]) {
        advanceClock(to: max(time, now))
        switch input {
        case .market(let event):
            guard let index = apply(event, into: &effects) else { return }
            review(index, into: &effects)
            reviewDependents(of: index, into: &effects)
        case .account(let event):
            apply(event, into: &effects)
            act(onNotices: &effects)
            reviewAll(into: &effects)
        case .venue(let status, let venue):
            guard venues.indices.contains(venue.index) else { return }
            apply(status, of: venue.index, into: &effects)
            reviewAll(into: &effects)
        case .command(let command):
            apply(command, into: &effects)
            reviewAll(into: &effects)
        case .timer:
            advanceOrders(into: &effects)
            act(onNotices: &effects)
            isTimerStep = true
            reviewAll(into: &effects)
            isTimerStep = false
        }
        finishStopping(into: &effects)
    }

    private mutating func advanceClock(to time: Instant) {
        let passed = now == .distantPast ? TimeSpan.zero : time - now
        now = time
        for index in markets.indices { markets[index].sampleInventory(at: time) }
        guard phase == .quoting, passed > .zero else { return }
        for index in markets.indices where !markets[index].isWatched { markets[index].countUptime(passed) }
    }

    private mutating func advanceOrders(into effects: inout [Effect]) {
        table.advance(to: now, queries: &queries, into: &notices)
        for (id, market) in queries { effects.append(.query(id, market)) }
        queries.removeAll(keepingCapacity: true)
    }

    mutating func reviewAll(into effects: inout [Effect]) {
        for index in markets.indices { refreshExposure(index) }
        for index in markets.indices { review(index, into: &effects) }
    }

    func isKnown(_ market: MarketID) -> Bool { markets.indices.contains(market.index) }

    /// Start-up is complete on every venue.
    var isReady: Bool { venues.allSatisfy(\.isReady) }

    // MARK: Stopping and halting

    mutating func beginStopping(into effects: inout [Effect]) {
        phase = .stopping
        stoppingSince = now
        cancelEverything(into: &effects)
    }

    /// The kill switch and every latch: nothing new until a person resumes.
    mutating func halt(_ reason: String, into effects: inout [Effect]) {
        guard haltReason == nil else { return }
        haltReason = reason
        effects.append(.incident(Incident(.alarm, "halted: \(reason)")))
        beginStopping(into: &effects)
    }

    mutating func cancelEverything(into effects: inout [Effect]) {
        for index in markets.indices { cancelAll(index, into: &effects) }
    }

    mutating func cancelEverything(at venue: VenueID, into effects: inout [Effect]) {
        for index in markets.indices where markets[index].venue == venue { cancelAll(index, into: &effects) }
    }

    mutating func cancelAll(_ index: Int, into effects: inout [Effect]) {
        let action = OrderAction.cancelAll(markets[index].id)
        guard let approved = try? gate.approve(action, context(index), at: now) else { return }
        effects.append(.send(approved))
        markets[index].cancelAllAt = now
    }

    private mutating func finishStopping(into effects: inout [Effect]) {
        guard phase == .stopping else { return }
        // A position being closed may finish first, but a book that is gone must not keep a stop waiting.
        if table.isSettled, !isHedgeOutstanding,
            !markets.contains(where: { $0.isFlattening && $0.touch != nil && $0.rate != nil })
        {
            tellLeftover(into: &effects)
            phase = .quiet
            effects.append(.quiet)
            return
        }
        for index in markets.indices where now - markets[index].cancelAllAt >= Self.cancelRepeat {
            if table.hasLive(in: markets[index].id) { cancelAll(index, into: &effects) }
        }
    }
}

/// Where the engine is in its life.
public enum EnginePhase: String, Hashable, Sendable {
    /// Start-up is not complete.
    case waiting
    case quoting
    /// Cancelling, and settling what is unresolved.
    case stopping
    /// Stopped: nothing of ours is left as far as can be seen.
    case quiet
}
