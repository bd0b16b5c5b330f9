internal import Fundamentals

internal import MarketModel

/// Lays the sources over each other and judges every value where it stands.
struct Resolver {
    struct Located {
        var value: FieldValue
        var origin: ValueOrigin
    }

    private let file: String
    private(set) var values: [FieldKey: Located] = [:]
    private(set) var issues: [ConfigurationIssue] = []
    /// Keys that were given, rightly or not: a wrong value is not also a missing one.
    private var given: [FieldKey: ValueOrigin] = [:]
    private var sectionPlaces: [String: (line: Int, column: Int)] = [:]

    init(file: String) { self.file = file }

    var hasErrors: Bool { issues.contains { $0.severity == .error } }

    mutating func report(_ issue: ConfigurationIssue) { issues.append(issue) }

    // MARK: Layers

    mutating func applyDefaults() {
        for field in FieldTable.fields {
            guard let text = field.defaultText, let value = field.kind.read(text: text) else { continue }
            values[field.key] = Located(value: value, origin: .defaultValue)
        }
    }

    mutating func apply(_ tree: ConfigurationNode) {
        sectionPlaces[""] = (tree.line, tree.column)
        guard case .object(let members) = tree.value else {
            report(at: place(tree), "", "expected an object, found \(tree.found)", expected: "an object")
            return
        }
        apply(members, section: "")
    }

    private mutating func apply(_ members: [ConfigurationNode.Member], section: String) {
        for member in members {
            let path = section.isEmpty ? member.key : "\(section).\(member.key)"
            if path == "$schema" { continue }
            if section.isEmpty, FieldTable.sections.contains(where: { $0.name == member.key }) {
                sectionPlaces[member.key] = (member.node.line, member.node.column)
                if case .object(let inner) = member.node.value {
                    apply(inner, section: member.key)
                } else {
                    let found = KeyAdvice.isSecret(path) ? "a value (not shown)" : member.node.found
                    report(at: place(member.node), path, "expected an object, found \(found)", expected: "an object")
                }
            } else if let key = FieldKey(rawValue: path) {
                set(key, to: FieldTable.field(key).kind.read(member.node), found: member.node.found, place(member.node))
            } else {
                let origin = ValueOrigin.file(file, line: member.line, column: member.column)
                let shown = Printable.shortened(path)
                let advice = KeyAdvice.unknown(member.key, in: section)
                report(at: origin, shown, advice.message, expected: advice.expected)
            }
        }
    }

    private func place(_ node: ConfigurationNode) -> ValueOrigin {
        .file(file, line: node.line, column: node.column)
    }

    /// Sets a value that came as text.
    mutating func apply(_ text: String, to key: FieldKey, origin: ValueOrigin) {
        let value = FieldTable.field(key).kind.read(text: text)
        set(key, to: value, found: "\"\(Printable.shortened(text))\"", origin)
    }

    mutating func apply(_ override: ConfigurationOverride) {
        let origin = ValueOrigin.commandLine(override.flag)
        guard let key = FieldKey(rawValue: override.path) else {
            let parts = override.path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            let section = parts.dropLast().joined(separator: ".")
            let advice = KeyAdvice.unknown(parts[parts.count - 1], in: section)
            report(at: origin, Printable.shortened(override.path), advice.message, expected: advice.expected)
            return
        }
        apply(override.text, to: key, origin: origin)
    }

    private mutating func set(_ key: FieldKey, to value: FieldValue?, found: String, _ origin: ValueOrigin) {
        let field = FieldTable.field(key)
        given[key] = origin
        guard let value else {
            let isHidden = field.kind == .environmentName
            let what = isHidden ? "something else (not shown: secrets belong in the environment or .env)" : found
            var message = "expected \(field.expectation), found \(what)"
            if case .decimal = field.kind, found.hasPrefix("the number") {
                message += "; write it in quotes, so that it stays exact"
            }
            if case .choice(let choices) = field.kind, found.hasPrefix("\""),
                let near = Spelling.nearest(to: String(found.dropFirst().dropLast()), in: choices)
            {
                message += "; did you mean \"\(near)\"?"
            }
            report(at: origin, key.path, message, expected: field.expectation)
            return
        }
        if let expected = field.violation(of: value) {
            report(at: origin, key.path, "expected \(expected), found \(found)", expected: expected)
            return
        }
        values[key] = Located(value: value, origin: origin)
    }

    // MARK: Completeness

    /// The template in force; nil when it is missing or unknown.
    var template: Template? {
        guard case .text(let name)? = values[.template]?.value else { return nil }
        return Template(rawValue: name)
    }

    mutating func checkCompleteness() {
        for field in FieldTable.fields {
            guard let template else {
                if field.key == .template, given[.template] == nil { reportMissing(field) }
                continue
            }
            if !field.templates.contains(template) {
                values[field.key] = nil
                if let origin = given[field.key] {
                    let owner = field.templates.map { "\"\($0.rawValue)\"" }.joined(separator: " and ")
                    report(
                        at: origin, field.key.path,
                        "belongs to \(owner), and strategy.type is \"\(template.rawValue)\"")
                }
            } else if field.isRequired, given[field.key] == nil {
                reportMissing(field)
            }
        }
    }

    private mutating func reportMissing(_ field: Field) {
        let place = sectionPlaces[field.key.section] ?? sectionPlaces[""]
        let origin = place.map { ValueOrigin.file(file, line: $0.line, column: $0.column) } ?? .defaultValue
        report(
            at: origin, field.key.path, "is missing: expected \(field.expectation)", expected: field.expectation)
    }

    // MARK: Reports

    mutating func report(
        at origin: ValueOrigin, _ path: String, _ message: String, expected: String? = nil,
        severity: ConfigurationIssue.Severity = .error
    ) {
        var issue = ConfigurationIssue(severity, file: file, path: path, message: message, expected: expected)
        switch origin {
        case .defaultValue: break
        case .file(let name, let line, let column):
            issue.file = name
            issue.line = line
            issue.column = column
        case .environment, .commandLine: issue.file = origin.description
        }
        issues.append(issue)
    }

    /// Reports against the value of a key, wherever it came from.
    mutating func report(
        _ key: FieldKey, _ message: String, expected: String? = nil,
        severity: ConfigurationIssue.Severity = .error
    ) {
        report(at: values[key]?.origin ?? .defaultValue, key.path, message, expected: expected, severity: severity)
    }
}
