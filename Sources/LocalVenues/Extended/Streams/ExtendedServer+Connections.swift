internal import Exchange
public import Fundamentals
internal import MarketModel
public import Wire

extension ExtendedServer {
    public func refusal(ofStream request: HTTPRequest) -> HTTPResponse? {
        do throws(ExtendedError) {
            try checkHeaders(request)
            _ = try streamRequest(request)
            return nil
        } catch {
            return response(to: error)
        }
    }

    public mutating func streamOpened(
        _ peer: PeerID, _ request: HTTPRequest, at time: Instant, into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
        connections.removeAll { $0.peer == peer }
        do throws(ExtendedError) {
            let version: ExtendedConnection.Version
            var topic: ExtendedTopic?
            switch try streamRequest(request) {
            case .topic(let asked): (version, topic) = (.single, asked)
            case .rpc: version = .rpc
            }
            connections.append(ExtendedConnection(peer, version, leeway: configuration.leeway, at: now))
            if let topic { subscribe(connections.count - 1, topic, into: &effects) }
        } catch {
            effects.append(.close(peer, code: 1_008, reason: "no stream at this path"))
        }
    }

    public mutating func streamPong(_ peer: PeerID, at time: Instant, into effects: inout [ServerEffect]) {
        advance(to: time, into: &effects)
        guard let index = connections.firstIndex(where: { $0.peer == peer }) else { return }
        connections[index].pingedAt = nil
    }

    public mutating func streamClosed(_ peer: PeerID) {
        connections.removeAll { $0.peer == peer }
        noteListeners()
    }

    /// Books that nobody listens to any more are not followed.
    private mutating func noteListeners() {
        for index in feeds.indices {
            if feeds[index].isFollowed, !isHeard(MarketID(index), .full) { feeds[index].forget() }
            feeds[index].tellsBest = isHeard(MarketID(index), .best)
        }
    }

    // MARK: Subscriptions

    /// Adds a topic, in place of the same one from before, and sends what a listener must know first.
    mutating func subscribe(_ connection: Int, _ topic: ExtendedTopic, into effects: inout [ServerEffect]) {
        for market in markets.indices where topic.hears(MarketID(market), .full) {
            follow(MarketID(market), into: &effects)
        }
        unsubscribe(connection, topic)
        let name = name(of: topic)
        connections[connection].subscriptions.append(.init(topic: topic, name: name))
        noteListeners()
        for frame in opening(of: topic, connections[connection].version) {
            deliver(frame, to: connection, name, topic, into: &effects)
        }
    }

    mutating func unsubscribe(_ connection: Int, _ topic: ExtendedTopic) {
        connections[connection].subscriptions.removeAll { $0.topic == topic }
    }

    func isHeard(_ market: MarketID, _ depth: ExtendedTopic.Depth) -> Bool {
        connections.contains { $0.hears(market, depth) }
    }

    /// Who comes later must not be told what its snapshot shows already: changes that wait are sent first.
    private mutating func follow(_ market: MarketID, into effects: inout [ServerEffect]) {
        if feeds[market.index].isFollowed {
            publishDelta(market, into: &effects)
        } else {
            let book = exchange.book(market, depth: .max)
            feeds[market.index].follow(bids: book.bids, asks: book.asks, at: now)
        }
    }

    /// The first frames of a topic.
    private mutating func opening(
        of topic: ExtendedTopic, _ version: ExtendedConnection.Version
    ) -> [ExtendedFrame] {
        switch topic {
        case .book(let market, let depth):
            let chosen = market.map { [$0] } ?? markets.map(\.id)
            return chosen.map { depth == .full ? snapshot($0) : best($0) }
        case .trades(let market):
            // Replayed in version 2 only.
            guard version == .rpc else { return [] }
            let chosen = market.map { [$0] } ?? markets.map(\.id)
            return chosen.compactMap { market in
                let last = exchange.trades(market).suffix(50).map { ($0, false) }
                return last.isEmpty ? nil : trades(market, last)
            }
        case .account(let index): return accountSnapshots(index)
        case .funding, .prices, .candles: return []
        }
    }

    // MARK: Sending

    /// Sends a frame about one market, or one account, to everyone who listens.
    mutating func publish(_ frame: ExtendedFrame, _ topic: ExtendedTopic, into effects: inout [ServerEffect]) {
        for index in connections.indices {
            for subscription in connections[index].subscriptions where subscription.topic.includes(topic) {
                deliver(frame, to: index, subscription.name, topic, into: &effects)
            }
        }
    }

    /// Sends a frame to one connection.
    mutating func send(
        _ frame: ExtendedFrame, to peer: PeerID, _ subscription: ExtendedConnection.Subscription,
        into effects: inout [ServerEffect]
    ) {
        guard let index = connections.firstIndex(where: { $0.peer == peer }) else { return }
        deliver(frame, to: index, subscription.name, subscription.topic, into: &effects)
    }

    private mutating func deliver(
        _ frame: ExtendedFrame, to index: Int, _ name: String, _ topic: ExtendedTopic,
        into effects: inout [ServerEffect]
    ) {
        let peer = connections[index].peer
        if strikes(topic.isAccount ? .accountSilence : .marketSilence, name) {
            connections[index].silentUntil = now + chaos.silence
        }
        guard connections[index].silentUntil <= now else {
            // A book that missed changes must not go on as if there had been none: its numbers tell.
            if topic.isBook { _ = connections[index].takeNumber() }
            return
        }
        if strikes(.disconnect, name) {
            connections[index].silentUntil = .distantFuture
            effects.append(.abort(peer))
            return
        }
        // A loss inside the venue is not numbered; one on the way to the client is.
        if topic.isAccount, strikes(.accountEventDropped, name) { return }
        let bytes = frame.bytes(connections[index].takeNumber(), connections[index].version, name)
        let isDelta = topic.isBook && frame.type == "DELTA"
        if isDelta, strikes(.bookGap, name) { return }
        if topic.isAccount ? strikes(.accountEventDelayed, name) : isDelta && strikes(.bookReordered, name) {
            delayed.insert(.sendText(peer, bytes), due: now + max(chaos.eventDelay, .zero))
        } else {
            effects.append(.sendText(peer, bytes))
        }
        if topic.isAccount ? strikes(.accountEventDuplicated, name) : isDelta && strikes(.bookDuplicated, name) {
            effects.append(.sendText(peer, bytes))
        }
    }
}
