internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

/// What streams do because time passed.
extension ExtendedServer {
    private static let candleBeat = TimeSpan.seconds(1)

    /// When `workStreams` next has something to do.
    var streamsDue: Instant {
        var due = candlesDue
        for connection in connections { due = min(due, connection.due(configuration.leeway)) }
        for feed in feeds { due = min(due, feed.due) }
        return due
    }

    mutating func workStreams(into effects: inout [ServerEffect]) {
        for index in feeds.indices where feeds[index].due <= now { beat(MarketID(index), into: &effects) }
        if candlesDue <= now { publishCandles(into: &effects) }
        keepConnections(into: &effects)
    }

    private mutating func beat(_ market: MarketID, into effects: inout [ServerEffect]) {
        let index = market.index
        if feeds[index].deltaDue <= now { publishDelta(market, into: &effects) }
        if feeds[index].snapshotDue <= now {
            publishDelta(market, into: &effects)
            feeds[index].clearSnapshot(at: now)
            publish(snapshot(market), .book(market, .full), into: &effects)
        }
        if feeds[index].bestDue <= now {
            feeds[index].clearBest()
            let book = exchange.book(market, depth: 1)
            let best = ExtendedBookFeed.Best(bid: book.bids.first, ask: book.asks.first)
            guard best != feeds[index].lastBest else { return }
            feeds[index].lastBest = best
            if isHeard(market, .best) { publish(self.best(market), .book(market, .best), into: &effects) }
        }
    }

    /// What changed since the last delta; nothing where nothing did.
    mutating func publishDelta(_ market: MarketID, into effects: inout [ServerEffect]) {
        let changes = feeds[market.index].drain()
        guard !changes.bids.isEmpty || !changes.asks.isEmpty else { return }
        publish(bookFrame("DELTA", market, changes.bids, changes.asks), .book(market, .full), into: &effects)
    }

    // MARK: Candles

    private var candlesDue: Instant {
        let isHeard = connections.contains { connection in
            connection.subscriptions.contains { if case .candles = $0.topic { true } else { false } }
        }
        guard isHeard else { return .distantFuture }
        return candlesToldAt + Self.candleBeat
    }

    private mutating func publishCandles(into effects: inout [ServerEffect]) {
        candlesToldAt = now
        for connection in connections {
            for subscription in connection.subscriptions {
                guard case .candles(let market, let source, let interval, _) = subscription.topic,
                    let candle = markets[market.index].series(source)
                        .candle(interval, openedAt: interval.open(at: now))
                else { continue }
                let frame = frame("", "CANDLES") { json in
                    json.beginArray()
                    write(candle, source, markets[market.index].instrument, &json)
                    json.endArray()
                }
                send(frame, to: connection.peer, subscription, into: &effects)
            }
        }
    }

    // MARK: Upkeep

    /// Pings, and the end of connections that no longer answer.
    private mutating func keepConnections(into effects: inout [ServerEffect]) {
        let timeout = configuration.leeway.pongTimeout
        for connection in connections where connection.pingedAt.map({ $0 + timeout <= now }) ?? false {
            effects.append(.close(connection.peer, code: 1_008, reason: "no pong"))
            streamClosed(connection.peer)
        }
        for index in connections.indices where connections[index].nextPing <= now {
            connections[index].nextPing = connections[index].nextPing + configuration.leeway.pingInterval
            guard connections[index].silentUntil <= now else { continue }
            effects.append(.ping(connections[index].peer))
            connections[index].pingedAt = connections[index].pingedAt ?? now
        }
    }
}
