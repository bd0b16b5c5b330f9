public import Fundamentals
public import MarketModel
internal import VenueKit
internal import Wire

/// One of our executions, and what is odd about it.
public struct ExtendedFill: Hashable, Sendable {
    public var fill: Fill
    /// The external id of its order with its revision; nil for a foreign order, and where the venue leaves it out
    /// (REST rows mostly do).
    public var orderID: ExtendedOrderID?
    /// Set when the fill could not be booked to the letter: a liquidation priced between two ticks.
    public var flaw: String?

    init(_ fields: VenueFields, _ instrument: Instrument) throws(VenueDecodeError) {
        let row = fields.value
        let quantity = try fields.quantity("qty", of: instrument)
        guard quantity > .zero else { throw fields.missing("qty", "a quantity above zero") }
        let (price, flaw) = try Self.price(fields, instrument)
        guard let fee = Cash(rounding: try row.has("fee") ? fields.decimal("fee") : .zero) else {
            throw fields.missing("fee", "an amount")
        }
        orderID = (row["externalOrderId"] ?? row["externalId"])?.text.flatMap { ExtendedOrderID(text: $0) }
        self.flaw = flaw
        fill = Fill(
            market: instrument.market, trade: TradeID(try fields.integer("id")), clientOrderID: orderID?.client,
            venueOrderID: VenueOrderID(try fields.integer("orderId")), side: try fields.side("side"), price: price,
            quantity: quantity, isMaker: try !fields.boolean("isTaker"), commission: fee,
            venueTime: try fields.time("createdTime"))
    }

    /// Fills of ordinary trades lie on a tick. What the venue does by itself may not, and must be booked all the same.
    private static func price(
        _ fields: VenueFields, _ instrument: Instrument
    ) throws(VenueDecodeError) -> (Price, flaw: String?) {
        let kind = fields.value["tradeType"]?.text ?? "TRADE"
        if kind == "TRADE" {
            let price = try fields.price("price", of: instrument)
            guard price.ticks > 0 else { throw fields.missing("price", "a price above zero") }
            return (price, nil)
        }
        let written = try fields.decimal("price")
        if let price = instrument.price(written), price.ticks > 0, price.ticks <= Int64(VenueFields.largest) {
            return (price, nil)
        }
        let scale = max(written.scale, instrument.tickSize.scale)
        guard let units = written.units(atScale: scale), let tick = instrument.tickSize.units(atScale: scale),
            units > 0, let ticks = Int64(exactly: Cash.divideRounding(units, by: tick)), ticks > 0,
            ticks <= Int64(VenueFields.largest)
        else { throw fields.missing("price", "a price above zero") }
        let price = Price(ticks: ticks)
        return (price, "\(kind.prefix(40)) at \(written) booked at \(instrument.text(price))")
    }
}

/// A position of the account.
public struct ExtendedPosition: Hashable, Sendable {
    public var market: MarketID
    /// Negative when short.
    public var quantity: Quantity
    public var entryPrice: ExactDecimal
    public var markPrice: ExactDecimal?
    public var leverage: ExactDecimal?
    public var updatedAt: Instant?

    init(_ fields: VenueFields, _ instrument: Instrument) throws(VenueDecodeError) {
        let row = fields.value
        market = instrument.market
        let size = try fields.quantity("size", of: instrument)
        let side: Side
        switch try fields.text("side") {
        case "LONG": side = .buy
        case "SHORT": side = .sell
        default: throw fields.missing("side", "LONG or SHORT")
        }
        // A closed row keeps the size that it had.
        quantity = row["status"]?.text == "CLOSED" ? .zero : side.signed(size.magnitude)
        entryPrice = quantity == .zero ? .zero : try fields.decimal("openPrice")
        markPrice = row["markPrice"]?.numeral.flatMap { ExactDecimal($0) }
        leverage = row["leverage"]?.numeral.flatMap { ExactDecimal($0) }
        updatedAt = (row["updatedAt"] ?? row["updatedTime"])?.integer.flatMap { Instant(venueMilliseconds: $0) }
    }
}

/// The account's collateral.
public struct ExtendedBalance: Hashable, Sendable {
    public var asset: String
    /// Without unrealized profit.
    public var wallet: Cash
    public var equity: Cash?
    /// What new orders may cost.
    public var available: Cash?
    public var updatedAt: Instant?

    /// An account that never held anything: the venue answers 404.
    public static let zero = ExtendedBalance(asset: "USD", wallet: .zero, equity: .zero, available: .zero)

    public init(asset: String, wallet: Cash, equity: Cash?, available: Cash?, updatedAt: Instant? = nil) {
        self.asset = asset
        self.wallet = wallet
        self.equity = equity
        self.available = available
        self.updatedAt = updatedAt
    }

    init(_ fields: VenueFields) throws(VenueDecodeError) {
        func cash(_ name: String) throws(VenueDecodeError) -> Cash {
            guard let cash = Cash(rounding: try fields.decimal(name)) else { throw fields.missing(name, "an amount") }
            return cash
        }
        let row = fields.value
        asset = row["collateralName"]?.text ?? "USD"
        wallet = try cash("balance")
        equity = try row.has("equity") ? cash("equity") : nil
        available = try row.has("availableForTrade") ? cash("availableForTrade") : nil
        updatedAt = row["updatedTime"]?.integer.flatMap { Instant(venueMilliseconds: $0) }
    }
}
