internal import Fundamentals
internal import MarketModel

/// Order requests that wait for their turn: so many of a kind are under way at once, and cancels go first.
struct OrderLane: Sendable {
    struct Item: Sendable {
        var call: VenueCall
        var since: Instant
        var notBefore: Instant
        /// Clears what rests, without a word to whoever asked for a single order: the list of open orders is read again.
        var isSweep = false
        /// The venue has no name yet for what is to be cancelled: its placement is under way.
        var isParked = false
    }

    private(set) var items: [Item] = []
    /// The venue turned out to have no such route.
    var isPlaceBatchOff = false
    var isCancelBatchOff = false

    var isEmpty: Bool { items.isEmpty }

    mutating func append(_ item: Item) { items.append(item) }

    /// Takes out the first request of a kind that may leave.
    mutating func takeFirst(_ kind: RequestKind, where isEligible: (Item) -> Bool) -> Item? {
        guard let index = items.firstIndex(where: { $0.call.orderKind == kind && isEligible($0) }) else { return nil }
        return items.remove(at: index)
    }

    /// Takes out everything of a kind that matches.
    mutating func takeAll(_ kind: RequestKind, where matches: (Item) -> Bool) -> [Item] {
        let taken = items.filter { $0.call.orderKind == kind && matches($0) }
        items.removeAll { $0.call.orderKind == kind && matches($0) }
        return taken
    }

    /// Whether an order still waits to be placed.
    func isPlacing(_ id: ClientOrderID) -> Bool {
        items.contains { $0.call.createsExposure && $0.call.orders.contains(id) }
    }

    /// Takes an order out that has not been sent.
    /// - Returns: whether it was there.
    mutating func withdraw(_ id: ClientOrderID) -> Bool {
        for index in items.indices where items[index].call.createsExposure && items[index].call.orders.contains(id) {
            if let rest = items[index].call.without([id]) {
                items[index].call = rest
            } else {
                items.remove(at: index)
            }
            return true
        }
        return false
    }

    /// Takes the cancel of an order out that never came to be.
    mutating func takeParked(_ id: ClientOrderID) -> Bool {
        guard let index = items.firstIndex(where: { $0.isParked && $0.call.orders == [id] }) else { return false }
        items.remove(at: index)
        return true
    }
}
