internal import Exchange
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import VenueKit
internal import Wire

/// One venue's end of a mirror world: bytes in from the network, replies and frames out, time and order flow.
struct MirrorEnd<Venue: MirrorVenue>: Sendable {
    /// A WebSocket as both ends know it.
    private struct Peer: Sendable {
        let life: Life
        let stream: StreamID
        let peer: PeerID
        var isOpen = true
        var decoder = WebSocketDecoder(role: .server)
        /// Keeps what it sends in order.
        var lastToProcess: Instant
    }

    let isReference: Bool
    /// How far its clock is ahead of the bot's: it lives in its own time, in all that it does and says.
    private let skew: TimeSpan
    private(set) var server: Venue.Server
    private var flow: WorldFlow
    private var effects: [ServerEffect] = []
    private var peers: [Peer] = []
    private var nextPeer: UInt64 = 1
    private var scheduledVenue = Instant.distantFuture
    /// It cannot be reached.
    private(set) var isOut = false
    /// What of it could not be read; must stay empty.
    private(set) var complaints: [String] = []

    init(_ server: Venue.Server, _ flows: [any OrderFlow], skew: TimeSpan, isReference: Bool) {
        self.server = server
        self.skew = skew
        self.isReference = isReference
        flow = WorldFlow(flows)
    }

    var exchange: Exchange { Venue.exchange(server) }

    mutating func setFaults(_ faults: MirrorPlan.VenueFaults?) { Venue.setFaults(faults, of: &server) }

    // MARK: In

    mutating func receive(_ life: Life, _ id: RequestID, _ bytes: [UInt8], _ network: inout MirrorNetwork) {
        guard !isOut else { return }
        var decoder = HTTPRequestDecoder()
        decoder.append(bytes)
        let request: HTTPRequest?
        do throws(WireError) { request = try decoder.next() } catch {
            complaints.append("a request could not be read: \(error.reason)")
            return
        }
        guard let request else {
            complaints.append("a request arrived incomplete")
            return
        }
        server.handle(
            request, token: UInt64(life) << 40 | id.number, from: newPeer(), address: "10.0.0.1",
            at: network.now + skew,
            into: &effects)
        settle(&network)
    }

    mutating func receiveHandshake(
        _ life: Life, _ stream: StreamID, _ bytes: [UInt8], _ network: inout MirrorNetwork
    ) {
        guard !isOut else {
            let at = network.now + network.latency(isReference)
            return network.schedule(.streamBroken(life, stream, "connection refused"), at: at)
        }
        var decoder = HTTPRequestDecoder()
        decoder.append(bytes)
        var reply: [UInt8] = []
        do throws(WireError) {
            guard let request = try decoder.next() else { return }
            let at = network.now + network.latency(isReference)
            if let refusal = server.refusal(ofStream: request) {
                refusal.encode(into: &reply)
                return network.schedule(.handshakeAnswered(life, stream, reply), at: at)
            }
            try WebSocketHandshake.accept(request).encode(into: &reply)
            guard life == network.life else { return }
            let peer = newPeer()
            peers.removeAll { !$0.isOpen }
            peers.append(Peer(life: life, stream: stream, peer: peer, lastToProcess: at))
            network.schedule(.handshakeAnswered(life, stream, reply), at: at)
            server.streamOpened(peer, request, at: network.now + skew, into: &effects)
            settle(&network)
        } catch {
            complaints.append("a handshake could not be read: \(error.reason)")
        }
    }

    mutating func receiveFrame(_ life: Life, _ stream: StreamID, _ bytes: [UInt8], _ network: inout MirrorNetwork) {
        guard !isOut, let index = peers.firstIndex(where: { $0.life == life && $0.stream == stream && $0.isOpen })
        else { return }
        peers[index].decoder.append(bytes)
        let peer = peers[index].peer
        do throws(WireError) {
            while let message = try peers[index].decoder.next() {
                switch message {
                case .text(let payload), .binary(let payload):
                    server.streamText(peer, payload, at: network.now + skew, into: &effects)
                case .close:
                    peers[index].isOpen = false
                    server.streamClosed(peer)
                    return
                case .pong: server.streamPong(peer, at: network.now + skew, into: &effects)
                case .ping(let payload):
                    server.streamPing(peer, at: network.now + skew, into: &effects)
                    send(peer, .pong(payload), &network)
                }
            }
        } catch {
            complaints.append("a frame could not be read: \(error.reason)")
        }
        settle(&network)
    }

    mutating func peerGone(_ peer: UInt64) { server.streamClosed(PeerID(peer)) }

