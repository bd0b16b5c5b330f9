/// Draws the panel. A pure function of model and size.
public enum Panel {
    /// `height` lines of exactly `width` columns each; nothing for a size below 1 × 1.
    ///
    /// Three columns from 110 columns on, two from 60 × 16; below that a single column with what matters most.
    public static func render(_ model: PanelModel, width: Int, height: Int, colour: Bool) -> [String] {
        guard width > 0, height > 0 else { return [] }
        let sections = PanelSections(model: model)
        var lines = [sections.header(width)]
        if width >= 60, height >= 16 {
            lines += body(sections, width: width, height: height)
        } else {
            lines += sections.compact(width)
        }
        let blank = StyledText()
        let padded = lines.prefix(height) + Array(repeating: blank, count: max(0, height - lines.count))
        return padded.map { $0.fitted(width).text(colour: colour) }
    }

    private static func body(_ sections: PanelSections, width: Int, height: Int) -> [StyledText] {
        let logSpace = 2
        // Half of the room is for the market in detail, health and limits.
        var lines = PanelTables(sections.model).lines(width, rows: (height - 1 - logSpace) / 2 + 1)
        let room = height - 1 - logSpace - lines.count
        var columns = sections.columns(width)
        if columns.contains(where: { $0.count > room }) {
            columns = PanelSections(model: sections.model, isTight: true).columns(width)
        }
        let rows = min(columns.map(\.count).max() ?? 0, room)
        let gap = 2
        let columnWidth = (width - gap * (columns.count - 1)) / columns.count
        let lastWidth = width - (columnWidth + gap) * (columns.count - 1)
        for row in 0..<rows {
            var line = StyledText()
            for (index, column) in columns.enumerated() {
                if index > 0 { line.append(String(repeating: " ", count: gap)) }
                let cell = row < column.count ? column[row] : PanelRow.line(StyledText())
                line.append(cell.drawn(index == columns.count - 1 ? lastWidth : columnWidth))
            }
            lines.append(line)
        }
        lines.append(PanelRow.title("log").drawn(width))
        return lines + sections.log(rows: height - 1 - lines.count)
    }
}

/// A row of a column before its width is known.
enum PanelRow: Hashable, Sendable {
    case line(StyledText)
    case title(String)
    case bar(PanelModel.Bar)
    case spark(String, [Int64])
    /// Two named values side by side.
    case pair(PanelValue, PanelValue)

    func drawn(_ width: Int) -> StyledText {
        switch self {
        case .line(let text): return text.fitted(width)
        case .title(let name):
            let label = "─ \(name) "
            return StyledText(label + String(repeating: "─", count: max(0, width - DisplayWidth.of(label))), .title)
                .fitted(width)
        case .bar(let bar): return Self.drawn(bar, width)
        case .spark(let name, let samples):
            var line = StyledText(DisplayWidth.pad(name, 9) + " ", .dim)
            line.append(Sparkline.text(samples, width: width - 10))
            return line.fitted(width)
        case .pair(let first, let second):
            let half = (width - 1) / 2
            var line = first.drawn(half)
            line.append(" ")
            line.append(second.drawn(width - half - 1))
            return line
        }
    }

    private static func drawn(_ bar: PanelModel.Bar, _ width: Int) -> StyledText {
        let nameWidth = 10
        let textWidth = min(12, max(8, width / 3))
        let length = max(3, width - nameWidth - textWidth - 4)
        let permille = min(1_000, max(0, bar.permille))
        let full = permille == 0 ? 0 : max(1, permille * length / 1_000)
        let style: PanelStyle = permille >= 900 ? .bad : permille >= 700 ? .warning : .good
        var line = StyledText(DisplayWidth.pad(bar.name, nameWidth) + " ")
        line.append("[", .dim)
        line.append(String(repeating: "#", count: full), style)
        line.append(String(repeating: ".", count: length - full) + "] ", .dim)
        line.append(DisplayWidth.padLeft(bar.text, textWidth))
        return line.fitted(width)
    }
}

/// A named value; a signed one is coloured when it is a loss.
struct PanelValue: Hashable, Sendable {
    var name: String
    /// Where the name does not fit; nil where it always does.
    var short: String?
    var text: String
    var isSigned = false

    func drawn(_ width: Int) -> StyledText {
        let isLoss = isSigned && text.hasPrefix("-") && text.count > 1
        let label = width >= 19 ? DisplayWidth.pad(name, 9) : DisplayWidth.pad(short ?? name, 6)
        var line = StyledText(label + " ", .dim)
        line.append(text, isLoss ? .bad : .plain)
        return line.fitted(width)
    }
}
