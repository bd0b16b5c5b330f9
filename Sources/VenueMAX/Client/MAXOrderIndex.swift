internal import MarketModel

/// What the adapter must know of our orders: the venue's names for them, and what was asked of them.
///
/// Fills name only the venue's id, so an id is remembered for a while after its order is over.
struct MAXOrderIndex: Sendable {
    struct Entry: Sendable {
        var spec: OrderSpec
        var venue: VenueOrderID?
        var isCancelAsked = false
    }

    private static let remembered = 4_096

    private var entries: [ClientOrderID: Entry] = [:]
    private var clients: [VenueOrderID: ClientOrderID] = [:]
    /// Orders that are over, oldest first, whose fills may still come.
    private var over: [VenueOrderID] = []
    /// Orders that the venue may have under an id that is not known yet.
    private(set) var unnamed = 0

    subscript(client: ClientOrderID) -> Entry? { entries[client] }

    func client(of venue: VenueOrderID) -> ClientOrderID? { clients[venue] }

    /// The order is about to be sent.
    mutating func add(_ placement: ClientOrderID, _ spec: OrderSpec) {
        guard entries[placement] == nil else { return }
        entries[placement] = Entry(spec: spec, venue: nil)
        unnamed += 1
    }

    /// - Returns: whether the name is news, and the order one of ours.
    mutating func name(_ client: ClientOrderID, _ venue: VenueOrderID) -> Bool {
        guard var entry = entries[client], entry.venue == nil else { return false }
        entry.venue = venue
        entries[client] = entry
        clients[venue] = client
        unnamed -= 1
        return true
    }

    mutating func askedToCancel(_ client: ClientOrderID) { entries[client]?.isCancelAsked = true }

    mutating func askedToCancelAll(_ market: MarketID) {
        // Every entry of the market is changed alike, so their order does not matter.
        entries = entries.mapValues { entry in
            var entry = entry
            if entry.spec.market == market { entry.isCancelAsked = true }
            return entry
        }
    }

    mutating func forget(_ client: ClientOrderID) {
        guard let entry = entries.removeValue(forKey: client) else { return }
        guard let venue = entry.venue else {
            unnamed -= 1
            return
        }
        over.append(venue)
        guard over.count > 2 * Self.remembered else { return }
        for venue in over.prefix(Self.remembered) { clients[venue] = nil }
        over.removeFirst(Self.remembered)
    }
}
