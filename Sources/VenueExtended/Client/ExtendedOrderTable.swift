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
    var orders: [ExtendedOrder] = []

    subscript(id: ClientOrderID) -> ExtendedOrder? { index(of: id).map { orders[$0] } }

    // MARK: What we ask

    mutating func place(_ id: ClientOrderID, _ spec: OrderSpec, slot: Int, at now: Instant) {
        forgetOld(at: now)
        let first = ExtendedRevision(
            number: 0, price: spec.price, quantity: spec.quantity, seenAt: now, state: .requested(at: now))
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
            number: last.number + 1, price: price, quantity: quantity, seenAt: now, state: .requested(at: now))
        orders[index].dropOldRevisions(at: now)
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
                quantity: sighting.quantity, told: sighting.filled ?? .zero, seenAt: now, state: .resting)
            insert(ExtendedOrder(id: id, slot: slot, side: sighting.side, revisions: [revision]))
            return
        }
        let position = revision(sighting.order.revision, of: index, from: sighting, at: now)
        var revision = orders[index].revisions[position]
        let isNews = revision.isRequested || revision.isVoid
        revision.venueID = sighting.venueID
        revision.seenAt = now
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
        let traded = orders[index].revisions[position].traded + quantity
        orders[index].revisions[position].traded = min(traded, ExtendedOrder.most)
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
                number: number, price: sighting.price, quantity: sighting.quantity, seenAt: now,
                state: .requested(at: now)),
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

    func index(of id: ClientOrderID) -> Int? {
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
