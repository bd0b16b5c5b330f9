/// Reads JSON with the comforts of JSON5: `//` and `/* */` comments, trailing commas, single quotes, bare keys.
///
/// Every node knows its line and column. A syntax error ends the reading; duplicate keys are reported and reading goes
/// on. At most 1 MiB and 64 levels, so that a wrong file cannot hurt.
public struct ConfigurationReader {
    struct SyntaxError: Error {
        var line: Int
        var column: Int
        var message: String
        var expected: String?
    }

    /// Largest file that is read, in bytes.
    public static let sizeMax = 1 << 20
    static let depthMax = 64

    private let file: String
    /// Whether `1e-05` is a number; it is given as `0.00001`.
    private let takesExponents: Bool
    private var scalars: [Unicode.Scalar] = []
    private var index = 0
    private var line = 1
    private var column = 1
    private var issues: [ConfigurationIssue] = []

    private init(file: String, takesExponents: Bool) {
        self.file = file
        self.takesExponents = takesExponents
    }

    /// The tree (nil after a syntax error) and what is wrong with it.
    public static func read(_ bytes: [UInt8], file: String) -> (node: ConfigurationNode?, issues: [ConfigurationIssue])
    { read(bytes, file: file, takesExponents: false) }

    static func read(
        _ bytes: [UInt8], file: String, takesExponents: Bool
    ) -> (node: ConfigurationNode?, issues: [ConfigurationIssue]) {
        var reader = ConfigurationReader(file: file, takesExponents: takesExponents)
        do throws(SyntaxError) {
            let node = try reader.document(bytes)
            return (node, reader.issues)
        } catch {
            let issue = ConfigurationIssue(
                file: file, line: error.line, column: error.column, message: error.message, expected: error.expected)
            return (nil, reader.issues + [issue])
        }
    }

    // MARK: Document

    private mutating func document(_ bytes: [UInt8]) throws(SyntaxError) -> ConfigurationNode {
        guard bytes.count <= Self.sizeMax else { throw failure("the file is larger than 1 MiB") }
        try decode(bytes)
        if peek == "\u{FEFF}" { index += 1 }
        try skipSpace()
        guard peek != nil else { throw failure("the file is empty", expected: "an object") }
        let node = try value(depth: 0)
        try skipSpace()
        guard let extra = peek else { return node }
        throw failure("unexpected \(name(extra)) after the end of the value", expected: "the end of the file")
    }

    private mutating func decode(_ bytes: [UInt8]) throws(SyntaxError) {
        var source = bytes.makeIterator()
        var parser = Unicode.UTF8.ForwardParser()
        scalars.reserveCapacity(bytes.count)
        while true {
            switch parser.parseScalar(from: &source) {
            case .valid(let encoded): scalars.append(Unicode.UTF8.decode(encoded))
            case .emptyInput: return
            case .error:
                while index < scalars.count { advance() }
                throw failure("the text is not valid UTF-8")
            }
        }
    }

    private mutating func value(depth: Int) throws(SyntaxError) -> ConfigurationNode {
        guard depth < Self.depthMax else { throw failure("nested deeper than \(Self.depthMax) levels") }
        let (line, column) = (line, column)
        let value: ConfigurationNode.Value
        switch peek {
        case "{": value = .object(try object(depth: depth))
        case "[": value = .list(try list(depth: depth))
        case "\"", "'": value = .text(try string())
        case let first? where isNumberPart(first): value = .number(try number())
        case let other: value = try word(other)
        }
        return ConfigurationNode(value: value, line: line, column: column)
    }

    private mutating func object(depth: Int) throws(SyntaxError) -> [ConfigurationNode.Member] {
        let (openLine, openColumn) = (line, column)
        advance()
        var members: [ConfigurationNode.Member] = []
        var firstLine: [String: Int] = [:]
        while true {
            try skipSpace()
            guard let next = peek else { throw notClosed("{", "}", openLine, openColumn) }
            if next == "}" {
                advance()
                return members
            }
            let (line, column) = (line, column)
            let key = try key()
            try skipSpace()
            guard peek == ":" else {
                throw failure("expected ':' after the key, found \(name(peek))", expected: "':'")
            }
            advance()
            try skipSpace()
            let node = try value(depth: depth + 1)
            if let first = firstLine[key] {
                issues.append(
                    ConfigurationIssue(
                        file: file, line: line, column: column,
                        message: "the key \"\(Printable.shortened(key))\" is given twice; it is first on line \(first)")
                )
            } else {
                firstLine[key] = line
                members.append(.init(key: key, line: line, column: column, node: node))
            }
            try separator("}", openLine, openColumn)
        }
    }

