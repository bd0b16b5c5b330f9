internal import Fundamentals

/// One WebSocket connection: to streams, or to the socket API.
struct BinanceConnection: Sendable {
    let peer: PeerID
    let openedAt: Instant
    var closesAt: Instant
    /// When the client is told that the connection will close; `distantFuture` once it was.
    var noticeAt: Instant
    var nextPing: Instant
    /// When the ping was sent that the client has not answered yet.
    var unanswered: Instant?
    /// Wraps payloads as `{"stream":…,"data":…}`.
    var isCombined: Bool
    /// In the order of subscription; names the venue does not know are kept, and stay silent.
    var subscriptions: [Subscription] = []
    var silentUntil = Instant.distantPast
    /// Of the socket API.
    var session: BinanceSocketSession?
    private var messages = WindowCounter(.seconds(1))

    struct Subscription: Hashable, Sendable {
        let name: String
        let stream: BinanceStream?
    }

    init(_ peer: PeerID, _ opening: BinanceOpening, leeway: BinanceLeeway, at now: Instant) {
        self.peer = peer
        openedAt = now
        closesAt = now + leeway.connectionLife
        noticeAt = max(now, closesAt - leeway.shutdownNotice)
        nextPing = now + leeway.pingInterval
        switch opening {
        case .streams(_, let isCombined): self.isCombined = isCombined
        case .api(let returnsRateLimits):
            isCombined = false
            session = BinanceSocketSession(returnsRateLimits: returnsRateLimits)
        }
    }

    func nextDue(_ leeway: BinanceLeeway) -> Instant {
        var due = min(closesAt, noticeAt, nextPing)
        if let unanswered { due = min(due, unanswered + leeway.pongTimeout) }
        return due
    }

    /// Counts a frame of the client; false when there are too many. Requests of the socket API have weights instead.
    mutating func admit(_ limits: BinanceLimits, at now: Instant) -> Bool {
        messages.add(1, at: now)
        return session != nil || messages.count <= limits.streamMessagesPerSecond
    }
}

/// What a connection to the socket API has become.
struct BinanceSocketSession: Sendable {
    struct Logon: Sendable {
        var account: Int
        var apiKey: String
        var since: Instant
    }
    /// A user stream.
    struct Feed: Hashable, Sendable {
        var id: Int64
        var account: Int
    }

    /// Whether replies tell the rate limits.
    var returnsRateLimits: Bool
    var logon: Logon?
    var feeds: [Feed] = []
    private var nextFeed: Int64 = 0

    init(returnsRateLimits: Bool) { self.returnsRateLimits = returnsRateLimits }

    /// One live user stream for each account, and so many in a connection's life.
    mutating func subscribe(_ account: Int) throws(BinanceError) -> Int64 {
        guard !feeds.contains(where: { $0.account == account }) else {
            throw BinanceError(-2_035, "User Data Stream subscription already active.")
        }
        guard nextFeed < 65_535 else {
            throw BinanceError(-2_042, "User Data Stream subscription ids are exhausted on this connection.")
        }
        feeds.append(Feed(id: nextFeed, account: account))
        nextFeed += 1
        return nextFeed - 1
    }
}
