public import Exchange
public import Fundamentals
public import Wire

/// A local exchange as its host drives it: requests, streams, flow and time go in, `ServerEffect`s come out. A value
/// without socket, clock or entropy.
public protocol LocalVenue: Sendable {
    /// When `advance` next has something to do.
    var nextDue: Instant { get }
    /// What chaos adds to the venue's own clock.
    var clockSkew: TimeSpan { get }
    /// Lets time pass, and fires what is due.
    mutating func advance(to time: Instant, into effects: inout [ServerEffect])
    /// Carries out one step of background flow.
    mutating func apply(_ flow: FlowEvent, at time: Instant, into effects: inout [ServerEffect])
    /// One request; answered by an effect with its token, at once or later.
    mutating func handle(
        _ request: HTTPRequest, token: UInt64, from peer: PeerID, address: String, at time: Instant,
        into effects: inout [ServerEffect])
    /// The answer to a WebSocket handshake that is not admitted; nil for one that is.
    func refusal(ofStream request: HTTPRequest) -> HTTPResponse?
    mutating func streamOpened(
        _ peer: PeerID, _ request: HTTPRequest, at time: Instant, into effects: inout [ServerEffect])
    mutating func streamText(
        _ peer: PeerID, _ bytes: [UInt8], at time: Instant, into effects: inout [ServerEffect])
    mutating func streamPong(_ peer: PeerID, at time: Instant, into effects: inout [ServerEffect])
    /// The client pinged: the answer is the host's business.
    mutating func streamPing(_ peer: PeerID, at time: Instant, into effects: inout [ServerEffect])
    mutating func streamClosed(_ peer: PeerID)
    /// What a bot needs to trade here, as members of the host's one line of JSON. `http` and `ws` are where the host
    /// listens, such as `http://127.0.0.1:8080`. It shows the sample accounts' keys.
    func writeReadiness(http: String, ws: String, into json: inout JSONWriter)
}

/// A local exchange whose own books can be looked at, for tapes and auditors.
public protocol ExchangeBacked {
    var exchange: Exchange { get }
    /// All of them, each with the mark by which tapes tell its symbols from the others'; one without a mark for most.
    var exchanges: [(mark: String, exchange: Exchange)] { get }
}

extension LocalVenue {
    /// Most venues ask themselves, and do not care.
    public mutating func streamPing(_ peer: PeerID, at time: Instant, into effects: inout [ServerEffect]) {}
}

extension ExchangeBacked {
    public var exchanges: [(mark: String, exchange: Exchange)] { [("", exchange)] }
}
