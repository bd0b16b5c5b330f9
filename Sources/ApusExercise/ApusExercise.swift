internal import CommandLineKit
internal import Fundamentals
internal import Glibc
internal import MarketModel
internal import SelfTradeExerciser
internal import SystemIO

/// `apus exercise`, as a program of its own: nothing of it is in the program that trades.
@main
struct ApusExercise {
    static func main() {
        do throws(SystemError) { try HardenProcess.apply() } catch {
            talk("apus exercise: core dumps could not be turned off: \(error)")
        }
        exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func run(_ words: [String]) -> ExitCode {
        do throws(UsageError) {
            switch try ExerciseCommand.root.parse(words, environment: [:]) {
            case .version: out("apus exercise 0.1.0")
            case .help(let path): out(ExerciseCommand.root.help(path: path, width: 100, style: style))
            case .run(let arguments):
                guard arguments.path.last == "self-trade" else {
                    out(ExerciseCommand.root.help(path: [], width: 100, style: style))
                    return .usage
                }
                return try selfTrade(arguments)
            }
            return .success
        } catch {
            talk(error.description)
            return error.exitCode
        }
    }

    private static func selfTrade(_ arguments: ParsedArguments) throws(UsageError) -> ExitCode {
        do {
            return try SelfTradeRun.run(arguments)
        } catch let error as UsageError {
            throw error
        } catch let error as ExerciseError {
            talk("apus exercise: \(error)")
            return code(of: error)
        } catch {
            talk("apus exercise: \(error)")
            return .noInput
        }
    }

    private static var style: TextStyle { TextStyle(isTerminal: isTerminal(STDOUT_FILENO), environment: [:]) }

    static func code(of error: ExerciseError) -> ExitCode {
        switch error {
        case .settings: .usage
        case .refused: .noPermission
        case .venue: .unavailable
        }
    }

    static func out(_ text: String) { print(text) }

    static func talk(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
