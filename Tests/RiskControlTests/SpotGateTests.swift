import Fundamentals
import MarketModel
import RiskControl
import Testing

private let start = Instant(milliseconds: 1_800_000_000_000)
private let market = MarketID(0)
private let ours = ClientOrderID(epoch: 1, sequence: 9)

/// BTC/TWD: tick 1, lot 0.0001, so that a lot at 3 000 000 is worth 300 TWD.
private let instrument: Instrument = {
    var instrument = Instrument(
        market: market, symbol: "BTCTWD", baseAsset: "BTC", quoteAsset: "TWD", settlementAsset: "TWD",
        tickSize: ExactDecimal("1")!, lotSize: ExactDecimal("0.0001")!,
        priceRange: Price(ticks: 1)...Price(ticks: 100_000_000),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000),
        marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000), minNotional: Cash(whole: 250),
        collarUp: Rate("1.1")!, collarDown: Rate("0.9")!, marketTakeBound: Rate("0.05")!, maxOpenOrders: 50,
        makerFee: Rate("0.0005")!, takerFee: Rate("0.001")!)!
    instrument.kind = .spot
    return instrument
}()

private let price: Int64 = 3_000_000
/// 30 TWD for one USDT: a lot at 3 000 000 is worth 10 USDT.
private let usdt = CashConversion(numerator: 1, denominator: 30)

private func marketLimits() -> MarketLimits {
    MarketLimits(
        maxPositionValue: Cash(whole: 1_000), maxOpenOrders: 30, maxOrderValue: Cash(whole: 500),
        priceCollar: Rate("0.05")!, staleAfter: .seconds(2), maxRepeatedFills: 3, repeatedFillWindow: .seconds(10))
}

private func accountLimits() -> AccountLimits {
    AccountLimits(
        maxExposure: Cash(whole: 1_200), minBalance: .zero, maxDailyLoss: Cash(whole: 20),
        maxDrawdown: Cash(whole: 30), maxMessages: 100, messageWindow: .seconds(1), maxRoundTrip: .seconds(3),
        breakerPause: .seconds(5), maxNetExposure: Cash(whole: 800))
}

private func makeGate(venues: Int = 2) -> RiskGate {
    RiskGate(markets: [marketLimits()], account: accountLimits(), venues: venues)
}

private func makeContext() -> RiskContext {
    var context = RiskContext(
        instrument: instrument, permission: .all, reference: HalfTicks(count: 2 * price), wallet: Cash(whole: 100))
    context.conversion = usdt
    context.funds = SpotFunds(heldBase: Cash(whole: 10), heldQuote: Cash(whole: 10_000_000))
    return context
}

private func place(_ side: Side, _ lots: Int64, _ ticks: Int64? = price, reduceOnly: Bool = false) -> OrderAction {
    .place(
        ours,
        OrderSpec(
            market: market, side: side, price: ticks.map(Price.init(ticks:)), quantity: Quantity(lots: lots),
            reduceOnly: reduceOnly))
}

private func amend(_ side: Side, _ lots: Int64, _ ticks: Int64 = price) -> OrderAction {
    .amend(ours, market: market, side: side, price: Price(ticks: ticks), quantity: Quantity(lots: lots))
}

private func verdict(
    _ action: OrderAction, gate: RiskGate = makeGate(), _ change: (inout RiskContext) -> Void = { _ in }
) -> Refusal? {
    var gate = gate
    var context = makeContext()
    change(&context)
    do throws(Refusal) {
        _ = try gate.approve(action, context, at: start)
        return nil
    } catch { return error }
}

