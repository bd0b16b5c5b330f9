internal import Fundamentals
public import MarketModel
public import VenueKit
public import Wire

/// What the venue does when an order would trade with another of the same account.
public enum BinanceSelfTradePrevention: String, Hashable, Sendable, CaseIterable {
    case none = "NONE"
    /// The rest of the taker goes, what rests stays.
    case expireTaker = "EXPIRE_TAKER"
    /// What rests goes, the taker goes on.
    case expireMaker = "EXPIRE_MAKER"
    case expireBoth = "EXPIRE_BOTH"
    /// Both lose what they would have traded.
    case decrement = "DECREMENT"
}

/// A symbol of `exchangeInfo`.
public struct BinanceSymbol: Hashable, Sendable {
    public var instrument: Instrument
    /// `TRADING`, `HALT`, `BREAK`, `CANCEL_ONLY`…
    public var status: String
    /// Whether spot orders are taken at all.
    public var isSpot: Bool
    public var allowedPreventions: [BinanceSelfTradePrevention]
}

/// Reader for spot's `exchangeInfo`: instruments of the symbols one wants, and the rate limits.
public enum BinanceExchangeInfo {
    /// Fee rates until the account's own are known: the base rates.
    public static let provisionalFees = (maker: Rate.basisPoints(10), taker: Rate.basisPoints(10))

    /// - Parameter symbol: upper case, as the venue writes it.
    public static func symbol(
        _ body: JSONValue, named symbol: String, market: MarketID, fees: (maker: Rate, taker: Rate) = provisionalFees
    ) throws(VenueDecodeError) -> BinanceSymbol {
        for row in try VenueFields(body, "exchangeInfo").array("symbols") where row["symbol"]?.text == symbol {
            let fields = VenueFields(row, "exchangeInfo.\(symbol)")
            let modes = row["allowedSelfTradePreventionModes"]?.elements ?? []
            return BinanceSymbol(
                instrument: try instrument(fields, symbol, market, fees), status: try fields.text("status"),
                isSpot: row["isSpotTradingAllowed"]?.boolean ?? true,
                allowedPreventions: modes.compactMap { $0.text.flatMap(BinanceSelfTradePrevention.init(rawValue:)) })
        }
        throw VenueDecodeError("exchangeInfo.symbols", "\(symbol) is not listed")
    }

    /// Quantities and prices are counted in the venue's own steps. A symbol whose tick × lot has more than twelve decimals is
    /// refused rather than rounded: a lot of our own would not hold what others trade, nor what we are given.
    private static func instrument(
        _ fields: VenueFields, _ symbol: String, _ market: MarketID, _ fees: (maker: Rate, taker: Rate)
    ) throws(VenueDecodeError) -> Instrument {
        let prices = try filter("PRICE_FILTER", fields)
        let lots = try filter("LOT_SIZE", fields)
        let tick = try positive(prices, "tickSize")
        let lot = try positive(lots, "stepSize")
        let orders = (try? filter("MAX_NUM_ORDERS", fields)).flatMap { try? $0.integer("maxNumOrders") } ?? 200
        let range = try quantityRange(lots, lot)
        let quote = try fields.text("quoteAsset")
        let result = Instrument(
            market: market, symbol: symbol, baseAsset: try fields.text("baseAsset"), quoteAsset: quote,
            settlementAsset: quote, tickSize: tick, lotSize: lot, priceRange: try priceRange(prices, tick),
            quantityRange: range, marketQuantityRange: marketRange(try? filter("MARKET_LOT_SIZE", fields), lot, range),
            minNotional: minNotional(fields),
            collarUp: try collar(fields, bySide: "bidMultiplierUp", else: "multiplierUp") ?? widest,
            collarDown: try collar(fields, bySide: "askMultiplierDown", else: "multiplierDown") ?? .zero,
            marketTakeBound: .basisPoints(500), maxOpenOrders: Int(clamping: max(0, orders)), makerFee: fees.maker,
            takerFee: fees.taker)
        guard var result else {
            throw VenueDecodeError(fields.place, "tick \(tick) × lot \(lot) is too fine to be booked exactly")
        }
        result.kind = .spot
        return result
    }

    /// A price band that never matters.
    private static let widest = Rate(parts: 10 * Rate.one.parts)

    // MARK: Filters

    private static func filter(_ type: String, _ fields: VenueFields) throws(VenueDecodeError) -> VenueFields {
        for filter in try fields.array("filters") where filter["filterType"]?.text == type {
            return VenueFields(filter, "\(fields.place).\(type)")
        }
        throw VenueDecodeError("\(fields.place).filters", "expected a \(type)")
    }

    private static func positive(_ fields: VenueFields, _ name: String) throws(VenueDecodeError) -> ExactDecimal {
        let decimal = try fields.decimal(name)
        guard decimal.mantissa > 0 else { throw fields.missing(name, "a step above zero") }
        return decimal
    }

