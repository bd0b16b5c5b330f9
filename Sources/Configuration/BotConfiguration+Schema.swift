extension BotConfiguration {
    /// The JSON Schema (draft 2020-12) of a configuration file, for editors. It describes shape and types; ranges of
    /// decimal text and rules between fields are the business of `apus check`.
    public static func schema() -> String { SchemaWriter.document.write() + "\n" }
}

private enum SchemaWriter {
    static var document: JSONText {
        var properties: [(String, JSONText)] = [("$schema", .object([("type", .text("string"))]))]
        properties += FieldTable.members(of: "").map { ($0[0].key.name, merged($0)) }
        for section in FieldTable.topSections {
            let value: JSONText =
                switch section.name {
                case "strategy": alternatives(section.name, section.documentation, Template.allCases)
                case "markets": markets(section.documentation)
                case "notifications": notifications(section.documentation)
                default: object(FieldTable.members(of: section.name), section.documentation)
                }
            properties.append((section.name, value))
        }
        return .object([
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
            ("title", .text("apus configuration")),
            ("type", .text("object")),
            ("properties", .object(properties)),
            ("required", .list([.text("strategy")])),
            ("additionalProperties", .literal("false")),
            ("if", marketsAreNeeded), ("then", .object([("required", .list([.text("markets")]))])),
        ])
    }

    /// The templates whose markets stand in a list.
    private static var listing: [Template] {
        Template.allCases.filter { template in FieldTable.fields(for: template).contains { $0.key.isPerMarket } }
    }

    private static var marketsAreNeeded: JSONText {
        func properties(_ name: String, _ value: JSONText) -> JSONText {
            .object([("properties", .object([(name, value)])), ("required", .list([.text(name)]))])
        }
        let types = JSONText.object([("enum", .list(listing.map { .text($0.rawValue) }))])
        return properties("strategy", properties(FieldKey.template.name, types))
    }

    private static func markets(_ documentation: String) -> JSONText {
        .object([
            ("type", .text("array")), ("description", .text(documentation)), ("minItems", .literal("1")),
            ("items", alternatives("markets", "One market.", listing)),
        ])
    }

    private static func notifications(_ documentation: String) -> JSONText {
        let about = FieldTable.sections.first { $0.name == Resolver.channelList }?.documentation ?? ""
        let channels = JSONText.object([
            ("type", .text("array")), ("description", .text(about)),
            ("items", object(FieldTable.members(of: Resolver.channelList), "One channel.")),
        ])
        let own = FieldTable.members(of: "notifications").map { ($0[0].key.name, merged($0)) }
        return .object([
            ("type", .text("object")), ("description", .text(documentation)),
            ("properties", .object(own + [("channels", channels)])), ("additionalProperties", .literal("false")),
        ])
    }

    /// One alternative for each template.
    private static func alternatives(_ section: String, _ documentation: String, _ templates: [Template]) -> JSONText {
        let alternatives = templates.map { template in
            let fields = FieldTable.fields(for: template).filter { $0.key.section == section }
            let lists = section == "strategy" && template.isMirror ? [("levels", levels)] : []
            return object(fields.map { [$0] }, template.abstract, template: template, lists: lists)
        }
        let word = section == "strategy" ? "oneOf" : "anyOf"
        return .object([("description", .text(documentation)), (word, .list(alternatives))])
    }

    private static var levels: JSONText {
        let about = FieldTable.sections.first { $0.name == Resolver.levelList }?.documentation ?? ""
        return .object([
            ("type", .text("array")), ("description", .text(about)),
            ("items", object(FieldTable.members(of: Resolver.levelList), "One level.")),
        ])
    }

    private static func object(
        _ members: [[Field]], _ documentation: String, template: Template? = nil, lists: [(String, JSONText)] = []
    ) -> JSONText {
        var result: [(String, JSONText)] = [
            ("type", .text("object")),
            ("description", .text(documentation)),
            ("properties", .object(members.map { ($0[0].key.name, merged($0, template)) } + lists)),
            ("additionalProperties", .literal("false")),
        ]
        let required = members.filter { $0.allSatisfy { $0.isRequired && $0.models.isEmpty } }
            .map { JSONText.text($0[0].key.name) }
        if !required.isEmpty { result.append(("required", .list(required))) }
        return .object(result)
    }

    /// The rows of one key: what any of them takes is right.
    private static func merged(_ rows: [Field], _ template: Template? = nil) -> JSONText {
        rows.count == 1
            ? property(rows[0], template) : .object([("anyOf", .list(rows.map { property($0, template) }))])
    }

    private static func property(_ field: Field, _ template: Template? = nil) -> JSONText {
        if field.key == .template, let template {
            return .object([("const", .text(template.rawValue)), ("description", .text(field.documentation))])
        }
        var members = type(field)
        if !field.isRequired, field.defaultText == nil {
            members = members.map { $0.0 == "type" ? ($0.0, orNull($0.1)) : $0 }
        }
        var notes = field.models.isEmpty ? [] : ["model " + field.models.map(\.rawValue).joined(separator: " or ")]
        notes += [field.unit, field.range].filter { !$0.isEmpty }
        let suffix = notes.isEmpty ? "" : " [\(notes.joined(separator: "; "))]"
        members.append(("description", .text(field.documentation + suffix)))
        if let text = field.defaultText {
            members.append(("default", field.kind.isQuoted ? .text(text) : .literal(text)))
        }
        return .object(members)
    }

    /// What need not be there may be null.
    private static func orNull(_ type: JSONText) -> JSONText {
        switch type {
        case .list(let types): .list(types + [.text("null")])
        case .text, .literal, .object: .list([type, .text("null")])
        }
    }

    private static func type(_ field: Field) -> [(String, JSONText)] {
        let text = ("type", JSONText.text("string"))
        switch field.kind {
        case .text, .path: return [text, ("minLength", .literal("1"))]
        case .symbol: return [text, ("pattern", .text("^[A-Z0-9]{2,32}$"))]
        case .market: return [text, ("pattern", .text("^[A-Za-z0-9._-]{2,32}$"))]
        case .pair(let spelling): return [text, ("pattern", .text(spelling.pattern))]
        case .listenAddress: return [text, ("pattern", .text("^(\\[[0-9A-Fa-f:]+\\]|[A-Za-z0-9.-]+):[0-9]{1,5}$"))]
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
        case .url(let schemes, _): return [text, ("pattern", .text("^(\(schemes.joined(separator: "|")))://"))]
        case .environmentName: return [text, ("pattern", .text("^[A-Z_][A-Z0-9_]{0,63}$"))]
        }
    }
}
