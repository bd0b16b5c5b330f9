internal import Accounting
internal import Execution
internal import Fundamentals
internal import MarketModel
internal import OrderBooks
internal import RiskControl

/// What is to be offset next.
struct HedgeNeed: Hashable, Sendable {
    var side: Side
    /// All that is unhedged, in whole lots of the hedge market.
    var quantity: Quantity
}

extension TradingEngine {
    /// How long a stop may wait for what can still be hedged.
    static let hedgeGrace = TimeSpan.seconds(10)
    /// A hedge order never rests: one that still does after this is asked for.
    private static let restingTooLong = TimeSpan.seconds(2)
    private static let queryRepeat = TimeSpan.seconds(5)

    // MARK: What is unhedged

    /// Position of a market and of the one it is hedged in together, in 10⁻¹² of the base asset, less what counts as none. It
    /// follows from what is booked, and from nothing else: that is why no outcome that is not known can ever be hedged twice.
    func unhedged(_ index: Int, _ hedge: Int) -> Cash { held(index, hedge) - markets[index].hedging.baseline }

    private func held(_ index: Int, _ hedge: Int) -> Cash { baseHeld(index) + baseHeld(hedge) }

    /// What is paid in fees is not held.
    private func baseHeld(_ index: Int) -> Cash {
        markets[index].instrument.baseAmount(markets[index].ledger.position) - markets[index].ledger.basePaid
    }

    /// Where one of the two counts from what it held at the start, so do both: what an earlier start bought here and sold
    /// there must not be sold again. What is closed by order of a person is no cause for a hedge either.
    private mutating func refreshBaseline(_ index: Int, _ hedge: Int) {
        guard markets[index].countsFromStart || markets[hedge].countsFromStart else { return }
        let isFresh =
            markets[index].ledger.fillCount == 0 && markets[hedge].ledger.fillCount == 0
            && markets[hedge].counts.placed == 0
        guard isFresh || wantsFlat(index) || wantsFlat(hedge) else { return }
        markets[index].hedging.rebase(held(index, hedge))
    }

    /// What of it an order can be made of; nil for less than is configured, or than the venue takes.
    func hedgeNeed(_ index: Int) -> HedgeNeed? {
        guard let hedge = dependencies[index].hedge, let rules = configuration.markets[index].hedge else { return nil }
        let amount = unhedged(index, hedge)
        let instrument = markets[hedge].instrument
        let least = rules.minSize.units(atScale: Cash.scale) ?? 0
        guard amount != .zero, amount.magnitude.units >= least else { return nil }
        let side: Side = amount > .zero ? .sell : .buy
        let quantity = instrument.lots(inBase: amount.magnitude)
        guard quantity >= instrument.quantityRange.lowerBound else { return nil }
        if let touch = markets[hedge].touch,
            instrument.notional(hedgePrice(side, touch, hedge, rules), quantity) < instrument.minNotional
        {
            return nil
        }
        return HedgeNeed(side: side, quantity: quantity)
    }

    /// Lots that the hedge market is yet to buy and sell for the market that is hedged there.
    func awaitingHedge(_ hedge: Int) -> (buying: Quantity, selling: Quantity) {
        guard let index = dependencies[hedge].hedges else { return (.zero, .zero) }
        let amount = unhedged(index, hedge)
        let whole = markets[hedge].instrument.lots(inBase: amount.magnitude)
        let lots = whole == .zero && amount != .zero ? Quantity(lots: 1) : whole
        return amount < .zero ? (lots, .zero) : (.zero, lots)
    }

    // MARK: The hedge order

    /// One order at a time, that takes or expires, for what is booked and not offset; the next only when nothing of the one
    /// before is open, unresolved or missing.
    mutating func hedge(_ index: Int, into effects: inout [Effect]) {
        guard let hedge = dependencies[index].hedge, let rules = configuration.markets[index].hedge else { return }
        refreshBaseline(index, hedge)
        if phase == .quoting { markets[index].hedging.toldLeftover = nil }
        guard let need = hedgeNeed(index) else {
            markets[index].hedging.since = nil
            if table.isSettled(in: markets[hedge].id) { markets[index].hedging.isRefused = false }
            return
        }
        if markets[index].hedging.since == nil { markets[index].hedging.since = now }
        guard mayHedge(index, hedge) else { return }
        guard table.isSettled(in: markets[hedge].id) else { return askForResting(index, hedge, into: &effects) }
        guard let touch = markets[hedge].touch, markets[hedge].rate != nil,
            now >= markets[hedge].backoff(need.side).until, now >= markets[hedge].awaitsRulesUntil
        else { return }
        let price = hedgePrice(need.side, touch, hedge, rules)
        let spec = OrderSpec(
            market: markets[hedge].id, side: need.side, price: price, quantity: hedgeSize(need, price, hedge, rules),
            timeInForce: .immediateOrCancel)
        if place(spec, .hedge, hedge, into: &effects) {
            markets[index].hedging.sent += 1
        } else if let refusal = markets[hedge].refusal(need.side), !refusal.isPassing, refusal != .breaker,
            refusal != .noReference
        {
            markets[index].hedging.isRefused = true
        }
    }

    /// While quoting is possible at all, and within a bound while stopping. A position that is being closed is not hedged
    /// meanwhile: both sides of it are.
    func mayHedge(_ index: Int, _ hedge: Int) -> Bool {
        guard isUp(markets[hedge].venue), !wantsFlat(index), !wantsFlat(hedge) else { return false }
        switch phase {
        case .waiting, .quiet: return false
        case .quoting: return true
        case .stopping: return now - stoppingSince < Self.hedgeGrace
        }
    }

