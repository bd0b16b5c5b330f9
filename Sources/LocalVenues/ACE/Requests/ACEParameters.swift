internal import Fundamentals
internal import MarketModel
internal import Wire

/// Typed access to the parameters of a request.
struct ACEParameters: Sendable {
    var fields: [FormFields.Field]

    init(_ fields: [FormFields.Field]) { self.fields = fields }

    /// Nil where it is missing or empty.
    func text(_ name: String) -> String? {
        guard let value = fields.first(where: { $0.name == name })?.value, !value.isEmpty else { return nil }
        return value
    }

    func required(_ name: String) throws(ACEError) -> String {
        guard let value = text(name) else { throw .bad(name, "given") }
        return value
    }

    func integer(_ name: String) throws(ACEError) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let number = Int64(text) else { throw .bad(name, "an integer") }
        return number
    }

    func requiredInteger(_ name: String) throws(ACEError) -> Int64 {
        guard let number = try integer(name) else { throw .bad(name, "given") }
        return number
    }

    /// An integer of a range, with what is taken where none is given.
    func integer(_ name: String, _ range: ClosedRange<Int64>, standard: Int64) throws(ACEError) -> Int64 {
        guard let number = try integer(name) else { return standard }
        guard range.contains(number) else { throw .bad(name, "from \(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    func decimal(_ name: String) throws(ACEError) -> ExactDecimal {
        guard let decimal = ExactDecimal(try required(name)) else { throw .bad(name, "a decimal") }
        return decimal
    }

    func side(_ name: String) throws(ACEError) -> Side? {
        switch try integer(name) {
        case nil: return nil
        case 1: return .buy
        case 2: return .sell
        default: throw .bad(name, "1 or 2")
        }
    }

    func time(_ name: String) throws(ACEError) -> Instant? {
        guard let milliseconds = try integer(name) else { return nil }
        guard (0...9_999_999_999_999).contains(milliseconds) else { throw .bad(name, "milliseconds since 1970") }
        return Instant(milliseconds: milliseconds)
    }
}