    private mutating func list(depth: Int) throws(SyntaxError) -> [ConfigurationNode] {
        let (openLine, openColumn) = (line, column)
        advance()
        var nodes: [ConfigurationNode] = []
        while true {
            try skipSpace()
            guard let next = peek else { throw notClosed("[", "]", openLine, openColumn) }
            if next == "]" {
                advance()
                return nodes
            }
            nodes.append(try value(depth: depth + 1))
            try separator("]", openLine, openColumn)
        }
    }

    /// A comma, or nothing before the closing bracket (which stays).
    private mutating func separator(
        _ close: Unicode.Scalar, _ openLine: Int, _ openColumn: Int
    ) throws(SyntaxError) {
        try skipSpace()
        switch peek {
        case ",": advance()
        case close: break
        case nil: throw notClosed(close == "}" ? "{" : "[", close, openLine, openColumn)
        case let other: throw failure("expected ',' or '\(close)', found \(name(other))", expected: "',' or '\(close)'")
        }
    }

    private func notClosed(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ line: Int, _ column: Int
    ) -> SyntaxError {
        failure("the file ends before the '\(open)' of \(line):\(column) is closed", expected: "'\(close)'")
    }

    // MARK: Words

    private mutating func key() throws(SyntaxError) -> String {
        guard let first = peek else { throw failure("expected a key, found the end of the file", expected: "a key") }
        if first == "\"" || first == "'" { return try string() }
        guard isNameStart(first) else { throw failure("expected a key, found \(name(first))", expected: "a key") }
        return bareWord()
    }

