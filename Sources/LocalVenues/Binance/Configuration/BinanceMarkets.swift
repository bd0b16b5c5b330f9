public import Exchange
public import MarketModel

/// Spot markets with the rules that Binance gives them.
public enum BinanceMarkets {
    private struct Row {
        let base: String
        let quote: String
        let tick: String
        let lot: String
        let maxPrice: String
        let maxQuantity: String
        let maxMarketQuantity: String
        let minNotional: String
        let price: String
        var symbol: String { base + quote }
    }

    private static let rows: [Row] = [
        Row(
            base: "BTC", quote: "USDT", tick: "0.01", lot: "0.00001", maxPrice: "1000000", maxQuantity: "9000",
            maxMarketQuantity: "120", minNotional: "5", price: "95000"),
        Row(
            base: "ETH", quote: "USDT", tick: "0.01", lot: "0.0001", maxPrice: "1000000", maxQuantity: "9000",
            maxMarketQuantity: "2500", minNotional: "5", price: "3300"),
        Row(
            base: "USDC", quote: "USDT", tick: "0.0001", lot: "1", maxPrice: "1000", maxQuantity: "9222449",
            maxMarketQuantity: "6000000", minNotional: "5", price: "0.9998"),
        Row(
            base: "BNB", quote: "USDT", tick: "0.01", lot: "0.001", maxPrice: "100000", maxQuantity: "900000",
            maxMarketQuantity: "2500", minNotional: "5", price: "900"),
        Row(
            base: "SOL", quote: "USDT", tick: "0.01", lot: "0.001", maxPrice: "10000", maxQuantity: "90000",
            maxMarketQuantity: "12000", minNotional: "5", price: "140"),
        Row(
            base: "XRP", quote: "USDT", tick: "0.0001", lot: "0.1", maxPrice: "10000", maxQuantity: "9222449",
            maxMarketQuantity: "900000", minNotional: "5", price: "2.5"),
        Row(
            base: "DOGE", quote: "USDT", tick: "0.00001", lot: "1", maxPrice: "1000", maxQuantity: "9222449",
            maxMarketQuantity: "9000000", minNotional: "1", price: "0.2"),
        Row(
            base: "ETH", quote: "BTC", tick: "0.00001", lot: "0.0001", maxPrice: "922327", maxQuantity: "100000",
            maxMarketQuantity: "2500", minNotional: "0.0001", price: "0.035"),
    ]

    /// The symbols that `definition` knows, the usual ones first.
    public static var symbols: [String] { rows.map(\.symbol) }

    /// A market by its upper-case symbol; nil for one that is not in the table. Fees are 0.1 % of what is received.
    public static func definition(_ symbol: String, market: MarketID) -> MarketDefinition? {
        guard let row = rows.first(where: { $0.symbol == symbol }), var instrument = instrument(row, market) else {
            return nil
        }
        instrument.kind = .spot
        var definition = MarketDefinition(instrument: instrument, maxConditionalOrders: 5)
        definition.spotFeeAsset = .received
        return definition
    }

    /// A plausible price from which synthetic flow may begin.
    public static func price(_ symbol: String) -> ExactDecimal? {
        rows.first { $0.symbol == symbol }.flatMap { ExactDecimal($0.price) }
    }

    private static func instrument(_ row: Row, _ market: MarketID) -> Instrument? {
        guard let tick = ExactDecimal(row.tick), let lot = ExactDecimal(row.lot),
            let highest = LedgerMath.steps(row.maxPrice, tick),
            let largest = LedgerMath.steps(row.maxQuantity, lot),
            let largestMarket = LedgerMath.steps(row.maxMarketQuantity, lot),
            let minNotional = Cash(row.minNotional)
        else { return nil }
        return Instrument(
            market: market, symbol: row.symbol, baseAsset: row.base, quoteAsset: row.quote, settlementAsset: row.quote,
            tickSize: tick, lotSize: lot, priceRange: Price(ticks: 1)...Price(ticks: highest),
            quantityRange: Quantity(lots: 1)...Quantity(lots: largest),
            marketQuantityRange: Quantity(lots: 1)...Quantity(lots: largestMarket), minNotional: minNotional,
            collarUp: .basisPoints(50_000), collarDown: .basisPoints(2_000), marketTakeBound: .basisPoints(5_000),
            maxOpenOrders: 200, makerFee: .basisPoints(10), takerFee: .basisPoints(10))
    }
}
