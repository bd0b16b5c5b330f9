public import Configuration
internal import Cryptography
public import Fundamentals
public import MarketModel
internal import Quoting
public import RiskControl
public import SystemIO
public import TradingEngine
public import VenueAster
public import VenueKit

/// One live run: a node on real sockets, from the first request to the venue's confirmation that nothing rests.
///
/// Owns the loop, decides nothing about trading. Everything it learns goes to `observer`.
public final class LiveRunner {
    public struct Settings: Sendable {
        public var configuration: BotConfiguration
        public var credentials: AsterCredentials
        /// This start's number, from the state directory.
        public var epoch: UInt32
        /// Stop cleanly after this long; nil for never.
        public var duration: TimeSpan?
        /// What the last day brought, from the state directory.
        public var earlier: DayResult?

        public init(
            configuration: BotConfiguration, credentials: AsterCredentials, epoch: UInt32, duration: TimeSpan? = nil,
            earlier: DayResult? = nil
        ) {
            self.configuration = configuration
            self.credentials = credentials
            self.epoch = epoch
            self.duration = duration
            self.earlier = earlier
        }
    }

    /// How a run came to its end.
    public enum Ending: Hashable, Sendable {
        /// The venue confirmed that nothing rests.
        case stopped
        /// A second signal: what rests is left to the venue's countdown.
        case abandoned(ProcessSignal)
        /// Start-up failed for good before anything was quoted.
        case refused(String)
    }

    /// What a run tells while it lives. Called on the loop's thread.
    public struct Observer {
        public var note: (SessionNote) -> Void = { _ in }
        public var effect: (Effect) -> Void = { _ in }
        /// The market's rules, before the first effect that speaks of its ticks and lots.
        public var instrument: (Instrument) -> Void = { _ in }
        /// Five times a second: for panels.
        public var frame: (BotFrame) -> Void = { _ in }
        /// The engine latched a halt; it must survive a restart.
        public var halted: (String) -> Void = { _ in }
        /// What today has brought; every few seconds and at the end. The next start must know it.
        public var day: (DayResult) -> Void = { _ in }

        public init() {}
    }

    private let settings: Settings
    private let loop: EventLoop
    private let transport: LiveTransport
    private let clock = RunClock()
    private let started: Instant
    private var observer: Observer
    private var node: TradingNode<AsterSession>
    private var output = NodeOutput()
    private var isCarryingOut = false
    private var ending: Ending?
    private var knownHalt: String?
    private var hasToldInstrument = false

    public init(_ settings: Settings, observer: Observer) throws {
        self.settings = settings
        self.observer = observer
        loop = try EventLoop()
        started = clock.now
        let endpoints = settings.configuration.endpoints
        transport = try LiveTransport(
            rest: endpoints.rest.origin, stream: endpoints.stream.origin,
            tls: try Self.tls(settings.configuration), loop: loop, seed: UInt64(settings.epoch))
        node = try Self.makeNode(settings)
    }

    static func tls(_ configuration: BotConfiguration) throws -> TLSContext? {
        let endpoints = configuration.endpoints
        guard endpoints.rest.isSecure || endpoints.stream.isSecure else { return nil }
        if let file = endpoints.privateCAFile { return try TLSContext(trust: .certificateFile(path: file)) }
        return try TLSContext(trust: .system)
    }

    private static func makeNode(_ settings: Settings) throws -> TradingNode<AsterSession> {
        let configuration = settings.configuration
        var session = AsterSessionConfiguration(
            markets: [.init(id: MarketID(0), symbol: configuration.markets[0].symbol)],
            credentials: settings.credentials,
            receiveWindow: configuration.receiveWindow, countdown: configuration.countdown,
            seed: UInt64(settings.epoch))
        session.fees = configuration.feesOverride.map { .init(maker: $0.maker, taker: $0.taker) }
        let isNonceSigned: Bool =
            switch settings.credentials {
            case .apiKey: false
            case .wallet: true
            }
        let capabilities = AsterSessionConfiguration.capabilities(
            isNonceSigned: isNonceSigned, receiveWindow: configuration.receiveWindow)
        return TradingNode(session: try AsterSession(session)) { instruments in
            TradingEngine(
                EngineConfiguration(
                    markets: [
                        MarketConfiguration(
                            instrument: instruments[0], strategy: configuration.markets[0].strategy,
                            limits: configuration.markets[0].limits)
                    ], limits: configuration.accountLimits, epoch: settings.epoch,
                    arrivalHorizon: capabilities.arrivalHorizon, amends: capabilities.amend,
                    retryPause: configuration.template == .asterCycle ? configuration.retryOnErrorInterval : .zero,
                    decisionInterval: configuration.template == .asterSpread ? configuration.decisionInterval : .zero,
                    earlier: settings.earlier))
        }
    }

