public import Fundamentals
public import MarketModel

/// What the table found out from an event, for its owner to act on.
public enum TableNotice: Hashable, Sendable {
    /// The venue has fills that are not booked.
    case missingFills(MarketID)
    /// Cancel this order although the table does not manage it: from an earlier epoch, or ended and yet open.
    case cancelStray(ClientOrderID, MarketID)
    /// An order that had been given up as never arrived is alive after all.
    case revived(ClientOrderID)
    /// Fills the venue had counted did not turn up in its history.
    case writtenOff(ClientOrderID, Quantity)
    /// A request went unanswered for longer than the session may take.
    case unanswered(ClientOrderID)
}

extension OrderTable {
    /// The venue has the order.
    public mutating func accepted(_ id: ClientOrderID, _ venueID: VenueOrderID, into notices: inout [TableNotice]) {
        if let index = Self.index(of: id, in: live) {
            live[index].venueOrderID = venueID
            confirmPlaced(at: index)
        } else {
            reviveIfGivenUp(id, venueID, into: &notices)
        }
    }

    private mutating func confirmPlaced(at index: Int) {
        switch live[index].state {
        case .pendingNew: live[index].state = .working
        case .unresolved(let unresolved) where unresolved.kind == .place: live[index].state = .working
        case .working, .pendingAmend, .pendingCancel, .unresolved, .done: break
        }
    }

    private mutating func reviveIfGivenUp(
        _ id: ClientOrderID, _ venueID: VenueOrderID?, into notices: inout [TableNotice]
    ) {
        guard let index = Self.index(of: id, in: ended) else { return }
        switch ended[index].state {
        case .done(.neverArrived, _):
            ended[index].venueOrderID = venueID ?? ended[index].venueOrderID
            revive(at: index, .working)
            notices.append(.revived(id))
        case .done(.venue, _), .done(.rejected, _), .pendingNew, .working, .pendingAmend, .pendingCancel, .unresolved:
            break
        }
    }

    /// The venue changed price and total quantity.
    public mutating func amended(_ id: ClientOrderID, price: Price, quantity: Quantity, at now: Instant) {
        guard let index = Self.index(of: id, in: live) else { return }
        let isMet = live[index].target?.isMet(by: price, quantity) ?? false
        live[index].spec.price = price
        live[index].spec.quantity = quantity
        live[index].refusals = 0
        switch live[index].state {
        case .pendingAmend where isMet:
            live[index].target = nil
            live[index].state = .working
        case .unresolved(let unresolved) where unresolved.kind == .amend:
            live[index].target = nil
            live[index].state = .working
        case .pendingCancel where isMet: live[index].target = nil
        case .pendingNew, .working, .pendingAmend, .pendingCancel, .unresolved, .done: break
        }
        if live[index].filled >= live[index].spec.quantity, live[index].target == nil {
            end(at: index, .venue(.filled), at: now)
        }
    }

    /// The venue, certainly, did not do what was asked.
    public mutating func rejected(
        _ id: ClientOrderID, _ kind: RequestKind, _ reason: VenueRejection.Kind, at now: Instant
    ) {
        guard let index = Self.index(of: id, in: live) else { return }
        switch (kind, live[index].state) {
        case (.place, .pendingNew): end(at: index, .rejected, at: now)
        case (.place, .unresolved(let unresolved)) where unresolved.kind == .place:
            end(at: index, .rejected, at: now)
        case (.amend, .pendingAmend) where reason == .rateLimited:
            live[index].state = .working
            live[index].target = nil
        case (.amend, .pendingAmend), (.cancel, .pendingCancel):
            let pause = Unresolved.pause(afterRefusals: live[index].refusals)
            live[index].refusals += 1
            live[index].state = .unresolved(
                Unresolved(
                    kind: kind, since: now, nextQuery: now + pause, pause: Unresolved.firstPause,
                    mayStillArrive: false))
        case (.place, _), (.amend, _), (.cancel, _): break
        }
    }

    /// The request may or may not have been executed.
    public mutating func unresolved(_ id: ClientOrderID, _ kind: RequestKind, at now: Instant) {
        guard let index = Self.index(of: id, in: live) else { return }
        switch (kind, live[index].state) {
        case (.place, .pendingNew), (.amend, .pendingAmend), (.cancel, .pendingCancel):
            doubt(at: index, kind, from: now + Unresolved.firstPause, at: now)
        case (.place, _), (.amend, _), (.cancel, _): break
        }
    }

