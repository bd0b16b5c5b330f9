public import Fundamentals
internal import MarketModel
internal import Wire

extension AsterServer {
    /// Whether a WebSocket may be opened on that path: `/ws`, `/ws/<stream>`, `/stream`, `/stream?streams=a/b`.
    public func admitsStream(target: String) -> Bool { route(target) != nil }

    /// A WebSocket was opened.
    public mutating func streamOpened(
        _ peer: PeerID, target: String, at time: Instant, into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
        guard let (category, names, isCombined) = route(target) else {
            effects.append(.close(peer, code: 1_008, reason: "no stream at this path"))
            return
        }
        removeConnection(peer)
        guard names.count <= configuration.limits.streamsPerConnection else {
            effects.append(.close(peer, code: 1_008, reason: "too many streams"))
            return
        }
        connections.append(
            StreamConnection(
                peer, isCombined: isCombined, category: category, leeway: configuration.leeway, at: now))
        for name in names { subscribe(connections.count - 1, name) }
    }

    /// The client sent a pong, asked for or not.
    public mutating func streamPong(_ peer: PeerID, at time: Instant, into effects: inout [ServerEffect]) {
        advance(to: time, into: &effects)
        guard let index = connections.firstIndex(where: { $0.peer == peer }) else { return }
        connections[index].lastPong = now
    }

    /// The client is gone.
    public mutating func streamClosed(_ peer: PeerID) { removeConnection(peer) }

    /// Binance's paths begin with a category since its streams were divided; those without one are mute.
    private func route(_ target: String) -> (category: StreamCategory, names: [String], isCombined: Bool)? {
        guard configuration.dialect == .binanceFutures else {
            return Self.streamNames(target).map { (.any, $0.names, $0.isCombined) }
        }
        let categories: [(path: String, category: StreamCategory)] = [
            ("/public", .books), ("/market", .market), ("/private", .user),
        ]
        for (path, category) in categories where target.hasPrefix(path + "/") {
            guard let (names, isCombined) = Self.streamNames(String(target.dropFirst(path.utf8.count))) else {
                return nil
            }
            let keys = category == .user ? Self.listenKeys(target) : []
            return (category, names + keys, isCombined)
        }
        return Self.streamNames(target).map { (.mute, $0.names, $0.isCombined) }
    }

    /// `/private/ws?listenKey=…`
    private static func listenKeys(_ target: String) -> [String] {
        guard let fields = try? FormFields.parse(split(target).query), let key = fields["listenKey"] else { return [] }
        return [key]
    }

    private static func streamNames(_ target: String) -> (names: [String], isCombined: Bool)? {
        let (path, query) = split(target)
        if path == "/ws" || path == "/ws/" { return ([], false) }
        if path.hasPrefix("/ws/") {
            return (path.dropFirst(4).split(separator: "/").map(String.init), false)
        }
        guard path == "/stream" || path == "/stream/" else { return nil }
        guard !query.isEmpty else { return ([], true) }
        do throws(WireError) {
            let streams = try FormFields.parse(query)["streams"] ?? ""
            return (streams.split(separator: "/").map(String.init), true)
        } catch {
            return nil
        }
    }

    // MARK: Subscriptions

    mutating func subscribe(_ connection: Int, _ name: String) {
        guard !connections[connection].subscriptions.contains(where: { $0.name == name }) else { return }
        // A stream of another category is acknowledged, and never sent.
        let found = stream(named: name).flatMap { connections[connection].category.admits($0) ? $0 : nil }
        connections[connection].subscriptions.append(.init(name: name, stream: found))
        if let found { retain(found) }
    }

    mutating func unsubscribe(_ connection: Int, _ name: String) {
        guard let index = connections[connection].subscriptions.firstIndex(where: { $0.name == name }) else { return }
        if let stream = connections[connection].subscriptions.remove(at: index).stream { release(stream) }
    }

