internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import TradingEngine

/// What the process thinks, held against the venue's books and its own promises.
extension Auditor {
    mutating func observe(_ status: EngineStatus, _ books: some AuditedBooks, at now: Instant) {
        if status.isReady, readyAt == nil {
            readyAt = now
            // The book it starts with comes by a request, not by the stream.
            noteMarketData(rules.markets, at: now)
        }
        observedAt = now
        var equity = Cash.zero
        for market in status.markets {
            equity += market.countedEquityChange
            observe(market, books, at: now)
        }
        if status.equityChange != equity {
            violation("the account's profit \(status.equityChange) is not its markets' \(equity)", at: now)
        }
    }

    private mutating func observe(_ market: MarketStatus, _ books: some AuditedBooks, at now: Instant) {
        let index = market.market.index
        if market.touch == nil {
            if watches[index].unusableSince == nil, readyAt != nil { watches[index].unusableSince = now }
        } else {
            watches[index].unusableSince = nil
        }
        observeTouch(market, at: now)
        observeMoney(market, at: now)
        observeExposure(market, at: now)
        observePosition(market, books.exchange, at: now)
        if hasHealed, !watches[index].hasQuoted, market.withheld == nil {
            watches[index].hasQuoted = !books.openOrders(of: rules.account, in: market.market).isEmpty
        }
    }

    /// A book with a missing update shows prices that the venue never had.
    private mutating func observeTouch(_ market: MarketStatus, at now: Instant) {
        guard let touch = market.touch else { return }
        // Data may be as old as the engine lets it be, plus the way to it and the beat of the depth stream.
        let since = now - rules.staleAfter - .seconds(1)
        let touches = watches[market.market.index].touches
        if !touches.had(bid: touch.bid.price, since: since) {
            violation("the engine quotes from a bid of \(touch.bid.price) that the venue has not had", at: now)
        }
        if !touches.had(ask: touch.ask.price, since: since) {
            violation("the engine quotes from an ask of \(touch.ask.price) that the venue has not had", at: now)
        }
    }

    private mutating func observeMoney(_ market: MarketStatus, at now: Instant) {
        let sources = market.sources.sum
        if sources != market.equityChange {
            violation("profit by source is \(sources), by position \(market.equityChange)", at: now)
        }
    }

    /// Its own worst case, unresolved and in flight included, in lots: exact, whatever the mid does.
    private mutating func observeExposure(_ market: MarketStatus, at now: Instant) {
        guard let touch = market.touch else { return }
        let limit = market.instrument.notional(touch.mid, rules.limits[market.market.index])
        if market.exposure > limit {
            let orders = market.orders.map { "\($0.id) \($0.side) \($0.remaining) \($0.state.rawValue)" }
            violation(
                "own worst case \(market.exposure) is over \(limit), position \(market.position), \(orders)", at: now)
        }
    }

    /// Whoever quotes knows what it holds: after an outage nothing is quoted before the fills in it have been read.
    private mutating func observePosition(_ market: MarketStatus, _ exchange: Exchange, at now: Instant) {
        guard let lag = rules.positionLag else { return }
        let index = market.market.index
        let held = exchange.position(of: rules.account, in: market.market).quantity
        guard market.withheld == nil, market.position != held else {
            watches[index].misplacedSince = nil
            return
        }
        let since = watches[index].misplacedSince ?? now
        watches[index].misplacedSince = since
        if now - since > lag {
            let age = (now - since).milliseconds
            violation("\(market.market) is quoted for \(age) ms on \(market.position), the venue has \(held)", at: now)
        }
    }

    /// Nothing leaves that was not approved, and nothing is larger: of an amended order, what was approved less its fills.
    mutating func left(_ order: InFlightOrders.Entry, approved: [InFlightOrders.Entry], at now: Instant) {
        let name = order.name.split(separator: ".").first.map { String($0) } ?? order.name
        guard let match = approved.first(where: { $0.name == name && $0.side == order.side }) else {
            return violation("\(order.name) was sent and not approved", at: now)
        }
        let filled = booked.reduce(Quantity.zero) {
            $1.epoch == life && $1.fill.clientOrderID?.text == name ? $0 + $1.fill.quantity : $0
        }
        if case .replacement = order.kind, order.quantity > match.quantity - filled {
            violation("\(order.name) is for \(order.quantity) of \(match.quantity), \(filled) have filled", at: now)
        } else if order.quantity > match.quantity {
            violation("\(order.name) is for \(order.quantity), approved were \(match.quantity)", at: now)
        }
    }

    mutating func incident(_ incident: Incident) {
        if incident.text.contains("wallet differs from our books") { hasWalletAlarm = true }
    }

    mutating func fillBooked(_ fill: Fill) { booked.append((life, fill)) }

    // MARK: Liveness

    /// Faults are over for a while: it must quote, unless a latch holds it.
    /// - Parameter isFinal: whether even requests without any answer can no longer arrive. Until then an order that may
    ///   still appear keeps its place, and that is right.
    mutating func demandQuotes(_ status: EngineStatus?, isFinal: Bool, at now: Instant) {
        let missing = watches.indices.filter { !watches[$0].hasQuoted }
        guard !missing.isEmpty else { return }
        guard let status else { return violation("not even started again after the faults ended", at: now) }
        if status.haltReason != nil { return }
        if !isFinal, status.unresolved > 0 { return }
        for index in missing {
            let market = status.markets[index]
            let reason = market.withheld?.text ?? market.absence ?? "nothing withheld"
            violation(
                "\(market.market) is not quoted again after the faults ended (\(reason), \(status.unresolved) unresolved)",
                at: now)
        }
    }
}
