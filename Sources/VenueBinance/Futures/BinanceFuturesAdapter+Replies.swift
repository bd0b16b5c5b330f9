public import Fundamentals
internal import MarketModel
internal import VenueAster
public import VenueKit
public import Wire

extension BinanceFuturesAdapter {
    public mutating func read(
        _ response: HTTPResponse, to call: VenueCall, sentAt: Instant, at now: Instant, into output: inout AdapterOutput
    ) -> CallVerdict {
        Self.readUsage(response, into: &output)
        let body = try? JSONValue.parse(response.body)
        let outcome = AsterErrorPolicy.outcome(status: response.status, body: body)
        switch outcome {
        case .accepted, .rejected, .fatal: bans = 0
        case .unresolved, .throttled: break
        }
        switch outcome {
        case .accepted: return accepted(body ?? .null, call, sentAt: sentAt, into: &output)
        case .unresolved(let reason): return .unknown(reason)
        case .fatal(let rejection):
            return .fatal("Binance refuses this account or key: \(rejection.code) \(rejection.message)")
        case .throttled(let rejection): return throttled(rejection, response, at: now)
        case .rejected(let rejection): return refused(rejection, call, sentAt: sentAt, into: &output)
        }
    }

    private mutating func accepted(
        _ body: JSONValue, _ call: VenueCall, sentAt: Instant, into output: inout AdapterOutput
    ) -> CallVerdict {
        do throws(VenueDecodeError) {
            switch call {
            case .time: output.venueTime = try AsterReplies.serverTime(body)
            case .rules: return try readRules(body, into: &output)
            case .accountMode: return try readAccountMode(body, into: &output)
            case .balances: return try readBalances(body, sentAt: sentAt, into: &output)
            case .book(let market): try readBook(body, market, into: &output)
            case .openOrders(let market, _): try readOpenOrders(body, market, sentAt: sentAt, into: &output)
            case .fills(let market, let since, let page):
                return try readFills(body, market, since: since, page: page, into: &output)
            case .order(_, let market):
                let (slot, instrument) = try instrument(of: market)
                let report = try AsterReplies.order(body, instrument).report
                record(report.clientOrderID, as: report.venueOrderID, in: slot)
                output.events.append(.account(.report(report)))
            case .place(let placements): try readPlaced(body, placements, into: &output)
            case .cancel(let market, let targets): try readCanceled(body, market, targets, into: &output)
            case .streamKey(.open): listenKey = try AsterReplies.listenKey(body)
            case .streamKey(.close): listenKey = nil
            case .streamKey(.keep), .cancelAll, .countdown: break
            }
            return .done
        } catch {
            return .unknown("unreadable reply: \(error.place): \(error.reason)")
        }
    }

    /// A definitive refusal, call by call.
    private mutating func refused(
        _ rejection: VenueRejection, _ call: VenueCall, sentAt: Instant, into output: inout AdapterOutput
    ) -> CallVerdict {
        if AsterErrorPolicy.isClockFault(rejection) { output.calls.append(.time) }
        switch call {
        case .order(let id, _) where rejection.code == -2013:
            output.events.append(.account(.notFound(id, askedAt: sentAt)))
            return .done
        // The key is gone: the next one is asked for when the stream is opened anew.
        case .streamKey(.keep):
            listenKey = nil
            return .refused(rejection)
        case .place:
            if rejection.kind == .rules { output.calls.append(.rules) }
            return .refused(rejection)
        default: return .refused(rejection)
        }
    }

    // MARK: Orders

    /// Each element of a batch speaks for its own order: an order, or why there is none.
    private mutating func readPlaced(
        _ body: JSONValue, _ placements: [OrderPlacement], into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        guard placements.count > 1 else {
            if let placement = placements.first { try readPlaced(element: body, placement, into: &output) }
            return
        }
        guard let elements = body.elements else { throw VenueDecodeError("batchOrders", "expected an array") }
        for (placement, element) in zip(placements, elements) {
            switch AsterErrorPolicy.outcome(element: element) {
            case .accepted: try readPlaced(element: element, placement, into: &output)
            case .rejected(let rejection), .throttled(let rejection), .fatal(let rejection):
                output.events.append(.account(.rejected(placement.id, .place, rejection)))
            // Left without a word: the session asks for it.
            case .unresolved: break
            }
        }
    }

    private mutating func readPlaced(
        element: JSONValue, _ placement: OrderPlacement, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        let (slot, instrument) = try instrument(of: placement.spec.market)
        let report = try AsterReplies.order(element, instrument).report
        guard report.clientOrderID == placement.id else {
            throw VenueDecodeError("order.clientOrderId", "expected \(placement.id), found another order")
        }
        record(placement.id, as: report.venueOrderID, in: slot)
        output.events.append(.account(.accepted(placement.id, report.venueOrderID)))
        // The reply counts what filled and does not say how: the stream brings the fills, or they are fetched.
        switch report.status {
        case .done(let reason): output.events.append(.account(.done(placement.id, reason, filled: report.filled)))
        case .working: if report.filled > .zero { output.events.append(.account(.report(report))) }
        }
    }

