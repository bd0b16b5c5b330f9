internal import Fundamentals
internal import MarketModel

extension AdapterSession {
    // MARK: What becomes of a request

    /// Certain that nothing was done: each order that no event spoke of is told so.
    mutating func refuse(
        _ request: AdapterRequest, _ rejection: VenueRejection, at now: Instant, into output: inout SessionOutput
    ) {
        guard let kind = request.call.orderKind, !request.isSweep else { return }
        for id in request.call.orders where !request.settled.contains(id) {
            output.events.append(.account(.rejected(id, kind, rejection)))
            if kind == .place { neverCameToBe(id, at: now, into: &output) }
        }
    }

    /// Each order that no event spoke of may or may not have been touched.
    mutating func leaveUnresolved(
        _ request: AdapterRequest, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        guard let kind = request.call.orderKind, !request.isSweep else { return }
        for id in request.call.orders where !request.settled.contains(id) {
            output.events.append(.account(.unresolved(id, kind)))
            note(.warning, "\(kind.rawValue) of \(id) is unresolved: \(reason)", into: &output)
            if kind == .place { doubtArrival(at: now) }
        }
    }

    /// A request without an outcome may still put an order into the book.
    mutating func doubtArrival(at now: Instant) {
        unresolvedUntil = max(unresolvedUntil, now + adapter.capabilities.arrivalHorizon)
    }

    /// Nothing was done of a request for several orders: each is tried on its own.
    mutating func split(
        _ request: AdapterRequest, isForGood: Bool, at now: Instant, into output: inout SessionOutput
    ) {
        if isForGood {
            remarkOnce(
                "no batches for \(request.call.createsExposure ? "orders" : "cancels"): one by one", into: &output)
            if request.call.createsExposure { lane.isPlaceBatchOff = true } else { lane.isCancelBatchOff = true }
        }
        guard let rest = request.call.without(request.settled) else { return }
        for single in rest.singles {
            lane.append(OrderLane.Item(call: single, since: now, notBefore: now, isSweep: request.isSweep))
        }
    }

    mutating func refusedOrders(
        _ request: AdapterRequest, _ rejection: VenueRejection, at now: Instant, into output: inout SessionOutput
    ) {
        if rejection.kind == .rules { poll(.rules, at: now, into: &output) }
        switch rejection.kind {
        case .fatal:
            refuse(request, rejection, at: now, into: &output)
            die("the venue refuses orders: \(rejection.code) \(rejection.message)", into: &output)
        case .rateLimited: refuse(request, rejection, at: now, into: &output)
        // One of them may be the culprit.
        case .requote, .rules, .capital, .stateMismatch, .other:
            if request.call.count > 1 {
                split(request, isForGood: false, at: now, into: &output)
            } else {
                refuse(request, rejection, at: now, into: &output)
            }
        }
    }

    mutating func throttled(
        _ request: AdapterRequest, until: Instant, at now: Instant, into output: inout SessionOutput
    ) {
        guard request.call.createsExposure else {
            // Certain not to have been executed, and wanted all the more: it waits its turn.
            if request.call.orderKind == .cancel, let rest = request.call.without(request.settled) {
                lane.append(
                    OrderLane.Item(
                        call: rest, since: now, notBefore: max(until, now + .milliseconds(1)), isSweep: request.isSweep)
                )
            }
            return
        }
        let rejection = VenueRejection(kind: .rateLimited, code: 0, message: "the venue's request limit is used up")
        refuse(request, rejection, at: now, into: &output)
    }

    // MARK: Orders that may rest

    mutating func isLive(_ call: VenueCall, at now: Instant) {
        guard case .place(let placements) = call else { return }
        for placement in placements {
            live.removeAll { $0.id == placement.id }
            live.append((placement.id, placement.spec.market, now))
            guard adapter.cadence.orders > .zero, let slot = slot(of: placement.spec.market) else { continue }
            markets[slot].pollAt = min(markets[slot].pollAt, now + adapter.cadence.orders)
        }
    }

