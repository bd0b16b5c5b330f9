/// Why a connection is over.
public enum CloseReason: Error, Hashable, Sendable, CustomStringConvertible {
    /// The peer closed in order.
    case endOfStream
    /// No address accepted; the error of the last one tried.
    case connectFailed(SystemError)
    case connectTimedOut
    case resolveFailed(ResolveFailure)
    /// The handshake failed, or a certificate was refused; a sentence.
    case tls(String)
    /// The connection broke.
    case broken(SystemError)
    /// The peer does not read what it is sent.
    case stalled
    /// The peer's bytes come faster than they are handled: what would be read next is old.
    case overrun

    public var description: String {
        switch self {
        case .endOfStream: "closed by the peer"
        case .connectFailed(let error): error.description
        case .connectTimedOut: "no connection in time"
        case .resolveFailed(let failure): failure.description
        case .tls(let reason): reason
        case .broken(let error): error.description
        case .stalled: "the peer does not read"
        case .overrun: "its data came faster than it was handled"
        }
    }
}
