internal import Exchange
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import VenueKit
internal import Wire

/// The venue's end: bytes in from the network, replies and frames out, time and order flow.
extension VenueWorld {
    mutating func venueReceives(_ life: Life, _ id: RequestID, _ bytes: [UInt8]) {
        noteRaces(auditor.inFlight.arrived(life, id))
        var decoder = HTTPRequestDecoder()
        decoder.append(bytes)
        do throws(WireError) {
            guard let request = try decoder.next() else {
                auditor.violation("a request arrived incomplete", at: now)
                return
            }
            let peer = newPeer()
            let token = UInt64(life) << 40 | id.number
            server.handle(request, token: token, from: peer, address: "10.0.0.1", at: now, into: &serverEffects)
            settleVenue()
        } catch {
            auditor.violation("the venue could not read a request: \(error.reason)", at: now)
        }
    }

    mutating func venueReceivesHandshake(_ life: Life, _ stream: StreamID, _ bytes: [UInt8]) {
        var decoder = HTTPRequestDecoder()
        decoder.append(bytes)
        var reply: [UInt8] = []
        do throws(WireError) {
            guard let request = try decoder.next() else { return }
            if let refusal = server.refusal(ofStream: request) {
                refusal.encode(into: &reply)
                queue.schedule(.handshakeAnswered(life, stream, reply), at: now + latency())
                return
            }
            let response = try WebSocketHandshake.accept(request)
            response.encode(into: &reply)
            guard life == self.life else { return }
            let peer = newPeer()
            let markets = Venue.markets(heardOn: request.target, plan)
            var opened = StreamPeer(life: life, stream: stream, peer: peer, markets: markets)
            opened.isOpen = true
            opened.lastToProcess = now + latency()
            streamPeers.removeAll { !$0.isOpen }
            streamPeers.append(opened)
            queue.schedule(.handshakeAnswered(life, stream, reply), at: opened.lastToProcess)
            server.streamOpened(peer, request, at: now, into: &serverEffects)
            settleVenue()
        } catch {
            auditor.violation("the venue could not read a handshake: \(error.reason)", at: now)
        }
    }

    mutating func venueReceivesFrame(_ life: Life, _ stream: StreamID, _ bytes: [UInt8]) {
        guard let index = streamPeers.firstIndex(where: { $0.life == life && $0.stream == stream && $0.isOpen })
        else { return }
        streamPeers[index].decoder.append(bytes)
        let peer = streamPeers[index].peer
        do throws(WireError) {
            while let message = try streamPeers[index].decoder.next() {
                switch message {
                case .text(let payload), .binary(let payload):
                    server.streamText(peer, payload, at: now, into: &serverEffects)
                case .close:
                    streamPeers[index].isOpen = false
                    server.streamClosed(peer)
                    return
                case .pong: server.streamPong(peer, at: now, into: &serverEffects)
                case .ping: break
                }
            }
        } catch {
            auditor.violation("the venue could not read a frame: \(error.reason)", at: now)
        }
        settleVenue()
    }

    /// What a replacement was to replace may have filled on its way.
    private mutating func noteRaces(_ arrived: [InFlightOrders.Entry]) {
        for order in arrived {
            guard case .replacement(let name) = order.kind else { continue }
            let old = books.openOrder(named: name, of: auditor.rules.account, in: order.market)
            if old.map({ $0.remaining < $0.quantity }) ?? true { report.count(.editRace) }
        }
    }

    /// As venues do it: everybody is cut off, and for a while no order is taken.
    mutating func maintain(_ isOn: Bool) {
        guard !isOn || faultsAreOn else { return }
        Venue.setMaintenance(isOn, of: &server)
        guard isOn else { return }
        report.count(.maintenance)
        let cut = streamPeers.filter(\.isOpen).map(\.peer)
        for peer in cut { serverEffects.append(.abort(peer)) }
        settleVenue()
    }

    mutating func venueAdvances() {
        scheduledVenue = .distantFuture
        server.advance(to: now, into: &serverEffects)
        settleVenue()
    }

