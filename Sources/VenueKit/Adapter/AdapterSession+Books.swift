internal import Fundamentals
internal import MarketModel

extension AdapterSession {
    // MARK: What comes whole

    /// - Parameter asOf: by our clock, when the message left the venue at the earliest as far as we know.
    mutating func hand(
        on event: MarketEvent, fromStream stream: Int?, asOf: Instant, at now: Instant,
        into output: inout SessionOutput
    ) {
        guard let slot = slot(of: event.market) else { return }
        switch event {
        case .snapshot(let market, let update):
            // Overtaken by a newer one; venues without ids leave it at zero.
            guard update.lastID == 0 || update.lastID >= markets[slot].lastBookID else { return }
            guard asOf >= markets[slot].bookAsOf else { return }
            if let stream { markets[slot].stream = stream }
            if let limit = ageLimit(slot), now - asOf >= limit { return }
            markets[slot].lastBookID = update.lastID
            markets[slot].hasBook = true
            markets[slot].bookAsOf = asOf
            output.events.append(.market(.snapshot(market, inOurTime(update, asOf: asOf))))
        case .delta(let market, let update):
            guard markets[slot].hasBook else { return }
            if let stream { markets[slot].stream = stream }
            markets[slot].lastBookID = max(markets[slot].lastBookID, update.lastID)
            output.events.append(.market(.delta(market, inOurTime(update, asOf: asOf))))
        case .touch(let market, let touch, let bookID, let venueTime):
            guard bookID == 0 || bookID > markets[slot].lastTouchID else { return }
            markets[slot].lastTouchID = bookID
            let ours = venueTime == .distantPast ? asOf : venueTime - clock.offset
            output.events.append(.market(.touch(market, touch, bookID: bookID, venueTime: ours)))
        case .trade(_, let trade):
            // Two connections in an overlap bring every print twice.
            guard trade.id.number > markets[slot].lastPrintID else { return }
            markets[slot].lastPrintID = trade.id.number
            output.events.append(.market(event))
        case .mark: output.events.append(.market(event))
        case .bookLost: bookLost(slot, into: &output)
        }
    }

    /// The age of a book is told by the venue's clock. Ours may drift from it without being wrong about anything else,
    /// and a fresh book must not look stale for it, or a stale one fresh. A book without a time is as old as its request.
    private func inOurTime(_ update: BookUpdate, asOf: Instant) -> BookUpdate {
        var update = update
        update.venueTime = update.venueTime == .distantPast ? asOf : update.venueTime - clock.offset
        return update
    }

    mutating func bookLost(_ slot: Int, into output: inout SessionOutput) {
        guard markets[slot].hasBook else { return }
        markets[slot].hasBook = false
        output.events.append(.market(.bookLost(markets[slot].id)))
    }

    // MARK: What is joined

    mutating func join(
        _ difference: BookDifference, _ stream: Int, _ id: StreamID, at now: Instant,
        into output: inout SessionOutput
    ) {
        guard let slot = slot(of: difference.market) else { return }
        markets[slot].stream = stream
        if markets[slot].sync.state == .lost { restartBook(slot, keeping: nil, at: now, into: &output) }
        let update = inOurTime(difference.update, asOf: now)
        switch markets[slot].sync.judge(update) {
        case .pass(let joined): output.events.append(.market(.delta(markets[slot].id, joined)))
        case .ignore: break
        case .gap:
            // A successor that runs ahead of the connection it replaces has no gap: that one still delivers.
            guard streams[stream].supervisor.role(of: id) == .current else { return }
            let symbol = markets[slot].market.symbol
            let text = "gap in \(symbol): \(update.previousID) after \(markets[slot].sync.lastID)"
            note(.warning, text, into: &output)
            if adapter.offers(.book(markets[slot].id)) {
                restartBook(slot, keeping: update, at: now, into: &output)
            } else {
                // Only a new connection brings a new snapshot.
                giveUp(stream, text, at: now, into: &output)
            }
        }
    }

