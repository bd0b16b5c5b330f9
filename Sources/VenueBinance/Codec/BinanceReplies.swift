public import Fundamentals
public import MarketModel
public import VenueKit
public import Wire

/// An order as a reply describes it.
public struct BinanceOrderRow: Hashable, Sendable {
    public var report: OrderReport
    /// The client order id as text: of an order that is cancelled, the one that it was placed under.
    public var clientText: String
    /// What self-trade prevention took off; `report.quantity` is without it.
    public var prevented: Quantity
}

/// A fill, and what has to be said about its fee.
public struct BinanceTradeRow: Hashable, Sendable {
    public var fill: Fill
    /// The asset of a fee that had to be estimated.
    public var estimatedFrom: String?
}

/// Readers for spot's REST replies. Lenient about members that come and go, strict about what money depends on.
public enum BinanceReplies {
    public static func serverTime(_ body: JSONValue) throws(VenueDecodeError) -> Instant {
        try VenueFields(body, "time").time("serverTime")
    }

    // MARK: Orders

    public static func order(_ body: JSONValue, _ instrument: Instrument) throws(VenueDecodeError) -> BinanceOrderRow {
        let fields = VenueFields(body, "order")
        guard try fields.text("symbol") == instrument.symbol else {
            throw fields.missing("symbol", "\"\(instrument.symbol)\"")
        }
        let isCancel = body["origClientOrderId"] != nil
        let clientText = try fields.text(isCancel ? "origClientOrderId" : "clientOrderId")
        let filled = try quantity(fields, "executedQty", instrument)
        let prevented = try quantity(fields, "preventedQuantity", instrument)
        let price = try body["price"] == nil ? Price(ticks: 0) : fields.price("price", of: instrument)
        let report = OrderReport(
            market: instrument.market, clientOrderID: ClientOrderID(text: clientText),
            venueOrderID: VenueOrderID(try fields.integer("orderId")), side: try fields.side("side"),
            price: price.ticks == 0 ? nil : price,
            quantity: try fields.quantity("origQty", of: instrument) - prevented, filled: filled,
            status: try status(fields))
        return BinanceOrderRow(report: report, clientText: clientText, prevented: prevented)
    }

    private static func quantity(
        _ fields: VenueFields, _ name: String, _ instrument: Instrument
    ) throws(VenueDecodeError) -> Quantity {
        try fields.value[name] == nil ? .zero : fields.quantity(name, of: instrument)
    }

    static func status(_ fields: VenueFields, _ name: String = "status") throws(VenueDecodeError)
        -> OrderReport.Status
    {
        switch try fields.text(name) {
        case "NEW", "PENDING_NEW", "PARTIALLY_FILLED", "PENDING_CANCEL": .working
        case "FILLED": .done(.filled)
        case "CANCELED": .done(.canceled)
        case "REJECTED": .done(.rejected)
        case "EXPIRED": .done(.expired)
        case "EXPIRED_IN_MATCH": .done(.selfTradePrevented)
        default: throw fields.missing(name, "a known order status")
        }
    }

    /// The fills of a `FULL` reply to an order: all of them took liquidity.
    public static func fills(
        _ body: JSONValue, of order: OrderReport, _ instrument: Instrument
    ) throws(VenueDecodeError) -> [BinanceTradeRow] {
        guard let rows = body["fills"]?.elements, !rows.isEmpty else { return [] }
        let time = try VenueFields(body, "order").time("transactTime")
        var result: [BinanceTradeRow] = []
        for row in rows {
            let fields = VenueFields(row, "order.fills")
            result.append(
                try trade(
                    fields, id: "tradeId", commission: ("commission", "commissionAsset"), order.clientOrderID,
                    order.venueOrderID, order.side, isMaker: false, time, instrument))
        }
        return result
    }

    /// A row of `myTrades`, which does not repeat the client order id.
    public static func myTrade(_ row: JSONValue, _ instrument: Instrument) throws(VenueDecodeError) -> BinanceTradeRow {
        let fields = VenueFields(row, "myTrades")
        guard try fields.text("symbol") == instrument.symbol else {
            throw fields.missing("symbol", "\"\(instrument.symbol)\"")
        }
        return try trade(
            fields, id: "id", commission: ("commission", "commissionAsset"), nil,
            VenueOrderID(try fields.integer("orderId")), try fields.boolean("isBuyer") ? .buy : .sell,
            isMaker: try fields.boolean("isMaker"), try fields.time("time"), instrument)
    }

