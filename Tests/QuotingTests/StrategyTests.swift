import Fundamentals
import MarketModel
import Quoting
import Testing

private let start = Instant(milliseconds: 1_800_000_000_000)

private func makeInstrument(minNotional: Int64 = 5) -> Instrument {
    Instrument(
        market: MarketID(0), symbol: "ASTERUSDT", baseAsset: "ASTER", quoteAsset: "USDT", settlementAsset: "USDT",
        tickSize: ExactDecimal("0.0001")!, lotSize: ExactDecimal("0.01")!,
        priceRange: Price(ticks: 1)...Price(ticks: 100_000),
        quantityRange: Quantity(lots: 10)...Quantity(lots: 100_000),
        marketQuantityRange: Quantity(lots: 10)...Quantity(lots: 100_000), minNotional: Cash(whole: minNotional),
        collarUp: Rate("1.1")!, collarDown: Rate("0.9")!, marketTakeBound: Rate("0.05")!, maxOpenOrders: 200,
        makerFee: Rate("0.0001")!, takerFee: Rate("0.00035")!)!
}

/// A model under virtual time.
private struct Timeline<Model: QuotingStrategy> {
    var model: Model
    var now = start
    var touch = Touch(
        bid: BookLevel(Price(ticks: 9_999), Quantity(lots: 1)), ask: BookLevel(Price(ticks: 10_001), Quantity(lots: 1)))
    var position: Int64 = 0
    var entry = Cash.zero
    var available = Cash(whole: 100)
    var instrument = makeInstrument()
    var caps = QuoteCaps()

    init(_ model: Model) { self.model = model }

    mutating func mid(_ bid: Int64, _ ask: Int64) {
        touch.bid.price = Price(ticks: bid)
        touch.ask.price = Price(ticks: ask)
    }

    mutating func decide() -> QuotingDecision {
        var decision = QuotingDecision()
        var view = MarketView(
            now: now, touch: touch, instrument: instrument, position: Quantity(lots: position), entryValue: entry,
            wallet: available, available: available)
        view.caps = caps
        model.decide(view, into: &decision)
        return decision
    }

    mutating func quotes(after span: TimeSpan = .zero) -> [String] {
        now = now + span
        return decide().quotes.map {
            "\($0.side) \($0.quantity.lots)@\($0.price.ticks)\($0.reduceOnly ? " reduce" : "")"
        }
    }

    mutating func fill(_ side: Side, _ lots: Int64, at price: Int64 = 10_000) {
        position += side.sign * lots
        entry += instrument.notional(Price(ticks: price), side.signed(Quantity(lots: lots)))
        model.observe(
            Fill(
                market: MarketID(0), trade: TradeID(1), clientOrderID: nil, venueOrderID: VenueOrderID(1), side: side,
                price: Price(ticks: price), quantity: Quantity(lots: lots), isMaker: true, commission: .zero,
                venueTime: now), at: now)
    }
}

private func spread(_ change: (inout FixedSpreadParameters) -> Void = { _ in }) -> Timeline<FixedSpread> {
    var parameters = FixedSpreadParameters(
        halfSpread: ExactDecimal("0.0010")!, orderSize: Cash(whole: 20), orderTimeout: .seconds(30),
        counterFillWait: .seconds(10), inventoryThreshold: Cash(whole: 50), minProfitToClose: Cash("0.10")!,
        profitHold: .seconds(5), positionCheckInterval: .seconds(1))
    change(&parameters)
    return Timeline(FixedSpread(parameters))
}

@Suite struct `The fixed spread` {
    @Test func `quotes both sides at the half spread, sized by value and floored to the lot`() {
        var line = spread()
        #expect(line.quotes() == ["buy 2002@9990", "sell 1998@10010"])
    }

