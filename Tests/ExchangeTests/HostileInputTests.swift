import Exchange
import Fundamentals
import MarketModel
import Testing

/// Extremes of every number, in every place a number can be, against an exchange that must neither trap nor lose a unit.
struct Hostility {
    var chance: RandomSource
    var exchange: Exchange
    var auditor = Auditor()
    var events: [ExchangeEvent] = []
    var ids: [Int64] = [0]

    init(seed: UInt64) {
        chance = RandomSource(seed: seed)
        let wide = Instrument(
            market: MarketID(0), symbol: "WIDE", baseAsset: "W", quoteAsset: "USDT", settlementAsset: "USDT",
            tickSize: ExactDecimal("100000")!, lotSize: ExactDecimal("100000")!,
            priceRange: Price(ticks: .min)...Price(ticks: .max),
            quantityRange: Quantity(lots: .min)...Quantity(lots: .max),
            marketQuantityRange: Quantity(lots: .min)...Quantity(lots: .max), minNotional: Cash(units: .min),
            collarUp: Rate(parts: .max), collarDown: Rate(parts: .min), marketTakeBound: Rate(parts: .max),
            maxOpenOrders: .max, makerFee: Rate(parts: .min), takerFee: Rate(parts: .max))!
        var fine = definition(1)
        fine.instrument.priceRange = Price(ticks: .min)...Price(ticks: .max)
        fine.instrument.quantityRange = Quantity(lots: .min)...Quantity(lots: .max)
        fine.instrument.marketQuantityRange = Quantity(lots: .min)...Quantity(lots: .max)
        fine.instrument.collarUp = Rate(parts: .max)
        fine.instrument.collarDown = .zero
        exchange = Exchange(
            markets: [
                MarketDefinition(
                    instrument: wide, maxLeverage: .max, maintenanceMargin: Rate(parts: .max),
                    liquidationFee: Rate(parts: .max), triggerProtect: Rate(parts: .max), maxConditionalOrders: .max,
                    fundingInterval: TimeSpan(nanoseconds: .max), fundingRate: Rate(parts: .min)), fine,
            ], startingAt: Instant(nanoseconds: .min))
        for _ in 0..<3 {
            let account = exchange.openAccount(balances: [("USDT", Cash(units: .max))], at: .distantPast)
            auditor.open(exchange.wallet(of: account), markets: 2)
        }
    }

    mutating func number() -> Int64 {
        switch chance.integer(in: 0...6) {
        case 0: [.min, .min + 1, .max, .max - 1, -1, 0][Int(chance.integer(in: 0...5))]
        case 1: chance.integer(in: .min ... .max)
        case 2: chance.integer(in: 1...1_000_000_000_000)
        case 3: 1_000_000_000_000
        default: chance.integer(in: 1...100)
        }
    }

    mutating func decimal() -> ExactDecimal {
        ExactDecimal(
            mantissa: Int128(number()) * Int128(chance.integer(in: 1...1_000)), scale: Int(chance.integer(in: 0...30)))
    }

    mutating func side() -> Side { chance.chance(1, in: 2) ? .buy : .sell }
    mutating func level() -> BookLevel { BookLevel(Price(ticks: number()), Quantity(lots: number())) }

