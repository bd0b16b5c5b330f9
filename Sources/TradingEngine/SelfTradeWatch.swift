internal import Fundamentals
internal import MarketModel

/// How often our own orders met, or nearly did.
public struct SelfTradeCounts: Hashable, Sendable {
    /// Trades of which both sides were ours, by the venue's word or by its trade id.
    public var certain = 0
    /// Fills on both sides at one price and of one size within a second.
    public var suspected = 0
    /// Orders that the venue's own prevention took off.
    public var prevented = 0

    public init() {}
}

/// Watches one market's own fills for trades with ourselves, which are forbidden nearly everywhere whatever they are for.
struct SelfTradeWatch: Sendable {
    enum Finding: Hashable, Sendable {
        /// `other` is the other side, where it is known by now.
        case certain(other: Fill?)
        case suspected(other: Fill)
    }

    /// Fills that are remembered. Both sides of a trade come together, or with the next look at the history.
    static let capacity = 256
    static let closeTogether = TimeSpan.seconds(1)
    static let toldEvery = TimeSpan.minutes(1)
    static let preventedWindow = TimeSpan.hours(1)
    static let preventedAllowed = 5

    private(set) var counts = SelfTradeCounts()
    private var recent = RingBuffer<Fill>(capacity: capacity)
    private var prevented = RingBuffer<Instant>(capacity: preventedAllowed + 1)
    private var suspicionToldAt = Instant.distantPast

    /// - Parameter fill: booked for the first time.
    mutating func observe(_ fill: Fill) -> Finding? {
        let finding = judge(fill)
        recent.append(fill)
        switch finding {
        case .certain(let other):
            // One trade, though both of its sides may be flagged.
            if other?.isSelfTrade != true { counts.certain += 1 }
        case .suspected: counts.suspected += 1
        case nil: break
        }
        return finding
    }

    private func judge(_ fill: Fill) -> Finding? {
        var suspect: Fill?
        for index in 0..<recent.count {
            let other = recent[index]
            guard other.side != fill.side else { continue }
            if other.trade == fill.trade { return .certain(other: other) }
            if other.price == fill.price, other.quantity == fill.quantity, Self.areClose(fill, other) {
                suspect = other
            }
        }
        if fill.isSelfTrade { return .certain(other: nil) }
        return suspect.map { .suspected(other: $0) }
    }

    /// Times come from the venue, and may be any.
    private static func areClose(_ a: Fill, _ b: Fill) -> Bool {
        let (apart, overflow) = a.venueTime.nanoseconds.subtractingReportingOverflow(b.venueTime.nanoseconds)
        return !overflow && apart.magnitude <= UInt64(closeTogether.nanoseconds)
    }

    /// Whether a suspicion is to be told: once a minute.
    mutating func tellsSuspicion(at now: Instant) -> Bool {
        guard now - suspicionToldAt >= Self.toldEvery else { return false }
        suspicionToldAt = now
        return true
    }

    /// The venue's prevention took an order off.
    /// - Returns: true when that is one too many within the hour; then counting begins anew.
    mutating func notePrevented(at now: Instant) -> Bool {
        counts.prevented += 1
        prevented.append(now)
        guard prevented.count > Self.preventedAllowed, let oldest = prevented.first,
            now - oldest < Self.preventedWindow
        else { return false }
        prevented.removeAll()
        return true
    }
}