    /// A snapshot that differences are joined to: asked for, or from the stream itself.
    mutating func join(
        _ snapshot: BookDifference, fromStream stream: Int?, at now: Instant, into output: inout SessionOutput
    ) {
        guard let slot = slot(of: snapshot.market) else { return }
        let update = inOurTime(snapshot.update, asOf: now)
        if let stream {
            markets[slot].stream = stream
            if markets[slot].sync.isSynchronized, markets[slot].sync.lastID == update.lastID { return }
            markets[slot].sync.restart()
        }
        guard markets[slot].sync.state == .buffering else { return }
        guard let behind = markets[slot].sync.seed(with: update) else {
            // Older than the stream's first event: another one, a little later.
            markets[slot].askForBookAt = now + bookPause(slot)
            return
        }
        markets[slot].bookAttempts = 0
        markets[slot].askForBookAt = nil
        markets[slot].hasBook = true
        markets[slot].bookAsOf = now
        output.events.append(.market(.snapshot(markets[slot].id, update)))
        for update in behind { output.events.append(.market(.delta(markets[slot].id, update))) }
    }

    /// What is known of the book is void: a new snapshot is asked for, and meanwhile changes are collected.
    mutating func restartBook(
        _ slot: Int, keeping update: BookUpdate?, at now: Instant, into output: inout SessionOutput
    ) {
        bookLost(slot, into: &output)
        switch markets[slot].source {
        case .poll: markets[slot].askForBookAt = now
        case .stream: break
        case .differences:
            markets[slot].sync.restart()
            if let update { _ = markets[slot].sync.judge(update) }
            if markets[slot].askForBookAt == nil { markets[slot].askForBookAt = now }
            readBooks(at: now, into: &output)
        }
    }

    // MARK: Asking

    /// Asks for the books that are due, and gives up those that are too old.
    mutating func readBooks(at now: Instant, into output: inout SessionOutput) {
        guard isReading, phase == .starting || phase == .ready else { return }
        for slot in markets.indices {
            if let limit = ageLimit(slot), now - markets[slot].bookAsOf >= limit, markets[slot].hasBook {
                note(.warning, "the book of \(markets[slot].market.symbol) is too old", into: &output)
                bookLost(slot, into: &output)
            }
            askForBook(slot, at: now, into: &output)
        }
    }

    /// Age at which a polled book is worth nothing; nil for others.
    private func ageLimit(_ slot: Int) -> TimeSpan? {
        if case .poll(let period) = markets[slot].source { max(configuration.bookLimit, period * 4) } else { nil }
    }

    private mutating func askForBook(_ slot: Int, at now: Instant, into output: inout SessionOutput) {
        let call = VenueCall.book(markets[slot].id)
        guard let due = markets[slot].askForBookAt, due <= now, !isAwaitingBook(slot, at: now), adapter.offers(call)
        else { return }
        switch send(call, at: now, into: &output) {
        case .sent:
            markets[slot].bookAskedAt = now
            markets[slot].askForBookAt = nil
            if case .poll(let period) = markets[slot].source {
                // By the timetable, unless that is missed altogether.
                markets[slot].askForBookAt = due + period > now ? due + period : now + period
            }
        case .wait(let until): markets[slot].askForBookAt = until
        case .impossible: markets[slot].askForBookAt = now + .seconds(1)
        }
    }

    /// One request at a time; but a reply that does not come must not keep a polled book waiting till its deadline.
    private func isAwaitingBook(_ slot: Int, at now: Instant) -> Bool {
        guard let askedAt = markets[slot].bookAskedAt else { return false }
        guard case .poll(let period) = markets[slot].source else { return true }
        return now - askedAt < max(period * 2, .seconds(1))
    }

    mutating func bookAnswered(_ market: MarketID, at now: Instant) {
        guard let slot = slot(of: market) else { return }
        markets[slot].bookAskedAt = nil
        if markets[slot].source.isPolled { markets[slot].bookAttempts = 0 }
    }

    mutating func bookFailed(_ market: MarketID, at now: Instant) {
        guard let slot = slot(of: market) else { return }
        markets[slot].bookAskedAt = nil
        guard markets[slot].source.isPolled || markets[slot].sync.state == .buffering else { return }
        let soon = now + bookPause(slot)
        markets[slot].askForBookAt = max(markets[slot].askForBookAt ?? soon, soon)
    }

    /// A snapshot is dear, so that a stubborn gap must not ask as fast as it can.
    private mutating func bookPause(_ slot: Int) -> TimeSpan {
        markets[slot].bookAttempts += 1
        var backoff = Backoff(first: .milliseconds(200), ceiling: .seconds(10))
        for _ in 1..<min(markets[slot].bookAttempts, 10) { _ = backoff.next(using: &random) }
        return backoff.next(using: &random)
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
