internal import Exchange
internal import Fundamentals
public import MarketModel
internal import StarkCryptography
internal import VenueExtended

/// Markets of the venue. BTC-USD has the rules it had on 2026-09-26; those of the others are plausible, not the venue's.
public enum ExtendedMarkets {
    private struct Row {
        let base, title, tick, lot, minSize, maxPosition: String
        /// Digits of the chain's resolution; part of the synthetic asset's id.
        let resolutionDigits: Int
        let maxLeverage: Int64
        /// Where synthetic flow begins.
        let price: String
        /// Symbol of the recordings that can be played on the market, and the tick that represents their prices.
        let recording: String?
        let recordedTick: String
    }

    private static let rows = [
        Row(
            base: "BTC", title: "Bitcoin", tick: "1", lot: "0.00001", minSize: "0.0001", maxPosition: "60000000",
            resolutionDigits: 6, maxLeverage: 50, price: "84090", recording: "BTCUSDT", recordedTick: "0.1"),
        Row(
            base: "ETH", title: "Ethereum", tick: "0.1", lot: "0.001", minSize: "0.001", maxPosition: "40000000",
            resolutionDigits: 5, maxLeverage: 50, price: "2710", recording: "ETHUSDT", recordedTick: "0.01"),
        Row(
            base: "SOL", title: "Solana", tick: "0.01", lot: "0.01", minSize: "0.01", maxPosition: "10000000",
            resolutionDigits: 3, maxLeverage: 50, price: "140", recording: "SOLUSDT", recordedTick: "0.01"),
        Row(
            base: "BNB", title: "BNB", tick: "0.1", lot: "0.01", minSize: "0.01", maxPosition: "5000000",
            resolutionDigits: 4, maxLeverage: 25, price: "900", recording: "BNBUSDT", recordedTick: "0.1"),
        Row(
            base: "ASTER", title: "Aster", tick: "0.0001", lot: "0.01", minSize: "1", maxPosition: "2000000",
            resolutionDigits: 2, maxLeverage: 10, price: "1.85", recording: "ASTERUSDT", recordedTick: "0.0001"),
        Row(
            base: "HYPE", title: "Hyperliquid", tick: "0.001", lot: "0.01", minSize: "0.1", maxPosition: "2000000",
            resolutionDigits: 3, maxLeverage: 20, price: "25", recording: "HYPEUSDT", recordedTick: "0.001"),
    ]

    /// The markets that `definition` knows.
    public static var symbols: [String] { rows.map { $0.base + "-USD" } }

    private static func row(_ symbol: String) -> Row? { rows.first { $0.base + "-USD" == symbol } }

    /// The symbol that recordings of a market carry: `BTCUSDT` for `BTC-USD`.
    public static func recordedSymbol(of symbol: String) -> String? { row(symbol)?.recording }

    /// The market on which recordings of a symbol are played: `BTC-USD` for `BTCUSDT`.
    public static func symbol(ofRecorded recorded: String) -> String? {
        rows.first { $0.recording == recorded }.map { $0.base + "-USD" }
    }

    /// A plausible price from which synthetic flow may begin.
    public static func price(_ symbol: String) -> ExactDecimal? { row(symbol).flatMap { ExactDecimal($0.price) } }

    /// A market by its name; nil for one that is not in the table.
    ///
    /// - Parameter isRecorded: gives it the tick of its recordings, whose prices are finer than the venue's own tick.
    public static func definition(
        _ symbol: String, market: MarketID, isRecorded: Bool = false
    ) -> ExtendedMarketDefinition? {
        guard let row = row(symbol), let instrument = instrument(row, symbol, market, isRecorded),
            let largest = Cash(row.maxPosition), let collateral = Felt(hex: "0x1"),
            let synthetic = syntheticID(row.base, row.resolutionDigits)
        else { return nil }
        let top = Rate(parts: Rate.one.parts / row.maxLeverage)
        var definition = MarketDefinition(
            instrument: instrument, maxLeverage: row.maxLeverage, maintenanceMargin: Rate(parts: top.parts / 2),
            liquidationFee: .basisPoints(100), maxConditionalOrders: instrument.maxOpenOrders,
            fundingInterval: .hours(1), fundingRate: Rate(parts: 1_300))
        definition.collarFollowsTrigger = true
        return ExtendedMarketDefinition(
            market: definition, description: row.title, assetPrecision: instrument.lotSize.scale,
            settlement: ExtendedSettlement(
                collateralID: collateral, collateralResolution: 1_000_000, syntheticID: synthetic,
                syntheticResolution: Int64(LedgerMath.power(row.resolutionDigits))),
            maxMarketOrderValue: Cash(whole: 3_000_000), maxLimitOrderValue: Cash(whole: 15_000_000),
            maxPositionValue: largest, priceCap: .basisPoints(500), priceFloor: .basisPoints(500),
            brackets: brackets(upTo: largest, top))
    }

    /// Four steps; each needs as much more margin as it is larger.
    private static func brackets(upTo largest: Cash, _ top: Rate) -> [ExtendedRiskBracket] {
        (1...4).map { step in
            let share = Int128(step == 4 ? 100 : step * 20)
            return ExtendedRiskBracket(
                upperBound: Cash(units: largest.units * share / 100),
                riskFactor: Rate(parts: min(Rate.one.parts, top.parts * Int64(step))))
        }
    }

    /// ASCII `BTC-6`, padded with zero bytes to fifteen.
    private static func syntheticID(_ base: String, _ digits: Int) -> Felt? {
        var bytes = Array("\(base)-\(digits)".utf8)
        guard bytes.count <= 15 else { return nil }
        bytes += [UInt8](repeating: 0, count: 15 - bytes.count)
        return Felt(bigEndian: bytes)
    }

    private static func instrument(
        _ row: Row, _ symbol: String, _ market: MarketID, _ isRecorded: Bool
    ) -> Instrument? {
        guard let tick = ExactDecimal(isRecorded ? row.recordedTick : row.tick), let lot = ExactDecimal(row.lot),
            let minSize = ExactDecimal(row.minSize),
            let smallest = minSize.units(atScale: lot.scale).map({ Int64($0 / lot.mantissa) })
        else { return nil }
        let sizes = Quantity(lots: smallest)...Quantity(lots: 1_000_000_000_000)
        return Instrument(
            market: market, symbol: symbol, baseAsset: row.base, quoteAsset: "USD", settlementAsset: "USD",
            tickSize: tick, lotSize: lot, priceRange: Price(ticks: 1)...Price(ticks: 1_000_000_000_000),
            quantityRange: sizes, marketQuantityRange: sizes, minNotional: .zero,
            collarUp: Rate(parts: 105_000_000), collarDown: Rate(parts: 95_000_000), marketTakeBound: .basisPoints(500),
            maxOpenOrders: 200, makerFee: .zero, takerFee: Rate(parts: 25_000))
    }
}
