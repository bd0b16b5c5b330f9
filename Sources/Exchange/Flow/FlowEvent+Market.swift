public import MarketModel

extension FlowEvent {
    /// The market that it is about.
    public var market: MarketID {
        switch self {
        case .book(let market, _, _), .trade(let market, _, _, _), .rest(let market, _, _), .withdraw(let market, _, _),
            .mark(let market, _, _, _):
            market
        }
    }

    /// The same in another market, so many places further on.
    public func moved(by places: Int) -> FlowEvent {
        let other = MarketID(market.index + places)
        return switch self {
        case .book(_, let bids, let asks): .book(other, bids: bids, asks: asks)
        case .trade(_, let aggressor, let quantity, let limit):
            .trade(other, aggressor: aggressor, quantity: quantity, limit: limit)
        case .rest(_, let side, let level): .rest(other, side, level)
        case .withdraw(_, let side, let level): .withdraw(other, side, level)
        case .mark(_, let price, let index, let rate): .mark(other, price: price, index: index, fundingRate: rate)
        }
    }
}
