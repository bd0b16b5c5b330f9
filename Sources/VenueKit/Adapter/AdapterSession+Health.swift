public import Fundamentals
internal import MarketModel

extension AdapterSession {
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
        health.listenKeyAge = streamKeyConfirmedAt.map { now - $0 }
        // The youngest connection says how long all of them have been whole.
        health.marketStreamAge = age(at: now) { !$0.isPrivate }
        health.privateStreamAge = age(at: now, where: \.isPrivate)
        return health
    }

    private func age(at now: Instant, where isWanted: (AdapterStream) -> Bool) -> TimeSpan? {
        let wanted = streams.filter(isWanted)
        guard wanted.allSatisfy(\.isUp) else { return nil }
        return wanted.compactMap(\.supervisor.openedAt).max().map { now - $0 }
    }
}
