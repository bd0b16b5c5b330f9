internal import Exchange
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import RiskControl
internal import TradingEngine
internal import VenueBinance
internal import VenueKit
internal import Wire

/// The world of a mirror on one target: see `MirrorWorld`.
struct MirrorRun<Target: MirrorVenue>: Sendable {
    typealias Session = PairedSession<AdapterSession<Target.Adapter>, AdapterSession<BinanceSpotAdapter>>

    private let plan: MirrorPlan
    private var random: RandomSource
    private var network: MirrorNetwork
    private var target: MirrorEnd<Target>
    private var reference: MirrorEnd<BinanceMirror>
    private var auditor: MirrorAuditor
    private var report: MirrorReport
    private var node: TradingNode<Session>?
    private var transport: ProcessTransport
    private var output = NodeOutput()

    init(seed: UInt64, _ random: RandomSource, plan: MirrorPlan, isTraced: Bool) {
        var random = random
        let start = MirrorScenario.start
        self.plan = plan
        network = MirrorNetwork(plan, random: random.fork(), startingAt: start)
        transport = ProcessTransport(random: random.fork())
        let (ours, others) = (start + plan.target.clockSkew, start + plan.reference.clockSkew)
        let (here, there) = (
            Target.makeServer(plan, seed: random.next(), startingAt: ours),
            BinanceMirror.makeServer(plan, seed: random.next(), startingAt: others)
        )
        let quoted = Target.exchange(here).markets.map(\.instrument)
        let instrument = BinanceMirror.exchange(there).markets[0].instrument
        target = MirrorEnd(
            here,
            [
                MirrorFlow(MarketID(0), .quoted(quoted[0]), seed: random.next(), startingAt: ours),
                MirrorFlow(MarketID(1), .conversion(quoted[1]), seed: random.next(), startingAt: ours),
            ], skew: plan.target.clockSkew, isReference: false)
        reference = MirrorEnd(
            there, [MirrorFlow(MarketID(0), .reference(instrument), seed: random.next(), startingAt: others)],
            skew: plan.reference.clockSkew, isReference: true)
        auditor = MirrorAuditor(plan)
        report = MirrorReport(seed: seed, plan: plan, isTraced: isTraced)
        self.random = random
    }

    /// Lives the world to its end and tells how it went.
    mutating func run() -> MirrorReport {
        schedule()
        while let (at, event) = network.queue.next() {
            precondition(at >= network.now, "virtual time ran backwards")
            network.now = at
            if case .end = event { break }
            handle(event)
            if let node, case .stopped = node.phase { break }
        }
        finish()
        return report
    }

    private mutating func schedule() {
        let start = network.now
        target.setFaults(plan.target)
        reference.setFaults(plan.reference)
        target.schedule(&network)
        reference.schedule(&network)
        startLife()
        for crash in plan.crashes {
            network.schedule(.crash, at: start + crash.after)
            network.schedule(.restart, at: start + crash.after + crash.length)
        }
        for (outages, isReference) in [(plan.target.outages, false), (plan.reference.outages, true)] {
            for outage in outages {
                network.schedule(.outage(isReference: isReference, isOn: true), at: start + outage.after)
                let end = start + outage.after + outage.length
                network.schedule(.outage(isReference: isReference, isOn: false), at: end)
            }
        }
        network.schedule(.heal, at: start + MirrorScenario.faultsUntil)
        network.schedule(.stop, at: start + MirrorScenario.stopAfter)
        network.schedule(.end, at: start + MirrorScenario.endAfter)
    }