    private static func trade(
        _ fields: VenueFields, id: String, commission: (amount: String, asset: String), _ client: ClientOrderID?,
        _ venue: VenueOrderID, _ side: Side, isMaker: Bool, _ time: Instant, _ instrument: Instrument
    ) throws(VenueDecodeError) -> BinanceTradeRow {
        let price = try fields.price("price", of: instrument)
        let quantity = try fields.quantity("qty", of: instrument)
        guard price.ticks > 0, quantity > .zero else { throw fields.missing("qty", "a price and quantity above zero") }
        let fee = try BinanceCommission(
            fields, amount: commission.amount, asset: commission.asset, price: price, quantity: quantity,
            isMaker: isMaker, instrument)
        var fill = Fill(
            market: instrument.market, trade: TradeID(try fields.integer(id)), clientOrderID: client,
            venueOrderID: venue, side: side, price: price, quantity: quantity, isMaker: isMaker, commission: fee.cash,
            venueTime: time)
        fill.baseCommission = fee.base
        if fee.estimatedFrom != nil { fill.thirdAssetCommission = fee.cash }
        return BinanceTradeRow(fill: fill, estimatedFrom: fee.estimatedFrom)
    }

    // MARK: Account

    /// Whether the account may trade on spot, or why not.
    public static func obstacle(_ body: JSONValue) throws(VenueDecodeError) -> String? {
        let fields = VenueFields(body, "account")
        if try !fields.boolean("canTrade") { return "the account or its key may not trade" }
        if let type = body["accountType"]?.text, type != "SPOT" { return "the account is a \(type.prefix(20)) account" }
        return nil
    }

    /// What is held of one asset; nothing where the reply has no row.
    public static func holding(
        _ body: JSONValue, asset: String
    ) throws(VenueDecodeError) -> (total: Cash, available: Cash) {
        for row in try VenueFields(body, "account").array("balances") where row["asset"]?.text == asset {
            return try holding(VenueFields(row, "account.\(asset)"), free: "free", locked: "locked")
        }
        return (.zero, .zero)
    }

    static func holding(
        _ fields: VenueFields, free: String, locked: String
    ) throws(VenueDecodeError) -> (total: Cash, available: Cash) {
        let (available, held) = (try amount(fields, free), try amount(fields, locked))
        return (available + held, available)
    }

    private static func amount(_ fields: VenueFields, _ name: String) throws(VenueDecodeError) -> Cash {
        guard let cash = Cash(rounding: try fields.decimal(name)), cash.magnitude <= largest else {
            throw fields.missing(name, "an amount")
        }
        return cash
    }

    /// 10¹⁸ coins, more than there are of any: two of them can be added.
    private static let largest = Cash(whole: 1_000_000_000_000_000_000)

    /// What a trade costs: standard, special and tax rates, and the dearer of the rates for buyers and sellers. A discount for
    /// paying in BNB is left out: fees are never less than booked.
    public static func commission(
        _ body: JSONValue, symbol: String
    ) throws(VenueDecodeError) -> (maker: Rate, taker: Rate) {
        let fields = VenueFields(body, "account/commission")
        guard try fields.text("symbol") == symbol else { throw fields.missing("symbol", "\"\(symbol)\"") }
        var (maker, taker) = (Int64(0), Int64(0))
        for name in ["standardCommission", "specialCommission", "taxCommission"] where body[name] != nil {
            let part = try fields.object(name)
            let sides = max(try rate(part, "buyer"), try rate(part, "seller"))
            maker += try rate(part, "maker") + sides
            taker += try rate(part, "taker") + sides
        }
        return (Rate(parts: maker), Rate(parts: taker))
    }

    private static func rate(_ fields: VenueFields, _ name: String) throws(VenueDecodeError) -> Int64 {
        guard fields.value[name] != nil else { return 0 }
        guard let rate = Rate(rounding: try fields.decimal(name)), rate.parts.magnitude <= Rate.one.parts.magnitude
        else { throw fields.missing(name, "a rate") }
        return rate.parts
    }
}