    mutating func isOver(_ id: ClientOrderID, at now: Instant) {
        live.removeAll { $0.id == id }
        if ended.last?.id != id { ended.append((id, now)) }
    }

    /// A cancel that waited for the order's name has nothing to cancel.
    mutating func neverCameToBe(_ id: ClientOrderID, at now: Instant, into output: inout SessionOutput) {
        isOver(id, at: now)
        if lane.takeParked(id) { output.events.append(.account(.done(id, .rejected, filled: .zero))) }
    }

    mutating func forgetEnded(at now: Instant) {
        while let first = ended.first, now - first.at >= configuration.memory {
            ended.removeFirst()
            if !live.contains(where: { $0.id == first.id }) { adapter.forget(first.id) }
        }
    }

    // MARK: Queries

    mutating func query(_ id: ClientOrderID, _ slot: Int, at now: Instant, into output: inout SessionOutput) {
        guard phase != .idle, phase != .closed, markets[slot].instrument != nil else { return }
        let call = VenueCall.order(id, markets[slot].id)
        guard !isPending({ $0 == call }) else { return }
        switch send(call, at: now, into: &output) {
        case .sent: break
        case .wait(let until): postpone(call, until: until, into: &output)
        case .impossible:
            // The venue has no name for it: the lists may have one.
            remarkOnce("\(id) cannot be asked for by a name of the venue: the lists are read instead", into: &output)
            markets[slot].pollAt = min(markets[slot].pollAt, now)
        }
    }

    // MARK: Lists

    /// A walk through a list begins: what the last one showed is void.
    mutating func forgetList(of entry: Entry) {
        switch entry.purpose.call {
        case .openOrders(let market, _):
            guard let slot = slot(of: market) else { return }
            markets[slot].resting.removeAll()
            markets[slot].found.removeAll()
            markets[slot].restingAsOf = entry.sentAt
        case .fills(let market, _, _): if let slot = slot(of: market) { markets[slot].fillsAsOf = entry.sentAt }
        case .time, .rules, .accountMode, .book, .balances, .order, .place, .cancel, .cancelAll, .streamKey, .countdown:
            break
        }
    }

    /// All pages of the open orders are here.
    mutating func completeList(_ market: MarketID, into output: inout SessionOutput) {
        guard let slot = slot(of: market) else { return }
        let asOf = markets[slot].restingAsOf
        markets[slot].listedAt = asOf
        hasLeftovers = !wasReady && !markets[slot].targets.isEmpty
        let reported = markets[slot].resting
        // What was sent well before and is not in the list no longer rests; the engine asks what became of it.
        let gone = live.filter { order in
            order.market == market && order.since + .seconds(2) <= asOf
                && !reported.contains { $0.clientOrderID == order.id }
        }
        for order in gone { isOver(order.id, at: asOf) }
        for case .some(let id) in reported.map(\.clientOrderID) where !live.contains(where: { $0.id == id }) {
            live.append((id, market, asOf))
        }
        for case .some(let id) in reported.map(\.clientOrderID) { hear(of: id, .place) }
        output.events.append(.account(.openOrders(market, reported, asOf: asOf)))
        if phase == .ready, !markets[slot].found.isEmpty {
            let text = "\(markets[slot].found.count) orders in \(markets[slot].market.symbol) are not this start's"
            remarkOnce(text, .warning, into: &output)
        }
    }

    /// All pages of the fills are here.
    mutating func completeFills(_ market: MarketID, at now: Instant, into output: inout SessionOutput) {
        guard let slot = slot(of: market), let begin = markets[slot].fillsBegin else { return }
        let asOf = markets[slot].fillsAsOf
        // Rows may become visible out of order: reads overlap, and repeats are known by their trade ids.
        markets[slot].fillsFrom = max(begin, venueTime(asOf) - .minutes(1))
        output.events.append(.account(.fillsComplete(market, asOf: asOf)))
    }
}
