internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

/// An order as lists, queries and streams describe it.
struct BitoProOrderRow: Hashable, Sendable {
    var id: VenueOrderID
    /// Our number; nil where the row tells none.
    var clientNumber: Int64?
    var side: Side
    var price: Price?
    var total: Quantity
    var filled: Quantity
    var status: OrderReport.Status

    func report(_ market: MarketID, _ client: ClientOrderID?) -> OrderReport {
        OrderReport(
            market: market, clientOrderID: client, venueOrderID: id, side: side, price: price, quantity: total,
            filled: filled, status: status)
    }
}

/// One of our executions; its order is known by the venue's name only.
struct BitoProTradeRow: Hashable, Sendable {
    var trade: TradeID
    var order: VenueOrderID
    var side: Side
    var price: Price
    var quantity: Quantity
    var isMaker: Bool
    /// In the quote asset, and what of it was taken in the base asset.
    var commission: Cash
    var baseCommission: Cash
    /// Set when the fee was in a third asset and had to be estimated.
    var flaw: String?
    var time: Instant
}

/// Readers for replies and frames. Lenient about members that come and go, strict about what money depends on.
enum BitoProReplies {
    // MARK: Books

    /// Levels are objects of price, amount, count and total.
    static func book(_ body: JSONValue, _ instrument: Instrument) throws(VenueDecodeError) -> BookUpdate {
        let fields = VenueFields(body, "orderBook")
        return BookUpdate(
            bids: try levels(fields, "bids", instrument), asks: try levels(fields, "asks", instrument))
    }

    private static func levels(
        _ fields: VenueFields, _ name: String, _ instrument: Instrument
    ) throws(VenueDecodeError) -> [BookLevel] {
        let rows = try fields.array(name)
        var levels: [BookLevel] = []
        levels.reserveCapacity(rows.count)
        for row in rows {
            let level = VenueFields(row, "orderBook.\(name)")
            let price = try level.price("price", of: instrument)
            let quantity = try level.quantity("amount", of: instrument)
            guard price.ticks > 0, quantity > .zero else { throw level.missing("amount", "a level above zero") }
            levels.append(BookLevel(price, quantity))
        }
        return levels
    }

    // MARK: Orders

    static func orders(_ rows: [JSONValue], _ instrument: Instrument) throws(VenueDecodeError) -> [BitoProOrderRow] {
        var result: [BitoProOrderRow] = []
        result.reserveCapacity(rows.count)
        for row in rows { result.append(try order(row, instrument)) }
        return result
    }

    static func order(_ body: JSONValue, _ instrument: Instrument) throws(VenueDecodeError) -> BitoProOrderRow {
        let fields = VenueFields(body, "order")
        guard try fields.text("pair").uppercased() == instrument.symbol else {
            throw fields.missing("pair", "\"\(instrument.symbol)\"")
        }
        let price = try fields.decimal("price")
        let filled = try fields.quantity("executedAmount", of: instrument)
        let total = try fields.quantity("originalAmount", of: instrument)
        guard filled >= .zero, total >= filled else {
            throw fields.missing("executedAmount", "an amount from zero to originalAmount")
        }
        return BitoProOrderRow(
            id: try id(fields, "id"), clientNumber: body["clientId"]?.integer, side: try fields.side("action"),
            price: price.mantissa > 0 ? try fields.price("price", of: instrument) : nil, total: total, filled: filled,
            status: try status(fields))
    }

    /// An id, as a number or as a text.
    static func id(_ fields: VenueFields, _ name: String) throws(VenueDecodeError) -> VenueOrderID {
        guard let text = fields.value[name]?.numeral, let id = BitoProOrderID.read(text) else {
            throw fields.missing(name, "an order id")
        }
        return id
    }

    /// -1 waits for its trigger; 3 is over after a part of it.
    private static func status(_ fields: VenueFields) throws(VenueDecodeError) -> OrderReport.Status {
        switch try fields.integer("status") {
        case -1, 0, 1: return .working
        case 2: return .done(.filled)
        case 3, 4: return .done(.canceled)
        case 6: return .done(.postOnlyMiss)
        default: throw fields.missing("status", "-1, 0, 1, 2, 3, 4 or 6")
        }
    }

