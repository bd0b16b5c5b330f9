/// A way in which a venue or the path to it lets a client down.
public enum MAXFault: String, VenueFault {
    /// The request is carried out, the reply is 500.
    case failedAfterExecution = "500-after-accept"
    /// The request is carried out, the connection closes without a reply.
    case replyLost = "reply-lost"
    /// The reply comes after `replyDelay`.
    case replyDelayed = "reply-delayed"
    /// The connection closes before the request is read.
    case requestLost = "request-lost"
    case rateLimited = "429"
    /// A load balancer's HTML page with status 502; the request is not carried out.
    case htmlBadGateway = "html-502"
    /// A private request answers that its nonce is out of time; it is not carried out.
    case nonceRefused = "nonce-refused"
    /// A cancel that was taken in is carried out after `eventDelay`: the order may still fill.
    case cancelDelayed = "cancel-delayed"
    case userEventDropped = "user-event-dropped"
    case userEventDuplicated = "user-event-duplicated"
    /// The event comes after `eventDelay`, behind later ones.
    case userEventDelayed = "user-event-delayed"
    /// One update of the book is never sent.
    case bookGap = "book-gap"
    /// The venue counts books anew: updates carry another version.
    case bookRestart = "book-restart"
    /// A stream without account goes mute for `silence`.
    case marketSilence = "market-silence"
    /// A stream of an account goes mute for `silence`.
    case userSilence = "user-silence"
    /// A stream connection is cut.
    case disconnect = "disconnect"
}

/// The faults of a local MAX.
public typealias MAXChaos = VenueChaos<MAXFault>
