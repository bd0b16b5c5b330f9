internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

extension BinanceSpotAdapter {
    func instrument(of market: MarketID) throws(VenueDecodeError) -> (slot: Int, Instrument) {
        guard let slot = slot(of: market), let instrument = instruments[slot] else {
            throw VenueDecodeError("order", "no instrument is loaded for \(market)")
        }
        return (slot, instrument)
    }

    // MARK: Placing

    mutating func readPlaced(
        _ body: JSONValue, _ placements: [OrderPlacement], into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        guard let placement = placements.first else { return .done }
        let (slot, instrument) = try instrument(of: placement.spec.market)
        let report = try BinanceReplies.order(body, instrument).report
        guard report.clientOrderID == placement.id else {
            throw VenueDecodeError("order.clientOrderId", "expected \(placement.id), found another order")
        }
        let fills = try BinanceReplies.fills(body, of: report, instrument)
        record(placement.id, as: report.venueOrderID, in: slot)
        output.events.append(.account(.accepted(placement.id, report.venueOrderID)))
        for row in fills { book(row, into: &output) }
        switch report.status {
        case .done(let reason): output.events.append(.account(.done(placement.id, reason, filled: report.filled)))
        case .working:
            // Filled in part without saying how: the venue's count is what makes the missing fills known.
            let told = fills.reduce(Quantity.zero) { $0 + $1.fill.quantity }
            if told != report.filled || body["preventedQuantity"] != nil {
                output.events.append(.account(.report(report)))
            }
        }
        return .done
    }

    /// Hands a fill on, and says once for each asset that its fees are estimates.
    mutating func book(_ row: BinanceTradeRow, into output: inout AdapterOutput) {
        output.events.append(.account(.filled(row.fill)))
        if let asset = row.estimatedFrom { noteEstimate(asset, into: &output) }
    }

    mutating func noteEstimate(_ asset: String, into output: inout AdapterOutput) {
        guard !notedAssets.contains(asset), notedAssets.count < 100 else { return }
        notedAssets.append(asset)
        output.notes.append(
            SessionNote(.warning, "fees taken in \(asset.prefix(20)) are booked at the fee rate, as an estimate"))
    }

    // MARK: Cancelling

    /// The reply may say that the order was filled or expired instead.
    mutating func readCanceled(
        _ body: JSONValue, _ market: MarketID, _ targets: [CancelTarget], into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        let (slot, instrument) = try instrument(of: market)
        let report = try BinanceReplies.order(body, instrument).report
        if let own = targets.first?.own, report.clientOrderID != own {
            throw VenueDecodeError("order.origClientOrderId", "expected \(own), found another order")
        }
        conclude(report, slot, into: &output)
        return .done
    }

    mutating func readCanceledAll(
        _ body: JSONValue, _ market: MarketID, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        guard let rows = body.elements else { throw VenueDecodeError("openOrders", "expected an array") }
        let (slot, instrument) = try instrument(of: market)
        // Lists of orders have rows of another shape, and are none of ours.
        for row in rows where row["orderId"] != nil {
            conclude(try BinanceReplies.order(row, instrument).report, slot, into: &output)
        }
        return .done
    }

    private mutating func conclude(_ report: OrderReport, _ slot: Int, into output: inout AdapterOutput) {
        record(report.clientOrderID, as: report.venueOrderID, in: slot)
        guard let id = report.clientOrderID else { return }
        switch report.status {
        case .working: output.events.append(.account(.report(report)))
        case .done(let reason): output.events.append(.account(.done(id, reason, filled: report.filled)))
        }
    }

    // MARK: Asking

    mutating func readOrder(
        _ body: JSONValue, _ market: MarketID, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        let (slot, instrument) = try instrument(of: market)
        let report = try BinanceReplies.order(body, instrument).report
        record(report.clientOrderID, as: report.venueOrderID, in: slot)
        output.events.append(.account(.report(report)))
        return .done
    }

    mutating func readOpenOrders(
        _ body: JSONValue, _ market: MarketID, sentAt: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        guard let rows = body.elements else { throw VenueDecodeError("openOrders", "expected an array") }
        let (slot, instrument) = try instrument(of: market)
        var reports: [OrderReport] = []
        for row in rows {
            let report = try BinanceReplies.order(row, instrument).report
            record(report.clientOrderID, as: report.venueOrderID, in: slot)
            if let id = report.clientOrderID, isOwn(id) {
                reports.append(report)
            } else {
                output.found.append(report.venueOrderID)
            }
        }
        output.events.append(.account(.openOrders(market, reports, asOf: sentAt)))
        return .done
    }

    /// Rows name orders by the venue's ids. One that is not known may be an order of ours whose reply is late or lost: then
    /// those are asked for first, since a fill that is booked without its order is never given to it.
    mutating func readFills(
        _ body: JSONValue, _ market: MarketID, since: Instant, page: Int, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        guard let elements = body.elements else { throw VenueDecodeError("myTrades", "expected an array") }
        let (slot, instrument) = try instrument(of: market)
        var rows: [BinanceTradeRow] = []
        for element in elements { rows.append(try BinanceReplies.myTrade(element, instrument)) }
        let nameless = unnamed.filter { $0.market == market }.map(\.id)
        var waiting: VenueOrderID?
        for row in rows {
            var row = row
            switch index.owner(of: row.fill.venueOrderID, in: slot) {
            case .ours(let id): row.fill.clientOrderID = id
            case .foreign: break
            case .unknown:
                if !nameless.isEmpty {
                    waiting = row.fill.venueOrderID
                    continue
                }
            }
            book(row, into: &output)
        }
        if let waiting {
            output.calls += nameless.map { .order($0, market) }
            return .unknown("whose order \(waiting) is has to be asked for before its fills are booked")
        }
        return continued(rows, market, slot, since: since, page: page)
    }

    private mutating func continued(
        _ rows: [BinanceTradeRow], _ market: MarketID, _ slot: Int, since: Instant, page: Int
    ) -> CallVerdict {
        let next = VenueCall.fills(market, since: since, page: page + 1)
        if rows.count >= Self.fillPage, let last = rows.map(\.fill.trade).max() {
            fillCursors[slot] = .id(last.number + 1)
            return .more(next)
        }
        guard case .time(_, let end?) = fillCursors[slot] else { return .done }
        fillCursors[slot] = .time(end + .milliseconds(1), end: nil)
        return .more(next)
    }
}
