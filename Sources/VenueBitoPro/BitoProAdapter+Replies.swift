public import Fundamentals
internal import MarketModel
public import VenueKit
public import Wire

extension BitoProAdapter {
    public mutating func read(
        _ response: HTTPResponse, to call: VenueCall, sentAt: Instant, at now: Instant, into output: inout AdapterOutput
    ) -> CallVerdict {
        if let verdict = BitoProErrorPolicy.verdict(on: response, to: call, at: now) {
            return failed(verdict, call, into: &output)
        }
        do throws(VenueDecodeError) {
            let body = try Self.document(response)
            return try read(body, to: call, sentAt: sentAt, at: now, into: &output)
        } catch {
            output.notes.append(SessionNote(.error, "BitoPro: \(error.place): \(error.reason)"))
            return .unknown("\(error.place): \(error.reason)")
        }
    }

    static func document(_ response: HTTPResponse) throws(VenueDecodeError) -> JSONValue {
        do throws(WireError) {
            return try JSONValue.parse(response.body)
        } catch {
            throw VenueDecodeError("reply", "expected JSON, found byte \(error.offset): \(error.reason)")
        }
    }

    /// Orders that certainly were not placed wait for no name; what could not be cancelled is asked for.
    private mutating func failed(
        _ verdict: CallVerdict, _ call: VenueCall, into output: inout AdapterOutput
    ) -> CallVerdict {
        switch (verdict, call) {
        case (.refused, .place(let orders)), (.throttled, .place(let orders)), (.fatal, .place(let orders)):
            for order in orders { gone(order.id, into: &output) }
        case (.refused, .cancel(let market, let targets)):
            for case .some(let id) in targets.map(\.own) { output.calls.append(.order(id, market)) }
        default: break
        }
        return verdict
    }

    private mutating func read(
        _ body: JSONValue, to call: VenueCall, sentAt: Instant, at now: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        switch call {
        case .rules: return try readRules(body, into: &output)
        case .book(let market):
            var update = try BitoProReplies.book(body, try instrument(market))
            // Without numbers of the venue's own, the newest question has the newest answer.
            update.firstID = sentAt.milliseconds
            update.lastID = sentAt.milliseconds
            output.events.append(.market(.snapshot(market, update)))
        case .balances:
            let rows = try VenueFields(body, "balance").array("data")
            tell(try BitoProReplies.holdings(rows, of: assets, all: true), asOf: sentAt, into: &output)
        case .openOrders(let market, _): try readOpenOrders(body, market, sentAt: sentAt, into: &output)
        case .fills(let market, let since, let page):
            return try readFills(body, market, since: since, page: page, sentAt: sentAt, into: &output)
        case .order(let id, let market): return try readOrder(body, id, market, sentAt: sentAt, into: &output)
        case .place(let orders): return readPlaced(body, orders, into: &output)
        case .cancel(let market, let targets): return readCanceled(body, market, targets, at: now, into: &output)
        case .cancelAll(let market): askForFills(market, at: now, into: &output)
        case .time, .accountMode, .streamKey, .countdown: break
        }
        return .done
    }

    func tell(
        _ holdings: [(asset: String, total: Cash, available: Cash)], asOf: Instant, into output: inout AdapterOutput
    ) {
        for row in holdings {
            output.events.append(
                .account(.holding(venue, asset: row.asset, total: row.total, available: row.available, asOf: asOf)))
        }
    }

    // MARK: Rules

    private mutating func readRules(
        _ body: JSONValue, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        var found: [(MarketID, Instrument)] = []
        for market in markets {
            guard let row = try BitoProPair.instrument(market.symbol, in: body, as: market.id) else {
                return .fatal("BitoPro lists no market '\(market.symbol)'")
            }
            if row.isUnderMaintenance {
                output.notes.append(SessionNote(.warning, "BitoPro: \(market.symbol) is under maintenance"))
            }
            found.append((market.id, row.instrument))
        }
        for (market, instrument) in found {
            instruments[market] = instrument
            output.events.append(.status(.instrument(instrument), of: venue))
        }
        return .done
    }

    // MARK: Lists

