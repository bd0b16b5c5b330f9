import Fundamentals
import MarketModel
import RiskControl
import Testing

private let start = Instant(milliseconds: 1_800_000_000_000)
private let market = MarketID(0)
private let ours = ClientOrderID(epoch: 1, sequence: 9)
private let other = ClientOrderID(epoch: 1, sequence: 5)

/// One tick × one lot is 10⁻⁶: at a price of 1.0000, 100 lots are worth 1 USDT.
private let instrument = Instrument(
    market: market, symbol: "ASTERUSDT", baseAsset: "ASTER", quoteAsset: "USDT", settlementAsset: "USDT",
    tickSize: ExactDecimal("0.0001")!, lotSize: ExactDecimal("0.01")!,
    priceRange: Price(ticks: 100)...Price(ticks: 50_000),
    quantityRange: Quantity(lots: 10)...Quantity(lots: 20_000),
    marketQuantityRange: Quantity(lots: 20)...Quantity(lots: 15_000), minNotional: Cash(whole: 5),
    collarUp: Rate("1.02")!, collarDown: Rate("0.98")!, marketTakeBound: Rate("0.05")!, maxOpenOrders: 4,
    makerFee: Rate("0.0001")!, takerFee: Rate("0.00035")!)!

private func marketLimits() -> MarketLimits {
    MarketLimits(
        maxPositionValue: Cash(whole: 100), maxPosition: Quantity(lots: 9_900), maxOpenOrders: 3,
        maxOrderValue: Cash(whole: 60), priceCollar: Rate("0.01")!, staleAfter: .seconds(2), maxRepeatedFills: 3,
        repeatedFillWindow: .seconds(10))
}

private func accountLimits() -> AccountLimits {
    AccountLimits(
        maxExposure: Cash(whole: 120), minBalance: Cash(whole: 10), maxDailyLoss: Cash(whole: 20),
        maxDrawdown: Cash(whole: 30), maxMessages: 4, messageWindow: .seconds(1), maxRoundTrip: .seconds(3),
        breakerPause: .seconds(5))
}

private func makeGate() -> RiskGate { RiskGate(markets: [marketLimits()], account: accountLimits()) }

private func makeContext() -> RiskContext {
    RiskContext(instrument: instrument, permission: .all, reference: HalfTicks(count: 20_000), wallet: Cash(whole: 100))
}

private func place(_ side: Side, _ lots: Int64, _ price: Int64? = 10_000, reduceOnly: Bool = false) -> OrderAction {
    .place(
        ours,
        OrderSpec(
            market: market, side: side, price: price.map(Price.init(ticks:)), quantity: Quantity(lots: lots),
            reduceOnly: reduceOnly))
}

private func amend(_ side: Side, _ lots: Int64, _ price: Int64 = 10_000) -> OrderAction {
    .amend(ours, market: market, side: side, price: Price(ticks: price), quantity: Quantity(lots: lots))
}

private func verdict(
    _ action: OrderAction, at now: Instant = start, gate: RiskGate = makeGate(),
    _ change: (inout RiskContext) -> Void = { _ in }
) -> Refusal? {
    var gate = gate
    var context = makeContext()
    change(&context)
    do throws(Refusal) {
        _ = try gate.approve(action, context, at: now)
        return nil
    } catch { return error }
}

