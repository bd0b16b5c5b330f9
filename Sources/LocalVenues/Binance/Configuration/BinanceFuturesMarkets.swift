public import Exchange
public import MarketModel

/// Markets of the local Binance's USD-M side: those of Aster's table that Binance has too, with Binance's least values.
public enum BinanceFuturesMarkets {
    /// What an order must be worth, in USDT. Source: `exchangeInfo`, captured 2026-09-15; 5 where it was not captured.
    private static let leastValues: [(symbol: String, value: Int64)] = [
        ("BTCUSDT", 50), ("ETHUSDT", 20), ("BNBUSDT", 5), ("SOLUSDT", 5),
    ]

    public static var symbols: [String] { leastValues.map(\.symbol) }

    public static func definition(_ symbol: String, market: MarketID) -> MarketDefinition? {
        guard let least = leastValues.first(where: { $0.symbol == symbol }),
            var definition = AsterMarkets.definition(symbol, market: market)
        else { return nil }
        definition.instrument.minNotional = Cash(whole: least.value)
        // Of an account without discounts.
        definition.instrument.makerFee = .basisPoints(2)
        definition.instrument.takerFee = .basisPoints(5)
        return definition
    }

    /// A plausible price from which synthetic flow may begin: spot's, so that both sides agree.
    public static func price(_ symbol: String) -> ExactDecimal? {
        BinanceMarkets.price(symbol) ?? AsterMarkets.price(symbol)
    }
}
