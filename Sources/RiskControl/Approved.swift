public import MarketModel

/// Proof that an action passed the gate. Only this module can make one, and venue sessions accept nothing else.
public struct Approved: Hashable, Sendable {
    public let action: OrderAction

    init(_ action: OrderAction) { self.action = action }
}

/// Why the gate said no. A value, shown with its reason.
public enum Refusal: Error, Hashable, Sendable {
    /// Trading is halted, stopping, or not ready.
    case notTrading
    case positionLimit(worstCase: Cash, limit: Cash)
    case positionLots(worstCase: Quantity, limit: Quantity)
    case accountExposure(worstCase: Cash, limit: Cash)
    case openOrders(limit: Int)
    case orderValue(Cash, limit: Cash)
    /// Outside the venue's own bounds for price, size or notional.
    case instrumentRules(String)
    case priceCollar(Price, reference: HalfTicks)
    case minBalance(Cash, limit: Cash)
    case messageRate(limit: Int)
    case repeatedFills(Side)
    case breaker
    /// No usable book: stale, gapped, crossed or one-sided.
    case noReference
    /// Would trade with our own working or in-flight order.
    case selfCross(ClientOrderID)
}
