public import Fundamentals
public import MarketModel

extension Exchange {
    /// Best `depth` displayed levels a side, best first.
    public func book(_ market: MarketID, depth: Int) -> (bids: [BookLevel], asks: [BookLevel]) {
        guard has(market) else { return ([], []) }
        return (levels(.buy, market.index, depth), levels(.sell, market.index, depth))
    }

    private func levels(_ side: Side, _ market: Int, _ depth: Int) -> [BookLevel] {
        var result: [BookLevel] = []
        for level in states[market].book.side(side).levels.reversed() where level.displayed > 0 {
            guard result.count < depth else { break }
            result.append(BookLevel(Price(ticks: level.price), Quantity(lots: level.displayed)))
        }
        return result
    }

    public func touch(_ market: MarketID) -> Touch? {
        guard has(market), let bid = states[market.index].book.bestDisplayed(.buy),
            let ask = states[market.index].book.bestDisplayed(.sell)
        else { return nil }
        return Touch(
            bid: BookLevel(Price(ticks: bid.price), Quantity(lots: bid.displayed)),
            ask: BookLevel(Price(ticks: ask.price), Quantity(lots: ask.displayed)))
    }

    /// The last trades, oldest first, at most 1,000.
    public func trades(_ market: MarketID) -> [PublicTrade] {
        guard has(market) else { return [] }
        let trades = states[market.index].trades
        return (0..<trades.count).map { trades[$0] }
    }

    public func lastPrice(_ market: MarketID) -> Price? {
        has(market) ? states[market.index].lastPrice.map(Price.init(ticks:)) : nil
    }

    /// The mark is the mid of the displayed touch, exactly, unless the flow has set it; zero before there was either.
    public func mark(_ market: MarketID) -> (
        price: ExactDecimal, index: ExactDecimal, fundingRate: Rate, nextFunding: Instant
    ) {
        guard has(market) else { return (.zero, .zero, .zero, .distantFuture) }
        let state = states[market.index]
        guard !state.mark.isPinned else {
            return (state.mark.price, state.mark.index, state.fundingRate, state.nextFunding)
        }
        let tick = markets[market.index].instrument.tickSize
        let mid = ExactDecimal(mantissa: Int128(state.mark.halfTicks) * tick.mantissa * 5, scale: tick.scale + 1)
        return (mid.normalized, mid.normalized, state.fundingRate, state.nextFunding)
    }
}
