public import Wire

/// One TCP or WebSocket connection, named by whoever drives the server.
public struct PeerID: Hashable, Comparable, Sendable {
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }
    public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

/// What a local venue asks of its transport: sockets when it is served, bytes in the simulation.
public enum ServerEffect: Hashable, Sendable {
    /// The answer to the request that was handed in with that token.
    case reply(PeerID, exchange: UInt64, HTTPResponse)
    /// Close the connection of that request without answering it.
    case dropReply(PeerID, exchange: UInt64)
    case sendText(PeerID, [UInt8])
    case ping(PeerID)
    case close(PeerID, code: UInt16, reason: String)
    /// Cut the connection without a closing handshake.
    case abort(PeerID)
}
