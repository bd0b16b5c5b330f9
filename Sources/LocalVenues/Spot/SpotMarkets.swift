internal import Exchange
internal import MarketModel

/// A row of a local spot venue's table of markets, as texts.
struct SpotMarketRow: Sendable {
    var base: String
    var quote: String
    /// Decimals of quantities and of prices.
    var baseDecimals: Int
    var quoteDecimals: Int
    var smallest: String
    var largest: String
    /// Where synthetic flow begins.
    var price: String

    /// - Parameter symbol: as the venue spells it.
    func definition(
        _ symbol: String, _ market: MarketID, makerFee: Rate, takerFee: Rate, maxOpenOrders: Int, fees: SpotFeeAsset
    ) -> MarketDefinition? {
        let lot = ExactDecimal(mantissa: 1, scale: baseDecimals)
        guard let least = ExactDecimal(smallest)?.int64(atScale: baseDecimals),
            let most = ExactDecimal(largest)?.int64(atScale: baseDecimals), least <= most,
            var instrument = Instrument(
                market: market, symbol: symbol, baseAsset: base, quoteAsset: quote, settlementAsset: quote,
                tickSize: ExactDecimal(mantissa: 1, scale: quoteDecimals), lotSize: lot,
                priceRange: Price(ticks: 1)...Price(ticks: 1 << 39),
                quantityRange: Quantity(lots: least)...Quantity(lots: most),
                marketQuantityRange: Quantity(lots: least)...Quantity(lots: most), minNotional: .zero,
                collarUp: Rate(parts: 10 * Rate.one.parts), collarDown: .zero, marketTakeBound: .basisPoints(1_000),
                maxOpenOrders: maxOpenOrders, makerFee: makerFee, takerFee: takerFee)
        else { return nil }
        instrument.kind = .spot
        var definition = MarketDefinition(instrument: instrument)
        definition.spotFeeAsset = fees
        return definition
    }
}
