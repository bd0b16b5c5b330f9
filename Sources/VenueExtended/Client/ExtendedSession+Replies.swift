internal import Fundamentals
internal import MarketModel
internal import StarkCryptography
internal import VenueKit
internal import Wire

extension ExtendedSession {
    var instruments: [Instrument] { markets.compactMap(\.instrument) }

    /// A reply that is no refusal: what the call wanted to know.
    mutating func accept(
        _ entry: RequestTable<ExtendedCall>.Entry, _ data: JSONValue, _ pagination: ExtendedPagination?,
        at now: Instant, into output: inout SessionOutput
    ) throws(VenueDecodeError) -> ExtendedResult {
        switch entry.purpose {
        case .starknet: return acceptChain(try ExtendedReplies.chain(data))
        case .markets: return try acceptMarkets(data, at: now, into: &output)
        case .accountInfo: return acceptAccount(try ExtendedReplies.account(data))
        case .fees: acceptFees(data, at: now, into: &output)
        case .openOrders: return try acceptOpenOrders(entry, data, at: now, into: &output)
        case .positions: try acceptPositions(entry, data, into: &output)
        case .balance: accept(try ExtendedReplies.balance(data), entry, into: &output)
        case .lastTrade: firstTrade = TradeID(data.elements?.first?["id"]?.integer ?? 0)
        case .trades(let before): return try acceptTrades(entry, before, data, pagination, at: now, into: &output)
        case .identify(let venue):
            index.record(try ExtendedReplies.order(data, instruments)?.orderID, as: venue)
        case .fundingPayments: try acceptFunding(data, into: &output)
        case .countdown(let span): armed(span, sentAt: entry.sentAt, into: &output)
        case .place(_, let id, _), .amend(_, let id, _, _): try acceptOrder(id, data, at: now)
        // The reply names no order: have a look soon.
        case .cancelMarkets: timers.openOrders = min(timers.openOrders, now + .milliseconds(500))
        case .order(let slot, let id):
            if try !found(id, data, at: now, into: &output) { return lookBack(slot, id, entry) }
        case .history(_, let id):
            if try !found(id, data, at: now, into: &output) { return missed(id, entry) }
        // Asynchronous: the account stream says what became of it.
        case .cancel, .massCancel, .sweep, .setLeverage: break
        }
        return .done
    }

    // MARK: Venue and account

    private func acceptChain(_ chain: ExtendedChain) -> ExtendedResult {
        let wanted = configuration.network.chain
        guard !chain.matches(wanted) else { return .done }
        return .fatal(
            "the venue signs for \(chain.name.prefix(40)) \(chain.version.prefix(20)) on \(chain.chainID.prefix(40)), "
                + "revision \(chain.revision.prefix(20)); this session for Perpetuals v0 on \(wanted.rawValue), revision 1: "
                + "check the network in the configuration")
    }

    private func acceptAccount(_ account: ExtendedAccount) -> ExtendedResult {
        let credentials = configuration.credentials
        guard account.publicKey == credentials.publicKey else {
            return .fatal(
                "the API key belongs to the Stark key \(account.publicKey.hex), the private key to "
                    + "\(credentials.publicKey.hex): take API key, private key and vault of one sub-account")
        }
        guard account.vault == credentials.vault else {
            return .fatal(
                "the API key belongs to vault \(account.vault), not to \(credentials.vault): "
                    + "take API key, private key and vault of one sub-account")
        }
        guard account.isActive else { return .fatal("the venue says that vault \(account.vault) is not active") }
        return .done
    }

    private mutating func acceptMarkets(
        _ data: JSONValue, at now: Instant, into output: inout SessionOutput
    ) throws(VenueDecodeError) -> ExtendedResult {
        guard data.elements != nil else { throw VenueDecodeError("markets", "expected an array") }
        for slot in markets.indices {
            let known = markets[slot].instrument
            let fees = configuration.fees.map { ($0.maker, $0.taker) } ?? known.map { ($0.makerFee, $0.takerFee) }
            let fresh: ExtendedMarket
            do throws(VenueDecodeError) {
                fresh = try ExtendedMarket.find(
                    symbols[slot], in: data, market: markets[slot].id,
                    fees: fees ?? ExtendedMarket.provisionalFees)
            } catch {
                // At start nothing can be done without its rules; later the known ones are kept.
                guard known == nil else { throw error }
                return .fatal("\(error.place): \(error.reason)")
            }
            if known == nil, let obstacle = Self.obstacle(fresh) { return .fatal(obstacle) }
            adopt(fresh, in: slot, at: now, into: &output)
            // The only place with the running estimate of the funding rate; and a mark before the stream has one.
            if let stats = fresh.stats, let event = marketDecoder.apply(stats, to: markets[slot].id) {
                tellMark(event, at: now, into: &output)
            }
        }
        return .done
    }

    private static func obstacle(_ market: ExtendedMarket) -> String? {
        if market.isQuoteOnRequest { return "\(market.name) is traded on request: it has no public book to quote in" }
        guard market.status != .active else { return nil }
        return "\(market.name) is not open for trading: its status is \(market.status)"
    }

