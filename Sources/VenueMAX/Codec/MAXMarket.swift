public import MarketModel
public import VenueKit
public import Wire

/// A market as `/api/v3/markets` describes it.
public struct MAXMarket: Hashable, Sendable {
    public enum Status: String, Hashable, Sendable, CaseIterable {
        case active
        /// Orders can be cancelled, not placed.
        case cancelOnly = "cancel-only"
        case suspended
        /// A word that was not known when this was written.
        case unknown = ""
    }

    /// Rules for orders; fees are those given, since the venue tells them per account.
    public var instrument: Instrument
    public var status: Status

    /// Maker and taker rate of an account without volume (`/api/v3/info` of VIP level 0), until its own are known.
    public static let provisionalFees = (maker: Rate(parts: 80_000), taker: Rate(parts: 160_000))

    /// Reads a row. Its amounts are numbers, and decimals may be negative: −3 means lots of a thousand.
    public init(
        _ row: JSONValue, market: MarketID, fees: (maker: Rate, taker: Rate) = provisionalFees
    ) throws(VenueDecodeError) {
        let fields = VenueFields(row, "markets.\((row["id"]?.text ?? "unnamed").prefix(40))")
        let lot = try Self.step(fields, "base_unit_precision")
        let tick = try Self.step(fields, "quote_unit_precision")
        let least = try fields.number("min_base_amount")
        let most = Int64(VenueFields.largest)
        guard let smallest = Self.steps(least, of: lot), (0...most).contains(smallest) else {
            throw fields.missing("min_base_amount", "an amount above zero")
        }
        guard let minNotional = Cash(rounding: try fields.number("min_quote_amount")), minNotional >= .zero else {
            throw fields.missing("min_quote_amount", "an amount")
        }
        let sizes = Quantity(lots: max(1, smallest))...Quantity(lots: most)
        let quote = try fields.text("quote_unit").uppercased()
        guard
            var instrument = Instrument(
                market: market, symbol: try fields.text("id").uppercased(),
                baseAsset: try fields.text("base_unit").uppercased(), quoteAsset: quote, settlementAsset: quote,
                tickSize: tick, lotSize: lot, priceRange: Price(ticks: 1)...Price(ticks: most), quantityRange: sizes,
                marketQuantityRange: sizes, minNotional: minNotional, collarUp: Self.collarUp, collarDown: .zero,
                marketTakeBound: .basisPoints(1_000), maxOpenOrders: 200, makerFee: fees.maker, takerFee: fees.taker)
        else { throw VenueDecodeError(fields.place, "tick \(tick) × lot \(lot) is too fine to be booked exactly") }
        instrument.kind = .spot
        self.instrument = instrument
        status = row["status"]?.text.flatMap(Status.init) ?? .unknown
    }

    /// No price band is documented.
    private static let collarUp = Rate(parts: Rate.one.parts * 10)

    /// The market of that name in the data of `/api/v3/markets`.
    public static func find(
        _ name: String, in data: JSONValue, market: MarketID, fees: (maker: Rate, taker: Rate) = provisionalFees
    ) throws(VenueDecodeError) -> MAXMarket {
        guard let rows = data.elements else { throw VenueDecodeError("markets", "expected an array") }
        guard let row = rows.first(where: { $0["id"]?.text == name }) else {
            throw VenueDecodeError("markets", "\(name) is not listed")
        }
        return try MAXMarket(row, market: market, fees: fees)
    }

    /// 10 to the power of minus that many decimals.
    private static func step(_ fields: VenueFields, _ name: String) throws(VenueDecodeError) -> ExactDecimal {
        let decimals = try fields.integer(name)
        guard (-9...15).contains(decimals) else { throw fields.missing(name, "decimals between -9 and 15") }
        guard decimals < 0 else { return ExactDecimal(mantissa: 1, scale: Int(decimals)) }
        var mantissa: Int128 = 1
        for _ in 0..<(-decimals) { mantissa *= 10 }
        return ExactDecimal(mantissa: mantissa, scale: 0)
    }

    /// Whole steps that reach `value`.
    private static func steps(_ value: ExactDecimal, of step: ExactDecimal) -> Int64? {
        let scale = max(value.scale, step.scale)
        guard let a = value.units(atScale: scale), let b = step.units(atScale: scale), a >= 0, b > 0 else { return nil }
        return Int64(exactly: a / b + (a % b == 0 ? 0 : 1))
    }
}

/// The account's own rates: `current_vip_level` of `/api/v3/info`.
public struct MAXFees: Hashable, Sendable {
    public var maker: Rate
    public var taker: Rate

    public init(_ info: JSONValue) throws(VenueDecodeError) {
        let level = try VenueFields(info, "info").object("current_vip_level")
        func rate(_ name: String) throws(VenueDecodeError) -> Rate {
            guard let rate = Rate(rounding: try level.number(name)), rate >= -.one, rate <= .one else {
                throw level.missing(name, "a share between -1 and 1")
            }
            return rate
        }
        maker = try rate("maker_fee")
        taker = try rate("taker_fee")
    }
}
