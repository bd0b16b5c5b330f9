public import Fundamentals
internal import MarketModel
internal import RiskControl
public import VenueKit
internal import Wire

/// The client side of Extended as a value: one sub-account, a few markets of it.
///
/// Start-up, account-stream recovery, fill reading, queries and shutdown are routines (`RoutineBoard`); orders, polls
/// and the dead man's switch are single requests. Order-creating requests leave at most once, whatever happens to their
/// replies. REST only ever says that an order was taken: what becomes of it comes from the account stream, or from a
/// query.
public struct ExtendedSession: VenueSession, CustomStringConvertible, CustomReflectable {
    let configuration: ExtendedSessionConfiguration
    let symbols: [String]
    let signer: ExtendedSigner
    var nonces: ExtendedNonces
    var random: RandomSource
    var phase = SessionPhase.idle
    /// When it was last called: a long silence of its own caller means that the process stood still.
    var lastCall = Instant.distantPast
    /// Whether orders could have been placed in this life.
    var wasReady = false
    /// Orders of an earlier run were seen, and not yet that they are gone.
    var hasLeftovers = false
    /// When a shutdown of a session that never was ready ends unconfirmed.
    var giveUpAt = Instant.distantFuture
    /// Why the shutdown waits.
    var waitsFor = "the venue does not answer"

    var clock = ExtendedClock()
    var budget: RateBudget
    var requests = RequestTable<ExtendedCall>()
    var deferred = DeferredCalls<ExtendedCall>()
    var board = ExtendedBoard()

    var markets: [ExtendedMarketState]
    var orders = ExtendedOrderTable()
    var index = ExtendedOrderIndex()
    /// Reused: what the order table has to say.
    var findings: [AccountEvent] = []
    /// Till when a request without an answer may still put an order into the book.
    var unresolvedUntil: Instant = .distantPast

    var streamNumber: UInt64 = 0
    /// The account stream first.
    var feeds: [ExtendedFeed]
    var marketDecoder = ExtendedMarketDecoder(instruments: [])
    /// Reused.
    var marketEvents: [MarketEvent] = []
    var sight = PrivateSight()
    var echo = EchoWatch<ExtendedOrderID>()

    /// The last trade read by REST. Fills of the stream do not move it: one of them may have been lost.
    var tradeCursor: TradeID?
    /// Trades up to this one belong to an earlier run.
    var firstTrade: TradeID?
    /// Venue time from which funding payments are read, and the ids of those that were booked.
    var fundingFrom: Instant?
    var fundingBooked = RingBuffer<Int64>(capacity: 512)

    var timers = ExtendedTimers()
    var deadMan = DeadMansTimer()
    var diary = SessionDiary()

    public init(_ configuration: ExtendedSessionConfiguration) {
        self.configuration = configuration
        symbols = configuration.markets.map(\.symbol)
        markets = configuration.markets.map { ExtendedMarketState(id: $0.id, symbol: $0.symbol) }
        signer = ExtendedSigner(configuration.credentials, chain: configuration.network.chain)
        nonces = ExtendedNonces(seed: configuration.seed)
        random = RandomSource(seed: configuration.seed)
        budget = RateBudget(configuration.rateRules)
        feeds = [ExtendedFeed(.account, target: ExtendedPath.accountStream)]
        for (slot, symbol) in symbols.enumerated() {
            feeds.append(ExtendedFeed(.book(slot), target: ExtendedPath.bookStream(symbol)))
            feeds.append(ExtendedFeed(.mark(slot), target: ExtendedPath.markStream(symbol)))
            feeds.append(ExtendedFeed(.funding(slot), target: ExtendedPath.fundingStream(symbol)))
            if configuration.publicTrades {
                feeds.append(ExtendedFeed(.trades(slot), target: ExtendedPath.tradeStream(symbol)))
            }
        }
    }

    public var capabilities: VenueCapabilities {
        ExtendedSessionConfiguration.capabilities(requestDeadline: configuration.requestDeadline)
    }

    public var description: String { "Extended session of vault \(signer.vault), \(symbols.joined(separator: ", "))" }
    /// Empty: requests under way hold the API key.
    public var customMirror: Mirror { Mirror(self, children: []) }

    // MARK: Contract

    public mutating func start(at now: Instant, into output: inout SessionOutput) {
        guard phase == .idle else { return }
        phase = .starting
        begin(.startUp, startUpSteps(), at: now, into: &output)
    }

    public mutating func receive(_ event: TransportEvent, at now: Instant, into output: inout SessionOutput) {
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
            if let feed = feed(of: id) { feeds[feed].supervisor.sign(on: id, at: now) }
        case .streamClosed(let id, let reason): streamClosed(id, reason, at: now, into: &output)
        }
        advance(at: now, into: &output)
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
                if let slot = slot(of: market) { query(id, slot, at: now, into: &output) }
            case .fetchFills: fetchFills(at: now, into: &output)
            case .shutDown:
                execute(actions, at: now, into: &output)
                actions.removeAll()
                shutDown(at: now, into: &output)
            }
        }
        execute(actions, at: now, into: &output)
        advance(at: now, into: &output)
    }

    public mutating func tick(at now: Instant, into output: inout SessionOutput) {
        guard phase != .idle, phase != .closed else { return }
        noticeStandstill(at: now, into: &output)
        expireRequests(at: now, into: &output)
        flushDeferred(at: now, into: &output)
        superviseStreams(at: now, into: &output)
        runTimers(at: now, into: &output)
        advance(at: now, into: &output)
        giveUp(at: now, into: &output)
    }

    // MARK: Small things

    func slot(of market: MarketID) -> Int? { markets.firstIndex { $0.id == market } }

    func slot(named symbol: String) -> Int? { symbols.firstIndex(of: symbol) }

    func venueTime(_ now: Instant) -> Instant { clock.venueTime(at: now) }

    mutating func die(_ reason: String, into output: inout SessionOutput) {
        if case .dead = phase { return }
        guard phase != .closed, phase != .shuttingDown else {
            output.notes.append(SessionNote(.error, reason))
            return
        }
        phase = .dead(reason)
        board.remove(.startUp)
        board.remove(.reconcile)
        output.notes.append(SessionNote(.error, reason))
        output.events.append(.status(.fatal(reason)))
    }

    /// Hands on what the order table found out.
    mutating func report(into output: inout SessionOutput) {
        for finding in findings { output.events.append(.account(finding)) }
        findings.removeAll(keepingCapacity: true)
    }

    /// Says something once in the life of the session.
    mutating func remarkOnce(_ text: String, _ level: SessionNote.Level = .info, into output: inout SessionOutput) {
        if diary.isNew(text) { output.notes.append(SessionNote(level, text)) }
    }
}
