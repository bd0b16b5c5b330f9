public import MarketModel

/// Which fills of one market are booked, by the venue's trade id and order id; an account that trades with itself has
/// one trade id on two orders.
///
/// Bounded: once full, the lower ids are forgotten together, and everything below the highest forgotten one counts as
/// booked from then on. Venues number trades upwards, and only recent history is ever asked for again.
public struct TradeJournal: Sendable {
    private struct Key: Hashable, Comparable, Sendable {
        var trade: TradeID
        var order: VenueOrderID
        static func < (a: Key, b: Key) -> Bool { (a.trade, a.order) < (b.trade, b.order) }
    }

    /// Ids kept after forgetting; twice as many before.
    static let capacity = 10_000

    private var keys: [Key] = []
    private var forgottenUpTo: TradeID?

    public init() {}

    /// Whether the fill is new; afterwards it is not.
    public mutating func insert(_ trade: TradeID, _ order: VenueOrderID) -> Bool {
        if let forgottenUpTo, trade <= forgottenUpTo { return false }
        let key = Key(trade: trade, order: order)
        if let last = keys.last, last < key {
            keys.append(key)
        } else {
            let index = position(of: key)
            if index < keys.count, keys[index] == key { return false }
            keys.insert(key, at: index)
        }
        if keys.count >= 2 * Self.capacity {
            forgottenUpTo = keys[Self.capacity - 1].trade
            keys.removeFirst(Self.capacity)
        }
        return true
    }

    private func position(of key: Key) -> Int {
        var lower = 0
        var upper = keys.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if keys[middle] < key { lower = middle + 1 } else { upper = middle }
        }
        return lower
    }
}
