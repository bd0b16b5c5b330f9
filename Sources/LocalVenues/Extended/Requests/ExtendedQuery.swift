internal import Fundamentals
internal import Wire

/// The query parameters of one request. A list repeats its key.
struct ExtendedQuery: Sendable {
    private let fields: [FormFields.Field]

    init(_ query: Substring) throws(ExtendedError) {
        do throws(WireError) {
            fields = try FormFields.parse(query).fields
        } catch {
            throw .badRequest("the query cannot be read: \(error.reason)")
        }
    }

    /// The first value of that name; empty counts as absent.
    func text(_ name: String) -> String? {
        guard let value = fields.first(where: { $0.name == name })?.value, !value.isEmpty else { return nil }
        return value
    }

    func required(_ name: String) throws(ExtendedError) -> String {
        guard let value = text(name) else { throw .badRequest("parameter '\(name)' is missing") }
        return value
    }

    /// All values of that name, empty ones left out.
    func list(_ name: String) -> [String] { fields.filter { $0.name == name && !$0.value.isEmpty }.map(\.value) }

    /// A natural number.
    func integer(_ name: String) throws(ExtendedError) -> Int64? {
        guard let value = text(name) else { return nil }
        guard value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(value) else {
            throw .badRequest("parameter '\(name)' must be a whole number that is not negative, found '\(value)'")
        }
        return number
    }

    /// A number of rows; more than `maximum` gives `maximum`.
    func limit(standard: Int64, maximum: Int64) throws(ExtendedError) -> Int {
        guard let asked = try integer("limit") else { return Int(standard) }
        guard asked > 0 else { throw .badRequest("parameter 'limit' must be positive") }
        return Int(min(asked, maximum))
    }

    /// One of an enumeration's values, in upper case; nil where the parameter is absent.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Choice.Type = Choice.self
    ) throws(ExtendedError) -> Choice? where Choice.RawValue == String {
        guard let value = text(name) else { return nil }
        guard let choice = Choice(rawValue: value) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw .badRequest("parameter '\(name)' must be one of \(known), found '\(value)'")
        }
        return choice
    }
}
