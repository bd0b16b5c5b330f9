public import Fundamentals
public import Wire

/// One WebSocket connection.
struct ExtendedConnection: Sendable {
    let peer: PeerID
    /// Path and query of the handshake.
    let target: String
    /// Of an account stream: index among the server's accounts.
    let account: Int?
}

extension ExtendedServer {
    /// When `workStreams` next has something to do.
    var streamsDue: Instant { .distantFuture }

    /// Everything that streams do because time passed.
    mutating func workStreams(into effects: inout [ServerEffect]) {}

    /// Tells what happened to those who listen.
    mutating func publishNotices(into effects: inout [ServerEffect]) {
        notices.removeAll(keepingCapacity: true)
    }

    public func refusal(ofStream request: HTTPRequest) -> HTTPResponse? { HTTPResponse(status: 404) }

    public mutating func streamOpened(
        _ peer: PeerID, _ request: HTTPRequest, at time: Instant, into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
        effects.append(.close(peer, code: 1_008, reason: "no stream at this path"))
    }

    public mutating func streamText(
        _ peer: PeerID, _ bytes: [UInt8], at time: Instant, into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
    }

    public mutating func streamPong(_ peer: PeerID, at time: Instant, into effects: inout [ServerEffect]) {
        advance(to: time, into: &effects)
    }

    public mutating func streamClosed(_ peer: PeerID) { connections.removeAll { $0.peer == peer } }
}
