internal import Fundamentals
internal import MarketModel
internal import VenueKit

extension ExtendedSession {
    // MARK: Opening and closing

    func feed(of id: StreamID) -> Int? { feeds.firstIndex { $0.supervisor.current == id } }

    mutating func superviseStreams(at now: Instant, into output: inout SessionOutput) {
        for feed in feeds.indices {
            if let demand = feeds[feed].supervisor.demand(at: now) { serve(feed, demand, at: now, into: &output) }
            watch(feed, at: now, into: &output)
        }
        watchEcho(at: now, into: &output)
    }

    private mutating func serve(
        _ feed: Int, _ demand: StreamSupervisor.Demand, at now: Instant, into output: inout SessionOutput
    ) {
        switch demand {
        case .open:
            // Stopped for good: what is open may still tell of fills, but nothing is asked for any more.
            if case .dead = phase { return }
            guard now >= feeds[feed].notBefore else { return }
            streamNumber += 1
            let id = StreamID(streamNumber)
            feeds[feed].supervisor.opening(id, at: now)
            let headers = feeds[feed].kind == .account ? signer.streamHeaders : ExtendedSigner.openHeaders
            output.commands.append(.openStream(id, target: feeds[feed].target, headers: headers))
        case .abandon(let id, let reason): give(up: id, reason, at: now, into: &output)
        // No connection is replaced by age.
        case .openSuccessor, .close: break
        }
    }

    mutating func give(up id: StreamID, _ reason: String, at now: Instant, into output: inout SessionOutput) {
        output.commands.append(.closeStream(id))
        streamClosed(id, reason, at: now, into: &output)
    }

    /// As `give(up:)`, for a connection whose frames cannot be used.
    mutating func distrust(
        _ id: StreamID, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        if let feed = feed(of: id) { feeds[feed].distrust(at: now) }
        give(up: id, reason, at: now, into: &output)
    }

    mutating func streamOpened(_ id: StreamID, at now: Instant, into output: inout SessionOutput) {
        guard let feed = feed(of: id) else {
            output.commands.append(.closeStream(id))
            return
        }
        guard feeds[feed].supervisor.opened(id, at: now) else { return }
        feeds[feed].sequence = 0
        feeds[feed].lastData = now
        if feeds[feed].kind == .account { beginReconciliation(at: now, into: &output) }
    }

    mutating func streamClosed(
        _ id: StreamID, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        guard let feed = feed(of: id), feeds[feed].supervisor.lost(id, at: now, using: &random) else { return }
        let kind = feeds[feed].kind
        let name = kind.slot.map { " of \(symbols[$0])" } ?? ""
        output.notes.append(SessionNote(.warning, "\(kind) stream\(name) lost: \(reason)"))
        switch kind {
        case .account: privateStreamIsDown(into: &output)
        case .book(let slot): bookLost(slot, into: &output)
        case .trades, .mark, .funding: break
        }
    }

    mutating func streamText(_ id: StreamID, _ bytes: [UInt8], at now: Instant, into output: inout SessionOutput) {
        guard let feed = feed(of: id) else { return }
        feeds[feed].supervisor.sign(on: id, at: now)
        feeds[feed].lastData = now
        if feeds[feed].kind == .account {
            accountText(id, bytes, at: now, into: &output)
        } else {
            marketText(feed, id, bytes, at: now, into: &output)
        }
    }

    /// Pings prove that the line is up, data that the stream is.
    private mutating func watch(_ feed: Int, at now: Instant, into output: inout SessionOutput) {
        guard let limit = feeds[feed].dataLimit, feeds[feed].supervisor.isOpen, now - feeds[feed].lastData >= limit,
            let id = feeds[feed].supervisor.current
        else { return }
        give(up: id, "no data for \(limit.nanoseconds / 1_000_000_000) s", at: now, into: &output)
    }

    // MARK: Standstill

