public import Fundamentals
internal import MarketModel
public import VenueKit
public import Wire

extension ACEAdapter {
    public mutating func read(
        _ response: HTTPResponse, to call: VenueCall, sentAt: Instant, at now: Instant, into output: inout AdapterOutput
    ) -> CallVerdict {
        if let clock = response.headers[ACEVenue.clockHeader].flatMap({ Int64($0) }) {
            output.venueTime = Instant(venueMilliseconds: clock)
        }
        if let verdict = ACEErrorPolicy.verdict(on: response, at: now) {
            return isMissingBatch(response.status, call) ? .split(forGood: true) : verdict
        }
        do throws(VenueDecodeError) {
            let body = try Self.document(response)
            let verdict = try read(body, to: call, sentAt: sentAt, at: now, into: &output)
            return excusing(verdict, &output)
        } catch {
            output.notes.append(SessionNote(.error, "ACE: \(error.place): \(error.reason)"))
            return .unknown("\(error.place): \(error.reason)")
        }
    }

    /// A signature is refused for its time as it is for its key: told apart by the clock that the reply shows.
    private func excusing(_ verdict: CallVerdict, _ output: inout AdapterOutput) -> CallVerdict {
        guard case .fatal(let text) = verdict, let clock = output.venueTime, let stamp = lastStamp,
            abs((clock - stamp).nanoseconds) > TimeSpan.seconds(ACEVenue.timeWindowSeconds / 2).nanoseconds
        else { return verdict }
        output.calls.append(.time)
        return .refused(VenueRejection(kind: .requote, code: ACEErrorPolicy.authentication[0], message: text))
    }

    private static func document(_ response: HTTPResponse) throws(VenueDecodeError) -> JSONValue {
        do throws(WireError) {
            return try JSONValue.parse(response.body)
        } catch {
            throw VenueDecodeError("reply", "expected JSON, found byte \(error.offset): \(error.reason)")
        }
    }

    private func isMissingBatch(_ status: Int, _ call: VenueCall) -> Bool {
        switch call {
        case .place(let orders): status == 404 && orders.count > 1
        case .cancel(_, let targets): status == 404 && targets.count > 1
        case .time, .rules, .accountMode, .book, .balances, .openOrders, .fills, .order, .cancelAll, .streamKey,
            .countdown:
            false
        }
    }

    private mutating func read(
        _ body: JSONValue, to call: VenueCall, sentAt: Instant, at now: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        if case .rules = call { return try readRules(body, into: &output) }
        let envelope = try ACEEnvelope(body, "reply")
        switch call {
        case .place(let orders): return readPlaced(envelope, orders, at: now, into: &output)
        case .cancel(let market, let targets): return readCanceled(envelope, market, targets, at: now, into: &output)
        case .time, .book, .balances, .openOrders, .fills, .order:
            guard envelope.status == ACEEnvelope.success else { return ACEErrorPolicy.verdict(on: envelope, .place) }
            return try read(envelope.attachment, ofQuery: call, sentAt: sentAt, into: &output)
        case .rules, .accountMode, .cancelAll, .streamKey, .countdown: return .done
        }
    }

    private mutating func read(
        _ body: JSONValue, ofQuery call: VenueCall, sentAt: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        switch call {
        case .book(let market):
            var update = try ACEReplies.book(body, try pair(market))
            // Without numbers of the venue's own, the newest question has the newest answer.
            update.firstID = sentAt.milliseconds
            update.lastID = sentAt.milliseconds
            update.venueTime = output.venueTime ?? sentAt
            output.events.append(.market(.snapshot(market, update)))
        case .balances:
            for row in try ACEReplies.holdings(body, of: assets) {
                output.events.append(
                    .account(
                        .holding(venue, asset: row.asset, total: row.total, available: row.available, asOf: sentAt)))
            }
        case .openOrders(let market, let page):
            return try readOpenOrders(body, market, page: page, sentAt: sentAt, into: &output)
        case .fills(let market, let since, let page):
            return try readFills(body, market, since: since, page: page, sentAt: sentAt, into: &output)
        case .order(let id, let market): return try readOrder(body, id, market, sentAt: sentAt, into: &output)
        case .time, .rules, .accountMode, .place, .cancel, .cancelAll, .streamKey, .countdown: break
        }
        return .done
    }

    func pair(_ market: MarketID) throws(VenueDecodeError) -> ACEMarketPair {
        guard let pair = pairs[market] else { throw VenueDecodeError("reply", "expected the rules of \(market) first") }
        return pair
    }

