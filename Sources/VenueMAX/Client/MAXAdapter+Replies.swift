public import Fundamentals
internal import MarketModel
public import VenueKit
public import Wire

extension MAXAdapter {
    public mutating func read(
        _ response: HTTPResponse, to call: VenueCall, sentAt: Instant, at now: Instant, into output: inout AdapterOutput
    ) -> CallVerdict {
        defer {
            releaseForeign(into: &output)
            refreshQuietBooks(at: now, into: &output)
        }
        switch MAXErrorPolicy.outcome(of: response, to: Self.kind(of: call)) {
        case .accepted(let data):
            do throws(VenueDecodeError) {
                return try accept(call, data, sentAt: sentAt, at: now, into: &output)
            } catch {
                return .unknown("\(error.place): \(error.reason)")
            }
        case .refused(let rejection):
            if MAXErrorPolicy.isClockFault(rejection) { output.calls.append(.time) }
            if case .place(let placements) = call { for order in placements { index.forget(order.id) } }
            return .refused(rejection)
        case .notFound:
            if case .order(let id, _) = call { output.events.append(.account(.notFound(id, askedAt: sentAt))) }
            return .done
        case .unknown(let reason): return .unknown(reason)
        case .throttled(let until):
            if case .place(let placements) = call { for order in placements { index.forget(order.id) } }
            let own = now + .seconds(60)
            return .throttled(
                until: until.map { max(now + .seconds(1), min($0 - clock.offset, now + .hours(1))) } ?? own)
        case .fatal(let reason): return .fatal(reason)
        }
    }

    private static func kind(of call: VenueCall) -> MAXRequestKind {
        switch call {
        case .place: .place
        case .cancel, .cancelAll: .cancel
        case .order: .orderQuery
        case .time, .rules, .accountMode, .book, .balances, .openOrders, .fills, .streamKey, .countdown: .read
        }
    }

    private mutating func accept(
        _ call: VenueCall, _ data: JSONValue, sentAt: Instant, at now: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        switch call {
        case .time:
            let seconds = try VenueFields(data, "timestamp").integer("timestamp")
            guard (0...7_258_118_400).contains(seconds) else { throw VenueDecodeError("timestamp", "not a moment") }
            output.venueTime = clock.observe(seconds: seconds, sentAt: sentAt, receivedAt: now)
        case .rules: return try acceptRules(data, into: &output)
        case .accountMode:
            fees = try MAXFees(data)
            for slot in slots.indices { adoptFees(slot, into: &output) }
        case .book(let market): try acceptDepth(market, data, sentAt: sentAt, at: now, into: &output)
        case .balances: try acceptBalances(data, asOf: sentAt, into: &output)
        case .openOrders(let market, let page):
            return try acceptOpenOrders(market, page, data, asOf: sentAt, into: &output)
        case .fills(let market, let since, let page):
            return try acceptFills(market, since, page, data, into: &output)
        case .order(let id, let market): try acceptOrder(id, market, data, into: &output)
        case .place(let placements): try acceptPlacement(placements, data, into: &output)
        case .cancel(_, let targets): acceptCancel(targets, into: &output)
        case .cancelAll: break
        case .streamKey, .countdown: break
        }
        return .done
    }

    // MARK: Rules and account

    private mutating func acceptRules(
        _ data: JSONValue, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        for slot in slots.indices {
            let market = slots[slot].market
            let fresh: MAXMarket
            do throws(VenueDecodeError) {
                fresh = try MAXMarket.find(
                    market.symbol, in: data, market: market.id,
                    fees: fees.map { ($0.maker, $0.taker) } ?? MAXMarket.provisionalFees)
            } catch {
                // At start nothing can be done without its rules; later the known ones are kept.
                guard slots[slot].instrument == nil else { throw error }
                return .fatal("\(error.place): \(error.reason)")
            }
            if fresh.status != .active, slots[slot].instrument == nil, market.isTraded {
                return .fatal("\(market.symbol) is not open for trading: its status is \(fresh.status)")
            }
            if fresh.status != slots[slot].status, fresh.status != .active {
                output.notes.append(SessionNote(.warning, "\(market.symbol) is now \(fresh.status)"))
            }
            slots[slot].status = fresh.status
            tell(fresh.instrument, slot, into: &output)
        }
        return .done
    }