    /// Half spread, bid and ask of the touch, and the two prices.
    @Test(arguments: [
        ("0.0010", Int64(9_999), Int64(10_002), Int64(9_990), Int64(10_011)),
        ("0.00105", 9_999, 10_001, 9_989, 10_011),
        ("0.00005", 9_999, 10_002, 10_000, 10_001),
        ("0.000049", 9_999, 10_002, 10_000, 10_001),
        ("0.000051", 9_999, 10_002, 9_999, 10_002),
        ("0.01", 9_999, 10_001, 9_900, 10_100),
    ])
    func `prices are rounded outward to the tick`(half: String, bid: Int64, ask: Int64, buy: Int64, sell: Int64) {
        var line = spread { $0.halfSpread = ExactDecimal(half)! }
        line.mid(bid, ask)
        #expect(line.decide().quotes.map(\.price.ticks) == [buy, sell])
    }

    @Test func `quotes stand while the market moves, until the timeout renews both`() {
        var line = spread()
        #expect(line.quotes() == ["buy 2002@9990", "sell 1998@10010"])
        line.mid(10_099, 10_101)
        #expect(line.quotes(after: .milliseconds(29_999)) == ["buy 2002@9990", "sell 1998@10010"])
        #expect(line.quotes(after: .milliseconds(1)) == ["buy 1982@10090", "sell 1978@10110"])
    }

    @Test func `a partial fill keeps working for its remainder`() {
        var line = spread()
        _ = line.decide()
        line.fill(.buy, 500)
        #expect(line.quotes(after: .seconds(20)) == ["buy 1502@9990", "sell 1998@10010"])
    }

    @Test func `once one leg has filled the other gets the counter-fill wait, then both are renewed`() {
        var line = spread()
        _ = line.decide()
        line.now = line.now + .seconds(3)
        line.fill(.buy, 2_002)
        line.mid(9_899, 9_901)
        #expect(line.quotes(after: .milliseconds(9_999)) == ["sell 1998@10010"])
        #expect(line.quotes(after: .milliseconds(1)) == ["buy 2022@9890", "sell 2018@9910"])
    }

    @Test func `the timeout renews even while waiting for the counter-fill`() {
        var line = spread()
        _ = line.decide()
        line.now = line.now + .seconds(25)
        line.fill(.sell, 1_998)
        #expect(line.quotes(after: .milliseconds(4_999)) == ["buy 2002@9990"])
        #expect(line.quotes(after: .milliseconds(1)).count == 2)
    }

    @Test func `when both have filled, both are renewed at once`() {
        var line = spread()
        _ = line.decide()
        line.fill(.buy, 2_002)
        line.fill(.sell, 1_998)
        line.mid(10_019, 10_021)
        #expect(line.quotes() == ["buy 1998@10010", "sell 1994@10030"])
    }

    @Test func `a size below the venue's minimum is no quote at all, with the reason`() {
        var line = spread { $0.orderSize = Cash("4.99")! }
        let decision = line.decide()
        #expect(decision.quotes == [])
        #expect(decision.absence == .belowMinNotional(Cash("4.98501")!, minimum: Cash(whole: 5)))
        line.instrument = makeInstrument(minNotional: 1)
        #expect(line.quotes().count == 2)
    }

    @Test func `a size below the least quantity or above the most, or a price out of range, is named`() {
        var small = spread { $0.orderSize = Cash("0.05")! }
        #expect(small.decide().absence == .belowMinQuantity(Quantity(lots: 5), minimum: Quantity(lots: 10)))
        var large = spread { $0.orderSize = Cash(whole: 5_000) }
        #expect(large.decide().absence == .aboveMaxQuantity(Quantity(lots: 500_500), maximum: Quantity(lots: 100_000)))
        var wide = spread { $0.halfSpread = ExactDecimal("2")! }
        #expect(wide.decide().absence == .priceOutOfRange(Price(ticks: -10_000)))
    }

