extension BotConfiguration {
    /// The JSON Schema (draft 2020-12) of a configuration file, for editors. It describes shape and types; ranges of
    /// decimal text and rules between fields are the business of `apus check`.
    public static func schema() -> String { SchemaWriter.document.write() + "\n" }
}

private enum SchemaWriter {
    static var document: JSONText {
        var properties: [(String, JSONText)] = [("$schema", .object([("type", .text("string"))]))]
        properties += FieldTable.fields.filter { $0.key.section.isEmpty }.map { ($0.key.name, property($0)) }
        for section in FieldTable.sections {
            properties.append((section.name, section.name == "strategy" ? strategy(section) : plain(section)))
        }
        return .object([
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
            ("title", .text("apus configuration")),
            ("type", .text("object")),
            ("properties", .object(properties)),
            ("required", .list([.text("strategy")])),
            ("additionalProperties", .literal("false")),
        ])
    }

    private static func plain(_ section: (name: String, documentation: String)) -> JSONText {
        object(FieldTable.fields.filter { $0.key.section == section.name }, section.documentation)
    }

    /// One alternative for each template, told apart by `type`.
    private static func strategy(_ section: (name: String, documentation: String)) -> JSONText {
        let alternatives = Template.allCases.map { template in
            object(
                FieldTable.fields.filter { $0.key.section == section.name && $0.templates.contains(template) },
                template.abstract, template: template)
        }
        return .object([("description", .text(section.documentation)), ("oneOf", .list(alternatives))])
    }

    private static func object(_ fields: [Field], _ documentation: String, template: Template? = nil) -> JSONText {
        var members: [(String, JSONText)] = [
            ("type", .text("object")),
            ("description", .text(documentation)),
            ("properties", .object(fields.map { ($0.key.name, property($0, template)) })),
            ("additionalProperties", .literal("false")),
        ]
        let required = fields.filter(\.isRequired).map { JSONText.text($0.key.name) }
        if !required.isEmpty { members.append(("required", .list(required))) }
        return .object(members)
    }

    private static func property(_ field: Field, _ template: Template? = nil) -> JSONText {
        if field.key == .template, let template {
            return .object([("const", .text(template.rawValue)), ("description", .text(field.documentation))])
        }
        var members = type(field)
        let notes = [field.unit, field.range].filter { !$0.isEmpty }
        let suffix = notes.isEmpty ? "" : " [\(notes.joined(separator: "; "))]"
        members.append(("description", .text(field.documentation + suffix)))
        if let text = field.defaultText {
            members.append(("default", field.kind.isQuoted ? .text(text) : .literal(text)))
        }
        return .object(members)
    }

    private static func type(_ field: Field) -> [(String, JSONText)] {
        let text = ("type", JSONText.text("string"))
        switch field.kind {
        case .text, .path: return [text, ("minLength", .literal("1"))]
        case .symbol: return [text, ("pattern", .text("^[A-Z0-9]{2,32}$"))]
        case .boolean: return [("type", .text("boolean"))]
        case .integer:
            var members: [(String, JSONText)] = [("type", .text("integer"))]
            if let low = field.lower { members.append(("minimum", .literal(low.text))) }
            if let high = field.upper { members.append(("maximum", .literal(high.text))) }
            return members
        case .decimal(let decimals):
            return [
                ("type", .list([.text("string"), .text("integer")])),
                ("pattern", .text("^[+-]?[0-9]+(\\.[0-9]{1,\(decimals)}0*)?$")),
            ]
        case .duration:
            return [
                ("type", .list([.text("string"), .text("number")])), ("minimum", .literal("0")),
                ("pattern", .text("^[0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h|d)$")),
            ]
        case .choice(let choices): return [("enum", .list(choices.map(JSONText.text)))]
        case .url(let schemes): return [text, ("pattern", .text("^(\(schemes.joined(separator: "|")))://"))]
        case .environmentName: return [text, ("pattern", .text("^[A-Z_][A-Z0-9_]{0,63}$"))]
        }
    }
}
