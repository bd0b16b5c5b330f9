/// How much a line matters. `error` means that a person should look.
public enum LogLevel: Int, Hashable, Sendable, CaseIterable, Comparable {
    case debug, info, warning, error

    /// Reads the names that Python's logging uses, in any case: `DEBUG`, `INFO`, `WARNING` or `WARN`, `ERROR` or
    /// `CRITICAL`.
    public init?(name: some StringProtocol) {
        switch name.uppercased() {
        case "DEBUG": self = .debug
        case "INFO": self = .info
        case "WARNING", "WARN": self = .warning
        case "ERROR", "CRITICAL": self = .error
        default: return nil
        }
    }

    /// `DEBUG`, `INFO`, `WARNING`, `ERROR`.
    public var name: String {
        switch self {
        case .debug: "DEBUG"
        case .info: "INFO"
        case .warning: "WARNING"
        case .error: "ERROR"
        }
    }

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
