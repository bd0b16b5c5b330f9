/// A ready configuration for one kind of bot, as `apus init` writes it.
public enum Template: String, Hashable, Sendable, CaseIterable {
    /// Both sides around the mid, renewed by timers.
    case asterSpread = "aster-spread"
    /// One side at a time: buy, then sell.
    case asterCycle = "aster-cycle"

    /// One line for lists.
    public var abstract: String {
        switch self {
        case .asterSpread: "a bid and an ask at a fixed distance from the mid"
        case .asterCycle: "buy below the mid, then sell above it, one order at a time"
        }
    }

    /// The commented `config.json`. It reads back without an issue.
    public static func render(_ template: Template) -> String { TemplateWriter(template: template).text }
}

private struct TemplateWriter {
    let template: Template

    private var fields: [Field] { FieldTable.fields.filter { $0.templates.contains(template) } }

    var text: String {
        var lines = [
            "// apus, template \(template.rawValue): \(template.abstract).",
            "// JSON with comments and trailing commas. Amounts and ratios are text, so that they stay exact;",
            "// durations are text such as \"45s\" or \"500ms\", or plain seconds. Check with: apus check config.json",
            "{",
        ]
        lines += fields.filter { $0.key.section.isEmpty }.flatMap { entry($0, indent: "  ") }
        for section in FieldTable.sections {
            lines.append("")
            lines += comment(section.documentation, indent: "  ")
            lines.append("  \"\(section.name)\": {")
            lines += fields.filter { $0.key.section == section.name }.flatMap { entry($0, indent: "    ") }
            lines.append("  },")
        }
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }

    private func entry(_ field: Field, indent: String) -> [String] {
        var notes: [String] = []
        if !field.unit.isEmpty { notes.append(field.unit) }
        if !field.range.isEmpty { notes.append(field.range) }
        if !field.originalNames.isEmpty { notes.append("was \(field.originalNames[0])") }
        let note = notes.isEmpty ? "" : "[\(notes.joined(separator: "; "))]"
        return comment(field.documentation, note: note, indent: indent) + [
            "\(indent)\(hide(field))\(assignment(field)),"
        ]
    }

    private func hide(_ field: Field) -> String { field.isHidden ? "// " : "" }

    private func assignment(_ field: Field) -> String {
        let value = field.key == .template ? template.rawValue : field.example
        return "\"\(field.key.name)\": \(field.kind.isQuoted ? "\"\(value)\"" : value)"
    }

    /// Wrapped text; the note stays in one piece.
    private func comment(_ text: String, note: String = "", indent: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ").map(String.init) + (note.isEmpty ? [] : [note]) {
            if !line.isEmpty, line.count + word.count + 1 > 108 - indent.count {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? word : " \(word)"
        }
        return (lines + [line]).map { "\(indent)// \($0)" }
    }
}

extension FieldKind {
    /// Whether a file writes it in quotes.
    var isQuoted: Bool {
        switch self {
        case .boolean, .integer: false
        case .text, .symbol, .decimal, .duration, .choice, .url, .path, .environmentName: true
        }
    }
}