@Suite struct `What a spot account can pay` {
    @Test func `bounds sells by what is held of the base asset, less what other orders may take`() {
        let held: (inout RiskContext) -> Void = {
            $0.funds = SpotFunds(
                heldBase: Cash("0.0049")!, heldQuote: .zero, committedBase: Cash("0.001")!)
        }
        #expect(verdict(place(.sell, 39), held) == nil)
        #expect(
            verdict(place(.sell, 40), held) == .funds(needed: Cash("0.005")!, held: Cash("0.0049")!, asset: "BTC"))
    }

    @Test func `bounds buys by what is held of the quote asset, the fee on top of them`() {
        let held: (inout RiskContext) -> Void = {
            $0.funds = SpotFunds(
                heldBase: .zero, heldQuote: Cash("6306")!, committedQuote: Cash(whole: 300), buyFee: Rate("0.001")!)
        }
        #expect(verdict(place(.buy, 20), held) == nil)
        #expect(
            verdict(place(.buy, 20, price + 1), held)
                == .funds(needed: Cash("6306.002002")!, held: Cash(whole: 6_306), asset: "TWD"))
        let free: (inout RiskContext) -> Void = {
            held(&$0)
            $0.funds?.buyFee = .zero
        }
        #expect(verdict(place(.buy, 20, price + 1), free) == nil)
    }

    @Test func `bounds an order that reduces the position as well`() {
        let long: (inout RiskContext) -> Void = {
            $0.position = Quantity(lots: 40)
            $0.permission = .reducing
            $0.funds = SpotFunds(heldBase: Cash("0.0039")!, heldQuote: .zero)
        }
        #expect(verdict(place(.sell, 39), long) == nil)
        #expect(
            verdict(place(.sell, 40, reduceOnly: true), long)
                == .funds(needed: Cash("0.004")!, held: Cash("0.0039")!, asset: "BTC"))
    }

    @Test func `knows no order that can only reduce: the venue would let it go past zero`() {
        let long: (inout RiskContext) -> Void = {
            $0.position = Quantity(lots: 40)
            $0.permission = .reducing
        }
        #expect(verdict(place(.sell, 40, reduceOnly: true), long) == nil)
        #expect(verdict(place(.sell, 41, reduceOnly: true), long) == .notTrading)
    }

    @Test func `counts an amended order at the dearer of its shapes, a replaced one in both`() {
        let working: (inout RiskContext) -> Void = {
            $0.ownRemaining = Quantity(lots: 20)
            $0.ownPrice = Price(ticks: price)
            $0.funds = SpotFunds(heldBase: .zero, heldQuote: Cash(whole: 6_000))
        }
        #expect(verdict(amend(.buy, 20), working) == nil)
        #expect(verdict(amend(.buy, 10, price - 10), working) == nil)
        #expect(
            verdict(amend(.buy, 20, price + 1), working)
                == .funds(needed: Cash(whole: 6_000) + Cash("0.002")!, held: Cash(whole: 6_000), asset: "TWD"))
        let poorer: (inout RiskContext) -> Void = {
            working(&$0)
            $0.funds?.heldQuote = Cash(whole: 5_999)
        }
        #expect(
            verdict(amend(.buy, 10, price - 10), poorer)
                == .funds(needed: Cash(whole: 6_000), held: Cash(whole: 5_999), asset: "TWD"))
        let replacing: (inout RiskContext) -> Void = {
            working(&$0)
            $0.amends = .replacement
        }
        #expect(
            verdict(amend(.buy, 10), replacing)
                == .funds(needed: Cash(whole: 9_000), held: Cash(whole: 6_000), asset: "TWD"))
    }

    @Test func `takes a market buy to cost as much as it may sweep`() {
        let held: (inout RiskContext) -> Void = { $0.funds = SpotFunds(heldBase: .zero, heldQuote: Cash(whole: 3_150)) }
        #expect(verdict(place(.buy, 10, nil), held) == nil)
        #expect(
            verdict(place(.buy, 11, nil), held)
                == .funds(needed: Cash(whole: 3_465), held: Cash(whole: 3_150), asset: "TWD"))
    }

    /// What is affordable passes, and one lot more does not.
    @Test(arguments: 1...20)
    func `is what the gate lets pass, to the lot`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var limits = marketLimits()
        limits.maxOrderValue = Cash(whole: 1_000)
        let gate = RiskGate(markets: [limits], account: accountLimits(), venues: 1)
        for _ in 0..<200 {
            let funds = SpotFunds(
                heldBase: Cash(units: Int128(random.integer(in: 0...5_000_000_000))),
                heldQuote: Cash(units: Int128(random.integer(in: 0...15_000_000)) * 1_000_000_000),
                committedBase: Cash(units: Int128(random.integer(in: 0...1_000_000_000))),
                committedQuote: Cash(units: Int128(random.integer(in: 0...3_000_000)) * 1_000_000_000),
                buyFee: random.chance(1, in: 2) ? Rate(parts: random.integer(in: 0...1_000_000)) : .zero)
            let side: Side = random.chance(1, in: 2) ? .buy : .sell
            let ticks = price + random.integer(in: -9_999...9_999)
            var context = makeContext()
            context.funds = funds
            guard let most = gate.affordable(side, at: Price(ticks: ticks), context) else {
                Issue.record("a spot market has funds")
                return
            }
            func isRefused(_ lots: Int64) -> Bool {
                if case .funds? = verdict(place(side, lots, ticks), gate: gate, { $0.funds = funds }) {
                    true
                } else {
                    false
                }
            }
            if most > .zero { #expect(!isRefused(most.lots)) }
            // A lot is dear enough that the rounding of its fee cannot add up to another one.
            #expect(isRefused(most.lots + 1))
        }
    }

    @Test func `is of no concern on margin`() {
        var context = makeContext()
        context.funds = nil
        #expect(makeGate().affordable(.buy, at: Price(ticks: price), context) == nil)
        #expect(verdict(place(.sell, 50)) { $0.funds = nil } == nil)
    }
}

@Suite struct `Limits in the asset that is counted in` {
    @Test func `bound the value of one order`() {
        #expect(verdict(place(.buy, 50)) == nil)
        #expect(verdict(place(.buy, 51)) == .orderValue(Cash(whole: 510), limit: Cash(whole: 500)))
    }

