public import MarketModel

/// What of ours may still fill in one market, at the worst.
public struct OpenExposure: Sendable {
    /// Lots that may still be bought and sold.
    public var buying = Quantity.zero
    public var selling = Quantity.zero
    /// What the buys may cost, in ticks times lots, and the lots among them that are bought at any price.
    public var buyingCost: Int128 = 0
    public var buyingAtMarket = Quantity.zero
    /// Live orders, counted twice while one may be replacing another.
    public var count = 0
    /// Our own most aggressive live orders: the highest bid and the lowest offer.
    public var highestBuy: (price: Price, id: ClientOrderID)?
    public var lowestSell: (price: Price, id: ClientOrderID)?
    /// A live market order of ours on either side.
    public var marketOrder: ClientOrderID?

    public init() {}

    fileprivate mutating func noteBuy(_ order: Order) {
        let lots = order.atRisk
        buying += lots
        buyingCost += order.costAtRisk
        if order.spec.price == nil { buyingAtMarket += lots }
    }
}

extension OrderTable {
    /// What may still fill in `market`, without the order `excluded`: working, in flight, being cancelled, unresolved,
    /// and what ended with fills missing.
    public func exposure(in market: MarketID, excluding excluded: ClientOrderID? = nil) -> OpenExposure {
        var result = OpenExposure()
        for order in live where order.spec.market == market && order.id != excluded {
            result.count += order.restingAtMost
            let price = order.mostAggressivePrice
            switch order.spec.side {
            case .buy:
                result.noteBuy(order)
                if let price, price > result.highestBuy?.price ?? Price(ticks: .min) {
                    result.highestBuy = (price, order.id)
                }
            case .sell:
                result.selling += order.atRisk
                if let price, price < result.lowestSell?.price ?? Price(ticks: .max) {
                    result.lowestSell = (price, order.id)
                }
            }
            if price == nil { result.marketOrder = order.id }
        }
        for id in endedWithMissing {
            guard let index = Self.index(of: id, in: ended), ended[index].spec.market == market else { continue }
            switch ended[index].spec.side {
            case .buy: result.noteBuy(ended[index])
            case .sell: result.selling += ended[index].missing
            }
        }
        return result
    }
}
