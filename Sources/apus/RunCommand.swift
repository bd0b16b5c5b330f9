internal import CommandLineKit
internal import Configuration
internal import Fundamentals
internal import Observability
internal import Runtime
internal import SystemIO
internal import TerminalUI
internal import TradingEngine
internal import VenueAster
internal import VenueKit

/// `apus run FILE`: quotes until it is told to stop, and says what came of it.
enum RunCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let bot = try LoadedBot(try arguments.required("file"), arguments)
        let configuration = try bot.configuration()
        let credentials = try bot.credentials(for: configuration)
        let showsPanel = Console.writesToTerminal && !arguments.flag("headless") && !arguments.flag("json")
        let log = try makeLog(configuration, secrets: bot.loaded.credentials?.secrets ?? [], toTerminal: !showsPanel)
        let state = try openState(bot, configuration, arguments)
        let settings = LiveRunner.Settings(
            configuration: configuration, credentials: credentials, epoch: state.epoch,
            duration: try arguments.duration("duration"), earlier: state.day)
        let screen = showsPanel ? PanelScreen(configuration, log) : nil
        let reporter = RunReporter(configuration, log, state, screen)
        let runner = try LiveRunner(settings, observer: reporter.observer)
        log.info(
            "start \(state.epoch) of \(configuration.template.rawValue) on \(configuration.markets[0].symbol)",
            at: wallClock())
        screen?.enter()
        let (ending, last) = try withExtendedLifetime(state) {
            defer { screen?.leave() }
            return try runner.run()
        }
        log.flush()
        return finish(ending, last, configuration, arguments)
    }

    private static func finish(
        _ ending: LiveRunner.Ending, _ last: BotFrame, _ configuration: BotConfiguration,
        _ arguments: ParsedArguments
    ) -> ExitCode {
        let summary = SessionSummary(last, ending: ending, configuration: configuration)
        switch ending {
        case .refused(let reason):
            Console.talk("apus: not started: \(reason)")
            return .unavailable
        case .stopped, .abandoned: break
        }
        if arguments.flag("json") {
            Console.out(summary.json)
        } else {
            var table = TableText([TableText.Column(""), TableText.Column("", .right)])
            for row in summary.rows { table.append([row.label, row.value]) }
            Console.out(table.lines().joined(separator: "\n"))
        }
        switch ending {
        case .stopped, .refused: return .success
        case .abandoned(let signal): return .signal(signal == .terminate ? 15 : 2)
        }
    }

    private static func openState(
        _ bot: LoadedBot, _ configuration: BotConfiguration, _ arguments: ParsedArguments
    ) throws -> StateDirectory {
        do throws(StateError) {
            let state = try StateDirectory(
                base: configuration.stateDirectory, venue: configuration.venue.rawValue,
                account: bot.account(for: configuration), environment: Environment.variables, now: wallClock())
            if let halt = state.halt {
                guard arguments.flag("resume") else { throw StateError.halted(halt) }
                try state.liftHalt()
            }
            return state
        } catch {
            switch error {
            case .held, .halted: throw Failure(.temporaryFailure, error.description)
            case .damaged: throw Failure(.dataError, error.description)
            case .unusable: throw Failure(.cannotCreate, error.description)
            }
        }
    }

    private static func makeLog(
        _ configuration: BotConfiguration, secrets: [CredentialText], toTerminal: Bool
    ) throws -> Log {
        var sinks: [any LogSink] = []
        if toTerminal { sinks.append(StandardErrorSink()) }
        if let file = configuration.logging.file {
            do throws(LogFileError) { sinks.append(try FileSink(path: file)) } catch {
                throw Failure(.cannotCreate, error.description)
            }
        }
        var level = LogLevel(name: configuration.logging.level) ?? .info
        if configuration.logging.isReleaseMode { level = max(level, .warning) }
        let log = Log(level: level, sinks: sinks)
        for secret in secrets { log.register(secret: secret.expose()) }
        return log
    }
}
