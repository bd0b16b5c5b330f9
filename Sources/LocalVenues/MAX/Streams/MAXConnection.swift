internal import Fundamentals
internal import MarketModel

/// A WebSocket connection: what it hears, and as whom it has logged in.
struct MAXConnection: Sendable {
    struct Subscription: Sendable {
        var channel: Channel
        var market: MarketID
        var depth: Int
        /// What the client has of the book, best first.
        var bids: [BookLevel] = []
        var asks: [BookLevel] = []
        /// Id of the newest change that the client was told.
        var through: Int64 = 0
        var version: Int64 = 0
    }
    enum Channel: String, Hashable, Sendable, CaseIterable { case book, trade }
    enum Filter: String, Hashable, Sendable, CaseIterable {
        case order, trade, account
        /// Trades without the snapshot.
        case tradeUpdate = "trade_update"
    }

    let peer: PeerID
    var subscriptions: [Subscription] = []
    /// Index of the account; nil before the log-in.
    var account: Int?
    var filters: [Filter] = []
    var lastPing: Instant
    var silentUntil: Instant = .distantPast
    var second = WindowCounter(.seconds(1))
    var minute = WindowCounter(.minutes(1))

    init(_ peer: PeerID, at now: Instant) {
        self.peer = peer
        lastPing = now
    }

    func hears(_ filter: Filter) -> Bool {
        switch filter {
        case .trade, .tradeUpdate: filters.contains(.trade) || filters.contains(.tradeUpdate)
        case .order, .account: filters.contains(filter)
        }
    }
}

/// The changes of one market's book: their numbers, and when they are told next.
struct MAXBookFeed: Sendable {
    let market: MarketID
    /// When the venue began to count.
    private(set) var version: Int64
    private(set) var updateID: Int64 = 1
    private(set) var dueAt = Instant.distantFuture
    private var toldAt = Instant.distantPast

    init(_ market: MarketID, version: Int64) {
        self.market = market
        self.version = version
    }

    mutating func change(at now: Instant, every interval: TimeSpan) {
        updateID += 1
        if dueAt == .distantFuture { dueAt = max(now, toldAt + interval) }
    }

    mutating func told(at now: Instant) {
        toldAt = now
        dueAt = .distantFuture
    }

    mutating func restart(at now: Instant) {
        version = max(version + 1, now.milliseconds)
        updateID = 1
    }
}
