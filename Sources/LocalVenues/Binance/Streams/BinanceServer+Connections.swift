public import Fundamentals
internal import MarketModel
public import Wire

extension BinanceServer {
    /// Sockets do not say from where they were opened: they count as the machine's own.
    static let socketAddress = "127.0.0.1"

    /// A WebSocket was opened.
    public mutating func streamOpened(
        _ peer: PeerID, _ request: HTTPRequest, at time: Instant, into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
        removeConnection(peer)
        guard let opening = BinanceOpening(target: request.target) else {
            effects.append(.close(peer, code: 1_008, reason: "no stream at this path"))
            return
        }
        openings.add(1, at: now)
        guard openings.count <= configuration.limits.connectionsPerFiveMinutes else {
            effects.append(.close(peer, code: 1_008, reason: "too many connection attempts"))
            return
        }
        var names: [String] = []
        switch opening {
        case .streams(let asked, _):
            guard asked.count <= configuration.limits.streamsPerConnection else {
                effects.append(.close(peer, code: 1_008, reason: "too many streams"))
                return
            }
            names = asked
        case .api:
            let limiter = addressIndex(Self.socketAddress)
            do throws(BinanceError) { try addresses[limiter].admit(2, configuration.limits.weights, at: now) } catch {
                effects.append(.close(peer, code: 1_008, reason: "too much request weight used"))
                return
            }
        }
        connections.append(BinanceConnection(peer, opening, leeway: configuration.leeway, at: now))
        for name in names { subscribe(connections.count - 1, name) }
    }

    /// The client sent a pong, asked for or not.
    public mutating func streamPong(_ peer: PeerID, at time: Instant, into effects: inout [ServerEffect]) {
        advance(to: time, into: &effects)
        guard let index = connections.firstIndex(where: { $0.peer == peer }) else { return }
        connections[index].unanswered = nil
        _ = connections[index].admit(configuration.limits, at: now)
    }

    /// The client is gone.
    public mutating func streamClosed(_ peer: PeerID) { removeConnection(peer) }

    /// A text message: a control frame of streams, or a request of the socket API.
    public mutating func streamText(
        _ peer: PeerID, _ bytes: [UInt8], at time: Instant, into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
        guard let index = connections.firstIndex(where: { $0.peer == peer }) else { return }
        guard connections[index].admit(configuration.limits, at: now) else {
            effects.append(.close(peer, code: 1_008, reason: "Too many requests"))
            removeConnection(peer)
            return
        }
        if connections[index].session == nil {
            control(index, bytes, into: &effects)
        } else {
            answerSocket(index, bytes, into: &effects)
        }
    }

    // MARK: Subscriptions

    mutating func subscribe(_ connection: Int, _ name: String) {
        guard !connections[connection].subscriptions.contains(where: { $0.name == name }) else { return }
        let found = stream(named: name)
        connections[connection].subscriptions.append(.init(name: name, stream: found))
        if let found { retain(found) }
    }

    mutating func unsubscribe(_ connection: Int, _ name: String) {
        guard let index = connections[connection].subscriptions.firstIndex(where: { $0.name == name }) else { return }
        if let stream = connections[connection].subscriptions.remove(at: index).stream { release(stream) }
    }

    private mutating func retain(_ stream: BinanceStream) {
        if let index = streams.firstIndex(where: { $0.stream == stream }) {
            streams[index].subscribers += 1
            return
        }
        var state = BinanceStreamState(stream)
        if case .candles(_, let interval) = stream { state.lastOpen = interval.open(at: now) }
        // What there is already is told at the next beat; a diff stream begins with the next change.
        switch stream {
        case .depth: break
        case .top, .candles, .miniTicker, .allMiniTickers, .ticker, .averagePrice, .aggregateTrades, .trades, .touch:
            state.touch(at: now)
        }
        streams.append(state)
    }

    private mutating func release(_ stream: BinanceStream) {
        guard let index = streams.firstIndex(where: { $0.stream == stream }) else { return }
        streams[index].subscribers -= 1
        if streams[index].subscribers == 0 { streams.remove(at: index) }
    }

    mutating func removeConnection(_ peer: PeerID) {
        guard let index = connections.firstIndex(where: { $0.peer == peer }) else { return }
        let gone = connections.remove(at: index)
        for subscription in gone.subscriptions {
            if let stream = subscription.stream { release(stream) }
        }
    }

