internal import CommandLineKit

/// `apus completions SHELL`.
enum CompletionsCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        guard let shell = Shell(rawValue: try arguments.required("shell")) else {
            throw Failure(.usage, "completions exist for bash, zsh and fish")
        }
        Console.out(CommandTree.root.completions(for: shell))
        return .success
    }
}
