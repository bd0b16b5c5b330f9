internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

extension MAXAdapter {
    // MARK: Replies about orders

    mutating func acceptPlacement(
        _ placements: [OrderPlacement], _ data: JSONValue, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        guard let placement = placements.first, let slot = slot(of: placement.spec.market),
            let instrument = slots[slot].instrument
        else { return }
        var order = try MAXOrder(VenueFields(data, "order"), instrument)
        // The reply is to this request, whatever it calls the order.
        order.client = placement.id
        tell(order, into: &output)
    }

    /// The request was taken in, and the order is as it was; what becomes of it is told elsewhere. Of one that the venue
    /// has no known name for nothing can be said.
    mutating func acceptCancel(_ targets: [CancelTarget], into output: inout AdapterOutput) {
        for target in targets {
            guard let id = target.own, let entry = index[id], let venue = entry.venue else { continue }
            let report = OrderReport(
                market: entry.spec.market, clientOrderID: id, venueOrderID: venue, side: entry.spec.side,
                price: entry.spec.price, quantity: entry.spec.quantity, filled: .zero, status: .working)
            output.events.append(.account(.report(report)))
        }
    }

    mutating func acceptOrder(
        _ id: ClientOrderID, _ market: MarketID, _ data: JSONValue, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        guard let slot = slot(of: market), let instrument = slots[slot].instrument else { return }
        let fields = VenueFields(data, "order")
        guard data["market"]?.text == slots[slot].market.symbol else {
            throw fields.missing("market", "\"\(slots[slot].market.symbol)\"")
        }
        var order = try MAXOrder(fields, instrument)
        order.client = id
        name(order, into: &output)
        output.events.append(.account(.report(order.report(doneBecause: doneReason(of: order)))))
    }

    mutating func acceptOpenOrders(
        _ market: MarketID, _ page: Int, _ data: JSONValue, asOf: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        guard let slot = slot(of: market), let instrument = slots[slot].instrument else { return .done }
        guard let rows = data.elements else { throw VenueDecodeError("orders", "expected an array") }
        var orders: [MAXOrder] = []
        for row in rows where MAXOrder.marketName(row) == slots[slot].market.symbol {
            let order = try MAXOrder(VenueFields(row, "orders"), instrument)
            if order.state == .wait { orders.append(order) }
        }
        let fresh = slots[slot].openOrders.add(orders, page: page)
        for order in fresh { name(order, into: &output) }
        output.events.append(
            .account(.openOrders(market, fresh.map { $0.report(doneBecause: nil) }, asOf: asOf)))
        // A full page of orders of one moment could not be got past.
        return rows.count >= Self.pageSize && !fresh.isEmpty ? .more(.openOrders(market, page: page + 1)) : .done
    }

    mutating func acceptFills(
        _ market: MarketID, _ since: Instant, _ page: Int, _ data: JSONValue, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        guard let slot = slot(of: market), let instrument = slots[slot].instrument else { return .done }
        guard let rows = data.elements else { throw VenueDecodeError("trades", "expected an array") }
        var trades: [MAXTrade] = []
        for row in rows where row["market"]?.text == slots[slot].market.symbol {
            trades += try MAXTrade.legs(row, instrument)
        }
        trades.sort { ($0.id, $0.order) < ($1.id, $1.order) }
        for trade in trades { book(trade, into: &output) }
        let before = page > 0 ? slots[slot].fillsThrough : nil
        slots[slot].fillsThrough = trades.last?.id ?? before
        guard rows.count >= Self.pageSize, let through = trades.last?.id, through > before ?? TradeID(.min) else {
            return .done
        }
        return .more(.fills(market, since: since, page: page + 1))
    }

    // MARK: Orders and fills, from wherever they come

    /// Events of an order as it is now.
    mutating func tell(_ order: MAXOrder, into output: inout AdapterOutput) {
        guard let client = order.client, index[client] != nil else { return }
        name(order, into: &output)
        output.events.append(.account(.accepted(client, order.id)))
        guard let reason = doneReason(of: order) else { return }
        output.events.append(.account(.done(client, reason, filled: order.filled)))
    }

    /// Nil while it is open. The venue tells that an order is over, not why.
    private func doneReason(of order: MAXOrder) -> DoneReason? {
        switch order.state {
        case .wait: return nil
        case .done: return .filled
        case .convert: return .canceled
        case .cancel: break
        }
        guard let entry = order.client.flatMap({ index[$0] }), !entry.isCancelAsked else { return .canceled }
        switch entry.spec.timeInForce {
        case .postOnly: return order.filled == .zero ? .postOnlyMiss : .canceled
        case .immediateOrCancel, .fillOrKill: return .expired
        case .goodTillCancel, .hidden: return .canceled
        }
    }

    /// Learns the venue's name for one of ours; fills that were waiting for it are booked.
    private mutating func name(_ order: MAXOrder, into output: inout AdapterOutput) {
        guard let client = order.client, index.name(client, order.id) else { return }
        let waiting = unclaimed.filter { $0.order == order.id }
        unclaimed.removeAll { $0.order == order.id }
        for trade in waiting { tell(trade, client, into: &output) }
    }

    /// Books a fill, or keeps it until it is known whose it is.
    mutating func book(_ trade: MAXTrade, into output: inout AdapterOutput) {
        if let client = index.client(of: trade.order) {
            tell(trade, client, into: &output)
        } else if index.unnamed > 0 {
            guard !unclaimed.contains(where: { $0.id == trade.id && $0.order == trade.order }) else { return }
            unclaimed.append(trade)
        } else {
            tell(trade, nil, into: &output)
        }
    }

    private func tell(_ trade: MAXTrade, _ client: ClientOrderID?, into output: inout AdapterOutput) {
        guard let slot = slot(of: trade.market), let instrument = slots[slot].instrument else { return }
        guard let fill = trade.fill(client, instrument) else {
            output.notes.append(
                SessionNote(.error, "trade \(trade.id) of \(slots[slot].market.symbol) has a fee that is no amount"))
            return
        }
        if let asset = trade.feeAsset, asset != instrument.baseAsset, asset != instrument.quoteAsset {
            output.notes.append(
                SessionNote(
                    .warning,
                    "trade \(trade.id) of \(slots[slot].market.symbol) was charged in \(asset): its value is estimated; "
                        + "switch the fee discount off to have exact books"))
        }
        output.events.append(.account(.filled(fill)))
    }

    /// When each of our orders has its name, fills that still wait belong to somebody else's.
    mutating func releaseForeign(into output: inout AdapterOutput) {
        guard index.unnamed == 0, !unclaimed.isEmpty else { return }
        let trades = unclaimed
        unclaimed = []
        for trade in trades { tell(trade, index.client(of: trade.order), into: &output) }
    }
}
