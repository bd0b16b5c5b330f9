internal import MarketModel

extension Refusal: CustomStringConvertible {
    /// The reason as people read it; amounts in the asset that limits are counted in.
    public var description: String {
        switch self {
        case .notTrading: "trading is halted, stopping or not ready"
        case .positionLimit(let worst, let limit):
            "the position could reach \(worst.text(decimals: 2)), the limit is \(limit)"
        case .positionLots(let worst, let limit):
            "the position could reach \(worst.lots) lots, the limit is \(limit.lots)"
        case .accountExposure(let worst, let limit):
            "the account's exposure could reach \(worst.text(decimals: 2)), the limit is \(limit)"
        case .netExposure(let worst, let limit):
            "the account's net exposure could reach \(worst.text(decimals: 2)), the limit is \(limit)"
        case .openOrders(let limit): "\(limit) orders are open already"
        case .orderValue(let value, let limit): "the order is worth \(value.text(decimals: 2)), the limit is \(limit)"
        case .instrumentRules(let rule): "the venue's rules: \(rule)"
        case .priceCollar: "the price is too far from the mid"
        case .minBalance(let balance, let limit):
            "the balance of \(balance.text(decimals: 2)) is below the minimum of \(limit)"
        case .messageRate(let limit): "\(limit) messages were sent in the window already"
        case .repeatedFills(let side): "too many \(side.rawValue) fills in a short time"
        case .breaker: "the breaker is open"
        case .noReference: "there is no book to judge the price by"
        case .selfCross(let order): "it would meet our own order \(order)"
        case .funds(let needed, let held, let asset):
            "open orders would need \(needed) \(asset), \(held) \(asset) is held"
        }
    }
}