    private mutating func adopt(
        _ market: ExtendedMarket, in slot: Int, at now: Instant, into output: inout SessionOutput
    ) {
        let old = markets[slot].market
        markets[slot].market = market
        if let old, old.status != market.status {
            let text = "\(symbols[slot]) is now \(market.status)"
            output.notes.append(SessionNote(.warning, text))
            // Closed, its book is no longer handed on; opened again, it needs a snapshot.
            reopenBook(slot, text, at: now, into: &output)
        }
        guard old?.instrument != market.instrument else { return }
        output.events.append(.status(.instrument(market.instrument)))
        let steps = old.map { ($0.instrument.tickSize, $0.instrument.lotSize) }
        if let steps, steps == (market.instrument.tickSize, market.instrument.lotSize) { return }
        marketDecoder = ExtendedMarketDecoder(instruments: instruments)
        // Ticks of the old size mean nothing now: the books start over.
        guard old != nil else { return }
        for slot in markets.indices { reopenBook(slot, "the steps of prices changed", at: now, into: &output) }
    }

    private mutating func acceptFees(_ data: JSONValue, at now: Instant, into output: inout SessionOutput) {
        for slot in markets.indices {
            guard var market = markets[slot].market else { continue }
            do throws(VenueDecodeError) {
                let fees = try ExtendedReplies.fees(data, market: symbols[slot])
                (market.instrument.makerFee, market.instrument.takerFee) = (fees.maker, fees.taker)
            } catch {
                // A list that leaves a market out: the documented flat rates hold for it.
                remarkOnce("no fee rates of \(symbols[slot]): the documented ones are used", .warning, into: &output)
                (market.instrument.makerFee, market.instrument.takerFee) = (.zero, Rate(parts: 25_000))
            }
            adopt(market, in: slot, at: now, into: &output)
        }
    }

    // MARK: One order

    private mutating func acceptOrder(
        _ id: ExtendedOrderID, _ data: JSONValue, at now: Instant
    ) throws(VenueDecodeError) {
        let placement = try ExtendedReplies.placement(data)
        guard placement.externalID == id.text else {
            throw VenueDecodeError("order.externalId", "expected \(id), found \(placement.externalID.prefix(40))")
        }
        index.record(id, as: placement.venueOrderID)
        orders.accepted(id, placement.venueOrderID, into: &findings)
        expectEcho(of: id, at: now)
    }

    private mutating func found(
        _ id: ExtendedOrderID, _ data: JSONValue, at now: Instant, into output: inout SessionOutput
    ) throws(VenueDecodeError) -> Bool {
        let rows = try ExtendedReplies.orders(data, instruments).filter { $0.orderID == id }
        for row in rows { see(row, at: now, into: &output) }
        return !rows.isEmpty
    }

    /// Not among the orders of that id: perhaps among those that are over.
    mutating func lookBack(
        _ slot: Int, _ id: ExtendedOrderID, _ entry: RequestTable<ExtendedCall>.Entry
    ) -> ExtendedResult {
        if let routine = board.position(waitingFor: entry.id) {
            // What was in neither list was not there when the first of them was asked for.
            board.routines[routine].memory.askedAt = entry.sentAt
        }
        return .then([.call(.history(slot, id))])
    }

    mutating func missed(
        _ id: ExtendedOrderID, _ entry: RequestTable<ExtendedCall>.Entry
    ) -> ExtendedResult {
        if let routine = board.position(waitingFor: entry.id) {
            let askedAt = board.routines[routine].memory.askedAt ?? entry.sentAt
            board.routines[routine].memory.missing.append((id, askedAt))
        }
        return .done
    }

    // MARK: Positions and money

    private mutating func acceptPositions(
        _ entry: RequestTable<ExtendedCall>.Entry, _ data: JSONValue, into output: inout SessionOutput
    ) throws(VenueDecodeError) {
        let rows = try ExtendedReplies.positions(data, instruments)
        for market in markets where market.market != nil {
            let row = rows.first { $0.market == market.id && $0.quantity != .zero }
            output.events.append(
                .account(
                    .position(
                        market.id, row?.quantity ?? .zero, entryPrice: row?.entryPrice ?? .zero, asOf: entry.sentAt,
                        mark: row?.markPrice)))
        }
    }

    mutating func accept(
        _ balance: ExtendedBalance, _ entry: RequestTable<ExtendedCall>.Entry, into output: inout SessionOutput
    ) {
        // What was paid before is in the first balance.
        if fundingFrom == nil { fundingFrom = venueTime(entry.sentAt) }
        output.events.append(
            .account(.balance(wallet: balance.wallet, available: balance.available, asOf: entry.sentAt)))
    }

    private mutating func acceptFunding(
        _ data: JSONValue, into output: inout SessionOutput
    ) throws(VenueDecodeError) {
        let payments = try ExtendedReplies.fundingPayments(data, instruments)
        for payment in payments {
            var isBooked = false
            for position in 0..<fundingBooked.count where fundingBooked[position] == payment.id { isBooked = true }
            guard !isBooked, let from = fundingFrom, payment.paidAt >= from else { continue }
            fundingBooked.append(payment.id)
            output.events.append(.account(.funding(payment.market, payment.amount, venueTime: payment.paidAt)))
        }
        // What the venue books late is still found; what was found is known by its id.
        if let newest = payments.last?.paidAt, let from = fundingFrom {
            fundingFrom = max(from, newest - .hours(2))
        }
    }
}
