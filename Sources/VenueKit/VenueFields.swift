public import Fundamentals
public import MarketModel
public import Wire

/// What is wrong with something the venue sent.
public struct VenueDecodeError: Error, Hashable, Sendable {
    /// Which document and field: `userTrades.price`.
    public var place: String
    /// What was expected, and what was there.
    public var reason: String

    public init(_ place: String, _ reason: String) {
        self.place = place
        self.reason = reason
    }
}

/// Typed access to the members of one object; every failure names the document and the member.
public struct VenueFields: Sendable {
    public let value: JSONValue
    /// What the error is to call the object.
    public let place: String

    public init(_ value: JSONValue, _ place: String) {
        self.value = value
        self.place = place
    }

    public func text(_ name: String) throws(VenueDecodeError) -> String {
        guard let text = value[name]?.text else { throw missing(name, "text") }
        return text
    }

    public func integer(_ name: String) throws(VenueDecodeError) -> Int64 {
        guard let number = value[name]?.integer else { throw missing(name, "an integer") }
        return number
    }

    public func boolean(_ name: String) throws(VenueDecodeError) -> Bool {
        guard let flag = value[name]?.boolean else { throw missing(name, "true or false") }
        return flag
    }

    public func decimal(_ name: String) throws(VenueDecodeError) -> ExactDecimal {
        guard let numeral = value[name]?.numeral, let decimal = ExactDecimal(numeral) else {
            throw missing(name, "a plain decimal")
        }
        return decimal
    }

    public func array(_ name: String) throws(VenueDecodeError) -> [JSONValue] {
        guard let elements = value[name]?.elements else { throw missing(name, "an array") }
        return elements
    }

    public func object(_ name: String) throws(VenueDecodeError) -> VenueFields {
        guard let member = value[name], case .object = member else { throw missing(name, "an object") }
        return VenueFields(member, "\(place).\(name)")
    }

    public func time(_ name: String) throws(VenueDecodeError) -> Instant {
        guard let time = Instant(venueMilliseconds: try integer(name)) else {
            throw missing(name, "milliseconds since 1970")
        }
        return time
    }

    public func side(_ name: String) throws(VenueDecodeError) -> Side {
        switch try text(name) {
        case "BUY": return .buy
        case "SELL": return .sell
        default: throw missing(name, "BUY or SELL")
        }
    }

    public func price(_ name: String, of instrument: Instrument) throws(VenueDecodeError) -> Price {
        let decimal = try decimal(name)
        guard let price = instrument.price(decimal), price.ticks.magnitude <= VenueFields.largest else {
            throw missing(name, "a price on the tick \(instrument.tickSize)")
        }
        return price
    }

    public func quantity(_ name: String, of instrument: Instrument) throws(VenueDecodeError) -> Quantity {
        let decimal = try decimal(name)
        guard let quantity = instrument.quantity(decimal), quantity.lots.magnitude <= VenueFields.largest else {
            throw missing(name, "a quantity on the lot \(instrument.lotSize)")
        }
        return quantity
    }

    public func missing(_ name: String, _ expected: String) -> VenueDecodeError {
        let found = value[name].map(Self.glimpse) ?? "nothing"
        return VenueDecodeError("\(place).\(name)", "expected \(expected), found \(found)")
    }

    /// Ticks and lots beyond this could overflow products and sums further in; no market comes near.
    public static let largest: UInt64 = 1 << 52

    private static func glimpse(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): "\(flag)"
        case .number(let digits): String(digits.prefix(40))
        case .string(let text): "\"\(text.prefix(40))\""
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension Instant {
    /// A venue's timestamp; nil outside 1970…2200, where arithmetic on it could overflow.
    public init?(venueMilliseconds milliseconds: Int64) {
        guard (0...7_258_118_400_000).contains(milliseconds) else { return nil }
        self.init(milliseconds: milliseconds)
    }
}
