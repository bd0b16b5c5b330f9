import Fundamentals
import MarketModel
import Quoting
import Testing

private func model(_ change: (inout InventorySkewParameters) -> Void = { _ in }) -> InventorySkew {
    var parameters = InventorySkewParameters(
        k: .zero, alpha: .zero, beta: .zero, baseSpread: Rate("0.001")!, notionalCap: Cash(whole: 10),
        inventorySensitivity: .zero, minOrderSize: ExactDecimal("0.001")!)
    change(&parameters)
    return InventorySkew(parameters)
}

/// ETH at 2000.0, one tick wide on each side.
private func view(position: Int64 = 0, _ change: (inout MarketView) -> Void = { _ in }) -> MarketView {
    var view = makeView(makeEther(), 19_999, 20_001, position: position)
    view.caps.position = Cash(whole: 100)
    change(&view)
    return view
}

@Suite struct `The simplified Avellaneda–Stoikov quoter` {
    @Test func `quotes the base spread around the mid, sized by the cap`() {
        var model = model()
        #expect(quotes(&model, view()) == ["buy 5@19980", "sell 5@20020"])
    }

    /// k = 100 USD per ETH: 0.05 ETH move the fair price by 5 USD, against the position.
    @Test(arguments: [(Int64(50), "buy 5@19930", "sell 5@19970"), (-50, "buy 5@20030", "sell 5@20070")])
    func `a position moves both quotes against itself`(position: Int64, bid: String, ask: String) {
        var model = model {
            $0.k = ExactDecimal("100")!
            $0.timeInForce = .goodTillCancel
        }
        #expect(quotes(&model, view(position: position)) == [bid, ask])
    }

    @Test func `k does not widen the quotes, whatever its description says`() {
        for k in ["0", "10", "1000"] {
            var model = model { $0.k = ExactDecimal(k)! }
            #expect(quotes(&model, view()) == ["buy 5@19980", "sell 5@20020"])
        }
    }

    /// 1600 half ticks² in a minute at 40,000 half ticks: σ = 0.001.
    @Test(arguments: [(Int64(1_600), Int64(60)), (800, 30), (400, 15)])
    func `volatility widens the quotes, however much of the minute was watched`(moves: Int64, seconds: Int64) {
        var model = model { $0.alpha = ExactDecimal("0.5")! }
        let view = view {
            $0.squaredMoves = moves
            $0.varianceSpan = .seconds(seconds)
        }
        #expect(quotes(&model, view) == ["buy 5@19970", "sell 5@20030"])
    }

    @Test func `nothing is quoted before the volatility is known, where it counts`() {
        let early = view { $0.varianceSpan = .milliseconds(9_999) }
        var model1 = model { $0.alpha = ExactDecimal("0.5")! }
        let decision = decision(&model1, early)
        #expect(decision.quotes == [])
        #expect(decision.absence == .warmingUp(watched: .milliseconds(9_999), needed: .seconds(10)))
        var model2 = model()
        #expect(quotes(&model2, early).count == 2)
    }

    /// β = 1: a third of the rate is added.
    @Test(arguments: [
        ("0.0003", "buy 5@19978", "sell 5@20022"), ("-0.0003", "buy 5@19982", "sell 5@20018"),
        ("-0.9", "buy 5@20000", "sell 5@20001"),
    ])
    func `funding widens or narrows the quotes, never below nothing`(rate: String, bid: String, ask: String) {
        var model = model { $0.beta = ExactDecimal("1")! }
        #expect(quotes(&model, view { $0.fundingRate = Rate(rate)! }) == [bid, ask])
    }

