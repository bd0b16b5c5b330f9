import Fundamentals
import MarketModel
import Quoting
import Testing

private func model(_ change: (inout PercentSpreadParameters) -> Void = { _ in }) -> PercentSpread {
    var parameters = PercentSpreadParameters(
        spread: Rate("0.001")!, orderSize: ExactDecimal("0.01")!, refreshInterval: .seconds(5),
        priceMoveThreshold: Rate("0.002")!)
    change(&parameters)
    return PercentSpread(parameters)
}

private func view(mark: String? = "86198.85", _ change: (inout MarketView) -> Void = { _ in }) -> MarketView {
    var view = makeView(makeBitcoin(), 8_619_800, 8_619_900)
    view.mark = mark.map { ExactDecimal($0)! }
    change(&view)
    return view
}

private func fill(_ side: Side, _ lots: Int64) -> Fill {
    Fill(
        market: MarketID(0), trade: TradeID(1), clientOrderID: nil, venueOrderID: VenueOrderID(1), side: side,
        price: Price(ticks: 8_611_265), quantity: Quantity(lots: lots), isMaker: true, commission: .zero,
        venueTime: viewStart)
}

@Suite struct `The percent spread` {
    /// The worked example of its description.
    @Test func `0.1 % around 86198.85 is 86112.65 and 86285.05`() {
        var model = model()
        let decision = decision(&model, view())
        #expect(decision.quotes.map { makeBitcoin().text($0.price) } == ["86112.65", "86285.05"])
        #expect(decision.quotes.map { makeBitcoin().text($0.quantity) } == ["0.0100", "0.0100"])
        #expect(decision.quotes.allSatisfy { $0.timeInForce == .postOnly })
        #expect(decision.priceSource == .mark)
    }

    @Test func `takes the live mark first, then that of the position and says so, and never guesses`() {
        var first = model()
        let both = view { $0.positionMark = ExactDecimal("80000")! }
        #expect(decision(&first, both).priceSource == .mark)
        var second = model()
        let fallback = decision(&second, view(mark: nil) { $0.positionMark = ExactDecimal("86198.85")! })
        #expect(fallback.priceSource == .positionMark)
        #expect(fallback.quotes.map(\.price.ticks) == [8_611_265, 8_628_505])
        let nothing = decision(&second, view(mark: nil))
        #expect(nothing.quotes == [])
        #expect(nothing.absence == .noPrice)
    }

    @Test(arguments: ["0", "-5", "99999999999999999999999", "0.000000000000000000001"])
    func `a price that no market has is none`(mark: String) {
        var model = model()
        #expect(decision(&model, view(mark: mark)).absence == .noPrice)
    }

    /// 0.2 % of 86198.85 is 172.3977.
    @Test(arguments: [("86371.24", false), ("86371.25", true), ("86026.46", false), ("86026.45", true)])
    func `is renewed once the price has moved by more than the threshold`(mark: String, isRenewed: Bool) {
        var model = model()
        let before = quotes(&model, view())
        #expect((quotes(&model, view(mark: mark)) != before) == isRenewed)
    }

    @Test func `is renewed by the clock however little the price did`() {
        var model = model()
        let before = quotes(&model, view())
        #expect(quotes(&model, view(mark: "86200") { $0.now = viewStart + .milliseconds(4_999) }) == before)
        #expect(quotes(&model, view(mark: "86200") { $0.now = viewStart + .seconds(5) }) != before)
    }

    @Test func `a partly filled quote works on for its remainder, a filled one waits for the next round`() {
        var model = model()
        _ = quotes(&model, view())
        model.observe(fill(.buy, 30), at: viewStart)
        #expect(quotes(&model, view()) == ["buy 70@8611265", "sell 100@8628505"])
        model.observe(fill(.buy, 70), at: viewStart)
        #expect(quotes(&model, view()) == ["sell 100@8628505"])
        #expect(quotes(&model, view { $0.now = viewStart + .seconds(5) }).count == 2)
    }

