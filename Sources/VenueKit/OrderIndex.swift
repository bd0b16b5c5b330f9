public import MarketModel

/// Whose order a venue order id is. Where a venue's trade history names only its own ids, every acceptance is remembered;
/// the oldest are forgotten beyond the capacity and asked for again if one of them still fills.
public struct OrderIndex: Hashable, Sendable {
    private struct Entry: Hashable, Sendable {
        var slot: Int
        var venue: VenueOrderID
        /// Nil for an order that is known not to be ours.
        var client: ClientOrderID?
    }
    public enum Owner: Hashable, Sendable {
        case unknown
        case foreign
        case ours(ClientOrderID)
    }

    private static let capacity = 4_096
    /// Sorted by slot and venue id. Ids grow, so that almost every insertion is an append.
    private var entries: [Entry] = []

    public init() {}

    /// - Parameter slot: which market it is, by whatever its owner counts them.
    public func owner(of venue: VenueOrderID, in slot: Int) -> Owner {
        let position = position(of: venue, in: slot)
        guard position < entries.count, entries[position].slot == slot, entries[position].venue == venue else {
            return .unknown
        }
        return entries[position].client.map(Owner.ours) ?? .foreign
    }

    public mutating func record(_ client: ClientOrderID?, as venue: VenueOrderID, in slot: Int) {
        let place = position(of: venue, in: slot)
        if place < entries.count, entries[place].slot == slot, entries[place].venue == venue {
            entries[place].client = client
            return
        }
        entries.insert(Entry(slot: slot, venue: venue, client: client), at: place)
        // The lowest id of that market is its oldest order.
        if entries.count > Self.capacity, let oldest = entries.firstIndex(where: { $0.slot == slot }) {
            entries.remove(at: oldest)
        }
    }

    private func position(of venue: VenueOrderID, in slot: Int) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            let entry = entries[middle]
            if (entry.slot, entry.venue) < (slot, venue) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
