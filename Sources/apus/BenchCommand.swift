internal import CommandLineKit

/// `apus bench`.
enum BenchCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        throw Failure(.software, "no rows")
    }
}