    // MARK: Running

    /// Blocks until the run has ended.
    public func run() throws -> (ending: Ending, last: BotFrame) {
        let signals = try SignalWatcher(loop: loop, [.interrupt, .terminate]) { [weak self] in
            self?.received($0)
        }
        defer { withExtendedLifetime(signals) {} }
        transport.onEvent = { [weak self] event in self?.step { $0.receive(event, at: $1, into: &$2) } }
        step { $0.start(at: $1, into: &$2) }
        every(.milliseconds(20)) { $0.step { $0.tick(at: $1, into: &$2) } }
        every(.milliseconds(200)) { $0.observer.frame($0.frame) }
        every(.seconds(10)) { $0.tellDay() }
        if let duration = settings.duration {
            _ = loop.schedule(after: duration) { [weak self] in self?.stop() }
        }
        try loop.run(until: { self.ending != nil })
        tellDay()
        let last = frame
        transport.close()
        return (ending ?? .stopped, last)
    }

    private func tellDay() {
        if let day = node.engine?.today { observer.day(day) }
    }

    private var frame: BotFrame {
        BotFrame(
            status: node.engine?.status, phase: node.phase, now: clock.now, uptime: clock.now - started,
            restingAtVenue: node.restingAtVenue, health: node.session.health(at: clock.now))
    }

    private func every(_ span: TimeSpan, _ body: @escaping (LiveRunner) -> Void) {
        _ = loop.schedule(after: span) { [weak self] in
            guard let self, self.ending == nil else { return }
            body(self)
            self.every(span, body)
        }
    }

    /// Stops quoting, cancels, and lets the venue confirm.
    private func stop() { step { $0.command(.stop, at: $1, into: &$2) } }

    private func received(_ signal: ProcessSignal) {
        switch node.phase {
        case .starting, .running:
            observer.note(SessionNote(.info, "stopping: cancelling everything; signal again to exit at once"))
            stop()
        case .stopping, .confirming, .stopped: ending = .abandoned(signal)
        }
    }

    /// One step of the node, and everything that follows from it. The transport answers later, never from within.
    private func step(
        _ body: (inout TradingNode<AsterSession>, Instant, inout NodeOutput) -> Void
    ) {
        precondition(!isCarryingOut, "the transport must not call back from within a command")
        isCarryingOut = true
        defer { isCarryingOut = false }
        let now = clock.now
        body(&node, now, &output)
        for command in output.commands { transport.carryOut(command, at: now) }
        for note in output.notes { observer.note(note) }
        tellInstrument()
        for effect in output.effects { observer.effect(effect) }
        output.removeAll()
        noticeEnd()
    }

    private func tellInstrument() {
        guard !hasToldInstrument, let instrument = node.engine?.status.markets.first?.instrument else { return }
        hasToldInstrument = true
        observer.instrument(instrument)
    }

    private func noticeEnd() {
        // A start that failed has its own message, and nothing was quoted that a person would have to look at.
        if let reason = node.engine?.haltReason, reason != knownHalt, node.refusal == nil {
            knownHalt = reason
            observer.halted(reason)
            tellDay()
        }
        switch node.phase {
        case .stopped: ending = ending ?? .stopped
        case .starting, .running, .stopping, .confirming:
            if let reason = node.refusal { ending = ending ?? .refused(reason) }
        }
    }
}
