public import Configuration
internal import Cryptography
internal import Fundamentals
public import MarketModel
public import Observability
internal import RiskControl
public import SystemIO
public import TradingEngine
public import VenueKit

/// A bot in this process, from start to start: each one is a fresh node with a number of its own, made from what the
/// state directory keeps.
///
/// It owns neither the loop nor the process's signals. Everything happens on the loop's thread; observers are told
/// after a step is complete, so that they may give commands.
public final class BotHost: ControllableBot {
    /// What may change from start to start.
    public private(set) var configuration: BotConfiguration
    public let log: Log
    /// What survives a restart.
    public let directory: StateDirectory
    /// How the last session ended; nil before the first end.
    public private(set) var lastEnding: RunEnding?

    private var sources: ConfigurationSources
    private var knownIssues: [ConfigurationIssue]
    private let credentials: VenueCredentials
    private let loop: EventLoop
    private var session: (any LiveSession)?
    private var lastFrame: BotFrame?
    private var knownState = BotState.stopped
    private var knownHalt: String?
    private var isEnding = false
    private let records = BotRecords(startingAt: wallClock())

    private static let dayInterval = TimeSpan.seconds(10)

    /// - Parameters:
    ///   - loaded: what `sources` came to.
    ///   - sources: read again, with overrides, when the configuration is changed.
    public init(
        _ loaded: LoadedConfiguration, _ configuration: BotConfiguration, sources: ConfigurationSources,
        credentials: VenueCredentials, directory: StateDirectory, log: Log, on loop: EventLoop
    ) {
        self.configuration = configuration
        self.sources = sources
        knownIssues = loaded.issues
        self.credentials = credentials
        self.directory = directory
        self.log = log
        self.loop = loop
    }

    // MARK: What it shows

    public var state: BotState {
        guard let session else { return .stopped }
        return switch session.phase {
        case .starting: .starting
        case .running: .running
        case .stopping, .confirming, .stopped: .stopping
        }
    }

    public var frame: BotFrame? { session?.frame ?? lastFrame }
    public var recentFills: [BookedFill] { records.recentFills }
    public var recentEvents: [BotEvent] { records.recentEvents }
    /// The rules of the markets of the newest session, once the venue has told them.
    public private(set) var instruments: [Instrument] = []

    public var alertReports: [AlertReport] { alertSource() }
    /// Set by whoever sends the alerts.
    var alertSource: () -> [AlertReport] = { [] }

    public func addObserver(_ body: @escaping (BotEvent) -> Void) -> UInt64 { records.add(body) }
    public func removeObserver(_ id: UInt64) { records.remove(id) }

    // MARK: Commands

    public func start() throws(BotCommandError) {
        guard let session else { return try begin() }
        switch session.phase {
        case .starting: throw .conflict("it is starting already")
        case .stopping, .confirming, .stopped: throw .conflict("it is stopping; wait until it has stopped")
        case .running:
            if let halt = session.haltReason { throw .conflict("halted: \(halt); resume lifts the halt") }
            guard session.isPaused else { throw .conflict("it is running already") }
            session.command(.resume)
        }
    }

    public func stop() throws(BotCommandError) {
        guard let session else { throw .conflict("it is not running") }
        switch session.phase {
        case .starting, .running: session.command(.stop)
        case .stopping, .confirming, .stopped: break
        }
    }

    public func perform(_ command: OperatorCommand) throws(BotCommandError) {
        switch command {
        case .stop: return try stop()
        case .resume: try liftHalt()
        case .pause, .halt, .flatten: break
        }
        guard let session, session.hasEngine else {
            if case .resume = command, session == nil { return }
            throw .conflict(session == nil ? "it is not running" : "it is still starting")
        }
        session.command(command)
    }

    /// A halt that was latched is lifted on disk first: whoever resumes wants the next start to quote as well.
    private func liftHalt() throws(BotCommandError) {
        guard directory.halt != nil else {
            guard session != nil else { throw .conflict("it is not running, and no halt is latched") }
            return
        }
        do throws(StateError) { try directory.liftHalt() } catch { throw .conflict("\(error)") }
        knownHalt = nil
        note(.info, "the halt is lifted")
    }

