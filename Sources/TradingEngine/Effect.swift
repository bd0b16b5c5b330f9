public import MarketModel
public import RiskControl

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
    /// Stopping is complete as far as the engine can see: nothing working, in flight or unresolved. Once
    /// for each time it was stopped, halted, or told to flatten while quiet.
    case quiet
}
