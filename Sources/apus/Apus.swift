internal import Benchmarks
internal import CommandLineKit
internal import SystemIO

/// The program: reads the command line, hands over to one command, and turns what it throws into a message and a code.
@main
struct Apus {
    static let version = "0.1.0"

    static func main() {
        do throws(SystemError) { try HardenProcess.apply() } catch {
            Console.talk("apus: core dumps could not be turned off: \(error)")
        }
        let words = Array(CommandLine.arguments.dropFirst())
        if words.starts(with: BenchCommand.childPrefix) {
            exitNow(ExitCode(rawValue: Benchmarks.runChild(arguments: Array(words.dropFirst(2)))))
        }
        // Its own program understands the rest, help included.
        if words.first == "exercise" { exitNow(ExerciseCommand.become(Array(words.dropFirst()))) }
        exitNow(run(words))
    }

    private static func run(_ words: [String]) -> ExitCode {
        do throws(UsageError) {
            switch try CommandTree.root.parse(words, environment: Environment.variables) {
            case .version: Console.out("apus \(version)")
            case .help(let path): Console.out(help(for: path))
            case .run(let arguments): return try dispatch(arguments)
            }
            return .success
        } catch {
            Console.talk(error.description)
            return error.exitCode
        }
    }

    private static func help(for path: [String]) -> String {
        CommandTree.root.help(path: path, width: min(100, Console.width), style: Console.style)
    }

    private static func dispatch(_ arguments: ParsedArguments) throws(UsageError) -> ExitCode {
        do {
            switch arguments.path.last {
            case "init": return try InitCommand.run(arguments)
            case "check": return try CheckCommand.run(arguments)
            case "doctor": return try DoctorCommand.run(arguments)
            case "notify": return try NotifyCommand.run(arguments)
            case "sign": return try SignCommand.run(arguments)
            case "run": return try RunCommand.run(arguments)
            case "venue": return try VenueCommand.run(arguments)
            case "simulate": return try SimulateCommand.run(arguments)
            case "mirror": return try ReportCommand.run(arguments)
            case "bench": return try BenchCommand.run(arguments)
            case "status": return try StatusCommand.run(arguments)
            case "start": return try OperateCommand.start(arguments)
            case "stop": return try OperateCommand.stop(arguments)
            case "flatten": return try OperateCommand.flatten(arguments)
            case "cancel-all": return try OperateCommand.cancelAll(arguments)
            case "logs": return try LogsCommand.run(arguments)
            case "top": return try TopCommand.run(arguments)
            case "completions": return try CompletionsCommand.run(arguments)
            case "manual":
                Console.out(CommandTree.root.manualPage(version: version, date: "2026-11-21"))
                return .success
            default:
                Console.out(help(for: []))
                return .usage
            }
        } catch let error as UsageError {
            throw error
        } catch let error as Failure {
            Console.talk(error.isBare ? error.message : "apus: \(error.message)")
            return error.code
        } catch {
            Console.talk("apus: \(error)")
            return .software
        }
    }
}

/// Why a command stopped, for people, and the code for scripts.
struct Failure: Error {
    let code: ExitCode
    let message: String
    /// Lines that already say where they come from: printed as they are.
    let isBare: Bool

    init(_ code: ExitCode, _ message: String, isBare: Bool = false) {
        self.code = code
        self.message = message
        self.isBare = isBare
    }
}