    // MARK: Fills

    /// Newest first, as the venue lists them.
    static func trades(_ body: JSONValue, _ instrument: Instrument) throws(VenueDecodeError) -> [BitoProTradeRow] {
        let rows = try VenueFields(body, "trades").array("data")
        var result: [BitoProTradeRow] = []
        result.reserveCapacity(rows.count)
        for row in rows { result.append(try trade(row, instrument)) }
        return result
    }

    private static func trade(_ body: JSONValue, _ instrument: Instrument) throws(VenueDecodeError) -> BitoProTradeRow {
        let fields = VenueFields(body, "trades")
        let price = try fields.price("price", of: instrument)
        let quantity = try fields.quantity("baseAmount", of: instrument)
        guard quantity > .zero else { throw fields.missing("baseAmount", "an amount above zero") }
        let isMaker = body["isTaker"]?.boolean.map { !$0 } ?? false
        let fee = try BitoProFee(fields, price, quantity, isMaker: isMaker, instrument)
        return BitoProTradeRow(
            trade: TradeID(try fields.integer("tradeId")), order: try id(fields, "orderId"),
            side: try fields.side("action"), price: price, quantity: quantity, isMaker: isMaker,
            commission: fee.commission, baseCommission: fee.base, flaw: fee.flaw,
            time: try body["createdTimestamp"] == nil ? fields.time("timestamp") : fields.time("createdTimestamp"))
    }

    // MARK: Balances

    /// Total and available of each of `assets`; one that the rows do not list is not held, where they are `all`.
    static func holdings(
        _ rows: [JSONValue], of assets: [String], all: Bool
    ) throws(VenueDecodeError) -> [(asset: String, total: Cash, available: Cash)] {
        var result: [(asset: String, total: Cash, available: Cash)] = []
        for asset in assets {
            guard let row = rows.first(where: { $0["currency"]?.text?.uppercased() == asset }) else {
                if all { result.append((asset, .zero, .zero)) }
                continue
            }
            let fields = VenueFields(row, "balance")
            guard let total = Cash(rounding: try fields.decimal("amount")),
                let available = Cash(rounding: try fields.decimal("available"))
            else { throw fields.missing("amount", "an amount") }
            result.append((asset, total, available))
        }
        return result
    }
}

/// What a fill cost: in the asset that was received, or in BitoPro's own token where the account pays in that.
struct BitoProFee: Hashable, Sendable {
    var commission: Cash
    var base = Cash.zero
    var flaw: String?

    init(
        _ fields: VenueFields, _ price: Price, _ quantity: Quantity, isMaker: Bool, _ instrument: Instrument
    ) throws(VenueDecodeError) {
        guard let fee = Cash(rounding: try fields.decimal("fee")), fee.magnitude <= Cash(whole: 1_000_000_000_000)
        else {
            throw fields.missing("fee", "an amount")
        }
        let symbol = try fields.text("feeSymbol").uppercased()
        if symbol == instrument.quoteAsset || fee == .zero {
            commission = fee
        } else if symbol == instrument.baseAsset {
            base = fee
            commission = Self.value(of: fee, at: instrument.decimal(price))
        } else {
            let rate = isMaker ? instrument.makerFee : instrument.takerFee
            commission = rate.of(instrument.notional(price, quantity))
            flaw = "a fee of \(fee) \(symbol) booked as an estimated \(commission) \(instrument.quoteAsset)"
        }
    }

    /// Base × price, rounded to 10⁻¹².
    private static func value(of amount: Cash, at price: ExactDecimal) -> Cash {
        var divisor: Int128 = 1
        for _ in 0..<price.scale { divisor *= 10 }
        let (product, overflow) = amount.units.multipliedReportingOverflow(by: price.mantissa)
        return overflow ? .zero : Cash(units: Cash.divideRounding(product, by: divisor))
    }
}
