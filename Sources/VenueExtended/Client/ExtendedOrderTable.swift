internal import Fundamentals
internal import MarketModel

/// Our orders as the venue has them: chains of revisions, told to the engine as one order with one cumulative fill.
///
/// States only move forward, whatever order frames and replies come in; a revision is over only on the venue's word, or
/// when its request can no longer arrive.
struct ExtendedOrderTable: Sendable {
    /// What the venue said about one of its orders.
    struct Sighting: Hashable, Sendable {
        enum State: Hashable, Sendable {
            case resting
            /// Its successor took its place: not an end of the order.
            case replaced
            case done(DoneReason)
        }
        var order: ExtendedOrderID
        var venueID: VenueOrderID
        var side: Side
        var price: Price?
        var quantity: Quantity
        /// Nil where the venue does not say.
        var filled: Quantity?
        var state: State
    }

    enum Amendment: Hashable, Sendable {
        case send(ExtendedOrderID, replacing: ExtendedOrderID, OrderSpec)
        /// What is left is too little for an order of its own: only a cancel can follow.
        case tooLittle
        case impossible(String)
    }

    /// By id.
    private(set) var orders: [ExtendedOrder] = []

    subscript(id: ClientOrderID) -> ExtendedOrder? { index(of: id).map { orders[$0] } }

    // MARK: What we ask

    mutating func place(_ id: ClientOrderID, _ spec: OrderSpec, slot: Int, at now: Instant) {
        forgetOld(at: now)
        let first = ExtendedRevision(
            number: 0, price: spec.price, quantity: spec.quantity, state: .requested(at: now))
        insert(ExtendedOrder(id: id, slot: slot, side: spec.side, spec: spec, revisions: [first]))
    }

    /// The next revision: what is wanted in total, less what every earlier one has filled.
    mutating func amend(
        _ id: ClientOrderID, price: Price, total: Quantity, least: Quantity, at now: Instant
    ) -> Amendment {
        guard let index = index(of: id), var spec = orders[index].spec else { return .impossible("unknown here") }
        guard orders[index].target == nil else { return .impossible("an amendment is under way") }
        guard let old = orders[index].resting, let last = orders[index].revisions.last else {
            return .impossible("not known to rest")
        }
        let quantity = total - orders[index].filled
        guard quantity >= max(least, Quantity(lots: 1)) else { return .tooLittle }
        spec.price = price
        spec.quantity = quantity
        let next = ExtendedRevision(
            number: last.number + 1, price: price, quantity: quantity, state: .requested(at: now))
        orders[index].revisions.append(next)
        orders[index].target = ExtendedOrder.Target(price: price, quantity: total)
        orders[index].amendedAt = now
        return .send(orders[index].external(next), replacing: orders[index].external(old), spec)
    }

    // MARK: What the venue says

    mutating func see(
        _ sighting: Sighting, slot: Int, at now: Instant, into events: inout [AccountEvent]
    ) {
        let id = sighting.order.client
        guard let index = index(of: id) else {
            // Of an earlier run, or long over.
            guard sighting.state == .resting else { return }
            let revision = ExtendedRevision(
                number: sighting.order.revision, venueID: sighting.venueID, price: sighting.price,
                quantity: sighting.quantity, told: sighting.filled ?? .zero, state: .resting)
            insert(ExtendedOrder(id: id, slot: slot, side: sighting.side, revisions: [revision]))
            return
        }
        let position = revision(sighting.order.revision, of: index, from: sighting, at: now)
        var revision = orders[index].revisions[position]
        let isNews = revision.isRequested || revision.isVoid
        revision.venueID = sighting.venueID
        revision.quantity = sighting.quantity
        if let price = sighting.price { revision.price = price }
        if let filled = sighting.filled { revision.told = max(revision.told, filled) }
        revision.state = Self.next(revision.state, sighting.state, at: now)
        orders[index].revisions[position] = revision
        if isNews { events.append(.accepted(id, sighting.venueID)) }
        settle(index, at: now, into: &events)
    }

    private static func next(
        _ old: ExtendedRevision.State, _ new: Sighting.State, at now: Instant
    ) -> ExtendedRevision.State {
        switch (old, new) {
        case (.requested, .resting), (.void, .resting): .resting
        case (.requested, .replaced), (.resting, .replaced), (.void, .replaced): .replaced(at: now)
        case (.requested, .done(let reason)), (.resting, .done(let reason)), (.void, .done(let reason)):
            .done(reason, at: now)
        case (.resting, .resting), (.replaced, _), (.done, _): old
        }
    }

    /// REST took the order: it exists, whatever becomes of it.
    mutating func accepted(_ order: ExtendedOrderID, _ venueID: VenueOrderID, into events: inout [AccountEvent]) {
        guard let index = index(of: order.client),
            let position = orders[index].revisions.firstIndex(where: { $0.number == order.revision })
        else { return }
        orders[index].revisions[position].venueID = venueID
        // Of the first revision only: that the venue has a later one is no news about the order.
        if order.revision == 0 { events.append(.accepted(order.client, venueID)) }
    }

