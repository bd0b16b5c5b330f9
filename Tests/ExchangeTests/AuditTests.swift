import Exchange
import Fundamentals
import MarketModel
import Testing

/// Keeps its own books from the events alone, in the dullest way, and compares.
struct Auditor {
    struct Ledger {
        var lots: [Int64]
        /// Deposits − signed notional − commissions + funding: equals wallet − cost basis, whatever was realized when.
        var cash: Cash
    }
    var ledgers: [Ledger] = []
    var levels: [String: Int64] = [:]
    var deposits = Cash.zero
    private var lastTrade: Int64 = 0
    private var lastOrder: Int64 = 0

    mutating func open(_ deposit: Cash, markets: Int) {
        ledgers.append(Ledger(lots: Array(repeating: 0, count: markets), cash: deposit))
        deposits += deposit
    }

    /// - Returns: the first thing that is wrong.
    mutating func read(_ events: [ExchangeEvent], _ exchange: Exchange) -> String? {
        for event in events {
            switch event {
            case .order(let change, let order, let execution):
                if let bad = read(change, order, execution, exchange) { return bad }
            case .account(let change, let account, _, let amount):
                if change != .order || amount != .zero { ledgers[account.index - 1].cash += amount }
                if change == .deposit { deposits += amount }
            case .print(_, let trade):
                guard trade.id.number > lastTrade else { return "trade ids do not increase" }
                lastTrade = trade.id.number
            case .level(let market, let side, let level):
                levels["\(market.index) \(side) \(level.price.ticks)"] =
                    level.quantity.lots > 0 ? level.quantity.lots : nil
            case .mark, .leverageChanged: break
            }
        }
        return compare(exchange)
    }

    private mutating func read(
        _ change: OrderChange, _ order: ExchangeOrder, _ execution: Execution?, _ exchange: Exchange
    ) -> String? {
        if change == .new, !order.isTriggered {
            guard order.id > lastOrder else { return "order ids do not increase" }
            lastOrder = order.id
        }
        guard (execution != nil) == (change == .trade || change == .liquidation) else { return "execution missing" }
        guard order.filled <= order.quantity || order.request.closePosition else { return "filled beyond its quantity" }
        guard let execution else { return nil }
        let market = execution.market.index
        let account = execution.account.index - 1
        let before = ledgers[account].lots[market]
        let instrument = exchange.markets[market].instrument
        ledgers[account].lots[market] += execution.quantity.lots * execution.side.sign
        ledgers[account].cash -= instrument.notional(execution.price, execution.side.signed(execution.quantity))
        ledgers[account].cash -= execution.commission
        if change == .liquidation {
            ledgers[account].cash -= exchange.markets[market].liquidationFee.of(
                instrument.notional(execution.price, execution.quantity))
        }
        if order.request.reduceOnly || order.request.closePosition {
            let after = ledgers[account].lots[market]
            guard abs(after) < abs(before), after.signum() * before.signum() >= 0 else {
                return "reduce-only increased"
            }
        }
        return nil
    }

    private func compare(_ exchange: Exchange) -> String? {
        var sum = Cash.zero
        for market in exchange.markets.indices {
            var lots: Int64 = 0
            for account in 0...ledgers.count {
                let position = exchange.position(of: AccountID(account), in: MarketID(market))
                lots += position.quantity.lots
                sum -= position.value
                if position.quantity == .zero, position.value != .zero { return "flat, yet with a cost basis" }
                if account > 0, position.quantity.lots != ledgers[account - 1].lots[market] {
                    return "position of \(account): \(position.quantity), booked \(ledgers[account - 1].lots[market])"
                }
            }
            if lots != 0 { return "positions sum to \(lots)" }
            if let touch = exchange.touch(MarketID(market)), touch.bid.price >= touch.ask.price { return "crossed" }
            if let bad = compareBook(exchange, market) { return bad }
        }
        for account in 0...ledgers.count { sum += exchange.wallet(of: AccountID(account)) }
        let house = exchange.house.fees + exchange.house.insurance + exchange.house.funding
        if sum + house != deposits { return "conservation: \(sum) + \(house) is not \(deposits)" }
        for (index, ledger) in ledgers.enumerated() {
            var identity = exchange.wallet(of: AccountID(index + 1))
            for market in exchange.markets.indices {
                identity -= exchange.position(of: AccountID(index + 1), in: MarketID(market)).value
            }
            if identity != ledger.cash { return "value identity of \(index + 1): \(identity), booked \(ledger.cash)" }
        }
        return nil
    }