/// Each rule at its edge: what just passes, and what is just refused. Without the rule the second half would pass.
@Suite struct `Each rule of the gate` {
    @Test func `an ordinary order passes`() { #expect(verdict(place(.buy, 1_000)) == nil) }

    @Test func `nothing new without permission, reducing orders with half of it`() {
        #expect(verdict(place(.buy, 1_000)) { $0.permission = .none } == .notTrading)
        #expect(verdict(place(.buy, 1_000)) { $0.permission = .reducing } == .notTrading)
        let long: (inout RiskContext) -> Void = {
            $0.permission = .reducing
            $0.position = Quantity(lots: 1_000)
        }
        #expect(verdict(place(.sell, 1_000), long) == nil)
        #expect(verdict(place(.sell, 1_001), long) == .notTrading)
        #expect(verdict(place(.sell, 5_000, reduceOnly: true), long) == nil)
        #expect(verdict(place(.buy, 1_000, reduceOnly: true), long) == .notTrading)
    }

    @Test func `no order without a reference price`() {
        #expect(verdict(place(.buy, 1_000)) { $0.reference = nil } == .noReference)
        #expect(
            verdict(place(.sell, 1_000, nil, reduceOnly: true)) {
                $0.reference = nil
                $0.position = Quantity(lots: 1_000)
            } == .noReference)
    }

    @Test func `position value counts the position, what works, and the order itself`() {
        #expect(verdict(place(.buy, 5_000)) { $0.position = Quantity(lots: 4_000) } == nil)
        let nearly: (inout RiskContext) -> Void = {
            $0.position = Quantity(lots: 4_000)
            $0.buying = Quantity(lots: 900)
            $0.reference = HalfTicks(count: 20_250)
        }
        #expect(verdict(place(.buy, 4_976, 10_025), nearly) == nil)
        let refusal = verdict(place(.buy, 4_977, 10_025), nearly)
        #expect(refusal == .positionLimit(worstCase: Cash("100.004625")!, limit: Cash(whole: 100)))
    }

