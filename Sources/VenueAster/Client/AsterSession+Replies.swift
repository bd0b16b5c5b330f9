internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

extension AsterSession {
    /// A reply that is no refusal: what the call wanted to know.
    mutating func accept(
        _ entry: RequestTable<AsterCall>.Entry, _ body: JSONValue, at now: Instant, into output: inout SessionOutput
    ) throws(AsterDecodeError) -> AsterResult {
        switch entry.purpose {
        case .time:
            let stepped = clock.record(
                venueTime: try AsterReplies.serverTime(body), sentAt: entry.sentAt, receivedAt: now)
            userDecoder.clockOffset = clock.offset
            if stepped {
                output.notes.append(SessionNote(.warning, "a clock stepped: offset to the venue measured anew"))
            }
            isClockSuspect = false
        case .exchangeInfo: return try acceptExchangeInfo(body, into: &output)
        case .positionMode:
            if try AsterReplies.isHedgeMode(body) { return .fatal(Self.hedgeReason) }
        case .openOrders(let slot): return try acceptOpenOrders(slot, entry, body, into: &output)
        case .renewListenKey: listenKeyConfirmedAt = now
        case .sweep, .deleteListenKey: break
        case .positions: return try acceptPositions(entry, body, into: &output)
        case .balance: try acceptBalance(entry, body, into: &output)
        case .commission(let slot): try acceptCommission(slot, body, into: &output)
        case .lastTrade(let slot): try acceptLastTrade(slot, entry, body)
        case .trades(let slot, _): return try acceptTrades(slot, entry, body, into: &output)
        case .identify(let slot, let venue):
            guard let instrument = instrument(slot) else { return .done }
            let row = try AsterReplies.order(body, instrument)
            index.record(row.report.clientOrderID, as: venue, in: slot)
        case .countdown(let slot, let span): armed(slot, span, sentAt: entry.sentAt, into: &output)
        case .createListenKey: listenKeyArrived(try AsterReplies.listenKey(body), at: now, into: &output)
        case .depth(let slot): try acceptDepth(slot, body, at: now, into: &output)
        case .place, .placeBatch, .amend, .cancel, .cancelBatch, .cancelAll:
            try acceptOrderReply(entry, body, at: now, into: &output)
        case .query(let slot, let id):
            guard let instrument = instrument(slot) else { return .done }
            let row = try AsterReplies.order(body, instrument)
            guard row.report.clientOrderID == id else {
                throw AsterDecodeError("order.clientOrderId", "expected \(id), found \(row.clientText.prefix(40))")
            }
            index.record(id, as: row.report.venueOrderID, in: slot)
            output.events.append(.account(.report(row.report)))
        }
        return .done
    }

    static let hedgeReason =
        "the account is in hedge mode: switch it to one-way mode, positions and reduce-only mean something else there"

    // MARK: Rules

    private mutating func acceptExchangeInfo(
        _ body: JSONValue, into output: inout SessionOutput
    ) throws(AsterDecodeError) -> AsterResult {
        budget.adopt(AsterExchangeInfo.rateRules(body))
        for slot in markets.indices {
            let known = markets[slot].instrument
            let fees = configuration.fees.map { ($0.maker, $0.taker) } ?? known.map { ($0.makerFee, $0.takerFee) }
            do throws(AsterDecodeError) {
                let fresh = try AsterExchangeInfo.instrument(
                    body, symbol: symbols[slot], market: markets[slot].id,
                    fees: fees ?? AsterExchangeInfo.provisionalFees)
                if fresh != known { adopt(fresh, in: slot, into: &output) }
            } catch {
                return .fatal("\(error.place): \(error.reason)")
            }
        }
        return .done
    }

    private mutating func adopt(_ instrument: Instrument, in slot: Int, into output: inout SessionOutput) {
        let old = markets[slot].instrument
        markets[slot].instrument = instrument
        let loaded = markets.compactMap(\.instrument)
        userDecoder.instruments = loaded
        marketDecoder = AsterMarketDecoder(instruments: loaded)
        output.events.append(.status(.instrument(instrument)))
        // Ticks of the old size mean nothing now: the book starts over.
        if let old, old.tickSize != instrument.tickSize || old.lotSize != instrument.lotSize, marketStream.isOpen {
            bookLost(slot, into: &output)
            markets[slot].sync.restart()
            markets[slot].askForDepthAt = .distantPast
        }
    }

    /// The venue refused an order for its filters: they changed.
    mutating func reloadInstruments(at now: Instant, into output: inout SessionOutput) {
        guard !isPending({ $0 == .exchangeInfo }) else { return }
        submit(.exchangeInfo, at: now, into: &output)
    }

    private mutating func acceptCommission(
        _ slot: Int, _ body: JSONValue, into output: inout SessionOutput
    ) throws(AsterDecodeError) {
        let fees = try AsterReplies.commission(body, symbol: symbols[slot])
        guard configuration.fees == nil, var instrument = markets[slot].instrument else { return }
        guard (instrument.makerFee, instrument.takerFee) != (fees.maker, fees.taker) else { return }
        instrument.makerFee = fees.maker
        instrument.takerFee = fees.taker
        adopt(instrument, in: slot, into: &output)
    }

    // MARK: Account

