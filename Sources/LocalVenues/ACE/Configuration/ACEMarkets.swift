public import Exchange
public import MarketModel
internal import VenueACE

/// Markets of a local ACE. Decimals and limits are plausible, not the venue's: only their field names are documented.
public enum ACEMarkets {
    private static let rows = [
        SpotMarketRow(
            base: "BTC", quote: "TWD", baseDecimals: 6, quoteDecimals: 1, smallest: "0.0001", largest: "20",
            price: "2945000"),
        SpotMarketRow(
            base: "USDT", quote: "TWD", baseDecimals: 2, quoteDecimals: 3, smallest: "1", largest: "150000",
            price: "31.5"),
        SpotMarketRow(
            base: "BTC", quote: "USDT", baseDecimals: 6, quoteDecimals: 2, smallest: "0.0001", largest: "20",
            price: "93500"),
        SpotMarketRow(
            base: "ETH", quote: "TWD", baseDecimals: 4, quoteDecimals: 1, smallest: "0.001", largest: "500",
            price: "98000"),
    ]

    private static func symbol(_ row: SpotMarketRow) -> String { "\(row.base)/\(row.quote)" }
    private static func row(_ symbol: String) -> SpotMarketRow? { rows.first { self.symbol($0) == symbol } }

    /// The symbols that `definition` knows.
    public static var symbols: [String] { rows.map(symbol) }

    /// A market by its symbol, `BTC/TWD`; nil for one that is not in the table.
    public static func definition(_ symbol: String, market: MarketID) -> MarketDefinition? {
        row(symbol)?.definition(
            symbol, market, makerFee: .basisPoints(5), takerFee: .basisPoints(10), maxOpenOrders: 1_000, fees: .quote)
    }

    /// A plausible price from which synthetic flow may begin.
    public static func price(_ symbol: String) -> ExactDecimal? { row(symbol).flatMap { ExactDecimal($0.price) } }

    /// The market that plays a recording of `symbol`, such as `BTCUSDT`.
    public static func symbol(ofRecorded symbol: String) -> String? {
        rows.first { "\($0.base)\($0.quote)" == symbol }.map(self.symbol)
    }

    /// The venue's numbers of assets; nil for one that it has none for here.
    static func currency(_ asset: String) -> Int64? {
        switch asset {
        case "TWD": ACECurrency.twd
        case "BTC": ACECurrency.btc
        case "ETH": ACECurrency.eth
        case "USDT": ACECurrency.usdt
        default: nil
        }
    }
}
