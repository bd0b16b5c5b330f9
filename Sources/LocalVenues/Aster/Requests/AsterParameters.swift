internal import MarketModel
internal import Wire

/// The parameters of one request (or of one element of a batch), with the venue's rules for reading them.
struct AsterParameters: Sendable {
    private let fields: [FormFields.Field]

    init(_ fields: [FormFields.Field]) { self.fields = fields }

    /// Members of a JSON object, as `batchOrders` carries them.
    init(object members: [JSONMember]) throws(AsterError) {
        var fields: [FormFields.Field] = []
        for member in members {
            switch member.value {
            case .string(let text), .number(let text): fields.append(FormFields.Field(member.name, text))
            case .bool(let flag): fields.append(FormFields.Field(member.name, flag ? "true" : "false"))
            case .null: break
            case .array, .object: throw .invalid(member.name)
            }
        }
        self.fields = fields
    }

    /// The first value of that name; empty counts as absent.
    func text(_ name: String) -> String? {
        guard let value = fields.first(where: { $0.name == name })?.value, !value.isEmpty else { return nil }
        return value
    }

    func required(_ name: String) throws(AsterError) -> String {
        guard let value = text(name) else { throw .missing(name) }
        return value
    }

    func refuse(_ names: String...) throws(AsterError) {
        for name in names where text(name) != nil { throw .notRequired(name) }
    }

    /// A natural number: ids, times and limits.
    func integer(_ name: String) throws(AsterError) -> Int64? {
        guard let value = text(name) else { return nil }
        guard value.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw .illegalCharacters(name, legal: "^[0-9]{1,20}$")
        }
        guard let number = Int64(value) else { throw .invalid(name) }
        return number
    }

    /// A number of rows; more than `maximum` gives `maximum`.
    func limit(standard: Int64, maximum: Int64) throws(AsterError) -> Int {
        guard let asked = try integer("limit") else { return Int(standard) }
        guard asked > 0 else { throw .invalid("limit") }
        return Int(min(asked, maximum))
    }

    /// Plain decimal notation; exponents are refused with -1102 as live.
    func decimal(_ name: String) throws(AsterError) -> ExactDecimal? {
        guard let value = text(name) else { return nil }
        guard let number = ExactDecimal(value) else { throw .missing(name) }
        return number
    }

    /// `true` or `false`, in any case.
    func flag(_ name: String) throws(AsterError) -> Bool? {
        guard let value = text(name) else { return nil }
        switch value.lowercased() {
        case "true": return true
        case "false": return false
        default: throw .invalid(name)
        }
    }

    /// Millisecond bounds of a history query, both inclusive.
    func window() throws(AsterError) -> (start: Int64?, end: Int64?) {
        let start = try integer("startTime")
        let end = try integer("endTime")
        if let start, let end, start > end {
            throw AsterError(-1_023, "Start time is greater than end time.")
        }
        return (start, end)
    }
}
