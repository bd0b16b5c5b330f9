public import Fundamentals
public import MarketModel
public import VenueKit
public import Wire

/// One side of one of the account's trades.
public struct MAXTrade: Hashable, Sendable {
    public var id: TradeID
    public var order: VenueOrderID
    public var market: MarketID
    public var side: Side
    public var price: Price
    public var quantity: Quantity
    /// Nil where the row does not say.
    public var fee: ExactDecimal?
    /// Upper case.
    public var feeAsset: String?
    public var isMaker: Bool
    public var isSelfTrade: Bool
    public var time: Instant

    /// Reads a row of `/trades`. A trade of the account with itself is one row for both sides: that of the sell, with
    /// the buy's order and fee in members of their own.
    public static func legs(_ row: JSONValue, _ instrument: Instrument) throws(VenueDecodeError) -> [MAXTrade] {
        let fields = VenueFields(row, "trades")
        let isSelf = try fields.text("side") == "self-trade"
        let liquidity = try fields.text("liquidity")
        guard liquidity == "maker" || liquidity == "taker" else { throw fields.missing("liquidity", "maker or taker") }
        let first = MAXTrade(
            id: TradeID(try fields.integer("id")), order: VenueOrderID(try fields.integer("order_id")),
            market: instrument.market, side: isSelf ? .sell : try fields.maxSide("side"),
            price: try fields.price("price", of: instrument), quantity: try fields.quantity("volume", of: instrument),
            fee: try Self.fee(fields, "fee"), feeAsset: fields.optionalText("fee_currency")?.uppercased(),
            isMaker: liquidity == "maker", isSelfTrade: isSelf, time: try fields.time("created_at"))
        guard isSelf else { return [first] }
        var second = first
        second.order = VenueOrderID(try fields.integer("self_trade_bid_order_id"))
        second.side = .buy
        second.fee = try Self.fee(fields, "self_trade_bid_fee")
        second.feeAsset = fields.optionalText("self_trade_bid_fee_currency")?.uppercased()
        second.isMaker = !first.isMaker
        return [first, second]
    }

    /// Reads an element of `trade_update`; nil for a side that stands for both, which only `/trades` tells in full.
    public static func streamed(_ row: JSONValue, _ instrument: Instrument) throws(VenueDecodeError) -> MAXTrade? {
        let fields = VenueFields(row, "trade_update")
        guard try fields.text("sd") != "self-trade" else { return nil }
        return MAXTrade(
            id: TradeID(try fields.integer("i")), order: VenueOrderID(try fields.integer("oi")),
            market: instrument.market, side: try fields.maxSide("sd"), price: try fields.price("p", of: instrument),
            quantity: try fields.quantity("v", of: instrument), fee: try Self.fee(fields, "f"),
            feeAsset: fields.optionalText("fc")?.uppercased(), isMaker: try fields.boolean("m"), isSelfTrade: false,
            time: try fields.time("T"))
    }

    private static func fee(_ fields: VenueFields, _ name: String) throws(VenueDecodeError) -> ExactDecimal? {
        guard let member = fields.value[name], member != .null else { return nil }
        return try fields.number(name)
    }

    /// The fill as it is booked. A fee in an asset that the market does not trade (a discount paid in MAX) is valued
    /// at the account's rate.
    /// - Returns: nil where the fee is absurdly large.
    public func fill(_ client: ClientOrderID?, _ instrument: Instrument) -> Fill? {
        let value = instrument.notional(price, quantity)
        var commission = (isMaker ? instrument.makerFee : instrument.takerFee).of(value)
        var baseCommission = Cash.zero
        var isThirdAsset = false
        if let fee, let feeAsset {
            if feeAsset == instrument.quoteAsset {
                guard let cash = Cash(rounding: fee) else { return nil }
                commission = cash
            } else if feeAsset == instrument.baseAsset {
                let inQuote = fee.normalized.multiplied(by: instrument.decimal(price).normalized)
                guard let base = Cash(rounding: fee), let cash = inQuote.flatMap({ Cash(rounding: $0) }) else {
                    return nil
                }
                baseCommission = base
                commission = cash
            } else {
                isThirdAsset = true
            }
        }
        var fill = Fill(
            market: market, trade: id, clientOrderID: client, venueOrderID: order, side: side, price: price,
            quantity: quantity, isMaker: isMaker, commission: commission, venueTime: time)
        fill.baseCommission = baseCommission
        if isThirdAsset { fill.thirdAssetCommission = commission }
        fill.isSelfTrade = isSelfTrade
        return fill
    }
}

extension ExactDecimal {
    /// The exact product; nil where it has too many digits.
    func multiplied(by other: ExactDecimal) -> ExactDecimal? {
        let (product, overflow) = mantissa.multipliedReportingOverflow(by: other.mantissa)
        guard !overflow, scale + other.scale <= 30 else { return nil }
        return ExactDecimal(mantissa: product, scale: scale + other.scale)
    }
}
