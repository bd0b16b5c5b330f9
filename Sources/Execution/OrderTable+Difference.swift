public import MarketModel

extension OrderTable {
    /// The smallest change from what works to what is desired: keeps what matches, amends what differs in price or
    /// quantity only, cancels the rest, and places nothing beside an order that may still fill. Proposals only: nothing is
    /// recorded. A replacement whose outcome is open may take the venue long to explain: where nothing is wanted any more,
    /// that is not waited for. Unless amends are unsupported, a working limit order can change price and quantity and keep its id.
    public func difference(_ desired: [Quote], in market: MarketID, into changes: inout [OrderChange]) {
        for order in live where order.spec.market == market && order.isCancelable {
            guard case .quote(let level) = order.purpose else { continue }
            let wanted = desired.first { $0.side == order.spec.side && $0.level == level }
            if order.state == .working {
                if let change = change(order, to: wanted) { changes.append(change) }
            } else if (wanted?.quantity ?? .zero) <= .zero {
                changes.append(.cancel(order.id))
            }
        }
        for wanted in desired where wanted.quantity > .zero && !isOccupied(wanted.side, wanted.level, in: market) {
            changes.append(.place(wanted))
        }
    }

    private func change(_ order: Order, to wanted: Quote?) -> OrderChange? {
        guard let wanted, wanted.quantity > .zero else { return .cancel(order.id) }
        guard wanted.timeInForce == order.spec.timeInForce, wanted.reduceOnly == order.spec.reduceOnly else {
            return .renew(order.id)
        }
        let remaining = order.remaining
        if wanted.price == order.spec.price {
            if remaining == wanted.quantity { return nil }
            if order.filled > .zero, remaining > .zero, remaining < wanted.quantity { return nil }
        }
        guard amends != .unsupported else { return .renew(order.id) }
        return .amend(order.id, price: wanted.price, quantity: order.filled + wanted.quantity)
    }

    private func isOccupied(_ side: Side, _ level: Int, in market: MarketID) -> Bool {
        live.contains { $0.spec.market == market && $0.spec.side == side && $0.purpose == .quote(level: level) }
    }
}

/// One step from what works towards what is desired.
public enum OrderChange: Hashable, Sendable {
    case place(Quote)
    /// `quantity` is the total, with what has filled.
    case amend(ClientOrderID, price: Price, quantity: Quantity)
    /// Nothing is wanted in its place.
    case cancel(ClientOrderID)
    /// Cancel it, to place what is wanted once that is confirmed.
    case renew(ClientOrderID)
}
