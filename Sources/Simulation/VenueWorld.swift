internal import Exchange
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import TradingEngine
internal import VenueKit
internal import Wire

/// The world of one venue: see `World`.
struct VenueWorld<Venue: WorldVenue>: Sendable {
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
    var server: Venue.Server
    var flow: any OrderFlow
    var auditor: Auditor
    var serverEffects: [ServerEffect] = []
    var streamPeers: [StreamPeer] = []
    var scheduledVenue = Instant.distantFuture
    var nextPeer: UInt64 = 1

    // The process.
    var life: Life = 0
    var node: TradingNode<Venue.Session>?
    var transport: ProcessTransport
    var output = NodeOutput()
    /// Orders that the engine has just approved and the session may send.
    var approved: [InFlightOrders.Entry] = []

    /// A WebSocket as both ends know it. `lastArrival` keeps each direction in order.
    struct StreamPeer: Sendable {
        let life: Life
        let stream: StreamID
        let peer: PeerID
        /// The markets whose prices it brings.
        let markets: [MarketID]
        var isOpen = false
        var decoder = WebSocketDecoder(role: .server)
        var lastToProcess = Instant.distantPast
        var lastToVenue = Instant.distantPast
    }

    /// - Parameter random: the seed's, after the plan has drawn from it.
    init(seed: UInt64, _ random: RandomSource, scenario: WorldScenario, plan: FaultPlan, isTraced: Bool) {
        var random = random
        self.plan = plan
        self.scenario = scenario
        start = scenario.start(of: plan, fundingEvery: Venue.fundingInterval)
        now = start
        transport = ProcessTransport(random: random.fork())
        report = WorldReport(seed: seed, plan: plan, isTraced: isTraced)
        server = Venue.makeServer(scenario, plan: plan, seed: random.next(), startingAt: start)
        flow = Venue.makeFlow(scenario, plan: plan, seed: random.next(), startingAt: start)
        auditor = Auditor(Venue.rules(scenario, plan))
        self.random = random
    }

    var books: Venue.Books { Venue.books(server) }

    /// Lives the world to its end and tells how it went.
    mutating func run() -> WorldReport {
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
        if let maintenance = plan.maintenance {
            queue.schedule(.maintenance(isOn: true), at: start + maintenance.after)
            queue.schedule(.maintenance(isOn: false), at: start + maintenance.after + maintenance.length)
        }
        let healed = start + scenario.faultsUntil
        queue.schedule(.heal, at: healed)
        let due = healed + scenario.quotingWithin
        queue.schedule(.quotingDue(isFinal: false), at: due + Venue.longestPause(plan))
        let horizon = max(Venue.arrivalHorizon(plan), Venue.longestPause(plan))
        queue.schedule(.quotingDue(isFinal: true), at: due + horizon)
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
            Venue.setClockSkew(plan.clockStep?.by ?? .zero, of: &server)
            report.count(.clockStep)
        case .maintenance(let isOn): maintain(isOn)
        case .stop: command(.stop)
        case .end: return true
        }
        if let node, case .stopped = node.phase { return true }
        return false
    }

    private mutating func heal() {
        faultsAreOn = false
        auditor.hasHealed = true
        Venue.calm(&server)
    }

    private mutating func finish() {
        auditor.finish(
            books, engine: node?.engine, stopped: node?.phase == .stopped, lives: report.lives,
            isFundingKnown: Venue.isFundingKnown, at: now)
        for kind in FaultKind.allCases {
            if let strikes = Venue.strikes(kind, of: server) { report.count(kind, strikes) }
        }
        let funding = books.exchange.income(of: auditor.rules.account).filter { $0.kind == .fundingFee }
        report.count(.funding, funding.count)
        report.violations = auditor.violations
        report.worstExposure = auditor.worstExposure
        report.marketTime = now - start
    }
}
