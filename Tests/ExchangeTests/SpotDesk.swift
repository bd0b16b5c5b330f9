import Exchange
import Fundamentals
import MarketModel

/// A spot market with ticks of 0.01 and lots of 0.00001, so that one tick × one lot is 10⁻⁷ of the quote asset.
func spot(
    _ index: Int = 0, base: String = "BTC", quote: String = "USDT", fee: SpotFeeAsset = .quote, maker: Int64 = 20_000,
    taker: Int64 = 100_000
) -> MarketDefinition {
    var instrument = Instrument(
        market: MarketID(index), symbol: base + quote, baseAsset: base, quoteAsset: quote, settlementAsset: quote,
        tickSize: ExactDecimal("0.01")!, lotSize: ExactDecimal("0.00001")!,
        priceRange: Price(ticks: 1)...Price(ticks: 100_000_000),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 900_000_000),
        marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 900_000_000), minNotional: .zero,
        collarUp: .basisPoints(50_000), collarDown: .basisPoints(2_000), marketTakeBound: .basisPoints(5_000),
        maxOpenOrders: 200, makerFee: Rate(parts: maker), takerFee: Rate(parts: taker))!
    instrument.kind = .spot
    var definition = MarketDefinition(instrument: instrument)
    definition.spotFeeAsset = fee
    return definition
}

func coins(_ text: String) -> Cash { Cash(units: ExactDecimal(text)!.units(atScale: Cash.scale)!) }

extension Desk {
    mutating func account(_ balances: [(String, String)]) -> AccountID {
        exchange.openAccount(balances: balances.map { ($0.0, coins($0.1)) }, at: now)
    }

    func total(_ account: AccountID, _ asset: String) -> Cash { exchange.holding(of: account, asset: asset).total }
    func locked(_ account: AccountID, _ asset: String) -> Cash { exchange.holding(of: account, asset: asset).locked }

    mutating func amend(_ id: Int64, _ account: AccountID, _ lots: Int64, at ticks: Int64) throws(ExchangeRejection) {
        events.removeAll()
        _ = try exchange.amend(
            id, of: account, price: Price(ticks: ticks), quantity: Quantity(lots: lots), at: now, into: &events)
    }

    mutating func cancel(_ id: Int64, _ account: AccountID) throws(ExchangeRejection) {
        events.removeAll()
        _ = try exchange.cancel(id, of: account, at: now, into: &events)
    }

    mutating func deposit(_ amount: String, _ asset: String, _ account: AccountID) {
        events.removeAll()
        exchange.deposit(coins(amount), asset: asset, to: account, at: now, into: &events)
    }
}
