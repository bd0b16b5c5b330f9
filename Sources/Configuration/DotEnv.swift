/// Reads a `.env` file: `NAME=value` lines, `export`, `#` comments, single quotes (verbatim) and double quotes
/// (`\n \t \" \\ \$`). Nothing is substituted. Messages never show a value.
public enum DotEnv {
    public struct Variable: Hashable, Sendable {
        public let name: String
        public let value: CredentialText
        public let line: Int

        /// The value as text; a `.env` file is read as UTF-8.
        var text: String { String(decoding: value.expose(), as: UTF8.self) }
    }

    /// The variables in the order of the file, and everything that is wrong with it.
    public static func read(_ bytes: [UInt8], file: String) -> (variables: [Variable], issues: [ConfigurationIssue]) {
        guard bytes.count <= ConfigurationReader.sizeMax else {
            return ([], [ConfigurationIssue(file: file, message: "the file is larger than 1 MiB")])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return ([], [ConfigurationIssue(file: file, message: "the text is not valid UTF-8")])
        }
        var variables: [Variable] = []
        var issues: [ConfigurationIssue] = []
        var firstLine: [String: Int] = [:]
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, scalars) in lines.enumerated() {
            var line = Line(scalars)
            do throws(Line.Problem) {
                guard let (name, value) = try line.assignment() else { continue }
                if let first = firstLine[name] {
                    throw Line.Problem(column: 1, message: "\(name) is given twice; it is first on line \(first)")
                }
                firstLine[name] = index + 1
                variables.append(Variable(name: name, value: CredentialText(value), line: index + 1))
            } catch {
                issues.append(
                    ConfigurationIssue(
                        file: file, line: index + 1, column: error.column, message: error.message,
                        expected: error.expected))
            }
        }
        return (variables, issues)
    }
}

private struct Line {
    struct Problem: Error {
        var column: Int
        var message: String
        var expected: String?
    }

    private let scalars: [Unicode.Scalar]
    private var index = 0

    init(_ text: Substring.UnicodeScalarView) {
        scalars = Array(text.last == "\r" ? text.dropLast() : text)
        if peek == "\u{FEFF}" { index = 1 }
    }

    private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private func problem(_ message: String, expected: String? = nil, at place: Int? = nil) -> Problem {
        Problem(column: (place ?? index) + 1, message: message, expected: expected)
    }

    private mutating func skipSpace() { while peek == " " || peek == "\t" { index += 1 } }

    /// Nil for an empty line or a comment.
    mutating func assignment() throws(Problem) -> (String, String)? {
        skipSpace()
        if peek == nil || peek == "#" { return nil }
        var start = index
        var name = word()
        if name == "export", peek == " " || peek == "\t" {
            skipSpace()
            start = index
            name = word()
        }
        guard !name.isEmpty, !("0"..."9").contains(scalars[start]) else {
            throw problem("expected NAME=value", expected: "NAME=value", at: start)
        }
        skipSpace()
        guard peek == "=" else { throw problem("expected '=' after the name \(name)", expected: "=") }
        index += 1
        skipSpace()
        let value: String
        switch peek {
        case "'": value = try quoted("'")
        case "\"": value = try quoted("\"")
        default: return (name, bare())
        }
        skipSpace()
        guard peek == nil || peek == "#" else {
            throw problem("text after the closing quote", expected: "the end of the line")
        }
        return (name, value)
    }

    private mutating func word() -> String {
        var text = String.UnicodeScalarView()
        while let next = peek, next.isASCII, next == "_" || next.properties.isAlphabetic || ("0"..."9").contains(next) {
            text.append(next)
            index += 1
        }
        return String(text)
    }

    /// Up to the end, or to a `#` that follows a space; without trailing spaces.
    private mutating func bare() -> String {
        var text = String.UnicodeScalarView()
        while let next = peek {
            if next == "#", index == 0 || scalars[index - 1] == " " || scalars[index - 1] == "\t" { break }
            text.append(next)
            index += 1
        }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }

    private mutating func quoted(_ quote: Unicode.Scalar) throws(Problem) -> String {
        let start = index
        index += 1
        var text = String.UnicodeScalarView()
        while let next = peek {
            index += 1
            if next == quote { return String(text) }
            guard next == "\\", quote == "\"" else {
                text.append(next)
                continue
            }
            switch peek {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "\"", "\\", "$": text.append(scalars[index])
            default: throw problem("unknown escape", expected: "one of \\n \\t \\\" \\\\ \\$", at: index - 1)
            }
            index += 1
        }
        throw problem("the quote is not closed on its line", expected: "a closing quote", at: start)
    }
}
