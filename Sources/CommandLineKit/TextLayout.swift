/// Paragraphs and two-column lists of a given width.
enum TextLayout {
    /// Breaks at spaces; a word longer than the line stands alone on its own.
    static func wrap(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    /// Paragraphs separated by empty lines, each wrapped.
    static func paragraphs(_ text: String, width: Int) -> [String] {
        var blocks: [[String]] = [[]]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.allSatisfy({ $0 == " " }) {
                if !blocks[blocks.count - 1].isEmpty { blocks.append([]) }
            } else {
                blocks[blocks.count - 1].append(String(line))
            }
        }
        let wrapped = blocks.filter { !$0.isEmpty }.map { wrap($0.joined(separator: " "), width: width) }
        return Array(wrapped.joined(separator: [""]))
    }

    /// `term` on the left, wrapped text on the right; a long term gets a line of its own.
    static func list(_ rows: [(term: String, text: String)], width: Int) -> [String] {
        let longest = rows.map(\.term.count).filter { $0 <= 26 }.max() ?? 0
        let column = longest + 4
        return rows.flatMap { row -> [String] in
            let body = wrap(row.text, width: width - column)
            let first = "  \(row.term)"
            guard let opening = body.first else { return [first] }
            let margin = String(repeating: " ", count: column)
            if row.term.count > 26 { return [first] + body.map { margin + $0 } }
            let padding = String(repeating: " ", count: column - first.count)
            return [first + padding + opening] + body.dropFirst().map { margin + $0 }
        }
    }
}
