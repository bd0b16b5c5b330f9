public import Configuration
public import Fundamentals
public import Observability
public import TradingEngine
public import VenueKit

/// Where a bot is, as a person starts and stops it.
public enum BotState: String, Hashable, Sendable, CaseIterable {
    /// Nothing of ours rests, nothing is connected; the configuration may change.
    case stopped
    /// Connecting: rules, mode, leftovers, switch.
    case starting
    /// Quoting, or ready to (paused, halted).
    case running
    /// Cancelling, and letting the venue confirm.
    case stopping
}

/// Why a command was not carried out; the text is for the person who gave it.
public enum BotCommandError: Error, Hashable, Sendable {
    /// The state does not allow it.
    case conflict(String)
    /// What was asked makes no sense.
    case invalid(String)

    public var reason: String {
        switch self {
        case .conflict(let reason), .invalid(let reason): reason
        }
    }
}

/// Something that happened, with a number that only grows: what event streams send and resume from.
public struct BotEvent: Sendable {
    public enum Body: Sendable {
        case state(BotState)
        case effect(Effect)
        case note(SessionNote)
        case halted(String)
    }

    public var id: UInt64
    /// Wall clock.
    public var at: Instant
    public var body: Body

    public init(id: UInt64, at: Instant, body: Body) {
        self.id = id
        self.at = at
        self.body = body
    }
}

/// A look at a running bot.
public struct BotFrame: Sendable {
    public var status: EngineStatus?
    public var phase: NodePhase
    public var now: Instant
    public var uptime: TimeSpan
    /// Orders of the account that rest in our markets, by the venue's last full list.
    public var restingAtVenue: Int?
    public var health: SessionHealth

    public init(
        status: EngineStatus?, phase: NodePhase, now: Instant, uptime: TimeSpan, restingAtVenue: Int?,
        health: SessionHealth
    ) {
        self.status = status
        self.phase = phase
        self.now = now
        self.uptime = uptime
        self.restingAtVenue = restingAtVenue
        self.health = health
    }
}

/// A bot as panels and APIs see it. Everything happens on one thread, the loop's.
public protocol ControllableBot: AnyObject {
    var state: BotState { get }
    var configuration: BotConfiguration { get }
    /// As it is now; while stopped, as it was last. Nil before the first start.
    var frame: BotFrame? { get }
    var log: Log { get }
    /// The newest fills, oldest first; at least the last thousand of this process.
    var recentFills: [BookedFill] { get }
    /// The newest events, oldest first; at least the last thousand.
    var recentEvents: [BotEvent] { get }
    /// How the channels of alerts do; empty without any.
    var alertReports: [AlertReport] { get }
    /// Told every event as it happens. One observer more for each call; it is kept until `removeObserver`.
    func addObserver(_ body: @escaping (BotEvent) -> Void) -> UInt64
    func removeObserver(_ id: UInt64)

    /// Begins a new session, or resumes a paused one. Conflict while starting, running and not paused, or stopping.
    func start() throws(BotCommandError)
    /// Stops quoting, cancels, lets the venue confirm. Conflict while stopped.
    func stop() throws(BotCommandError)
    /// Conflict while there is no engine.
    func perform(_ command: OperatorCommand) throws(BotCommandError)
    /// Changes single fields, all or none, and checks the whole. Conflict unless stopped.
    func change(_ overrides: [ConfigurationOverride]) throws(BotCommandError)
}

extension ControllableBot {
    public var alertReports: [AlertReport] { [] }
}