    private mutating func adoptFees(_ slot: Int, into output: inout AdapterOutput) {
        guard var instrument = slots[slot].instrument, let fees else { return }
        (instrument.makerFee, instrument.takerFee) = (fees.maker, fees.taker)
        tell(instrument, slot, into: &output)
    }

    private mutating func tell(_ instrument: Instrument, _ slot: Int, into output: inout AdapterOutput) {
        guard slots[slot].instrument != instrument else { return }
        let steps = slots[slot].instrument.map { ($0.tickSize, $0.lotSize) }
        slots[slot].instrument = instrument
        output.events.append(.status(.instrument(instrument), of: venue))
        // Ticks of the old size mean nothing now.
        if let steps, steps != (instrument.tickSize, instrument.lotSize) {
            slots[slot].book.lose()
            output.events.append(.market(.bookLost(instrument.market)))
            output.calls.append(.book(instrument.market))
        }
    }

    private func acceptBalances(
        _ data: JSONValue, asOf: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        guard let rows = data.elements else { throw VenueDecodeError("accounts", "expected an array") }
        for asset in assets {
            guard let row = rows.first(where: { $0["currency"]?.text?.uppercased() == asset }) else {
                output.events.append(
                    .account(.holding(venue, asset: asset, total: .zero, available: .zero, asOf: asOf)))
                continue
            }
            let fields = VenueFields(row, "accounts.\(asset)")
            output.events.append(.account(try holding(asset, fields, "balance", "locked", asOf: asOf)))
        }
    }

    /// What is available and what orders hold back; staked amounts cannot be traded, and do not count.
    func holding(
        _ asset: String, _ fields: VenueFields, _ available: String, _ locked: String, asOf: Instant
    ) throws(VenueDecodeError) -> AccountEvent {
        guard let free = Cash(rounding: try fields.number(available)) else {
            throw fields.missing(available, "an amount")
        }
        guard let held = Cash(rounding: try fields.number(locked)) else { throw fields.missing(locked, "an amount") }
        return .holding(venue, asset: asset, total: free + held, available: free, asOf: asOf)
    }

    /// What our markets trade, in the order in which they name it.
    var assets: [String] {
        var assets: [String] = []
        for slot in slots {
            guard let instrument = slot.instrument else { continue }
            for asset in [instrument.baseAsset, instrument.quoteAsset] where !assets.contains(asset) {
                assets.append(asset)
            }
        }
        return assets
    }

    // MARK: Books

    private mutating func acceptDepth(
        _ market: MarketID, _ data: JSONValue, sentAt: Instant, at now: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        guard let slot = slot(of: market), let instrument = slots[slot].instrument else { return }
        let book = try MAXBook(reply: data, instrument)
        // The stream may have gone further while the reply was on its way.
        guard slots[slot].book.isBehind(book) else { return }
        hand(book, slot, venueTime: sentAt + clock.offset, at: now, into: &output)
    }

    /// A whole book, which the stream's messages continue from now on.
    mutating func hand(
        _ book: MAXBook, _ slot: Int, venueTime: Instant, at now: Instant, into output: inout AdapterOutput
    ) {
        slots[slot].book.restart(book, at: now)
        let number = slots[slot].book.number
        let update = BookUpdate(
            firstID: number, lastID: number, venueTime: venueTime, bids: book.bids, asks: book.asks)
        output.events.append(.market(.snapshot(slots[slot].market.id, update)))
    }

    /// The stream says nothing of a book that does not change; now and then it is asked for, so that it does not count
    /// as stale.
    private mutating func refreshQuietBooks(at now: Instant, into output: inout AdapterOutput) {
        for slot in slots.indices where slots[slot].book.isQuiet(at: now) {
            slots[slot].book.askedAgain(at: now)
            output.calls.append(.book(slots[slot].market.id))
        }
    }
}
