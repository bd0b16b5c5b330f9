public import Exchange
public import MarketModel
internal import VenueBitoPro

/// Markets of a local BitoPro. Decimals and limits are plausible; a client reads them from the list of pairs.
public enum BitoProMarkets {
    private static let rows = [
        SpotMarketRow(
            base: "BTC", quote: "TWD", baseDecimals: 8, quoteDecimals: 0, smallest: "0.0001", largest: "100",
            price: "2945000"),
        SpotMarketRow(
            base: "USDT", quote: "TWD", baseDecimals: 4, quoteDecimals: 3, smallest: "1", largest: "1000000",
            price: "31.5"),
        SpotMarketRow(
            base: "BTC", quote: "USDT", baseDecimals: 8, quoteDecimals: 2, smallest: "0.0001", largest: "100",
            price: "93500"),
        SpotMarketRow(
            base: "ETH", quote: "TWD", baseDecimals: 6, quoteDecimals: 0, smallest: "0.001", largest: "1000",
            price: "98000"),
    ]

    private static func symbol(_ row: SpotMarketRow) -> String { "\(row.base)_\(row.quote)" }
    private static func row(_ symbol: String) -> SpotMarketRow? { rows.first { self.symbol($0) == symbol } }

    /// The symbols that `definition` knows.
    public static var symbols: [String] { rows.map(symbol) }

    /// A market by its symbol, `BTC_TWD`; nil for one that is not in the table. Fees are taken in what is received.
    public static func definition(_ symbol: String, market: MarketID) -> MarketDefinition? {
        row(symbol)?.definition(
            symbol, market, makerFee: BitoProVenue.makerFee, takerFee: BitoProVenue.takerFee, maxOpenOrders: 200,
            fees: .received)
    }

    /// A plausible price from which synthetic flow may begin.
    public static func price(_ symbol: String) -> ExactDecimal? { row(symbol).flatMap { ExactDecimal($0.price) } }

    /// The market that plays a recording of `symbol`, such as `BTCUSDT`.
    public static func symbol(ofRecorded symbol: String) -> String? {
        rows.first { "\($0.base)\($0.quote)" == symbol }.map(self.symbol)
    }
}
