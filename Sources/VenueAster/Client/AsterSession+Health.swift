public import Fundamentals
internal import MarketModel
public import VenueKit

extension AsterSession {
    /// A look at connections and budgets. Changes nothing.
    public func health(at now: Instant) -> SessionHealth {
        var health = diary.health(budget)
        health.clockOffset = clock.best?.offset
        health.listenKeyAge = listenKeyConfirmedAt.map { now - $0 }
        health.marketStreamAge = marketStream.openedAt.map { now - $0 }
        health.privateStreamAge = userStream.openedAt.map { now - $0 }
        return health
    }
}