    @Test func `bound the position`() {
        let long: (inout RiskContext) -> Void = {
            $0.position = Quantity(lots: 60); $0.othersShort = Cash(whole: -900); $0.othersLong = Cash(whole: -900)
        }
        #expect(verdict(place(.buy, 40), long) == nil)
        #expect(
            verdict(place(.buy, 41), long) == .positionLimit(worstCase: Cash(whole: 1_010), limit: Cash(whole: 1_000)))
    }

    @Test func `bound the sum over markets of several currencies`() {
        let crowded: (inout RiskContext) -> Void = {
            $0.otherExposure = Cash(whole: 800)
            $0.othersLong = Cash(whole: -800)
            $0.othersShort = Cash(whole: -800)
        }
        #expect(verdict(place(.buy, 40), crowded) == nil)
        #expect(
            verdict(place(.buy, 41), crowded)
                == .accountExposure(worstCase: Cash(whole: 1_210), limit: Cash(whole: 1_200)))
    }

    @Test func `bound what is not offset elsewhere`() {
        // Short 200 of it at the hedge venue, so 1 000 long may be held here.
        let hedged: (inout RiskContext) -> Void = {
            $0.position = Quantity(lots: 60)
            $0.otherExposure = Cash(whole: 200)
            $0.othersLong = Cash(whole: -150)
            $0.othersShort = Cash(whole: -200)
        }
        #expect(verdict(place(.buy, 35), hedged) == nil)
        #expect(
            verdict(place(.buy, 36), hedged) == .netExposure(worstCase: Cash(whole: 810), limit: Cash(whole: 800)))
    }

    @Test func `refuse everything while the rate is not known, but cancels`() {
        #expect(verdict(place(.buy, 10)) { $0.conversion = nil } == .noReference)
        #expect(verdict(.cancel(ours, market: market)) { $0.conversion = nil } == nil)
        var context = makeContext()
        context.conversion = nil
        #expect(makeGate().room(.buy, market, context) == .zero)
    }

    @Test func `leave the venue's own least value in the market's currency`() {
        #expect(verdict(place(.buy, 1)) == nil)
        #expect(
            verdict(place(.buy, 1, price * 19 / 20)) { $0.instrument.minNotional = Cash(whole: 290) }
                == .instrumentRules("the value is below the minimum"))
    }

    @Test(arguments: 1...20)
    func `leave exactly the room that the gate lets pass`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 0..<200 {
            var limits = marketLimits()
            limits.maxOrderValue = Cash(whole: 1_000_000_000)
            limits.maxPositionValue = Cash(units: Int128(random.integer(in: 1...3_000_000)) * 1_000_000_000)
            var account = accountLimits()
            account.maxExposure = Cash(units: Int128(random.integer(in: 1...3_000_000)) * 1_000_000_000)
            account.maxNetExposure = Cash(units: Int128(random.integer(in: 1...3_000_000)) * 1_000_000_000)
            let gate = RiskGate(markets: [limits], account: account, venues: 1)
            let side: Side = random.chance(1, in: 2) ? .buy : .sell
            let rate = CashConversion(
                numerator: Int128(random.integer(in: 1...2_000)), denominator: Int128(random.integer(in: 1...64_001)))
            let position = Quantity(lots: random.integer(in: -50...50))
            let others = Cash(units: Int128(random.integer(in: -500_000...500_000)) * 1_000_000_000)
            let change: (inout RiskContext) -> Void = {
                $0.conversion = rate
                $0.funds = nil
                $0.instrument.minNotional = .zero
                $0.position = position
                $0.otherExposure = others.magnitude
                $0.othersLong = others
                $0.othersShort = others
            }
            var context = makeContext()
            change(&context)
            let room = gate.room(side, market, context)
            guard room.lots < 900_000 else { continue }
            if room > .zero { #expect(verdict(place(side, room.lots), gate: gate, change) == nil) }
            #expect(verdict(place(side, room.lots + 1), gate: gate, change) != nil)
        }
    }
}

@Suite struct `A breaker for each venue` {
    @Test func `stops orders where it tripped and nowhere else`() {
        var gate = makeGate()
        #expect(gate.throttle(until: start + .seconds(9), venue: .reference, at: start) == true)
        #expect(verdict(place(.buy, 10), gate: gate) == nil)
        #expect(verdict(place(.buy, 10), gate: gate) { $0.venue = .reference } == .breaker)
        #expect(!gate.isBroken(venue: .target, at: start))
        #expect(gate.isBroken(venue: .reference, at: start))
        #expect(gate.observeRoundTrip(.seconds(4), venue: .target, at: start) == true)
        #expect(verdict(place(.buy, 10), gate: gate) == .breaker)
        #expect(!gate.isBroken(venue: .target, at: start + .seconds(5)))
        #expect(gate.isBroken(venue: .reference, at: start + .seconds(5)))
    }
}
