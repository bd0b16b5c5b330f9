internal import Fundamentals
public import MarketModel
public import OrderBooks

/// Why a market is not quoted although the engine runs.
public enum Withholding: Hashable, Sendable {
    case notReady, paused, privateStreamDown, switchNotArmed, halted, stopping
    /// The book may not be used.
    case book(OrderBook.Unusable)
    /// The book that the model quotes from may not be used.
    case reference(OrderBook.Unusable)
    /// The book that converts may not be used.
    case conversion(OrderBook.Unusable)
    /// The private stream of the venue that is hedged on is down.
    case venueDown(VenueID)
    case hedge(HedgeProblem)
    case breaker, repeatedFills, awaitingRules, flattening

    /// For people: `the private stream is down`.
    public var text: String {
        switch self {
        case .notReady: "start-up is not complete"
        case .privateStreamDown: "the private stream is down"
        case .switchNotArmed: "the dead man's switch is not armed"
        case .paused: "paused by a person"
        case .halted: "halted"
        case .stopping: "stopping"
        case .book(let reason): reason.text
        case .reference(let reason): "the reference's book: \(reason.text)"
        case .conversion(let reason): "the conversion's book: \(reason.text)"
        case .venueDown: "the private stream of the venue that is hedged on is down"
        case .hedge(let problem): "the hedge: \(problem.text)"
        case .breaker: "the breaker is open"
        case .repeatedFills: "too many fills on one side"
        case .awaitingRules: "the venue's rules are being loaded again"
        case .flattening: "the position is being closed"
        }
    }

    /// Whether both are the same reason, whatever the age of a book that is silent.
    func isSameReason(as other: Withholding?) -> Bool { ageless == other?.ageless }

    private var ageless: Withholding {
        switch self {
        case .book(let reason): .book(reason.ageless)
        case .reference(let reason): .reference(reason.ageless)
        case .conversion(let reason): .conversion(reason.ageless)
        case .hedge(.book(let reason)): .hedge(.book(reason.ageless))
        case .notReady, .paused, .privateStreamDown, .switchNotArmed, .halted, .stopping, .venueDown, .hedge, .breaker,
            .repeatedFills, .awaitingRules, .flattening:
            self
        }
    }

    /// How loudly it is told: what is filled and not offset is a position that nobody chose.
    var severity: Incident.Severity {
        switch self {
        case .switchNotArmed: .alarm
        case .hedge(let problem): problem.isLasting ? .alarm : .warning
        case .venueDown: .warning
        case .notReady, .paused, .privateStreamDown, .halted, .stopping, .book, .reference, .conversion, .breaker,
            .repeatedFills, .awaitingRules, .flattening:
            .notice
        }
    }
}

/// Why what fills could not be offset.
public enum HedgeProblem: Hashable, Sendable {
    /// The book of the hedge market may not be used.
    case book(OrderBook.Unusable)
    case breaker
    /// The newest hedge order was refused, by a limit of ours or by the venue.
    case refused
    /// What could be hedged was not, for longer than allowed.
    case late

    /// For people.
    public var text: String {
        switch self {
        case .book(let reason): reason.text
        case .breaker: "the breaker is open"
        case .refused: "the order was refused"
        case .late: "what was filled is not offset in time"
        }
    }

    /// Whether it will hardly pass by itself.
    var isLasting: Bool {
        switch self {
        case .book, .breaker: false
        case .refused, .late: true
        }
    }
}

extension OrderBook.Unusable {
    fileprivate var ageless: Self {
        switch self {
        case .stale: .stale(.zero)
        case .awaitingSnapshot, .gapped, .malformed, .oneSided, .crossed: self
        }
    }
}
