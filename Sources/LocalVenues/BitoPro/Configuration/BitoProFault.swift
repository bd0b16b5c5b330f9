/// A way in which BitoPro or the path to it lets a client down.
public enum BitoProFault: String, VenueFault {
    /// The connection closes before the request is read.
    case requestLost = "request-lost"
    /// The request is carried out, the connection closes without a reply.
    case replyLost = "reply-lost"
    /// The reply comes after `replyDelay`.
    case replyDelayed = "reply-delayed"
    /// A load balancer's HTML page with status 502; the request is not carried out.
    case htmlBadGateway = "html-502"
    /// The request is carried out, the reply is 500.
    case errorAfterExecution = "500-after-accept"
    case rateLimited = "429"
    /// 400 with a text of the venue's; the request is not carried out.
    case refused = "refused"
    /// Every second element of a batch fails on its own.
    case batchPartlyFailed = "batch-partly-failed"
    /// The reply to a batch leaves out every second element, all of which were carried out.
    case batchCutShort = "batch-cut-short"
    /// A batch is carried out, the connection closes without a reply.
    case batchReplyLost = "batch-reply-lost"
    /// The batch routes answer 404.
    case batchRouteGone = "batch-route-gone"
    /// A frame of a private stream is never sent.
    case accountEventDropped = "account-event-dropped"
    /// A frame of a private stream is sent twice.
    case accountEventDuplicated = "account-event-duplicated"
    /// A frame of a private stream comes after `eventDelay`, behind later ones.
    case accountEventDelayed = "account-event-delayed"
    /// A stream goes mute for `silence`.
    case streamSilence = "stream-silence"
    /// A stream is cut.
    case disconnect = "disconnect"
}

/// Which faults strike, how often, and for how long. All off unless set.
public typealias BitoProChaos = VenueChaos<BitoProFault>
