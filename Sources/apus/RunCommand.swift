internal import CommandLineKit
internal import Configuration
internal import Fundamentals
internal import Notifications
internal import Observability
internal import Runtime
internal import SystemIO
internal import TerminalUI

/// `apus run FILE`: quotes until it is told to stop, and says what came of it.
enum RunCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let bot = try LoadedBot(try arguments.required("file"), arguments)
        let configuration = try bot.configuration()
        let channels = try AlertChannels.open(bot)
        let loop = try EventLoop()
        let alerts = try AlertChannels.alerts(channels, configuration, on: loop)
        do {
            return try run(bot, configuration, arguments, on: loop, alerts, channels)
        } catch {
            if let failure = error as? Failure {
                alerts?.refused(failure.message)
            } else if !(error is UsageError) {
                alerts?.failed("\(error)")
            }
            try? alerts?.finish()
            throw error
        }
    }

    private static func run(
        _ bot: LoadedBot, _ configuration: BotConfiguration, _ arguments: ParsedArguments, on loop: EventLoop,
        _ alerts: BotAlerts?, _ channels: [NotificationChannel]
    ) throws -> ExitCode {
        let credentials = try bot.credentials(for: configuration)
        let surface = try surface(arguments, configuration)
        guard surface != nil || configuration.startsQuoting else {
            throw Failure(
                .configuration,
                "the configuration says not to start quoting, and nothing could tell it to: see --control")
        }
        let showsPanel = Console.writesToTerminal && !arguments.flag("headless") && !arguments.flag("json")
        let log = try makeLog(configuration, secrets: bot.loaded.credentials?.secrets ?? [], toTerminal: !showsPanel)
        for secret in channels.flatMap(\.secrets) { log.register(secret: secret) }
        let host = BotHost(
            bot.loaded, configuration, sources: bot.sources, credentials: credentials,
            directory: try openState(bot, configuration, arguments), log: log, on: loop)
        let process = BotProcess(host, on: loop, outlivesStop: surface != nil)
        let signals = try SignalWatcher(loop: loop, [.interrupt, .terminate]) {
            process.received($0)
            alerts?.hurry()
        }
        defer { withExtendedLifetime(signals) {} }
        let screen = showsPanel ? PanelScreen(host) : nil
        let reporter = RunReporter(host, screen, on: loop)
        try surface?.attach(host, on: loop)
        reporter.begin()
        alerts?.watch(host)
        screen?.enter()
        let (ending, last) = try withLeaving(screen) {
            try process.run(
                startsQuoting: configuration.startsQuoting, duration: try arguments.duration("duration"))
        }
        surface?.detach()
        alerts?.ended(ending)
        try? alerts?.finish()
        log.flush()
        return finish(ending, last, host.configuration, alerts?.reports ?? [], arguments)
    }

    /// What steers the bot from outside besides signals; nil for nothing.
    private static func surface(
        _ arguments: ParsedArguments, _ configuration: BotConfiguration
    ) throws -> (any BotSurface)? { try ControlSurface(arguments, configuration) }

    /// The terminal as it was, whatever happens.
    private static func withLeaving<Result>(_ screen: PanelScreen?, _ body: () throws -> Result) throws -> Result {
        defer { screen?.leave() }
        do {
            return try body()
        } catch let error as BotCommandError {
            switch error {
            case .conflict(let reason): throw Failure(.temporaryFailure, reason)
            case .invalid(let reason): throw Failure(.configuration, reason)
            }
        }
    }

    private static func finish(
        _ ending: RunEnding, _ last: BotFrame?, _ configuration: BotConfiguration, _ alerts: [AlertReport],
        _ arguments: ParsedArguments
    ) -> ExitCode {
        switch ending {
        case .refused(let reason):
            Console.talk("apus: not started: \(reason)")
            return .unavailable
        case .stopped, .abandoned: break
        }
        let summary = SessionSummary(last, ending: ending, configuration: configuration, alerts: alerts)
        Console.out(arguments.flag("json") ? summary.json : text(summary))
        if !arguments.flag("json") { for report in alerts { Console.out("alerts through \(report.text)") } }
        return switch ending {
        case .stopped, .refused: .success
        case .abandoned(let signal): .signal(signal == .terminate ? 15 : 2)
        }
    }

    private static func text(_ summary: SessionSummary) -> String {
        let (titles, rows) = summary.table
        let columns = max(titles.count, rows.map(\.count).max() ?? 0)
        var table = TableText(
            (0..<columns).map { TableText.Column($0 < titles.count ? titles[$0] : "", $0 == 0 ? .left : .right) })
        for row in rows { table.append(row) }
        return table.lines(width: max(100, Console.width)).joined(separator: "\n")
    }

    private static func openState(
        _ bot: LoadedBot, _ configuration: BotConfiguration, _ arguments: ParsedArguments
    ) throws -> StateDirectory {
        do throws(StateError) {
            let state = try StateDirectory(
                base: configuration.stateDirectory, venue: configuration.venue.rawValue,
                account: bot.account(for: configuration), environment: Environment.variables)
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
        if let folder = configuration.logging.directory {
            do throws(LogFileError) {
                sinks.append(
                    try DailySink(folder: folder, name: configuration.logName, startingAt: wallClock()))
            } catch {
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
