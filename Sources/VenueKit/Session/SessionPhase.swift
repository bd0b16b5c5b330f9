public import MarketModel

/// Where a session is in its life.
public enum SessionPhase: Hashable, Sendable {
    case idle, starting, ready, shuttingDown, closed
    /// Stopped until a person acts; cancels and shutdown still work.
    case dead(String)

    /// Why nothing that creates exposure may leave now, whatever the budget says; nil when it may.
    public var obstacle: VenueRejection? {
        switch self {
        case .ready: nil
        case .dead(let reason): VenueRejection(kind: .fatal, code: 0, message: "\(reason); not sent")
        case .idle, .starting: VenueRejection(kind: .other, code: 0, message: "still starting, not sent")
        case .shuttingDown, .closed: VenueRejection(kind: .other, code: 0, message: "shutting down, not sent")
        }
    }
}
