internal import Accounting
internal import Execution
internal import Fundamentals
internal import MarketModel
internal import Quoting
internal import RiskControl

extension TradingEngine {
    func wantsFlat(_ index: Int) -> Bool { markets[index].isFlattening || markets[index].decision.flatten }

    /// One reduce-only market order at a time, once nothing else of ours is open in the market and every fill the venue
    /// spoke of is booked: a position that is not known cannot be closed.
    mutating func flatten(_ index: Int, into effects: inout [Effect]) {
        let market = markets[index]
        guard table.isSettled(in: market.id) else { return }
        guard market.ledger.position != .zero else {
            markets[index].isFlattening = false
            return
        }
        let side: Side = market.ledger.position > .zero ? .sell : .buy
        guard let touch = market.touch, now >= market.backoff(side).until else { return }
        let sizes = market.instrument.marketQuantityRange
        guard market.ledger.position.magnitude >= sizes.lowerBound else {
            if market.isFlattening {
                effects.append(.incident(Incident(.warning, "\(market.instrument.symbol): too small to be closed")))
                markets[index].isFlattening = false
            }
            return
        }
        let most = market.instrument.lots(worth: market.limits.maxOrderValue, at: touch.ask.price)
        let quantity = min(market.ledger.position.magnitude, min(sizes.upperBound, most))
        let spec = OrderSpec(
            market: market.id, side: side, price: nil, quantity: quantity, timeInForce: .immediateOrCancel,
            reduceOnly: true)
        place(spec, .flatten, index, into: &effects)
    }
}