    mutating func flowActs() {
        while let due = flow.nextDue, due <= now, let event = flow.next() {
            server.apply(event, at: now, into: &serverEffects)
            auditor.noteTouches(books.exchange, at: now)
        }
        scheduleFlow()
        settleVenue()
    }

    mutating func scheduleFlow() {
        if let due = flow.nextDue { queue.schedule(.flowDue, at: max(due, now)) }
    }

    mutating func scheduleVenue() {
        let due = max(server.nextDue, now)
        guard due < scheduledVenue else { return }
        scheduledVenue = due
        queue.schedule(.venueDue, at: due)
    }

    // MARK: Out

    /// Audits the venue's books after each of its steps, then sends what it wants sent.
    private mutating func settleVenue() {
        auditor.inspect(books, at: now)
        let effects = serverEffects
        serverEffects.removeAll(keepingCapacity: true)
        for effect in effects { send(effect) }
        scheduleVenue()
    }

    private mutating func send(_ effect: ServerEffect) {
        switch effect {
        case .reply(_, let token, let response): reply(token, response)
        case .dropReply(_, let token):
            queue.schedule(
                .requestFails(Life(token >> 40), requestID(token), .unknown("connection closed")), at: now + latency())
        case .sendText(let peer, let payload): sendFrame(peer, .text(payload))
        case .ping(let peer): sendFrame(peer, .ping([]))
        case .close(let peer, let code, let reason):
            if code == 1_001 { report.count(.connectionTooOld) }
            sendFrame(peer, .close(code: code, reason: reason))
            hangUp(peer)
        case .abort(let peer):
            if let index = streamPeers.firstIndex(where: { $0.peer == peer && $0.isOpen }) {
                let broken = streamPeers[index]
                queue.schedule(.streamBroken(broken.life, broken.stream, "connection reset"), at: now + latency())
            }
            hangUp(peer)
        }
    }

    private mutating func reply(_ token: UInt64, _ response: HTTPResponse) {
        var response = response
        Venue.addHeaders(to: &response, at: now + Venue.clockSkew(server))
        audit(response)
        if faults(.replyLost) { return }
        var bytes: [UInt8] = []
        response.encode(into: &bytes)
        var at = now + latency() + plan.replyLag
        if faults(.replyLate) { at = at + .milliseconds(random.integer(in: 200...8_000)) }
        queue.schedule(.replyArrives(Life(token >> 40), requestID(token), bytes), at: at)
    }

    private mutating func audit(_ response: HTTPResponse) {
        auditor.expectedThrottles =
            (Venue.strikes(.rateLimited, of: server) ?? 0) + (Venue.strikes(.banned, of: server) ?? 0)
        let weight = Venue.usedWeight(response, server)
        auditor.reply(
            status: response.status, body: response.body, usedWeight: weight.used, limit: weight.limit,
            fatal: Venue.fatalReplies, at: now)
    }

    private mutating func sendFrame(_ peer: PeerID, _ message: WebSocketMessage) {
        guard let index = streamPeers.firstIndex(where: { $0.peer == peer && $0.isOpen }) else { return }
        let to = streamPeers[index]
        if faults(.streamBroken) {
            queue.schedule(.streamBroken(to.life, to.stream, "connection reset"), at: now + latency())
            streamPeers[index].isOpen = false
            server.streamClosed(peer)
            return
        }
        var bytes: [UInt8] = []
        message.encode(maskedWith: nil, into: &bytes)
        var at = max(now + latency() + plan.streamLag, to.lastToProcess)
        if faults(.streamStalled) { at = at + .milliseconds(random.integer(in: 200...6_000)) }
        streamPeers[index].lastToProcess = at
        queue.schedule(.frameToProcess(to.life, to.stream, bytes), at: at)
    }

    private mutating func hangUp(_ peer: PeerID) {
        guard let index = streamPeers.firstIndex(where: { $0.peer == peer }) else { return }
        streamPeers[index].isOpen = false
        server.streamClosed(peer)
    }

    private mutating func newPeer() -> PeerID {
        nextPeer += 1
        return PeerID(nextPeer)
    }

    private func requestID(_ token: UInt64) -> RequestID { RequestID(token & ((1 << 40) - 1)) }
}
