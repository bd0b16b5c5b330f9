import Fundamentals
import MarketModel
import Quoting
import Testing

@Suite struct `A mirror` {
    @Test func `quotes the reference's bid at the conversion's bid and its ask at the conversion's ask`() {
        var model = Mirror(MirrorWorld.parameters())
        // 2,080,000 × 0.998 and × 0.996; 2,080,653.201 × 1.002 and × 1.004, in ticks of 0.1 TWD.
        #expect(
            quotes(&model, MirrorWorld.view()) == [
                "buy 1000@20758400", "buy 2000@20716800", "sell 1000@20848146", "sell 2000@20889759",
            ])
    }

    @Test func `needs no conversion where the reference is quoted in the same asset`() {
        var view = MirrorWorld.view()
        view.conversion = nil
        view.reference?.instrument.quoteAsset = "TWD"
        var model = Mirror(MirrorWorld.parameters([("0.002", "0.01")]))
        #expect(quotes(&model, view) == ["buy 1000@648700", "sell 1000@651302"])
    }

    @Test(arguments: [
        ("without a reference", QuoteAbsence.noReference), ("without a conversion", .noConversion),
        ("with a conversion of other assets", .noConversion), ("with a crossed conversion", .crossed),
    ])
    func `quotes nothing and says why`(_ row: (String, QuoteAbsence)) {
        var view = MirrorWorld.view()
        switch row.0 {
        case "without a reference": view.reference = nil
        case "without a conversion": view.conversion = nil
        case "with a conversion of other assets": view.conversion?.instrument.baseAsset = "USDC"
        default:
            view.conversion?.touch = Touch(
                bid: BookLevel(Price(ticks: 32_100), Quantity(lots: 1)),
                ask: BookLevel(Price(ticks: 32_000), Quantity(lots: 1)))
        }
        var model = Mirror(MirrorWorld.parameters())
        let decision = decision(&model, view)
        #expect(decision.quotes.isEmpty)
        #expect(decision.absence == row.1)
    }

    @Test func `is never closer than both fees and the least edge, the taker's fee where it would take`() {
        var parameters = MirrorWorld.parameters([("0.0001", "0.01")])
        parameters.hedgeFee = Rate("0.001")!
        parameters.minEdge = Rate("0.0002")!
        var model = Mirror(parameters)
        // 0.0008 + 0.001 + 0.0002 of 2,080,000; ÷ (1 − 0.001) for the offer: 0.00200201.
        #expect(quotes(&model, MirrorWorld.view()) == ["buy 1000@20758400", "sell 1000@20848187"])
        var taking = Mirror(parameters)
        // The book offers below our bid: 0.0015 for 0.0008.
        let view = MirrorWorld.view(touch: (20_000_000, 20_750_000))
        #expect(quotes(&taking, view) == ["buy 1000@20743840", "sell 1000@20848187"])
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `leaves the least edge of every fill's value after both fees`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 0..<2_000 {
            var parameters = MirrorWorld.parameters()
            parameters.hedgeFee = Rate(parts: random.integer(in: 0...500_000))
            parameters.minEdge = Rate(parts: random.integer(in: 0...500_000))
            let fee = Rate(parts: random.integer(in: -50_000...500_000))
            let one: Int128 = 100_000_000
            let (m, h, e) = (Int128(fee.parts), Int128(parameters.hedgeFee.parts), Int128(parameters.minEdge.parts))
            let buy = one - Int128(parameters.leastDistance(.buy, fee: fee).parts)
            let sell = one + Int128(parameters.leastDistance(.sell, fee: fee).parts)
            // Of a fair price of 1: what comes in, less what goes out, against the edge on what is traded here.
            guard m + h + e > 0 else { continue }
            #expect(one * (one - h) - buy * (one + m) >= e * buy)
            #expect(sell * (one - m) - one * (one + h) >= e * sell)
        }
    }

    @Test func `counts what is quoted before a level against the reference's depth`() {
        var parameters = MirrorWorld.parameters([("0.002", "0.3"), ("0.002", "0.3"), ("0.002", "0.5")])
        var model = Mirror(parameters)
        let view = MirrorWorld.view(heldBase: "100", heldQuote: "900000000")
        // 0.3 BTC stand at the touch, 0.6 reach the second level, 1.1 the third; ten ticks are 0.1 USDT.
        #expect(
            quotes(&model, view).filter { $0.hasPrefix("buy") } == [
                "buy 30000@20758400", "buy 30000@20758368", "buy 50000@20758336",
            ])
        parameters.usesDepth = false
        var flat = Mirror(parameters)
        #expect(
            quotes(&flat, view).filter { $0.hasPrefix("buy") } == [
                "buy 30000@20758400", "buy 30000@20758399", "buy 50000@20758398",
            ])
    }

    @Test func `leaves out what the reference could not offset, and says so`() {
        var model = Mirror(MirrorWorld.parameters([("0.002", "0.3"), ("0.002", "9.9")]))
        let decision = decision(&model, MirrorWorld.view(heldBase: "100", heldQuote: "900000000"))
        #expect(decision.quotes.map(\.level) == [0, 0])
        #expect(decision.absence == .thinReference(.sell))
    }

    @Test func `a newer touch hides the levels that stood before it`() {
        var view = MirrorWorld.view()
        view.reference?.touch.bid = BookLevel(Price(ticks: 6_499_985), Quantity(lots: 10))
        var model = Mirror(MirrorWorld.parameters([("0.002", "0.3")]))
        // The levels at 6,500,000 and 6,499,990 are gone: 0.3 BTC reach 6,499,980.
        #expect(quotes(&model, view).first == "buy 30000@20758336")
    }
}

