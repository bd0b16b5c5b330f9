public import Fundamentals
public import MarketModel

/// An order that may still fill, as auditors see it.
public struct ExtendedOpenOrder: Hashable, Sendable {
    public let externalID: String
    public let market: MarketID
    public let side: Side
    public let quantity: Quantity
    public let filled: Quantity
    public let isReduceOnly: Bool
    /// By the venue's clock.
    public let createdAt: Instant
}

/// For auditors in the same process; accounts are numbered as in the configuration.
extension ExtendedServer {
    /// Everything that rests, and everything that was accepted and waits for the engine.
    public func openOrders(ofAccount account: Int) -> [ExtendedOpenOrder] {
        accounts[account].open.compactMap { id in
            orders[id].map { order in
                ExtendedOpenOrder(
                    externalID: order.externalID, market: order.market, side: order.side, quantity: order.quantity,
                    filled: order.filled, isReduceOnly: order.isReduceOnly, createdAt: order.createdAt)
            }
        }
    }

    /// Whether an order of that name was ever accepted and is still remembered.
    public func knowsOrder(_ externalID: String, ofAccount account: Int) -> Bool {
        orders.order(named: externalID, of: account) != nil
    }

    /// When the switch fires next (nil while disarmed), and how often it did.
    public func deadMansSwitch(ofAccount account: Int) -> (deadline: Instant?, firings: Int64) {
        (accounts[account].deadMansSwitch.deadline, accounts[account].deadMansSwitch.firings)
    }
}
