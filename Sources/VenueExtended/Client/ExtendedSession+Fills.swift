internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

extension ExtendedSession {
    /// Ids are snowflakes: a minute of them. Reads overlap by it, in case rows become visible out of order.
    private static let minuteOfIDs: Int64 = 60_000 << 22

    /// One page of the history, newest first. Rows are handed on once all pages down to the last known trade are here,
    /// oldest first.
    mutating func acceptTrades(
        _ entry: RequestTable<ExtendedCall>.Entry, _ before: TradeID?, _ data: JSONValue,
        _ pagination: ExtendedPagination?, at now: Instant, into output: inout SessionOutput
    ) throws(VenueDecodeError) -> ExtendedResult {
        guard let routine = board.position(waitingFor: entry.id), let first = firstTrade else {
            return .done
        }
        let ids = (data.elements ?? []).compactMap { $0["id"]?.integer }
        let rows = try ExtendedReplies.fills(data, instruments)
        if before == nil {
            board.routines[routine].memory.trades = []
            board.routines[routine].memory.tradesAsOf = entry.sentAt
            board.routines[routine].memory.newestTrade = ids.max()
        }
        board.routines[routine].memory.trades += rows
        let floor = max(first.number, (tradeCursor?.number ?? first.number) - Self.minuteOfIDs)
        if let oldest = ids.min(), oldest > floor, ids.count >= ExtendedCall.tradePage {
            let next = min(pagination?.cursor ?? oldest, oldest)
            guard next < before?.number ?? .max else {
                throw VenueDecodeError("trades.cursor", "expected an older page")
            }
            return .then([.call(.trades(before: TradeID(next)))])
        }
        let fresh = board.routines[routine].memory.trades.filter { $0.fill.trade.number > floor }
        let strangers = unknownOrders(fresh)
        guard strangers.isEmpty else {
            // The same again once it is known whose orders these are.
            return .then(strangers.map { .call(.identify($0)) } + [.call(.trades(before: nil))])
        }
        for fill in fresh.sorted(by: { $0.fill.trade < $1.fill.trade }) { book(fill, into: &output) }
        if let newest = board.routines[routine].memory.newestTrade {
            tradeCursor = max(tradeCursor ?? first, TradeID(newest))
        }
        let asOf = board.routines[routine].memory.tradesAsOf ?? entry.sentAt
        for market in markets { output.events.append(.account(.fillsComplete(market.id, asOf: asOf))) }
        board.routines[routine].memory.trades = []
        return .done
    }

    private func unknownOrders(_ fills: [ExtendedFill]) -> [VenueOrderID] {
        var result: [VenueOrderID] = []
        for fill in fills where fill.orderID == nil && index.owner(of: fill.fill.venueOrderID) == .unknown {
            if !result.contains(fill.fill.venueOrderID) { result.append(fill.fill.venueOrderID) }
        }
        return result
    }

    /// Hands a fill on under our own name for its order. Repeats are the engine's to recognize, by the trade's id.
    mutating func book(_ row: ExtendedFill, into output: inout SessionOutput) {
        var fill = row.fill
        var owner = row.orderID
        if let owner {
            index.record(owner, as: fill.venueOrderID)
        } else if case .ours(let known) = index.owner(of: fill.venueOrderID) {
            owner = known
        }
        if let owner {
            fill.clientOrderID = owner.client
            orders.book(fill.trade, fill.quantity, of: owner)
        }
        output.events.append(.account(.filled(fill)))
        if let flaw = row.flaw { output.notes.append(SessionNote(.warning, flaw)) }
    }
}
