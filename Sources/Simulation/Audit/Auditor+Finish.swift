internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import TradingEngine

/// The end of a world: everything must have come right.
extension Auditor {
    /// - Parameter isFundingKnown: nothing can keep the process from learning what funding was booked.
    mutating func finish(
        _ books: some AuditedBooks, engine: TradingEngine?, stopped: Bool, lives: Int, isFundingKnown: Bool,
        at end: Instant
    ) {
        if !stopped { violation("the process did not stop in time", at: end) }
        for market in rules.markets {
            let open = books.openOrders(of: rules.account, in: market)
            if !open.isEmpty { violation("\(open.count) orders were left resting in \(market)", at: end) }
            auditIntents(books.exchange, market, at: end)
            auditFills(books.exchange, market, isComplete: lives == 1, at: end)
        }
        if stopped, books.deadMansSwitch?.isArmed == true {
            violation("the dead man's switch was left armed by a clean stop", at: end)
        }
        guard let engine else { return }
        let status = engine.status
        auditWallet(books.exchange, status, at: end)
        for market in rules.markets {
            auditPosition(books.exchange, status.markets[market.index], at: end)
            // One life has seen everything that the venue has booked.
            guard lives == 1 else { continue }
            auditSums(books.exchange, status.markets[market.index], isFundingKnown: isFundingKnown, at: end)
        }
    }

    /// One intent, one order: a client order id is used once in the venue's whole history.
    private mutating func auditIntents(_ exchange: Exchange, _ market: MarketID, at end: Instant) {
        let names = exchange.orders(of: rules.account, in: market).map(\.request.clientOrderID).sorted()
        for (first, second) in zip(names, names.dropFirst()) where first == second {
            violation("\(first) was submitted twice", at: end)
        }
    }

    /// Each trade once in each life, as the venue has it; none is missing where one life saw them all.
    private mutating func auditFills(_ exchange: Exchange, _ market: MarketID, isComplete: Bool, at end: Instant) {
        let executions = exchange.executions(of: rules.account, in: market)
        let sorted = booked.filter { $0.fill.market == market }.sorted {
            ($0.epoch, $0.fill.trade) < ($1.epoch, $1.fill.trade)
        }
        for (first, second) in zip(sorted, sorted.dropFirst())
        where first.epoch == second.epoch && first.fill.trade == second.fill.trade {
            violation("trade \(first.fill.trade) was booked twice", at: end)
        }
        for (_, fill) in sorted {
            guard let execution = executions.first(where: { $0.trade == fill.trade }) else {
                violation("trade \(fill.trade) is not in the venue's books", at: end)
                continue
            }
            let agrees =
                execution.side == fill.side && execution.price == fill.price && execution.quantity == fill.quantity
                && execution.commission == fill.commission && execution.isMaker == fill.isMaker
            if !agrees { violation("trade \(fill.trade) was booked differently from the venue", at: end) }
        }
        if isComplete, sorted.count != executions.count {
            violation("\(sorted.count) trades were booked, the venue has \(executions.count)", at: end)
        }
    }

    private mutating func auditWallet(_ exchange: Exchange, _ status: EngineStatus, at end: Instant) {
        let wallet = exchange.wallet(of: rules.account)
        if let own = status.wallet, own != wallet { violation("wallet is \(own), the venue says \(wallet)", at: end) }
        if status.unresolved > 0 { violation("\(status.unresolved) orders are still unresolved", at: end) }
    }

    private mutating func auditPosition(_ exchange: Exchange, _ market: MarketStatus, at end: Instant) {
        let position = exchange.position(of: rules.account, in: market.market).quantity
        if market.position != position { violation("position is \(market.position), the venue says \(position)", at: end) }
        for order in market.orders { violation("\(order.id) never came to an end: \(order.state.rawValue)", at: end) }
    }

    private mutating func auditSums(
        _ exchange: Exchange, _ market: MarketStatus, isFundingKnown: Bool, at end: Instant
    ) {
        let executions = exchange.executions(of: rules.account, in: market.market)
        func check(_ name: String, _ own: Cash, _ venue: Cash) {
            if own != venue { violation("\(name) \(own), the venue says \(venue)", at: end) }
        }
        check("fees are", market.fees, executions.reduce(.zero) { $0 + $1.commission })
        check("realized profit is", market.realized, executions.reduce(.zero) { $0 + $1.realized })
        // Funding that the private stream lost is told as an alarm, and then taken as given: the wallet is right and the
        // sum by kind is not.
        if hasWalletAlarm, !isFundingKnown { return }
        let funding = exchange.income(of: rules.account).filter {
            $0.kind == .fundingFee && $0.market == market.market
        }
        check("funding is", market.funding, funding.reduce(.zero) { $0 + $1.amount })
    }
}
