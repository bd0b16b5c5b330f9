internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

extension ExtendedSession {
    mutating func acceptOpenOrders(
        _ entry: RequestTable<ExtendedCall>.Entry, _ data: JSONValue, at now: Instant,
        into output: inout SessionOutput
    ) throws(VenueDecodeError) -> ExtendedResult {
        let rows = try ExtendedReplies.orders(data, instruments)
        for row in rows { index.record(row.orderID, as: row.venueOrderID) }
        let ours = rows.filter(\.isOurs)
        hasLeftovers = !wasReady && !ours.isEmpty
        let routine = board.position(waitingFor: entry.id)
        switch routine.map({ board.routines[$0].kind }) {
        case .startUp where !ours.isEmpty: return sweep(ours, routine ?? 0, into: &output)
        case .shutDown:
            if !ours.isEmpty { return cancelAgain(ours, into: &output) }
            // REST took it, the book has not shown it yet: it would be missing from the list and rest all the same.
            if orders.isAnyUnseen(since: now - .seconds(5)) {
                return .then([.pause(.milliseconds(300)), .call(.openOrders)])
            }
        default: break
        }
        for slot in markets.indices {
            tell(rows.filter { $0.market == markets[slot].id }, slot, entry, at: now, into: &output)
        }
        return .done
    }

    /// One market's open orders, revisions of an order folded into one.
    private mutating func tell(
        _ rows: [ExtendedOrderUpdate], _ slot: Int, _ entry: RequestTable<ExtendedCall>.Entry, at now: Instant,
        into output: inout SessionOutput
    ) {
        var reports: [OrderReport] = []
        for row in rows {
            guard let id = row.orderID, let sighting = ExtendedOrderTable.Sighting(row) else {
                if let report = row.report { reports.append(report) }
                continue
            }
            if let over = orders.overSince(id) {
                // Older than what the stream has told since, or a straggler that came to life after all.
                if over + .seconds(1) < entry.sentAt { cancelStraggler(id, slot, at: now, into: &output) }
                continue
            }
            orders.see(sighting, slot: slot, at: now, into: &findings)
            guard let order = orders[id.client], let resting = order.resting else { continue }
            reports.removeAll { $0.clientOrderID == id.client }
            reports.append(order.report(resting, in: markets[slot].id))
        }
        report(into: &output)
        for id in orders.doubles(in: slot) { cancelStraggler(id, slot, at: now, into: &output) }
        for id in orders.undecided(in: slot, since: entry.sentAt - .seconds(3)) {
            query(id, slot, at: now, into: &output)
        }
        output.events.append(.account(.openOrders(markets[slot].id, reports, asOf: entry.sentAt)))
    }

    /// An order that should not be there by all that is known.
    private mutating func cancelStraggler(
        _ id: ExtendedOrderID, _ slot: Int, at now: Instant, into output: inout SessionOutput
    ) {
        guard !isPending({ $0 == .cancel(slot, id) }) else { return }
        output.notes.append(SessionNote(.warning, "\(id) rests although it should not: cancelling"))
        submit(.cancel(slot, id), at: now, into: &output)
    }

    /// Orders of an earlier run are taken off, then looked for again, until none is left. Strangers stay.
    private mutating func sweep(
        _ ours: [ExtendedOrderUpdate], _ routine: Int, into output: inout SessionOutput
    ) -> ExtendedResult {
        let round = board.routines[routine].sweeps
        board.routines[routine].sweeps += 1
        output.notes.append(SessionNote(.info, "\(ours.count) orders of an earlier run rest: cancelling"))
        // Asynchronous, so that even the first look may come too early.
        let pause = ExtendedStep.pause(.milliseconds(min(2_000, 250 << Int64(min(round, 3)))))
        return .then([.call(.sweep(ours.map(\.venueOrderID))), pause, .call(.openOrders)])
    }

    private mutating func cancelAgain(
        _ ours: [ExtendedOrderUpdate], into output: inout SessionOutput
    ) -> ExtendedResult {
        output.notes.append(SessionNote(.warning, "\(ours.count) of our orders still rest"))
        let call: ExtendedCall = wasReady ? .cancelMarkets(Array(markets.indices)) : .sweep(ours.map(\.venueOrderID))
        return .then([.call(call), .pause(.milliseconds(300)), .call(.openOrders)])
    }
}
