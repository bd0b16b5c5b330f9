internal import CommandLineKit

enum DoctorCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode { throw Failure(.software, "x") }
}
