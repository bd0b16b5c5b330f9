public import Fundamentals
public import MarketModel

/// Orders whose cancel the venue confirmed without saying how much of them had been filled.
///
/// Such an order is over only once the fills up to the confirmation have been read: told before, a fill that is not yet
/// known would be missing from the position while the order no longer counts against the limits.
public struct AcknowledgedCancels: Sendable {
    private struct Waiting: Sendable {
        var order: ClientOrderID
        var market: MarketID
        var since: Instant
    }
    private var waiting: [Waiting] = []
    /// Markets whose fills are to be read, for which no request has left yet.
    private var asked: [MarketID] = []

    public init() {}

    public var isEmpty: Bool { waiting.isEmpty }

    /// The venue confirmed a cancel.
    /// - Returns: whether a call for the market's fills is to be made; false where one is on its way out already.
    public mutating func confirmed(_ order: ClientOrderID, _ market: MarketID, at now: Instant) -> Bool {
        if !waiting.contains(where: { $0.order == order }) {
            waiting.append(Waiting(order: order, market: market, since: now))
        }
        if asked.contains(market) { return false }
        asked.append(market)
        return true
    }

    /// A request for the market's fills leaves: what is confirmed from now on needs another.
    public mutating func requested(_ market: MarketID) { asked.removeAll { $0 == market } }

    /// All fills of the market up to `asOf` have been told.
    /// - Returns: the orders that are over now.
    public mutating func settled(_ market: MarketID, asOf: Instant) -> [ClientOrderID] {
        let over = waiting.filter { $0.market == market && $0.since <= asOf }.map(\.order)
        waiting.removeAll { over.contains($0.order) }
        return over
    }

    /// Something else told that the order is over.
    public mutating func forget(_ order: ClientOrderID) { waiting.removeAll { $0.order == order } }
}
