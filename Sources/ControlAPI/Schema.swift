internal import MarketModel
internal import Wire

/// What a JSON value must look like: written into the OpenAPI document, and held against request bodies (and, by the
/// tests, against every reply).
indirect enum Schema: Hashable, Sendable {
    struct Property: Hashable, Sendable {
        var name: String
        var schema: Schema
        var isRequired: Bool
        var text: String

        init(_ name: String, _ schema: Schema, optional: Bool = false, _ text: String = "") {
            self.name = name
            self.schema = schema
            isRequired = !optional
            self.text = text
        }
    }

    case text(maxLength: Int? = nil)
    /// An exact decimal number as text.
    case decimal
    /// RFC 3339 in UTC.
    case timestamp
    case boolean
    /// The one flag that is accepted.
    case mustBeTrue
    case integer(ClosedRange<Int64>? = nil)
    case number
    /// A number from the one to the other, both included.
    case within(ExactDecimal, ExactDecimal)
    /// An exact decimal text above zero with at most so many decimals.
    case amount(decimals: Int)
    /// The name of a market.
    case marketName
    case choice([String])
    case nullable(Schema)
    case array(Schema)
    /// No other members than these; `others` is what further ones must be.
    case object([Property], others: Schema? = nil, atLeast: Int = 0)
    case either([Schema])
    case anything
    /// A component by name.
    case component(String)
}

extension Schema {
    func write(into json: inout JSONWriter) {
        json.object { json in writeMembers(into: &json) }
    }

    private func writeMembers(into json: inout JSONWriter) {
        switch self {
        case .text(let maxLength):
            json.member("type", "string")
            if let maxLength { json.member("maxLength", maxLength) }
        case .decimal:
            json.member("type", "string")
            json.member("pattern", "^-?[0-9]+(\\.[0-9]+)?$")
        case .amount(let decimals):
            json.member("type", "string")
            json.member("pattern", "^(0\\.[0-9]{0,\(decimals - 1)}[1-9]|[1-9][0-9]{0,4}(\\.[0-9]{1,\(decimals)})?)$")
        case .marketName:
            json.member("type", "string")
            json.member("pattern", "^[A-Z]{2,6}-[A-Z]{3}$")
        case .timestamp:
            json.member("type", "string")
            json.member("format", "date-time")
        case .boolean: json.member("type", "boolean")
        case .mustBeTrue:
            json.member("type", "boolean")
            json.member("const", true)
        case .integer(let range):
            json.member("type", "integer")
            if let range {
                json.member("minimum", range.lowerBound)
                json.member("maximum", range.upperBound)
            }
        case .number: json.member("type", "number")
        case .within(let least, let most):
            json.member("type", "number")
            json.number("minimum", least)
            json.number("maximum", most)
        case .choice(let choices):
            json.member("type", "string")
            json.array("enum", choices) { $0.string($1) }
        case .nullable(let schema): Schema.writeAlternatives([schema], orNull: true, into: &json)
        case .either(let schemas): Schema.writeAlternatives(schemas, orNull: false, into: &json)
        case .array(let element):
            json.member("type", "array")
            json.key("items")
            element.write(into: &json)
        case .object(let properties, let others, let atLeast):
            Schema.writeObject(properties, others, atLeast, into: &json)
        case .anything: break
        case .component(let name): json.member("$ref", "#/components/schemas/\(name)")
        }
    }

    private static func writeAlternatives(_ schemas: [Schema], orNull: Bool, into json: inout JSONWriter) {
        json.key("anyOf")
        json.beginArray()
        for schema in schemas { schema.write(into: &json) }
        if orNull { json.object { $0.member("type", "null") } }
        json.endArray()
    }

    private static func writeObject(
        _ properties: [Property], _ others: Schema?, _ atLeast: Int, into json: inout JSONWriter
    ) {
        json.member("type", "object")
        if !properties.isEmpty {
            json.object("properties") { json in
                for property in properties {
                    json.object(property.name) { json in
                        property.schema.writeMembers(into: &json)
                        if !property.text.isEmpty { json.member("description", property.text) }
                    }
                }
            }
        }
        let required = properties.filter(\.isRequired).map(\.name)
        if !required.isEmpty { json.array("required", required) { $0.string($1) } }
        if atLeast > 0 { json.member("minProperties", atLeast) }
        json.key("additionalProperties")
        if let others { others.write(into: &json) } else { json.bool(false) }
    }
}