    private mutating func readOpenOrders(
        _ body: JSONValue, _ market: MarketID, sentAt: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        let instrument = try instrument(market)
        let rows = try BitoProReplies.orders(try VenueFields(body, "openOrders").array("data"), instrument)
        var reports: [OrderReport] = []
        for row in rows {
            let client = names.owner(of: row.id, number: row.clientNumber)
            let report = row.report(market, client)
            guard row.status == .working else {
                if client != nil { tell(report, into: &output) }
                continue
            }
            reports.append(report)
            if client == nil { output.found.append(row.id) }
        }
        output.events.append(.account(.openOrders(market, reports, asOf: sentAt)))
        settleHomeless(market, into: &output)
    }

    private mutating func readFills(
        _ body: JSONValue, _ market: MarketID, since: Instant, page: Int, sentAt: Instant,
        into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        let rows = try BitoProReplies.trades(body, try instrument(market))
        if page == 0 { fillPages[market] = FillPages(askedAt: sentAt) }
        tell(rows, market, into: &output)
        let oldest = rows.map(\.trade).min()
        // A page that goes no further back would be asked for without end.
        if rows.count >= BitoProVenue.pageSize, let oldest, fillPages[market]?.oldest.map({ oldest < $0 }) ?? true {
            fillPages[market]?.oldest = oldest
            return .more(.fills(market, since: since, page: page + 1))
        }
        for order in cancels.settled(market, asOf: fillPages[market]?.askedAt ?? .distantPast) {
            output.events.append(.account(.done(order, .canceled, filled: nil)))
        }
        return .done
    }

    /// Oldest first. A trade that is there twice, on two orders of ours, is one with ourselves.
    private mutating func tell(_ rows: [BitoProTradeRow], _ market: MarketID, into output: inout AdapterOutput) {
        let waits = names.hasUnnamed(in: market)
        for row in rows.sorted(by: { ($0.trade, $0.order) < ($1.trade, $1.order) }) {
            let isSelf = rows.contains { $0.trade == row.trade && $0.order != row.order }
            if waits, names.client(of: row.order) == nil {
                if homeless[market]?.contains(row) != true { homeless[market, default: []].append(row) }
                continue
            }
            tell(row, market, isSelf: isSelf, into: &output)
        }
    }

    private func tell(_ row: BitoProTradeRow, _ market: MarketID, isSelf: Bool, into output: inout AdapterOutput) {
        var fill = Fill(
            market: market, trade: row.trade, clientOrderID: names.client(of: row.order), venueOrderID: row.order,
            side: row.side, price: row.price, quantity: row.quantity, isMaker: row.isMaker, commission: row.commission,
            venueTime: row.time)
        fill.baseCommission = row.baseCommission
        if row.flaw != nil { fill.thirdAssetCommission = row.commission }
        fill.isSelfTrade = isSelf
        if let flaw = row.flaw { output.notes.append(SessionNote(.warning, "BitoPro: \(flaw)")) }
        output.events.append(.account(.filled(fill)))
    }

    /// Fills that waited are told once their orders have names, or no order waits for one any more.
    mutating func settleHomeless(_ market: MarketID, into output: inout AdapterOutput) {
        guard let rows = homeless[market], !rows.isEmpty else { return }
        let waits = names.hasUnnamed(in: market)
        let ready = rows.filter { !waits || names.client(of: $0.order) != nil }
        homeless[market] = rows.filter { !ready.contains($0) }
        for row in ready {
            let isSelf = rows.contains { $0.trade == row.trade && $0.order != row.order }
            tell(row, market, isSelf: isSelf, into: &output)
        }
    }

    /// An order never came to be: nothing waits for its name.
    mutating func gone(_ id: ClientOrderID, into output: inout AdapterOutput) {
        names.giveUp(id)
        if let market = names.market(of: id) { settleHomeless(market, into: &output) }
    }

    mutating func tell(_ report: OrderReport, into output: inout AdapterOutput) {
        if case .done = report.status, let id = report.clientOrderID { cancels.forget(id) }
        output.events.append(.account(.report(report)))
    }

    func askForFills(_ market: MarketID, at now: Instant, into output: inout AdapterOutput) {
        output.calls.append(.fills(market, since: now, page: 0))
    }
}
