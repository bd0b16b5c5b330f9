public import Fundamentals
internal import MarketModel
public import VenueKit
internal import RiskControl
internal import Wire

/// The client side of Aster as a value: one account, a few markets of it.
///
/// Start-up, private-stream recovery, fill reading and shutdown are routines (`RoutineBoard`); orders, polls and
/// heartbeats are single requests. Order-creating requests leave at most once, whatever happens to their replies.
public struct AsterSession: VenueSession {
    let configuration: AsterSessionConfiguration
    let symbols: [String]
    var authorizer: AsterAuthorizer
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

    var clock = ClockOffset()
    /// The venue refused a request for its time: nothing new until the offset is measured again.
    var isClockSuspect = false
    var budget = RateBudget(AsterExchangeInfo.documentedRules)
    var requests = RequestTable<AsterCall>()
    var deferred = DeferredCalls<AsterCall>()
    var board = AsterBoard()

    var markets: [AsterMarketState]
    var index = OrderIndex()
    /// Till when a request without an answer may still put an order into the book.
    var unresolvedUntil: Instant = .distantPast

    var streamNumber: UInt64 = 0
    var marketStream: StreamSupervisor
    var marketDecoder: AsterMarketDecoder
    var userStream: StreamSupervisor
    var userDecoder = AsterUserDecoder(instruments: [])
    var userEvents: [AsterUserEvent] = []
    var listenKey: String?
    var isAskingForListenKey = false
    var askForListenKeyAt: Instant = .distantPast
    var renewListenKeyAt: Instant = .distantFuture
    var sight = PrivateSight()
    var echo = EchoWatch<ClientOrderID>()

    var timers = AsterTimers()
    var listenKeyConfirmedAt: Instant?
    var diary = SessionDiary()

    // Reused from request to request.
    var query: [UInt8] = []
    var actions: [OrderAction] = []

    /// - Throws: where the credentials cannot sign.
    public init(_ configuration: AsterSessionConfiguration) throws(AsterCredentialsError) {
        self.configuration = configuration
        symbols = configuration.markets.map(\.symbol)
        markets = configuration.markets.map { AsterMarketState(id: $0.id, symbol: $0.symbol) }
        authorizer = try AsterAuthorizer(configuration)
        random = RandomSource(seed: configuration.seed)
        marketDecoder = AsterMarketDecoder(instruments: [])
        // Two connections with one timetable would be cut at the same moment.
        marketStream = StreamSupervisor(renewAfter: Self.renewal, silenceLimit: configuration.marketSilence)
        userStream = StreamSupervisor(
            renewAfter: Self.renewal - .minutes(5), silenceLimit: .minutes(11), overlap: .seconds(5))
    }

    /// The venue cuts a connection at 24 h.
    private static let renewal = TimeSpan.minutes(23 * 60 + 30)

    public var capabilities: VenueCapabilities {
        AsterSessionConfiguration.capabilities(
            isNonceSigned: authorizer.isNonceSigned, receiveWindow: configuration.receiveWindow)
    }

    /// The newest nonce in use: to be kept for the next run, so that a clock set back repeats none.
    public var lastNonce: Int64 { authorizer.lastNonce }

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
            // Pings are no market data: only the private stream, silent by nature, lives by them.
            userStream.sign(on: id, at: now)
        case .streamClosed(let id, let reason): streamClosed(id, reason, at: now, into: &output)
        }
        advance(at: now, into: &output)
    }

    public mutating func perform(_ request: SessionRequest, at now: Instant, into output: inout SessionOutput) {
        perform(all: [request], at: now, into: &output)
    }

    public mutating func perform(all requests: [SessionRequest], at now: Instant, into output: inout SessionOutput) {
        for request in requests {
            switch request {
            case .send(let approved): actions.append(approved.action)
            case .query(let id, let market):
                if let slot = slot(of: market) { submit(.query(slot, id), at: now, into: &output) }
            case .fetchFills(let market):
                if let slot = slot(of: market) { fetchFills(slot, at: now, into: &output) }
            case .shutDown:
                executeActions(at: now, into: &output)
                shutDown(at: now, into: &output)
            }
        }
        executeActions(at: now, into: &output)
        advance(at: now, into: &output)
    }

    /// Sends what was gathered. The array is taken out meanwhile, and kept for the next time.
    private mutating func executeActions(at now: Instant, into output: inout SessionOutput) {
        guard !actions.isEmpty else { return }
        var taken: [OrderAction] = []
        swap(&taken, &actions)
        execute(taken, at: now, into: &output)
        taken.removeAll(keepingCapacity: true)
        swap(&taken, &actions)
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

    func instrument(_ slot: Int) -> Instrument? { markets[slot].instrument }

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

    /// Says something once in the life of the session.
    mutating func remarkOnce(_ text: String, _ level: SessionNote.Level = .info, into output: inout SessionOutput) {
        if diary.isNew(text) { output.notes.append(SessionNote(level, text)) }
    }
}
