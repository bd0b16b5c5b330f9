internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import RiskControl
internal import TradingEngine
internal import VenueKit
internal import Wire

/// The trading process: starting, dying, and carrying out what its node asks.
extension VenueWorld {
    mutating func startLife() {
        life += 1
        report.lives += 1
        auditor.lifeBegins(life, books, at: now)
        transport = ProcessTransport(random: random.fork())
        var started = Venue.makeNode(scenario, plan: plan, life: life, seed: random.next())
        started.start(at: processTime, into: &output)
        node = started
        carryOut()
        queue.schedule(.tick(life), at: now + scenario.tickEvery)
    }

    /// Nothing is said to the venue: its ends of the connections close, and what it sends goes nowhere.
    mutating func crash() {
        node = nil
        auditor.lifeEnds(at: now)
        for index in streamPeers.indices where streamPeers[index].life == life && streamPeers[index].isOpen {
            streamPeers[index].isOpen = false
            queue.schedule(.peerGone(streamPeers[index].peer.number), at: now + latency())
        }
        life += 1
        report.count(.crash)
    }

    mutating func tick() {
        let time = processTime
        node?.tick(at: time, into: &output)
        carryOut()
        if let engine = node?.engine { auditor.observe(engine.status, books, at: now) }
        if node != nil { queue.schedule(.tick(life), at: now + scenario.tickEvery) }
    }

    mutating func command(_ command: OperatorCommand) {
        let time = processTime
        node?.command(command, at: time, into: &output)
        carryOut()
    }

    mutating func deliver(_ event: TransportEvent?) {
        guard let event else { return }
        report.trace("← \(Self.text(event))", at: now)
        let time = processTime
        node?.receive(event, at: time, into: &output)
        carryOut()
    }

    mutating func processReceivesFrame(_ stream: StreamID, _ bytes: [UInt8]) {
        let (events, back) = transport.received(stream, bytes)
        if !back.isEmpty { sendToVenue(stream, back) }
        if !events.isEmpty, let peer = streamPeers.first(where: { $0.life == life && $0.stream == stream }) {
            auditor.noteMarketData(peer.markets, at: now)
        }
        for event in events { deliver(event) }
    }

    // MARK: What the node asks

    private mutating func carryOut() {
        approved.removeAll(keepingCapacity: true)
        for effect in output.effects {
            report.absorb(effect, at: now)
            note(effect)
        }
        for note in output.notes {
            report.absorb(note, at: now)
            // At the end the process gives its key back, which the venue tells in the same words.
            if faultsAreOn, note.text.contains("the listen key expired") { report.count(.listenKeyExpired) }
        }
        let commands = output.commands
        output.removeAll()
        for command in commands { carryOut(command) }
    }

    private mutating func note(_ effect: Effect) {
        switch effect {
        case .booked(let booked): auditor.fillBooked(booked.fill)
        case .send(let sent):
            switch sent.action {
            case .place(let id, let spec) where !spec.reduceOnly:
                approved.append(
                    .init(name: id.text, market: spec.market, side: spec.side, quantity: spec.quantity, kind: .new))
            case .amend(let id, let market, let side, _, let quantity):
                approved.append(.init(name: id.text, market: market, side: side, quantity: quantity, kind: .amendment))
            case .place, .cancel, .cancelAll: break
            }
        case .incident(let incident): auditor.incident(incident)
        case .refused, .query, .fetchFills, .quiet: break
        }
    }

    private mutating func carryOut(_ command: TransportCommand) {
        switch command {
        case .request(let id, let request, let deadline): send(id, request, deadline: deadline)
        case .unsignedRequest(let id, let request, let deadline): send(id, request.signed(), deadline: deadline)
        case .openStream(let stream, let target, let headers, _):
            let bytes = transport.open(stream, target: target, headers: headers)
            queue.schedule(.handshakeArrives(life, stream, bytes), at: now + latency())
        case .sendText(let stream, let payload): sendToVenue(stream, transport.text(payload))
        case .ping: break
        case .closeStream(let stream):
            sendToVenue(stream, transport.frame(.close(code: 1000, reason: "")))
            transport.forget(stream)
        }
    }

    private mutating func send(_ id: RequestID, _ request: HTTPRequest, deadline: Instant) {
        let bytes = transport.send(id, request)
        report.digest.absorb(bytes)
        report.trace("→ \(request.method.rawValue) \(request.target)", at: now)
        if faults(.connectionRefused) {
            queue.schedule(.requestFails(life, id, .notSent("connection refused")), at: now + latency())
            return
        }
        queue.schedule(.requestFails(life, id, .unknown("no reply before the deadline")), at: deadline + plan.clockSkew)
        if faults(.requestLost) { return }
        var at = now + latency()
        if faults(.requestLate) { at = at + .milliseconds(random.integer(in: 200...8_000)) }
        for order in Venue.orders(in: request, bytes, approved: approved, plan) {
            auditor.left(order, approved: approved, at: now)
            auditor.inFlight.left(order, life, in: id)
        }
        queue.schedule(.requestArrives(life, id, bytes), at: at)
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
        case .streamText(let id, let bytes):
            "stream \(id.number): \(String(decoding: bytes.prefix(400), as: UTF8.self))"
        case .streamOpened(let id): "stream \(id.number) opened"
        case .streamPing(let id): "stream \(id.number) ping"
        case .streamClosed(let id, let reason): "stream \(id.number) closed: \(reason)"
        }
    }

    /// The process's own clock, which the venue's is ahead of.
    private var processTime: Instant { now - plan.clockSkew }

    // MARK: Chance

    /// Whether a fault of these odds happens now; counted under its name.
    mutating func faults(_ kind: FaultKind) -> Bool {
        let chance = plan[kind]
        guard faultsAreOn, chance > 0, random.chance(chance, in: FaultPlan.outOf) else { return false }
        report.count(kind)
        return true
    }

    /// One way.
    mutating func latency() -> TimeSpan {
        plan.latency + TimeSpan(nanoseconds: random.integer(in: 0...plan.jitter.nanoseconds))
    }
}
