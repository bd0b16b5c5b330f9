extension FieldTable {
    /// The reference of all keys as Markdown tables, one for each section.
    public static func reference() -> String {
        let all = [(name: "", documentation: "Keys at the top level.")] + sections
        return all.map { section in
            let title = section.name.isEmpty ? "General" : "`\(section.name)`"
            let rows = fields.filter { $0.key.section == section.name }.map(row)
            return """
                ## \(title)

                \(section.documentation)

                | key | type | default | range | unit | meaning | original name |
                |---|---|---|---|---|---|---|
                \(rows.joined(separator: "\n"))

                """
        }.joined(separator: "\n")
    }

    private static func row(_ field: Field) -> String {
        let standard = field.isRequired ? "required" : field.defaultText.map { "`\($0)`" } ?? ""
        let only = field.templates.count == 1 ? " (\(field.templates[0].rawValue))" : ""
        let cells = [
            "`\(field.key.name)`", field.kind.title, standard, field.range, field.unit, field.documentation + only,
            field.originalNames.map { "`\($0)`" }.joined(separator: ", "),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }
}
