public import Fundamentals
internal import MarketModel

extension Exchange {
    /// How far beyond the worst recorded level resting flow is kept, in ticks.
    static let keptBeyondWindow: Int64 = 200

    /// Carries out one step of background flow.
    ///
    /// Steps that make no sense (an unknown market, prices or quantities out of range, a recorded book that is unsorted
    /// or crossed) are ignored. An empty side of a recorded book means that nothing rests there.
    public mutating func apply(_ flow: FlowEvent, at now: Instant, into events: inout [ExchangeEvent]) {
        let now = tick(now)
        switch flow {
        case .book(let market, let bids, let asks):
            guard has(market), isSound(bids, asks, market.index) else { return }
            follow(bids, asks, market.index, at: now, into: &events)
            settleDown(market.index, at: now, into: &events)
        case .trade(let market, let aggressor, let quantity, let limit):
            guard has(market), isSound(BookLevel(limit, quantity), market.index) else { return }
            var incoming = Incoming(
                slot: -1, account: 0, market: market.index, side: aggressor, limit: limit.ticks,
                remaining: quantity.lots, meetsFlow: true)
            match(&incoming, at: now, into: &events)
            settleDown(market.index, at: now, into: &events)
        case .rest(let market, let side, let level):
            guard has(market), isSound(level, market.index) else { return }
            restFlow(level, side, market.index, at: now, into: &events)
            settleDown(market.index, at: now, into: &events)
        case .withdraw(let market, let side, let level):
            guard has(market), isSound(level, market.index) else { return }
            withdrawFlow(level.quantity.lots, side, level.price.ticks, market.index, into: &events)
            settleDown(market.index, at: now, into: &events)
        case .mark(let market, let price, let index, let rate):
            guard has(market) else { return }
            setMark(market.index, price, index, rate, at: now, into: &events)
        }
    }

    // MARK: Recorded books

    private func isSound(_ level: BookLevel, _ market: Int) -> Bool {
        guard level.price.ticks > 0, level.price.ticks <= Bound.ticks, level.quantity.lots > 0,
            level.quantity.lots <= Bound.lots
        else { return false }
        return notional(level.price.ticks, level.quantity, market) <= Bound.notional
    }

    private func isSound(_ bids: [BookLevel], _ asks: [BookLevel], _ market: Int) -> Bool {
        guard bids.allSatisfy({ isSound($0, market) }), asks.allSatisfy({ isSound($0, market) }) else { return false }
        for (a, b) in zip(bids, bids.dropFirst()) where a.price <= b.price { return false }
        for (a, b) in zip(asks, asks.dropFirst()) where a.price >= b.price { return false }
        if let bid = bids.first, let ask = asks.first, bid.price >= ask.price { return false }
        return true
    }

    /// Decreases on both sides come first, so that the flow does not meet its own stale liquidity.
    private mutating func follow(
        _ bids: [BookLevel], _ asks: [BookLevel], _ market: Int, at now: Instant, into events: inout [ExchangeEvent]
    ) {
        withdrawUnrecorded(bids, .buy, market, into: &events)
        withdrawUnrecorded(asks, .sell, market, into: &events)
        for (levels, side) in [(bids, Side.buy), (asks, Side.sell)] {
            for level in levels {
                let missing = level.quantity.lots - states[market].book.flow(side, at: level.price.ticks)
                guard missing > 0 else { continue }
                restFlow(BookLevel(level.price, Quantity(lots: missing)), side, market, at: now, into: &events)
            }
        }
    }

    /// Takes off what is more than recorded inside the window, and everything far beyond it.
    private mutating func withdrawUnrecorded(
        _ recorded: [BookLevel], _ side: Side, _ market: Int, into events: inout [ExchangeEvent]
    ) {
        var surplus: [(price: Int64, quantity: Int64)] = []
        var next = 0
        for level in states[market].book.side(side).levels.reversed() where level.flow > 0 {
            while next < recorded.count, (recorded[next].price.ticks - level.price) * side.sign > 0 { next += 1 }
            if next < recorded.count, recorded[next].price.ticks == level.price {
                let extra = level.flow - recorded[next].quantity.lots
                if extra > 0 { surplus.append((level.price, extra)) }
            } else if next < recorded.count {
                surplus.append((level.price, level.flow))
            } else if let worst = recorded.last?.price.ticks {
                if abs(worst - level.price) > Self.keptBeyondWindow { surplus.append((level.price, level.flow)) }
            } else {
                surplus.append((level.price, level.flow))
            }
        }
        for (price, quantity) in surplus { withdrawFlow(quantity, side, price, market, into: &events) }
    }

    private mutating func withdrawFlow(
        _ lots: Int64, _ side: Side, _ price: Int64, _ market: Int, into events: inout [ExchangeEvent]
    ) {
        guard states[market].book.flow(side, at: price) > 0 else { return }
        states[market].book.withdrawFlow(lots, side: side, price: price)
        tellLevel(side, at: price, market, into: &events)
    }

    /// Flow liquidity that crosses matches accounts' orders, withdraws stale flow, and rests what is left. The flow
    /// never holds more at one price than one order may have.
    private mutating func restFlow(
        _ level: BookLevel, _ side: Side, _ market: Int, at now: Instant, into events: inout [ExchangeEvent]
    ) {
        var incoming = Incoming(
            slot: -1, account: 0, market: market, side: side, limit: level.price.ticks,
            remaining: level.quantity.lots)
        match(&incoming, at: now, into: &events)
        let room = Bound.lots - states[market].book.flow(side, at: level.price.ticks)
        let lots = min(incoming.remaining, room)
        guard lots > 0 else { return }
        states[market].book.addFlow(lots, side: side, price: level.price.ticks)
        tellLevel(side, at: level.price.ticks, market, into: &events)
    }

    // MARK: Marks

    /// Pins mark and index to what the flow says, from now on.
    private mutating func setMark(
        _ market: Int, _ price: ExactDecimal, _ index: ExactDecimal, _ rate: Rate, at now: Instant,
        into events: inout [ExchangeEvent]
    ) {
        guard !states[market].isSpot, let parts = markParts(price, market),
            rate.parts.magnitude <= Rate.one.parts.magnitude
        else { return }
        states[market].mark = MarkPrice(parts: parts, halfTicks: 0, isPinned: true, price: price, index: index)
        states[market].fundingRate = rate
        publishMark(market, at: now, into: &events)
        fireTriggers(market, .markPrice, at: now, into: &events)
        liquidate(at: now, into: &events)
    }

    /// The price in 10⁻⁸ ticks, rounded half away from zero; nil where it is not positive or out of range.
    private func markParts(_ price: ExactDecimal, _ market: Int) -> Int128? {
        let tick = markets[market].instrument.tickSize
        let limit: Int128 = 1_000_000_000_000_000_000_000_000
        let price = price.normalized
        guard price.mantissa > 0, price.mantissa < limit, price.scale <= 18,
            let numerator = ExactDecimal(mantissa: price.mantissa, scale: 0).units(atScale: tick.scale),
            let denominator = ExactDecimal(mantissa: tick.mantissa, scale: 0).units(atScale: price.scale)
        else { return nil }
        let (scaled, overflow) = numerator.multipliedReportingOverflow(by: MarkPrice.partsPerTick)
        guard !overflow else { return nil }
        let parts = Cash.divideRounding(scaled, by: denominator)
        return parts > 0 && parts <= Int128(Bound.ticks) * MarkPrice.partsPerTick ? parts : nil
    }
}
