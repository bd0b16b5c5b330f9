internal import Fundamentals
internal import MarketModel
internal import VenueKit

/// One stream and its connections: v1 has one connection for each stream, and nothing is ever sent on it.
struct ExtendedFeed: Sendable {
    enum Kind: Hashable, Sendable, CustomStringConvertible {
        case account
        case book(Int), trades(Int), mark(Int), funding(Int)

        var description: String {
            switch self {
            case .account: "account"
            case .book: "book"
            case .trades: "trade"
            case .mark: "mark price"
            case .funding: "funding"
            }
        }

        /// The market it speaks of.
        var slot: Int? {
            switch self {
            case .account: nil
            case .book(let slot), .trades(let slot), .mark(let slot), .funding(let slot): slot
            }
        }
    }

    let kind: Kind
    let target: String
    var supervisor: StreamSupervisor
    /// `seq` of the last frame on this connection; 0 before the first.
    var sequence: Int64 = 0
    var lastData: Instant = .distantPast
    /// Connections given up for what they sent, one soon after the other, and when the next may be opened.
    private var faults = 0
    private var lastFault: Instant = .distantPast
    private(set) var notBefore: Instant = .distantPast

    /// Age of the last data after which a connection counts as mute, pings or not. Nil for streams that may be silent.
    var dataLimit: TimeSpan? {
        switch kind {
        // A snapshot comes about every minute, however quiet the market is.
        case .book: .seconds(90)
        // Recomputed all the time.
        case .mark: .seconds(30)
        case .account, .trades, .funding: nil
        }
    }

    init(_ kind: Kind, target: String) {
        self.kind = kind
        self.target = target
        // The server pings every 15 s; two lost pings are no accident. No age limit is known.
        supervisor = StreamSupervisor(
            renewAfter: .hours(24 * 365), silenceLimit: .seconds(40),
            backoff: Backoff(first: .seconds(1), ceiling: .seconds(10)))
    }

    /// The connection is given up for what it sent. Data count as success for its supervisor, so that a stream that is bad
    /// again and again needs pauses of its own.
    mutating func distrust(at now: Instant) {
        faults = now - lastFault < .minutes(1) ? min(faults + 1, 6) : 0
        lastFault = now
        notBefore = faults == 0 ? now : now + .milliseconds(500 << Int64(faults))
    }

    /// What the numbers of frames say about what came between.
    enum Continuity: Hashable, Sendable {
        case next
        /// Seen already, or overtaken.
        case old
        case gap
    }

    func continuity(_ number: Int64) -> Continuity {
        if number == sequence + 1 { return .next }
        return number <= sequence ? .old : .gap
    }
}
