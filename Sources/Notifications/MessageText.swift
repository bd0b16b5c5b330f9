internal import Configuration
internal import Observability

/// How notifications read, and how they are made to fit.
enum MessageText {
    /// What a length is counted in.
    enum Unit {
        case bytes, utf16
    }

    /// Severity and title, text, and the time it happened: `ALARM · apus BTC-USD`.
    static func full(_ notification: Notification) -> String {
        "\(headline(notification))\n\(body(notification))"
    }

    static func headline(_ notification: Notification) -> String {
        "\(notification.severity.rawValue.uppercased()) · \(notification.title)"
    }

    static func body(_ notification: Notification) -> String {
        "\(notification.text)\n\(Timestamp.text(notification.at, decimals: 0))"
    }

    /// At most `limit` units; what was cut off is counted in characters: `…(+17)`.
    static func fitted(_ text: String, _ limit: Int, _ unit: Unit) -> String {
        func length(_ scalar: Unicode.Scalar) -> Int {
            switch unit {
            case .bytes: UTF8.width(scalar)
            case .utf16: UTF16.width(scalar)
            }
        }
        var total = 0
        for scalar in text.unicodeScalars { total += length(scalar) }
        guard total > limit else { return text }
        let ending = 16
        var kept = String.UnicodeScalarView()
        var used = 0
        var count = 0
        for scalar in text.unicodeScalars {
            used += length(scalar)
            guard used <= limit - ending else { break }
            kept.append(scalar)
            count += 1
        }
        return "\(String(kept))…(+\(text.unicodeScalars.count - count))"
    }

    /// The three characters that Slack reads as markup.
    static func escapedForSlack(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
