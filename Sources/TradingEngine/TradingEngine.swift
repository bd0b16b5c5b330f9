public import Fundamentals
public import MarketModel
public import Quoting
public import RiskControl

/// One market to trade: its rules, its model, its limits.
public struct MarketConfiguration: Hashable, Sendable {
    public var instrument: Instrument
    public var strategy: StrategyConfiguration
    public var limits: MarketLimits

    public init(instrument: Instrument, strategy: StrategyConfiguration, limits: MarketLimits) {
        self.instrument = instrument
        self.strategy = strategy
        self.limits = limits
    }
}

public struct EngineConfiguration: Hashable, Sendable {
    /// `markets[i].instrument.market.index == i`.
    public var markets: [MarketConfiguration]
    public var limits: AccountLimits
    /// This start's number, never used before: half of every client order id.
    public var epoch: UInt32
    /// How long after sending a request can still arrive: "not found" is evidence only after this.
    public var arrivalHorizon: TimeSpan

    public init(
        markets: [MarketConfiguration], limits: AccountLimits, epoch: UInt32, arrivalHorizon: TimeSpan = .seconds(15)
    ) {
        self.markets = markets
        self.limits = limits
        self.epoch = epoch
        self.arrivalHorizon = arrivalHorizon
    }
}

/// What a person asks of a running engine.
public enum OperatorCommand: Hashable, Sendable {
    /// Quote no more, cancel everything, settle what is unresolved, then report `quiet`.
    case stop
    /// The kill switch: as `stop`, and latched.
    case halt(String)
    /// Lifts a halt or a latch.
    case resume
    /// Close every position with reduce-only market orders.
    case flatten
}

/// Everything that can happen to the engine. A closed set: what is not here cannot move money.
public enum Input: Hashable, Sendable {
    case market(MarketEvent)
    case account(AccountEvent)
    case venue(VenueStatus)
    case command(OperatorCommand)
    /// Time passed; the shell sends one at least every 100 ms.
    case timer
}

/// What accounting did with a fill, for journals and people.
public struct BookedFill: Hashable, Sendable {
    public var fill: Fill
    public var position: Quantity
    /// Mid at the time of booking.
    public var mid: HalfTicks
    public var realized: Cash

    public init(fill: Fill, position: Quantity, mid: HalfTicks, realized: Cash) {
        self.fill = fill
        self.position = position
        self.mid = mid
        self.realized = realized
    }
}

/// Something a person should know about.
public struct Incident: Hashable, Sendable {
    public enum Severity: String, Hashable, Sendable, Comparable {
        case notice, warning, alarm
        public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
        private var rank: Int {
            switch self {
            case .notice: 0
            case .warning: 1
            case .alarm: 2
            }
        }
    }
    public var severity: Severity
    public var text: String

    public init(_ severity: Severity, _ text: String) {
        self.severity = severity
        self.text = text
    }
}

/// Everything the engine can ask of the world.
public enum Effect: Hashable, Sendable {
    case send(Approved)
    case refused(OrderAction, Refusal)
    /// Ask the venue what became of an order.
    case query(ClientOrderID, MarketID)
    /// Ask for the account's fills that are not booked yet.
    case fetchFills(MarketID)
    case booked(BookedFill)
    case incident(Incident)
    /// Stopping is complete as far as the engine can see: nothing working, in flight or unresolved.
    case quiet
}
