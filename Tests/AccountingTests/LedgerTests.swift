import Accounting
import Fundamentals
import MarketModel
import Testing

private let start = Instant(milliseconds: 1_800_000_000_000)

private let instrument = Instrument(
    market: MarketID(0), symbol: "ASTERUSDT", baseAsset: "ASTER", quoteAsset: "USDT", settlementAsset: "USDT",
    tickSize: ExactDecimal("0.0001")!, lotSize: ExactDecimal("0.01")!,
    priceRange: Price(ticks: 1)...Price(ticks: 1_000_000),
    quantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000),
    marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000), minNotional: Cash(whole: 5),
    collarUp: Rate("1.1")!, collarDown: Rate("0.9")!, marketTakeBound: Rate("0.05")!, maxOpenOrders: 200,
    makerFee: Rate("0.0001")!, takerFee: Rate("0.00035")!)!

private func fill(
    _ side: Side, _ price: Int64, _ lots: Int64, trade: Int64 = 1, fee: Cash = .zero, isMaker: Bool = true
) -> Fill {
    Fill(
        market: MarketID(0), trade: TradeID(trade), clientOrderID: nil, venueOrderID: VenueOrderID(1), side: side,
        price: Price(ticks: price), quantity: Quantity(lots: lots), isMaker: isMaker, commission: fee,
        venueTime: start)
}

@Suite struct `The ledger` {
    @Test func `a round trip realises the difference of the prices`() {
        var ledger = Ledger(instrument)
        ledger.mark(HalfTicks(count: 20_000), at: start)
        #expect(ledger.book(fill(.buy, 9_990, 1_000), at: start) == .zero)
        #expect(ledger.averageEntry == ExactDecimal(mantissa: 99_900_000, scale: 8))
        #expect(ledger.unrealized == Cash("0.01")!)
        #expect(ledger.book(fill(.sell, 10_010, 1_000), at: start) == Cash("0.02")!)
        #expect(ledger.position == .zero)
        #expect(ledger.cost == .zero)
        #expect(ledger.averageEntry == nil)
        #expect(ledger.spreadCapture == Cash("0.02")!)
        #expect(ledger.inventory == .zero)
    }

    @Test func `a fill larger than the position closes it and opens the other side at its own price`() {
        var ledger = Ledger(instrument)
        _ = ledger.book(fill(.buy, 10_000, 300), at: start)
        #expect(ledger.book(fill(.sell, 10_100, 500), at: start) == Cash("0.03")!)
        #expect(ledger.position == Quantity(lots: -200))
        #expect(ledger.averageEntry == ExactDecimal(mantissa: 101_000_000, scale: 8))
    }

    @Test func `a closing share is rounded to the venue's precision and the rest of the cost stays`() {
        var ledger = Ledger(instrument)
        _ = ledger.book(fill(.buy, 10_000, 1), at: start)
        _ = ledger.book(fill(.buy, 10_001, 2), at: start)
        // Cost 0.030002; one of three lots: 0.01000066…, rounded to 0.01000067.
        #expect(ledger.book(fill(.sell, 10_000, 1), at: start) == Cash("-0.00000067")!)
        #expect(ledger.cost == Cash("0.02000133")!)
    }

    @Test func `an adopted position starts without profit, whatever it has lost before`() {
        var ledger = Ledger(instrument)
        ledger.adopt(Quantity(lots: 1_000), entryPrice: ExactDecimal("1.05005")!)
        #expect(ledger.cost == Cash("10.5005")!)
        ledger.mark(HalfTicks(count: 20_000), at: start)
        #expect(ledger.equityChange == .zero)
        ledger.mark(HalfTicks(count: 20_010), at: start)
        #expect(ledger.equityChange == Cash("0.005")!)
        #expect(ledger.profitBySource == ledger.equityChange)
    }

