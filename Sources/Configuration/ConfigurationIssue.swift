/// Something wrong with the configuration: where, what was found, what was expected.
///
/// Printed as `config.json:12:5: limits.max_position_usd: expected a decimal string such as "250", found true`.
public struct ConfigurationIssue: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Severity: String, Hashable, Sendable {
        /// The configuration is not used.
        case error
        /// Allowed, but probably not what was meant.
        case warning
    }

    public var severity: Severity
    /// A file name, or what stands for one: `environment`, `--set`.
    public var file: String
    /// From 1; 0 where there are no lines.
    public var line: Int
    /// From 1, in Unicode scalars; 0 where there are no lines.
    public var column: Int
    /// `limits.max_position_usd`; empty for the file as a whole.
    public var path: String
    /// The whole sentence.
    public var message: String
    /// What would have been right, where that can be said in a few words.
    public var expected: String?

    public init(
        _ severity: Severity = .error, file: String, line: Int = 0, column: Int = 0, path: String = "",
        message: String, expected: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.message = message
        self.expected = expected
    }

    public var description: String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        let kind = severity == .warning ? "warning: " : ""
        return "\(place): \(kind)\(path.isEmpty ? "" : "\(path): ")\(message)"
    }
}
