import Fundamentals
import MarketModel
import Quoting
import Testing

@Suite struct `The papers' models as quotes` {
    private static let start = Instant(milliseconds: 1_800_000_000_000)

    private static let instrument = Instrument(
        market: MarketID(0), symbol: "ETH-USD", baseAsset: "ETH", quoteAsset: "USD", settlementAsset: "USD",
        tickSize: ExactDecimal("0.1")!, lotSize: ExactDecimal("0.001")!,
        priceRange: Price(ticks: 1)...Price(ticks: 1_000_000),
        quantityRange: Quantity(lots: 10)...Quantity(lots: 100_000),
        marketQuantityRange: Quantity(lots: 10)...Quantity(lots: 100_000), minNotional: .zero, collarUp: Rate("1.1")!,
        collarDown: Rate("0.9")!, marketTakeBound: Rate("0.05")!, maxOpenOrders: 200, makerFee: .zero, takerFee: .zero)!

    /// Touch at 1,999.9 and 2,000.1.
    private func view(position: Int64 = 0, at now: Instant = start, squaredMoves: Int64 = 0, span: TimeSpan = .zero)
        -> MarketView
    {
        var view = MarketView(
            now: now,
            touch: Touch(
                bid: BookLevel(Price(ticks: 19_999), Quantity(lots: 1)),
                ask: BookLevel(Price(ticks: 20_001), Quantity(lots: 1))), instrument: Self.instrument,
            position: Quantity(lots: position), entryValue: .zero, wallet: Cash(whole: 100), available: Cash(whole: 100)
        )
        view.squaredMoves = squaredMoves
        view.varianceSpan = span
        return view
    }

    private func quotes(_ model: some QuotingStrategy, _ view: MarketView) -> [String] {
        var model = model
        return Self.decision(&model, view).quotes.map { "\($0.side) \($0.quantity.lots)@\($0.price.ticks)" }
    }

    private static func decision(_ model: inout some QuotingStrategy, _ view: MarketView) -> QuotingDecision {
        var decision = QuotingDecision()
        model.decide(view, into: &decision)
        return decision
    }

    private func glft(
        gamma: String = "0.01",
        intensity: IntensityParameters = .fixed(a: ExactDecimal("0.9")!, kappa: ExactDecimal("0.3")!),
        sigma: String? = "0.3", inventory: Int = 3
    ) -> GLFT {
        GLFT(
            GLFTParameters(
                gamma: ExactDecimal(gamma)!, intensity: intensity, sigma: sigma.flatMap { ExactDecimal($0) },
                orderSize: ExactDecimal("0.05")!, maxInventory: inventory))
    }

    @Test func `GLFT quotes the paper's distances, rounded away from the mid`() {
        // 3.3129 on either side of 2,000.
        #expect(quotes(glft(), view()) == ["buy 50@19966", "sell 50@20034"])
        // One order long: 3.3808 below, 3.2450 above.
        #expect(quotes(glft(), view(position: 50)) == ["buy 50@19966", "sell 50@20033"])
    }

    @Test func `GLFT at its largest inventory quotes only what reduces it`() {
        #expect(quotes(glft(), view(position: 150)).map { $0.prefix(3) } == ["sel"])
        #expect(quotes(glft(), view(position: -150)).map { $0.prefix(3) } == ["buy"])
    }

    @Test func `a post-only quote never crosses the touch, and stands one tick behind it instead`() {
        // Nine orders long under a high volatility: the model would sell far below the bid.
        let model = glft(gamma: "1", sigma: "20", inventory: 100)
        let prices = quotes(model, view(position: 450))
        #expect(prices.last == "sell 50@20000", "\(prices)")
    }

    @Test func `Avellaneda and Stoikov lower both quotes when long, less so as the horizon ends`() {
        var model = AvellanedaStoikov(
            AvellanedaStoikovParameters(
                gamma: ExactDecimal("0.1")!, horizon: .seconds(10),
                intensity: .fixed(a: ExactDecimal("140")!, kappa: ExactDecimal("1.5")!), sigma: ExactDecimal("2")!,
                orderSize: ExactDecimal("0.05")!))
        func prices(_ position: Int64, after seconds: Int64) -> [Int64] {
            Self.decision(&model, view(position: position, at: Self.start + .seconds(seconds))).quotes.map(
                \.price.ticks)
        }
        // Spread 0.4 × 10 + 1.2908 = 5.2908; skew of one order 0.4 × 10 = 4.
        #expect(prices(0, after: 0) == [19_973, 20_027])
        #expect(prices(50, after: 0) == [19_933, 20_000])
        // With one second left: spread 1.6908, skew 0.4.
        #expect(prices(50, after: 9) == [19_987, 20_005])
        #expect(prices(0, after: 10) == [19_973, 20_027], "the horizon begins anew")
    }

    @Test func `volatility comes from the book where none is given`() {
        // 1,600 half ticks squared over 4 s: 400 ticks², 100 a second: σ is 10 ticks, 1.0 in money.
        let measured = quotes(glft(sigma: nil), view(squaredMoves: 1_600, span: .seconds(4)))
        #expect(measured == quotes(glft(sigma: "1"), view()))
    }

    @Test func `nothing is quoted while there is nothing to go by, and the reason is told`() {
        var blind = glft(sigma: nil)
        #expect(Self.decision(&blind, view()).absence == .calibrating)
        var calibrating = glft(intensity: .calibrated(window: .seconds(600)))
        let decision = Self.decision(&calibrating, view())
        #expect(decision.absence == .calibrating && decision.quotes.isEmpty)
    }

    @Test func `a fit of recent trades is used as soon as there is one`() {
        var model = glft(intensity: .calibrated(window: .seconds(10)))
        var random = RandomSource(seed: 4)
        var now = Self.start
        for index in 0..<400 {
            now = now + .milliseconds(25)
            let reach = random.integer(in: 0...random.integer(in: 1...40))
            model.observe(
                PublicTrade(
                    id: TradeID(Int64(index)), price: Price(ticks: 20_000 + reach), quantity: Quantity(lots: 1),
                    aggressor: .buy, venueTime: now), mid: HalfTicks(count: 40_000), at: now)
        }
        #expect(Self.decision(&model, view(at: now)).quotes.count == 2)
    }

    @Test func `degenerate parameters give a reason, never a trap`() {
        for gamma in ["0.000000000001", "1", "1000000"] {
            for kappa in ["0.000000001", "1", "1000000000"] {
                for sigma in ["0", "1", "1000000000"] {
                    for position in [Int64(-1_000_000), 0, 1_000_000] {
                        let intensity = IntensityParameters.fixed(
                            a: ExactDecimal("0.000001")!, kappa: ExactDecimal(kappa)!)
                        var model = glft(gamma: gamma, intensity: intensity, sigma: sigma, inventory: 1_000_000)
                        let decision = Self.decision(&model, view(position: position))
                        #expect(decision.quotes.count == 2 || decision.absence != nil)
                    }
                }
            }
        }
    }
}