    private func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar == "$" || scalar.properties.isAlphabetic
    }

    private func isNumberPart(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar) || scalar == "-" || scalar == "+" || scalar == "."
    }

    private mutating func bareWord() -> String {
        var text = String.UnicodeScalarView()
        while let next = peek, isNameStart(next) || ("0"..."9").contains(next) {
            text.append(next)
            advance()
        }
        return String(text)
    }

    private mutating func word(_ first: Unicode.Scalar?) throws(SyntaxError) -> ConfigurationNode.Value {
        guard let first, isNameStart(first) else {
            throw failure("expected a value, found \(name(first))", expected: "a value")
        }
        let (line, column) = (line, column)
        let word = bareWord()
        switch word {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "null": return .null
        default:
            throw SyntaxError(
                line: line, column: column,
                message: "\(Self.quoted(word)) is not a value; text needs quotes",
                expected: "true, false, null, a number or quoted text")
        }
    }

    /// A word for a message; a long one could be a key that someone pasted, and is not repeated.
    private static func quoted(_ word: String) -> String {
        word.unicodeScalars.count <= 16 ? "'\(Printable.shortened(word))'" : "this"
    }

    private mutating func number() throws(SyntaxError) -> String {
        let (line, column) = (line, column)
        var text = String.UnicodeScalarView()
        while let next = peek, isNumberPart(next) || isNameStart(next) {
            text.append(next)
            advance()
        }
        let raw = String(text)
        if takesExponents, let plain = NumberText.withoutExponent(raw) { return plain }
        guard NumberText.isPlain(raw) else {
            throw SyntaxError(
                line: line, column: column, message: "\(Self.quoted(raw)) is not a plain decimal number",
                expected: "digits with an optional minus and point")
        }
        return raw
    }

    // MARK: Strings

    private mutating func string() throws(SyntaxError) -> String {
        let (openLine, openColumn) = (line, column)
        let quote = peek
        advance()
        var text = String.UnicodeScalarView()
        while let next = peek {
            if next == quote {
                advance()
                return String(text)
            }
            if next == "\n" || next == "\r" { break }
            if next == "\\" {
                if let scalar = try escape() { text.append(scalar) }
                continue
            }
            guard next.value >= 0x20 else { throw failure("a control character inside text", expected: "\\u00XX") }
            text.append(next)
            advance()
        }
        throw SyntaxError(
            line: openLine, column: openColumn, message: "the text that begins here is not closed on its line",
            expected: "a closing quote")
    }

    /// Nil for a line continuation.
    private mutating func escape() throws(SyntaxError) -> Unicode.Scalar? {
        let start = (line: line, column: column)
        advance()
        guard let letter = peek else { throw failure("the file ends inside text") }
        advance()
        switch letter {
        case "\"", "'", "\\", "/": return letter
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "b": return "\u{08}"
        case "f": return "\u{0C}"
        case "\n": return nil
        case "u": return try unicodeEscape(start)
        default:
            throw SyntaxError(
                line: start.line, column: start.column, message: "unknown escape '\\\(name(letter))'",
                expected: "one of \\\" \\' \\\\ \\/ \\b \\f \\n \\r \\t \\uHHHH")
        }
    }

    private mutating func unicodeEscape(_ start: (line: Int, column: Int)) throws(SyntaxError) -> Unicode.Scalar {
        var unit = try fourHex(start)
        if (0xD800...0xDBFF).contains(unit), peek == "\\", index + 1 < scalars.count, scalars[index + 1] == "u" {
            advance()
            advance()
            let low = try fourHex(start)
            guard (0xDC00...0xDFFF).contains(low) else { throw badEscape(start) }
            unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(unit) else { throw badEscape(start) }
        return scalar
    }

    private mutating func fourHex(_ start: (line: Int, column: Int)) throws(SyntaxError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let next = peek, let digit = UInt32(String(next), radix: 16) else { throw badEscape(start) }
            unit = unit << 4 | digit
            advance()
        }
        return unit
    }

    private func badEscape(_ start: (line: Int, column: Int)) -> SyntaxError {
        SyntaxError(
            line: start.line, column: start.column, message: "this \\u escape is not a character",
            expected: "four hexadecimal digits, or a surrogate pair")
    }

    // MARK: Movement

    private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func advance() {
        if scalars[index] == "\n" {
            line += 1
            column = 1
        } else {
            column += 1
        }
        index += 1
    }

    private mutating func skipSpace() throws(SyntaxError) {
        while let next = peek {
            if next == "/" {
                try skipComment()
            } else if next == " " || next == "\t" || next == "\n" || next == "\r" || next == "\u{A0}" {
                advance()
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(SyntaxError) {
        let (openLine, openColumn) = (line, column)
        let second = index + 1 < scalars.count ? scalars[index + 1] : nil
        guard second == "/" || second == "*" else {
            throw failure("a single '/' is not a comment", expected: "// or /*")
        }
        advance()
        advance()
        while let next = peek {
            advance()
            if second == "/", next == "\n" { return }
            if second == "*", next == "*", peek == "/" {
                advance()
                return
            }
        }
        if second == "*" {
            throw SyntaxError(
                line: openLine, column: openColumn, message: "the comment that begins here is not closed",
                expected: "*/")
        }
    }

    private func failure(_ message: String, expected: String? = nil) -> SyntaxError {
        SyntaxError(line: line, column: column, message: message, expected: expected)
    }

    private func name(_ scalar: Unicode.Scalar?) -> String {
        guard let scalar else { return "the end of the file" }
        return scalar == "\n" ? "the end of the line" : "'\(Printable.shortened(String(scalar)))'"
    }
}

enum NumberText {
    /// Digits with an optional minus and point; neither exponent, hexadecimal, `Infinity` nor `NaN`.
    static func isPlain(_ text: String) -> Bool {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count)
            && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
    }

    /// `1e-05` as `0.00001`, exactly; nil for what is no number, is plain, or would need more than 30 digits either way.
    static func withoutExponent(_ text: String) -> String? {
        let parts = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
        guard parts.count == 2, isPlain(String(parts[0])), let exponent = Int(parts[1]), (-30...30).contains(exponent)
        else { return nil }
        let isNegative = parts[0].hasPrefix("-")
        let halves = parts[0].dropFirst(isNegative ? 1 : 0).split(separator: ".")
        var digits = halves.joined()
        var point = halves[0].count + exponent
        if point <= 0 {
            digits = String(repeating: "0", count: 1 - point) + digits
            point = 1
        }
        if digits.count < point { digits += String(repeating: "0", count: point - digits.count) }
        let whole = digits.prefix(point)
        let rest = digits.dropFirst(point)
        return (isNegative ? "-" : "") + whole + (rest.isEmpty ? "" : "." + rest)
    }
}
