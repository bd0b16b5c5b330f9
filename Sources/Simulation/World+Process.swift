internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import TradingEngine
internal import VenueAster
internal import VenueKit
internal import Wire

/// The trading process: starting, dying, and carrying out what its node asks.
extension World {
    mutating func startLife() {
        life += 1
        report.lives = life
        transport = ProcessTransport(random: random.fork())
        var started = scenario.makeNode(plan: plan, life: life, seed: random.next())
        started.start(at: now, into: &output)
        node = started
        carryOut()
        queue.schedule(.tick(life), at: now + scenario.tickEvery)
    }

    /// Nothing is said to the venue: its ends of the connections close, and what it sends goes nowhere.
    mutating func crash() {
        node = nil
        for index in streamPeers.indices where streamPeers[index].life == life && streamPeers[index].isOpen {
            streamPeers[index].isOpen = false
            queue.schedule(.peerGone(streamPeers[index].peer.number), at: now + latency())
        }
        life += 1
        report.count("crash")
    }

    mutating func tick() {
        node?.tick(at: now, into: &output)
        carryOut()
        if node != nil { queue.schedule(.tick(life), at: now + scenario.tickEvery) }
    }

    mutating func command(_ command: OperatorCommand) {
        node?.command(command, at: now, into: &output)
        carryOut()
    }

    mutating func deliver(_ event: TransportEvent?) {
        guard let event else { return }
        report.trace("← \(Self.text(event))", at: now)
        node?.receive(event, at: now, into: &output)
        carryOut()
    }

    mutating func processReceivesFrame(_ stream: StreamID, _ bytes: [UInt8]) {
        let (events, back) = transport.received(stream, bytes)
        if !back.isEmpty { sendToVenue(stream, back) }
        for event in events { deliver(event) }
    }

    // MARK: What the node asks

    private mutating func carryOut() {
        for effect in output.effects { report.absorb(effect, at: now) }
        for note in output.notes { report.absorb(note, at: now) }
        let commands = output.commands
        output.removeAll()
        for command in commands { carryOut(command) }
    }

    private mutating func carryOut(_ command: TransportCommand) {
        switch command {
        case .request(let id, let request, let deadline): send(id, request, deadline: deadline)
        case .openStream(let stream, let target):
            let bytes = transport.open(stream, target: target)
            queue.schedule(.handshakeArrives(life, stream, bytes), at: now + latency())
        case .sendText(let stream, let payload): sendToVenue(stream, transport.text(payload))
        case .closeStream(let stream):
            sendToVenue(stream, transport.frame(.close(code: 1000, reason: "")))
            transport.forget(stream)
        }
    }

    private mutating func send(_ id: RequestID, _ request: HTTPRequest, deadline: Instant) {
        let bytes = transport.send(id, request)
        report.digest.absorb(bytes)
        report.trace("→ \(request.method.rawValue) \(request.target)", at: now)
        if faults(plan.connectionRefused, "connection refused") {
            queue.schedule(.requestFails(life, id, .notSent("connection refused")), at: now + latency())
            return
        }
        queue.schedule(.requestFails(life, id, .unknown("no reply before the deadline")), at: deadline)
        if faults(plan.requestLost, "request lost") { return }
        queue.schedule(.requestArrives(life, id, bytes), at: now + latency())
    }

    private mutating func sendToVenue(_ stream: StreamID, _ bytes: [UInt8]) {
        guard let index = streamPeers.firstIndex(where: { $0.life == life && $0.stream == stream }) else { return }
        let at = max(now + latency(), streamPeers[index].lastToVenue)
        streamPeers[index].lastToVenue = at
        queue.schedule(.frameToVenue(life, stream, bytes), at: at)
    }

    /// For traces; only what a person can read.
    private static func text(_ event: TransportEvent) -> String {
        switch event {
        case .reply(let id, let response):
            "\(id.number): \(response.status) \(String(decoding: response.body.prefix(400), as: UTF8.self))"
        case .failed(let id, let failure): "\(id.number): \(failure)"
        case .streamText(let id, let bytes): "stream \(id.number): \(String(decoding: bytes.prefix(400), as: UTF8.self))"
        case .streamOpened(let id): "stream \(id.number) opened"
        case .streamPing(let id): "stream \(id.number) ping"
        case .streamClosed(let id, let reason): "stream \(id.number) closed: \(reason)"
        }
    }

    // MARK: Chance

    /// Whether a fault of these odds happens now; counted under its name.
    mutating func faults(_ odds: FaultPlan.Odds, _ name: String) -> Bool {
        guard faultsAreOn, odds.happens(&random) else { return false }
        report.count(name)
        return true
    }

    /// One way: 1–20 ms.
    mutating func latency() -> TimeSpan { .microseconds(random.integer(in: 1_000...20_000)) }
}
