import Fundamentals
import MarketModel
import Quoting

/// BTC/TWD on the target, BTCUSDT on the reference, USDT/TWD between them.
enum MirrorWorld {
    static let target = spot(0, "BTC", "TWD", tick: "0.1", lot: "0.00001", minNotional: 250)
    static let conversion = spot(1, "USDT", "TWD", tick: "0.001", lot: "0.01", minNotional: 0)
    static let reference = spot(2, "BTC", "USDT", tick: "0.01", lot: "0.00001", minNotional: 5)

    static func spot(
        _ market: Int, _ base: String, _ quote: String, tick: String, lot: String, minNotional: Int64,
        makerFee: String = "0.0008", takerFee: String = "0.0015"
    ) -> Instrument {
        var instrument = Instrument(
            market: MarketID(market), symbol: base + quote, baseAsset: base, quoteAsset: quote, settlementAsset: quote,
            tickSize: ExactDecimal(tick)!, lotSize: ExactDecimal(lot)!,
            priceRange: Price(ticks: 1)...Price(ticks: 1 << 39),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 40),
            marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 40), minNotional: Cash(whole: minNotional),
            collarUp: Rate("10")!, collarDown: .zero, marketTakeBound: Rate("0.05")!, maxOpenOrders: 200,
            makerFee: Rate(makerFee)!, takerFee: Rate(takerFee)!)!
        instrument.kind = .spot
        return instrument
    }

    /// Levels of 0.5 BTC, ten ticks apart.
    static func book(_ instrument: Instrument, _ bid: Int64, _ ask: Int64, lots: Int64 = 50_000) -> ForeignBook {
        let bids = (0..<20).map { BookLevel(Price(ticks: bid - 10 * $0), Quantity(lots: lots)) }
        let asks = (0..<20).map { BookLevel(Price(ticks: ask + 10 * $0), Quantity(lots: lots)) }
        return ForeignBook(
            instrument: instrument, touch: Touch(bid: bids[0], ask: asks[0]), bids: bids, asks: asks)
    }

    /// 65,000.00/65,000.10 and 32.000/32.010: 2,080,000 and 2,080,653.2010 TWD.
    static func view(
        reference: (Int64, Int64) = (6_500_000, 6_500_010), conversion: (Int64, Int64) = (32_000, 32_010),
        touch: (Int64, Int64) = (20_000_000, 21_600_000), heldBase: String? = "10", heldQuote: String? = "20000000",
        at seconds: Int64 = 0
    ) -> MarketView {
        var view = makeView(target, touch.0, touch.1)
        view.now = viewStart + .seconds(seconds)
        view.reference = book(Self.reference, reference.0, reference.1)
        view.conversion = book(Self.conversion, conversion.0, conversion.1)
        view.heldBase = heldBase.flatMap { Cash($0) }
        view.heldQuote = heldQuote.flatMap { Cash($0) }
        return view
    }

    static func parameters(_ levels: [(String, String)] = [("0.002", "0.01"), ("0.004", "0.02")]) -> MirrorParameters {
        MirrorParameters(
            levels: levels.map { MirrorLevel(distance: Rate($0.0)!, size: ExactDecimal($0.1)!) },
            referenceThreshold: Rate("0.0005")!, conversionThreshold: Rate("0.0005")!, refreshInterval: .seconds(60))
    }
}

func fill(_ side: Side, at price: Int64, _ lots: Int64) -> Fill {
    Fill(
        market: MarketID(0), trade: TradeID(1), clientOrderID: nil, venueOrderID: VenueOrderID(1), side: side,
        price: Price(ticks: price), quantity: Quantity(lots: lots), isMaker: true, commission: .zero,
        venueTime: viewStart)
}