    @Test func `flattens once a large position was profitable at every look for the hold time`() {
        var line = spread()
        _ = line.decide()
        line.position = 6_000
        line.entry = Cash("59.89")!
        for _ in 0..<5 {
            line.now = line.now + .seconds(1)
            #expect(line.decide().flatten == false)
        }
        line.now = line.now + .seconds(1)
        let decision = line.decide()
        #expect(decision.flatten)
        #expect(decision.quotes == [])
        #expect(decision.absence == .flattening)
        line.position = 0
        line.entry = .zero
        #expect(line.quotes() == ["buy 2002@9990", "sell 1998@10010"])
    }

    @Test(arguments: [(Int64(6_000), "59.90"), (-6_000, "-60.10"), (5_000, "49.90")])
    func `the thresholds are inclusive, for either sign`(position: Int64, entry: String) {
        var line = spread()
        line.position = position
        line.entry = Cash(entry)!
        _ = line.decide()
        line.now = line.now + .seconds(1)
        for _ in 0..<4 {
            _ = line.decide()
            line.now = line.now + .seconds(1)
        }
        #expect(line.decide().flatten)
    }

    @Test(arguments: [(Int64(6_000), "59.900001"), (4_999, "49.80"), (6_000, "61")])
    func `too small or not profitable enough is not flattened`(position: Int64, entry: String) {
        var line = spread()
        line.position = position
        line.entry = Cash(entry)!
        for _ in 0..<20 {
            #expect(line.decide().flatten == false)
            line.now = line.now + .seconds(1)
        }
    }

    @Test func `one look without the profit starts the hold afresh, and looks are an interval apart`() {
        var line = spread()
        line.position = 6_000
        line.entry = Cash("59.89")!
        for second in 0..<12 {
            line.mid(second == 3 ? 9_900 : 9_999, second == 3 ? 9_902 : 10_001)
            #expect(line.decide().flatten == (second == 9 || second == 10 || second == 11))
            // Between two looks nothing is noticed.
            line.mid(9_000, 9_002)
            line.now = line.now + .milliseconds(500)
            if second < 9 { #expect(line.decide().flatten == false) }
            line.now = line.now + .milliseconds(500)
        }
    }

    @Test func `renews both when a quote could not be placed`() {
        var line = spread()
        _ = line.decide()
        line.mid(10_099, 10_101)
        line.model.renew()
        #expect(line.quotes() == ["buy 1982@10090", "sell 1978@10110"])
    }
}

private func cycle(position: Int64 = 0) -> Timeline<Cycle> {
    var line = Timeline(
        Cycle(
            CycleParameters(
                buySpread: Rate("0.001")!, sellSpread: Rate("0.002")!, balanceFraction: Rate("0.2")!,
                orderRefreshInterval: .seconds(10), reuseThreshold: Rate("0.0005")!)))
    line.position = position
    line.entry = Cash(units: Int128(position) * 10_000_000_000)
    return line
}

@Suite struct `The cycle` {
    @Test func `opens with a share of the balance below the mid`() {
        var line = cycle()
        #expect(line.quotes() == ["buy 2002@9990"])
        #expect(line.model.mode == .opening)
    }

    @Test(arguments: [
        (Int64(1_000), "sell 1000@10020 reduce"), (-1_000, "buy 1000@9980 reduce"), (499, "buy 2002@9990"),
    ])
    func `starts in the mode that the position implies`(position: Int64, quote: String) {
        var line = cycle(position: position)
        #expect(line.quotes() == [quote])
    }

    @Test func `a complete fill flips the mode at once, both ways`() {
        var line = cycle()
        _ = line.decide()
        line.fill(.buy, 2_002, at: 9_990)
        #expect(line.quotes(after: .seconds(1)) == ["sell 2002@10020 reduce"])
        line.fill(.sell, 2_002, at: 10_020)
        #expect(line.quotes(after: .seconds(1)) == ["buy 2002@9990"])
    }

    @Test func `looks at its order only every refresh interval`() {
        var line = cycle()
        _ = line.decide()
        line.mid(10_199, 10_201)
        #expect(line.quotes(after: .milliseconds(9_999)) == ["buy 2002@9990"])
        #expect(line.quotes(after: .milliseconds(1)) == ["buy 1962@10189"])
    }

