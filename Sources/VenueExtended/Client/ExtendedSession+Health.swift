public import Fundamentals
internal import MarketModel
public import VenueKit

extension ExtendedSession {
    /// A look at connections and budgets. Changes nothing.
    public func health(at now: Instant) -> SessionHealth {
        var health = SessionHealth()
        health.usedWeight = budget.used(.weight, per: .minutes(1))
        health.weightLimit = budget.limit(.weight, per: .minutes(1))
        if roundTrips.count > 0 {
            health.medianRoundTrip = .microseconds(roundTrips.quantile(1, in: 2))
            health.slowRoundTrip = .microseconds(roundTrips.quantile(99, in: 100))
        }
        health.clockOffset = clock.isKnown ? clock.offset : nil
        // The youngest book says how long all of them have been whole.
        let books = feeds.filter { if case .book = $0.kind { true } else { false } }
        let openings = books.compactMap(\.supervisor.openedAt)
        if openings.count == books.count { health.marketStreamAge = openings.max().map { now - $0 } }
        health.privateStreamAge = feeds[0].supervisor.openedAt.map { now - $0 }
        return health
    }
}
