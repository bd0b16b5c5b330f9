public import Fundamentals
internal import MarketModel
public import VenueKit

extension ExtendedSession {
    /// A look at connections and budgets. Changes nothing.
    public func health(at now: Instant) -> SessionHealth {
        var health = diary.health(budget)
        health.clockOffset = clock.isKnown ? clock.offset : nil
        // The youngest book says how long all of them have been whole.
        let books = feeds.filter { if case .book = $0.kind { true } else { false } }
        let openings = books.compactMap(\.supervisor.openedAt)
        if openings.count == books.count { health.marketStreamAge = openings.max().map { now - $0 } }
        health.privateStreamAge = feeds[0].supervisor.openedAt.map { now - $0 }
        return health
    }
}
