import Accounting
import Fundamentals
import MarketModel
import Testing

private let start = Instant(milliseconds: 1_800_000_000_000)

/// BTC/TWD: tick 1, lot 0.00000001.
private func spot() -> Instrument {
    var instrument = Instrument(
        market: MarketID(0), symbol: "BTCTWD", baseAsset: "BTC", quoteAsset: "TWD", settlementAsset: "TWD",
        tickSize: ExactDecimal("1")!, lotSize: ExactDecimal("0.00000001")!,
        priceRange: Price(ticks: 1)...Price(ticks: 100_000_000),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000_000_000),
        marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000_000_000), minNotional: Cash(whole: 100),
        collarUp: Rate("1.1")!, collarDown: Rate("0.9")!, marketTakeBound: Rate("0.05")!, maxOpenOrders: 200,
        makerFee: Rate("0.0005")!, takerFee: Rate("0.001")!)!
    instrument.kind = .spot
    return instrument
}

private func fill(
    _ side: Side, _ price: Int64, _ lots: Int64, trade: Int64 = 1, fee: Cash = .zero, baseFee: Cash = .zero
) -> Fill {
    var fill = Fill(
        market: MarketID(0), trade: TradeID(trade), clientOrderID: nil, venueOrderID: VenueOrderID(1), side: side,
        price: Price(ticks: price), quantity: Quantity(lots: lots), isMaker: true, commission: fee, venueTime: start)
    fill.baseCommission = baseFee
    return fill
}

/// A plain bookkeeping of a spot account: two amounts, in exact decimals of 10⁻²⁰ where a product needs them.
private struct PlainAccount {
    /// 10⁻¹² of each asset.
    var base: Int128 = 0
    var quote: Int128 = 0

    /// Lots are 10⁻⁸ of the base asset and prices whole coins of the quote asset.
    mutating func trade(_ side: Side, _ price: Int64, _ lots: Int64, baseFee: Int128, quoteFee: Int128) {
        base += Int128(side.sign) * Int128(lots) * 10_000 - baseFee
        quote -= Int128(side.sign) * Int128(lots) * Int128(price) * 10_000 + quoteFee
    }

    /// Worth in 10⁻¹² of the quote asset, twice over so that half ticks are whole.
    func doubleWorth(atHalfTicks mid: Int64) -> Int128 { 2 * quote + base * Int128(mid) }
}

@Suite struct `The ledger of a spot market` {
    @Test func `a fee in the base asset is missing from the holding and not from the position`() {
        var ledger = Ledger(spot())
        ledger.mark(HalfTicks(count: 6_000_000), at: start)
        let bought = fill(.buy, 3_000_000, 100_000_000, fee: Cash(whole: 1_500), baseFee: Cash("0.0005")!)
        _ = ledger.book(bought, at: start)
        #expect(ledger.position == Quantity(lots: 100_000_000))
        #expect(ledger.holdingChange == HoldingChange(base: Cash("0.9995")!, quote: -Cash(whole: 3_000_000)))
        #expect(ledger.fees == Cash(whole: 1_500))
        #expect(ledger.inventory == .zero)
        #expect(ledger.equityChange == -Cash(whole: 1_500))
        ledger.mark(HalfTicks(count: 6_000_200), at: start)
        // 0.9995 BTC gained 100 each.
        #expect(ledger.inventory == Cash("99.95")!)
        #expect(ledger.equityChange == Cash("99.95")! - Cash(whole: 1_500))
        #expect(ledger.imbalance == .zero)
    }

    @Test func `a fee in a third asset moves neither base nor quote`() {
        var ledger = Ledger(spot())
        var discounted = fill(.sell, 3_000_000, 1_000_000, fee: Cash(whole: 20))
        discounted.thirdAssetCommission = Cash(whole: 20)
        _ = ledger.book(discounted, at: start)
        #expect(ledger.fees == Cash(whole: 20))
        #expect(ledger.holdingChange == HoldingChange(base: Cash("-0.01")!, quote: Cash(whole: 30_000)))
    }

