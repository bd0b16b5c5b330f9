internal import Cryptography
internal import Exchange
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import TradingEngine
internal import VenueAster
internal import VenueKit
internal import Wire

/// A whole world from one seed: market, venue, network and trading process, on virtual time and in one thread.
///
/// The process is the live one: engine, risk gate, venue session, request bytes and signatures. The venue is the local
/// Aster exchange behind its real wire protocol. Between them lies a network that loses, delays and repeats what the
/// seed says. Auditors look only at the venue's own books.
///
/// Goals: every violation is a seed; the same seed gives the same digest in debug and release builds.
/// Non-goals: operating-system faults and real sockets, which need real processes.
public struct World {
    var random: RandomSource
    let plan: FaultPlan
    let scenario: WorldScenario
    var queue = EventQueue<WorldEvent>()
    var now: Instant
    var faultsAreOn = true
    var report: WorldReport
    /// The faults' timetable begins here.
    let start: Instant

    // The venue.
    var server: AsterServer
    var flow: any OrderFlow
    var auditor: Auditor
    var serverEffects: [ServerEffect] = []
    var streamPeers: [StreamPeer] = []
    var scheduledVenue = Instant.distantFuture
    var nextPeer: UInt64 = 1

    // The process.
    var life: Life = 0
    var node: TradingNode<AsterSession>?
    var transport: ProcessTransport
    var output = NodeOutput()
    /// Orders that the engine has just approved and the session may send.
    var approved: [InFlightOrders.Entry] = []

    /// A WebSocket as both ends know it. `lastArrival` keeps each direction in order.
    struct StreamPeer {
        let life: Life
        let stream: StreamID
        let peer: PeerID
        let isMarket: Bool
        var isOpen = false
        var decoder = WebSocketDecoder(role: .server)
        var lastToProcess = Instant.distantPast
        var lastToVenue = Instant.distantPast
    }

    /// - Parameters:
    ///   - seed: decides everything, incl. which faults there are.
    ///   - plan: replaces the drawn faults.
    ///   - isTraced: keeps a log of every request and decision.
    public init(seed: UInt64, scenario: WorldScenario = .standard, plan: FaultPlan? = nil, isTraced: Bool = false) {
        var random = RandomSource(seed: seed)
        var planning = random.fork()
        self.plan = plan ?? FaultPlan.draw(&planning)
        self.scenario = scenario
        start = scenario.start(of: self.plan)
        now = start
        transport = ProcessTransport(random: random.fork())
        report = WorldReport(seed: seed, plan: self.plan, isTraced: isTraced)
        server = scenario.makeServer(plan: self.plan, seed: random.next(), startingAt: start)
        flow = scenario.makeFlow(seed: random.next(), startingAt: start)
        auditor = Auditor(scenario.rules)
        self.random = random
    }

    /// Lives the world to its end and tells how it went.
    public mutating func run() -> WorldReport {
        schedule()
        while let (at, event) = queue.next() {
            precondition(at >= now, "virtual time ran backwards")
            now = at
            if case .end = event { break }
            if handle(event) { break }
        }
        finish()
        return report
    }

    private mutating func schedule() {
        startLife()
        for crash in plan.crashes {
            queue.schedule(.crash, at: start + crash.after)
            queue.schedule(.restart, at: start + crash.after + crash.downtime)
        }
        if let (after, _) = plan.clockStep { queue.schedule(.clockStep, at: start + after) }
        let healed = start + scenario.faultsUntil
        queue.schedule(.heal, at: healed)
        queue.schedule(.quotingDue(isFinal: false), at: healed + scenario.quotingWithin)
        let horizon = AsterSessionConfiguration.capabilities(isNonceSigned: plan.usesWallet).arrivalHorizon
        queue.schedule(.quotingDue(isFinal: true), at: healed + scenario.quotingWithin + horizon)
        queue.schedule(.stop, at: start + scenario.stopAfter)
        queue.schedule(.end, at: start + scenario.endAfter)
        scheduleFlow()
        scheduleVenue()
    }

    /// - Returns: whether the world has come to its good end.
    private mutating func handle(_ event: WorldEvent) -> Bool {
        switch event {
        case .requestArrives(let life, let id, let bytes): venueReceives(life, id, bytes)
        case .handshakeArrives(let life, let stream, let bytes): venueReceivesHandshake(life, stream, bytes)
        case .frameToVenue(let life, let stream, let bytes): venueReceivesFrame(life, stream, bytes)
        case .peerGone(let peer): server.streamClosed(PeerID(peer))
        case .venueDue: venueAdvances()
        case .flowDue: flowActs()
        case .replyArrives(let life, let id, let bytes) where life == self.life:
            deliver(transport.replied(id, bytes))
        case .requestFails(let life, let id, let failure) where life == self.life:
            deliver(transport.failed(id, failure))
        case .handshakeAnswered(let life, let stream, let bytes) where life == self.life:
            deliver(transport.answered(stream, bytes))
        case .frameToProcess(let life, let stream, let bytes) where life == self.life:
            processReceivesFrame(stream, bytes)
        case .streamBroken(let life, let stream, let reason) where life == self.life:
            deliver(transport.broken(stream, reason))
        case .tick(let life) where life == self.life: tick()
        case .replyArrives, .requestFails, .handshakeAnswered, .frameToProcess, .streamBroken, .tick: break
        case .crash: crash()
        case .restart: startLife()
        case .heal: heal()
        case .quotingDue(let isFinal): auditor.demandQuotes(node?.engine?.status, isFinal: isFinal, at: now)
        case .clockStep:
            server.chaos.clockSkew = plan.clockStep?.by ?? .zero
            report.count(.clockStep)
        case .stop: command(.stop)
        case .end: return true
        }
        if let node, case .stopped = node.phase { return true }
        return false
    }

    private mutating func heal() {
        faultsAreOn = false
        auditor.hasHealed = true
        var calm = AsterChaos()
        calm.clockSkew = server.chaos.clockSkew
        server.chaos = calm
    }

    private mutating func finish() {
        auditor.finish(
            server.exchange, engine: node?.engine, stopped: node?.phase == .stopped, lives: report.lives, at: now)
        for kind in FaultKind.allCases {
            if let fault = kind.atVenue { report.count(kind, server.strikes(of: fault)) }
        }
        let funding = server.exchange.income(of: auditor.rules.account).filter { $0.kind == .fundingFee }
        report.count(.funding, funding.count)
        report.violations = auditor.violations
        report.worstExposure = auditor.worstExposure
        report.marketTime = now - start
    }
}
