internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

extension AsterSession {
    mutating func marketText(
        _ id: StreamID, _ bytes: [UInt8], at now: Instant, into output: inout SessionOutput
    ) {
        let event: MarketEvent?
        do throws(AsterDecodeError) { event = try marketDecoder.decode(bytes) } catch {
            remarkOnce("unreadable public message, \(error.place): \(error.reason)", .warning, into: &output)
            return
        }
        guard let event, let slot = slot(of: event.market) else { return }
        marketStream.sign(on: id, at: now)
        markets[slot].lastData = now
        switch event {
        case .snapshot(_, let update): complete(slot, inOurTime(update), into: &output)
        case .delta(_, let update): changes(slot, inOurTime(update), from: id, at: now, into: &output)
        case .touch(_, let touch, let bookID, let venueTime):
            guard bookID > markets[slot].lastTouchID else { return }
            markets[slot].lastTouchID = bookID
            if markets[slot].sync.isSynchronized, bookID > markets[slot].sync.lastID {
                markets[slot].touchAheadSince = markets[slot].touchAheadSince ?? now
            }
            let ours = venueTime - clock.offset
            output.events.append(.market(.touch(markets[slot].id, touch, bookID: bookID, venueTime: ours)))
        case .trade(_, let trade):
            // Two connections in an overlap bring every print twice.
            guard trade.id.number > markets[slot].lastPrintID else { return }
            markets[slot].lastPrintID = trade.id.number
            output.events.append(.market(event))
        case .mark: output.events.append(.market(event))
        case .bookLost: break
        }
    }

    // MARK: Depth

    /// The age of a book is told by the venue's clock. Ours may drift from it by seconds in days without being wrong
    /// about anything else, and a fresh book must not look stale for it, or a stale one fresh.
    private func inOurTime(_ update: BookUpdate) -> BookUpdate {
        var update = update
        update.venueTime = update.venueTime - clock.offset
        return update
    }

    /// A message of `depth<N>`: whole in itself, only its order matters.
    private mutating func complete(_ slot: Int, _ update: BookUpdate, into output: inout SessionOutput) {
        guard update.lastID > markets[slot].sync.lastID else { return }
        _ = markets[slot].sync.seed(with: update)
        markets[slot].touchAheadSince = nil
        markets[slot].hasBook = true
        output.events.append(.market(.snapshot(markets[slot].id, update)))
    }

    private mutating func changes(
        _ slot: Int, _ update: BookUpdate, from id: StreamID, at now: Instant, into output: inout SessionOutput
    ) {
        switch markets[slot].sync.judge(update) {
        case .pass(let joined):
            markets[slot].touchAheadSince = nil
            output.events.append(.market(.delta(markets[slot].id, joined)))
        case .ignore: break
        case .gap:
            // A successor that runs ahead of the connection it replaces has no gap: that one still delivers.
            guard marketStream.role(of: id) == .current else { return }
            output.notes.append(
                SessionNote(
                    .warning,
                    "gap in \(symbols[slot]): pu \(update.previousID) after \(markets[slot].sync.lastID)"))
            resynchronize(slot, keeping: update, at: now, into: &output)
        }
    }

    private mutating func resynchronize(
        _ slot: Int, keeping update: BookUpdate?, at now: Instant, into output: inout SessionOutput
    ) {
        bookLost(slot, into: &output)
        markets[slot].sync.restart()
        markets[slot].touchAheadSince = nil
        if let update { _ = markets[slot].sync.judge(update) }
        markets[slot].askForDepthAt = now
        askForDepth(at: now, into: &output)
    }

    mutating func bookLost(_ slot: Int, into output: inout SessionOutput) {
        guard markets[slot].hasBook else { return }
        markets[slot].hasBook = false
        output.events.append(.market(.bookLost(markets[slot].id)))
    }

    // MARK: Snapshots

    mutating func askForDepth(at now: Instant, into output: inout SessionOutput) {
        guard configuration.depth == .changes, marketStream.isOpen else { return }
        for slot in markets.indices {
            guard let at = markets[slot].askForDepthAt, at <= now, !markets[slot].isAskingForDepth else { continue }
            switch send(.depth(slot), at: now, into: &output) {
            case .sent:
                markets[slot].askForDepthAt = nil
                markets[slot].isAskingForDepth = true
            case .wait(let until): markets[slot].askForDepthAt = until
            }
        }
    }

    mutating func acceptDepth(
        _ slot: Int, _ body: JSONValue, at now: Instant, into output: inout SessionOutput
    ) throws(AsterDecodeError) {
        markets[slot].isAskingForDepth = false
        guard let instrument = markets[slot].instrument, markets[slot].sync.state == .buffering else { return }
        let snapshot = inOurTime(try AsterReplies.depth(body, instrument))
        guard let behind = markets[slot].sync.seed(with: snapshot) else {
            // Older than the stream's first event: another one, a little later.
            markets[slot].askForDepthAt = now + depthPause(slot)
            return
        }
        markets[slot].depthAttempts = 0
        markets[slot].hasBook = true
        output.events.append(.market(.snapshot(markets[slot].id, snapshot)))
        for update in behind { output.events.append(.market(.delta(markets[slot].id, update))) }
    }

    mutating func depthFailed(_ slot: Int, at now: Instant) {
        markets[slot].isAskingForDepth = false
        guard markets[slot].sync.state == .buffering else { return }
        markets[slot].askForDepthAt = now + depthPause(slot)
    }

    /// A snapshot weighs 20 of 2,400 a minute, so a stubborn gap must not ask as fast as it can.
    private mutating func depthPause(_ slot: Int) -> TimeSpan {
        markets[slot].depthAttempts += 1
        var backoff = Backoff(first: .milliseconds(200), ceiling: .seconds(10))
        for _ in 1..<min(markets[slot].depthAttempts, 10) { _ = backoff.next(using: &random) }
        return backoff.next(using: &random)
    }

    // MARK: Watchdogs

    /// A market is alive by its data, not by pings: the mark price comes every second, however quiet the book is.
    mutating func watchBooks(at now: Instant, into output: inout SessionOutput) {
        askForDepth(at: now, into: &output)
        guard marketStream.isOpen, let id = marketStream.current else { return }
        for slot in markets.indices {
            let silence = now - markets[slot].lastData
            if silence >= configuration.marketSilence {
                abandonMarketStream(id, "nothing about \(symbols[slot])", at: now, into: &output)
                return
            }
            if let since = markets[slot].touchAheadSince, now - since >= configuration.marketSilence {
                abandonMarketStream(id, "the depth of \(symbols[slot]) is mute", at: now, into: &output)
                return
            }
        }
    }

    private mutating func abandonMarketStream(
        _ id: StreamID, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        output.commands.append(.closeStream(id))
        streamClosed(id, reason, at: now, into: &output)
    }
}

extension MarketEvent {
    var market: MarketID {
        switch self {
        case .snapshot(let id, _), .delta(let id, _), .touch(let id, _, _, _), .trade(let id, _),
            .mark(let id, _, _, _), .bookLost(let id):
            id
        }
    }
}