    /// The venue certainly did not take it.
    mutating func refused(
        _ order: ExtendedOrderID, _ rejection: VenueRejection, at now: Instant, into events: inout [AccountEvent]
    ) {
        let kind: RequestKind = order.revision == 0 ? .place : .amend
        guard let index = index(of: order.client),
            let position = orders[index].revisions.firstIndex(where: { $0.number == order.revision })
        else {
            events.append(.rejected(order.client, kind, rejection))
            return
        }
        // A sign of life outweighs a refusal.
        guard orders[index].revisions[position].isRequested else { return }
        orders[index].revisions[position].state = .void(at: now)
        if kind == .amend { orders[index].target = nil }
        events.append(.rejected(order.client, kind, rejection))
        settle(index, at: now, into: &events)
    }

    /// One of our executions. Counted once.
    mutating func book(_ trade: TradeID, _ quantity: Quantity, of order: ExtendedOrderID) {
        guard let index = index(of: order.client),
            let position = orders[index].revisions.firstIndex(where: { $0.number == order.revision }),
            !orders[index].revisions[position].trades.contains(trade)
        else { return }
        orders[index].revisions[position].trades.append(trade)
        orders[index].revisions[position].traded += quantity
    }

    // MARK: Answers to a query

    /// Every revision that may exist was asked for; `missing` are those the venue does not know.
    mutating func conclude(
        _ id: ClientOrderID, missing: [(order: ExtendedOrderID, askedAt: Instant)], market: MarketID,
        horizon: TimeSpan, at now: Instant, into events: inout [AccountEvent]
    ) {
        let oldest = missing.map(\.askedAt).min() ?? now
        guard let index = index(of: id) else {
            events.append(.notFound(id, askedAt: oldest))
            return
        }
        for (order, askedAt) in missing {
            guard let position = orders[index].revisions.firstIndex(where: { $0.number == order.revision }),
                case .requested(let sentAt) = orders[index].revisions[position].state, askedAt >= sentAt + horizon
            else { continue }
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
    }

    // MARK: Looking

    /// Since when a revision has been over, by what is known; nil for one that is not, or is unknown.
    func overSince(_ order: ExtendedOrderID) -> Instant? {
        self[order.client]?.revisions.first { $0.number == order.revision }?.state.overSince
    }

    /// Whether an order was asked for after `limit` that nobody has seen in the book yet.
    func isAnyUnseen(since limit: Instant) -> Bool {
        orders.contains { order in
            order.revisions.contains { revision in
                guard case .requested(let at) = revision.state else { return false }
                return at >= limit
            }
        }
    }

    /// Orders whose amendment has had time to show its outcome and has not: a frame is missing.
    func undecided(in slot: Int, since limit: Instant) -> [ClientOrderID] {
        orders.filter { $0.slot == slot && $0.target != nil && $0.amendedAt < limit }.map(\.id)
    }

    /// Revisions of one order that rest side by side although no amendment is under way.
    func doubles(in slot: Int) -> [ExtendedOrderID] {
        var result: [ExtendedOrderID] = []
        for order in orders where order.slot == slot && order.target == nil {
            let resting = order.revisions.filter(\.isResting)
            if resting.count > 1 { result += resting.map(order.external) }
        }
        return result
    }

    // MARK: Consequences

    private mutating func settle(_ index: Int, at now: Instant, into events: inout [AccountEvent]) {
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

    // MARK: Storage

    /// The place of a revision in its chain; made where only the venue knows of it.
    private mutating func revision(
        _ number: UInt32, of index: Int, from sighting: Sighting, at now: Instant
    ) -> Int {
        if let known = orders[index].revisions.firstIndex(where: { $0.number == number }) { return known }
        let place = orders[index].revisions.firstIndex { $0.number > number } ?? orders[index].revisions.count
        orders[index].revisions.insert(
            ExtendedRevision(
                number: number, price: sighting.price, quantity: sighting.quantity, state: .requested(at: now)),
            at: place)
        return place
    }

    private mutating func insert(_ order: ExtendedOrder) {
        let place = position(of: order.id)
        if place < orders.count, orders[place].id == order.id {
            orders[place] = order
        } else {
            orders.insert(order, at: place)
        }
    }

    private static let remembered = 1_024

    private mutating func forgetOld(at now: Instant) {
        guard orders.count >= Self.remembered else { return }
        let limit = now - .minutes(15)
        orders.removeAll { order in
            order.revisions.allSatisfy { revision in revision.state.overSince.map { $0 < limit } ?? false }
        }
    }

    private func index(of id: ClientOrderID) -> Int? {
        let place = position(of: id)
        return place < orders.count && orders[place].id == id ? place : nil
    }

    private func position(of id: ClientOrderID) -> Int {
        if let last = orders.last, last.id < id { return orders.count }
        var low = 0
        var high = orders.count
        while low < high {
            let middle = (low + high) / 2
            if orders[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension ExtendedOrderTable.Sighting {
    /// Nil for an order that is not ours, or in a state whose word is not known.
    init?(_ update: ExtendedOrderUpdate) {
        guard let id = update.orderID else { return nil }
        let state: State
        switch update.outcome {
        case .working: state = .resting
        case .replaced: state = .replaced
        case .done(let reason): state = .done(reason)
        case .unknown: return nil
        }
        self.init(
            order: id, venueID: update.venueOrderID, side: update.side, price: update.price,
            quantity: update.quantity, filled: update.filled, state: state)
    }
}
