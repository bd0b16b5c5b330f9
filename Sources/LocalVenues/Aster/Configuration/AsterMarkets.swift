public import Exchange
public import MarketModel

/// Markets of the venue with the rules they had on 2026-01-12, so that a local venue refuses what the real one does.
public enum AsterMarkets {
    private struct Row {
        let symbol, base, tick, lot: String
        let minPrice, maxPrice, minQuantity, maxQuantity, maxMarketQuantity: String
        /// Collar, and how far a market order may sweep, in basis points of the mark.
        let collar: Int64
        /// Where synthetic flow begins.
        let price: String
        /// Decimals the venue accepts before it looks at the tick.
        let pricePrecision: Int
    }

    private static let rows = [
        Row(
            symbol: "ASTERUSDT", base: "ASTER", tick: "0.0001", lot: "0.01", minPrice: "0.0001", maxPrice: "200",
            minQuantity: "0.01", maxQuantity: "2000000", maxMarketQuantity: "200000", collar: 500, price: "1.85",
            pricePrecision: 5),
        Row(
            symbol: "BTCUSDT", base: "BTC", tick: "0.1", lot: "0.001", minPrice: "1", maxPrice: "1000000",
            minQuantity: "0.001", maxQuantity: "1000", maxMarketQuantity: "120", collar: 200, price: "95000",
            pricePrecision: 1),
        Row(
            symbol: "ETHUSDT", base: "ETH", tick: "0.1", lot: "0.001", minPrice: "39.9", maxPrice: "306177",
            minQuantity: "0.001", maxQuantity: "10000", maxMarketQuantity: "2000", collar: 200, price: "3300",
            pricePrecision: 2),
        Row(
            symbol: "BNBUSDT", base: "BNB", tick: "0.1", lot: "0.01", minPrice: "6.6", maxPrice: "100000",
            minQuantity: "0.01", maxQuantity: "100000", maxMarketQuantity: "2000", collar: 200, price: "900",
            pricePrecision: 3),
        Row(
            symbol: "SOLUSDT", base: "SOL", tick: "0.01", lot: "0.01", minPrice: "0.42", maxPrice: "6857",
            minQuantity: "0.01", maxQuantity: "1000000", maxMarketQuantity: "5000", collar: 300, price: "140",
            pricePrecision: 4),
        Row(
            symbol: "HYPEUSDT", base: "HYPE", tick: "0.001", lot: "0.01", minPrice: "0.001", maxPrice: "1000",
            minQuantity: "0.01", maxQuantity: "250000", maxMarketQuantity: "100000", collar: 200, price: "25",
            pricePrecision: 5),
    ]

    /// The symbols that `definition` knows.
    public static var symbols: [String] { rows.map(\.symbol) }

    /// A market by its upper-case symbol; nil for one that is not in the table.
    public static func definition(_ symbol: String, market: MarketID) -> MarketDefinition? {
        guard let row = rows.first(where: { $0.symbol == symbol }) else { return nil }
        return instrument(row, market).map { MarketDefinition(instrument: $0) }
    }

    /// A plausible price from which synthetic flow may begin.
    public static func price(_ symbol: String) -> ExactDecimal? {
        rows.first { $0.symbol == symbol }.flatMap { ExactDecimal($0.price) }
    }

    static func pricePrecision(_ symbol: String) -> Int? { rows.first { $0.symbol == symbol }?.pricePrecision }

    private static func instrument(_ row: Row, _ market: MarketID) -> Instrument? {
        guard let tick = ExactDecimal(row.tick), let lot = ExactDecimal(row.lot),
            let lowest = LedgerMath.steps(row.minPrice, tick), let highest = LedgerMath.steps(row.maxPrice, tick),
            let smallest = LedgerMath.steps(row.minQuantity, lot), let largest = LedgerMath.steps(row.maxQuantity, lot),
            let largestMarket = LedgerMath.steps(row.maxMarketQuantity, lot)
        else { return nil }
        return Instrument(
            market: market, symbol: row.symbol, baseAsset: row.base, quoteAsset: "USDT", settlementAsset: "USDT",
            tickSize: tick, lotSize: lot, priceRange: Price(ticks: lowest)...Price(ticks: highest),
            quantityRange: Quantity(lots: smallest)...Quantity(lots: largest),
            marketQuantityRange: Quantity(lots: smallest)...Quantity(lots: largestMarket), minNotional: Cash(whole: 5),
            collarUp: Rate(parts: Rate.one.parts + row.collar * 10_000),
            collarDown: Rate(parts: Rate.one.parts - row.collar * 10_000), marketTakeBound: .basisPoints(row.collar),
            maxOpenOrders: 200, makerFee: .basisPoints(1), takerFee: Rate(parts: 35_000))
    }
}
