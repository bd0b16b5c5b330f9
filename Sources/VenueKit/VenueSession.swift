public import Fundamentals
public import MarketModel
public import RiskControl
public import Wire

/// One request on its way; unique within a session.
public struct RequestID: Hashable, Comparable, Sendable {
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }
    public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

/// One WebSocket connection of a session. A reopened stream gets a new id, so that late events of the old one are known.
public struct StreamID: Hashable, Comparable, Sendable {
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }
    public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

/// What a session asks of the transport: sockets live, bytes in the simulation.
public enum TransportCommand: Hashable, Sendable {
    /// One HTTP exchange with the venue's REST host. Exactly one `reply` or `failed` comes back, at the latest at
    /// `deadline`.
    case request(RequestID, HTTPRequest, deadline: Instant)
    /// The same for a request that is still to be signed. Whoever carries it out may sign on another thread, but
    /// requests leave in the order of their commands.
    case unsignedRequest(RequestID, UnsignedRequest, deadline: Instant)
    /// Opens a WebSocket; `target` is path and query, `headers` go into the handshake.
    case openStream(StreamID, target: String, headers: HTTPHeaders = HTTPHeaders(), host: StreamHost = .stream)
    case sendText(StreamID, [UInt8])
    /// A ping with an empty payload, for venues that want the client to ask.
    case ping(StreamID)
    case closeStream(StreamID)
}

/// Which of a venue's WebSocket hosts.
public enum StreamHost: String, Hashable, Sendable, CaseIterable {
    /// Where the streams are.
    case stream
    /// Where requests can be made over a WebSocket, and on some venues the account's events are.
    case api
}

/// Why no reply came.
public enum TransportFailure: Hashable, Sendable {
    /// Certain that not one byte of the request left (name not resolved, connection refused, TLS refused).
    case notSent(String)
    /// The request may have arrived: deadline passed, connection lost, reply unreadable.
    case unknown(String)
}

/// A request whose signature is still to be made. Signing is a pure function of what is inside.
public struct UnsignedRequest: Hashable, Sendable {
    /// Which request it is; equality and hash are its own, since functions have none.
    public let id: RequestID
    private let finish: @Sendable () -> HTTPRequest

    public init(_ id: RequestID, finish: @escaping @Sendable () -> HTTPRequest) {
        self.id = id
        self.finish = finish
    }

    /// The signed request. The same every time.
    public func signed() -> HTTPRequest { finish() }

    public static func == (a: Self, b: Self) -> Bool { a.id == b.id }
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// What the transport reports back.
public enum TransportEvent: Hashable, Sendable {
    case reply(RequestID, HTTPResponse)
    case failed(RequestID, TransportFailure)
    case streamOpened(StreamID)
    case streamText(StreamID, [UInt8])
    /// Control frames, the venue's pings and its answers to ours, count as signs of life, not as data. Pongs are sent by
    /// the transport.
    case streamPing(StreamID)
    case streamClosed(StreamID, String)
}

/// What the node asks of a session.
public enum SessionRequest: Hashable, Sendable {
    case send(Approved)
    case query(ClientOrderID, MarketID)
    case fetchFills(MarketID)
    /// Confirm that nothing of ours rests, disarm the switch, close the streams, then report `VenueStatus.closed`.
    case shutDown
}

/// What a session tells the engine.
public enum VenueEvent: Hashable, Sendable {
    case market(MarketEvent)
    case account(AccountEvent)
    /// Of the venue that it is about.
    case status(VenueStatus, of: VenueID = .target)
}

/// Something for the log. Never carries keys, signatures or signed URLs.
public struct SessionNote: Hashable, Sendable {
    public enum Level: String, Hashable, Sendable { case debug, info, warning, error }
    public var level: Level
    public var text: String

    public init(_ level: Level, _ text: String) {
        self.level = level
        self.text = text
    }
}

/// Reused by its owner: cleared, filled by one call, drained.
public struct SessionOutput: Sendable {
    public var commands: [TransportCommand] = []
    public var events: [VenueEvent] = []
    public var notes: [SessionNote] = []

    public init() {}

    public mutating func removeAll() {
        commands.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
        notes.removeAll(keepingCapacity: true)
    }
}

/// The client side of one venue as a value: bytes and times in, requests and events out. No socket, clock or entropy.
///
/// Start-up order: clock offset → instrument rules → account mode → own resting orders cancelled and confirmed →
/// position, balance, fee rates → dead man's switch armed → streams live and book synchronised → `VenueStatus.ready`.
public protocol VenueSession: Sendable {
    mutating func start(at now: Instant, into output: inout SessionOutput)
    mutating func receive(_ event: TransportEvent, at now: Instant, into output: inout SessionOutput)
    mutating func perform(_ request: SessionRequest, at now: Instant, into output: inout SessionOutput)
    /// Everything that one drain of the engine asked for, in its order: a venue with batches may join neighbours.
    mutating func perform(all requests: [SessionRequest], at now: Instant, into output: inout SessionOutput)
    /// Time passed: deadlines, keep-alives, watchdogs. Called at least every 100 ms.
    mutating func tick(at now: Instant, into output: inout SessionOutput)
    /// A look at connections and budgets. Changes nothing.
    func health(at now: Instant) -> SessionHealth
}

extension VenueSession {
    public mutating func perform(all requests: [SessionRequest], at now: Instant, into output: inout SessionOutput) {
        for request in requests { perform(request, at: now, into: &output) }
    }
}
