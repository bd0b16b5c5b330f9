/// A table in plain text with aligned columns: for reports and end-of-session summaries.
public struct TableText: Hashable, Sendable {
    public enum Alignment: Hashable, Sendable { case left, right }

    public struct Column: Hashable, Sendable {
        public var title: String
        public var alignment: Alignment

        public init(_ title: String, _ alignment: Alignment = .left) {
            self.title = title
            self.alignment = alignment
        }
    }

    public var columns: [Column]
    public private(set) var rows: [[String]] = []

    /// Titles may all be empty: then no heading is drawn.
    public init(_ columns: [Column]) { self.columns = columns }

    /// Missing cells are empty, cells beyond the columns are left out.
    public mutating func append(_ cells: [String]) {
        rows.append(columns.indices.map { $0 < cells.count ? DisplayWidth.safe(cells[$0]) : "" })
    }

    /// The lines, without blanks at their ends. Where the table is wider than `width`, its last column is cut.
    public func lines(width: Int = 100) -> [String] {
        let titles = columns.map { DisplayWidth.safe($0.title) }
        var widths = columns.indices.map { column in
            (rows.map { $0[column] } + [titles[column]]).map { DisplayWidth.of($0) }.max() ?? 0
        }
        if let last = widths.indices.last {
            let others = widths.dropLast().reduce(0) { $0 + $1 + 2 }
            widths[last] = min(widths[last], max(1, width - others))
        }
        var lines: [String] = []
        if titles.contains(where: { !$0.isEmpty }) {
            lines.append(line(titles, widths))
            lines.append(line(widths.map { String(repeating: "─", count: $0) }, widths))
        }
        lines += rows.map { line($0, widths) }
        return lines.map { DisplayWidth.fit($0, max(1, width)) }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = columns.indices.map { column in
            switch columns[column].alignment {
            case .left: DisplayWidth.pad(cells[column], widths[column])
            case .right: DisplayWidth.padLeft(cells[column], widths[column])
            }
        }
        var text = padded.joined(separator: "  ")
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }
}
