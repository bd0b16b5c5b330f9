/// How many columns text takes on a terminal, and how to make text safe to put there.
public enum DisplayWidth {
    /// Columns of one scalar: 0 for combining marks, 2 for East Asian wide characters and emoji, else 1.
    ///
    /// Source: Unicode Standard Annex 11 (wide and fullwidth) and the `Emoji_Presentation` property.
    public static func of(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return scalar.value == 0xAD ? 0 : 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        if (0x1160...0x11FF).contains(scalar.value) { return 0 }
        return isWide(scalar) ? 2 : 1
    }

    /// Columns of text, the sum over its scalars. Never less than what a terminal uses; sequences that some terminals
    /// draw as one emoji count as their parts.
    public static func of(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.unicodeScalars.reduce(0) { $0 + of($1) }
    }

    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E, 0x3041...0x4DFF,
        0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1D300...0x1D376,
        0x1F200...0x1F2FF, 0x20000...0x3FFFD,
    ]

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        if (0x1F1E6...0x1F1FF).contains(scalar.value) { return false }
        return scalar.properties.isEmojiPresentation || wideRanges.contains { $0.contains(scalar.value) }
    }

    /// The text without anything a terminal acts on: controls become `?`; joiners, direction marks and variation
    /// selectors, which make width a matter of opinion, are dropped.
    public static func safe(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate: result.append("?")
            case .format: break
            default:
                if !(0xFE00...0xFE0F).contains(scalar.value) { result.append(scalar) }
            }
        }
        return String(result)
    }

    /// At most `width` columns of safe text; what was cut off shows as `…`.
    public static func fit(_ text: String, _ width: Int) -> String {
        let text = safe(text)
        guard of(text) > width else { return text }
        guard width > 0 else { return "" }
        var result = String.UnicodeScalarView()
        var used = 0
        for scalar in text.unicodeScalars {
            let columns = of(scalar)
            if used + columns > width - 1 { break }
            used += columns
            result.append(scalar)
        }
        return String(result) + "…"
    }

    /// Exactly `width` columns of safe text, padded on the right.
    public static func pad(_ text: String, _ width: Int) -> String {
        let fitted = fit(text, width)
        return fitted + String(repeating: " ", count: max(0, width - of(fitted)))
    }

    /// Exactly `width` columns of safe text, padded on the left.
    public static func padLeft(_ text: String, _ width: Int) -> String {
        let fitted = fit(text, width)
        return String(repeating: " ", count: max(0, width - of(fitted))) + fitted
    }
}
