public import OrderBooks

/// Why a market is not quoted although the engine runs.
public enum Withholding: Hashable, Sendable {
    case notReady, paused, privateStreamDown, switchNotArmed, halted, stopping
    /// The book may not be used.
    case book(OrderBook.Unusable)
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
        case .breaker: "the breaker is open"
        case .repeatedFills: "too many fills on one side"
        case .awaitingRules: "the venue's rules are being loaded again"
        case .flattening: "the position is being closed"
        }
    }
}