    private mutating func handle(_ event: MirrorEvent) {
        let life = network.life
        switch event {
        case .requestArrives(let of, let id, let bytes):
            if id.isReference {
                reference.receive(of, id, bytes, &network)
            } else {
                target.receive(of, id, bytes, &network)
            }
            inspect()
        case .handshakeArrives(let of, let id, let bytes):
            if id.isReference {
                reference.receiveHandshake(of, id, bytes, &network)
            } else {
                target.receiveHandshake(of, id, bytes, &network)
            }
        case .frameToVenue(let of, let id, let bytes):
            if id.isReference {
                reference.receiveFrame(of, id, bytes, &network)
            } else {
                target.receiveFrame(of, id, bytes, &network)
            }
            inspect()
        case .peerGone(let isReference, let peer):
            if isReference { reference.peerGone(peer) } else { target.peerGone(peer) }
        case .venueDue(let isReference):
            if isReference { reference.advance(&network) } else { target.advance(&network) }
            inspect()
        case .flowDue(let isReference):
            if isReference { reference.flowActs(&network) } else { target.flowActs(&network) }
            inspect()
        case .outage(let isReference, let isOn):
            if isReference { reference.setOutage(isOn, &network) } else { target.setOutage(isOn, &network) }
            report.trace("\(isReference ? "reference" : "target") \(isOn ? "is out" : "is back")", at: network.now)
        case .replyArrives(let of, let id, let bytes) where of == life: deliver(transport.replied(id, bytes))
        case .requestFails(let of, let id, let failure) where of == life: deliver(transport.failed(id, failure))
        case .handshakeAnswered(let of, let id, let bytes) where of == life: deliver(transport.answered(id, bytes))
        case .frameToProcess(let of, let id, let bytes) where of == life: receiveFrame(id, bytes)
        case .streamBroken(let of, let id, let reason) where of == life: deliver(transport.broken(id, reason))
        case .tick(let of) where of == life: tick()
        case .replyArrives, .requestFails, .handshakeAnswered, .frameToProcess, .streamBroken, .tick: break
        case .crash: crash()
        case .restart: startLife()
        case .heal: heal()
        case .stop: command(.stop)
        case .end: break
        }
    }

    private mutating func inspect() {
        auditor.inspect(target: target.exchange, reference: reference.exchange, at: network.now)
    }

    private mutating func heal() {
        network.faultsAreOn = false
        auditor.hasHealed = true
        target.setOutage(false, &network)
        reference.setOutage(false, &network)
        target.setFaults(nil)
        reference.setFaults(nil)
    }

    private mutating func finish() {
        let now = network.now
        for complaint in target.complaints + reference.complaints { auditor.violation(complaint, at: now) }
        if let refusal = node?.refusal { auditor.violation("the bot refuses to start: \(refusal)", at: now) }
        auditor.finish(
            target: target.exchange, reference: reference.exchange, engine: node?.engine,
            stopped: node?.phase == .stopped, lives: report.lives, at: now, name: Target.name)
        report.violations = auditor.violations
        report.worstNet = auditor.worstNet.decimal.normalized.description
        count()
    }

    private mutating func count() {
        for (name, strikes) in [(plan.venue.rawValue, network.strikes.target), ("binance", network.strikes.reference)] {
            for (fault, count) in zip(MirrorFault.allCases, strikes) where count > 0 {
                report.faults.append(("\(name) \(fault.rawValue)", count))
            }
        }
        for (fault, _) in Target.faults {
            let count = Target.strikes(fault, of: target.server)
            if count > 0 { report.faults.append(("\(plan.venue.rawValue) \(fault.rawValue)", count)) }
        }
        for (fault, _) in BinanceMirror.faults {
            let count = BinanceMirror.strikes(fault, of: reference.server)
            if count > 0 { report.faults.append(("binance \(fault.rawValue)", count)) }
        }
    }

    // MARK: The process

    private mutating func startLife() {
        network.life += 1
        report.lives += 1
        transport = ProcessTransport(random: random.fork())
        let (plan, life) = (plan, report.lives)
        let (here, there) = (Target.makeAdapter(plan), BinanceMirror.makeAdapter(plan))
        let horizon = max(here.capabilities.arrivalHorizon, there.capabilities.arrivalHorizon)
        let session = Session(
            target: AdapterSession(here, AdapterSessionConfiguration(seed: random.next())),
            reference: AdapterSession(there, AdapterSessionConfiguration(seed: random.next())),
            referenceMarkets: BinanceMirror.markets)
        var started = TradingNode(session: session, markets: 3) { instruments in
            MirrorScenario.engine(
                instruments, plan, life: life, horizon: horizon,
                feeInQuote: (Target.takesBuyFeeInQuote, BinanceMirror.takesBuyFeeInQuote))
        }
        started.start(at: network.now, into: &output)
        node = started
        carryOut()
        network.schedule(.tick(network.life), at: network.now + MirrorScenario.tickEvery)
    }

