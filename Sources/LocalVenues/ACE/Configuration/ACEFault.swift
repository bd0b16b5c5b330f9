/// A way in which ACE or the path to it lets a client down.
public enum ACEFault: String, VenueFault {
    /// The connection closes before the request is read.
    case requestLost = "request-lost"
    /// The request is carried out, the connection closes without a reply.
    case replyLost = "reply-lost"
    /// The reply comes after `replyDelay`.
    case replyDelayed = "reply-delayed"
    /// A load balancer's HTML page with status 502; the request is not carried out.
    case htmlBadGateway = "html-502"
    /// The same page, after the request was carried out.
    case htmlAfterExecution = "html-502-after-accept"
    case rateLimited = "429"
    /// HTTP 200 with an application status that no document lists; the request is not carried out.
    case unknownStatus = "unknown-status"
    /// HTTP 200 with an application status that refuses; the request is not carried out.
    case refused = "refused"
    /// Every second element of a batch fails on its own.
    case batchPartlyFailed = "batch-partly-failed"
    /// The reply to a batch leaves out every second element, all of which were carried out.
    case batchCutShort = "batch-cut-short"
    /// A batch is carried out, the connection closes without a reply.
    case batchReplyLost = "batch-reply-lost"
    /// The batch routes answer 404.
    case batchRouteGone = "batch-route-gone"
    /// A page of fills begins with the last row of the one before, and shows its own first row twice.
    case fillsRepeated = "fills-repeated"
}

/// Which faults strike, how often, and for how long. All off unless set.
public typealias ACEChaos = VenueChaos<ACEFault>
