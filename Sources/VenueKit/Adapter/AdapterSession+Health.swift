public import Fundamentals
internal import MarketModel

extension AdapterSession {
    /// A look at connections and budgets. Changes nothing.
    public func health(at now: Instant) -> SessionHealth {
        var health = diary.health(budget)
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
