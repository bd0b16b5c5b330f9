internal import Fundamentals
public import MarketModel
public import VenueKit
public import Wire

/// Reader for `exchangeInfo`: instruments of the symbols one wants, and the rate limits.
public enum AsterExchangeInfo {
    /// Fee rates until the account's own are known: the documents' base rates.
    public static let provisionalFees = (maker: Rate(parts: 10_000), taker: Rate(parts: 35_000))

    /// - Parameter symbol: upper case, as the venue writes it.
    public static func instrument(
        _ body: JSONValue, symbol: String, market: MarketID, fees: (maker: Rate, taker: Rate) = provisionalFees
    ) throws(AsterDecodeError) -> Instrument {
        for row in try AsterFields(body, "exchangeInfo").array("symbols") where row["symbol"]?.text == symbol {
            return try instrument(AsterFields(row, "exchangeInfo.\(symbol)"), symbol, market, fees)
        }
        throw AsterDecodeError("exchangeInfo.symbols", "\(symbol) is not listed")
    }

    private static func instrument(
        _ fields: AsterFields, _ symbol: String, _ market: MarketID, _ fees: (maker: Rate, taker: Rate)
    ) throws(AsterDecodeError) -> Instrument {
        guard try fields.text("status") == "TRADING" else { throw fields.missing("status", "TRADING") }
        guard try fields.text("contractType") == "PERPETUAL" else { throw fields.missing("contractType", "PERPETUAL") }
        let prices = try filter("PRICE_FILTER", fields)
        let lots = try filter("LOT_SIZE", fields)
        let marketLots = (try? filter("MARKET_LOT_SIZE", fields)) ?? lots
        let collar = try? filter("PERCENT_PRICE", fields)
        let tick = try positive(prices, "tickSize")
        let lot = try positive(lots, "stepSize")
        let notional = (try? filter("MIN_NOTIONAL", fields)).flatMap { try? $0.decimal("notional") } ?? .zero
        let bound = (try? fields.decimal("marketTakeBound")).flatMap { Rate(rounding: $0) } ?? .basisPoints(500)
        let orders = (try? filter("MAX_NUM_ORDERS", fields)).flatMap { try? $0.integer("limit") } ?? 200
        guard
            let result = Instrument(
                market: market, symbol: symbol, baseAsset: try fields.text("baseAsset"),
                quoteAsset: try fields.text("quoteAsset"), settlementAsset: try fields.text("marginAsset"),
                tickSize: tick, lotSize: lot, priceRange: try priceRange(prices, tick),
                quantityRange: try quantityRange(lots, lot), marketQuantityRange: try quantityRange(marketLots, lot),
                minNotional: Cash(rounding: notional) ?? .zero,
                collarUp: try rate(collar, "multiplierUp", otherwise: Rate(parts: 10 * Rate.one.parts)),
                collarDown: try rate(collar, "multiplierDown", otherwise: .zero), marketTakeBound: bound,
                maxOpenOrders: Int(clamping: max(0, orders)), makerFee: fees.maker, takerFee: fees.taker)
        else {
            throw AsterDecodeError(fields.place, "tick \(tick) × lot \(lot) is too fine to be booked exactly")
        }
        return result
    }

    private static func filter(_ type: String, _ fields: AsterFields) throws(AsterDecodeError) -> AsterFields {
        for filter in try fields.array("filters") where filter["filterType"]?.text == type {
            return AsterFields(filter, "\(fields.place).\(type)")
        }
        throw AsterDecodeError("\(fields.place).filters", "expected a \(type)")
    }

    private static func positive(_ fields: AsterFields, _ name: String) throws(AsterDecodeError) -> ExactDecimal {
        let decimal = try fields.decimal(name)
        guard decimal.mantissa > 0 else { throw fields.missing(name, "a step above zero") }
        return decimal
    }

    private static func rate(
        _ fields: AsterFields?, _ name: String, otherwise: Rate
    ) throws(AsterDecodeError) -> Rate {
        guard let fields, fields.value[name] != nil else { return otherwise }
        guard let rate = Rate(rounding: try fields.decimal(name)), rate >= .zero else {
            throw fields.missing(name, "a rate")
        }
        return rate
    }

    /// A bound of 0 switches that leg of the filter off.
    private static func priceRange(_ fields: AsterFields, _ tick: ExactDecimal) throws(AsterDecodeError)
        -> ClosedRange<Price>
    {
        let low = steps(try fields.decimal("minPrice"), of: tick, roundingUp: true)
        let high = steps(try fields.decimal("maxPrice"), of: tick, roundingUp: false)
        let lower = max(1, low)
        let upper = high == 0 ? Int64(AsterFields.largest) : high
        guard lower <= upper else { throw fields.missing("maxPrice", "a price above minPrice") }
        return Price(ticks: lower)...Price(ticks: upper)
    }

    private static func quantityRange(_ fields: AsterFields, _ lot: ExactDecimal) throws(AsterDecodeError)
        -> ClosedRange<Quantity>
    {
        let lower = max(1, steps(try fields.decimal("minQty"), of: lot, roundingUp: true))
        let upper = steps(try fields.decimal("maxQty"), of: lot, roundingUp: false)
        guard lower <= upper else { throw fields.missing("maxQty", "a quantity above minQty") }
        return Quantity(lots: lower)...Quantity(lots: upper)
    }

    private static func steps(_ value: ExactDecimal, of step: ExactDecimal, roundingUp: Bool) -> Int64 {
        let scale = max(value.scale, step.scale)
        guard let a = value.units(atScale: scale), let b = step.units(atScale: scale), a > 0, b > 0 else { return 0 }
        let quotient = a / b + (roundingUp && a % b != 0 ? 1 : 0)
        return min(Int64(clamping: quotient), Int64(AsterFields.largest))
    }

    /// The venue's limits; a list that cannot be read gives the documented ones.
    public static func rateRules(_ body: JSONValue) -> [RateRule] {
        let rows = body["rateLimits"]?.elements ?? []
        let rules = rows.compactMap { row -> RateRule? in
            guard let limit = row["limit"]?.integer, (1...1_000_000).contains(limit),
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
            default: return nil
            }
        }
        return rules.isEmpty ? documentedRules : rules
    }

    public static let documentedRules = [
        RateRule(.weight, per: .minutes(1), limit: 2_400),
        RateRule(.orders, per: .minutes(1), limit: 1_200),
        RateRule(.orders, per: .seconds(10), limit: 300),
    ]
}
