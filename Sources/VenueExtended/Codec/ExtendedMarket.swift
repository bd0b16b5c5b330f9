public import MarketModel
internal import StarkCryptography
public import VenueKit
public import Wire

/// A market as `/info/markets` describes it.
public struct ExtendedMarket: Hashable, Sendable {
    public enum Status: String, Hashable, Sendable, CaseIterable {
        case active = "ACTIVE"
        case reduceOnly = "REDUCE_ONLY"
        case delisted = "DELISTED"
        case prelisted = "PRELISTED"
        case disabled = "DISABLED"
        /// A word that was not known when this was written.
        case unknown = ""
    }

    /// Up to `upperBound` of position value, this share of it is the initial margin.
    public struct RiskBracket: Hashable, Sendable {
        public var upperBound: Cash
        public var riskFactor: Rate

        public init(upperBound: Cash, riskFactor: Rate) {
            self.upperBound = upperBound
            self.riskFactor = riskFactor
        }
    }

    /// Rules for orders. The collars say how far from mark a limit order may be priced; fees are those given, since the
    /// venue tells them per account.
    public var instrument: Instrument
    public var settlement: ExtendedSettlement
    public var status: Status
    /// Traded on request: there is no public book, and orders take another path.
    public var isQuoteOnRequest: Bool
    public var maxLeverage: ExactDecimal
    /// The most that one order may be worth.
    public var maxLimitOrderValue: Cash
    public var maxMarketOrderValue: Cash
    public var maxPositionValue: Cash
    public var riskBrackets: [RiskBracket]
    /// As of the reply; nil where the reply has none.
    public var stats: ExtendedStats?

    public var name: String { instrument.symbol }

    /// Fee rates until the account's own are known.
    public static let provisionalFees = (maker: Rate.zero, taker: Rate.zero)

    /// Reads a row.
    public init(
        _ row: JSONValue, market: MarketID, fees: (maker: Rate, taker: Rate) = provisionalFees
    ) throws(VenueDecodeError) {
        let name = row["name"]?.text ?? "unnamed"
        let fields = VenueFields(row, "markets.\(name.prefix(40))")
        let rules = try fields.object("tradingConfig")
        instrument = try Self.instrument(fields, rules, market, fees)
        settlement = try Self.settlement(fields.object("l2Config"))
        status = row["status"]?.text.flatMap(Status.init) ?? .unknown
        isQuoteOnRequest = row["isRfq"]?.boolean ?? false
        maxLeverage = try rules.decimal("maxLeverage")
        maxLimitOrderValue = try Self.cash(rules, "maxLimitOrderValue")
        maxMarketOrderValue = try Self.cash(rules, "maxMarketOrderValue")
        maxPositionValue = try Self.cash(rules, "maxPositionValue")
        var brackets: [RiskBracket] = []
        for element in row["tradingConfig"]?["riskFactorConfig"]?.elements ?? [] {
            let bracket = VenueFields(element, "\(rules.place).riskFactorConfig")
            guard let factor = Rate(rounding: try bracket.decimal("riskFactor")) else {
                throw bracket.missing("riskFactor", "a rate")
            }
            brackets.append(RiskBracket(upperBound: try Self.cash(bracket, "upperBound"), riskFactor: factor))
        }
        riskBrackets = brackets
        stats = row["marketStats"].flatMap { try? ExtendedStats($0) }
    }

    /// The market of that name in the data of `/info/markets`.
    public static func find(
        _ name: String, in data: JSONValue, market: MarketID, fees: (maker: Rate, taker: Rate) = provisionalFees
    ) throws(VenueDecodeError) -> ExtendedMarket {
        guard let rows = data.elements else { throw VenueDecodeError("markets", "expected an array") }
        guard let row = rows.first(where: { $0["name"]?.text == name }) else {
            throw VenueDecodeError("markets", "\(name) is not listed")
        }
        return try ExtendedMarket(row, market: market, fees: fees)
    }

