public import Fundamentals
public import MarketModel
internal import VenueKit
internal import Wire

/// An order as the venue describes it, on the account stream or in a reply: what our own vocabulary has no room for
/// included.
public struct ExtendedOrderUpdate: Hashable, Sendable {
    public enum Status: String, Hashable, Sendable, CaseIterable {
        case new = "NEW"
        case partiallyFilled = "PARTIALLY_FILLED"
        case filled = "FILLED"
        /// Waits for its trigger.
        case untriggered = "UNTRIGGERED"
        /// On its way from waiting to new.
        case triggered = "TRIGGERED"
        case canceled = "CANCELLED"
        case rejected = "REJECTED"
        case expired = "EXPIRED"
        /// A word that was not known when this was written: the order has to be asked for.
        case unknown = ""
    }

    /// Why an order is over, where the venue says; the words that change what we do.
    public enum Reason: Hashable, Sendable {
        case postOnlyFailed, selfTradeProtection
        /// By a new order: ours goes on under its next revision.
        case replaced
        /// The order that this one was to replace is not there.
        case previousOrderMissing
        case other(String)
    }

    /// What became of the order.
    public enum Outcome: Hashable, Sendable {
        case working
        case done(DoneReason)
        /// Gone because a later revision of the same order of ours took its place: not the end of that order.
        case replaced
        case unknown
    }

    public var venueOrderID: VenueOrderID
    public var externalID: String
    public var market: MarketID
    public var side: Side
    /// Nil for an order without a price, and for a foreign one whose price is on no tick.
    public var price: Price?
    /// Total, not remaining.
    public var quantity: Quantity
    public var filled: Quantity
    public var canceled: Quantity?
    public var status: Status
    public var reason: Reason?
    public var isReduceOnly: Bool
    public var isPostOnly: Bool
    public var updatedAt: Instant?

    /// Ours, with its revision; nil for an order placed by someone else.
    public var orderID: ExtendedOrderID? { ExtendedOrderID(text: externalID) }
    /// Ours by its prefix, even where the rest cannot be read.
    public var isOurs: Bool { externalID.hasPrefix(ClientOrderID.prefix) }

    public var outcome: Outcome {
        switch (status, reason) {
        case (.new, _), (.partiallyFilled, _), (.untriggered, _), (.triggered, _): .working
        case (.filled, _): .done(.filled)
        case (.canceled, .replaced): .replaced
        case (.canceled, .postOnlyFailed), (.rejected, .postOnlyFailed): .done(.postOnlyMiss)
        case (.canceled, .selfTradeProtection), (.rejected, .selfTradeProtection), (.expired, .selfTradeProtection):
            .done(.selfTradePrevented)
        case (.canceled, _): .done(.canceled)
        case (.rejected, _): .done(.rejected)
        case (.expired, _): .done(.expired)
        case (.unknown, _): .unknown
        }
    }

    /// In the engine's words; nil where the venue's word for the state is not known, or the order was replaced.
    public var report: OrderReport? {
        let state: OrderReport.Status
        switch outcome {
        case .working: state = .working
        case .done(let reason): state = .done(reason)
        case .replaced, .unknown: return nil
        }
        return OrderReport(
            market: market, clientOrderID: orderID?.client, venueOrderID: venueOrderID, side: side, price: price,
            quantity: quantity, filled: filled, status: state)
    }
}

extension ExtendedOrderUpdate {
    /// Reads an order object of the instrument's market.
    init(_ fields: VenueFields, _ instrument: Instrument) throws(VenueDecodeError) {
        let row = fields.value
        venueOrderID = VenueOrderID(try fields.integer("id"))
        externalID = row["externalId"]?.numeral ?? ""
        market = instrument.market
        side = try fields.side("side")
        quantity = try Self.size(fields, "qty", instrument)
        filled = try row.has("filledQty") ? Self.size(fields, "filledQty", instrument) : .zero
        canceled = try row.has("cancelledQty") ? Self.size(fields, "cancelledQty", instrument) : nil
        status = try Status(rawValue: fields.text("status")) ?? .unknown
        reason = row["statusReason"]?.text.flatMap(Reason.init)
        isReduceOnly = row["reduceOnly"]?.boolean ?? false
        isPostOnly = row["postOnly"]?.boolean ?? false
        updatedAt = (row["updatedTime"] ?? row["updatedAt"])?.integer.flatMap { Instant(venueMilliseconds: $0) }
        price = nil
        guard row.has("price"), try fields.decimal("price").mantissa != 0 else { return }
        if orderID != nil {
            price = try fields.price("price", of: instrument)
        } else {
            price = try? fields.price("price", of: instrument)
        }
    }

    private static func size(
        _ fields: VenueFields, _ name: String, _ instrument: Instrument
    ) throws(VenueDecodeError) -> Quantity {
        let quantity = try fields.quantity(name, of: instrument)
        guard quantity >= .zero else { throw fields.missing(name, "a quantity of zero or more") }
        return quantity
    }
}

extension ExtendedOrderUpdate.Reason {
    /// Nil for the words that say nothing.
    init?(_ word: String) {
        switch word {
        case "", "NONE": return nil
        case "POST_ONLY_FAILED": self = .postOnlyFailed
        case "SELF_TRADE_PROTECTION": self = .selfTradeProtection
        case "ORDER_REPLACED": self = .replaced
        case "PREV_ORDER_NOT_FOUND", "PREV_ORDER_TRIGGERED", "PREV_ORDER_CONFLICT": self = .previousOrderMissing
        default: self = .other(String(word.prefix(60)))
        }
    }
}

extension JSONValue {
    /// Whether there is a member of that name that is not null.
    func has(_ name: String) -> Bool { self[name].map { $0 != .null } ?? false }
}
