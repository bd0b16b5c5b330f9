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
        guard let touch = market.touch, market.rate != nil, now >= market.backoff(side).until else { return }
        let quantity = closable(index, side, touch)
        guard quantity > .zero else {
            if market.isFlattening {
                effects.append(.incident(Incident(.warning, "\(market.instrument.symbol): too small to be closed")))
                markets[index].isFlattening = false
            }
            return
        }
        let spec = OrderSpec(
            market: market.id, side: side, price: nil, quantity: quantity, timeInForce: .immediateOrCancel,
            reduceOnly: true)
        place(spec, .flatten, index, into: &effects)
    }

    /// As much of the position as one market order can close; zero where what is left is too little for the venue. On spot
    /// that is no more than is held, and what is closed must be worth as much as any order.
    private func closable(_ index: Int, _ side: Side, _ touch: Touch) -> Quantity {
        let instrument = markets[index].instrument
        let sizes = instrument.marketQuantityRange
        let position = markets[index].ledger.position.magnitude
        guard position >= sizes.lowerBound else { return .zero }
        let quantity = min(position, min(sizes.upperBound, largestOrder(index, at: touch.ask.price)))
        let dearest = instrument.marketBuyPrice(touch.mid)
        guard let affordable = gate.affordable(side, at: dearest, context(index)) else { return quantity }
        let least = min(quantity, affordable)
        let isEnough = least >= sizes.lowerBound && instrument.notional(touch.mid, least) >= instrument.minNotional
        return isEnough ? least : .zero
    }

    /// The most lots that one order may be worth.
    func largestOrder(_ index: Int, at price: Price) -> Quantity {
        markets[index].instrument.lots(worth: markets[index].own(markets[index].limits.maxOrderValue), at: price)
    }
}