    @Test func `volatility widens it by its factor`() {
        var model = model { $0.volatilityFactor = ExactDecimal("0.5")! }
        #expect(decision(&model, view()).absence == .warmingUp(watched: .zero, needed: .seconds(10)))
        // √(2.972 × 10⁸) half ticks of 1.7 × 10⁷: σ = 0.001, so that the spread is 0.15 %.
        let moved = view(mark: "86198.5") {
            $0.squaredMoves = 297_207_261
            $0.varianceSpan = .seconds(60)
        }
        #expect(quotes(&model, moved) == ["buy 100@8606920", "sell 100@8632780"])
    }

    /// At half of the limit the middle is shifted by half of a spread: 43.099425.
    @Test(arguments: [(Int64(50), Int64(8_606_959), Int64(8_624_191)), (-50, 8_615_570, 8_632_820)])
    func `inventory shifts both quotes against it`(position: Int64, bid: Int64, ask: Int64) {
        var model = model { $0.inventorySkew = ExactDecimal("1")! }
        let view = view {
            $0.position = Quantity(lots: position)
            $0.caps.positionLots = Quantity(lots: 100)
        }
        #expect(decision(&model, view).quotes.map(\.price.ticks) == [bid, ask])
    }

    @Test func `a post-only quote stops one tick behind the opposite touch, other types may cross`() {
        let far = view(mark: "87000")
        var postOnly = model()
        #expect(quotes(&postOnly, far) == ["buy 100@8619899", "sell 100@8708700"])
        for type in [TimeInForce.goodTillCancel, .immediateOrCancel, .fillOrKill] {
            var model = model { $0.timeInForce = type }
            let decision = decision(&model, far)
            #expect(decision.quotes.map(\.price.ticks) == [8_691_300, 8_708_700])
            #expect(decision.quotes.allSatisfy { $0.timeInForce == type })
        }
    }

    /// Levels of 0.01 BTC, about 862 USD each, from 86150 down by 20.
    @Test(arguments: [
        ("800", Int64(8_611_265)), ("1700", 8_611_265), ("2500", 8_611_000), ("4300", 8_607_000), ("999999", 8_602_999),
    ])
    func `joins the level at which enough rests in front`(depth: String, bid: Int64) {
        var model = model { $0.depthAhead = Cash(depth)! }
        #expect(model.depth > 1)
        let view = view {
            $0.bids = (0..<7).map { BookLevel(Price(ticks: 8_615_000 - 2_000 * $0), Quantity(lots: 100)) }
            $0.asks = [BookLevel(Price(ticks: 8_619_900), Quantity(lots: 1_000_000))]
        }
        #expect(decision(&model, view).quotes.first?.price == Price(ticks: bid))
    }

    @Test func `its own quote is not in front of itself`() {
        var model = model { $0.depthAhead = Cash(whole: 860) }
        var view = view {
            $0.bids = [BookLevel(Price(ticks: 8_611_000), Quantity(lots: 100))]
            $0.asks = [BookLevel(Price(ticks: 8_630_000), Quantity(lots: 100))]
        }
        #expect(decision(&model, view).quotes.map(\.price.ticks) == [8_611_000, 8_630_000])
        view.now = viewStart + .seconds(5)
        view.bids = [
            BookLevel(Price(ticks: 8_611_000), Quantity(lots: 100)),
            BookLevel(Price(ticks: 8_610_000), Quantity(lots: 100)),
        ]
        #expect(decision(&model, view).quotes.first?.price == Price(ticks: 8_610_000))
    }

    @Test func `a size that the venue does not take is no quote, with the reason`() {
        var model = model { $0.orderSize = ExactDecimal("0.00001")! }
        #expect(
            decision(&model, view()).absence == .belowMinQuantity(.zero, minimum: Quantity(lots: 1)))
    }

    @Test func `a spread of nothing does not offer at its own bid`() {
        var model = model {
            $0.spread = .zero
            $0.timeInForce = .goodTillCancel
        }
        #expect(quotes(&model, view()) == ["buy 100@8619885", "sell 100@8619886"])
    }
}
