public import Fundamentals
internal import MarketModel
internal import RiskControl
internal import Wire

/// The client side of any venue that an adapter speaks: one account, a few markets of it.
///
/// Start-up, recovery of the private stream, reading of fills, clearing and shutdown are routines; orders, polls and
/// heartbeats are single requests. Order-creating requests leave at most once, whatever happens to their replies, and
/// each order of a batch has exactly one outcome.
public struct AdapterSession<Adapter: VenueAdapter>: VenueSession {
    public internal(set) var adapter: Adapter
    let configuration: AdapterSessionConfiguration
    /// Whether orders are sent at all.
    let isTrading: Bool
    var random: RandomSource
    var phase = SessionPhase.idle
    var startedAt = Instant.distantPast
    /// When it was last called: a long silence of its own caller means that the process stood still.
    var lastCall = Instant.distantPast
    /// Whether orders could have been placed in this life.
    var wasReady = false
    /// Orders of an earlier run were seen, and not yet that they are gone.
    var hasLeftovers = false
    /// When a shutdown of a session that never was ready ends unconfirmed.
    var giveUpAt = Instant.distantFuture
    /// Why start-up or shutdown waits.
    var waitsFor = "the venue does not answer"

    var clock = ClockOffset()
    /// The venue refused a request for its time: no order leaves until the offset is measured again.
    var isClockSuspect = false
    var budget: RateBudget
    var requests = RequestTable<AdapterRequest>()
    var deferred = DeferredCalls<VenueCall>()
    var board = AdapterBoard()
    var lane = OrderLane()

    var markets: [AdapterMarketState]
    /// Orders that may rest, and since when.
    var live: [(id: ClientOrderID, market: MarketID, since: Instant)] = []
    /// Orders that are over, oldest first, for the adapter to forget.
    var ended: [(id: ClientOrderID, at: Instant)] = []
    /// Till when a request without an answer may still put an order into the book.
    var unresolvedUntil: Instant = .distantPast

    var streamNumber: UInt64 = 0
    var streams: [AdapterStream]
    /// From the end of the checks on: books are read and streams are open.
    var isReading = false
    var sight = PrivateSight()
    var echo = EchoWatch<ClientOrderID>()
    /// Whether the stream key is good, as far as is known.
    var hasStreamKey = false
    var isAskingForStreamKey = false
    var askForStreamKeyAt: Instant = .distantPast
    var keepStreamKeyAt: Instant = .distantFuture
    var streamKeyConfirmedAt: Instant?

    var balancesAt: Instant = .distantFuture
    var clockAt: Instant = .distantFuture
    var rulesAt: Instant = .distantFuture
    var diary = SessionDiary()
    // Reused from reply to reply.
    var scratch = AdapterOutput()

    public init(_ adapter: Adapter, _ configuration: AdapterSessionConfiguration = AdapterSessionConfiguration()) {
        self.adapter = adapter
        self.configuration = configuration
        isTrading = adapter.markets.contains(where: \.isTraded)
        random = RandomSource(seed: configuration.seed)
        budget = RateBudget(adapter.rateRules)
        markets = adapter.markets.map { AdapterMarketState($0, source: adapter.bookSource(of: $0.id)) }
        streams = [AdapterStream](repeating: AdapterStream(), count: adapter.streamCount)
    }

    public var capabilities: VenueCapabilities { adapter.capabilities }

    // MARK: Contract

    public mutating func start(at now: Instant, into output: inout SessionOutput) {
        guard phase == .idle else { return }
        phase = .starting
        startedAt = now
        begin(.startUp, startUpSteps(), at: now, into: &output)
    }

    public mutating func receive(_ event: TransportEvent, at now: Instant, into output: inout SessionOutput) {
        guard phase != .idle, phase != .closed else { return }
        noticeStandstill(at: now, into: &output)
        switch event {
        case .reply(let id, let response):
            guard let entry = requests.remove(id) else { return }
            answer(entry, .reply(response), at: now, into: &output)
        case .failed(let id, let failure):
            guard let entry = requests.remove(id) else { return }
            answer(entry, .failure(failure), at: now, into: &output)
        case .streamOpened(let id): streamOpened(id, at: now, into: &output)
        case .streamText(let id, let bytes): streamText(id, bytes, at: now, into: &output)
        case .streamPing(let id):
            if let stream = stream(of: id) { streams[stream].supervisor.sign(on: id, at: now) }
        case .streamClosed(let id, let reason): streamClosed(id, reason, at: now, into: &output)
        }
        proceed(at: now, into: &output)
    }

    public mutating func perform(_ request: SessionRequest, at now: Instant, into output: inout SessionOutput) {
        perform(all: [request], at: now, into: &output)
    }

    public mutating func perform(all requests: [SessionRequest], at now: Instant, into output: inout SessionOutput) {
        var actions: [OrderAction] = []
        for request in requests {
            switch request {
            case .send(let approved): actions.append(approved.action)
            case .query(let id, let market):
                if let slot = tradedSlot(of: market) { query(id, slot, at: now, into: &output) }
            case .fetchFills(let market):
                if let slot = tradedSlot(of: market) { fetchFills(slot, at: now, into: &output) }
            case .shutDown:
                execute(actions, at: now, into: &output)
                actions.removeAll()
                shutDown(at: now, into: &output)
            }
        }
        execute(actions, at: now, into: &output)
        proceed(at: now, into: &output)
    }

    public mutating func tick(at now: Instant, into output: inout SessionOutput) {
        guard phase != .idle, phase != .closed else { return }
        noticeStandstill(at: now, into: &output)
        expireRequests(at: now, into: &output)
        flushDeferred(at: now, into: &output)
        superviseStreams(at: now, into: &output)
        readBooks(at: now, into: &output)
        runTimers(at: now, into: &output)
        forgetEnded(at: now)
        proceed(at: now, into: &output)
        giveUp(at: now, into: &output)
    }

    /// Whatever can go on without another answer goes on.
    mutating func proceed(at now: Instant, into output: inout SessionOutput) {
        pump(at: now, into: &output)
        advance(at: now, into: &output)
        // A routine may have put something into the lane.
        pump(at: now, into: &output)
    }

    // MARK: Small things

    func slot(of market: MarketID) -> Int? { markets.firstIndex { $0.id == market } }

    func tradedSlot(of market: MarketID) -> Int? { markets.firstIndex { $0.id == market && $0.market.isTraded } }

    var tradedSlots: [Int] { markets.indices.filter { markets[$0].market.isTraded } }

    func venueTime(_ now: Instant) -> Instant { clock.venueTime(at: now) }

    func tell(_ status: VenueStatus, into output: inout SessionOutput) {
        output.events.append(.status(status, of: adapter.venue))
    }

    mutating func die(_ reason: String, into output: inout SessionOutput) {
        if case .dead = phase { return }
        guard phase != .closed, phase != .shuttingDown else {
            output.notes.append(SessionNote(.error, "\(adapter.name): \(reason)"))
            return
        }
        phase = .dead(reason)
        board.remove(.startUp)
        board.remove(.reconcile)
        output.notes.append(SessionNote(.error, "\(adapter.name): \(reason)"))
        tell(.fatal(reason), into: &output)
    }

    func note(_ level: SessionNote.Level, _ text: String, into output: inout SessionOutput) {
        output.notes.append(SessionNote(level, "\(adapter.name): \(text)"))
    }

    /// Says something once in the life of the session.
    mutating func remarkOnce(_ text: String, _ level: SessionNote.Level = .info, into output: inout SessionOutput) {
        if diary.isNew(text) { note(level, text, into: &output) }
    }
}
