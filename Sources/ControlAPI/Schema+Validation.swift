internal import MarketModel
internal import Wire

/// Where a value breaks its schema: the path of the member, and a sentence.
struct SchemaViolation: Error, Hashable, Sendable {
    /// `limits.0.name`; empty for the whole.
    var path: String
    var reason: String
}

extension Schema {
    /// Throws the first violation, in the order of the document.
    func check(_ value: JSONValue, at path: String = "") throws(SchemaViolation) {
        func refuse(_ expected: String) -> SchemaViolation {
            SchemaViolation(path: path, reason: "expected \(expected), found \(Self.kind(value))")
        }
        switch self {
        case .anything: return
        case .text(let maxLength):
            guard let text = value.text else { throw refuse("text") }
            if let maxLength, text.unicodeScalars.count > maxLength {
                throw SchemaViolation(path: path, reason: "expected at most \(maxLength) characters")
            }
        case .decimal:
            guard let text = value.text, ExactDecimal(text) != nil else { throw refuse("an exact decimal as text") }
        case .amount(let decimals):
            guard let number = value.text.flatMap({ ExactDecimal($0) }), number.mantissa > 0, number.scale <= decimals
            else { throw refuse("a positive decimal as text, with at most \(decimals) decimals") }
        case .marketName: guard value.text?.isEmpty == false else { throw refuse("the name of a market") }
        case .timestamp:
            guard let text = value.text, text.hasSuffix("Z"), text.contains("T") else { throw refuse("a time stamp") }
        case .boolean: guard value.boolean != nil else { throw refuse("true or false") }
        case .mustBeTrue: guard value.boolean == true else { throw refuse("true") }
        case .integer(let range): try Self.checkInteger(value, range, at: path)
        case .number: guard case .number = value else { throw refuse("a number") }
        case .within(let least, let most):
            guard case .number(let digits) = value, let number = DecimalNumeral.read(digits),
                !DecimalNumeral.isLess(number, least), !DecimalNumeral.isLess(most, number)
            else { throw refuse("a number from \(least) to \(most)") }
        case .choice(let choices):
            guard let text = value.text, choices.contains(text) else {
                throw refuse("one of \(choices.joined(separator: ", "))")
            }
        case .nullable(let schema): if value != .null { try schema.check(value, at: path) }
        case .array(let element):
            guard let elements = value.elements else { throw refuse("an array") }
            for (index, inner) in elements.enumerated() { try element.check(inner, at: Self.join(path, "\(index)")) }
        case .object(let properties, let others, let atLeast):
            guard let members = value.members else { throw refuse("an object") }
            try Self.check(members, properties, others, atLeast, at: path)
        case .either(let schemas):
            let fits = schemas.contains { schema in
                do throws(SchemaViolation) {
                    try schema.check(value, at: path)
                    return true
                } catch {
                    return false
                }
            }
            guard fits else { throw refuse("another kind of value") }
        case .component(let name): try Schemas.named(name).check(value, at: path)
        }
    }

    private static func checkInteger(
        _ value: JSONValue, _ range: ClosedRange<Int64>?, at path: String
    ) throws(SchemaViolation) {
        guard case .number(let digits) = value, let number = Int64(digits) else {
            throw SchemaViolation(path: path, reason: "expected a whole number, found \(kind(value))")
        }
        if let range, !range.contains(number) {
            throw SchemaViolation(
                path: path, reason: "expected \(range.lowerBound) to \(range.upperBound), found \(number)")
        }
    }

    private static func check(
        _ members: [JSONMember], _ properties: [Property], _ others: Schema?, _ atLeast: Int, at path: String
    ) throws(SchemaViolation) {
        for member in members {
            if let property = properties.first(where: { $0.name == member.name }) {
                try property.schema.check(member.value, at: join(path, member.name))
            } else if let others {
                try others.check(member.value, at: join(path, member.name))
            } else {
                let known = properties.map(\.name).joined(separator: ", ")
                throw SchemaViolation(
                    path: join(path, member.name),
                    reason: known.isEmpty ? "no members are expected" : "unknown; expected \(known)")
            }
        }
        for property in properties where property.isRequired && !members.contains(where: { $0.name == property.name }) {
            throw SchemaViolation(path: join(path, property.name), reason: "is missing")
        }
        if members.count < atLeast { throw SchemaViolation(path: path, reason: "expected at least \(atLeast) members") }
    }

    private static func join(_ path: String, _ name: String) -> String {
        let name = String(
            name.unicodeScalars.prefix(64).map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }.reduce(
                into: ""
            ) { $0.unicodeScalars.append($1) })
        return path.isEmpty ? name : "\(path).\(name)"
    }

    static func kind(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number: "a number"
        case .string: "text"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// Numbers of JSON, exponents included, as exact decimals.
enum DecimalNumeral {
    /// Nil for what 30 places cannot hold.
    static func read(_ digits: String) -> ExactDecimal? {
        guard let mark = digits.firstIndex(where: { $0 == "e" || $0 == "E" }) else { return ExactDecimal(digits) }
        guard let number = ExactDecimal(digits[..<mark])?.normalized,
            let exponent = Int(digits[digits.index(after: mark)...]), abs(exponent) <= 30
        else { return nil }
        var mantissa = number.mantissa
        var scale = number.scale - exponent
        while scale < 0 {
            let (product, overflows) = mantissa.multipliedReportingOverflow(by: 10)
            guard !overflows else { return nil }
            (mantissa, scale) = (product, scale + 1)
        }
        guard scale <= 30 else { return nil }
        return ExactDecimal(mantissa: mantissa, scale: scale)
    }

    /// To so many decimals, halves away from zero; nil for what is too large to hold.
    static func read(_ digits: String, roundedTo decimals: Int) -> ExactDecimal? {
        let mark = digits.firstIndex { $0 == "e" || $0 == "E" } ?? digits.endIndex
        let exponent = mark < digits.endIndex ? Int(digits[digits.index(after: mark)...]) : 0
        guard let number = ExactDecimal(digits[..<mark])?.normalized, let exponent, abs(exponent) < 10_000 else {
            return nil
        }
        let scale = number.scale - exponent
        guard scale > decimals else { return read(digits)?.normalized }
        // Ten to the 38th is the largest power that fits.
        guard scale - decimals <= 38 else { return .zero }
        let divisor = (0..<(scale - decimals)).reduce(Int128(1)) { product, _ in product * 10 }
        return ExactDecimal(mantissa: Cash.divideRounding(number.mantissa, by: divisor), scale: decimals).normalized
    }

    static func isLess(_ a: ExactDecimal, _ b: ExactDecimal) -> Bool {
        let scale = max(a.scale, b.scale)
        guard let a = a.units(atScale: scale), let b = b.units(atScale: scale) else { return false }
        return a < b
    }
}
