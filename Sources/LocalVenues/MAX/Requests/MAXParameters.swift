internal import Fundamentals
internal import MarketModel
internal import Wire

/// The parameters of a request, wherever they stood; numbers and texts alike.
struct MAXParameters: Hashable, Sendable {
    private(set) var fields: [FormFields.Field]

    init(_ fields: [FormFields.Field]) { self.fields = fields }

    /// Of a JSON object; arrays and objects among its members are no parameters of this venue.
    init(object: JSONValue) throws(MAXError) {
        fields = []
        for member in object.members ?? [] {
            if member.value == .null { continue }
            if let flag = member.value.boolean {
                fields.append(.init(member.name, flag ? "true" : "false"))
                continue
            }
            guard let text = member.value.numeral else { throw .invalid(member.name) }
            fields.append(.init(member.name, text))
        }
    }

    func text(_ name: String) -> String? {
        fields.first { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    func required(_ name: String) throws(MAXError) -> String {
        guard let text = text(name) else { throw .missing(name) }
        return text
    }

    func integer(_ name: String, in range: ClosedRange<Int64> = 1...Int64.max) throws(MAXError) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let number = Int64(text), range.contains(number) else { throw .invalid(name) }
        return number
    }

    /// A limit of rows: 1…1,000, fifty by default.
    func limit(standard: Int64 = 50, most: Int64 = 1_000) throws(MAXError) -> Int {
        Int(try integer("limit", in: 1...most) ?? standard)
    }

    /// A moment in milliseconds.
    func moment(_ name: String) throws(MAXError) -> Instant? {
        try integer(name, in: 1_512_950_400_000...4_102_444_800_000).map { Instant(milliseconds: $0) }
    }

    /// One of some words.
    func word(_ name: String, of words: [String], standard: String) throws(MAXError) -> String {
        guard let text = text(name) else { return standard }
        guard words.contains(text) else { throw .invalid(name) }
        return text
    }
}
