internal import Exchange
internal import MarketModel
internal import VenueKit

/// Order requests that have left the process and have not reached the venue: at most a few.
struct InFlightOrders: Sendable {
    struct Entry: Sendable {
        enum Kind: Hashable, Sendable {
            case new
            /// Changes an order of the same name.
            case amendment
            /// A new order in the place of that one.
            case replacement(of: String)
        }
        let name: String
        let market: MarketID
        let side: Side
        /// Total; of an amendment with what has filled.
        let quantity: Quantity
        let kind: Kind
    }
    private var entries: [(life: Life, request: RequestID, order: Entry)] = []

    mutating func left(_ order: Entry, _ life: Life, in request: RequestID) { entries.append((life, request, order)) }

    /// - Returns: what the request carried.
    @discardableResult
    mutating func arrived(_ life: Life, _ request: RequestID) -> [Entry] {
        let carried = entries.filter { $0.life == life && $0.request == request }.map(\.order)
        if !carried.isEmpty { entries.removeAll { $0.life == life && $0.request == request } }
        return carried
    }

    /// By how much they can add in a market to what the venue knows already.
    func exposure(
        _ books: some AuditedBooks, _ account: AccountID, in market: MarketID
    ) -> (buying: Quantity, selling: Quantity) {
        var buying = Quantity.zero
        var selling = Quantity.zero
        for (_, _, order) in entries where order.market == market {
            let added = Self.added(order, books, account)
            switch order.side {
            case .buy: buying += added
            case .sell: selling += added
            }
        }
        return (buying, selling)
    }

    private static func added(_ order: Entry, _ books: some AuditedBooks, _ account: AccountID) -> Quantity {
        let known = books.openOrder(named: order.name, of: account, in: order.market)
        if let known { return max(.zero, order.quantity - known.quantity) }
        switch order.kind {
        case .new: return books.knows(order.name, of: account) ? .zero : order.quantity
        case .amendment: return .zero
        // Until it arrives the old one may fill, and then, but for its last lot, the new one.
        case .replacement(let old):
            let isPossible =
                !books.knows(order.name, of: account)
                && books.openOrder(named: old, of: account, in: order.market) != nil
            return isPossible ? order.quantity : .zero
        }
    }
}
