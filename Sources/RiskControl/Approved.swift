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
    /// |Σ signed position values| over all markets.
    case netExposure(worstCase: Cash, limit: Cash)
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
    /// Open orders and this one would ask a spot account for more than it holds, in 10⁻¹² of the asset.
    case funds(needed: Cash, held: Cash, asset: String)
}

extension Refusal {
    /// Whether both come from the same rule, whatever the amounts: repeats are not worth telling.
    public func isSameRule(as other: Refusal) -> Bool { rule == other.rule }

    /// Whether it can be over a moment later without anything changing: only `approve` refuses for these, not `judge`.
    public var isPassing: Bool {
        switch self {
        case .messageRate, .selfCross: true
        case .notTrading, .positionLimit, .positionLots, .accountExposure, .netExposure, .openOrders, .orderValue,
            .instrumentRules, .priceCollar, .minBalance, .repeatedFills, .breaker, .noReference, .funds:
            false
        }
    }

    private var rule: Int {
        switch self {
        case .notTrading: 0
        case .positionLimit: 1
        case .positionLots: 2
        case .accountExposure: 3
        case .openOrders: 4
        case .orderValue: 5
        case .instrumentRules: 6
        case .priceCollar: 7
        case .minBalance: 8
        case .messageRate: 9
        case .repeatedFills: 10
        case .breaker: 11
        case .noReference: 12
        case .selfCross: 13
        case .netExposure: 14
        case .funds: 15
        }
    }
}
