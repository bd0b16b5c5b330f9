/// A JSON value to be written, members in order.
indirect enum JSONText {
    case object([(String, JSONText)])
    case list([JSONText])
    case text(String)
    case literal(String)

    func write(indent: String = "") -> String {
        let inner = indent + "  "
        switch self {
        case .object(let members) where members.isEmpty: return "{}"
        case .object(let members):
            let lines = members.map { "\(inner)\(Self.quote($0.0)): \($0.1.write(indent: inner))" }
            return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
        case .list(let items): return "[\(items.map { $0.write(indent: inner) }.joined(separator: ", "))]"
        case .text(let text): return Self.quote(text)
        case .literal(let text): return text
        }
    }

    static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
