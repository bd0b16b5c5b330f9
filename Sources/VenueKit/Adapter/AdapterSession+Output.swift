internal import Fundamentals
internal import MarketModel

extension AdapterSession {
    /// Hands on what the adapter found in a reply.
    mutating func absorb(
        _ found: AdapterOutput, from entry: inout Entry, at now: Instant, into output: inout SessionOutput
    ) {
        let call = entry.purpose.call
        if let time = found.venueTime { compareClocks(time, sentAt: entry.sentAt, at: now, into: &output) }
        for usage in found.usage {
            budget.observe(
                usage.measure, per: usage.window, used: usage.used, sentAt: venueTime(entry.sentAt),
                at: venueTime(now))
        }
        entry.purpose.settled += found.acknowledged
        if case .openOrders(let market, _) = call, let slot = slot(of: market) { markets[slot].found += found.found }
        for event in found.events {
            switch event {
            case .account(.openOrders(let market, let reports, _)):
                // One list of several pages: told when it is complete.
                guard case .openOrders(market, _) = call, let slot = slot(of: market) else {
                    output.events.append(event)
                    continue
                }
                markets[slot].resting += reports
            // Told by the session, once all pages are here.
            case .account(.fillsComplete): break
            case .account(let account):
                settle(account, in: &entry.purpose)
                hand(on: account, isFromStream: false, at: now, into: &output)
            case .market(let event):
                hand(on: event, fromStream: nil, asOf: entry.sentAt, at: now, into: &output)
            case .status(let status, _): hand(on: status, at: now, into: &output)
            }
        }
        for snapshot in found.snapshots { join(snapshot, fromStream: nil, at: now, into: &output) }
        absorbRest(found, at: now, into: &output)
        if case .place(let placements) = call {
            for placement in placements where isAccepted(placement.id, in: found) { expectEcho(placement.id, at: now) }
        }
    }

    /// Hands on what the adapter found in a frame, or wants to say on a connection that opened.
    mutating func absorb(
        _ found: AdapterOutput, fromStream stream: Int, _ id: StreamID, at now: Instant,
        into output: inout SessionOutput
    ) {
        for frame in found.frames { output.commands.append(.sendText(id, frame)) }
        for event in found.events {
            switch event {
            case .account(let account): hand(on: account, isFromStream: true, at: now, into: &output)
            case .market(let event): hand(on: event, fromStream: stream, asOf: now, at: now, into: &output)
            case .status(let status, _): hand(on: status, at: now, into: &output)
            }
        }
        for snapshot in found.snapshots { join(snapshot, fromStream: stream, at: now, into: &output) }
        for difference in found.differences { join(difference, stream, id, at: now, into: &output) }
        absorbRest(found, at: now, into: &output)
        if found.isSubscribed { subscribed(stream, id, at: now, into: &output) }
        if let ending = found.ending { ends(id, of: stream, ending, at: now, into: &output) }
    }

    private mutating func ends(
        _ id: StreamID, of stream: Int, _ ending: StreamEnding, at now: Instant, into output: inout SessionOutput
    ) {
        switch ending {
        case .soon: if streams[stream].supervisor.role(of: id) == .current { streams[stream].supervisor.renew(at: now) }
        case .over:
            output.commands.append(.closeStream(id))
            streamClosed(id, "the venue ended it", at: now, into: &output)
        }
    }

    private mutating func absorbRest(_ found: AdapterOutput, at now: Instant, into output: inout SessionOutput) {
        output.notes.append(contentsOf: found.notes)
        for call in found.calls { make(call, at: now, into: &output) }
    }

    /// A call that the adapter asked for by itself.
    private mutating func make(_ call: VenueCall, at now: Instant, into output: inout SessionOutput) {
        switch call {
        case .time:
            guard !isClockSuspect, adapter.offers(.time) else { return }
            isClockSuspect = true
            clock.distrust()
            remarkOnce("the venue refused a request for its time: clock offset measured anew", .warning, into: &output)
            submit(.time, at: now, into: &output)
        case .openOrders(let market, _):
            if let slot = tradedSlot(of: market) { markets[slot].pollAt = min(markets[slot].pollAt, now) }
        case .fills(let market, _, _):
            if let slot = tradedSlot(of: market) { fetchFills(slot, at: now, into: &output) }
        // Only the engine asks for these.
        case .place, .cancel: break
        case .rules, .accountMode, .book, .balances, .order, .cancelAll, .streamKey, .countdown:
            if !isPending({ $0 == call }) { submit(call, at: now, into: &output) }
        }
    }