    /// The process stood still (suspended, starved, stopped): what the streams hold is old, the switch may have fired.
    /// All are opened anew, and nothing is quoted before orders, fills and position have been asked for.
    mutating func noticeStandstill(at now: Instant, into output: inout SessionOutput) {
        let pause = lastCall == .distantPast ? TimeSpan.zero : now - lastCall
        lastCall = max(now, lastCall)
        guard phase == .ready, pause >= configuration.standstill else { return }
        for feed in feeds.indices {
            guard let id = feeds[feed].supervisor.current else { continue }
            give(up: id, "stood still for \(pause.milliseconds) ms", at: now, into: &output)
        }
    }

    // MARK: Account stream

    private mutating func accountText(
        _ id: StreamID, _ bytes: [UInt8], at now: Instant, into output: inout SessionOutput
    ) {
        var updates: [ExtendedAccountUpdate] = []
        let frame = ExtendedAccountDecoder(instruments: instruments).decode(bytes, into: &updates)
        if let stamp = frame.sentAt, clock.record(stamp: stamp, at: now) { noteStep(into: &output) }
        let asOf = min(now, (frame.sentAt ?? venueTime(now)) - clock.offset)
        for update in updates { take(update, asOf: asOf, at: now, into: &output) }
        guard let number = frame.sequence else { return }
        switch feeds[0].continuity(number) {
        case .next: feeds[0].sequence = number
        // What it says was taken in all the same: states only move forward, and trades are known by their ids.
        case .old: break
        case .gap:
            distrust(id, "gap: frame \(number) after \(feeds[0].sequence)", at: now, into: &output)
        }
    }

    private mutating func take(
        _ update: ExtendedAccountUpdate, asOf: Instant, at now: Instant, into output: inout SessionOutput
    ) {
        switch update {
        case .order(let row):
            index.record(row.orderID, as: row.venueOrderID)
            guard let id = row.orderID else { return }
            echo.hear(id)
            see(row, at: now, into: &output)
        case .fill(let row):
            if row.orderID == nil, index.owner(of: row.fill.venueOrderID) == .unknown {
                // Whose it is has to be asked for; the history tells it once that is known.
                fetchFills(at: now, into: &output)
            } else {
                book(row, into: &output)
            }
        case .position(let row):
            output.events.append(
                .account(
                    .position(row.market, row.quantity, entryPrice: row.entryPrice, asOf: asOf, mark: row.markPrice)))
        case .balance(let row):
            output.events.append(.account(.balance(wallet: row.wallet, available: row.available, asOf: asOf)))
        case .remark(let text): remarkOnce(text, into: &output)
        case .unreadable(let error):
            output.notes.append(
                SessionNote(.error, "unreadable account message, \(error.place): \(error.reason)"))
            // It may have been a fill: what it would have said is fetched.
            guard phase == .ready, !board.contains(.reconcile) else { return }
            poll(.markets, at: now, into: &output)
            beginReconciliation(at: now, into: &output)
        }
    }

    /// What the venue says about an order of ours, on the stream or in a reply.
    mutating func see(_ row: ExtendedOrderUpdate, at now: Instant, into output: inout SessionOutput) {
        guard let id = row.orderID, let slot = slot(of: row.market) else { return }
        index.record(id, as: row.venueOrderID)
        if let sighting = ExtendedOrderTable.Sighting(row) {
            orders.see(sighting, slot: slot, at: now, into: &findings)
            report(into: &output)
        } else {
            output.events.append(.account(.unresolved(id.client, id.revision == 0 ? .place : .amend)))
            remarkOnce("an order has a status of an unknown name: to be asked for", .warning, into: &output)
        }
    }

    private mutating func privateStreamIsDown(into output: inout SessionOutput) {
        echo.forgive()
        board.remove(.reconcile)
        if sight.down(isReady: phase == .ready) { output.events.append(.status(.privateStreamDown)) }
    }

    mutating func privateStreamIsUp(into output: inout SessionOutput) {
        if sight.up() { output.events.append(.status(.privateStreamUp)) }
    }

    mutating func expectEcho(of id: ExtendedOrderID, at now: Instant) {
        if feeds[0].supervisor.isOpen { echo.expect(id, at: now) }
    }

    private mutating func watchEcho(at now: Instant, into output: inout SessionOutput) {
        guard let id = feeds[0].supervisor.current, let silent = echo.overdue(at: now) else { return }
        give(up: id, "silent about \(silent)", at: now, into: &output)
    }
}
