/// Turns rendered lines into the least text that brings a terminal from the last screen to the next.
///
/// Lines may hold text and `ESC [ … m` sequences; any other control character is replaced.
public struct PanelDiff: Sendable {
    private struct Cell: Hashable {
        var text: String
        var style: String
        var width: Int
    }

    private var shown: [[Cell]]?

    public init() {}

    /// Alternate screen, cursor hidden, cleared.
    public static let enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J\u{1B}[H"
    /// Everything as it was. Safe to write twice.
    public static let leave = "\u{1B}[?2026l\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"

    /// After a resize, or when something else wrote to the terminal: the next update draws all.
    public mutating func invalidate() { shown = nil }

    /// What to write, wrapped in a synchronized update; empty when nothing changed.
    public mutating func update(to lines: [String]) -> String {
        let next = lines.map(Self.cells)
        defer { shown = next }
        let isFresh = shown?.count != next.count || shown?.first.map(Self.width) != next.first.map(Self.width)
        var output = isFresh ? "\u{1B}[2J" : ""
        for (row, cells) in next.enumerated() {
            output += Self.change(from: isFresh ? [] : shown?[row] ?? [], to: cells, row: row + 1)
        }
        return output.isEmpty ? "" : "\u{1B}[?2026h\(output)\u{1B}[?2026l"
    }

    /// From the first differing column to the last.
    private static func change(from old: [Cell], to new: [Cell], row: Int) -> String {
        guard old != new else { return "" }
        var start = 0
        var column = 1
        while start < old.count, start < new.count, old[start] == new[start] {
            column += new[start].width
            start += 1
        }
        var end = new.count
        if old.count == new.count, width(old) == width(new) {
            while end > start, old[end - 1] == new[end - 1] { end -= 1 }
        }
        var output = "\u{1B}[\(row);\(column)H"
        var style = ""
        for cell in new[start..<end] {
            if cell.style != style {
                output += "\u{1B}[0m" + (cell.style.isEmpty ? "" : "\u{1B}[\(cell.style)m")
                style = cell.style
            }
            output += cell.text
        }
        if !style.isEmpty { output += "\u{1B}[0m" }
        if end == new.count, width(old) > width(new) { output += "\u{1B}[K" }
        return output
    }

    private static func width(_ cells: [Cell]) -> Int { cells.reduce(0) { $0 + $1.width } }

    private static func cells(_ line: String) -> [Cell] {
        let scalars = Array(line.unicodeScalars)
        var cells: [Cell] = []
        var style = ""
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "\u{1B}", let end = styleEnd(scalars, index) {
                let code = String(String.UnicodeScalarView(scalars[(index + 2)..<end]))
                style = code == "0" || code.isEmpty ? "" : code
                index = end + 1
                continue
            }
            let text = DisplayWidth.safe(String(scalar))
            let width = DisplayWidth.of(text)
            if width == 0, !cells.isEmpty {
                cells[cells.count - 1].text += text
            } else if !text.isEmpty {
                cells.append(Cell(text: text, style: style, width: width))
            }
            index += 1
        }
        return cells
    }

    /// The index of the `m` that ends a style sequence at `start`; nil if it is not one.
    private static func styleEnd(_ scalars: [Unicode.Scalar], _ start: Int) -> Int? {
        guard start + 1 < scalars.count, scalars[start + 1] == "[" else { return nil }
        var index = start + 2
        while index < scalars.count, index < start + 16 {
            if scalars[index] == "m" { return index }
            guard ("0"..."9").contains(scalars[index]) || scalars[index] == ";" else { return nil }
            index += 1
        }
        return nil
    }
}
