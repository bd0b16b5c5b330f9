/// A way in which a venue or the path to it lets a client down.
public enum AsterFault: String, VenueFault {
    /// The request is carried out, the reply is 503 (execution unknown).
    case unavailableAfterExecution = "503-after-accept"
    /// The request is carried out, the connection closes without a reply.
    case replyLost = "reply-lost"
    /// The reply comes after `replyDelay`.
    case replyDelayed = "reply-delayed"
    /// The connection closes before the request is read.
    case requestLost = "request-lost"
    case rateLimited = "429"
    case banned = "418"
    case userEventDropped = "user-event-dropped"
    case userEventDuplicated = "user-event-duplicated"
    /// The event comes after `eventDelay`, behind later ones.
    case userEventDelayed = "user-event-delayed"
    /// One diff of the book is never sent: the next one's `pu` does not match.
    case depthGap = "pu-gap"
    /// A market stream connection goes mute for `silence`.
    case marketSilence = "market-silence"
    /// A user stream connection goes mute for `silence`.
    case userSilence = "user-silence"
    /// A stream connection is cut.
    case disconnect = "disconnect"
    /// A load balancer's HTML page with status 502; the request is not carried out.
    case htmlBadGateway = "html-502"
    /// An error body arrives with status 200.
    case errorWithStatus200 = "error-with-200"
    /// `positionRisk` answers -1000.
    case positionRiskUnknown = "position-risk-1000"
    /// A signed request answers -4225, as if its nonce had come too late; it is not carried out.
    case nonceExpired = "nonce-expired"
}

/// The faults of a local Aster.
public typealias AsterChaos = VenueChaos<AsterFault>