    private mutating func acceptOpenOrders(
        _ slot: Int, _ entry: RequestTable<AsterCall>.Entry, _ body: JSONValue, into output: inout SessionOutput
    ) throws(AsterDecodeError) -> AsterResult {
        guard let instrument = instrument(slot) else { return .done }
        let rows = try AsterReplies.orders(body, instrument)
        for row in rows { index.record(row.report.clientOrderID, as: row.report.venueOrderID, in: slot) }
        let ours = rows.filter(\.isOurs)
        hasLeftovers = !wasReady && !ours.isEmpty
        let routine = board.position(waitingFor: entry.id)
        switch routine.map({ board.routines[$0].kind }) {
        case .startUp where !ours.isEmpty: return sweepSteps(slot, ours, routine: routine ?? 0, into: &output)
        case .shutDown where !ours.isEmpty:
            output.notes.append(SessionNote(.warning, "\(ours.count) of our orders still rest in \(symbols[slot])"))
            return .then([.call(.cancelAll(slot)), .pause(.milliseconds(200)), .call(.openOrders(slot))])
        default: break
        }
        output.events.append(.account(.openOrders(markets[slot].id, rows.map(\.report), asOf: entry.sentAt)))
        return .done
    }

    /// Orders of an earlier run are taken off, then looked for again, until none is left.
    private mutating func sweepSteps(
        _ slot: Int, _ ours: [AsterOrderRow], routine: Int, into output: inout SessionOutput
    ) -> AsterResult {
        let ids = ours.map(\.report.venueOrderID)
        let round = board.routines[routine].sweeps
        board.routines[routine].sweeps += 1
        output.notes.append(
            SessionNote(.info, "\(ids.count) orders of an earlier run rest in \(symbols[slot]): cancelling"))
        // A batch with one unknown id may fail as a whole, so later rounds go one by one.
        let size = round == 0 ? 10 : 1
        var steps: [AsterStep] = []
        for start in stride(from: 0, to: ids.count, by: size) {
            steps.append(.call(.sweep(slot, Array(ids[start..<min(start + size, ids.count)]))))
        }
        if round > 0 { steps.append(.pause(.milliseconds(500))) }
        return .then(steps + [.call(.openOrders(slot))])
    }

    private mutating func acceptPositions(
        _ entry: RequestTable<AsterCall>.Entry, _ body: JSONValue, into output: inout SessionOutput
    ) throws(AsterDecodeError) -> AsterResult {
        for market in markets {
            guard let instrument = market.instrument else { continue }
            let row = try AsterReplies.position(body, instrument)
            if row.isHedge {
                die(Self.hedgeReason, into: &output)
                return .fatal(Self.hedgeReason)
            }
            output.events.append(
                .account(.position(market.id, row.quantity, entryPrice: row.entryPrice, asOf: entry.sentAt)))
        }
        return .done
    }

    private mutating func acceptBalance(
        _ entry: RequestTable<AsterCall>.Entry, _ body: JSONValue, into output: inout SessionOutput
    ) throws(AsterDecodeError) {
        guard let asset = markets.first?.instrument?.settlementAsset else { return }
        if let row = try AsterReplies.balance(body, asset: asset) {
            output.events.append(
                .account(.balance(wallet: row.wallet, available: row.available, asOf: entry.sentAt)))
        } else {
            // No row is not a balance of zero.
            remarkOnce("the balance has no row for \(asset): taken as no news", .warning, into: &output)
        }
    }

    // MARK: Fills

    private mutating func acceptLastTrade(
        _ slot: Int, _ entry: RequestTable<AsterCall>.Entry, _ body: JSONValue
    ) throws(AsterDecodeError) {
        guard let instrument = instrument(slot) else { return }
        let rows = try AsterReplies.trades(body, instrument)
        markets[slot].tradeCursor = rows.last?.fill.trade.number ?? -1
        markets[slot].fillsBegin = venueTime(entry.sentAt) - .seconds(1)
    }

    private mutating func acceptTrades(
        _ slot: Int, _ entry: RequestTable<AsterCall>.Entry, _ body: JSONValue, into output: inout SessionOutput
    ) throws(AsterDecodeError) -> AsterResult {
        guard let instrument = instrument(slot) else { return .done }
        let rows = try AsterReplies.trades(body, instrument)
        let cursor = markets[slot].tradeCursor ?? -1
        // Without a cursor (no trade ever, or none the venue remembers) the time tells what is ours to book.
        let fresh = rows.filter { row in
            row.fill.trade.number > cursor && (cursor >= 0 || row.fill.venueTime >= markets[slot].fillsBegin)
        }
        let strangers = unknownOrders(fresh, slot)
        if !strangers.isEmpty {
            // The same page again once it is known whose orders these are.
            return .then(strangers.map { .call(.identify(slot, $0)) } + [.call(entry.purpose)])
        }
        for var row in fresh {
            if case .ours(let client) = index.owner(of: row.fill.venueOrderID, in: slot) {
                row.fill.clientOrderID = client
            }
            output.events.append(.account(.filled(row.fill)))
            if let flaw = row.flaw { output.notes.append(SessionNote(.warning, flaw)) }
        }
        let last = max(cursor, rows.last?.fill.trade.number ?? cursor)
        markets[slot].tradeCursor = last
        if rows.count >= AsterCall.tradePage, last > cursor {
            return .then([.call(.trades(slot, from: last + 1))])
        }
        output.events.append(.account(.fillsComplete(markets[slot].id, asOf: entry.sentAt)))
        return .done
    }

    private func unknownOrders(_ rows: [AsterTradeRow], _ slot: Int) -> [VenueOrderID] {
        var result: [VenueOrderID] = []
        for row in rows where index.owner(of: row.fill.venueOrderID, in: slot) == .unknown {
            if !result.contains(row.fill.venueOrderID) { result.append(row.fill.venueOrderID) }
        }
        return result
    }
}
