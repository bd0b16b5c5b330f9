/// What is wrong with a recording, and where.
public struct RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum File: String, Hashable, Sendable { case book = "order book", trades }

    public var file: File
    /// From 1; the header is line 1.
    public var line: Int
    /// A column's name, or `row` for the row as a whole.
    public var field: String
    /// A sentence's end: what was found and what was expected.
    public var reason: String

    public var description: String { "\(file.rawValue) line \(line), \(field): \(reason)" }
}
