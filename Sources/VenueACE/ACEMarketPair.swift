internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

/// One row of the market list.
struct ACEMarketPair: Hashable, Sendable {
    var base: Int64
    var quote: Int64
    var instrument: Instrument

    /// The venue's standard rates; it has no call that tells an account's own.
    static let makerFee = Rate.basisPoints(5)
    static let takerFee = Rate.basisPoints(10)
    /// Not documented.
    static let maxOpenOrders = 200

    /// - Returns: nil where the list has no such symbol.
    static func find(
        _ symbol: String, in body: JSONValue, as market: MarketID
    ) throws(VenueDecodeError) -> ACEMarketPair? {
        // The documents print a single object, clients read an array.
        guard let rows = body.elements ?? (body.members == nil ? nil : [body]) else {
            throw VenueDecodeError("marketPair", "expected an array of pairs")
        }
        guard let row = rows.first(where: { $0["symbol"]?.text == symbol }) else { return nil }
        return try read(VenueFields(row, "marketPair"), symbol, market)
    }

    private static func read(
        _ fields: VenueFields, _ symbol: String, _ market: MarketID
    ) throws(VenueDecodeError) -> ACEMarketPair {
        let lot = try step(fields, "basePrecision")
        let tick = try step(fields, "quotePrecision")
        let smallest = try lots(fields, "minLimitBaseAmount", lot, up: true)
        let largest = try lots(fields, "maxLimitBaseAmount", lot, up: false)
        guard smallest <= largest else {
            throw fields.missing("maxLimitBaseAmount", "an amount that is not below minLimitBaseAmount")
        }
        let quantities = Quantity(lots: max(1, smallest))...Quantity(lots: max(1, largest))
        guard
            var instrument = Instrument(
                market: market, symbol: symbol, baseAsset: try fields.text("base").uppercased(),
                quoteAsset: try fields.text("quote").uppercased(),
                settlementAsset: try fields.text("quote").uppercased(), tickSize: tick, lotSize: lot,
                priceRange: Price(ticks: 1)...Price(ticks: 1 << 39), quantityRange: quantities,
                marketQuantityRange: quantities, minNotional: .zero, collarUp: Rate(parts: 10 * Rate.one.parts),
                collarDown: .zero, marketTakeBound: .one, maxOpenOrders: maxOpenOrders, makerFee: makerFee,
                takerFee: takerFee)
        else { throw fields.missing("basePrecision", "decimals whose product with quotePrecision is exact") }
        instrument.kind = .spot
        return ACEMarketPair(
            base: try fields.integer("baseCurrencyId"), quote: try fields.integer("quoteCurrencyId"),
            instrument: instrument)
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