    @Test func `the other side is bounded likewise, and each side alone`() {
        let short: (inout RiskContext) -> Void = {
            $0.position = Quantity(lots: -4_000)
            $0.selling = Quantity(lots: 900)
            $0.reference = HalfTicks(count: 20_250)
        }
        #expect(verdict(place(.sell, 4_976, 10_125), short) == nil)
        #expect(
            verdict(place(.sell, 4_977, 10_125), short)
                == .positionLimit(
                    worstCase: Cash("100.004625")!, limit: Cash(whole: 100)))
        // Selling capacity is not used up by what may be bought.
        #expect(verdict(place(.sell, 5_000)) { $0.buying = Quantity(lots: 9_000) } == nil)
    }

    @Test func `a replacement counts the old order and the new one, in size and in number`() {
        let replacing: (inout RiskContext) -> Void = {
            $0.amends = .replacement
            $0.ownRemaining = Quantity(lots: 5_000)
        }
        #expect(verdict(amend(.buy, 4_900), replacing) == nil)
        #expect(
            verdict(amend(.buy, 4_901), replacing)
                == .positionLots(worstCase: Quantity(lots: 9_901), limit: Quantity(lots: 9_900)))
        #expect(verdict(amend(.buy, 4_901)) { $0.ownRemaining = Quantity(lots: 5_000) } == nil)
        let crowded: (inout RiskContext) -> Void = {
            replacing(&$0)
            $0.openOrders = 2
        }
        #expect(verdict(amend(.buy, 1_000), crowded) == .openOrders(limit: 3))
        #expect(verdict(amend(.buy, 1_000)) { $0.openOrders = 2 } == nil)
    }

    @Test func `a replacement is an order of its own, of what is left to do`() {
        let nearlyFilled: (inout RiskContext) -> Void = {
            $0.amends = .replacement
            $0.ownRemaining = Quantity(lots: 9)
            $0.ownFilled = Quantity(lots: 991)
        }
        let small = Refusal.instrumentRules("the quantity is below the minimum")
        #expect(verdict(amend(.buy, 1_000), nearlyFilled) == small)
        #expect(
            verdict(amend(.buy, 1_000)) {
                nearlyFilled(&$0)
                $0.amends = .inPlace
            } == nil)
    }

    /// The other markets are long 30 at the worst, or short 20; the limit is 50, and a lot is worth a cent.
    @Test func `net exposure is bounded on each side by what all markets can come to there`() {
        var limits = accountLimits()
        limits.maxNetExposure = Cash(whole: 50)
        let gate = RiskGate(markets: [marketLimits()], account: limits)
        let others: (inout RiskContext) -> Void = {
            $0.othersLong = Cash(whole: 30)
            $0.othersShort = Cash(whole: -20)
        }
        #expect(verdict(place(.buy, 2_000), gate: gate, others) == nil)
        #expect(
            verdict(place(.buy, 2_001), gate: gate, others)
                == .netExposure(worstCase: Cash("50.01")!, limit: Cash(whole: 50)))
        #expect(verdict(place(.sell, 3_000), gate: gate, others) == nil)
        #expect(
            verdict(place(.sell, 3_001), gate: gate, others)
                == .netExposure(worstCase: Cash("50.01")!, limit: Cash(whole: 50)))
    }

    @Test func `at the net limit only the side that leads away from it passes`() {
        var limits = accountLimits()
        limits.maxNetExposure = Cash(whole: 50)
        let gate = RiskGate(markets: [marketLimits()], account: limits)
        let long: (inout RiskContext) -> Void = {
            $0.position = Quantity(lots: 2_000)
            $0.othersLong = Cash(whole: 40)
            $0.othersShort = Cash(whole: 40)
        }
        #expect(verdict(place(.buy, 600), gate: gate, long) != nil)
        #expect(verdict(place(.sell, 600), gate: gate, long) == nil)
        #expect(verdict(place(.sell, 2_000, reduceOnly: true), gate: gate, long) == nil)
        // A short position here offsets what others hold.
        #expect(
            verdict(place(.buy, 3_000), gate: gate) {
                long(&$0); $0.position = Quantity(lots: -2_000)
            } == nil)
    }

    @Test(arguments: [Side.buy, .sell])
    func `the room is the most that the net limit lets pass`(side: Side) {
        var limits = accountLimits()
        limits.maxNetExposure = Cash(whole: 50)
        let gate = RiskGate(markets: [marketLimits()], account: limits)
        var random = RandomSource(seed: 31)
        for _ in 0..<200 {
            var context = makeContext()
            context.position = Quantity(lots: random.integer(in: -4_000...4_000))
            context.othersLong = Cash(whole: random.integer(in: -70...70))
            context.othersShort = context.othersLong - Cash(whole: random.integer(in: 0...20))
            let room = gate.room(side, market, context)
            let change: (inout RiskContext) -> Void = { $0 = context }
            if room.lots >= 500, room.lots < 6_000 {
                #expect(verdict(place(side, room.lots), gate: gate, change) == nil)
            }
            let over = verdict(place(side, max(500, room.lots + 1)), gate: gate, change)
            if room.lots >= 500, room.lots < 5_999 { #expect(over != nil) }
        }
    }

    @Test func `position in lots is bounded whatever the price`() {
        let cheap: (inout RiskContext) -> Void = {
            $0.reference = HalfTicks(count: 4_000)
            $0.position = Quantity(lots: 5_000)
        }
        #expect(verdict(place(.buy, 4_900, 2_000), cheap) == nil)
        #expect(
            verdict(place(.buy, 4_901, 2_000), cheap)
                == .positionLots(
                    worstCase: Quantity(lots: 9_901), limit: Quantity(lots: 9_900)))
    }

    @Test func `an order that reduces passes although the position is over the limit`() {
        let over: (inout RiskContext) -> Void = { $0.position = Quantity(lots: 12_000) }
        #expect(verdict(place(.sell, 2_000), over) == nil)
        #expect(verdict(place(.sell, 2_000, reduceOnly: true), over) == nil)
        #expect(verdict(place(.buy, 1_000), over) != nil)
    }

    @Test func `a reduce-only order cannot end beyond zero, and is not counted beyond it`() {
        let long: (inout RiskContext) -> Void = {
            $0.position = Quantity(lots: 500)
            $0.selling = Quantity(lots: 9_500)
        }
        #expect(verdict(place(.sell, 2_000), long) != nil)
        #expect(verdict(place(.sell, 2_000, reduceOnly: true), long) == nil)
    }

    @Test func `the account's exposure counts all markets, and only what grows it is refused`() {
        let busy: (inout RiskContext) -> Void = {
            $0.otherExposure = Cash(whole: 80)
            $0.position = Quantity(lots: 1_000)
        }
        #expect(verdict(place(.buy, 3_000), busy) == nil)
        #expect(
            verdict(place(.buy, 3_001), busy)
                == .accountExposure(
                    worstCase: Cash("120.01")!, limit: Cash(whole: 120)))
        // Over the limit already; selling what is held does not grow it.
        #expect(
            verdict(place(.sell, 1_000)) {
                $0.otherExposure = Cash(whole: 119)
                $0.position = Quantity(lots: 1_000)
            } == nil)
    }

    @Test func `an amendment counts at the larger of its old and new size`() {
        let working: (inout RiskContext) -> Void = {
            $0.position = Quantity(lots: 4_000)
            $0.ownRemaining = Quantity(lots: 5_000)
        }
        #expect(verdict(amend(.buy, 1_000), working) == nil)
        #expect(
            verdict(amend(.buy, 1_000)) {
                working(&$0)
                $0.ownRemaining = Quantity(lots: 5_901)
            } != nil)
        #expect(verdict(amend(.buy, 5_901), working) != nil)
    }

    @Test func `an amendment's quantity is total, so that what has filled is not counted twice`() {
        #expect(
            verdict(amend(.buy, 6_000)) {
                $0.position = Quantity(lots: 4_000)
                $0.ownFilled = Quantity(lots: 4_000)
                $0.ownRemaining = Quantity(lots: 2_000)
            } == nil)
        #expect(
            verdict(amend(.buy, 1_000)) { $0.ownFilled = Quantity(lots: 1_000) }
                == .instrumentRules("the quantity is not positive"))
    }

    @Test func `open orders are bounded by our limit and by the venue's`() {
        #expect(verdict(place(.buy, 1_000)) { $0.openOrders = 2 } == nil)
        #expect(verdict(place(.buy, 1_000)) { $0.openOrders = 3 } == .openOrders(limit: 3))
        #expect(verdict(amend(.buy, 1_000)) { $0.openOrders = 3 } == nil)
        var loose = marketLimits()
        loose.maxOpenOrders = 100
        let gate = RiskGate(markets: [loose], account: accountLimits())
        #expect(verdict(place(.buy, 1_000), gate: gate) { $0.openOrders = 4 } == .openOrders(limit: 4))
    }

    @Test func `the value of one order is bounded, at the market as well`() {
        #expect(verdict(place(.buy, 6_000)) == nil)
        #expect(verdict(place(.buy, 6_001)) == .orderValue(Cash("60.01")!, limit: Cash(whole: 60)))
        #expect(verdict(place(.buy, 6_001, nil)) == .orderValue(Cash("60.01")!, limit: Cash(whole: 60)))
    }

    @Test(arguments: [
        (Side.buy, Int64(9), Int64?(10_000), "the quantity is below the minimum"),
        (.buy, 20_001, 10_000, "the quantity is above the maximum"),
        (.buy, 19, nil, "the quantity is below the minimum"),
        (.buy, 15_001, nil, "the quantity is above the maximum"),
        (.buy, 0, 10_000, "the quantity is not positive"),
        (.sell, -5, 10_000, "the quantity is not positive"),
        (.buy, 1_000, 99, "the price is outside the allowed range"),
        (.sell, 1_000, 50_001, "the price is outside the allowed range"),
        (.buy, 499, 10_000, "the value is below the minimum"),
    ])
    func `the venue's rules for size and price hold before anything is sent`(
        side: Side, lots: Int64, price: Int64?, rule: String
    ) {
        #expect(verdict(place(side, lots, price)) == .instrumentRules(rule))
    }

    @Test func `a reduce-only order may be worth less than the venue's minimum`() {
        #expect(verdict(place(.sell, 50, reduceOnly: true)) { $0.position = Quantity(lots: 50) } == nil)
    }

    @Test func `the venue's collars are relative to its mark`() {
        let marked: (inout RiskContext) -> Void = { $0.mark = ExactDecimal("0.98039216")! }
        #expect(verdict(place(.buy, 1_000, 10_000), marked) == nil)
        #expect(verdict(place(.buy, 1_000, 10_001), marked) == .instrumentRules("a buy too far above the mark"))
        let high: (inout RiskContext) -> Void = { $0.mark = ExactDecimal("1.0204")! }
        #expect(verdict(place(.sell, 1_000, 10_000), high) == nil)
        #expect(verdict(place(.sell, 1_000, 9_999), high) == .instrumentRules("a sell too far below the mark"))
    }

    @Test(arguments: [Side.buy, .sell])
    func `our own collar bounds the distance from our own mid on both sides`(side: Side) {
        #expect(verdict(place(side, 1_000, 10_100)) == nil)
        #expect(verdict(place(side, 1_000, 9_900)) == nil)
        let reference = HalfTicks(count: 20_000)
        #expect(verdict(place(side, 1_000, 10_101)) == .priceCollar(Price(ticks: 10_101), reference: reference))
        #expect(verdict(place(side, 1_000, 9_899)) == .priceCollar(Price(ticks: 9_899), reference: reference))
    }

    @Test func `below the least balance only reducing orders pass, and an unknown balance is none`() {
        #expect(verdict(place(.buy, 1_000)) { $0.wallet = Cash(whole: 10) } == nil)
        #expect(
            verdict(place(.buy, 1_000)) { $0.wallet = Cash("9.99")! }
                == .minBalance(Cash("9.99")!, limit: Cash(whole: 10)))
        #expect(verdict(place(.buy, 1_000)) { $0.wallet = nil } == .minBalance(.zero, limit: Cash(whole: 10)))
        #expect(
            verdict(place(.sell, 1_000)) {
                $0.wallet = nil
                $0.position = Quantity(lots: 1_000)
            } == nil)
    }

    @Test func `an order that would meet one of our own is refused`() {
        let offer: (inout RiskContext) -> Void = { $0.lowestSell = (Price(ticks: 10_010), other) }
        #expect(verdict(place(.buy, 1_000, 10_009), offer) == nil)
        #expect(verdict(place(.buy, 1_000, 10_010), offer) == .selfCross(other))
        #expect(verdict(amend(.buy, 1_000, 10_010), offer) == .selfCross(other))
        #expect(verdict(place(.buy, 1_000, nil), offer) == .selfCross(other))
        let bid: (inout RiskContext) -> Void = { $0.highestBuy = (Price(ticks: 9_990), other) }
        #expect(verdict(place(.sell, 1_000, 9_991), bid) == nil)
        #expect(verdict(place(.sell, 1_000, 9_990), bid) == .selfCross(other))
        #expect(verdict(place(.sell, 1_000)) { $0.marketOrder = other } == .selfCross(other))
    }

    @Test func `cancels pass whatever else is refused`() {
        var gate = makeGate()
        _ = gate.throttle(until: start + .seconds(60), at: start)
        let wild: (inout RiskContext) -> Void = {
            $0.permission = .none
            $0.reference = nil
            $0.wallet = nil
        }
        #expect(verdict(.cancel(ours, market: market), gate: gate, wild) == nil)
        #expect(verdict(.cancelAll(market), gate: gate, wild) == nil)
    }
}

