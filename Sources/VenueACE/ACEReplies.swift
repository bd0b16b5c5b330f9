internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

/// An order as a list or a query describes it.
struct ACEOrderRow: Hashable, Sendable {
    var orderNo: String
    var customID: String
    var side: Side
    var price: Price?
    var total: Quantity
    var filled: Quantity
    var status: OrderReport.Status

    func report(_ market: MarketID, _ id: VenueOrderID, _ client: ClientOrderID?) -> OrderReport {
        OrderReport(
            market: market, clientOrderID: client, venueOrderID: id, side: side, price: price, quantity: total,
            filled: filled, status: status)
    }
}

/// One of our executions, with the venue's names.
struct ACETradeRow: Hashable, Sendable {
    var orderNo: String
    var customID: String
    var tradeNo: String
    var side: Side
    var price: Price
    var quantity: Quantity
    var fee: Cash
    var isMaker: Bool
    var isSelf: Bool
    var time: Instant
}

/// Readers for replies. Lenient about members that come and go, strict about what money depends on.
enum ACEReplies {
    // MARK: Books

    /// Levels come as volume, then price.
    static func book(_ body: JSONValue, _ pair: ACEMarketPair) throws(VenueDecodeError) -> BookUpdate {
        let fields = VenueFields(body, "orderBook")
        guard try fields.integer("baseCurrencyId") == pair.base, try fields.integer("quoteCurrencyId") == pair.quote
        else { throw fields.missing("baseCurrencyId", "the ids of \(pair.instrument.symbol)") }
        return BookUpdate(
            bids: try levels(fields, "bids", pair.instrument), asks: try levels(fields, "asks", pair.instrument))
    }

    private static func levels(
        _ fields: VenueFields, _ name: String, _ instrument: Instrument
    ) throws(VenueDecodeError) -> [BookLevel] {
        let rows = try fields.array(name)
        var levels: [BookLevel] = []
        levels.reserveCapacity(rows.count)
        for row in rows {
            guard let pair = row.elements, pair.count >= 2, let volume = pair[0].numeral.flatMap({ ExactDecimal($0) }),
                let at = pair[1].numeral.flatMap({ ExactDecimal($0) }), let quantity = instrument.quantity(volume),
                let price = instrument.price(at), price.ticks > 0, price.ticks.magnitude <= VenueFields.largest,
                quantity > .zero, quantity.lots.magnitude <= VenueFields.largest
            else { throw VenueDecodeError("orderBook.\(name)", "expected pairs of volume and price on lot and tick") }
            levels.append(BookLevel(price, quantity))
        }
        return levels
    }

    // MARK: Orders

    static func orders(_ body: JSONValue, _ pair: ACEMarketPair) throws(VenueDecodeError) -> [ACEOrderRow] {
        guard let rows = body.elements else { throw VenueDecodeError("orderList", "expected an array of orders") }
        var result: [ACEOrderRow] = []
        result.reserveCapacity(rows.count)
        for row in rows { result.append(try order(row, pair)) }
        return result
    }

    /// The total is what was traded and what remains: `num` of `showOrderStatus` is 0 for a cancelled order.
    static func order(_ body: JSONValue, _ pair: ACEMarketPair) throws(VenueDecodeError) -> ACEOrderRow {
        let fields = VenueFields(body, "order")
        try check(fields, pair)
        let filled = try quantity(fields, "tradeNum", pair)
        let remaining = try quantity(fields, "remainNum", pair)
        let status: OrderReport.Status =
            switch try fields.integer("status") {
            case 0, 1: .working
            case 2: .done(.filled)
            case 4, 5: .done(.canceled)
            default: throw fields.missing("status", "0, 1, 2, 4 or 5")
            }
        let price = try fields.decimal("price")
        return ACEOrderRow(
            orderNo: try fields.text("orderNo"), customID: body["customOrderId"]?.text ?? "", side: try side(fields),
            price: price.mantissa > 0 ? try fields.price("price", of: pair.instrument) : nil,
            total: filled + remaining, filled: filled, status: status)
    }

    // MARK: Fills

    static func trades(_ body: JSONValue, _ pair: ACEMarketPair) throws(VenueDecodeError) -> [ACETradeRow] {
        guard let rows = body.elements else { throw VenueDecodeError("tradeList", "expected an array of trades") }
        var result: [ACETradeRow] = []
        result.reserveCapacity(rows.count)
        for row in rows { result.append(try trade(row, pair)) }
        return result
    }

    private static func trade(_ body: JSONValue, _ pair: ACEMarketPair) throws(VenueDecodeError) -> ACETradeRow {
        let fields = VenueFields(body, "tradeList")
        try check(fields, pair)
        guard let fee = Cash(rounding: try fields.decimal("fee")) else { throw fields.missing("fee", "an amount") }
        let quantity = try quantity(fields, "tradeNum", pair)
        guard quantity > .zero else { throw fields.missing("tradeNum", "a quantity above zero") }
        return ACETradeRow(
            orderNo: try fields.text("orderNo"), customID: body["customOrderId"]?.text ?? "",
            tradeNo: try fields.text("tradeNo"), side: try side(fields),
            price: try fields.price("tradePrice", of: pair.instrument), quantity: quantity, fee: fee,
            isMaker: body["isMaker"]?.boolean ?? false, isSelf: body["isSelf"]?.boolean ?? false,
            time: try fields.time("tradeTimestamp"))
    }

    // MARK: Balances

    /// Total and available of each of `assets`; one that the reply does not list is not held.
    static func holdings(
        _ body: JSONValue, of assets: [String]
    ) throws(VenueDecodeError) -> [(asset: String, total: Cash, available: Cash)] {
        guard let rows = body.elements else { throw VenueDecodeError("account", "expected an array of balances") }
        var result: [(asset: String, total: Cash, available: Cash)] = []
        for asset in assets {
            guard let row = rows.first(where: { $0["currencyName"]?.text?.uppercased() == asset }) else {
                result.append((asset, .zero, .zero))
                continue
            }
            let fields = VenueFields(row, "account")
            guard let total = Cash(rounding: try fields.decimal("amount")),
                let available = Cash(rounding: try fields.decimal("cashAmount"))
            else { throw fields.missing("amount", "an amount") }
            result.append((asset, total, available))
        }
        return result
    }

    // MARK: Fields

    private static func check(_ fields: VenueFields, _ pair: ACEMarketPair) throws(VenueDecodeError) {
        guard try fields.integer("baseCurrencyId") == pair.base, try fields.integer("quoteCurrencyId") == pair.quote
        else { throw fields.missing("baseCurrencyId", "the ids of \(pair.instrument.symbol)") }
    }

    private static func side(_ fields: VenueFields) throws(VenueDecodeError) -> Side {
        switch try fields.integer("buyOrSell") {
        case 1: return .buy
        case 2: return .sell
        default: throw fields.missing("buyOrSell", "1 or 2")
        }
    }

    private static func quantity(
        _ fields: VenueFields, _ name: String, _ pair: ACEMarketPair
    ) throws(VenueDecodeError) -> Quantity {
        let quantity = try fields.quantity(name, of: pair.instrument)
        guard quantity >= .zero else { throw fields.missing(name, "a quantity that is not negative") }
        return quantity
    }
}