    private mutating func compareClocks(
        _ venueTime: Instant, sentAt: Instant, at now: Instant, into output: inout SessionOutput
    ) {
        guard clock.record(venueTime: venueTime, sentAt: sentAt, receivedAt: now) else { return }
        note(.warning, "a clock stepped: offset to the venue measured anew", into: &output)
    }

    private mutating func hand(on status: VenueStatus, at now: Instant, into output: inout SessionOutput) {
        if case .instrument(let instrument) = status, let slot = slot(of: instrument.market) {
            guard instrument != markets[slot].instrument else { return }
            adopt(instrument, in: slot, at: now, into: &output)
        }
        if case .fatal(let reason) = status { return die(reason, into: &output) }
        tell(status, into: &output)
    }

    /// Ticks of another size mean nothing in the books that are out: they start over.
    private mutating func adopt(
        _ instrument: Instrument, in slot: Int, at now: Instant, into output: inout SessionOutput
    ) {
        let old = markets[slot].instrument
        markets[slot].instrument = instrument
        guard let old, (old.tickSize, old.lotSize) != (instrument.tickSize, instrument.lotSize) else { return }
        restartBook(slot, keeping: nil, at: now, into: &output)
    }

    // MARK: Account

    private mutating func hand(
        on event: AccountEvent, isFromStream: Bool, at now: Instant, into output: inout SessionOutput
    ) {
        if isFromStream, let id = event.clientOrderID { echo.hear(id) }
        follow(event, at: now, into: &output)
        output.events.append(.account(event))
    }

    /// What an event means for the orders that may rest, and for requests under way.
    private mutating func follow(_ event: AccountEvent, at now: Instant, into output: inout SessionOutput) {
        switch event {
        case .accepted(let id, _): hear(of: id, .place)
        case .filled(let fill): if let id = fill.clientOrderID { hear(of: id, .place) }
        case .done(let id, _, _): ends(id, at: now)
        case .report(let report):
            guard let id = report.clientOrderID else { return }
            switch report.status {
            case .working: hear(of: id, .place)
            case .done: ends(id, at: now)
            }
        case .rejected(let id, .place, _): neverCameToBe(id, at: now, into: &output)
        case .openOrders(_, let reports, _):
            for case .some(let id) in reports.map(\.clientOrderID) { hear(of: id, .place) }
        case .unresolved(_, let kind) where kind != .cancel: doubtArrival(at: now)
        case .rejected, .amended, .unresolved, .notFound, .position, .balance, .holding, .funding, .fillsComplete:
            break
        }
    }

    private mutating func ends(_ id: ClientOrderID, at now: Instant) {
        hear(of: id, .place)
        hear(of: id, .cancel)
        isOver(id, at: now)
    }

    /// The outcome of a request under way came by another road than its reply.
    mutating func hear(of id: ClientOrderID, _ kind: RequestKind) {
        for index in requests.requests.indices
        where requests.requests[index].purpose.call.orderKind == kind
            && requests.requests[index].purpose.call.orders.contains(id)
            && !requests.requests[index].purpose.settled.contains(id)
        {
            requests.requests[index].purpose.settled.append(id)
        }
    }

    /// What the reply to an order request says of one of its orders.
    private func settle(_ event: AccountEvent, in request: inout AdapterRequest) {
        guard let kind = request.call.orderKind, let id = event.clientOrderID else { return }
        let isOutcome: Bool
        switch event {
        case .rejected(_, let of, _), .unresolved(_, let of): isOutcome = of == kind
        case .accepted, .filled: isOutcome = kind == .place
        case .done, .report: isOutcome = true
        case .amended, .notFound, .openOrders, .position, .balance, .holding, .funding, .fillsComplete:
            isOutcome = false
        }
        if isOutcome, !request.settled.contains(id) { request.settled.append(id) }
    }

    private func isAccepted(_ id: ClientOrderID, in found: AdapterOutput) -> Bool {
        found.events.contains { if case .account(.accepted(id, _)) = $0 { true } else { false } }
    }

    private mutating func expectEcho(_ id: ClientOrderID, at now: Instant) {
        guard adapter.streamEchoesOrders, streams.contains(where: { $0.isPrivate && $0.isUp }) else { return }
        echo.expect(id, at: now)
    }
}

extension AccountEvent {
    /// The order of ours that it is about.
    fileprivate var clientOrderID: ClientOrderID? {
        switch self {
        case .accepted(let id, _), .amended(let id, _, _), .rejected(let id, _, _), .unresolved(let id, _),
            .done(let id, _, _), .notFound(let id, _):
            id
        case .filled(let fill): fill.clientOrderID
        case .report(let report): report.clientOrderID
        case .openOrders, .position, .balance, .holding, .funding, .fillsComplete: nil
        }
    }
}
