internal import Accounting
internal import Execution
internal import Fundamentals
internal import MarketModel
internal import OrderBooks
internal import Quoting
internal import RiskControl

extension TradingEngine {
    // MARK: Markets

    /// The book is changed before `note` is called, not within its arguments: the engine that a method is called on is
    /// copied before the arguments are evaluated, and the change would then copy the whole book.
    /// - Returns: the market that must be looked at.
    mutating func apply(_ event: MarketEvent, into effects: inout [Effect]) -> Int? {
        switch event {
        case .snapshot(let market, let update):
            guard isKnown(market) else { return nil }
            let outcome = markets[market.index].book.apply(snapshot: update, at: now)
            return note(outcome, market, into: &effects)
        case .delta(let market, let update):
            guard isKnown(market) else { return nil }
            let outcome = markets[market.index].book.apply(delta: update, at: now)
            return note(outcome, market, into: &effects)
        case .touch(let market, let touch, let bookID, let venueTime):
            guard isKnown(market) else { return nil }
            let outcome = markets[market.index].book.apply(touch: touch, bookID: bookID, venueTime: venueTime, at: now)
            return note(outcome, market, into: &effects)
        case .trade(let market, let trade):
            guard isKnown(market), trade.isPlausible else { return nil }
            let mid = markets[market.index].touch?.mid
            markets[market.index].model.observe(trade, mid: mid, at: now)
            return nil
        case .mark(let market, let price, let fundingRate, _):
            guard isKnown(market) else { return nil }
            markets[market.index].prices.note(price, fundingRate: fundingRate, at: now)
            return market.index
        case .bookLost(let market):
            guard isKnown(market) else { return nil }
            markets[market.index].book.lose()
            return market.index
        }
    }

    private func note(_ outcome: OrderBook.Outcome, _ market: MarketID, into effects: inout [Effect]) -> Int {
        switch outcome {
        case .applied, .ignored: break
        case .broken(let reason):
            let symbol = markets[market.index].instrument.symbol
            effects.append(.incident(Incident(.warning, "\(symbol): the book is invalid, \(reason.text)")))
        }
        return market.index
    }

    // MARK: The account

    mutating func apply(_ event: AccountEvent, into effects: inout [Effect]) {
        guard event.isPlausible else {
            effects.append(.incident(Incident(.alarm, "the venue told an impossible number, dropped: \(event)")))
            return
        }
        switch event {
        case .accepted(let id, let venueID): table.accepted(id, venueID, into: &notices)
        case .amended(let id, let price, let quantity): table.amended(id, price: price, quantity: quantity, at: now)
        case .rejected(let id, let kind, let rejection): apply(rejection, of: kind, id, into: &effects)
        case .unresolved(let id, let kind): table.unresolved(id, kind, at: now)
        case .filled(let fill): book(fill, into: &effects)
        case .done(let id, let reason, let filled): end(id, reason, filled, into: &effects)
        case .report(let report): apply(report, into: &effects)
        case .notFound(let id, let askedAt): table.notFound(id, askedAt: askedAt, at: now, into: &notices)
        case .openOrders(let market, let reports, let asOf):
            guard isKnown(market) else { return }
            noteExternal(reports, market)
            table.openOrders(market, reports, asOf: asOf, at: now, into: &notices)
        case .position(let market, let quantity, let entryPrice, let asOf, let mark):
            guard isKnown(market), markets[market.index].holdings == nil else { return }
            if let mark { markets[market.index].prices.notePosition(mark, asOf: asOf, at: now) }
            reconcile(market.index, quantity, entryPrice, asOf: asOf, into: &effects)
        case .balance(let wallet, let available, let asOf):
            reconcile(wallet: wallet, available: available, asOf: asOf, into: &effects)
        case .holding(let venue, let asset, let total, _, let asOf):
            reconcile(asset, of: venue, total, asOf: asOf, into: &effects)
        case .funding(let market, let amount, _):
            receiveFunding(market, amount)
        case .fillsComplete(let market, let asOf):
            table.fillsComplete(market, asOf: asOf, into: &notices)
            if markets.indices.contains(market.index) { markets[market.index].reconciliation.fillsCompleteAsOf = asOf }
        }
    }