    // MARK: Sending

    /// Sends a payload to everyone who subscribed to `stream`.
    mutating func publish(_ stream: BinanceStream, _ payload: [UInt8], into effects: inout [ServerEffect]) {
        for index in connections.indices {
            for subscription in connections[index].subscriptions where subscription.stream == stream {
                guard isReached(index, by: .marketSilence, subscription.name, into: &effects) else { continue }
                let frame =
                    connections[index].isCombined ? Self.combined(subscription.name, payload) : payload
                effects.append(.sendText(connections[index].peer, frame))
            }
        }
    }

    private static func combined(_ name: String, _ payload: [UInt8]) -> [UInt8] {
        var json = JSONWriter()
        json.string(name)
        return Array(#"{"stream":"#.utf8) + json.bytes + Array(#","data":"#.utf8) + payload + [UInt8(ascii: "}")]
    }

    /// Tells an account's user streams.
    mutating func publish(
        toAccount account: Int, _ event: String, _ payload: [UInt8], into effects: inout [ServerEffect]
    ) {
        for index in connections.indices {
            guard let feed = connections[index].session?.feeds.first(where: { $0.account == account }) else { continue }
            guard isReached(index, by: .userSilence, event, into: &effects) else { continue }
            let peer = connections[index].peer
            let start = Array(#"{"subscriptionId":\#(feed.id),"event":"#.utf8)
            if strikes(.subscriptionLost, event) {
                connections[index].session?.feeds.removeAll { $0.account == account }
                let end = #"{"e":"eventStreamTerminated","E":\#(venueTime.milliseconds)}}"#
                effects.append(.sendText(peer, start + Array(end.utf8)))
                continue
            }
            if strikes(.userEventDropped, event) { continue }
            let frame = ServerEffect.sendText(peer, start + payload + [UInt8(ascii: "}")])
            if strikes(.userEventDelayed, event) { delay(frame, by: chaos.eventDelay) } else { effects.append(frame) }
            if strikes(.userEventDuplicated, event) { effects.append(frame) }
        }
    }

    /// Whether chaos lets anything through to a connection.
    private mutating func isReached(
        _ index: Int, by silence: BinanceFault, _ label: String, into effects: inout [ServerEffect]
    ) -> Bool {
        if strikes(silence, label) { connections[index].silentUntil = now + chaos.silence }
        guard connections[index].silentUntil <= now else { return false }
        if strikes(.disconnect, label) {
            connections[index].silentUntil = .distantFuture
            effects.append(.abort(connections[index].peer))
            return false
        }
        if strikes(.serverShutdown, label) {
            connections[index].closesAt = now + .seconds(2)
            tellShutdown(index, into: &effects)
        }
        return true
    }

    // MARK: Upkeep

    /// Pings, and the end of connections that are too old or no longer answer.
    mutating func keepConnections(into effects: inout [ServerEffect]) {
        for connection in connections where connection.closesAt <= now {
            effects.append(.close(connection.peer, code: 1_001, reason: "the connection reached its maximum age"))
            removeConnection(connection.peer)
        }
        let timeout = configuration.leeway.pongTimeout
        for connection in connections where connection.unanswered.map({ $0 + timeout <= now }) ?? false {
            effects.append(.close(connection.peer, code: 1_008, reason: "Pong timeout"))
            removeConnection(connection.peer)
        }
        for index in connections.indices {
            if connections[index].noticeAt <= now { tellShutdown(index, into: &effects) }
            guard connections[index].nextPing <= now else { continue }
            effects.append(.ping(connections[index].peer))
            if connections[index].unanswered == nil { connections[index].unanswered = now }
            connections[index].nextPing = connections[index].nextPing + configuration.leeway.pingInterval
        }
    }

    private mutating func tellShutdown(_ index: Int, into effects: inout [ServerEffect]) {
        connections[index].noticeAt = .distantFuture
        let event = Array(#"{"e":"serverShutdown","E":\#(venueTime.milliseconds)}"#.utf8)
        let frame: [UInt8]
        if connections[index].session != nil {
            frame = Array(#"{"event":"#.utf8) + event + [UInt8(ascii: "}")]
        } else {
            frame = connections[index].isCombined ? Self.combined("!serverShutdown", event) : event
        }
        effects.append(.sendText(connections[index].peer, frame))
    }
}