    private mutating func doubt(at index: Int, _ kind: RequestKind, from nextQuery: Instant, at now: Instant) {
        live[index].state = .unresolved(
            Unresolved(
                kind: kind, since: now, nextQuery: nextQuery, pause: Unresolved.firstPause, mayStillArrive: true))
    }

    /// Counts a fill that was not booked before.
    /// - Returns: the order, as it is after the fill; nil for an order that is not in the table.
    public mutating func filled(_ fill: Fill, at now: Instant, into notices: inout [TableNotice]) -> Order? {
        guard let id = fill.clientOrderID else { return nil }
        reviveIfGivenUp(id, fill.venueOrderID, into: &notices)
        if let index = Self.index(of: id, in: live) {
            live[index].filled += fill.quantity
            live[index].venueFilled = max(live[index].venueFilled, live[index].filled)
            live[index].venueOrderID = fill.venueOrderID
            confirmPlaced(at: index)
            let order = live[index]
            if order.atRisk == .zero { end(at: index, .venue(.filled), at: now) }
            return order
        }
        guard let index = Self.index(of: id, in: ended) else { return nil }
        ended[index].filled += fill.quantity
        ended[index].venueFilled = max(ended[index].venueFilled, ended[index].filled)
        if ended[index].missing == .zero { endedWithMissing.removeAll { $0 == id } }
        return ended[index]
    }

    /// The venue says that the order is over.
    public mutating func done(
        _ id: ClientOrderID, _ reason: DoneReason, filled: Quantity?, at now: Instant,
        into notices: inout [TableNotice]
    ) {
        if let index = Self.index(of: id, in: live) {
            let whole = reason == .filled ? live[index].spec.quantity : .zero
            live[index].venueFilled = max(live[index].venueFilled, filled ?? whole)
            let market = live[index].spec.market
            let missing = live[index].missing
            end(at: index, .venue(reason), at: now)
            if missing > .zero { notices.append(.missingFills(market)) }
        } else if let index = Self.index(of: id, in: ended) {
            ended[index].state = .done(.venue(reason), at: now)
            raiseVenueFilled(ofEnded: index, to: filled ?? .zero, into: &notices)
        }
    }

    private mutating func raiseVenueFilled(ofEnded index: Int, to filled: Quantity, into notices: inout [TableNotice]) {
        guard filled > ended[index].venueFilled else { return }
        ended[index].venueFilled = filled
        guard ended[index].missing > .zero else { return }
        noteMissing(ended[index].id)
        notices.append(.missingFills(ended[index].spec.market))
    }

    /// The answer to a query.
    public mutating func report(_ report: OrderReport, at now: Instant, into notices: inout [TableNotice]) {
        guard let id = report.clientOrderID else { return }
        switch report.status {
        case .done(let reason): done(id, reason, filled: report.filled, at: now, into: &notices)
        case .working:
            reviveIfGivenUp(id, report.venueOrderID, into: &notices)
            guard let index = Self.index(of: id, in: live) else { return }
            absorbWorking(report, at: index, now: now, into: &notices)
        }
    }

    private mutating func absorbWorking(
        _ report: OrderReport, at index: Int, now: Instant, into notices: inout [TableNotice]
    ) {
        live[index].venueOrderID = report.venueOrderID
        if report.filled > live[index].venueFilled {
            live[index].venueFilled = report.filled
            if live[index].missing > .zero { notices.append(.missingFills(report.market)) }
        }
        switch live[index].state {
        case .pendingNew: live[index].state = .working
        case .unresolved(let unresolved):
            switch unresolved.kind {
            case .cancel where live[index].target != nil:
                // Cancelled while a replacement was without an outcome: that is still open.
                var open = unresolved
                open.kind = .amend
                open.mayStillArrive = true
                live[index].state = .unresolved(open)
                settleAmend(report, open, at: index, now: now)
            case .place, .cancel: live[index].state = .working
            case .amend: settleAmend(report, unresolved, at: index, now: now)
            }
        case .working, .pendingAmend, .pendingCancel, .done: break
        }
    }