@Suite struct `What the gate remembers` {
    private func approve(_ gate: inout RiskGate, _ action: OrderAction, at now: Instant) -> Refusal? {
        do throws(Refusal) {
            _ = try gate.approve(action, makeContext(), at: now)
            return nil
        } catch { return error }
    }

    @Test func `messages are bounded in a sliding window that cancels do not use`() {
        var gate = makeGate()
        for index in 0..<4 {
            #expect(approve(&gate, place(.buy, 1_000), at: start + .milliseconds(Int64(index) * 100)) == nil)
            #expect(approve(&gate, .cancel(ours, market: market), at: start) == nil)
        }
        #expect(approve(&gate, amend(.buy, 1_000), at: start + .milliseconds(999)) == .messageRate(limit: 4))
        #expect(approve(&gate, place(.buy, 1_000), at: start + .milliseconds(1_000)) == nil)
        #expect(approve(&gate, place(.buy, 1_000), at: start + .milliseconds(1_001)) == .messageRate(limit: 4))
    }

    @Test func `repeated fills of one side pause the market for the length of the window`() {
        var gate = makeGate()
        for index in 0..<3 { #expect(gate.observeFill(market, .buy, at: start + .seconds(Int64(index))) == nil) }
        #expect(gate.observeFill(market, .sell, at: start + .seconds(3)) == nil)
        #expect(approve(&gate, place(.buy, 1_000), at: start + .seconds(3)) == nil)
        #expect(gate.observeFill(market, .buy, at: start + .seconds(4)) == .buy)
        #expect(approve(&gate, place(.buy, 1_000), at: start + .seconds(5)) == .repeatedFills(.buy))
        #expect(
            verdict(place(.sell, 1_000), at: start + .seconds(5), gate: gate) {
                $0.position = Quantity(lots: 1_000)
            } == nil)
        #expect(approve(&gate, place(.buy, 1_000), at: start + .seconds(14)) == nil)
    }

