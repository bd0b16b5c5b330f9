internal import Fundamentals
internal import MarketModel

extension ExtendedOrderTable {
    /// Since when a revision has been over, by what is known; nil for one that is not, or is unknown.
    func overSince(_ order: ExtendedOrderID) -> Instant? {
        self[order.client]?.revisions.first { $0.number == order.revision }?.state.overSince
    }

    /// Whether an order was asked for after `limit` that nobody has seen in the book yet.
    func isAnyUnseen(since limit: Instant) -> Bool {
        orders.contains { order in
            order.revisions.contains { revision in
                guard case .requested(let at) = revision.state else { return false }
                return at >= limit
            }
        }
    }

    /// Orders whose amendment has had time to show its outcome and has not: a frame is missing.
    func undecided(in slot: Int, since limit: Instant) -> [ClientOrderID] {
        orders.filter { $0.slot == slot && $0.target != nil && $0.amendedAt < limit }.map(\.id)
    }

    /// Revisions of one order that rest side by side although no amendment is under way.
    func doubles(in slot: Int) -> [ExtendedOrderID] {
        var result: [ExtendedOrderID] = []
        for order in orders where order.slot == slot && order.target == nil {
            let resting = order.revisions.filter(\.isResting)
            if resting.count > 1 { result += resting.map(order.external) }
        }
        return result
    }
}

extension ExtendedOrderTable.Sighting {
    /// Nil for an order that is not ours, or in a state whose word is not known.
    init?(_ update: ExtendedOrderUpdate) {
        guard let id = update.orderID else { return nil }
        let state: State
        switch update.outcome {
        case .working: state = .resting
        case .replaced: state = .replaced
        case .done(let reason): state = .done(reason)
        case .unknown: return nil
        }
        self.init(
            order: id, venueID: update.venueOrderID, side: update.side, price: update.price,
            quantity: update.quantity, filled: update.filled, state: state)
    }
}