    /// An amendment that may still arrive is settled only by its own values.
    private mutating func settleAmend(_ report: OrderReport, _ unresolved: Unresolved, at index: Int, now: Instant) {
        guard let price = report.price else { return }
        let isUnchanged = price == live[index].spec.price && report.quantity == live[index].spec.quantity
        let isDone = live[index].target.map { target in
            target.isMet(by: price, report.quantity) && (target.replacement == nil || !isUnchanged)
        }
        let canArrive = unresolved.mayStillArrive && now < live[index].requestedAt + arrivalHorizon
        guard isDone == true || !canArrive else { return }
        live[index].spec.price = price
        live[index].spec.quantity = report.quantity
        live[index].target = nil
        live[index].state = .working
    }

    /// The venue does not know the order: evidence only if the newest request could no longer arrive when it was asked.
    public mutating func notFound(
        _ id: ClientOrderID, askedAt: Instant, at now: Instant, into notices: inout [TableNotice]
    ) {
        guard let index = Self.index(of: id, in: live) else { return }
        guard case .unresolved = live[index].state, askedAt >= live[index].requestedAt + arrivalHorizon else { return }
        let market = live[index].spec.market
        end(at: index, .neverArrived, at: now)
        notices.append(.missingFills(market))
    }

    /// The market's history up to `asOf` has been booked: what an order that ended before is still missing did not
    /// happen.
    public mutating func fillsComplete(_ market: MarketID, asOf: Instant, into notices: inout [TableNotice]) {
        var kept = 0
        for id in endedWithMissing {
            guard let index = Self.index(of: id, in: ended) else { continue }
            if ended[index].spec.market == market, case .done(_, let at) = ended[index].state, at <= asOf {
                notices.append(.writtenOff(id, ended[index].missing))
                ended[index].venueFilled = ended[index].filled
            } else {
                endedWithMissing[kept] = id
                kept += 1
            }
        }
        endedWithMissing.removeLast(endedWithMissing.count - kept)
    }

    /// All open orders of one market, as asked for at `asOf`.
    ///
    /// Ours that are missing from it become unresolved, if nothing of theirs was under way by then; those of earlier
    /// epochs, and ended ones that are open all the same, are to be cancelled.
    public mutating func openOrders(
        _ market: MarketID, _ reports: [OrderReport], asOf: Instant, at now: Instant, into notices: inout [TableNotice]
    ) {
        for report in reports {
            guard let id = report.clientOrderID else { continue }
            if let index = Self.index(of: id, in: ended) {
                guard case .done(let end, let at) = ended[index].state, at < asOf else { continue }
                switch end {
                case .neverArrived: self.report(report, at: now, into: &notices)
                case .venue, .rejected: notices.append(.cancelStray(id, market))
                }
            } else if Self.index(of: id, in: live) != nil {
                self.report(report, at: now, into: &notices)
            } else {
                notices.append(.cancelStray(id, market))
            }
        }
        for index in live.indices {
            guard live[index].spec.market == market, live[index].state == .working, live[index].requestedAt < asOf,
                !reports.contains(where: { $0.clientOrderID == live[index].id })
            else { continue }
            doubt(at: index, .place, from: now, at: now)
        }
    }

    // MARK: Time

    /// Turns requests without any outcome into unresolved ones, and lists the orders to ask for now.
    public mutating func advance(
        to now: Instant, queries: inout [(ClientOrderID, MarketID)], into notices: inout [TableNotice]
    ) {
        for index in live.indices {
            switch live[index].state {
            case .pendingNew: expire(at: index, .place, now: now, into: &notices)
            case .pendingAmend: expire(at: index, .amend, now: now, into: &notices)
            case .pendingCancel: expire(at: index, .cancel, now: now, into: &notices)
            case .unresolved, .working, .done: break
            }
            guard case .unresolved(var unresolved) = live[index].state, now >= unresolved.nextQuery else { continue }
            queries.append((live[index].id, live[index].spec.market))
            unresolved.nextQuery = now + unresolved.pause
            unresolved.pause = min(unresolved.pause * 2, Unresolved.longestPause)
            live[index].state = .unresolved(unresolved)
        }
    }

    private mutating func expire(at index: Int, _ kind: RequestKind, now: Instant, into notices: inout [TableNotice]) {
        guard now - live[index].requestedAt >= Self.replyTimeout else { return }
        notices.append(.unanswered(live[index].id))
        doubt(at: index, kind, from: now, at: now)
    }
}