    /// What our markets are made of, each asset once.
    private var assets: [String] {
        var assets: [String] = []
        for market in markets {
            guard let instrument = pairs[market.id]?.instrument else { continue }
            for asset in [instrument.baseAsset, instrument.quoteAsset] where !assets.contains(asset) {
                assets.append(asset)
            }
        }
        return assets
    }

    // MARK: Rules

    private mutating func readRules(
        _ body: JSONValue, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        var found: [(MarketID, ACEMarketPair)] = []
        for market in markets {
            guard let pair = try ACEMarketPair.find(market.symbol, in: body, as: market.id) else {
                return .fatal("ACE lists no market '\(market.symbol)'")
            }
            found.append((market.id, pair))
        }
        for (market, pair) in found {
            pairs[market] = pair
            output.events.append(.status(.instrument(pair.instrument), of: venue))
        }
        return .done
    }

    // MARK: Lists

    private mutating func readOpenOrders(
        _ body: JSONValue, _ market: MarketID, page: Int, sentAt: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        let rows = try ACEReplies.orders(body, try pair(market))
        var pages = next(openPages[market], page)
        var reports: [OrderReport] = []
        for (row, isNew) in zip(rows, pages.take(rows.map(\.orderNo))) where isNew {
            guard let (report, isOurs) = identify(row, market) else {
                throw VenueDecodeError("orderList.orderNo", "expected digits")
            }
            guard row.status == .working else {
                // Not an open order, but news all the same.
                if isOurs { output.events.append(.account(.report(report))) }
                continue
            }
            reports.append(report)
            if !isOurs { output.found.append(report.venueOrderID) }
        }
        openPages[market] = pages
        output.events.append(.account(.openOrders(market, reports, asOf: sentAt)))
        return rows.count < ACEVenue.pageSize ? .done : .more(.openOrders(market, page: page + 1))
    }

    /// Where the list goes on with `page`; the first one starts over, and keeps what was learned of counting.
    private func next(_ known: ListPages?, _ page: Int) -> ListPages {
        page > 0 ? known ?? ListPages() : ListPages(countsRows: known?.countsRows ?? false)
    }

    /// A row under our names; whether the order is of this start.
    private mutating func identify(_ row: ACEOrderRow, _ market: MarketID) -> (OrderReport, isOurs: Bool)? {
        let client = Self.client(row.customID)
        guard let id = names.learn(row.orderNo, client) else { return nil }
        let owner = client ?? names.client(of: id)
        return (row.report(market, id, owner), owner.map { placed[$0] != nil } ?? false)
    }

    private mutating func readFills(
        _ body: JSONValue, _ market: MarketID, since: Instant, page: Int, sentAt: Instant,
        into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        let rows = try ACEReplies.trades(body, try pair(market))
        var pages = next(fillPages[market], page)
        let isNew = pages.take(rows.map { "\($0.tradeNo) \($0.orderNo)" })
        try tell(zip(rows, isNew).filter(\.1).map(\.0), market, into: &output)
        fillPages[market] = pages
        if page == 0 { fillsAskedAt[market] = sentAt }
        guard rows.count < ACEVenue.pageSize else { return .more(.fills(market, since: since, page: page + 1)) }
        for order in cancels.settled(market, asOf: fillsAskedAt[market] ?? .distantPast) {
            output.events.append(.account(.done(order, .canceled, filled: nil)))
        }
        return .done
    }

    /// Oldest first, whatever their order on the page: numbers that stand for names ascend with them.
    mutating func tell(
        _ rows: [ACETradeRow], _ market: MarketID, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        let sorted = rows.sorted { ($0.time, $0.tradeNo, $0.orderNo) < ($1.time, $1.tradeNo, $1.orderNo) }
        for row in sorted {
            guard let trade = tradeNumbers.number(of: row.tradeNo) else {
                throw VenueDecodeError("tradeList.tradeNo", "expected digits")
            }
            let client = Self.client(row.customID)
            guard let order = names.learn(row.orderNo, client) else {
                throw VenueDecodeError("tradeList.orderNo", "expected digits")
            }
            var fill = Fill(
                market: market, trade: TradeID(trade), clientOrderID: client ?? names.client(of: order),
                venueOrderID: order, side: row.side, price: row.price, quantity: row.quantity, isMaker: row.isMaker,
                commission: row.fee, venueTime: row.time)
            fill.isSelfTrade = row.isSelf
            output.events.append(.account(.filled(fill)))
        }
    }
}
