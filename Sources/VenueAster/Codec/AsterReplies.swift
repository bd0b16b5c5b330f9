public import Fundamentals
public import MarketModel
public import VenueKit
public import Wire

/// An order as a reply describes it, with what the client's own vocabulary has no room for.
public struct AsterOrderRow: Hashable, Sendable {
    public var report: OrderReport
    /// The client order id as text: ours by its prefix even where it cannot be parsed.
    public var clientText: String

    public var isOurs: Bool { clientText.hasPrefix(ClientOrderID.prefix) }
}

/// A row of `userTrades`: a fill whose client order id the venue does not repeat.
public struct AsterTradeRow: Hashable, Sendable {
    public var fill: Fill
    /// Set when the commission was not in the settlement asset and had to be estimated.
    public var flaw: String?
}

public struct AsterPositionRow: Hashable, Sendable {
    public var quantity: Quantity
    public var entryPrice: ExactDecimal
    /// A LONG or SHORT row that is not flat: the account is in hedge mode.
    public var isHedge: Bool
}

/// Readers for REST replies. Lenient about members that come and go, strict about what money depends on.
public enum AsterReplies {
    public static func serverTime(_ body: JSONValue) throws(AsterDecodeError) -> Instant {
        try AsterFields(body, "time").time("serverTime")
    }

    public static func isHedgeMode(_ body: JSONValue) throws(AsterDecodeError) -> Bool {
        try AsterFields(body, "positionSide").boolean("dualSidePosition")
    }

    public static func listenKey(_ body: JSONValue) throws(AsterDecodeError) -> String {
        let key = try AsterFields(body, "listenKey").text("listenKey")
        let plain = key.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) }
        guard plain, (8...256).contains(key.utf8.count) else {
            throw AsterDecodeError("listenKey.listenKey", "expected 8 to 256 letters and digits")
        }
        return key
    }

    // MARK: Orders

    public static func order(_ body: JSONValue, _ instrument: Instrument) throws(AsterDecodeError) -> AsterOrderRow {
        let fields = AsterFields(body, "order")
        guard try fields.text("symbol") == instrument.symbol else {
            throw fields.missing("symbol", "\"\(instrument.symbol)\"")
        }
        let clientText = try fields.text("clientOrderId")
        let filled = try body["executedQty"] == nil ? .zero : fields.quantity("executedQty", of: instrument)
        let price = try body["price"] == nil ? Price(ticks: 0) : fields.price("price", of: instrument)
        let report = OrderReport(
            market: instrument.market, clientOrderID: ClientOrderID(text: clientText),
            venueOrderID: VenueOrderID(try fields.integer("orderId")), side: try fields.side("side"),
            price: price.ticks == 0 ? nil : price, quantity: try fields.quantity("origQty", of: instrument),
            filled: filled,
            status: try status(fields, filled: filled))
        return AsterOrderRow(report: report, clientText: clientText)
    }

    private static func status(_ fields: AsterFields, filled: Quantity) throws(AsterDecodeError) -> OrderReport.Status {
        switch try fields.text("status") {
        case "NEW", "PARTIALLY_FILLED": return .working
        case "FILLED": return .done(.filled)
        case "CANCELED": return .done(.canceled)
        case "REJECTED": return .done(.rejected)
        case "EXPIRED":
            let postOnly = fields.value["timeInForce"]?.text == "GTX"
            return .done(postOnly && filled == .zero ? .postOnlyMiss : .expired)
        case "EXPIRED_IN_MATCH": return .done(.selfTradePrevented)
        case "NEW_INSURANCE", "NEW_ADL": return .done(.expired)
        default: throw fields.missing("status", "a known order status")
        }
    }

    /// Open orders of one market. A row of another symbol is an error: the reply answers another question.
    public static func orders(_ body: JSONValue, _ instrument: Instrument) throws(AsterDecodeError) -> [AsterOrderRow] {
        guard let rows = body.elements else { throw AsterDecodeError("openOrders", "expected an array") }
        var result: [AsterOrderRow] = []
        result.reserveCapacity(rows.count)
        for row in rows { result.append(try order(row, instrument)) }
        return result
    }

    // MARK: Fills

    /// Rows of `userTrades`, ascending by trade id. The client order id is left nil.
    public static func trades(_ body: JSONValue, _ instrument: Instrument) throws(AsterDecodeError) -> [AsterTradeRow] {
        guard let rows = body.elements else { throw AsterDecodeError("userTrades", "expected an array") }
        var result: [AsterTradeRow] = []
        result.reserveCapacity(rows.count)
        for row in rows { result.append(try trade(row, instrument)) }
        return result.sorted { $0.fill.trade < $1.fill.trade }
    }

    private static func trade(_ body: JSONValue, _ instrument: Instrument) throws(AsterDecodeError) -> AsterTradeRow {
        let fields = AsterFields(body, "userTrades")
        guard try fields.text("symbol") == instrument.symbol else {
            throw fields.missing("symbol", "\"\(instrument.symbol)\"")
        }
        let price = try fields.price("price", of: instrument)
        let quantity = try fields.quantity("qty", of: instrument).magnitude
        let isMaker = body["maker"]?.boolean ?? false
        let commission = try AsterCommission.read(
            fields, amount: "commission", asset: "commissionAsset", price: price, quantity: quantity, isMaker: isMaker,
            instrument)
        let fill = Fill(
            market: instrument.market, trade: TradeID(try fields.integer("id")), clientOrderID: nil,
            venueOrderID: VenueOrderID(try fields.integer("orderId")), side: try fields.side("side"), price: price,
            quantity: quantity, isMaker: isMaker, commission: commission.cash,
            realized: try body["realizedPnl"] == nil ? nil : Cash(rounding: fields.decimal("realizedPnl")),
            venueTime: try fields.time("time"))
        return AsterTradeRow(fill: fill, flaw: commission.flaw)
    }

    // MARK: Account

    /// The position in one market; a missing row means flat.
    public static func position(
        _ body: JSONValue, _ instrument: Instrument
    ) throws(AsterDecodeError) -> AsterPositionRow {
        guard let rows = body.elements else { throw AsterDecodeError("positionRisk", "expected an array") }
        var result = AsterPositionRow(quantity: .zero, entryPrice: .zero, isHedge: false)
        for row in rows where row["symbol"]?.text == instrument.symbol {
            let fields = AsterFields(row, "positionRisk")
            let quantity = try fields.quantity("positionAmt", of: instrument)
            if let side = row["positionSide"]?.text, side != "BOTH" {
                result.isHedge = result.isHedge || quantity != .zero
                continue
            }
            result.quantity = quantity
            result.entryPrice = try fields.decimal("entryPrice")
        }
        return result
    }

    /// Wallet and available balance of `asset`; nil where the reply has no such row.
    public static func balance(
        _ body: JSONValue, asset: String
    ) throws(AsterDecodeError) -> (wallet: Cash, available: Cash?)? {
        guard let rows = body.elements else { throw AsterDecodeError("balance", "expected an array") }
        for row in rows where row["asset"]?.text == asset {
            let fields = AsterFields(row, "balance")
            guard let wallet = Cash(rounding: try fields.decimal("balance")) else {
                throw fields.missing("balance", "an amount")
            }
            let available = try row["availableBalance"] == nil ? nil : fields.decimal("availableBalance")
            return (wallet, available.flatMap { Cash(rounding: $0) })
        }
        return nil
    }

    public static func commission(
        _ body: JSONValue, symbol: String
    ) throws(AsterDecodeError) -> (maker: Rate, taker: Rate) {
        let fields = AsterFields(body, "commissionRate")
        guard try fields.text("symbol") == symbol else { throw fields.missing("symbol", "\"\(symbol)\"") }
        guard let maker = Rate(rounding: try fields.decimal("makerCommissionRate")),
            let taker = Rate(rounding: try fields.decimal("takerCommissionRate"))
        else { throw AsterDecodeError("commissionRate", "expected rates of at most eight decimals") }
        return (maker, taker)
    }
}