    /// Nothing is said to the venues: their ends of the connections close, and what they send goes nowhere.
    private mutating func crash() {
        node = nil
        target.abandon(network.life, &network)
        reference.abandon(network.life, &network)
        network.life += 1
        report.trace("crash", at: network.now)
    }

    private mutating func tick() {
        node?.tick(at: network.now, into: &output)
        carryOut()
        if node != nil { network.schedule(.tick(network.life), at: network.now + MirrorScenario.tickEvery) }
    }

    private mutating func command(_ command: OperatorCommand) {
        node?.command(command, at: network.now, into: &output)
        carryOut()
    }

    private mutating func deliver(_ event: TransportEvent?) {
        guard let event else { return }
        report.trace("← \(Self.text(event))", at: network.now)
        node?.receive(event, at: network.now, into: &output)
        carryOut()
    }

    private mutating func receiveFrame(_ stream: StreamID, _ bytes: [UInt8]) {
        let (events, back) = transport.received(stream, bytes)
        if !back.isEmpty { send(stream, back) }
        for event in events { deliver(event) }
    }

    private mutating func carryOut() {
        for effect in output.effects {
            report.absorb(effect, at: network.now)
            if case .booked(let booked) = effect { auditor.noteBooked(booked.fill, life: report.lives) }
        }
        for note in output.notes { report.absorb(note, at: network.now) }
        let commands = output.commands
        output.removeAll()
        for command in commands { carryOut(command) }
    }

    private mutating func carryOut(_ command: TransportCommand) {
        switch command {
        case .request(let id, let request, let deadline): send(id, request, deadline: deadline)
        case .unsignedRequest(let id, let request, let deadline): send(id, request.signed(), deadline: deadline)
        case .openStream(let stream, let path, let headers, _):
            let bytes = transport.open(stream, target: path, headers: headers)
            let at = network.now + network.latency(stream.isReference)
            network.schedule(.handshakeArrives(network.life, stream, bytes), at: at)
        case .sendText(let stream, let payload): send(stream, transport.text(payload))
        case .ping(let stream): send(stream, transport.frame(.ping([])))
        case .closeStream(let stream):
            send(stream, transport.frame(.close(code: 1000, reason: "")))
            transport.forget(stream)
        }
    }

    private mutating func send(_ id: RequestID, _ request: HTTPRequest, deadline: Instant) {
        let bytes = transport.send(id, request)
        report.digest.absorb(bytes)
        report.trace(
            "→ \(id.number) \(request.method.rawValue) \(request.target) \(String(decoding: request.body, as: UTF8.self))",
            at: network.now)
        let life = network.life
        let isOut = id.isReference ? reference.isOut : target.isOut
        if isOut && id.number % 4 < 2 || network.strikes(.connectionRefused, id.isReference) {
            let at = network.now + network.latency(id.isReference)
            return network.schedule(.requestFails(life, id, .notSent("connection refused")), at: at)
        }
        network.schedule(.requestFails(life, id, .unknown("no reply before the deadline")), at: deadline)
        if network.strikes(.requestLost, id.isReference) { return }
        var at = network.now + network.latency(id.isReference)
        if network.strikes(.requestLate, id.isReference) { at = at + network.delay(upTo: 8_000) }
        network.schedule(.requestArrives(life, id, bytes), at: at)
    }

    /// Frames of one direction take equally long, so that they stay in order.
    private mutating func send(_ stream: StreamID, _ bytes: [UInt8]) {
        let faults = network.faults(stream.isReference)
        network.schedule(
            .frameToVenue(network.life, stream, bytes), at: network.now + faults.latency + faults.jitter)
    }

    /// For traces; only what a person can read.
    private static func text(_ event: TransportEvent) -> String {
        switch event {
        case .reply(let id, let response):
            "\(id.number): \(response.status) \(String(decoding: response.body.prefix(400), as: UTF8.self))"
        case .failed(let id, let failure): "\(id.number): \(failure)"
        case .streamText(let id, let bytes):
            "stream \(id.number): \(String(decoding: bytes.prefix(400), as: UTF8.self))"
        case .streamOpened(let id): "stream \(id.number) opened"
        case .streamPing(let id): "stream \(id.number) ping"
        case .streamClosed(let id, let reason): "stream \(id.number) closed: \(reason)"
        }
    }
}