    public func change(_ overrides: [ConfigurationOverride]) throws(BotCommandError) {
        guard session == nil else { throw .conflict("the configuration changes only while the bot is stopped") }
        var changed = sources
        changed.overrides.removeAll { old in overrides.contains { $0.path == old.path } }
        changed.overrides += overrides
        let loaded = BotConfiguration.load(changed)
        guard let next = loaded.configuration else {
            let problems = loaded.issues.filter { $0.severity == .error }.map { "\($0)" }
            throw .invalid(problems.joined(separator: "\n"))
        }
        if let fixed = configuration.firstFixedDifference(to: next) {
            throw .invalid("\(fixed) cannot change while the process lives: end it and start it anew")
        }
        for issue in loaded.issues where !knownIssues.contains(issue) { note(.warning, "\(issue)") }
        (sources, knownIssues, configuration) = (changed, loaded.issues, next)
        note(.info, "configuration changed: \(overrides.map { "\($0.path)=\($0.text)" }.joined(separator: ", "))")
    }

    // MARK: Life of a session

    private func begin() throws(BotCommandError) {
        if let halt = directory.halt { throw .conflict("\(StateError.halted(halt))") }
        let epoch: UInt32
        do throws(StateError) { epoch = try directory.takeEpoch(at: wallClock()) } catch {
            throw .conflict("\(error)")
        }
        var observer = LiveObserver()
        observer.note = { [weak self] in self?.tell(.note($0)) }
        observer.effect = { [weak self] in self?.tell(.effect($0)) }
        observer.stepped = { [weak self] in self?.stepped() }
        let seed = secureRandom(8).reduce(0) { $0 << 8 | UInt64($1) }
        let settings = LiveSettings(configuration: configuration, epoch: epoch, earlier: directory.day, seed: seed)
        do {
            session = try LiveSessions.make(settings, credentials, on: loop, observer: observer)
        } catch {
            throw .invalid("\(error)")
        }
        (instruments, knownHalt, isEnding, lastEnding) = ([], nil, false, nil)
        let symbols = configuration.markets.map(\.symbol).joined(separator: ", ")
        note(.info, "start \(epoch) of \(configuration.template.rawValue) on \(symbols)")
        session?.begin()
        recordDays()
    }

    /// After each step of the session: what changed since the last.
    private func stepped() {
        guard let session, !isEnding else { return }
        if instruments.isEmpty, session.hasEngine {
            instruments = session.frame.status?.markets.map(\.instrument) ?? []
        }
        noticeState()
        noticeHalt(session)
        if session.phase == .stopped {
            end(.stopped)
        } else if let refusal = session.refusal, session.phase == .starting {
            end(.refused(refusal))
        } else {
            records.deliver()
        }
    }

    private func noticeState() {
        guard state != knownState else { return }
        knownState = state
        tell(.state(state))
    }

    /// A start that failed has its own message, and nothing was quoted that a person would have to look at.
    private func noticeHalt(_ session: any LiveSession) {
        guard let reason = session.haltReason else {
            knownHalt = nil
            return
        }
        guard reason != knownHalt, session.refusal == nil else { return }
        knownHalt = reason
        do throws(StateError) { try directory.recordHalt(reason) } catch {
            note(.error, "the halt could not be recorded: \(error)")
        }
        tell(.halted(reason))
        recordDay()
    }

    /// Ends at the end of the loop's turn: the session may be in the middle of a callback of its sockets.
    private func end(_ ending: RunEnding) {
        isEnding = true
        loop.enqueue { [weak self] in self?.finish(ending) }
        records.deliver()
    }

    private func finish(_ ending: RunEnding) {
        guard let session else { return }
        recordDay()
        lastFrame = session.frame
        session.close()
        self.session = nil
        lastEnding = ending
        if case .refused(let reason) = ending { note(.error, "not started: \(reason)") }
        noticeState()
        records.deliver()
    }

    /// Leaves at once; what rests is left to the venue's dead man's switch.
    public func abandon(after signal: ProcessSignal) { finish(.abandoned(signal)) }

    private func recordDays() {
        loop.schedule(after: Self.dayInterval) { [weak self, weak session] in
            guard let self, let session, session === self.session else { return }
            self.recordDay()
            self.recordDays()
        }
    }

    private func recordDay() {
        guard let day = session?.today else { return }
        do throws(StateError) { try directory.record(day) } catch {
            note(.error, "the day's result could not be recorded: \(error)")
        }
    }

    // MARK: Telling

    /// Says something as the bot itself.
    public func note(_ level: SessionNote.Level, _ text: String) {
        tell(.note(SessionNote(level, text)))
        if session == nil { records.deliver() }
    }

    private func tell(_ body: BotEvent.Body) { records.append(body, at: wallClock()) }
}
