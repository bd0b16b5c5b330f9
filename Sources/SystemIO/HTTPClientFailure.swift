public import Wire

/// Why a request has no response, and what is certain about its fate: the distinction that decides whether an order may
/// be working.
public enum HTTPClientFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// No byte of the request left this machine.
    case notSent(Reason)
    /// Bytes may have left; the server may have acted on them.
    case unknown(Reason)

    public enum Reason: Hashable, Sendable {
        /// The connection could not be made, or is over.
        case connection(CloseReason)
        /// The deadline passed: in the queue, or before the response was complete.
        case deadline
        /// Too many requests wait for a connection.
        case queueFull
        /// The request exceeds the write buffer.
        case tooLarge
        /// What came back is no HTTP response.
        case malformedResponse(WireError)
        /// `close()` was called.
        case clientClosed
    }

    public var reason: Reason {
        switch self {
        case .notSent(let reason), .unknown(let reason): reason
        }
    }

    public var description: String {
        let words =
            switch reason {
            case .connection(let reason): reason.description
            case .deadline: "no response by the deadline"
            case .queueFull: "too many requests are waiting"
            case .tooLarge: "the request exceeds the write buffer"
            case .malformedResponse(let error): "malformed response at byte \(error.offset): \(error.reason)"
            case .clientClosed: "the client was closed"
            }
        return switch self {
        case .notSent: "not sent: \(words)"
        case .unknown: "outcome unknown: \(words)"
        }
    }
}
