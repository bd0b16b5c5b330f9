internal import Fundamentals
internal import MarketModel
internal import Wire

/// What is wrong with something the venue sent.
public struct AsterDecodeError: Error, Hashable, Sendable {
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
struct AsterFields {
    let value: JSONValue
    let place: String

    init(_ value: JSONValue, _ place: String) {
        self.value = value
        self.place = place
    }

    func text(_ name: String) throws(AsterDecodeError) -> String {
        guard let text = value[name]?.text else { throw missing(name, "text") }
        return text
    }

    func integer(_ name: String) throws(AsterDecodeError) -> Int64 {
        guard let number = value[name]?.integer else { throw missing(name, "an integer") }
        return number
    }

    func boolean(_ name: String) throws(AsterDecodeError) -> Bool {
        guard let flag = value[name]?.boolean else { throw missing(name, "true or false") }
        return flag
    }

    func decimal(_ name: String) throws(AsterDecodeError) -> ExactDecimal {
        guard let numeral = value[name]?.numeral, let decimal = ExactDecimal(numeral) else {
            throw missing(name, "a plain decimal")
        }
        return decimal
    }

    func array(_ name: String) throws(AsterDecodeError) -> [JSONValue] {
        guard let elements = value[name]?.elements else { throw missing(name, "an array") }
        return elements
    }

    func object(_ name: String) throws(AsterDecodeError) -> AsterFields {
        guard let member = value[name], case .object = member else { throw missing(name, "an object") }
        return AsterFields(member, "\(place).\(name)")
    }

    func time(_ name: String) throws(AsterDecodeError) -> Instant {
        guard let time = Instant(venueMilliseconds: try integer(name)) else {
            throw missing(name, "milliseconds since 1970")
        }
        return time
    }

    func side(_ name: String) throws(AsterDecodeError) -> Side {
        switch try text(name) {
        case "BUY": return .buy
        case "SELL": return .sell
        default: throw missing(name, "BUY or SELL")
        }
    }

    func price(_ name: String, of instrument: Instrument) throws(AsterDecodeError) -> Price {
        let decimal = try decimal(name)
        guard let price = instrument.price(decimal), price.ticks.magnitude <= AsterFields.largest else {
            throw missing(name, "a price on the tick \(instrument.tickSize)")
        }
        return price
    }

    func quantity(_ name: String, of instrument: Instrument) throws(AsterDecodeError) -> Quantity {
        let decimal = try decimal(name)
        guard let quantity = instrument.quantity(decimal), quantity.lots.magnitude <= AsterFields.largest else {
            throw missing(name, "a quantity on the lot \(instrument.lotSize)")
        }
        return quantity
    }

    func missing(_ name: String, _ expected: String) -> AsterDecodeError {
        let found = value[name].map(Self.glimpse) ?? "nothing"
        return AsterDecodeError("\(place).\(name)", "expected \(expected), found \(found)")
    }

    /// Ticks and lots beyond this could overflow products and sums further in; no market comes near.
    static let largest: UInt64 = 1 << 52

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
    init?(venueMilliseconds milliseconds: Int64) {
        guard (0...7_258_118_400_000).contains(milliseconds) else { return nil }
        self.init(milliseconds: milliseconds)
    }
}

extension Cash {
    /// The amount, rounded half away from zero where it has more than twelve decimals; nil where it is absurdly large.
    init?(rounding decimal: ExactDecimal) {
        if let exact = Cash(decimal) {
            self = exact
            return
        }
        guard decimal.scale > Cash.scale else { return nil }
        var divisor: Int128 = 1
        for _ in 0..<(decimal.scale - Cash.scale) { divisor *= 10 }
        self.init(units: Cash.divideRounding(decimal.mantissa, by: divisor))
    }
}

extension Rate {
    /// The rate, rounded to eight decimals.
    init?(rounding decimal: ExactDecimal) {
        if let exact = Rate(decimal) {
            self = exact
            return
        }
        guard decimal.scale > Rate.scale else { return nil }
        var divisor: Int128 = 1
        for _ in 0..<(decimal.scale - Rate.scale) { divisor *= 10 }
        guard let parts = Int64(exactly: Cash.divideRounding(decimal.mantissa, by: divisor)) else { return nil }
        self.init(parts: parts)
    }
}
