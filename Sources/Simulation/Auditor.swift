internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import TradingEngine

/// Looks at the venue's books only, after each of the venue's steps, and says what must never be so.
struct Auditor: Sendable {
    let account: AccountID
    let market: MarketID
    /// Largest worst case a side may reach, in lots.
    let limit: Quantity
    private(set) var violations: [String] = []
    private(set) var worstExposure = Quantity.zero

    init(account: AccountID, market: MarketID, limit: Quantity) {
        self.account = account
        self.market = market
        self.limit = limit
    }

    mutating func violation(_ text: String, at now: Instant) {
        // One broken rule tends to be broken at every step: the first few say it all.
        if violations.count < 8 { violations.append("\(now.milliseconds): \(text)") }
    }

    /// Position plus everything that may still fill, on each side.
    mutating func inspect(_ exchange: Exchange, at now: Instant) {
        var long = exchange.position(of: account, in: market).quantity
        var short = long
        for order in exchange.openOrders(of: account, in: market) where !order.request.reduceOnly {
            switch order.request.side {
            case .buy: long += order.remaining
            case .sell: short -= order.remaining
            }
        }
        let worst = max(long.magnitude, short.magnitude)
        worstExposure = max(worstExposure, worst)
        if worst > limit { violation("exposure \(worst) is over the limit \(limit)", at: now) }
    }

    /// The end of the world: everything must have come right.
    mutating func finish(_ exchange: Exchange, engine: TradingEngine?, stopped: Bool) {
        let end = Instant(nanoseconds: 0)
        if !stopped { violation("the process did not stop in time", at: end) }
        let open = exchange.openOrders(of: account, in: market)
        if !open.isEmpty { violation("\(open.count) orders were left resting", at: end) }
        auditIntents(exchange, at: end)
        if let engine { auditLedger(exchange, engine, at: end) }
    }

    /// One intent, one order: a client order id is used once in the venue's whole history.
    private mutating func auditIntents(_ exchange: Exchange, at end: Instant) {
        let names = exchange.orders(of: account, in: market).map(\.request.clientOrderID).sorted()
        for (first, second) in zip(names, names.dropFirst()) where first == second {
            violation("\(first) was submitted twice", at: end)
        }
    }

    private mutating func auditLedger(_ exchange: Exchange, _ engine: TradingEngine, at end: Instant) {
        let status = engine.status
        let position = exchange.position(of: account, in: market)
        if status.markets[market.index].position != position.quantity {
            violation("position is \(status.markets[market.index].position), the venue says \(position.quantity)", at: end)
        }
        let wallet = exchange.wallet(of: account)
        if let own = status.wallet, own != wallet { violation("wallet is \(own), the venue says \(wallet)", at: end) }
        if status.unresolved > 0 { violation("\(status.unresolved) orders are still unresolved", at: end) }
    }
}