    /// The book gathered from level events is the book.
    private func compareBook(_ exchange: Exchange, _ market: Int) -> String? {
        let book = exchange.book(MarketID(market), depth: .max)
        var count = 0
        for (side, rows) in [(Side.buy, book.bids), (Side.sell, book.asks)] {
            count += rows.count
            for row in rows where levels["\(market) \(side) \(row.price.ticks)"] != row.quantity.lots {
                return "level \(market) \(side) \(row) was not told"
            }
        }
        let told = levels.count { $0.key.hasPrefix("\(market) ") }
        return told == count ? nil : "\(told) levels told, \(count) there"
    }
}

/// Random commands of every kind, on thin accounts, in two markets.
struct Soak {
    var exchange: Exchange
    var auditor = Auditor()
    var chance: RandomSource
    var now = Instant(milliseconds: 1_700_000_000_000)
    var events: [ExchangeEvent] = []
    var digest = Digest()
    var seen: [String: Int] = [:]
    private var names = 0
    private var center: [Int64] = [10_000, 10_000]

    init(seed: UInt64) {
        chance = RandomSource(seed: seed)
        exchange = Exchange(
            markets: [
                definition(0, fundingInterval: .minutes(1), collar: 2_000),
                definition(1, fundingInterval: .minutes(3), collar: 2_000),
            ], startingAt: now)
        for coins: Int64 in [40, 200, 5_000, 1_000_000] {
            let account = exchange.openAccount(balances: [("USDT", Cash(whole: coins))], at: now)
            auditor.open(Cash(whole: coins), markets: 2)
            exchange.setFees(maker: Rate(parts: -5_000), taker: Rate(parts: 35_000), market: MarketID(0), of: account)
        }
    }

    mutating func step() -> String? {
        events.removeAll(keepingCapacity: true)
        now = now + .milliseconds(chance.integer(in: 0...400))
        let market = MarketID(Int(chance.integer(in: 0...1)))
        let account = AccountID(Int(chance.integer(in: 1...4)))
        switch chance.integer(in: 0...19) {
        case 0...8: place(market, account)
        case 9: cancel(market, account)
        case 10: amend(market, account)
        case 11: exchange.cancelAll(of: account, in: market, at: now, into: &events)
        case 12: exchange.armCountdown(.milliseconds(chance.integer(in: 0...3_000)), of: account, in: market, at: now)
        case 13...14: exchange.apply(flowTrade(market), at: now, into: &events)
        case 15...17: exchange.apply(flowBook(market), at: now, into: &events)
        case 18:
            let leverage = chance.integer(in: 1...50)
            try? exchange.setLeverage(leverage, market: market, of: account, at: now, into: &events)
        default: exchange.advance(to: now, into: &events)
        }
        if exchange.nextDue <= now { exchange.advance(to: now, into: &events) }
        for event in events {
            digest.absorb(describe(event))
            count(event)
        }
        return auditor.read(events, exchange)
    }

    private mutating func count(_ event: ExchangeEvent) {
        switch event {
        case .order(let change, let order, _):
            seen["\(change)", default: 0] += 1
            if order.isTriggered, change == .trade { seen["triggered", default: 0] += 1 }
        case .account(let change, _, _, let amount):
            seen["\(change)", default: 0] += 1
            if change == .order, amount != .zero { seen["insured", default: 0] += 1 }
        case .print, .level, .mark, .leverageChanged: break
        }
    }

    private mutating func price(_ market: MarketID) -> Price {
        Price(ticks: center[market.index] + chance.integer(in: -20...20))
    }