    mutating func step() -> String? {
        events.removeAll()
        let now = Instant(nanoseconds: chance.chance(1, in: 2) ? 1_000_000_000 : chance.integer(in: 0...4_000_000_000))
        let market = MarketID(chance.chance(1, in: 20) ? Int(number()) : Int(chance.integer(in: 0...1)))
        let account = AccountID(chance.chance(1, in: 20) ? Int(number()) : Int(chance.integer(in: 1...3)))
        switch chance.integer(in: 0...12) {
        case 0...4: place(market, account, now)
        case 5:
            let id = ids[Int(chance.integer(in: 0...Int64(ids.count - 1)))]
            let (price, quantity) = (Price(ticks: number()), Quantity(lots: number()))
            _ = try? exchange.amend(id, of: account, price: price, quantity: quantity, at: now, into: &events)
        case 6: _ = try? exchange.cancel(number(), of: account, at: now, into: &events)
        case 7: try? exchange.setLeverage(number(), market: market, of: account, at: now, into: &events)
        case 8:
            exchange.armCountdown(TimeSpan(nanoseconds: number()), of: account, in: market, at: now)
            exchange.advance(to: now, into: &events)
        case 9: exchange.apply(.rest(market, side(), level()), at: now, into: &events)
        case 10:
            let price = decimal()
            exchange.apply(
                .mark(market, price: price, index: price, fundingRate: Rate(parts: number())), at: now, into: &events)
        case 11: exchange.apply(.book(market, bids: [level()], asks: [level(), level()]), at: now, into: &events)
        default:
            let level = level()
            exchange.apply(
                .trade(market, aggressor: side(), quantity: level.quantity, limit: level.price), at: now, into: &events)
        }
        look(market, account)
        return auditor.read(events, exchange)
    }

    private mutating func place(_ market: MarketID, _ account: AccountID, _ now: Instant) {
        var order = NewOrder(
            market: market, side: side(), type: OrderType.allCases[Int(chance.integer(in: 0...6))],
            timeInForce: TimeInForce.allCases[Int(chance.integer(in: 0...4))], quantity: nil, clientOrderID: "")
        order.clientOrderID = chance.chance(1, in: 8) ? "" : String(repeating: "x", count: 1_000) + "\(number())"
        if chance.chance(7, in: 8) { order.quantity = Quantity(lots: number()) }
        if chance.chance(7, in: 8) { order.price = Price(ticks: number()) }
        if chance.chance(3, in: 4) { order.stopPrice = Price(ticks: number()) }
        if chance.chance(1, in: 4) { order.activationPrice = Price(ticks: number()) }
        if chance.chance(3, in: 4) { order.callbackRate = Rate(parts: number()) }
        order.reduceOnly = chance.chance(1, in: 6)
        order.closePosition = chance.chance(1, in: 6)
        order.priceProtect = chance.chance(1, in: 6)
        order.trigger = chance.chance(1, in: 2) ? .lastPrice : .markPrice
        if let order = try? exchange.place(order, by: account, at: now, into: &events) { ids.append(order.id) }
    }

    /// Queries with the same hostile arguments.
    private func look(_ market: MarketID, _ account: AccountID) {
        _ = exchange.book(market, depth: -1)
        _ = exchange.touch(market)
        _ = exchange.mark(market)
        _ = exchange.margin(of: account)
        _ = exchange.available(of: account)
        _ = exchange.position(of: account, in: market)
        _ = exchange.fees(of: account, in: market)
        _ = exchange.balances(of: account)
        _ = exchange.orders(of: account, in: market).count
        _ = exchange.executions(of: account, in: market).count
        _ = exchange.nextDue
    }
}

@Suite struct `Hostile numbers` {
    @Test(arguments: 1...8) func `neither trap nor lose a unit`(seed: Int) {
        var hostility = Hostility(seed: UInt64(seed))
        for step in 0..<3_000 {
            if let complaint = hostility.step() {
                Issue.record("seed \(seed), step \(step): \(complaint)")
                return
            }
        }
    }

    @Test func `nor do times beyond the calendar`() {
        var exchange = Exchange(markets: [definition()], startingAt: Instant(nanoseconds: .max))
        var events: [ExchangeEvent] = []
        exchange.advance(to: Instant(nanoseconds: .max), into: &events)
        #expect(exchange.nextDue == .distantFuture)
        exchange.advance(to: Instant(nanoseconds: .min), into: &events)
        #expect(events.isEmpty)
    }

    @Test func `nor does an exchange without markets`() {
        var exchange = Exchange(markets: [], startingAt: Instant(nanoseconds: 0))
        let account = exchange.openAccount(balances: [], at: Instant(nanoseconds: 0))
        var events: [ExchangeEvent] = []
        exchange.advance(to: Instant(milliseconds: 5_000), into: &events)
        #expect(events.isEmpty)
        #expect(exchange.margin(of: account).positions == .zero)
    }
}
