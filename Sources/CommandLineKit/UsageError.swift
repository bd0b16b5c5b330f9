/// The command line is wrong: what, where, and what was expected. The process should end with `ExitCode.usage`.
public struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The command it was said to: `apus run`.
    public let command: String
    public let message: String

    public init(command: String, message: String) {
        self.command = command
        self.message = message
    }

    public var exitCode: ExitCode { .usage }

    /// Two lines for standard error.
    public var description: String { "\(command): \(message)\nTry '\(command) --help'." }
}