    // MARK: Parts

    private static func instrument(
        _ fields: VenueFields, _ rules: VenueFields, _ market: MarketID, _ fees: (maker: Rate, taker: Rate)
    ) throws(VenueDecodeError) -> Instrument {
        let tick = try positive(rules, "minPriceChange")
        let lot = try positive(rules, "minOrderSizeChange")
        let least = try rules.decimal("minOrderSize")
        let most = Int64(VenueFields.largest)
        guard let smallest = steps(least, of: lot), (0...most).contains(smallest) else {
            throw rules.missing("minOrderSize", "a size above zero")
        }
        let sizes = Quantity(lots: max(1, smallest))...Quantity(lots: most)
        let up = try rate(rules, "limitPriceCap")
        let down = try rate(rules, "limitPriceFloor")
        let orders = rules.value["maxNumOrders"]?.integer ?? 200
        guard
            let result = Instrument(
                market: market, symbol: try fields.text("name"), baseAsset: try fields.text("assetName"),
                quoteAsset: try fields.text("collateralAssetName"),
                settlementAsset: try fields.text("collateralAssetName"), tickSize: tick, lotSize: lot,
                priceRange: Price(ticks: 1)...Price(ticks: most), quantityRange: sizes, marketQuantityRange: sizes,
                minNotional: .zero, collarUp: Rate(parts: Rate.one.parts + up.parts),
                collarDown: Rate(parts: Rate.one.parts - down.parts), marketTakeBound: min(up, down),
                maxOpenOrders: Int(clamping: max(0, orders)), makerFee: fees.maker, takerFee: fees.taker)
        else {
            throw VenueDecodeError(fields.place, "tick \(tick) × lot \(lot) is too fine to be booked exactly")
        }
        return result
    }

    /// Reads an `l2Config`.
    public static func settlement(_ fields: VenueFields) throws(VenueDecodeError) -> ExtendedSettlement {
        func felt(_ name: String) throws(VenueDecodeError) -> Felt {
            guard let felt = Felt(hex: try fields.text(name)) else { throw fields.missing(name, "a hexadecimal felt") }
            return felt
        }
        func resolution(_ name: String) throws(VenueDecodeError) -> Int64 {
            let number = try fields.integer(name)
            guard number > 0 else { throw fields.missing(name, "a number above zero") }
            return number
        }
        return ExtendedSettlement(
            collateralID: try felt("collateralId"), collateralResolution: try resolution("collateralResolution"),
            syntheticID: try felt("syntheticId"), syntheticResolution: try resolution("syntheticResolution"))
    }

    private static func positive(_ fields: VenueFields, _ name: String) throws(VenueDecodeError) -> ExactDecimal {
        let decimal = try fields.decimal(name)
        guard decimal.mantissa > 0 else { throw fields.missing(name, "a step above zero") }
        return decimal
    }

    /// A share of the mark price, from nothing to all of it.
    private static func rate(_ fields: VenueFields, _ name: String) throws(VenueDecodeError) -> Rate {
        guard let rate = Rate(rounding: try fields.decimal(name)), rate >= .zero, rate <= .one else {
            throw fields.missing(name, "a share between 0 and 1")
        }
        return rate
    }

    private static func cash(_ fields: VenueFields, _ name: String) throws(VenueDecodeError) -> Cash {
        guard let cash = Cash(rounding: try fields.decimal(name)), cash >= .zero else {
            throw fields.missing(name, "an amount")
        }
        return cash
    }

    /// Whole steps that reach `value`.
    private static func steps(_ value: ExactDecimal, of step: ExactDecimal) -> Int64? {
        let scale = max(value.scale, step.scale)
        guard let a = value.units(atScale: scale), let b = step.units(atScale: scale), a >= 0, b > 0 else { return nil }
        return Int64(exactly: a / b + (a % b == 0 ? 0 : 1))
    }
}
