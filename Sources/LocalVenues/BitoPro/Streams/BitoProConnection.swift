internal import Fundamentals
internal import MarketModel
internal import Wire

/// What one WebSocket connection listens to, by its path.
enum BitoProTopic: Hashable, Sendable {
    case books([Book])
    case trades([MarketID])
    case orders
    case histories
    case balances
    case userTrades

    struct Book: Hashable, Sendable {
        var market: MarketID
        var depth: Int
    }

    var isPrivate: Bool {
        switch self {
        case .books, .trades: false
        case .orders, .histories, .balances, .userTrades: true
        }
    }

    var isBooks: Bool { if case .books = self { true } else { false } }
}

/// One WebSocket connection.
struct BitoProConnection: Sendable {
    let peer: PeerID
    let topic: BitoProTopic
    /// Index of the account; nil for public topics.
    let account: Int?
    var nextPing: Instant
    /// When the ping was sent that waits for its pong.
    var pingedAt: Instant?
    var silentUntil = Instant.distantPast
    /// When the last books were told, and which have changed since.
    var booksToldAt = Instant.distantPast
    var changedBooks: [MarketID] = []
    /// When books are told next; `distantFuture` while none has changed.
    var nextBook = Instant.distantFuture

    init(_ peer: PeerID, _ topic: BitoProTopic, account: Int?, at now: Instant, pingInterval: TimeSpan) {
        self.peer = peer
        self.topic = topic
        self.account = account
        nextPing = now + pingInterval
    }
}
