internal import Fundamentals
internal import MarketModel
internal import Observability
internal import RiskControl
internal import SystemIO
internal import TradingEngine
internal import VenueKit

/// What a live session tells while it lives. Called on the loop's thread.
struct LiveObserver {
    var note: (SessionNote) -> Void = { _ in }
    var effect: (Effect) -> Void = { _ in }
    /// A step is over, and with it whatever it had to tell.
    var stepped: () -> Void = {}
}

/// One live session whatever its venue: a node on real sockets, from the first request to the venue's confirmation
/// that nothing rests.
protocol LiveSession: AnyObject {
    var phase: NodePhase { get }
    /// Why start-up ended for good.
    var refusal: String? { get }
    var isPaused: Bool { get }
    var haltReason: String? { get }
    var hasEngine: Bool { get }
    /// What today has brought; nil before there is an engine.
    var today: DayResult? { get }
    var frame: BotFrame { get }
    func begin()
    func command(_ command: OperatorCommand)
    /// Drops every connection and timer without another word.
    func close()
}

/// Drives one node of any venue: time and sockets in, commands out. Decides nothing about trading, and does not own the
/// loop it runs on.
final class LiveRunner<Session: VenueSession>: LiveSession {
    private let loop: EventLoop
    private let transport: any SessionTransport
    private let clock = RunClock()
    private let started: Instant
    private let observer: LiveObserver
    private var node: TradingNode<Session>
    private var output = NodeOutput()
    private var isCarryingOut = false
    private var isClosed = false

    init(node: TradingNode<Session>, transport: any SessionTransport, on loop: EventLoop, observer: LiveObserver) {
        self.node = node
        self.transport = transport
        self.loop = loop
        self.observer = observer
        started = clock.now
    }

    var phase: NodePhase { node.phase }
    var refusal: String? { node.refusal }
    var isPaused: Bool { node.engine?.isPaused ?? false }
    /// As of the last step with effects: a halt is always told, and looking into the engine copies it.
    private(set) var haltReason: String?
    var hasEngine: Bool { node.engine != nil }
    var today: DayResult? { node.engine?.today }

    var frame: BotFrame {
        let now = clock.now
        return BotFrame(
            status: node.engine?.status, phase: node.phase, now: now, uptime: now - started,
            restingAtVenue: node.restingAtVenue, health: node.session.health(at: now))
    }

    func begin() {
        transport.onEvent = { [weak self] event in self?.step { $0.receive(event, at: $1, into: &$2) } }
        step { $0.start(at: $1, into: &$2) }
        tick()
    }

    func command(_ command: OperatorCommand) { step { $0.command(command, at: $1, into: &$2) } }

    func close() {
        isClosed = true
        transport.onEvent = { _ in }
        transport.close()
    }

    private func tick() {
        _ = loop.schedule(after: .milliseconds(20)) { [weak self] in
            guard let self, !self.isClosed else { return }
            self.step { $0.tick(at: $1, into: &$2) }
            self.tick()
        }
    }

    /// One step of the node, and everything that follows from it. The transport answers later, never from within.
    private func step(_ body: (inout TradingNode<Session>, Instant, inout NodeOutput) -> Void) {
        precondition(!isCarryingOut, "neither transport nor observer may call back from within a step")
        guard !isClosed else { return }
        isCarryingOut = true
        let now = clock.now
        body(&node, now, &output)
        for command in output.commands { transport.carryOut(command, at: now) }
        for note in output.notes { observer.note(note) }
        for effect in output.effects { observer.effect(effect) }
        if !output.effects.isEmpty { haltReason = node.engine?.haltReason }
        output.removeAll()
        isCarryingOut = false
        observer.stepped()
    }
}
