internal import Fundamentals
internal import MarketModel

/// One WebSocket connection, and what it listens to.
struct ExtendedConnection: Sendable {
    enum Version: Hashable, Sendable {
        /// One topic for the connection's life; frames are numbered from 1.
        case single
        /// JSON-RPC: topics come and go; frames are numbered from 0 over all of them.
        case rpc
    }

    struct Subscription: Hashable, Sendable {
        let topic: ExtendedTopic
        /// Its id in version 2.
        let name: String
    }

    let peer: PeerID
    let version: Version
    var subscriptions: [Subscription] = []
    var silentUntil = Instant.distantPast
    var nextPing: Instant
    /// When the ping was sent that waits for its pong.
    var pingedAt: Instant?
    private var nextNumber: Int64

    init(_ peer: PeerID, _ version: Version, leeway: ExtendedLeeway, at now: Instant) {
        self.peer = peer
        self.version = version
        nextPing = now + leeway.pingInterval
        nextNumber = version == .single ? 1 : 0
    }

    /// The number of the next frame.
    mutating func takeNumber() -> Int64 {
        defer { nextNumber += 1 }
        return nextNumber
    }

    func due(_ leeway: ExtendedLeeway) -> Instant {
        min(nextPing, pingedAt.map { $0 + leeway.pongTimeout } ?? .distantFuture)
    }

    func hears(_ market: MarketID, _ depth: ExtendedTopic.Depth) -> Bool {
        subscriptions.contains { $0.topic.hears(market, depth) }
    }
}

/// What is sent, before it is numbered for a connection.
struct ExtendedFrame {
    /// `SNAPSHOT`, `MP`, `ORDER`; empty for topics whose frames have no type in version 1.
    var type: String
    /// `ORDERBOOKS.SNAPSHOT`, `PRICES.MP`, `ACCOUNT.ORDER`.
    var rpcType: String
    var data: [UInt8]
    var time: Instant

    func bytes(_ number: Int64, _ version: ExtendedConnection.Version, _ subscription: String) -> [UInt8] {
        switch version {
        case .single:
            let type = type.isEmpty ? "" : #""type":"\#(type)","#
            return Array(#"{\#(type)"data":"#.utf8) + data
                + Array(#","ts":\#(time.milliseconds),"seq":\#(number)}"#.utf8)
        case .rpc:
            return Array(#"{"type":"\#(rpcType)","data":"#.utf8) + data
                + Array(
                    #","ts":\#(time.milliseconds),"seq":\#(number),"subscription":"\#(subscription)"}"#.utf8)
        }
    }
}
