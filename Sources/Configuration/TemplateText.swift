/// Writes a commented configuration: a template's own values, or others in their place.
struct TemplateText {
    let template: Template
    /// Values that replace the template's; what a template hides behind a comment appears.
    var values: [FieldPlace: String] = [:]
    var marketCount: Int
    /// Levels that are written one by one; none, and the evenly spaced ones stand for them.
    var levelCount = 0
    /// Stands in the head, a line each.
    var remarks: [String] = []

    init(_ template: Template) {
        self.template = template
        marketCount =
            switch template {
            case .asterSpread, .asterCycle: 0
            case .extendedAvellaneda: 2
            case .extendedPercent: 1
            case .binanceACEMirror, .binanceBitoProMirror, .binanceMAXMirror: 0
            }
    }

    private var fields: [Field] { FieldTable.fields(for: template) }

    var text: String {
        var lines = [
            "// apus, template \(template.rawValue): \(template.abstract).",
            "// JSON with comments and trailing commas. Amounts and ratios are text, so that they stay exact;",
            "// durations are text such as \"45s\" or \"500ms\", or plain seconds. Check with: apus check config.json",
        ]
        lines += remarks.flatMap { comment($0, indent: "") }
        lines.append("{")
        lines += fields.filter { $0.key.section.isEmpty }.flatMap { entry($0, indent: "  ") }
        for section in FieldTable.topSections where fields.contains(where: { $0.key.section == section.name }) {
            lines.append("")
            lines += comment(section.documentation, indent: "  ")
            if section.name == "markets" {
                lines.append("  \"markets\": [")
                for market in 0..<marketCount { lines += entries(market) }
                lines.append("  ],")
            } else {
                lines.append("  \"\(section.name)\": {")
                lines += fields.filter { $0.key.section == section.name }.flatMap { entry($0, indent: "    ") }
                if section.name == "notifications" { lines += channels }
                if section.name == "strategy", template.isMirror { lines += levels }
                lines.append("  },")
            }
        }
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }

    /// A market: the first with comments, further ones without.
    private func entries(_ market: Int) -> [String] {
        var lines = ["    {"]
        for field in fields where field.key.isPerMarket {
            if market == 0 {
                lines += entry(field, market, indent: "      ")
            } else if !isHidden(field, market) {
                lines.append("      \(assignment(field, market)),")
            }
        }
        return lines + ["    },"]
    }

    /// A line for each kind of channel, behind comments: nobody has all of them.
    private var channels: [String] {
        let about = FieldTable.sections.first { $0.name == Resolver.channelList }?.documentation ?? ""
        var lines = comment(about, indent: "    ") + ["    \"channels\": ["]
        for field in fields where field.key.isPerChannel {
            lines += comment("\(field.key.name): \(field.documentation)", indent: "      ")
        }
        return lines + ChannelSamples.lines.map { "      // \($0)," } + ["    ],"]
    }

    /// The levels of a ladder; as a sample behind comments where there are none.
    private var levels: [String] {
        let about = FieldTable.sections.first { $0.name == Resolver.levelList }?.documentation ?? ""
        var lines = comment(about, indent: "    ") + ["    \"levels\": ["]
        for field in fields where field.key.isPerLevel {
            let note = field.range.isEmpty ? "" : "[\([field.unit, field.range].joined(separator: "; "))]"
            lines += comment("\(field.key.name): \(field.documentation)", note: note, indent: "      ")
        }
        if levelCount == 0 {
            let samples = (0..<2).map { sample in level { sample == 0 ? $0.example : $0.secondExample ?? $0.example } }
            lines += samples.map { "      // \($0)," }
        }
        for entry in 0..<levelCount {
            lines.append("      \(level { values[FieldPlace($0.key, entry: entry)] ?? $0.example }),")
        }
        return lines + ["    ],"]
    }

    private func level(_ value: (Field) -> String) -> String {
        let members = fields.filter(\.key.isPerLevel).map { "\"\($0.key.name)\": \(JSONText.quote(value($0)))" }
        return "{\(members.joined(separator: ", "))}"
    }

    private func entry(_ field: Field, _ market: Int? = nil, indent: String) -> [String] {
        var notes: [String] = []
        if !field.models.isEmpty, field.models != [.simplified] {
            notes.append("model \(field.models.map(\.rawValue).joined(separator: " or "))")
        }
        if !field.unit.isEmpty { notes.append(field.unit) }
        if !field.range.isEmpty { notes.append(field.range) }
        if let original = field.originalNames.first, original != field.key.name { notes.append("was \(original)") }
        let note = notes.isEmpty ? "" : "[\(notes.joined(separator: "; "))]"
        return comment(field.documentation, note: note, indent: indent) + [
            "\(indent)\(isHidden(field, market) ? "// " : "")\(assignment(field, market)),"
        ]
    }

    private func place(_ field: Field, _ market: Int?) -> FieldPlace {
        FieldPlace(field.key, market: field.key.isPerMarket ? market ?? 0 : nil)
    }

    private var model: StrategyModel {
        values[FieldPlace(.model)].flatMap(StrategyModel.init(rawValue:)) ?? .simplified
    }

    private func isHidden(_ field: Field, _ market: Int?) -> Bool {
        if values[place(field, market)] != nil { return false }
        if levelCount > 0, Resolver.evenLadder.contains(field.key) { return true }
        return field.isHidden || !(field.models.isEmpty || field.models.contains(model))
    }

    private func assignment(_ field: Field, _ market: Int?) -> String {
        let example = (market ?? 0) == 0 ? field.example : field.secondExample ?? field.example
        let value = field.key == .template ? template.rawValue : values[place(field, market)] ?? example
        return "\"\(field.key.name)\": \(field.kind.isQuoted ? JSONText.quote(value) : value)"
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
        case .text, .symbol, .market, .pair, .decimal, .duration, .choice, .url, .listenAddress, .path,
            .environmentName:
            true
        }
    }
}
