internal import Fundamentals
internal import MarketModel
internal import VenueKit

extension ExtendedSession {
    mutating func marketText(
        _ feed: Int, _ id: StreamID, _ bytes: [UInt8], at now: Instant, into output: inout SessionOutput
    ) {
        marketEvents.removeAll(keepingCapacity: true)
        let frame: ExtendedMarketFrame
        do throws(VenueDecodeError) { frame = try marketDecoder.decode(bytes, into: &marketEvents) } catch {
            let text = "unreadable public message, \(error.place): \(error.reason)"
            // A book with a hole is worth nothing; the others go on with the next frame.
            if case .book = feeds[feed].kind {
                distrust(id, text, at: now, into: &output)
            } else {
                remarkOnce(text, .warning, into: &output)
            }
            return
        }
        if let stamp = frame.sentAt, clock.record(stamp: stamp, at: now) { noteStep(into: &output) }
        switch follow(feed, frame, id, at: now, into: &output) {
        case .next: break
        case .old, .gap: return
        }
        for event in marketEvents { hand(on: event, from: feed, id, at: now, into: &output) }
    }

    /// Holds the frames of a connection to their numbers.
    private mutating func follow(
        _ feed: Int, _ frame: ExtendedMarketFrame, _ id: StreamID, at now: Instant, into output: inout SessionOutput
    ) -> ExtendedFeed.Continuity {
        guard let number = frame.sequence, feeds[feed].sequence > 0 else {
            feeds[feed].sequence = frame.sequence ?? feeds[feed].sequence
            return .next
        }
        let continuity = feeds[feed].continuity(number)
        if case .book = feeds[feed].kind, continuity != .next {
            // There is no way to ask for what is missing, or for a new snapshot, but a new connection.
            distrust(id, "gap: frame \(number) after \(feeds[feed].sequence)", at: now, into: &output)
            return .gap
        }
        if continuity == .old { return .old }
        feeds[feed].sequence = number
        return .next
    }

    private mutating func hand(
        on event: MarketEvent, from feed: Int, _ id: StreamID, at now: Instant, into output: inout SessionOutput
    ) {
        switch event {
        case .snapshot(let market, let update):
            guard let slot = slot(of: market), isOpen(slot) else { return }
            markets[slot].hasBook = true
            output.events.append(.market(.snapshot(market, inOurTime(update))))
        case .delta(let market, let update):
            guard let slot = slot(of: market), isOpen(slot) else { return }
            // The first frame of a connection has to be a snapshot.
            guard markets[slot].hasBook else {
                return distrust(id, "changes without a snapshot", at: now, into: &output)
            }
            output.events.append(.market(.delta(market, inOurTime(update))))
        case .trade(let market, let trade):
            // The stream begins with trades that were there before.
            guard let slot = slot(of: market), trade.id > markets[slot].lastPrintID ?? TradeID(.min) else { return }
            markets[slot].lastPrintID = trade.id
            output.events.append(.market(event))
        case .mark: tellMark(event, at: now, into: &output)
        case .touch, .bookLost: break
        }
    }

    mutating func tellMark(_ event: MarketEvent, at now: Instant, into output: inout SessionOutput) {
        guard case .mark(let market, let price, let rate, let next) = event, let slot = slot(of: market) else { return }
        markets[slot].mark = price
        // Told once a minute: at the full hour it is behind us for a while.
        let venueNow = venueTime(now)
        let nextFunding = next > venueNow ? next : nextHour(after: venueNow)
        output.events.append(.market(.mark(market, price: price, fundingRate: rate, nextFunding: nextFunding)))
    }

    /// A market in which orders would be refused gives no book, so that nothing is quoted.
    private func isOpen(_ slot: Int) -> Bool { markets[slot].market?.status == .active }

    /// The age of a book is told by the venue's clock. Ours may drift from it without being wrong about anything else,
    /// and a fresh book must not look stale for it, or a stale one fresh.
    private func inOurTime(_ update: BookUpdate) -> BookUpdate {
        var update = update
        update.venueTime = update.venueTime - clock.offset
        return update
    }

    mutating func bookLost(_ slot: Int, into output: inout SessionOutput) {
        guard markets[slot].hasBook else { return }
        markets[slot].hasBook = false
        output.events.append(.market(.bookLost(markets[slot].id)))
    }

    mutating func reopenBook(
        _ slot: Int, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        bookLost(slot, into: &output)
        guard let feed = feeds.first(where: { $0.kind == .book(slot) }), let id = feed.supervisor.current else {
            return
        }
        give(up: id, reason, at: now, into: &output)
    }
}
