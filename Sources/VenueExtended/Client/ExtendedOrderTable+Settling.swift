internal import Fundamentals
internal import MarketModel

extension ExtendedOrderTable {
    // MARK: Answers to a query

    /// Every revision that may exist was asked for; `missing` are those the venue does not know.
    ///
    /// One that rested and is unknown ever since its `horizon` is gone, for whatever reason: a venue that restored an older
    /// state, say. Should it show up all the same, it is cancelled as a straggler.
    /// - Returns: those that rested and are gone.
    mutating func conclude(
        _ id: ClientOrderID, missing: [(order: ExtendedOrderID, askedAt: Instant)], market: MarketID,
        horizon: TimeSpan, at now: Instant, into events: inout [AccountEvent]
    ) -> [ExtendedOrderID] {
        let oldest = missing.map(\.askedAt).min() ?? now
        guard let index = index(of: id) else {
            events.append(.notFound(id, askedAt: oldest))
            return []
        }
        var vanished: [ExtendedOrderID] = []
        for (order, askedAt) in missing {
            guard let position = orders[index].revisions.firstIndex(where: { $0.number == order.revision }),
                !orders[index].revisions[position].state.isOver,
                askedAt >= orders[index].revisions[position].seenAt + horizon
            else { continue }
            if orders[index].revisions[position].isResting { vanished.append(order) }
            orders[index].revisions[position].state = .void(at: now)
            if order.revision == orders[index].revisions.last?.number { orders[index].target = nil }
        }
        settle(index, at: now, into: &events)
        let order = orders[index]
        if order.isOver {
            if let end = order.end {
                events.append(.done(id, end.reason, filled: end.filled))
            } else {
                events.append(.notFound(id, askedAt: oldest))
            }
        } else if let resting = order.resting, !missing.contains(where: { $0.order == order.external(resting) }) {
            events.append(.report(order.report(resting, in: market)))
        } else if order.revisions.count == 1, !missing.isEmpty {
            events.append(.notFound(id, askedAt: oldest))
        }
        return vanished
    }

    // MARK: Consequences

    mutating func settle(_ index: Int, at now: Instant, into events: inout [AccountEvent]) {
        if orders[index].target != nil { settleAmendment(index, into: &events) }
        let order = orders[index]
        guard order.target == nil, order.isOver, let reason = Self.reason(order.revisions) else { return }
        let end = ExtendedOrder.End(reason: reason, filled: order.filled)
        guard order.end != end else { return }
        orders[index].end = end
        events.append(.done(order.id, reason, filled: end.filled))
    }

    /// An amendment has its outcome when the new order has been seen *and* the old one is over: only then is the total
    /// known, because the old one may have filled until its last moment.
    private mutating func settleAmendment(_ index: Int, into events: inout [AccountEvent]) {
        let order = orders[index]
        guard order.target != nil, let new = order.revisions.last, !new.isRequested, !new.isVoid else { return }
        let isOldOver = order.revisions.dropLast().allSatisfy(\.state.isOver)
        guard isOldOver else {
            // The new one came to nothing while the old one may still rest: the order's state is to be asked for.
            guard case .done(let reason, _) = new.state, new.filled == .zero else { return }
            orders[index].target = nil
            events.append(.rejected(order.id, .amend, Self.failure(reason)))
            return
        }
        orders[index].target = nil
        guard let price = new.price, new.isResting || new.filled > .zero else { return }
        let total = order.total(with: new)
        // More than was asked for where the old one filled while the request was on its way.
        events.append(.amended(order.id, price: price, quantity: total))
    }

    private static func failure(_ reason: DoneReason) -> VenueRejection {
        let kind: VenueRejection.Kind = reason == .postOnlyMiss ? .requote : .stateMismatch
        return VenueRejection(kind: kind, code: 0, message: "the replacement ended as \(reason.rawValue)")
    }

    /// How a chain ended: as the last order in it that ever worked.
    private static func reason(_ revisions: [ExtendedRevision]) -> DoneReason? {
        var result: DoneReason?
        for revision in revisions {
            switch revision.state {
            case .requested, .resting, .void: break
            case .replaced: result = .canceled
            case .done(let reason, _):
                let isRefusal = reason == .rejected || reason == .postOnlyMiss
                let isBeaten =
                    result != nil && isRefusal && revision.filled == .zero && !isReplaced(before: revision, revisions)
                if !isBeaten { result = reason }
            }
        }
        return result
    }

    private static func isReplaced(before revision: ExtendedRevision, _ revisions: [ExtendedRevision]) -> Bool {
        guard let earlier = revisions.last(where: { $0.number < revision.number && !$0.isVoid }) else { return true }
        if case .replaced = earlier.state { return true }
        return false
    }
}
