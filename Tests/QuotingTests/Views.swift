import Fundamentals
import MarketModel
import Quoting

let viewStart = Instant(milliseconds: 1_800_000_000_000)

/// ETH-USD as Extended lists it: tick 0.1, lot 0.001.
func makeEther(least: Int64 = 1) -> Instrument { makePerpetual("ETH", tick: "0.1", lot: "0.001", least: least) }

/// BTC-USD with prices to the cent, as the percent quoter's description has them.
func makeBitcoin() -> Instrument { makePerpetual("BTC", tick: "0.01", lot: "0.0001", least: 1) }

private func makePerpetual(_ asset: String, tick: String, lot: String, least: Int64) -> Instrument {
    Instrument(
        market: MarketID(0), symbol: "\(asset)-USD", baseAsset: asset, quoteAsset: "USD", settlementAsset: "USD",
        tickSize: ExactDecimal(tick)!, lotSize: ExactDecimal(lot)!,
        priceRange: Price(ticks: 1)...Price(ticks: 1 << 40),
        quantityRange: Quantity(lots: least)...Quantity(lots: 1_000_000),
        marketQuantityRange: Quantity(lots: least)...Quantity(lots: 1_000_000), minNotional: .zero,
        collarUp: Rate("1.05")!, collarDown: Rate("0.95")!, marketTakeBound: Rate("0.05")!, maxOpenOrders: 200,
        makerFee: .zero, takerFee: Rate("0.00025")!)!
}

/// A view of `instrument` with this touch, in ticks.
func makeView(_ instrument: Instrument, _ bid: Int64, _ ask: Int64, position: Int64 = 0) -> MarketView {
    let touch = Touch(
        bid: BookLevel(Price(ticks: bid), Quantity(lots: 100)), ask: BookLevel(Price(ticks: ask), Quantity(lots: 100)))
    var view = MarketView(
        now: viewStart, touch: touch, instrument: instrument, position: Quantity(lots: position), entryValue: .zero,
        wallet: Cash(whole: 1_000), available: Cash(whole: 1_000))
    view.bids = [touch.bid]
    view.asks = [touch.ask]
    return view
}

/// What a model wants, as short text.
func quotes(_ model: inout some QuotingStrategy, _ view: MarketView) -> [String] {
    var decision = QuotingDecision()
    model.decide(view, into: &decision)
    return decision.quotes.map { "\($0.side) \($0.quantity.lots)@\($0.price.ticks)" }
}

func decision(_ model: inout some QuotingStrategy, _ view: MarketView) -> QuotingDecision {
    var decision = QuotingDecision()
    model.decide(view, into: &decision)
    return decision
}
