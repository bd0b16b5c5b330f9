public import Fundamentals

/// A value beside a message. What is secret says so by its case, and is never written.
public enum LogValue: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral
{
    case text(String)
    case integer(Int64)
    case boolean(Bool)
    /// Written as `***`.
    case secret

    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
}

/// A named value of a line.
public struct LogField: Hashable, Sendable {
    public var name: String
    public var value: LogValue

    public init(_ name: String, _ value: LogValue) {
        self.name = name
        self.value = value
    }
}

/// One event of the log.
public struct LogRecord: Hashable, Sendable {
    public var time: Instant
    public var level: LogLevel
    public var message: String
    public var fields: [LogField]

    public init(_ level: LogLevel, _ message: String, fields: [LogField] = [], time: Instant) {
        self.level = level
        self.message = message
        self.fields = fields
        self.time = time
    }
}

/// How a record becomes a line.
public enum LogFormat: String, Hashable, Sendable, CaseIterable {
    /// `2026-01-02T03:04:05.000006Z INFO    order placed id=apus-1-7 note="two words"`
    case text
    /// One JSON object a line.
    case json

    /// The line without its newline. Secrets are scrubbed, control characters escaped, long text cut.
    public func line(_ record: LogRecord, scrubber: SecretScrubber = SecretScrubber()) -> String {
        let message = Escaping.cut(scrubber.scrub(record.message))
        let fields = record.fields.map { field in
            (name: scrubber.scrub(field.name), value: Self.shown(field.value, scrubber))
        }
        switch self {
        case .text:
            let level = record.level.name + String(repeating: " ", count: 7 - record.level.name.count)
            let pairs = fields.map { " \(Escaping.word($0.name))=\(Escaping.word($0.value.text))" }.joined()
            return "\(Timestamp.text(record.time)) \(level) \(Escaping.line(message))\(pairs)"
        case .json:
            var members = [
                "\"time\":\"\(Timestamp.text(record.time))\"", "\"level\":\"\(record.level.name)\"",
                "\"message\":\(Escaping.json(message))",
            ]
            members += fields.map {
                "\(Escaping.json($0.name)):\($0.value.isLiteral ? $0.value.text : Escaping.json($0.value.text))"
            }
            return "{\(members.joined(separator: ","))}"
        }
    }

    private static func shown(_ value: LogValue, _ scrubber: SecretScrubber) -> (text: String, isLiteral: Bool) {
        switch value {
        case .text(let text): (Escaping.cut(scrubber.scrub(text)), false)
        case .integer(let number):
            scrubber.scrub("\(number)") == "\(number)" ? ("\(number)", true) : (SecretScrubber.mask, false)
        case .boolean(let flag): ("\(flag)", true)
        case .secret: (SecretScrubber.mask, false)
        }
    }
}
