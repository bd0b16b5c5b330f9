public import MarketModel

/// What a person asks of a running engine.
public enum OperatorCommand: Hashable, Sendable {
    /// Quote no more, cancel everything, settle what is unresolved, then report `quiet`.
    case stop
    /// Cancel everything, known or not, and quote nothing until `resume`.
    case pause
    /// The kill switch: as `stop`, and latched.
    case halt(String)
    /// Lifts a pause, a halt or a latch.
    case resume
    /// Close every position with reduce-only market orders.
    case flatten
}

/// Everything that can happen to the engine. A closed set: what is not here cannot move money.
public enum Input: Hashable, Sendable {
    case market(MarketEvent)
    case account(AccountEvent)
    case venue(VenueStatus, of: VenueID = .target)
    case command(OperatorCommand)
    /// Time passed; the shell sends one at least every 100 ms.
    case timer
}
