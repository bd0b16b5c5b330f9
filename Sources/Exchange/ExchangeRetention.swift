public import Fundamentals
internal import MarketModel

/// How much history an exchange keeps, so that one that runs for months needs no more memory than one that runs for
/// days.
public struct ExchangeRetention: Hashable, Sendable {
    /// Orders that ended without a fill are forgotten when they ended this long ago.
    public var unfilledOrders = TimeSpan.hours(168)
    /// Of the ended orders of all accounts together, at most twice as many are kept; the oldest go first.
    public var endedOrders = 200_000
    /// Kept of each account in each market, at most twice as many.
    public var executions = 100_000
    /// Kept of each account, at most twice as many.
    public var incomeLines = 200_000
    /// New orders between two looks for some to forget.
    public var interval = 20_000

    public init() {}
}

extension Array {
    /// Makes room at twice `limit` elements, so that forgetting costs nothing on average.
    mutating func forgetOldest(beyond limit: Int) {
        let kept = Swift.max(1, limit)
        if count >= 2 * kept { removeFirst(count - kept) }
    }
}

extension Exchange {
    /// Forgets orders nobody can ask for any more, once in a while. Nothing may hold a slot while it runs.
    mutating func forgetOldOrders(at now: Instant) {
        guard store.records.count >= store.kept + max(1, retention.interval) else { return }
        var surplus = 0
        for record in store.records where !record.order.status.isOpen { surplus += 1 }
        surplus = surplus > 2 * retention.endedOrders ? surplus - retention.endedOrders : 0
        let life = retention.unfilledOrders
        let places = store.forget { record in
            guard !record.order.status.isOpen else { return false }
            if record.order.filled == .zero, record.order.updatedAt + life < now { return true }
            guard surplus > 0 else { return false }
            surplus -= 1
            return true
        }
        store.kept = store.records.count
        guard places.count > store.kept else { return }
        for market in states.indices {
            states[market].book.renumber(places)
            for index in states[market].waiting.indices {
                states[market].waiting[index].slot = places[states[market].waiting[index].slot]
            }
        }
        for account in accounts.indices {
            for market in markets.indices { accounts[account].markets[market].renumber(places) }
        }
    }
}

extension MarketAccount {
    fileprivate mutating func renumber(_ places: [Int]) {
        open = open.map { places[$0] }
        history = history.compactMap { places[$0] >= 0 ? places[$0] : nil }
    }
}
