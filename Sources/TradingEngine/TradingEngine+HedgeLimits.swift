internal import Accounting
internal import Execution
internal import Fundamentals
internal import MarketModel
internal import OrderBooks
internal import Quoting
internal import RiskControl

extension TradingEngine {
    /// Orders go out, and are heard of.
    func isUp(_ venue: VenueID) -> Bool {
        venues[venue.index].isReady && venues[venue.index].isPrivateStreamUp
    }

    // MARK: What it leaves to quote

    /// As for other markets, except that each fill takes from the limit on the sum of all positions twice, here and where it
    /// is hedged, and from the limit on their net not at all once it is. In the market's own currency.
    func hedgedCaps(_ index: Int, _ hedge: Int, _ others: WorstCase) -> QuoteCaps {
        let limits = configuration.limits
        let pair = markets[index].worst + markets[hedge].worst
        let left = max(.zero, limits.maxExposure - (exposure - pair).gross)
        var caps = QuoteCaps()
        caps.order = markets[index].own(markets[index].limits.maxOrderValue)
        caps.position = markets[index].own(markets[index].limits.maxPositionValue)
        caps.positionLots = markets[index].limits.maxPosition
        caps.exposure = markets[index].own(Cash(units: left.units / 2))
        if let net = limits.maxNetExposure {
            caps.long = markets[index].own(max(.zero, net - others.long))
            caps.short = markets[index].own(max(.zero, net + others.short))
        }
        return caps
    }

    // MARK: What it withholds

    /// Why a market must not be quoted because its fills could not be offset; nil when they can.
    func hedgeWithholding(_ index: Int) -> Withholding? {
        guard let hedge = dependencies[index].hedge, let rules = configuration.markets[index].hedge else { return nil }
        if !isUp(markets[hedge].venue) { return .venueDown(markets[hedge].venue) }
        if let problem = markets[hedge].problem { return .hedge(.book(problem)) }
        if gate.isBroken(venue: markets[hedge].venue, at: now) { return .hedge(.breaker) }
        if markets[index].hedging.isRefused { return .hedge(.refused) }
        if let since = markets[index].hedging.since, now - since > rules.patience { return .hedge(.late) }
        return nil
    }

    /// Whether a stop should wait for what can still be hedged.
    var isHedgeOutstanding: Bool {
        guard now - stoppingSince < Self.hedgeGrace else { return false }
        return markets.indices.contains { index in
            guard let hedge = dependencies[index].hedge, hedgeNeed(index) != nil else { return false }
            return !(markets[index].hedging.isRefused && haltReason != nil) && mayHedge(index, hedge)
        }
    }

    /// What is left when the engine comes to rest is a position that a person must know of.
    mutating func tellLeftover(into effects: inout [Effect]) {
        for index in markets.indices {
            guard let hedge = dependencies[index].hedge else { continue }
            let amount = unhedged(index, hedge)
            guard amount.units != markets[index].hedging.toldLeftover ?? 0 else { continue }
            markets[index].hedging.toldLeftover = amount.units
            guard amount != .zero else { continue }
            let instrument = markets[index].instrument
            let text = "\(instrument.symbol): \(amount.decimal.normalized) \(instrument.baseAsset) are not hedged"
            effects.append(.incident(Incident(hedgeNeed(index) == nil ? .notice : .alarm, text)))
        }
    }

    /// As panel and API show it; nil for a market that is not hedged.
    func hedgeStatus(_ market: MarketState) -> HedgeStatus? {
        guard let hedge = dependencies[market.id.index].hedge else { return nil }
        return HedgeStatus(
            market: markets[hedge].id, unhedged: unhedged(market.id.index, hedge).decimal.normalized,
            since: market.hedging.since, sent: market.hedging.sent, fills: market.hedging.fills,
            failed: market.hedging.failed, slippage: markets[hedge].ledger.hedging)
    }
}