    /// 9990 works; the price now would be 9994, 9995, 9986, 9985, and the threshold is 0.05 % of it.
    @Test(arguments: [
        (Int64(10_004), Int64(10_006), "buy 2002@9990"), (10_005, 10_007, "buy 2001@9995"),
        (9_996, 9_997, "buy 2002@9990"), (9_995, 9_996, "buy 2003@9985"),
    ])
    func `reuses the order while its price is within the threshold of the price now`(
        bid: Int64, ask: Int64, expected: String
    ) {
        var line = cycle()
        _ = line.decide()
        line.mid(bid, ask)
        #expect(line.quotes(after: .seconds(10)) == [expected])
    }

    @Test func `a partly filled buy goes on with its remainder at the new price`() {
        var line = cycle()
        _ = line.decide()
        line.fill(.buy, 1_000, at: 9_990)
        #expect(line.quotes(after: .seconds(10)) == ["buy 1002@9990"])
        line.mid(10_199, 10_201)
        #expect(line.quotes(after: .seconds(10)) == ["buy 1002@10189"])
        line.fill(.buy, 1_002, at: 10_189)
        #expect(line.quotes() == ["sell 2002@10221 reduce"])
    }

    @Test func `a remainder below the least order is left, and what was bought is sold`() {
        var line = cycle()
        _ = line.decide()
        line.fill(.buy, 1_900, at: 9_990)
        line.mid(10_199, 10_201)
        #expect(line.quotes(after: .seconds(10)) == ["sell 1900@10221 reduce"])
    }

    @Test func `a partly filled sell is followed to the last lot, below the least order too`() {
        var line = cycle(position: 1_000)
        _ = line.decide()
        line.fill(.sell, 900, at: 10_020)
        line.mid(10_199, 10_201)
        #expect(line.quotes(after: .seconds(10)) == ["sell 100@10221 reduce"])
        line.fill(.sell, 100, at: 10_221)
        #expect(line.quotes().first?.hasPrefix("buy") == true)
    }

    @Test func `without balance for the least order there is no quote, with the reason`() {
        var line = cycle()
        line.available = Cash(whole: 20)
        let decision = line.decide()
        #expect(decision.quotes == [])
        #expect(decision.absence == .belowMinNotional(Cash("3.996")!, minimum: Cash(whole: 5)))
    }

    @Test func `buys no more than one order may hold, nor than seven eighths of what the limits leave`() {
        var line = cycle()
        line.available = Cash(whole: 1_000)
        line.caps.order = Cash(whole: 50)
        #expect(line.quotes() == ["buy 5005@9990"])
        line.model.renew()
        line.caps.position = Cash(whole: 40)
        #expect(line.quotes() == ["buy 3500@9990"])
        line.model.renew()
        line.caps.exposure = Cash(whole: 24)
        #expect(line.quotes() == ["buy 2100@9990"])
        line.model.renew()
        line.caps.positionLots = Quantity(lots: 800)
        #expect(line.quotes() == ["buy 700@9990"])
    }

    @Test func `a partly filled buy that the limits leave no room for is sold`() {
        var line = cycle()
        line.caps.position = Cash(whole: 40)
        _ = line.decide()
        line.fill(.buy, 1_000, at: 9_990)
        line.caps.position = Cash(whole: 16)
        #expect(line.quotes(after: .seconds(10)) == ["buy 600@9990"])
        line.caps.position = Cash(whole: 14)
        #expect(line.quotes(after: .seconds(10)) == ["sell 1000@10020 reduce"])
    }

    @Test func `a position that vanished by other hands ends the closing mode`() {
        var line = cycle(position: 1_000)
        _ = line.decide()
        line.position = 0
        #expect(line.quotes(after: .seconds(10)) == ["buy 2002@9990"])
    }
}