    @Test func `a holding is adopted at the first mid and has earned nothing by then`() {
        var ledger = Ledger(spot())
        ledger.adopt(Quantity(lots: 50_000_000))
        #expect(ledger.cost == .zero)
        ledger.mark(HalfTicks(count: 6_000_001), at: start)
        #expect(ledger.cost == Cash("1500000.25")!)
        #expect(ledger.equityChange == .zero)
        #expect(ledger.holdingChange == HoldingChange(base: .zero, quote: .zero))
        ledger.mark(HalfTicks(count: 6_000_003), at: start)
        #expect(ledger.equityChange == Cash("0.5")!)
        #expect(ledger.profitBySource == Cash("0.5")!)
    }

    @Test func `what a hedge lost to price and delay is a source of its own`() {
        var ledger = Ledger(spot())
        ledger.mark(HalfTicks(count: 6_000_000), at: start)
        let arrival = HalfTicks(count: 6_000_000)
        ledger.mark(HalfTicks(count: 5_999_000), at: start)
        _ = ledger.book(fill(.sell, 2_999_300, 100_000_000), at: start, arrival: arrival)
        #expect(ledger.hedging == -Cash(whole: 700))
        // The mid had fallen by 500 before the sale: what selling below arrival saved of that.
        #expect(ledger.inventory == Cash(whole: 500))
        #expect(ledger.spreadCapture == .zero)
        #expect(ledger.profitBySource == ledger.equityChange)
        #expect(ledger.equityChange == -Cash(whole: 200))
    }

    @Test(arguments: 1...60)
    func `profit and holdings are those of a plain account, to the last unit`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let instrument = spot()
        var ledger = Ledger(instrument)
        var plain = PlainAccount()
        var mid: Int64 = 6_000_000
        ledger.mark(HalfTicks(count: mid), at: start)
        var adopted: Int64 = 0
        if random.chance(1, in: 2) {
            adopted = random.integer(in: -900_000_000...900_000_000)
            ledger.adopt(Quantity(lots: adopted))
        }
        let opening = Int128(adopted) * 10_000 * Int128(mid)
        var arrival: HalfTicks?
        for trade in 1...Int64(300) {
            mid = max(1_000_000, mid + random.integer(in: -9_001...9_001))
            ledger.mark(HalfTicks(count: mid), at: start)
            let side: Side = random.chance(1, in: 2) ? .buy : .sell
            let price = mid / 2 + random.integer(in: -3_000...3_000)
            let lots = random.integer(in: 1...200_000_000)
            let isBase = random.chance(1, in: 2)
            let baseFee = isBase ? Int128(random.integer(in: 0...lots)) * 10 : 0
            // The venue says the fee in base; its value is rounded as the fill's price has it.
            let value = isBase ? baseFee * Int128(price) : Int128(random.integer(in: -999_999...9_999_999)) * 10_000
            arrival = random.chance(1, in: 3) ? HalfTicks(count: mid + random.integer(in: -5_000...5_000)) : nil
            let booked = fill(
                side, price, lots, trade: trade, fee: Cash(units: value), baseFee: Cash(units: baseFee))
            _ = ledger.book(booked, at: start, arrival: arrival)
            plain.trade(side, price, lots, baseFee: baseFee, quoteFee: isBase ? 0 : value)

            #expect(ledger.holdingChange.base.units == plain.base)
            #expect(ledger.holdingChange.quote.units == plain.quote)
            #expect(ledger.imbalance == .zero)
            // What is adopted moves with the mid as well. A half unit may be rounded away.
            let worth = plain.doubleWorth(atHalfTicks: mid) + Int128(adopted) * 10_000 * Int128(mid) - opening
            let difference = 2 * ledger.equityChange.units - worth
            #expect(difference.magnitude <= 1)
        }
        #expect(ledger.hedging != .zero)
    }
}