    private mutating func retain(_ stream: AsterStream) {
        if let index = streams.firstIndex(where: { $0.stream == stream }) {
            streams[index].subscribers += 1
            return
        }
        var state = StreamState(stream, bookID: 0)
        state.subscribers = 1
        switch stream {
        case .depth(let market, _): state.depth.previousID = markets[market.index].updateID
        case .aggregateTrades(let market): state.lastAggregate = markets[market.index].aggregates.last?.id ?? 0
        case .mark, .allMarks: state.touch(at: now)
        case .candles(_, let interval):
            state.lastOpen = interval.open(at: now)
            state.touch(at: now)
        case .miniTicker, .ticker, .allMiniTickers, .allTickers: state.touch(at: now)
        case .top: state.touch(at: now)
        case .touch, .allTouches, .liquidations, .allLiquidations, .signedTrades, .user: break
        }
        streams.append(state)
    }

    private mutating func release(_ stream: AsterStream) {
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
    mutating func publish(_ stream: AsterStream, _ payload: [UInt8], into effects: inout [ServerEffect]) {
        var index = 0
        while index < connections.count {
            let connection = connections[index]
            for subscription in connection.subscriptions where subscription.stream == stream {
                var frame = payload
                if connection.isCombined {
                    var json = JSONWriter()
                    json.string(subscription.name)
                    frame = Array(#"{"stream":"#.utf8) + json.bytes + Array(#","data":"#.utf8) + payload + [0x7D]
                }
                deliver(frame, to: index, isUser: stream.isUser, label: subscription.name, into: &effects)
            }
            index += 1
        }
    }

    private mutating func deliver(
        _ frame: [UInt8], to index: Int, isUser: Bool, label: String, into effects: inout [ServerEffect]
    ) {
        let peer = connections[index].peer
        if strikes(isUser ? .userSilence : .marketSilence, label) {
            connections[index].silentUntil = now + chaos.silence
        }
        guard connections[index].silentUntil <= now else { return }
        if strikes(.disconnect, label) {
            connections[index].silentUntil = .distantFuture
            effects.append(.abort(peer))
            return
        }
        guard isUser else {
            effects.append(.sendText(peer, frame))
            return
        }
        if strikes(.userEventDropped, label) { return }
        if strikes(.userEventDelayed, label) {
            delay(.sendText(peer, frame), by: chaos.eventDelay)
        } else {
            effects.append(.sendText(peer, frame))
        }
        if strikes(.userEventDuplicated, label) { effects.append(.sendText(peer, frame)) }
    }

    // MARK: Upkeep

    /// Pings, and the end of connections that are too old or no longer answer.
    mutating func keepConnections(into effects: inout [ServerEffect]) {
        for connection in connections where connection.closesAt <= now {
            effects.append(.close(connection.peer, code: 1_001, reason: "the connection reached its maximum age"))
            removeConnection(connection.peer)
        }
        let timeout = configuration.leeway.pongTimeout
        for connection in connections where connection.lastPong + timeout <= now {
            effects.append(.close(connection.peer, code: 1_008, reason: "no pong"))
            removeConnection(connection.peer)
        }
        for index in connections.indices where connections[index].nextPing <= now {
            effects.append(.ping(connections[index].peer))
            connections[index].nextPing = connections[index].nextPing + configuration.leeway.pingInterval
        }
    }

    /// A key that died is told once; its connections stay open and mute.
    mutating func expireListenKeys(into effects: inout [ServerEffect]) {
        for index in accounts.indices {
            guard let key = accounts[index].listenKey, key.expiresAt <= now else { continue }
            var json = JSONWriter()
            json.beginObject()
            json.member("e", "listenKeyExpired")
            json.member("E", venueTime.milliseconds)
            json.member("listenKey", key.text)
            json.endObject()
            publish(.user(index, key: key.text), json.bytes, into: &effects)
            accounts[index].listenKey = nil
        }
    }
}