    private mutating func place(_ market: MarketID, _ account: AccountID) {
        names += 1
        let type = chance.chance(1, in: 3) ? OrderType.allCases[Int(chance.integer(in: 0...6))] : .limit
        var order = NewOrder(
            market: market, side: chance.chance(1, in: 2) ? .buy : .sell, type: type,
            timeInForce: TimeInForce.allCases[Int(chance.integer(in: 0...4))],
            quantity: Quantity(lots: chance.integer(in: 1...60_000)), clientOrderID: "s-\(names)",
            selfTradeMode: SelfTradeMode.allCases[Int(chance.integer(in: 0...2))])
        order.price = price(market)
        order.stopPrice = price(market)
        order.reduceOnly = chance.chance(1, in: 3)
        order.trigger = chance.chance(1, in: 2) ? .lastPrice : .markPrice
        order.priceProtect = chance.chance(1, in: 4)
        order.callbackRate = Rate(parts: chance.integer(in: 10_000...200_000))
        if chance.chance(1, in: 2) { order.activationPrice = price(market) }
        if chance.chance(1, in: 4), type == .stopMarket || type == .takeProfitMarket {
            order.closePosition = true
            order.quantity = nil
        }
        do throws(ExchangeRejection) {
            _ = try exchange.place(order, by: account, at: now, into: &events)
        } catch {
            seen["\(error)", default: 0] += 1
        }
    }

    private mutating func cancel(_ market: MarketID, _ account: AccountID) {
        guard let order = exchange.openOrders(of: account, in: market).first else { return }
        _ = try? exchange.cancel(order.id, of: account, at: now, into: &events)
    }

    private mutating func amend(_ market: MarketID, _ account: AccountID) {
        guard let order = exchange.openOrders(of: account, in: market).last else { return }
        _ = try? exchange.amend(
            order.id, of: account, price: price(market), quantity: Quantity(lots: chance.integer(in: 1...60_000)),
            at: now, into: &events)
    }

    private mutating func flowTrade(_ market: MarketID) -> FlowEvent {
        .trade(
            market, aggressor: chance.chance(1, in: 2) ? .buy : .sell,
            quantity: Quantity(lots: chance.integer(in: 1...80_000)), limit: price(market))
    }

    private mutating func flowBook(_ market: MarketID) -> FlowEvent {
        // Jumps are wide enough to ruin the thin accounts.
        center[market.index] += chance.chance(1, in: 30) ? chance.integer(in: -600...600) : chance.integer(in: -6...6)
        center[market.index] = max(8_000, min(12_000, center[market.index]))
        let mid = center[market.index]
        func ladder(_ sign: Int64) -> [BookLevel] {
            (1...10).map { level((mid + sign * $0, chance.integer(in: 1...20_000))) }
        }
        return .book(market, bids: ladder(-1), asks: ladder(1))
    }
}

@Suite struct `An auditor with its own books agrees` {
    @Test(arguments: 1...6) func `after every step of a random session`(seed: Int) {
        var soak = Soak(seed: UInt64(seed))
        for step in 0..<6_000 {
            if let complaint = soak.step() {
                Issue.record("seed \(seed), step \(step): \(complaint)\n\(soak.events.map(describe))")
                return
            }
        }
    }

    @Test func `and the sessions reach every corner`() {
        var seen: [String: Int] = [:]
        for seed: UInt64 in 11...14 {
            var soak = Soak(seed: seed)
            for _ in 0..<6_000 { _ = soak.step() }
            seen.merge(soak.seen, uniquingKeysWith: +)
        }
        for corner in [
            "new", "trade", "canceled", "expired", "amended", "liquidation", "fundingFee", "triggered", "insured",
            "insufficientMargin", "reduceOnlyRejected", "quantityBelowMinimum", "wouldTriggerImmediately",
        ] {
            #expect(seen[corner, default: 0] > 0, "\(corner) never happened: \(seen)")
        }
    }

    @Test func `and a seed always tells the same session`() {
        func digest() -> Digest {
            var soak = Soak(seed: 21)
            for _ in 0..<3_000 { _ = soak.step() }
            return soak.digest
        }
        #expect(digest() == digest())
    }
}