    /// The process died: its ends of the connections close.
    mutating func abandon(_ life: Life, _ network: inout MirrorNetwork) {
        for index in peers.indices where peers[index].life == life && peers[index].isOpen {
            peers[index].isOpen = false
            let at = network.now + network.latency(isReference)
            network.schedule(.peerGone(isReference: isReference, peers[index].peer.number), at: at)
        }
    }

    /// Everybody is cut off, and nobody gets through.
    mutating func setOutage(_ isOn: Bool, _ network: inout MirrorNetwork) {
        isOut = isOn && network.faultsAreOn
        guard isOut else { return }
        for peer in peers.filter(\.isOpen).map(\.peer) { effects.append(.abort(peer)) }
        settle(&network)
    }

    // MARK: Time

    mutating func advance(_ network: inout MirrorNetwork) {
        scheduledVenue = .distantFuture
        server.advance(to: network.now + skew, into: &effects)
        settle(&network)
    }

    mutating func flowActs(_ network: inout MirrorNetwork) {
        while let due = flow.nextDue, due <= network.now + skew, let event = flow.next() {
            server.apply(event, at: network.now + skew, into: &effects)
        }
        schedule(&network)
        settle(&network)
    }

    /// Schedules what the flow and the venue do next.
    mutating func schedule(_ network: inout MirrorNetwork) {
        if let due = flow.nextDue {
            network.schedule(.flowDue(isReference: isReference), at: max(due - skew, network.now))
        }
        scheduleVenue(&network)
    }

    private mutating func scheduleVenue(_ network: inout MirrorNetwork) {
        let due = max(server.nextDue - skew, network.now)
        guard due < scheduledVenue else { return }
        scheduledVenue = due
        network.schedule(.venueDue(isReference: isReference), at: due)
    }

    // MARK: Out

    private mutating func settle(_ network: inout MirrorNetwork) {
        let batch = effects
        effects.removeAll(keepingCapacity: true)
        for effect in batch { carryOut(effect, &network) }
        scheduleVenue(&network)
    }

    private mutating func carryOut(_ effect: ServerEffect, _ network: inout MirrorNetwork) {
        switch effect {
        case .reply(_, let token, let response): reply(token, response, &network)
        case .dropReply(_, let token):
            let at = network.now + network.latency(isReference)
            network.schedule(.requestFails(life(token), request(token), .unknown("connection closed")), at: at)
        case .sendText(let peer, let payload): send(peer, .text(payload), &network)
        case .ping(let peer): send(peer, .ping([]), &network)
        case .close(let peer, let code, let reason):
            send(peer, .close(code: code, reason: reason), &network)
            hangUp(peer)
        case .abort(let peer):
            if let broken = peers.first(where: { $0.peer == peer && $0.isOpen }) {
                let at = network.now + network.latency(isReference)
                network.schedule(.streamBroken(broken.life, broken.stream, "connection reset"), at: at)
            }
            hangUp(peer)
        }
    }

    private func life(_ token: UInt64) -> Life { Life(token >> 40) }
    private func request(_ token: UInt64) -> RequestID { RequestID(token & ((1 << 40) - 1)) }

    private mutating func reply(_ token: UInt64, _ response: HTTPResponse, _ network: inout MirrorNetwork) {
        guard !isOut, !network.strikes(.replyLost, isReference) else { return }
        var bytes: [UInt8] = []
        response.encode(into: &bytes)
        var at = network.now + network.latency(isReference)
        if network.strikes(.replyLate, isReference) { at = at + network.delay(upTo: 8_000) }
        network.schedule(.replyArrives(life(token), request(token), bytes), at: at)
    }

    private mutating func send(_ peer: PeerID, _ message: WebSocketMessage, _ network: inout MirrorNetwork) {
        guard let index = peers.firstIndex(where: { $0.peer == peer && $0.isOpen }) else { return }
        let to = peers[index]
        if network.strikes(.streamBroken, isReference) {
            let at = network.now + network.latency(isReference)
            network.schedule(.streamBroken(to.life, to.stream, "connection reset"), at: at)
            return hangUp(peer)
        }
        var bytes: [UInt8] = []
        message.encode(maskedWith: nil, into: &bytes)
        var at = max(network.now + network.latency(isReference), to.lastToProcess)
        if network.strikes(.streamStalled, isReference) { at = at + network.delay(upTo: 6_000) }
        peers[index].lastToProcess = at
        network.schedule(.frameToProcess(to.life, to.stream, bytes), at: at)
    }

    private mutating func hangUp(_ peer: PeerID) {
        guard let index = peers.firstIndex(where: { $0.peer == peer }) else { return }
        peers[index].isOpen = false
        server.streamClosed(peer)
    }

    private mutating func newPeer() -> PeerID {
        nextPeer += 1
        return PeerID(nextPeer)
    }
}
