/// Reads INI files as Python's `configparser` does: sections in brackets, `key = value` or `key: value`, whole lines of
/// comments after `#` or `;`, and indented lines that go on with the value before. A comment may also follow a value
/// after a space.
struct INIReader {
    struct Entry: Hashable {
        /// Empty before the first section.
        var section: String
        var key: String
        var value: String
        /// Of the key, from 1.
        var line: Int
        /// Of the value, from 1; of the key where the value is empty.
        var column: Int
    }

    /// More entries are a mistake.
    static let mostEntries = 1_000

    private let file: String
    private(set) var entries: [Entry] = []
    private(set) var sections: [(name: String, line: Int)] = []
    private(set) var issues: [ConfigurationIssue] = []
    private var section = ""

    private init(file: String) { self.file = file }

    static func read(_ bytes: [UInt8], file: String) -> INIReader {
        var reader = INIReader(file: file)
        guard bytes.count <= ConfigurationReader.sizeMax else {
            reader.report(1, 1, "the file is larger than 1 MiB")
            return reader
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            reader.report(1, 1, "the text is not valid UTF-8")
            return reader
        }
        var scalars = text.unicodeScalars[...]
        if scalars.first == "\u{FEFF}" { scalars = scalars.dropFirst() }
        for (index, line) in scalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            reader.read(line.last == "\r" ? line.dropLast() : line, index + 1)
        }
        return reader
    }

    private mutating func read(_ line: Substring.UnicodeScalarView, _ number: Int) {
        let text = Self.trimmed(line)
        guard let first = text.first, first != "#", first != ";" else { return }
        let indent = line.prefix { Self.isSpace($0) }.count
        if first == "[" {
            readSection(text, number, indent + 1)
        } else if indent > 0, !entries.isEmpty, entries[entries.count - 1].section == section {
            continueValue(text)
        } else {
            readEntry(line, text, number, indent)
        }
    }

    private mutating func readSection(_ text: Substring.UnicodeScalarView, _ number: Int, _ column: Int) {
        guard let end = text.firstIndex(of: "]") else {
            report(number, column, "the section that begins here is not closed", expected: "']'")
            return
        }
        let name = String(text[text.index(after: text.startIndex)..<end])
        if let first = sections.first(where: { $0.name == name }) {
            report(number, column, "the section [\(Printable.shortened(name))] is there already, on line \(first.line)")
        }
        sections.append((name, number))
        section = name
    }

    private mutating func readEntry(
        _ line: Substring.UnicodeScalarView, _ text: Substring.UnicodeScalarView, _ number: Int, _ indent: Int
    ) {
        guard let mark = text.firstIndex(where: { $0 == "=" || $0 == ":" }), mark > text.startIndex else {
            report(number, indent + 1, "expected key = value", expected: "key = value")
            return
        }
        guard entries.count < Self.mostEntries else {
            if entries.count == Self.mostEntries { report(number, 1, "there are more than \(Self.mostEntries) entries") }
            return
        }
        let key = String(Self.trimmed(text[..<mark]))
        let rest = text[text.index(after: mark)...]
        let value = Self.withoutComment(Self.trimmed(rest))
        let gap = text[..<mark].count + 1 + rest.prefix { Self.isSpace($0) }.count
        if let first = entries.first(where: { $0.section == section && $0.key.lowercased() == key.lowercased() }) {
            report(
                number, indent + 1,
                "the key \"\(Printable.shortened(key))\" is given twice in its section; it is first on line \(first.line)")
            return
        }
        entries.append(
            Entry(
                section: section, key: key, value: String(value), line: number,
                column: value.isEmpty ? indent + 1 : indent + gap + 1))
    }

    /// Lines that go on are items of a list.
    private mutating func continueValue(_ text: Substring.UnicodeScalarView) {
        let more = String(Self.withoutComment(text))
        let index = entries.count - 1
        guard entries[index].value.utf8.count + more.utf8.count < 4_096 else { return }
        entries[index].value += (entries[index].value.isEmpty ? "" : ", ") + more
    }

    private static func withoutComment(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
        var isAfterSpace = true
        for index in text.indices {
            if isAfterSpace, text[index] == "#" || text[index] == ";" { return trimmed(text[..<index]) }
            isAfterSpace = isSpace(text[index])
        }
        return text
    }

    private static func trimmed(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
        var text = text.drop { isSpace($0) }
        while let last = text.last, isSpace(last) { text = text.dropLast() }
        return text
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\r" || scalar == "\u{A0}"
    }

    private mutating func report(_ line: Int, _ column: Int, _ message: String, expected: String? = nil) {
        guard issues.count < 100 else { return }
        issues.append(
            ConfigurationIssue(file: file, line: line, column: column, message: message, expected: expected))
    }
}