    private mutating func end(
        _ id: ClientOrderID, _ reason: DoneReason, _ filled: Quantity?, into effects: inout [Effect]
    ) {
        watchPrevention(id, reason, into: &effects)
        noteUnexpectedEnd(id, reason, filled)
        table.done(id, reason, filled: filled, at: now, into: &notices)
    }

    private mutating func apply(_ report: OrderReport, into effects: inout [Effect]) {
        if case .done(let reason) = report.status, let id = report.clientOrderID {
            watchPrevention(id, reason, into: &effects)
            noteUnexpectedEnd(id, reason, report.filled)
        }
        table.report(report, at: now, into: &notices)
    }

    /// A quote that ended neither by filling nor by our own cancel is not simply placed again: first a pause, and a
    /// price from a fresh look.
    private mutating func noteUnexpectedEnd(_ id: ClientOrderID, _ reason: DoneReason, _ filled: Quantity?) {
        guard let order = table.order(id), isKnown(order.spec.market) else { return }
        if order.purpose == .hedge { noteHedgeEnd(order, reason, filled) }
        guard case .quote = order.purpose else { return }
        switch order.state {
        case .pendingCancel, .done: return
        case .unresolved(let unresolved) where unresolved.kind == .cancel: return
        case .pendingNew, .working, .pendingAmend, .unresolved: break
        }
        let index = order.spec.market.index
        guard now - markets[index].cancelAllAt >= Self.cancelAllGrace else { return }
        switch reason {
        case .filled: return
        case .rejected, .postOnlyMiss:
            markets[index].holdBack(order.spec.side, atLeast: configuration.retryPause, at: now)
            markets[index].model.renew()
        case .canceled, .expired, .selfTradePrevented:
            markets[index].holdBack(order.spec.side, at: now)
            markets[index].model.renew()
        }
    }

    private mutating func noteExternal(_ reports: [OrderReport], _ market: MarketID) {
        var buying = Quantity.zero
        var selling = Quantity.zero
        var cost: Int128 = 0
        for report in reports where report.clientOrderID == nil && report.status == .working {
            switch report.side {
            case .buy:
                let lots = max(.zero, report.quantity - report.filled)
                buying += lots
                cost += Int128(report.price?.ticks ?? 0) * Int128(lots.lots)
            case .sell: selling += max(.zero, report.quantity - report.filled)
            }
        }
        markets[market.index].externalBuying = buying
        markets[market.index].externalSelling = selling
        markets[market.index].externalBuyingCost = cost
    }

    private mutating func receiveFunding(_ market: MarketID?, _ amount: Cash) {
        let index = market?.index ?? 0
        guard markets.indices.contains(index) else { return }
        markets[index].ledger.receiveFunding(amount)
        balance.difference.explain(amount)
        markets[index].reconciliation.lastChange = now
        balance.lastChange = now
        refreshEquity(index)
    }

    // MARK: Fills

    private mutating func book(_ fill: Fill, into effects: inout [Effect]) {
        guard isKnown(fill.market), isPlausible(fill, markets[fill.market.index].instrument) else {
            effects.append(.incident(Incident(.alarm, "a fill that cannot be booked: trade \(fill.trade)")))
            return
        }
        let index = fill.market.index
        let isOurs = fill.clientOrderID?.epoch == configuration.epoch
        let check = markets[index].reconciliation
        if !isOurs, check.isAdopted, fill.venueTime < check.adoptedAsOf { return }
        guard markets[index].journal.insert(fill.trade, fill.venueOrderID) else { return }
        let order = table.filled(fill, at: now, into: &notices)
        let realized = enter(fill, arrival: arrival(order, index), index)
        noteArrival(index)
        if phase == .quiet { tellLeftover(into: &effects) }
        effects.append(
            .booked(
                BookedFill(
                    fill: fill, position: markets[index].ledger.position,
                    mid: markets[index].ledger.mid ?? HalfTicks(fill.price), realized: realized)))
        observe(fill, order, index, into: &effects)
        watchSelfTrades(fill, index, into: &effects)
    }