    /// The touch, moved through by what is allowed, and no further than our own collar lets it.
    private func hedgePrice(_ side: Side, _ touch: Touch, _ hedge: Int, _ rules: HedgeConfiguration) -> Price {
        let one = Int128(Rate.one.parts)
        let (best, through) = side == .buy ? (touch.ask.price, 1) : (touch.bid.price, -1)
        let factor = one + Int128(through) * Int128(rules.maxSlippage.parts)
        let moved = Int128(best.ticks) * factor
        // Towards the touch, so that no more than allowed is given away.
        let ticks = side == .buy ? moved / one : (moved + one - 1) / one
        let range = collar(touch, hedge)
        return min(range.upperBound, max(range.lowerBound, Price(ticks: Int64(clamping: ticks))))
    }

    /// The prices that our own collar and the venue's range let pass.
    private func collar(_ touch: Touch, _ hedge: Int) -> ClosedRange<Price> {
        let one = Int128(Rate.one.parts)
        let mid = Int128(touch.mid.count)
        let collar = Int128(markets[hedge].limits.priceCollar.parts)
        let range = markets[hedge].instrument.priceRange
        let lowest = max(
            range.lowerBound, Price(ticks: Int64(clamping: (mid * (one - collar) + 2 * one - 1) / (2 * one))))
        let highest = min(range.upperBound, Price(ticks: Int64(clamping: mid * (one + collar) / (2 * one))))
        return min(lowest, highest)...highest
    }

    private func hedgeSize(_ need: HedgeNeed, _ price: Price, _ hedge: Int, _ rules: HedgeConfiguration) -> Quantity {
        let instrument = markets[hedge].instrument
        let most = markets[hedge].own(min(rules.maxOrderValue, markets[hedge].limits.maxOrderValue))
        var quantity = min(
            need.quantity, min(instrument.quantityRange.upperBound, instrument.lots(worth: most, at: price)))
        // A part is better than nothing; where not even that can be had, the gate says why.
        let context = context(hedge, isHedge: true)
        let room = gate.room(need.side, markets[hedge].id, context)
        for most in [room, gate.affordable(need.side, at: price, context) ?? room] {
            if most >= instrument.leastHedge(at: price) { quantity = min(quantity, most) }
        }
        return quantity
    }

    /// An order that takes or expires cannot rest: that its end was missed is found out by asking.
    private mutating func askForResting(_ index: Int, _ hedge: Int, into effects: inout [Effect]) {
        let market = markets[hedge].id
        guard now >= markets[index].hedging.nextQuery else { return }
        for order in table.live where order.spec.market == market && order.purpose == .hedge {
            guard order.state == .working, now - order.requestedAt >= Self.restingTooLong else { continue }
            markets[index].hedging.nextQuery = now + Self.queryRepeat
            effects.append(.query(order.id, market))
        }
    }

    // MARK: What becomes of it

    /// Position or fees of a market, or of the one it is hedged in, have changed by a fill.
    mutating func noteArrival(_ index: Int) {
        guard let quoted = dependencies[index].hedge == nil ? dependencies[index].hedges : index,
            let hedge = dependencies[quoted].hedge
        else { return }
        markets[quoted].hedging.note(unhedged(quoted, hedge).units, mid: markets[hedge].ledger.mid)
    }

    /// Mid of the hedge market when what this fill offsets was booked; nil for a fill that is no hedge.
    func arrival(_ order: Order?, _ index: Int) -> HalfTicks? {
        guard order?.purpose == .hedge, let quoted = dependencies[index].hedges else { return nil }
        return markets[quoted].hedging.arrival
    }

    mutating func noteHedgeFill(_ index: Int) {
        guard let quoted = dependencies[index].hedges else { return }
        markets[quoted].hedging.fills += 1
        markets[quoted].hedging.isRefused = false
    }

    /// A hedge order has ended without filling whole: the next one follows after a pause, from a fresh look.
    mutating func noteHedgeEnd(_ order: Order, _ reason: DoneReason, _ filled: Quantity?) {
        let index = order.spec.market.index
        guard order.isLive, reason != .filled, let quoted = dependencies[index].hedges else { return }
        markets[index].holdBack(order.spec.side, at: now)
        markets[quoted].hedging.isRefused = reason == .rejected
        if max(order.filled, filled ?? .zero) == .zero { markets[quoted].hedging.failed += 1 }
    }

    /// The venue refused a hedge order. A price that went away is only tried again; everything else takes the quotes off.
    mutating func noteHedgeRejection(_ order: Order, _ rejection: VenueRejection) {
        guard order.isLive, let quoted = dependencies[order.spec.market.index].hedges else { return }
        markets[quoted].hedging.failed += 1
        switch rejection.kind {
        case .requote, .rateLimited: break
        case .rules, .capital, .stateMismatch, .fatal, .other: markets[quoted].hedging.isRefused = true
        }
    }
}

extension Instrument {
    /// The fewest lots that the venue takes at this price.
    fileprivate func leastHedge(at price: Price) -> Quantity {
        let whole = lots(worth: minNotional, at: price)
        let least = notional(price, whole) < minNotional ? whole + Quantity(lots: 1) : whole
        return max(quantityRange.lowerBound, least)
    }
}

extension MarketState {
    /// Whether its position is what was traded since the start, and not all that is held.
    fileprivate var countsFromStart: Bool { holdings != nil && neutralHolding == nil }
}
