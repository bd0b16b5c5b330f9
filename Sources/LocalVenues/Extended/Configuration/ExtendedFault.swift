/// A way in which a local Extended, or the path to it, lets a client down.
public enum ExtendedFault: String, VenueFault {
    /// The request is carried out, the reply is 500 with code 1006 ("Application error").
    case errorAfterAcceptance = "500-after-accept"
    /// The request is carried out, the connection closes without a reply.
    case replyLost = "reply-lost"
    /// The reply comes after `replyDelay`.
    case replyDelayed = "reply-delayed"
    /// The connection closes before the request is read.
    case requestLost = "request-lost"
    case rateLimited = "429"
    /// A load balancer's HTML page with status 502; the request is not carried out.
    case htmlBadGateway = "html-502"
    /// An error body arrives with status 200.
    case errorWithStatus200 = "error-with-200"
    /// A success arrives without a body.
    case emptyBody = "empty-body"
    /// Ids in one reply, or one frame, are JSON strings.
    case textIDs = "string-ids"
    /// The engine works, and the account stream tells, before the reply is sent.
    case streamBeatsReply = "stream-beats-reply"
    /// The engine refuses a replacement that was accepted: both orders are gone.
    case editFailsAtEngine = "edit-fails-at-engine"
    case accountEventDropped = "account-event-dropped"
    case accountEventDuplicated = "account-event-duplicated"
    /// The frame comes after `eventDelay`, behind later ones.
    case accountEventDelayed = "account-event-delayed"
    /// A book delta is never sent: the next frame's `seq` is one too high.
    case bookGap = "seq-gap"
    case bookDuplicated = "book-duplicated"
    /// A book delta comes after `eventDelay`, behind later ones.
    case bookReordered = "book-reordered"
    /// A market stream connection goes mute for `silence`.
    case marketSilence = "market-silence"
    /// An account stream connection goes mute for `silence`.
    case accountSilence = "account-silence"
    /// A stream connection is cut.
    case disconnect = "stream-close"
}

/// The faults of a local Extended.
public typealias ExtendedChaos = VenueChaos<ExtendedFault>
