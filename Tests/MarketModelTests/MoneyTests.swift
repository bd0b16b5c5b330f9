import Fundamentals
import MarketModel
import Testing

@Suite struct `Money` {
    @Test(
        arguments: [
            (5, 2, 3), (-5, 2, -3), (4, 3, 1), (-4, 3, -1), (1, 2, 1), (-1, 2, -1), (0, 9, 0), (7, -2, -4), (10, 5, 2),
        ] as [(Int128, Int128, Int128)])
    func `rounds half away from zero`(dividend: Int128, divisor: Int128, quotient: Int128) {
        #expect(Cash.divideRounding(dividend, by: divisor) == quotient)
    }

    @Test func `is booked to eight decimals`() {
        #expect(Cash("0.000000005")!.roundedToLedger() == Cash("0.00000001")!)
        #expect(Cash("-0.000000005")!.roundedToLedger() == Cash("-0.00000001")!)
        #expect(Cash("0.000000004")!.roundedToLedger() == .zero)
    }

    @Test func `is shown with all significant decimals and at least two`() {
        #expect(Cash(whole: 3).description == "3.00")
        #expect(Cash("1.2345")!.description == "1.2345")
        #expect(Cash("-0.000000000001")!.description == "-0.000000000001")
        #expect(Cash("2.675")!.text(decimals: 2) == "2.68")
        #expect(Cash("-2.675")!.text(decimals: 2) == "-2.68")
    }

    @Test func `takes fees as the venue does`() {
        // 19 USDT at 0.035 %: the fact sheet's own example of a commission.
        #expect(Rate("0.00035")!.of(Cash(whole: 19)) == Cash("0.00665")!)
        #expect(Rate("-0.00005")!.of(Cash(whole: 19)) == Cash("-0.00095")!)
    }

    @Test func `loses nothing when a cost basis is shared out`() {
        var random = RandomSource(seed: 2)
        for _ in 0..<500 {
            var lots = random.integer(in: 1...10_000)
            var basis = Cash(units: Int128(random.integer(in: -1_000_000_000_000...1_000_000_000_000)) * 1_000_003)
            let start = basis
            var taken = Cash.zero
            while lots > 0 {
                let part = random.integer(in: 1...lots)
                let share = part == lots ? basis : basis.share(part, of: lots)
                taken += share
                basis -= share
                lots -= part
            }
            #expect(taken == start && basis == .zero)
        }
    }
}

@Suite struct `An instrument` {
    static func aster(tick: String = "0.00010", lot: String = "0.01") -> Instrument? {
        Instrument(
            market: MarketID(0), symbol: "ASTERUSDT", baseAsset: "ASTER", quoteAsset: "USDT", settlementAsset: "USDT",
            tickSize: ExactDecimal(tick)!, lotSize: ExactDecimal(lot)!,
            priceRange: Price(ticks: 1)...Price(ticks: 2_000_000),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 200_000_000),
            marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 20_000_000), minNotional: Cash(whole: 5),
            collarUp: Rate("1.05")!, collarDown: Rate("0.95")!, marketTakeBound: Rate("0.05")!, maxOpenOrders: 200,
            makerFee: Rate("0.0001")!, takerFee: Rate("0.00035")!)
    }

    @Test func `counts prices in ticks and quantities in lots`() throws {
        let aster = try #require(Self.aster())
        #expect(aster.price(ExactDecimal("1.8500")!) == Price(ticks: 18_500))
        #expect(aster.price(ExactDecimal("1.850000")!) == Price(ticks: 18_500))
        #expect(aster.price(ExactDecimal("1.85005")!) == nil)
        #expect(aster.quantity(ExactDecimal("20")!) == Quantity(lots: 2_000))
        #expect(aster.quantity(ExactDecimal("0.001")!) == nil)
        #expect(aster.text(Price(ticks: 18_500)) == "1.8500")
        #expect(aster.text(Quantity(lots: 2_005)) == "20.05")
    }

    @Test func `values positions exactly, also at the mid`() throws {
        let aster = try #require(Self.aster())
        #expect(aster.notional(Price(ticks: 18_500), Quantity(lots: 2_000)) == Cash(whole: 37))
        #expect(aster.notional(HalfTicks(count: 37_001), Quantity(lots: -1)) == Cash("-0.0185005")!)
    }

    @Test func `says how much a sum buys`() throws {
        let aster = try #require(Self.aster())
        #expect(aster.lots(worth: Cash(whole: 37), at: Price(ticks: 18_500)) == Quantity(lots: 2_000))
        #expect(aster.lots(worth: Cash("36.99")!, at: Price(ticks: 18_500)) == Quantity(lots: 1_999))
        #expect(aster.lots(worth: Cash(whole: 37), at: Price(ticks: 0)) == .zero)
        #expect(aster.lots(worth: Cash(whole: -1), at: Price(ticks: 18_500)) == .zero)
    }

    @Test(arguments: [
        ("0", "0.01"), ("0.0001", "0"), ("0.0000000001", "0.001"), ("-0.1", "1"), ("0.000001", "0.000001"),
    ])
    func `is refused when half a tick times a lot is finer than cash`(tick: String, lot: String) {
        #expect(Self.aster(tick: tick, lot: lot) == nil)
    }
}

@Suite struct `A client order id` {
    @Test func `reads its own text and nobody else's`() {
        let id = ClientOrderID(epoch: 12, sequence: 345)
        #expect(id.text == "apus-12-345")
        #expect(ClientOrderID(text: id.text) == id)
        for text in [
            "", "apus-", "apus-1", "apus-1-", "apus-01-2", "apus-1-2-3", "apus--1-2", "web_abc", "apus-1-4294967296",
            "apus-+1-2",
        ] {
            #expect(ClientOrderID(text: text) == nil, "\(text)")
        }
    }

    @Test func `fits what the venue allows`() {
        let longest = ClientOrderID(epoch: .max, sequence: .max).text
        #expect(longest.utf8.count <= 36)
        #expect(longest.allSatisfy { $0.isNumber || $0.isLetter || $0 == "-" })
    }

    @Test func `sorts by epoch, then by sequence`() {
        #expect(ClientOrderID(epoch: 1, sequence: 9) < ClientOrderID(epoch: 2, sequence: 1))
        #expect(ClientOrderID(epoch: 2, sequence: 1) < ClientOrderID(epoch: 2, sequence: 2))
    }
}
