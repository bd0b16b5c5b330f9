extension FieldTable {
    /// The reference of all keys as Markdown tables, one for each section.
    public static func reference() -> String {
        let all = [(name: "", documentation: "Keys at the top level.")] + sections
        return all.map { section in
            let title = section.name.isEmpty ? "General" : "`\(section.name)`"
            let rows = members(of: section.name).flatMap { $0 }.map(row)
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
        var scope: [String] = []
        if field.templates != Template.allCases {
            scope.append(field.templates.map(\.rawValue).joined(separator: ", "))
        }
        if !field.models.isEmpty { scope.append("model " + field.models.map(\.rawValue).joined(separator: ", ")) }
        let only = scope.isEmpty ? "" : " (\(scope.joined(separator: "; ")))"
        let cells = [
            "`\(field.key.name)`", field.kind.title, standard, field.range, field.unit, field.documentation + only,
            field.originalNames.map { "`\($0)`" }.joined(separator: ", "),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }
}
