internal import Exchange
internal import MarketModel
internal import VenueKit

/// Order requests that have left the process and have not reached the venue: at most a few.
struct InFlightOrders: Sendable {
    struct Entry: Sendable {
        let id: ClientOrderID
        let side: Side
        /// Total, with what has filled.
        let quantity: Quantity
        let isNew: Bool
    }
    private var entries: [(life: Life, request: RequestID, order: Entry)] = []

    mutating func left(_ order: Entry, _ life: Life, in request: RequestID) { entries.append((life, request, order)) }

    mutating func arrived(_ life: Life, _ request: RequestID) {
        entries.removeAll { $0.life == life && $0.request == request }
    }

    /// By how much they can add to what the venue knows already.
    func exposure(_ exchange: Exchange, _ account: AccountID) -> (buying: Quantity, selling: Quantity) {
        var buying = Quantity.zero
        var selling = Quantity.zero
        for (_, _, order) in entries {
            var added = order.isNew ? order.quantity : .zero
            if let known = exchange.order(clientOrderID: order.id.text, of: account) {
                added = known.status.isOpen ? max(.zero, order.quantity - known.quantity) : .zero
            }
            switch order.side {
            case .buy: buying += added
            case .sell: selling += added
            }
        }
        return (buying, selling)
    }
}
