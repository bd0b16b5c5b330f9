internal import Fundamentals
public import MarketModel
public import VenueKit
internal import Wire

/// An order as the venue tells it: in replies, or, with short names, on the stream.
public struct MAXOrder: Hashable, Sendable {
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// It rests, or is still to be matched.
        case wait
        case done
        case cancel
        /// A stop order that was triggered; ours never are.
        case convert
    }

    public var id: VenueOrderID
    public var market: MarketID
    /// Nil for one that has no name, or not one of ours.
    public var client: ClientOrderID?
    public var side: Side
    public var state: State
    public var type: String
    /// Nil for a market order.
    public var price: Price?
    public var quantity: Quantity
    public var filled: Quantity
    public var createdAt: Int64

    /// Which names the members have.
    public enum Form: Hashable, Sendable { case reply, stream }

    public init(_ fields: VenueFields, _ instrument: Instrument, _ form: Form = .reply) throws(VenueDecodeError) {
        let short = form == .stream
        id = VenueOrderID(try fields.integer(short ? "i" : "id"))
        market = instrument.market
        client = fields.optionalText(short ? "ci" : "client_oid").flatMap { ClientOrderID(text: $0) }
        side = try fields.maxSide(short ? "sd" : "side")
        let word = try fields.text(short ? "S" : "state")
        guard let state = State(rawValue: word) else {
            throw fields.missing(short ? "S" : "state", "wait, done, cancel or convert")
        }
        self.state = state
        type = try fields.text(short ? "ot" : "ord_type")
        let priceName = short ? "p" : "price"
        // Stop and market orders of a person may have prices that are none.
        if fields.value[priceName]?.numeral != nil, type != "market", type != "stop_market" {
            price = try fields.price(priceName, of: instrument)
        }
        quantity = try fields.quantity(short ? "v" : "volume", of: instrument)
        filled = try fields.quantity(short ? "ev" : "executed_volume", of: instrument)
        createdAt = try fields.integer(short ? "T" : "created_at")
    }

    /// The market's name in a row.
    static func marketName(_ row: JSONValue, _ form: Form = .reply) -> String? {
        row[form == .stream ? "M" : "market"]?.text
    }

    public func report(doneBecause reason: DoneReason?) -> OrderReport {
        OrderReport(
            market: market, clientOrderID: client, venueOrderID: id, side: side, price: price, quantity: quantity,
            filled: filled, status: reason.map { .done($0) } ?? .working)
    }
}
