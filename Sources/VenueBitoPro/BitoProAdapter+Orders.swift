internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

/// What replies say of single orders.
extension BitoProAdapter {
    // MARK: Placing

    /// What an element of a batch that was not placed looks like is not documented: only one with an id counts, and what
    /// is missing stays open.
    mutating func readPlaced(
        _ body: JSONValue, _ orders: [OrderPlacement], into output: inout AdapterOutput
    ) -> CallVerdict {
        if let only = orders.first, orders.count == 1 {
            return accept(only.id, body, into: &output) ? .done : .unknown("an order without an id")
        }
        guard let elements = body["data"]?.elements else { return .unknown("expected the orders of a batch") }
        for element in elements {
            guard let number = element["clientId"]?.integer,
                let order = orders.first(where: { BitoProOrderNames.number(of: $0.id) == number })
            else { continue }
            _ = accept(order.id, element, into: &output)
        }
        return .done
    }

    private mutating func accept(_ id: ClientOrderID, _ element: JSONValue, into output: inout AdapterOutput) -> Bool {
        if let number = element["clientId"]?.integer, number != BitoProOrderNames.number(of: id) { return false }
        guard let text = element["orderId"]?.numeral, let venueID = BitoProOrderID.read(text) else { return false }
        names.name(id, venueID)
        output.events.append(.account(.accepted(id, venueID)))
        if let market = names.market(of: id) { settleHomeless(market, into: &output) }
        return true
    }

    // MARK: Cancelling

    /// The reply to a batch lists what was cancelled; what it leaves out was over, and is asked for.
    mutating func readCanceled(
        _ body: JSONValue, _ market: MarketID, _ targets: [CancelTarget], at now: Instant,
        into output: inout AdapterOutput
    ) -> CallVerdict {
        guard targets.count > 1 else {
            guard let target = targets.first, let id = venueID(of: target),
                body["orderId"]?.numeral.flatMap({ BitoProOrderID.read($0) }) == id
            else { return .unknown("a cancel without the order's id") }
            confirm(target, market, at: now, into: &output)
            return .done
        }
        guard let symbol = symbol(of: market),
            let lists = body["data"]?.members, let list = lists.first(where: { $0.name.uppercased() == symbol })
        else {
            guard body["data"]?.members != nil else { return .unknown("expected the ids that were cancelled") }
            return refuseRest(targets, market, into: &output)
        }
        let done = (list.value.elements ?? []).compactMap { $0.numeral.flatMap { BitoProOrderID.read($0) } }
        for target in targets {
            guard let id = venueID(of: target), done.contains(id) else { continue }
            confirm(target, market, at: now, into: &output)
        }
        return refuseRest(targets.filter { venueID(of: $0).map { !done.contains($0) } ?? true }, market, into: &output)
    }

    private func refuseRest(
        _ targets: [CancelTarget], _ market: MarketID, into output: inout AdapterOutput
    ) -> CallVerdict {
        let rejection = VenueRejection(kind: .stateMismatch, code: 0, message: "not among the cancelled orders")
        for case .some(let id) in targets.map(\.own) {
            output.events.append(.account(.rejected(id, .cancel, rejection)))
            output.calls.append(.order(id, market))
        }
        return .done
    }

    /// Not over for us before the fills up to now are known.
    private mutating func confirm(
        _ target: CancelTarget, _ market: MarketID, at now: Instant, into output: inout AdapterOutput
    ) {
        guard let id = target.own else { return }
        output.acknowledged.append(id)
        if cancels.confirmed(id, market, at: now) { askForFills(market, at: now, into: &output) }
    }

    // MARK: Asking

    /// One order by its name, or those with our number.
    mutating func readOrder(
        _ body: JSONValue, _ id: ClientOrderID, _ market: MarketID, sentAt: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        let instrument = try instrument(market)
        guard let elements = body["data"]?.elements else {
            let row = try BitoProReplies.order(body, instrument)
            guard names.client(of: row.id) == id else {
                throw VenueDecodeError("order.id", "expected the id of \(id)")
            }
            tell(row.report(market, id), into: &output)
            return .done
        }
        let number = BitoProOrderNames.number(of: id)
        let rows = try BitoProReplies.orders(elements, instrument)
        if let row = rows.first(where: { names.owner(of: $0.id, number: $0.clientNumber) == id }) {
            tell(row.report(market, id), into: &output)
            settleHomeless(market, into: &output)
            return .done
        }
        // An order with our number that is not ours proves nothing about ours.
        guard !rows.contains(where: { $0.clientNumber == number }) else { return .unknown("another order has this id") }
        output.events.append(.account(.notFound(id, askedAt: sentAt)))
        if let left = self.sentAt[id], sentAt - left >= capabilities.arrivalHorizon { gone(id, into: &output) }
        return .done
    }
}