    @Test func `fills that are far apart do not pause`() {
        var gate = makeGate()
        for index in 0..<20 { #expect(gate.observeFill(market, .buy, at: start + .seconds(Int64(index) * 4)) == nil) }
    }

    @Test func `a slow reply trips the breaker once, and only reducing orders pass`() {
        var gate = makeGate()
        #expect(gate.observeRoundTrip(.seconds(3), at: start) == false)
        #expect(gate.observeRoundTrip(.milliseconds(3_001), at: start) == true)
        #expect(gate.observeRoundTrip(.milliseconds(3_001), at: start + .seconds(1)) == false)
        #expect(approve(&gate, place(.buy, 1_000), at: start + .seconds(2)) == .breaker)
        #expect(
            verdict(place(.sell, 1_000), at: start + .seconds(2), gate: gate) {
                $0.position = Quantity(lots: 1_000)
            } == nil)
        #expect(approve(&gate, place(.buy, 1_000), at: start + .seconds(6)) == nil)
    }

    @Test func `a rate-limit reply stops everything new, for the venue's time or ours, whichever is longer`() {
        var gate = makeGate()
        #expect(gate.throttle(until: start + .seconds(1), at: start) == true)
        #expect(
            verdict(place(.sell, 1_000), at: start + .milliseconds(4_999), gate: gate) {
                $0.position = Quantity(lots: 1_000)
            } == .breaker)
        #expect(approve(&gate, place(.buy, 1_000), at: start + .seconds(5)) == nil)
        #expect(gate.throttle(until: start + .seconds(60), at: start + .seconds(6)) == true)
        #expect(approve(&gate, place(.buy, 1_000), at: start + .seconds(59)) == .breaker)
    }

    @Test func `a day's loss latches until a person resumes`() {
        var gate = makeGate()
        #expect(gate.observeEquity(Cash(whole: 5), at: start) == nil)
        #expect(gate.observeEquity(Cash("-14.99")!, at: start + .hours(1)) == nil)
        let latch = LossLatch.dailyLoss(Cash(whole: 20), limit: Cash(whole: 20))
        #expect(gate.observeEquity(Cash(whole: -15), at: start + .hours(1)) == latch)
        #expect(gate.observeEquity(Cash(whole: 50), at: start + .hours(2)) == nil)
        #expect(approve(&gate, place(.buy, 1_000), at: start + .hours(40)) == .notTrading)
        gate.release(equity: Cash(whole: -15))
        #expect(approve(&gate, place(.buy, 1_000), at: start + .hours(40)) == nil)
        #expect(gate.observeEquity(Cash(whole: -16), at: start + .hours(40)) == nil)
    }

    @Test func `the day begins at midnight UTC`() {
        var gate = makeGate()
        let midnight = Instant(milliseconds: 20_834 * 86_400_000)
        #expect(gate.observeEquity(.zero, at: midnight - .seconds(1)) == nil)
        #expect(gate.observeEquity(Cash(whole: -19), at: midnight) == nil)
        #expect(gate.observeEquity(Cash(whole: -25), at: midnight + .hours(1)) == nil)
        #expect(gate.observeEquity(Cash(whole: -39), at: midnight + .hours(2)) != nil)
    }

    @Test func `a fall from the highest equity latches across days`() {
        var gate = makeGate()
        #expect(gate.observeEquity(Cash(whole: 40), at: start) == nil)
        #expect(gate.observeEquity(Cash(whole: 22), at: start + .hours(24)) == nil)
        #expect(gate.observeEquity(Cash(whole: 11), at: start + .hours(48)) == nil)
        let latch = LossLatch.drawdown(Cash(whole: 30), limit: Cash(whole: 30))
        #expect(gate.observeEquity(Cash(whole: 10), at: start + .hours(48)) == latch)
    }
}

