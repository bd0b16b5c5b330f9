public import Fundamentals
internal import MarketModel
public import VenueKit

extension AsterSession {
    /// A look at connections and budgets. Changes nothing.
    public func health(at now: Instant) -> SessionHealth {
        var health = SessionHealth()
        health.usedWeight = budget.used(.weight, per: .minutes(1))
        health.weightLimit = budget.limit(.weight, per: .minutes(1))
        if roundTrips.count > 0 {
            health.medianRoundTrip = .microseconds(roundTrips.quantile(1, in: 2))
            health.slowRoundTrip = .microseconds(roundTrips.quantile(99, in: 100))
        }
        health.clockOffset = clock.best?.offset
        health.listenKeyAge = listenKeyConfirmedAt.map { now - $0 }
        health.marketStreamAge = marketStream.openedAt.map { now - $0 }
        health.privateStreamAge = userStream.openedAt.map { now - $0 }
        return health
    }
}