@Suite struct `A mirror's ladder` {
    private func jittering() -> Mirror {
        var parameters = MirrorWorld.parameters()
        parameters.distanceJitter = Rate("0.5")!
        parameters.sizeJitter = Rate("0.5")!
        return Mirror(parameters)
    }

    @Test func `stands until something calls for another`() {
        var model = jittering()
        let first = quotes(&model, MirrorWorld.view())
        #expect(quotes(&model, MirrorWorld.view(reference: (6_500_100, 6_500_110), at: 10)) == first)
        #expect(quotes(&model, MirrorWorld.view(conversion: (32_010, 32_020), at: 20)) == first)
        #expect(quotes(&model, MirrorWorld.view(touch: (20_100_000, 21_500_000), at: 59)) == first)
    }

    @Test(arguments: [
        "the reference's bid moved", "the reference's ask moved", "the conversion's bid moved",
        "the conversion's ask moved", "time is up", "a quote filled", "it must be renewed", "the reference was away",
    ])
    func `is drawn anew when`(_ reason: String) {
        var model = jittering()
        let first = quotes(&model, MirrorWorld.view())
        var view = MirrorWorld.view(at: 1)
        switch reason {
        case "the reference's bid moved": view = MirrorWorld.view(reference: (6_496_750, 6_500_010), at: 1)
        case "the reference's ask moved": view = MirrorWorld.view(reference: (6_500_000, 6_503_261), at: 1)
        case "the conversion's bid moved": view = MirrorWorld.view(conversion: (31_984, 32_010), at: 1)
        case "the conversion's ask moved": view = MirrorWorld.view(conversion: (32_000, 32_027), at: 1)
        case "time is up": view = MirrorWorld.view(at: 60)
        case "a quote filled": model.observe(fill(.buy, at: 20_758_400, 10), at: viewStart)
        case "it must be renewed": model.renew()
        default:
            var away = view
            away.reference = nil
            _ = quotes(&model, away)
        }
        #expect(quotes(&model, view) != first)
    }