@Suite struct `The room that is left` {
    @Test func `is what can be added without breaking a limit`() {
        let gate = makeGate()
        var context = makeContext()
        context.position = Quantity(lots: 4_000)
        context.buying = Quantity(lots: 500)
        #expect(gate.room(.buy, market, context) == Quantity(lots: 5_400))
        #expect(gate.room(.sell, market, context) == Quantity(lots: 13_900))
        context.otherExposure = Cash(whole: 60)
        #expect(gate.room(.buy, market, context) == Quantity(lots: 1_500))
        context.position = Quantity(lots: 12_000)
        #expect(gate.room(.buy, market, context) == .zero)
        context.reference = nil
        #expect(gate.room(.sell, market, context) == .zero)
    }

    /// Whatever a hostile caller proposes: what the gate approves keeps the worst case of that side within its limits.
    @Test(arguments: 1...20)
    func `nothing approved exceeds a limit, whatever is proposed`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var gate = RiskGate(markets: [marketLimits()], account: accountLimits())
        var approved = 0
        for step in 0..<500 {
            var context = makeContext()
            context.reference = HalfTicks(count: random.integer(in: 15_000...25_000))
            context.position = Quantity(lots: random.integer(in: -12_000...12_000))
            context.buying = Quantity(lots: random.integer(in: 0...8_000))
            context.selling = Quantity(lots: random.integer(in: 0...8_000))
            context.otherExposure = Cash(whole: random.integer(in: 0...60))
            let side: Side = random.chance(1, in: 2) ? .buy : .sell
            let lots = random.integer(in: 1...8_000)
            let price = context.reference!.count / 2 + random.integer(in: -150...150)
            let now = start + .seconds(Int64(step))
            guard (try? gate.approve(place(side, lots, price), context, at: now)) != nil else { continue }
            approved += 1
            let worst =
                side == .buy
                ? context.position.lots + context.buying.lots + lots
                : -(context.position.lots - context.selling.lots - lots)
            #expect(instrument.notional(context.reference!, Quantity(lots: worst)) <= Cash(whole: 100))
            #expect(worst <= 9_900)
        }
        #expect(approved > 20)
    }
}
