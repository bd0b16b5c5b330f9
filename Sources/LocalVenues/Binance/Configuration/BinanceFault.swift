/// A way in which Binance or the path to it lets a client down.
public enum BinanceFault: String, VenueFault {
    /// The request is carried out, the reply is -1007 with status 408 (execution unknown).
    case timeoutAfterExecution = "timeout-after-accept"
    /// The request is carried out, the reply is 503 (execution unknown).
    case unavailableAfterExecution = "503-after-accept"
    /// The request is carried out, the connection closes without a reply.
    case replyLost = "reply-lost"
    /// The reply comes after `replyDelay`.
    case replyDelayed = "reply-delayed"
    /// The user stream tells of an order before the reply does.
    case eventBeatsReply = "event-beats-reply"
    /// The connection closes before the request is read.
    case requestLost = "request-lost"
    case rateLimited = "429"
    case banned = "418"
    /// A load balancer's HTML page with status 502; the request is not carried out. On a socket, -1000 with status 500.
    case htmlBadGateway = "html-502"
    /// A signed request answers -1021, as if it had come too late; it is not carried out.
    case untimely = "timestamp-refused"
    /// A snapshot of the book says that it is older than it is, and so older than the stream's first update.
    case staleSnapshot = "stale-snapshot"
    case userEventDropped = "user-event-dropped"
    case userEventDuplicated = "user-event-duplicated"
    /// The event comes after `eventDelay`, behind later ones.
    case userEventDelayed = "user-event-delayed"
    /// The user stream ends with `eventStreamTerminated`; the connection stays.
    case subscriptionLost = "subscription-lost"
    /// One diff of the book is never sent: the next one's `U` does not follow.
    case depthGap = "update-gap"
    /// A diff of the book comes twice.
    case depthDuplicated = "update-duplicated"
    /// A market stream connection goes mute for `silence`.
    case marketSilence = "market-silence"
    /// A user stream goes mute for `silence`.
    case userSilence = "user-silence"
    /// A stream connection is told `serverShutdown`, and closed two seconds later.
    case serverShutdown = "server-shutdown"
    /// A stream connection is cut.
    case disconnect = "disconnect"
}

/// The faults of a local Binance.
public typealias BinanceChaos = VenueChaos<BinanceFault>