    private mutating func readCanceled(
        _ body: JSONValue, _ market: MarketID, _ targets: [CancelTarget], into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        let (slot, instrument) = try instrument(of: market)
        guard targets.count > 1 else {
            return try conclude(body, targets.first, slot, instrument, into: &output)
        }
        guard let elements = body.elements else { throw VenueDecodeError("batchOrders", "expected an array") }
        for (target, element) in zip(targets, elements) {
            switch AsterErrorPolicy.outcome(element: element) {
            case .accepted: try conclude(element, target, slot, instrument, into: &output)
            case .rejected(let rejection), .throttled(let rejection), .fatal(let rejection):
                if let id = target.own { output.events.append(.account(.rejected(id, .cancel, rejection))) }
            case .unresolved: break
            }
        }
    }

    private mutating func conclude(
        _ body: JSONValue, _ target: CancelTarget?, _ slot: Int, _ instrument: Instrument,
        into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        let report = try AsterReplies.order(body, instrument).report
        if let own = target?.own, report.clientOrderID != own {
            throw VenueDecodeError("order.origClientOrderId", "expected \(own), found another order")
        }
        record(report.clientOrderID, as: report.venueOrderID, in: slot)
        guard let id = report.clientOrderID else { return }
        switch report.status {
        case .working: output.events.append(.account(.report(report)))
        case .done(let reason): output.events.append(.account(.done(id, reason, filled: report.filled)))
        }
    }

    private mutating func readOpenOrders(
        _ body: JSONValue, _ market: MarketID, sentAt: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        let (slot, instrument) = try instrument(of: market)
        var reports: [OrderReport] = []
        for row in try AsterReplies.orders(body, instrument) {
            let report = row.report
            record(report.clientOrderID, as: report.venueOrderID, in: slot)
            if let id = report.clientOrderID, isOwn(id) {
                reports.append(report)
            } else {
                output.found.append(report.venueOrderID)
            }
        }
        output.events.append(.account(.openOrders(market, reports, asOf: sentAt)))
    }

    /// As on spot: rows name orders by the venue's ids, and one that is not known may be an order of ours whose reply is
    /// late or lost.
    private mutating func readFills(
        _ body: JSONValue, _ market: MarketID, since: Instant, page: Int, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        let (slot, instrument) = try instrument(of: market)
        let rows = try AsterReplies.trades(body, instrument)
        let nameless = unnamed.filter { $0.market == market }.map(\.id)
        var waiting: VenueOrderID?
        for row in rows {
            var fill = row.fill
            switch index.owner(of: fill.venueOrderID, in: slot) {
            case .ours(let id): fill.clientOrderID = id
            case .foreign: break
            case .unknown:
                if !nameless.isEmpty {
                    waiting = fill.venueOrderID
                    continue
                }
            }
            output.events.append(.account(.filled(fill)))
            if let flaw = row.flaw { remarkOnce(flaw, into: &output) }
        }
        if let waiting {
            output.calls += nameless.map { .order($0, market) }
            return .unknown("whose order \(waiting) is has to be asked for before its fills are booked")
        }
        guard rows.count >= Self.fillPage, let last = rows.map(\.fill.trade).max() else { return .done }
        fillCursors[slot] = last.number + 1
        return .more(.fills(market, since: since, page: page + 1))
    }

    mutating func remarkOnce(_ text: String, into output: inout AdapterOutput) {
        guard !remarked.contains(text), remarked.count < 100 else { return }
        remarked.append(text)
        output.notes.append(SessionNote(.warning, text))
    }

    // MARK: Limits

    private mutating func throttled(
        _ rejection: VenueRejection, _ response: HTTPResponse, at now: Instant
    ) -> CallVerdict {
        let pause = response.headers["Retry-After"].flatMap { Int64($0) }.flatMap { seconds in
            seconds > 0 ? TimeSpan.seconds(min(seconds, 3 * 24 * 3_600)) : nil
        }
        switch response.status {
        case 403, 418:
            bans += 1
            if bans >= 3 { return .fatal("Binance has banned this address \(bans) times in a row") }
            return .throttled(until: now + (pause ?? .minutes(2)))
        default: return .throttled(until: now + (pause ?? (rejection.code == -1015 ? .seconds(10) : .minutes(1))))
        }
    }

    private static let counters: [(name: String, measure: RateRule.Measure, window: TimeSpan)] = [
        ("X-MBX-USED-WEIGHT-1M", .weight, .minutes(1)), ("X-MBX-ORDER-COUNT-10S", .orders, .seconds(10)),
        ("X-MBX-ORDER-COUNT-1M", .orders, .minutes(1)),
    ]

    private static func readUsage(_ response: HTTPResponse, into output: inout AdapterOutput) {
        for counter in counters {
            guard let text = response.headers[counter.name], let used = Int(text), used >= 0 else { continue }
            output.usage.append(RateUsage(counter.measure, per: counter.window, used: used))
        }
    }
}