    /// Books a fill, and takes it off what the venue's balances told before it.
    private mutating func enter(_ fill: Fill, arrival: HalfTicks?, _ index: Int) -> Cash {
        let realized: Cash
        if markets[index].holdings == nil {
            let wallet = markets[index].ledger.walletChange
            realized = markets[index].ledger.book(fill, at: now, arrival: arrival)
            balance.difference.explain(markets[index].ledger.walletChange - wallet)
            markets[index].reconciliation.explain(fill.side.signed(fill.quantity))
            balance.lastChange = now
        } else {
            let held = markets[index].ledger.holdingChange
            realized = markets[index].ledger.book(fill, at: now, arrival: arrival)
            explainHoldings(index, since: held)
        }
        markets[index].reconciliation.lastChange = now
        refreshEquity(index)
        return realized
    }

    private mutating func observe(_ fill: Fill, _ order: Order?, _ index: Int, into effects: inout [Effect]) {
        let symbol = markets[index].instrument.symbol
        guard let order else {
            effects.append(
                .incident(Incident(.warning, "\(symbol): a fill of an order that is not ours, trade \(fill.trade)")))
            return
        }
        if order.purpose == .hedge { noteHedgeFill(index) }
        guard case .quote = order.purpose else { return }
        markets[index].model.observe(fill, at: now)
        if let side = gate.observeFill(fill.market, fill.side, at: now) {
            effects.append(
                .incident(Incident(.warning, "\(symbol): too many \(side.rawValue) fills in a row, pausing")))
        }
    }

    // MARK: Rejections

    private mutating func apply(
        _ rejection: VenueRejection, of kind: RequestKind, _ id: ClientOrderID, into effects: inout [Effect]
    ) {
        guard let order = table.order(id), isKnown(order.spec.market) else { return }
        table.rejected(id, kind, rejection.kind, at: now)
        let index = order.spec.market.index
        markets[index].counts.rejected += 1
        if order.purpose == .hedge, kind == .place { noteHedgeRejection(order, rejection) }
        let side = order.spec.side
        let said =
            "\(markets[index].instrument.symbol): \(kind.rawValue) refused, \(rejection.code) \(rejection.message)"
        let pause = kind == .place ? configuration.retryPause : .zero
        switch rejection.kind {
        case .requote:
            markets[index].holdBack(side, atLeast: pause, at: now)
            markets[index].model.renew()
        case .rules:
            markets[index].awaitsRulesUntil = now + .seconds(30)
            effects.append(.incident(Incident(.warning, said)))
        case .capital:
            markets[index].holdBack(.buy, atLeast: max(pause, .seconds(10)), at: now)
            markets[index].holdBack(.sell, atLeast: max(pause, .seconds(10)), at: now)
            guard now - markets[index].capitalToldAt >= .minutes(10) else { return }
            markets[index].capitalToldAt = now
            effects.append(.incident(Incident(.alarm, said)))
        case .stateMismatch:
            markets[index].holdBack(side, atLeast: pause, at: now)
            if kind == .place { effects.append(.fetchFills(markets[index].id)) }
        case .rateLimited:
            markets[index].holdBack(side, at: now)
            tripBreaker(of: markets[index].venue, until: now, "rate limit reached", into: &effects)
        case .fatal: halt(said, into: &effects)
        case .other:
            markets[index].holdBack(side, atLeast: pause, at: now)
            effects.append(.incident(Incident(.warning, said)))
        }
    }

    /// What is cancelled is at the venue that is in trouble; others go on.
    mutating func tripBreaker(
        of venue: VenueID, until: Instant, _ reason: String, into effects: inout [Effect]
    ) {
        guard gate.throttle(until: until, venue: venue, at: now) else { return }
        let text = "\(venues[venue.index].prefix)breaker: \(reason), everything is cancelled"
        effects.append(.incident(Incident(.alarm, text)))
        cancelEverything(at: venue, into: &effects)
    }

    // MARK: What the table found

    mutating func act(onNotices effects: inout [Effect]) {
        for notice in notices {
            switch notice {
            case .missingFills(let market): effects.append(.fetchFills(market))
            case .cancelStray(let id, let market): cancelStray(id, market, into: &effects)
            case .revived(let id):
                effects.append(.incident(Incident(.warning, "order \(id) had been given up and is alive")))
            case .writtenOff(let id, let quantity):
                effects.append(
                    .incident(Incident(.alarm, "order \(id): \(quantity) counted by the venue are not in its history")))
            case .unanswered(let id):
                effects.append(.incident(Incident(.warning, "order \(id): a request was never answered")))
            }
        }
        notices.removeAll(keepingCapacity: true)
    }
}