/// What a fill cost, in the settlement asset.
enum AsterCommission {
    /// Positive is a cost. Paid in the contract's own base asset it is converted at the fill's price; paid in anything
    /// else it is estimated by the instrument's fee rate, and says so in `flaw`.
    static func read(
        _ fields: AsterFields, amount: String, asset: String, price: Price, quantity: Quantity, isMaker: Bool,
        _ instrument: Instrument
    ) throws(AsterDecodeError) -> (cash: Cash, flaw: String?) {
        guard let name = fields.value[asset]?.text, fields.value[amount]?.numeral != nil else { return (.zero, nil) }
        let charged = try fields.decimal(amount)
        if name == instrument.settlementAsset {
            guard let cash = Cash(rounding: charged) else { throw fields.missing(amount, "an amount") }
            return (cash, nil)
        }
        if name == instrument.baseAsset {
            let at = instrument.decimal(price)
            let product = charged.mantissa.multipliedReportingOverflow(by: at.mantissa)
            if !product.overflow, charged.scale + at.scale <= 30,
                let cash = Cash(rounding: ExactDecimal(mantissa: product.partialValue, scale: charged.scale + at.scale))
            {
                return (cash, nil)
            }
        }
        let rate = isMaker ? instrument.makerFee : instrument.takerFee
        let estimate = rate.of(instrument.notional(price, quantity))
        return (estimate, "commission of \(charged) \(name) booked as an estimated \(estimate)")
    }
}

extension AsterReplies {
    /// The reply of `depth`: a whole book.
    public static func depth(_ body: JSONValue, _ instrument: Instrument) throws(AsterDecodeError) -> BookUpdate {
        let fields = AsterFields(body, "depth")
        let id = try fields.integer("lastUpdateId")
        return BookUpdate(
            firstID: id, lastID: id, previousID: 0, venueTime: try fields.time("T"),
            bids: try levels(fields, "bids", instrument), asks: try levels(fields, "asks", instrument))
    }

    private static func levels(
        _ fields: AsterFields, _ name: String, _ instrument: Instrument
    ) throws(AsterDecodeError) -> [BookLevel] {
        let rows = try fields.array(name)
        var levels: [BookLevel] = []
        levels.reserveCapacity(rows.count)
        for row in rows {
            guard let pair = row.elements, pair.count >= 2, let price = pair[0].numeral.flatMap({ ExactDecimal($0) }),
                let quantity = pair[1].numeral.flatMap({ ExactDecimal($0) }),
                let ticks = instrument.price(price), let lots = instrument.quantity(quantity), ticks.ticks > 0,
                ticks.ticks.magnitude <= AsterFields.largest, lots >= .zero, lots.lots.magnitude <= AsterFields.largest
            else { throw AsterDecodeError("depth.\(name)", "expected pairs of price and quantity on tick and lot") }
            levels.append(BookLevel(ticks, lots))
        }
        return levels
    }
}
