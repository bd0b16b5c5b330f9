internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

/// One row of the list of trading pairs.
enum BitoProPair {
    /// - Returns: nil where the list has no such pair.
    static func instrument(
        _ symbol: String, in body: JSONValue, as market: MarketID
    ) throws(VenueDecodeError) -> (instrument: Instrument, isUnderMaintenance: Bool)? {
        let rows = try VenueFields(body, "tradingPairs").array("data")
        guard let row = rows.first(where: { $0["pair"]?.text?.uppercased() == symbol }) else { return nil }
        let fields = VenueFields(row, "tradingPairs")
        let instrument = try read(fields, symbol, market)
        return (instrument, row["maintain"]?.boolean ?? false)
    }

    private static func read(
        _ fields: VenueFields, _ symbol: String, _ market: MarketID
    ) throws(VenueDecodeError) -> Instrument {
        let lot = try step(fields, "basePrecision")
        let smallest = try lots(fields, "minLimitBaseAmount", lot, up: true)
        let largest = try lots(fields, "maxLimitBaseAmount", lot, up: false)
        guard smallest <= largest else {
            throw fields.missing("maxLimitBaseAmount", "an amount that is not below minLimitBaseAmount")
        }
        let quantities = Quantity(lots: max(1, smallest))...Quantity(lots: max(1, largest))
        let quote = try fields.text("quote").uppercased()
        let limit = fields.value["orderOpenLimit"]?.integer ?? 200
        guard
            var instrument = Instrument(
                market: market, symbol: symbol, baseAsset: try fields.text("base").uppercased(), quoteAsset: quote,
                settlementAsset: quote, tickSize: try step(fields, "quotePrecision"), lotSize: lot,
                priceRange: Price(ticks: 1)...Price(ticks: 1 << 39), quantityRange: quantities,
                marketQuantityRange: quantities, minNotional: .zero, collarUp: Rate(parts: 10 * Rate.one.parts),
                collarDown: .zero, marketTakeBound: .one, maxOpenOrders: Int(max(1, min(limit, 10_000))),
                makerFee: BitoProVenue.makerFee, takerFee: BitoProVenue.takerFee)
        else { throw fields.missing("basePrecision", "decimals whose product with quotePrecision is exact") }
        instrument.kind = .spot
        return instrument
    }

    /// A number of decimals, as the step that it stands for.
    private static func step(_ fields: VenueFields, _ name: String) throws(VenueDecodeError) -> ExactDecimal {
        let decimals = try fields.integer(name)
        guard (0...12).contains(decimals) else { throw fields.missing(name, "0 to 12 decimals") }
        return ExactDecimal(mantissa: 1, scale: Int(decimals))
    }

    /// An amount in lots, rounded into the allowed range where it lies between two.
    private static func lots(
        _ fields: VenueFields, _ name: String, _ lot: ExactDecimal, up: Bool
    ) throws(VenueDecodeError) -> Int64 {
        let amount = try fields.decimal(name)
        let scale = max(amount.scale, lot.scale)
        guard amount.mantissa >= 0, let value = amount.units(atScale: scale), let unit = lot.units(atScale: scale),
            let whole = Int64(exactly: value / unit), whole.magnitude < VenueFields.largest
        else { throw fields.missing(name, "an amount that is not negative") }
        return up && value % unit != 0 ? whole + 1 : whole
    }
}
