internal import MarketModel

/// Reads comma-separated rows without quotes, as recordings have them, and knows where it is.
struct RecordingCursor {
    let file: RecordingError.File
    /// What the header must say.
    let columns: [String]
    private let bytes: [UInt8]
    private var offset = 0
    /// The line of the current row.
    private(set) var line = 0
    private var fields: [Range<Int>] = []

    /// Reads the header.
    init(_ bytes: [UInt8], file: RecordingError.File, columns: [String]) throws(RecordingError) {
        self.bytes = bytes
        self.file = file
        self.columns = columns
        guard readLine() else { throw error("row", "the file is empty, expected a header") }
        try expectFieldCount()
        for (index, name) in columns.enumerated() where !bytes[fields[index]].elementsEqual(name.utf8) {
            throw error("row", "column \(index + 1) is `\(text(index))`, expected `\(name)`")
        }
    }

    /// Moves to the next row; false at the end. An empty last line counts as none.
    mutating func next() throws(RecordingError) -> Bool {
        guard readLine() else { return false }
        try expectFieldCount()
        return true
    }

    func isEmpty(_ column: Int) -> Bool { fields[column].isEmpty }

    func matches(_ column: Int, _ word: StaticString) -> Bool { text(column) == "\(word)" }

    func decimal(_ column: Int) throws(RecordingError) -> ExactDecimal {
        guard let decimal = ExactDecimal(utf8: bytes[fields[column]]) else {
            throw error(column, "expected a decimal number, found `\(text(column))`")
        }
        return decimal
    }

    func integer(_ column: Int) throws(RecordingError) -> Int64 {
        guard let number = try decimal(column).int64(atScale: 0) else {
            throw error(column, "expected a whole number of 64 bits, found `\(text(column))`")
        }
        return number
    }

    func error(_ column: Int, _ reason: String) -> RecordingError { error(columns[column], reason) }
    func error(_ field: String, _ reason: String) -> RecordingError {
        RecordingError(file: file, line: max(1, line), field: field, reason: reason)
    }

    /// A field for an error message, cut where it is long.
    func text(_ column: Int) -> String {
        let field = bytes[fields[column]]
        return String(decoding: field.prefix(40), as: UTF8.self) + (field.count > 40 ? "…" : "")
    }

    private func expectFieldCount() throws(RecordingError) {
        guard fields.count == columns.count else {
            throw error("row", "expected \(columns.count) fields, found \(fields.count)")
        }
    }

    /// Splits one line; keeps one field more than there are columns at most, so that a hostile line costs no memory.
    private mutating func readLine() -> Bool {
        guard offset < bytes.count else { return false }
        line += 1
        fields.removeAll(keepingCapacity: true)
        var start = offset
        while true {
            let isEnd = offset == bytes.count || bytes[offset] == UInt8(ascii: "\n")
            if isEnd || bytes[offset] == UInt8(ascii: ",") {
                let isCarriageReturn = isEnd && offset > start && bytes[offset - 1] == UInt8(ascii: "\r")
                if fields.count <= columns.count { fields.append(start..<(isCarriageReturn ? offset - 1 : offset)) }
                start = offset + 1
            }
            if isEnd { break }
            offset += 1
        }
        offset += 1
        return true
    }
}
