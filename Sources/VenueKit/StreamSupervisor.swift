public import Fundamentals

/// The life of one logical stream over several connections: opening, losing, reopening with back-off, and replacing a
/// connection before the venue cuts it, with both open for a moment so that nothing falls between them.
public struct StreamSupervisor: Hashable, Sendable {
    public enum Role: Hashable, Sendable {
        case current, successor
        /// A connection given up earlier: its late events mean nothing.
        case stale
    }
    /// What the owner has to do now.
    public enum Demand: Hashable, Sendable {
        case open
        case openSuccessor
        /// The successor carries everything: close this one.
        case close(StreamID)
        /// The connection did not open in time, or fell silent: close it and call `lost`.
        case abandon(StreamID, String)
    }

    /// Age at which a connection is replaced; the venue cuts it later.
    public internal(set) var renewAfter: TimeSpan
    /// Silence after which a connection counts as dead.
    public internal(set) var silenceLimit: TimeSpan
    public let openingLimit: TimeSpan
    /// How long old and new run side by side.
    public let overlap: TimeSpan

    public private(set) var current: StreamID?
    public private(set) var openedAt: Instant?
    public private(set) var successor: StreamID?
    private var successorOpenedAt: Instant?
    private var startedAt: Instant = .distantPast
    private var successorStartedAt: Instant = .distantPast
    private var lastSign: Instant = .distantPast
    private var reopenAt: Instant?
    private var renewAt: Instant = .distantFuture
    private var backoff: Backoff

    public init(
        renewAfter: TimeSpan, silenceLimit: TimeSpan, openingLimit: TimeSpan = .seconds(10),
        overlap: TimeSpan = .seconds(2), backoff: Backoff = Backoff()
    ) {
        self.renewAfter = renewAfter
        self.silenceLimit = silenceLimit
        self.openingLimit = openingLimit
        self.overlap = overlap
        self.backoff = backoff
    }

    public var isOpen: Bool { openedAt != nil }
    /// Whether anything is to be kept open at all.
    public private(set) var isWanted = false

    public func role(of id: StreamID) -> Role {
        if id == current { return .current }
        if id == successor { return .successor }
        return .stale
    }

    // MARK: What the owner reports

    /// From now on the stream is to be open.
    public mutating func want(at now: Instant) {
        isWanted = true
        reopenAt = now
    }

    /// Nothing is to be open any more; returns what has to be closed.
    public mutating func dismiss() -> [StreamID] {
        let open = [current, successor].compactMap { $0 }
        isWanted = false
        (current, openedAt, successor, successorOpenedAt, reopenAt) = (nil, nil, nil, nil, nil)
        return open
    }

    public mutating func opening(_ id: StreamID, at now: Instant) {
        current = id
        openedAt = nil
        startedAt = now
        reopenAt = nil
    }

    public mutating func openingSuccessor(_ id: StreamID, at now: Instant) {
        successor = id
        successorOpenedAt = nil
        successorStartedAt = now
    }

    /// - Returns: whether the current connection opened: the stream starts (again), with a gap behind it.
    public mutating func opened(_ id: StreamID, at now: Instant) -> Bool {
        switch role(of: id) {
        case .current:
            openedAt = now
            lastSign = now
            renewAt = now + renewAfter
            return true
        case .successor:
            successorOpenedAt = now
            return false
        case .stale: return false
        }
    }

    /// Data, or whatever else proves that the stream is alive.
    public mutating func sign(on id: StreamID, at now: Instant) {
        guard id == current else { return }
        lastSign = now
        backoff.succeeded()
    }

    /// A connection is gone.
    /// - Returns: whether the stream has a gap now. It has none when an open successor takes over.
    public mutating func lost(_ id: StreamID, at now: Instant, using random: inout RandomSource) -> Bool {
        switch role(of: id) {
        case .current:
            if let heir = successor, let since = successorOpenedAt {
                promote(heir, openedAt: since, at: now)
                return false
            }
            (current, openedAt, successor, successorOpenedAt) = (nil, nil, nil, nil)
            reopenAt = now + backoff.next(using: &random)
            return true
        case .successor:
            (successor, successorOpenedAt) = (nil, nil)
            renewAt = now + .seconds(60)
            return false
        case .stale: return false
        }
    }

    /// The venue announced the end of the connection: it is replaced at once, the new one first.
    public mutating func renew(at now: Instant) { renewAt = min(renewAt, now) }

    // MARK: What the owner has to do

    public func demand(at now: Instant) -> Demand? {
        guard isWanted else { return nil }
        if let reopenAt, current == nil { return reopenAt <= now ? .open : nil }
        guard let current else { return nil }
        guard openedAt != nil else {
            return now - startedAt >= openingLimit ? .abandon(current, "did not open in time") : nil
        }
        if now - lastSign >= silenceLimit { return .abandon(current, "silent") }
        if let successor {
            guard let successorOpenedAt else {
                return now - successorStartedAt >= openingLimit ? .abandon(successor, "did not open in time") : nil
            }
            return now - successorOpenedAt >= overlap ? .close(current) : nil
        }
        return now >= renewAt ? .openSuccessor : nil
    }

    /// The successor becomes the stream; call when `demand` said `close`.
    public mutating func handOver(at now: Instant) {
        guard let successor, let successorOpenedAt else { return }
        promote(successor, openedAt: successorOpenedAt, at: now)
    }

    private mutating func promote(_ id: StreamID, openedAt since: Instant, at now: Instant) {
        current = id
        openedAt = since
        lastSign = now
        renewAt = since + renewAfter
        (successor, successorOpenedAt) = (nil, nil)
    }
}