    @Test func `is the same for the same seed and inputs, and another for another seed`() {
        func run(_ seed: UInt64) -> [[String]] {
            var parameters = MirrorWorld.parameters()
            parameters.distanceJitter = Rate("0.5")!
            parameters.sizeJitter = Rate("0.5")!
            parameters.seed = seed
            var model = Mirror(parameters)
            return (0..<20).map { step in
                quotes(&model, MirrorWorld.view(reference: (6_500_000 + 9_000 * step, 6_500_010 + 9_000 * step)))
            }
        }
        #expect(run(1) == run(1))
        #expect(run(1) != run(2))
    }

    @Test func `does not depend on levels that were left out`() {
        var rich = jittering()
        var poor = jittering()
        _ = quotes(&rich, MirrorWorld.view())
        #expect(quotes(&poor, MirrorWorld.view(heldBase: "0", heldQuote: "0")) == [])
        rich.renew()
        poor.renew()
        #expect(quotes(&rich, MirrorWorld.view()) == quotes(&poor, MirrorWorld.view()))
    }

    @Test func `a post-only side that would take is left out for as long as it would`() {
        var parameters = MirrorWorld.parameters()
        parameters.timeInForce = .postOnly
        var model = Mirror(parameters)
        let pulled = decision(&model, MirrorWorld.view(touch: (20_000_000, 20_758_400)))
        #expect(pulled.quotes.map(\.side) == [.buy, .sell, .sell])
        #expect(pulled.absence == .wouldTake(.buy))
        #expect(quotes(&model, MirrorWorld.view()).count == 4)
    }
}

@Suite struct `Sizes of a mirror` {
    @Test func `are cut to what is held, best level first, with the fee kept back`() {
        var model = Mirror(MirrorWorld.parameters())
        // 0.015 BTC and 25,000 TWD: 0.0015 of either is the taker's fee.
        let decision = decision(&model, MirrorWorld.view(heldBase: "0.015", heldQuote: "25000"))
        #expect(decision.quotes.map(\.quantity.lots) == [1_000, 202, 1_000, 497])
        let spent = decision.quotes.prefix(2).reduce(Cash.zero) {
            $0 + MirrorWorld.target.notional($1.price, $1.quantity)
        }
        #expect(spent + Rate("0.0015")!.of(spent) <= Cash(whole: 25_000))
    }

    @Test func `below the venue's minimum are dropped, and it is said why`() {
        var model = Mirror(MirrorWorld.parameters())
        // The first bid leaves less than 250 TWD.
        let decision = decision(&model, MirrorWorld.view(heldBase: "0.0001", heldQuote: "21000"))
        #expect(decision.quotes.map { "\($0.side) \($0.level)" } == ["buy 0"])
        #expect(decision.absence == .notHeld(.sell))
    }

    @Test func `drawn below the venue's minimum are raised to it`() {
        var parameters = MirrorWorld.parameters([("0.002", "0.00014")])
        parameters.sizeJitter = .one
        var model = Mirror(parameters)
        for _ in 0..<50 {
            model.renew()
            let quotes = decision(&model, MirrorWorld.view()).quotes
            #expect(quotes.count == 2)
            #expect(quotes.allSatisfy { (13...14).contains($0.quantity.lots) || $0.side == .sell })
        }
        var tooSmall = Mirror(MirrorWorld.parameters([("0.002", "0.00011")]))
        #expect(quotes(&tooSmall, MirrorWorld.view()) == [])
    }

    @Test func `stay within the limits on order and position`() {
        var view = MirrorWorld.view()
        view.caps.order = Cash(whole: 20_758)
        view.caps.positionLots = Quantity(lots: 2_000)
        view.position = Quantity(lots: 1_000)
        var model = Mirror(MirrorWorld.parameters())
        // One order holds 0.0099999 of the better bid; of the 0.01 that may still be bought ⅞ are used, and of 0.03 sold.
        #expect(decision(&model, view).quotes.map(\.quantity.lots) == [875, 995, 993])
    }
}