    /// The limit of 100 USD is 50 lots at 2000.
    @Test(arguments: [
        (Int64(0), "buy 5@19980, sell 5@20020"), (25, "buy 2@19980, sell 5@20020"),
        (-25, "buy 5@19980, sell 2@20020"), (50, "sell 5@20020"), (-60, "buy 5@19980"),
    ])
    func `inventory takes size from the side that adds to it, and never adds above the cap`(
        position: Int64, expected: String
    ) {
        var model = model { $0.inventorySensitivity = ExactDecimal("1")! }
        let decision = decision(&model, view(position: position))
        let texts = decision.quotes.map { "\($0.side) \($0.quantity.lots)@\($0.price.ticks)" }
        #expect(texts.joined(separator: ", ") == expected)
        if texts.count == 1 { #expect(decision.absence == .inventory(position > 0 ? .buy : .sell)) }
    }

    @Test func `a side below the least size is dropped, and the largest size is kept to`() {
        var least = model {
            $0.inventorySensitivity = ExactDecimal("1")!
            $0.minOrderSize = ExactDecimal("0.003")!
        }
        #expect(quotes(&least, view(position: 25)) == ["sell 5@20020"])
        var most = model { $0.maxOrderSize = ExactDecimal("0.003")! }
        #expect(quotes(&most, view()) == ["buy 3@19980", "sell 3@20020"])
        var never = model { $0.minOrderSize = ExactDecimal("0.006")! }
        let nothing = decision(&never, view())
        #expect(nothing.absence == .belowMinQuantity(Quantity(lots: 5), minimum: Quantity(lots: 6)))
    }

    @Test func `a quote keeps the least edge after the maker fee`() {
        var model = model {
            $0.baseSpread = Rate("0.0002")!
            $0.minEdge = Rate("0.0003")!
        }
        var instrument = makeEther()
        instrument.makerFee = Rate("0.0001")!
        #expect(quotes(&model, view { $0.instrument = instrument }) == ["buy 5@19992", "sell 5@20008"])
    }

    @Test func `a post-only quote stops one tick behind the opposite touch, others may cross it`() {
        let short = view(position: -50)
        var postOnly = model { $0.k = ExactDecimal("100")! }
        #expect(quotes(&postOnly, short) == ["buy 5@20000", "sell 5@20070"])
        for other in TimeInForce.allCases where other != .postOnly {
            var model = model {
                $0.k = ExactDecimal("100")!
                $0.timeInForce = other
            }
            let decision = decision(&model, short)
            #expect(decision.quotes.map(\.price.ticks) == [20_030, 20_070])
            #expect(decision.quotes.allSatisfy { $0.timeInForce == other })
        }
    }

    /// The formula in real numbers, beside prices that are rounded away from the fair price.
    @Test(arguments: 1...8)
    func `follows its formula to the tick`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 0..<300 {
            let bid = random.integer(in: 1_000...90_000)
            let ask = bid + random.integer(in: 1...20)
            let position = random.integer(in: -400...400)
            let k = random.integer(in: 0...3_000)
            let alpha = random.integer(in: 0...300)
            let base = random.integer(in: 0...500_000)
            var model = model {
                $0.k = ExactDecimal(mantissa: Int128(k), scale: 2)
                $0.alpha = ExactDecimal(mantissa: Int128(alpha), scale: 2)
                $0.baseSpread = Rate(parts: base)
                $0.timeInForce = .goodTillCancel
            }
            var view = makeView(makeEther(), bid, ask, position: position)
            view.squaredMoves = random.integer(in: 0...5_000)
            view.varianceSpan = .seconds(random.integer(in: 10...60))
            let mid = Double(bid + ask) / 2
            let sigma =
                (Double(view.squaredMoves) * 60e9 / Double(view.varianceSpan.nanoseconds)).squareRoot() / (2 * mid)
            let half = mid * (Double(base) / 1e8 + Double(alpha) / 100 * sigma)
            let fair = mid - Double(k) / 100 * Double(position) * 0.001 / 0.1
            for quote in decision(&model, view).quotes {
                let exact = quote.side == .buy ? fair - half : fair + half
                let outward = Double(-quote.side.sign) * (Double(quote.price.ticks) - exact)
                #expect(outward > -0.01 && outward < 1.01)
            }
        }
    }
}
