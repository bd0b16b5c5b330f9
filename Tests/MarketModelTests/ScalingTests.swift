import Fundamentals
import MarketModel
import Testing

@Suite struct `Shares of large numbers` {
    @Test(arguments: 1...20)
    func `are those of schoolbook arithmetic`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 0..<500 {
            let a = Int128(random.integer(in: -1_000_000_000_000...1_000_000_000_000))
            let b = Int128(random.integer(in: 0...1_000_000_000_000))
            let c = Int128(random.integer(in: 1...1_000_000_000))
            #expect(a.scaled(by: b, over: c) == Cash.divideRounding(a * b, by: c))
            let down = a.scaledDown(by: b, over: c)
            #expect(down * c <= a * b && (down + 1) * c > a * b)
        }
    }

    @Test func `are exact where the product is wider than 128 bits`() {
        let large: Int128 = 1 << 100
        #expect(large.scaled(by: large, over: large) == large)
        #expect((-large).scaled(by: large - 1, over: large) == -(large - 1))
        #expect((large + 1).scaledDown(by: large, over: large) == large + 1)
        #expect((3 * large).scaled(by: large, over: 2 * large) == 3 * large / 2)
    }

    @Test func `stop at the largest number there is`() {
        let large: Int128 = 1 << 126
        #expect(large.scaled(by: large, over: 1) == .max)
        #expect((-large).scaled(by: large, over: 1) == -.max)
        #expect(Int128.max.scaledDown(by: 2, over: 1) == .max)
    }

    @Test func `half a unit goes away from zero`() {
        #expect(Int128(1).scaled(by: 1, over: 2) == 1)
        #expect(Int128(-1).scaled(by: 1, over: 2) == -1)
        #expect(Int128(1).scaled(by: 1, over: 3) == 0)
        #expect(Int128(2).scaled(by: 1, over: 3) == 1)
        #expect(Int128(-1).scaledDown(by: 1, over: 3) == -1)
    }
}

@Suite struct `A conversion` {
    private static func market(tick: String) -> Instrument {
        Instrument(
            market: MarketID(0), symbol: "USDTTWD", baseAsset: "USDT", quoteAsset: "TWD", settlementAsset: "TWD",
            tickSize: ExactDecimal(tick)!, lotSize: ExactDecimal("0.01")!,
            priceRange: Price(ticks: 1)...Price(ticks: 1_000_000),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000),
            marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000), minNotional: .zero,
            collarUp: .one, collarDown: .one, marketTakeBound: .zero, maxOpenOrders: 10, makerFee: .zero,
            takerFee: .zero)!
    }

    @Test func `is by the mid of the market between the two assets`() throws {
        // 32.005 TWD for one USDT.
        let rate = try #require(CashConversion(quoteOf: Self.market(tick: "0.01"), at: HalfTicks(count: 6_401)))
        #expect(rate(Cash("32.005")!) == Cash(whole: 1))
        #expect(rate.inverse(Cash(whole: 1)) == Cash("32.005")!)
        #expect(rate(Cash(whole: 1)) == Cash("0.031245117950")!)
        #expect(rate.roundedDown(Cash(whole: 1)) == Cash("0.031245117950")!)
        #expect(rate.roundedDown(Cash(whole: -1)) == Cash("-0.031245117951")!)
        #expect(CashConversion(quoteOf: Self.market(tick: "0.01"), at: HalfTicks(count: 0)) == nil)
    }

    @Test func `of a limit is worth no more than the limit`() throws {
        var random = RandomSource(seed: 4)
        for _ in 0..<2_000 {
            let mid = HalfTicks(count: random.integer(in: 1...900_000))
            let rate = try #require(CashConversion(quoteOf: Self.market(tick: "0.001"), at: mid))
            let limit = Cash(units: Int128(random.integer(in: 1...Int64.max)))
            #expect(rate(rate.inverse.roundedDown(limit)) <= limit)
        }
    }

    @Test func `amounts of a base asset are lots, and back`() {
        let market = Self.market(tick: "0.001")
        #expect(market.baseAmount(Quantity(lots: -3)) == Cash("-0.03")!)
        #expect(market.lots(inBase: Cash("0.039999999999")!) == Quantity(lots: 3))
        #expect(market.lots(inBase: Cash("-0.039999999999")!) == Quantity(lots: -3))
        #expect(market.value(ofBase: Cash("0.5")!, at: HalfTicks(count: 64_001)) == Cash("16.00025")!)
    }
}
