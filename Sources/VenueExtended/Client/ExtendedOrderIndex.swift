internal import MarketModel

/// Whose order a venue order id is. The trade history names only the venue's id, so every acceptance is remembered; the
/// oldest are forgotten beyond the capacity and asked for again if one of them still fills.
struct ExtendedOrderIndex: Hashable, Sendable {
    private struct Entry: Hashable, Sendable {
        var venue: VenueOrderID
        /// Nil for an order that is known not to be ours.
        var order: ExtendedOrderID?
    }
    enum Owner: Hashable, Sendable {
        case unknown
        case foreign
        case ours(ExtendedOrderID)
    }

    static let capacity = 8_192
    /// Sorted by venue id. Ids grow with time, so that almost every insertion is an append.
    private var entries: [Entry] = []

    var count: Int { entries.count }

    func owner(of venue: VenueOrderID) -> Owner {
        let position = position(of: venue)
        guard position < entries.count, entries[position].venue == venue else { return .unknown }
        return entries[position].order.map(Owner.ours) ?? .foreign
    }

    mutating func record(_ order: ExtendedOrderID?, as venue: VenueOrderID) {
        let place = position(of: venue)
        if place < entries.count, entries[place].venue == venue {
            entries[place].order = order
            return
        }
        entries.insert(Entry(venue: venue, order: order), at: place)
        if entries.count > Self.capacity { entries.removeFirst(Self.capacity / 8) }
    }

    private func position(of venue: VenueOrderID) -> Int {
        if let last = entries.last, last.venue < venue { return entries.count }
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].venue < venue { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