    private static func collar(
        _ fields: VenueFields, bySide: String, else either: String
    ) throws(VenueDecodeError) -> Rate? {
        if let filter = try? filter("PERCENT_PRICE_BY_SIDE", fields) { return try rate(filter, bySide) }
        if let filter = try? filter("PERCENT_PRICE", fields) { return try rate(filter, either) }
        return nil
    }

    private static func rate(_ fields: VenueFields, _ name: String) throws(VenueDecodeError) -> Rate {
        guard let rate = Rate(rounding: try fields.decimal(name)), rate >= .zero else {
            throw fields.missing(name, "a rate")
        }
        return rate
    }

    /// The larger of the two filters that set one; either may be absent.
    private static func minNotional(_ fields: VenueFields) -> Cash {
        ["NOTIONAL", "MIN_NOTIONAL"].compactMap { name in
            (try? filter(name, fields)).flatMap { try? $0.decimal("minNotional") }.flatMap { Cash(rounding: $0) }
        }.max() ?? .zero
    }

    /// A bound of 0 switches that leg of the filter off.
    private static func priceRange(_ fields: VenueFields, _ tick: ExactDecimal) throws(VenueDecodeError)
        -> ClosedRange<Price>
    {
        let low = steps(try fields.decimal("minPrice"), of: tick, roundingUp: true)
        let high = steps(try fields.decimal("maxPrice"), of: tick, roundingUp: false)
        let lower = max(1, low)
        let upper = high == 0 ? Int64(VenueFields.largest) : high
        guard lower <= upper else { throw fields.missing("maxPrice", "a price above minPrice") }
        return Price(ticks: lower)...Price(ticks: upper)
    }

    private static func quantityRange(_ fields: VenueFields, _ lot: ExactDecimal) throws(VenueDecodeError)
        -> ClosedRange<Quantity>
    {
        let lower = max(1, steps(try fields.decimal("minQty"), of: lot, roundingUp: true))
        let upper = steps(try fields.decimal("maxQty"), of: lot, roundingUp: false)
        guard lower <= upper else { throw fields.missing("maxQty", "a quantity above minQty") }
        return Quantity(lots: lower)...Quantity(lots: upper)
    }

    /// Market orders obey both filters; zeros in theirs switch its legs off.
    private static func marketRange(
        _ fields: VenueFields?, _ lot: ExactDecimal, _ range: ClosedRange<Quantity>
    ) -> ClosedRange<Quantity> {
        guard let fields else { return range }
        let low = (try? fields.decimal("minQty")).map { steps($0, of: lot, roundingUp: true) } ?? 0
        let high = (try? fields.decimal("maxQty")).map { steps($0, of: lot, roundingUp: false) } ?? 0
        let lower = max(range.lowerBound.lots, low)
        let upper = high > 0 ? min(range.upperBound.lots, high) : range.upperBound.lots
        return lower <= upper ? Quantity(lots: lower)...Quantity(lots: upper) : range
    }

    private static func steps(_ value: ExactDecimal, of step: ExactDecimal, roundingUp: Bool) -> Int64 {
        let scale = max(value.scale, step.scale)
        guard let a = value.units(atScale: scale), let b = step.units(atScale: scale), a > 0, b > 0 else { return 0 }
        let quotient = a / b + (roundingUp && a % b != 0 ? 1 : 0)
        return min(Int64(clamping: quotient), Int64(VenueFields.largest))
    }

    // MARK: Limits

    /// What the documents say, until the venue has said it.
    public static let documentedRates = [
        RateRule(.weight, per: .minutes(1), limit: 6_000), RateRule(.orders, per: .seconds(10), limit: 50),
        RateRule(.orders, per: .hours(24), limit: 160_000),
    ]

    /// The venue's limits; a list that cannot be read gives the documented ones.
    public static func rateRules(_ body: JSONValue) -> [RateRule] {
        let rules = (body["rateLimits"]?.elements ?? []).compactMap { row -> RateRule? in
            guard let limit = row["limit"]?.integer, (1...10_000_000).contains(limit),
                let count = row["intervalNum"]?.integer, (1...1_440).contains(count)
            else { return nil }
            let measure: RateRule.Measure
            switch row["rateLimitType"]?.text {
            case "REQUEST_WEIGHT": measure = .weight
            case "ORDERS": measure = .orders
            default: return nil
            }
            switch row["interval"]?.text {
            case "SECOND": return RateRule(measure, per: .seconds(count), limit: Int(limit))
            case "MINUTE": return RateRule(measure, per: .minutes(count), limit: Int(limit))
            case "HOUR": return RateRule(measure, per: .hours(count), limit: Int(limit))
            case "DAY": return RateRule(measure, per: .hours(24 * count), limit: Int(limit))
            default: return nil
            }
        }
        return rules.isEmpty ? documentedRates : rules
    }
}
