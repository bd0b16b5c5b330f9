public import Fundamentals
public import MarketModel
internal import RiskControl
public import TradingEngine

/// What a node asks of whoever drives it. Cleared by the caller, filled by one call.
public struct NodeOutput: Sendable {
    /// For the transport, in order.
    public var commands: [TransportCommand] = []
    /// What the engine decided, for journals, logs and people. `send`, `query` and `fetchFills` were carried out.
    public var effects: [Effect] = []
    public var notes: [SessionNote] = []

    public init() {}

    public mutating func removeAll() {
        commands.removeAll(keepingCapacity: true)
        effects.removeAll(keepingCapacity: true)
        notes.removeAll(keepingCapacity: true)
    }
}

/// Where a node is in its life. Never goes back.
public enum NodePhase: String, Hashable, Sendable, CaseIterable {
    /// The session is starting up; there is no engine before the rules of all instruments are known.
    case starting
    case running
    /// Told to stop: the engine is taking everything off.
    case stopping
    /// The engine is quiet: the venue is asked to confirm that nothing rests.
    case confirming
    /// The venue confirmed; the node may be dropped.
    case stopped
}

/// One engine and one venue session, joined: what the session reports is stepped through the engine, what the engine
/// asks is carried out by the session, until both are silent. Live, paper and simulation drive this same value.
public struct TradingNode<Session: VenueSession>: Sendable {
    public private(set) var phase = NodePhase.starting
    public private(set) var engine: TradingEngine?
    public private(set) var session: Session
    /// Why start-up ended for good before anything was quoted: keys, account mode, clock. A person has to act.
    public private(set) var refusal: String?
    /// Orders of the account that rest in our markets, by the venue's last full list; nil before the first.
    public private(set) var restingAtVenue: Int?
    private let makeEngine: @Sendable ([Instrument]) -> TradingEngine
    /// Rules as told before there was an engine, by `MarketID.index`.
    private var instruments: [Instrument?]
    /// What was told before there was an engine, in order: of two venues one may be up while the other's rules are on their
    /// way, and a stream tells a book's snapshot only once.
    private var early: [VenueEvent] = []
    private var fromSession = SessionOutput()
    /// Swapped with the session's events while they are delivered, so that neither array is allocated again.
    private var inbox: [VenueEvent] = []
    private var effects: [Effect] = []
    private var requests: [SessionRequest] = []

    /// - Parameters:
    ///   - markets: how many markets the session trades, numbered from 0.
    ///   - makeEngine: called once, when the venue has told the rules of every instrument; in the order of markets.
    public init(
        session: Session, markets: Int = 1, makeEngine: @escaping @Sendable ([Instrument]) -> TradingEngine
    ) {
        self.session = session
        instruments = [Instrument?](repeating: nil, count: markets)
        self.makeEngine = makeEngine
    }

    public mutating func start(at now: Instant, into output: inout NodeOutput) {
        session.start(at: now, into: &fromSession)
        settle(at: now, into: &output)
    }

    public mutating func receive(_ event: TransportEvent, at now: Instant, into output: inout NodeOutput) {
        session.receive(event, at: now, into: &fromSession)
        settle(at: now, into: &output)
    }

    /// Time passed. At least every 100 ms.
    public mutating func tick(at now: Instant, into output: inout NodeOutput) {
        session.tick(at: now, into: &fromSession)
        settle(at: now, into: &output)
        step(.timer, at: now, into: &output)
        settle(at: now, into: &output)
    }

    public mutating func command(_ command: OperatorCommand, at now: Instant, into output: inout NodeOutput) {
        if case .stop = command { beginStopping(at: now) }
        step(.command(command), at: now, into: &output)
        settle(at: now, into: &output)
    }

    // MARK: Between session and engine

    private mutating func beginStopping(at now: Instant) {
        switch phase {
        case .starting:
            // Nothing was quoted in this life, but an earlier one may have left something: let the session confirm.
            phase = .confirming
            session.perform(.shutDown, at: now, into: &fromSession)
        case .running: phase = .stopping
        case .stopping, .confirming, .stopped: break
        }
    }

    /// Hands the session's events to the engine and the engine's requests to the session until neither has more.
    private mutating func settle(at now: Instant, into output: inout NodeOutput) {
        while !fromSession.events.isEmpty || !fromSession.commands.isEmpty || !fromSession.notes.isEmpty {
            output.commands.append(contentsOf: fromSession.commands)
            output.notes.append(contentsOf: fromSession.notes)
            fromSession.commands.removeAll(keepingCapacity: true)
            fromSession.notes.removeAll(keepingCapacity: true)
            swap(&inbox, &fromSession.events)
            for index in inbox.indices { deliver(inbox[index], at: now, into: &output) }
            inbox.removeAll(keepingCapacity: true)
        }
    }

    private mutating func deliver(_ event: VenueEvent, at now: Instant, into output: inout NodeOutput) {
        if engine == nil, event.isLasting { early.append(event) }
        switch event {
        case .market(let event): step(.market(event), at: now, into: &output)
        case .account(let event):
            if case .openOrders(_, let reports, _) = event { restingAtVenue = reports.count }
            step(.account(event), at: now, into: &output)
        case .status(.instrument(let instrument), _) where engine == nil: meet(instrument, at: now, into: &output)
        case .status(.closed, let venue):
            phase = .stopped
            step(.venue(.closed, of: venue), at: now, into: &output)
        case .status(let status, let venue):
            if phase == .starting {
                if case .ready = status { phase = .running }
                if case .fatal(let reason) = status { refusal = reason }
            }
            step(.venue(status, of: venue), at: now, into: &output)
        }
    }

    /// There is an engine once all instruments are known.
    private mutating func meet(_ instrument: Instrument, at now: Instant, into output: inout NodeOutput) {
        guard instruments.indices.contains(instrument.market.index) else { return }
        instruments[instrument.market.index] = instrument
        let known = instruments.compactMap { $0 }
        guard known.count == instruments.count else { return }
        engine = makeEngine(known)
        for instrument in known { step(.venue(.instrument(instrument)), at: now, into: &output) }
        let told = early
        early = []
        for event in told { deliver(event, at: now, into: &output) }
    }

    private mutating func step(_ input: Input, at now: Instant, into output: inout NodeOutput) {
        engine?.step(input, at: now, into: &effects)
        for effect in effects {
            switch effect {
            case .send(let approved): requests.append(.send(approved))
            case .query(let order, let market): requests.append(.query(order, market))
            case .fetchFills(let market): requests.append(.fetchFills(market))
            case .quiet:
                if phase == .stopping {
                    phase = .confirming
                    requests.append(.shutDown)
                }
            case .refused, .booked, .incident: break
            }
            output.effects.append(effect)
        }
        effects.removeAll(keepingCapacity: true)
        // Together, so that a venue with batches can join them.
        if !requests.isEmpty { session.perform(all: requests, at: now, into: &fromSession) }
        requests.removeAll(keepingCapacity: true)
    }
}

extension VenueEvent {
    /// Whether it matters to an engine that comes to be later.
    fileprivate var isLasting: Bool {
        switch self {
        case .market, .account, .status(.privateStreamDown, _), .status(.privateStreamUp, _): true
        case .status: false
        }
    }
}
