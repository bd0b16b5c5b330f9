internal import Fundamentals
internal import MarketModel

/// One WebSocket connection and what it is subscribed to.
struct StreamConnection: Sendable {
    let peer: PeerID
    let closesAt: Instant
    var nextPing: Instant
    /// When the client last showed that it lives.
    var lastPong: Instant
    /// Wraps payloads as `{"stream":…,"data":…}`.
    var isCombined: Bool
    let category: StreamCategory
    /// In the order of subscription; names the venue does not know are kept, and stay silent.
    var subscriptions: [Subscription] = []
    var silentUntil = Instant.distantPast
    private var messages = WindowCounter(.seconds(1))

    struct Subscription: Hashable, Sendable {
        let name: String
        let stream: AsterStream?
    }

    init(
        _ peer: PeerID, isCombined: Bool, category: StreamCategory = .any, leeway: AsterLeeway, at now: Instant
    ) {
        self.peer = peer
        self.isCombined = isCombined
        self.category = category
        closesAt = now + leeway.connectionLife
        nextPing = now + leeway.pingInterval
        lastPong = now
    }

    /// Counts a message of the client; false when there are too many.
    mutating func admit(_ limits: AsterLimits, at now: Instant) -> Bool {
        messages.add(1, at: now)
        return messages.count <= limits.streamMessagesPerSecond
    }
}

/// What is known about a stream that somebody listens to.
struct StreamState: Sendable {
    let stream: AsterStream
    var subscribers = 0
    /// When the next frame may go out; `distantFuture` while there is nothing to tell.
    var dueAt = Instant.distantFuture
    var depth: DepthBuffer
    /// Of a liquidation stream: what waits until the next frame may go out, at most one for each market.
    var forced: [ForcedOrder] = []
    var lastForced = Instant.distantPast
    /// The last aggregate that was sent.
    var lastAggregate: Int64 = 0
    /// Opening time of the candle that was sent last.
    var lastOpen = Instant.distantPast

    init(_ stream: AsterStream, bookID: Int64) {
        self.stream = stream
        depth = DepthBuffer(previousID: bookID)
    }

    mutating func touch(at now: Instant) {
        guard dueAt == .distantFuture, let cadence = stream.cadence else { return }
        dueAt = cadence.next(after: now)
    }
}

/// Changes of the book since the last diff.
struct DepthBuffer: Hashable, Sendable {
    /// Last id of the diff before: the next one's `pu`.
    var previousID: Int64
    private(set) var firstID: Int64 = 0
    private(set) var lastID: Int64 = 0
    private var changes: [Change] = []

    private struct Change: Hashable, Sendable {
        let side: Side
        let level: BookLevel
    }

    init(previousID: Int64) { self.previousID = previousID }

    var isEmpty: Bool { changes.isEmpty }

    mutating func add(_ side: Side, _ level: BookLevel, id: Int64) {
        if changes.isEmpty { firstID = id }
        lastID = id
        changes.append(Change(side: side, level: level))
    }

    /// The last quantity at each price that changed; bids descending, asks ascending.
    mutating func drain() -> (bids: [BookLevel], asks: [BookLevel]) {
        defer {
            changes.removeAll(keepingCapacity: true)
            previousID = lastID
        }
        return (Self.latest(changes, .buy), Self.latest(changes, .sell))
    }

    private static func latest(_ changes: [Change], _ side: Side) -> [BookLevel] {
        let ofSide = changes.filter { $0.side == side }.map(\.level)
        let ordered = ofSide.enumerated().sorted {
            let (a, b) = ($0.element.price, $1.element.price)
            if a != b { return side == .buy ? a > b : a < b }
            return $0.offset > $1.offset
        }
        var result: [BookLevel] = []
        for (_, level) in ordered where result.last?.price != level.price { result.append(level) }
        return result
    }
}
