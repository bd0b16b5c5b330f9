/// How a piece of the panel looks on a terminal with colour.
enum PanelStyle: Hashable, Sendable {
    case plain, dim, title, header, good, warning, bad

    /// Parameters of the `m` sequence; nil for none.
    var code: String? {
        switch self {
        case .plain: nil
        case .dim: "2"
        case .title: "1"
        case .header: "7"
        case .good: "32"
        case .warning: "33"
        case .bad: "1;31"
        }
    }

    init(_ health: PanelModel.Health) {
        switch health {
        case .good: self = .good
        case .warning: self = .warning
        case .bad: self = .bad
        case .unknown: self = .dim
        }
    }
}

/// A line made of pieces; the text inside is always safe.
struct StyledText: Hashable, Sendable {
    private var pieces: [(text: String, style: PanelStyle)] = []

    init() {}
    init(_ text: String, _ style: PanelStyle = .plain) { append(text, style) }

    static func == (a: Self, b: Self) -> Bool { a.pieces.elementsEqual(b.pieces) { $0 == $1 } }
    func hash(into hasher: inout Hasher) {
        for piece in pieces {
            hasher.combine(piece.text)
            hasher.combine(piece.style)
        }
    }

    var width: Int { pieces.reduce(0) { $0 + DisplayWidth.of($1.text) } }

    mutating func append(_ text: String, _ style: PanelStyle = .plain) {
        let safe = DisplayWidth.safe(text)
        if !safe.isEmpty { pieces.append((safe, style)) }
    }

    mutating func append(_ other: StyledText) { pieces += other.pieces }

    /// Exactly `width` columns: cut with `…`, or padded with blanks of `fill`'s style.
    func fitted(_ width: Int, fill: PanelStyle = .plain) -> StyledText {
        var result = StyledText()
        var left = width
        let isCut = self.width > width
        for piece in pieces {
            let columns = DisplayWidth.of(piece.text)
            if columns > left || (isCut && columns == left) {
                // A piece that ends exactly at the edge still gives way to the mark of what is cut behind it.
                result.append(DisplayWidth.fit(piece.text + " ", left), piece.style)
                left = max(0, width - result.width)
                break
            }
            result.append(piece.text, piece.style)
            left -= columns
        }
        if left > 0 { result.append(String(repeating: " ", count: left), fill) }
        return result
    }

    func text(colour: Bool) -> String {
        guard colour else { return pieces.map(\.text).joined() }
        return pieces.map { piece in
            piece.style.code.map { "\u{1B}[\($0)m\(piece.text)\u{1B}[0m" } ?? piece.text
        }.joined()
    }
}