    /// The wallet of an independent, plainer bookkeeping: cash paid and received, and the position at the mid.
    @Test(arguments: 1...40)
    func `profit by source sums exactly to the change in equity`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var ledger = Ledger(instrument)
        var mid: Int64 = 20_000
        var lots: Int64 = 0
        var cash = Cash.zero
        var now = start
        if random.chance(1, in: 2) {
            lots = random.integer(in: -500...500)
            if lots != 0 { ledger.adopt(Quantity(lots: lots), entryPrice: ExactDecimal("0.98765432")!) }
        }
        ledger.mark(HalfTicks(count: mid), at: now)
        let opening = instrument.notional(HalfTicks(count: mid), Quantity(lots: lots))
        for trade in 1...Int64(400) {
            now = now + .milliseconds(random.integer(in: 1...900))
            mid = max(1_000, mid + random.integer(in: -40...40))
            ledger.mark(HalfTicks(count: mid), at: now)
            if random.chance(1, in: 10) {
                let amount = Cash(units: Int128(random.integer(in: -9_999_999...9_999_999)) * 10_000)
                ledger.receiveFunding(amount)
                cash += amount
            }
            let side: Side = random.chance(1, in: 2) ? .buy : .sell
            let price = mid / 2 + random.integer(in: -30...30)
            let quantity = Quantity(lots: random.integer(in: 1...700))
            let fee = Cash(units: Int128(random.integer(in: -9_999...99_999)) * 10_000)
            _ = ledger.book(fill(side, price, quantity.lots, trade: trade, fee: fee), at: now)
            lots += side.signed(quantity).lots
            cash -= instrument.notional(Price(ticks: price), side.signed(quantity)) + fee
            let equity = cash + instrument.notional(HalfTicks(count: mid), Quantity(lots: lots)) - opening
            #expect(ledger.equityChange == equity)
            #expect(ledger.profitBySource == equity)
            #expect(ledger.position.lots == lots)
        }
        #expect(ledger.fillCount == 400)
    }

    @Test func `volume, maker share and the largest position are counted`() {
        var ledger = Ledger(instrument)
        ledger.mark(HalfTicks(count: 20_000), at: start)
        _ = ledger.book(fill(.buy, 10_000, 300), at: start)
        _ = ledger.book(fill(.sell, 10_000, 100, trade: 2, isMaker: false), at: start)
        #expect(ledger.volume == Cash(whole: 4))
        #expect(ledger.makerVolume == Cash(whole: 3))
        #expect(ledger.makerCount == 1)
        #expect(ledger.maxPositionValue == Cash(whole: 3))
        ledger.mark(HalfTicks(count: 40_000), at: start)
        #expect(ledger.maxPositionValue == Cash(whole: 4))
    }

    @Test func `markouts compare the fill with the first mid at or after each horizon`() {
        var ledger = Ledger(instrument)
        ledger.mark(HalfTicks(count: 20_000), at: start)
        _ = ledger.book(fill(.buy, 9_990, 1_000), at: start)
        _ = ledger.book(fill(.sell, 10_010, 500, trade: 2), at: start)
        ledger.mark(HalfTicks(count: 20_010), at: start + .milliseconds(999))
        #expect(ledger.markouts.buys[0].fills == 0)
        ledger.mark(HalfTicks(count: 20_020), at: start + .seconds(1))
        ledger.mark(HalfTicks(count: 19_900), at: start + .seconds(6))
        #expect(ledger.markouts.buys[0].gain == Cash("0.02")!)
        #expect(ledger.markouts.sells[0].gain == .zero)
        #expect(ledger.markouts.buys[1].gain == Cash("-0.04")!)
        #expect(ledger.markouts.sells[1].gain == Cash("0.03")!)
        #expect(ledger.markouts.buys[2].fills == 0)
    }
}

@Suite struct `The journal of trades` {
    @Test func `each trade of an order is new once`() {
        var journal = TradeJournal()
        #expect(journal.insert(TradeID(5), VenueOrderID(1)) == true)
        #expect(journal.insert(TradeID(5), VenueOrderID(1)) == false)
        #expect(journal.insert(TradeID(5), VenueOrderID(2)) == true)
        #expect(journal.insert(TradeID(3), VenueOrderID(1)) == true)
        #expect(journal.insert(TradeID(3), VenueOrderID(1)) == false)
    }

    @Test func `stays bounded, and what it has forgotten counts as booked`() {
        var journal = TradeJournal()
        var new = 0
        for number in 1...Int64(45_000) where journal.insert(TradeID(number), VenueOrderID(1)) { new += 1 }
        #expect(new == 45_000)
        #expect(journal.insert(TradeID(1), VenueOrderID(1)) == false)
        #expect(journal.insert(TradeID(44_999), VenueOrderID(1)) == false)
        #expect(journal.insert(TradeID(45_001), VenueOrderID(1)) == true)
    }
}
