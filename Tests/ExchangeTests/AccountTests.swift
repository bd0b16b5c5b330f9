import Exchange
import Fundamentals
import MarketModel
import Testing

@Suite struct `Accounts keep exact books` {
    @Test func `profit, commission and cost basis of a round trip`() throws {
        var desk = Desk()
        let (maker, taker) = (desk.account(1_000), desk.account(1_000))
        try desk.limit(maker, .sell, 300, at: 10_000)
        try desk.limit(maker, .sell, 300, at: 10_003)
        try desk.limit(taker, .buy, 600, at: 10_003)
        // 600 lots of 0.01 at 1.0000 and 1.0003: 3 + 3.0009 coins; 0.035 % of each match.
        let long = desk.exchange.position(of: taker, in: desk.market)
        #expect(long.value == Cash("6.0009"))
        #expect(desk.exchange.wallet(of: taker) == Cash("999.99789968"))
        #expect(desk.exchange.wallet(of: maker) == Cash("999.99939991"))
        try desk.limit(maker, .buy, 100, at: 10_010)
        try desk.limit(taker, .sell, 100, at: 10_010)
        // A sixth of the basis is 1.00015; sold for 1.0010.
        let execution = try #require(desk.exchange.executions(of: taker, in: desk.market).last)
        #expect(execution.realized == Cash("0.00085"))
        #expect(execution.commission == Cash("0.00035035"))
        let rest = desk.exchange.position(of: taker, in: desk.market)
        #expect(rest.value == Cash("5.00075"))
        #expect(rest.realized == Cash("0.00085"))
        let kinds = desk.exchange.income(of: taker).map(\.kind)
        #expect(kinds == [.transfer, .commission, .commission, .realizedPnl, .commission])
    }

    @Test func `a share that does not divide leaves its remainder in the basis, and flat is exactly zero`() throws {
        var desk = Desk()
        let (maker, taker) = (desk.account(), desk.account())
        try desk.limit(maker, .sell, 2, at: 10_000)
        try desk.limit(maker, .sell, 5, at: 10_001)
        try desk.limit(taker, .buy, 7, at: 10_001)
        let before = desk.exchange.wallet(of: taker)
        desk.exchange.setFees(maker: .zero, taker: .zero, market: desk.market, of: taker)
        try desk.limit(maker, .buy, 7, at: 9_000)
        try desk.limit(taker, .sell, 3, at: 9_000)
        // 3/7 of 0.070005 is 0.030002142857…; the ledger takes 0.03000214.
        #expect(desk.exchange.position(of: taker, in: desk.market).value == Cash("0.04000286"))
        try desk.limit(taker, .sell, 4, at: 9_000)
        #expect(desk.exchange.position(of: taker, in: desk.market).value == .zero)
        #expect(desk.exchange.wallet(of: taker) - before == Cash("-0.007005"))
    }

    @Test func `a fill through zero closes one position and opens the other at the fill price`() throws {
        var desk = Desk()
        let (maker, taker) = (desk.account(), desk.account())
        try desk.limit(maker, .sell, 10, at: 10_000)
        try desk.limit(taker, .buy, 10, at: 10_000)
        try desk.limit(maker, .buy, 30, at: 10_100)
        try desk.limit(taker, .sell, 30, at: 10_100)
        let short = desk.exchange.position(of: taker, in: desk.market)
        #expect(short.quantity == Quantity(lots: -20))
        #expect(short.value == Cash("-0.202"))
        #expect(short.realized == Cash("0.001"))
    }

    @Test func `a negative maker fee pays the maker`() throws {
        var desk = Desk()
        let (maker, taker) = (desk.account(100), desk.account(100))
        desk.exchange.setFees(maker: Rate(parts: -10_000), taker: .zero, market: desk.market, of: maker)
        try desk.limit(maker, .sell, 1_000, at: 10_000)
        try desk.limit(taker, .buy, 1_000, at: 10_000)
        #expect(desk.exchange.wallet(of: maker) == Cash("100.001"))
        #expect(desk.exchange.house.fees == Cash("0.0025"))
    }

    @Test func `initial margin backs the worse side of position and orders`() throws {
        var desk = Desk()
        let account = desk.account(1_000)
        try desk.exchange.setLeverage(10, market: desk.market, of: account, at: desk.now, into: &desk.events)
        #expect(desk.story == ["leverage a1 10"])
        desk.book([(9_999, 10_000)], [(10_001, 10_000)])
        try desk.limit(account, .buy, 1_000, at: 10_001)
        try desk.limit(account, .buy, 2_000, at: 9_000)
        try desk.limit(account, .sell, 1_500, at: 10_400)
        // Position 10 at the mark of 1; buys 18, sells 15.6: 28 is worse than 5.6.
        let margin = desk.exchange.margin(of: account)
        #expect(margin.positions == Cash("1"))
        #expect(margin.orders == Cash("1.8"))
        #expect(margin.maintenance == Cash("0.1"))
        #expect(desk.exchange.unrealized(of: account) == Cash("-0.001"))
        let left = desk.exchange.wallet(of: account) - Cash("2.801")!
        #expect(desk.exchange.available(of: account) == left)
    }

    @Test func `an order that reduces passes without free margin`() throws {
        var desk = Desk()
        let account = desk.account(10)
        desk.book([(9_999, 100_000)], [(10_001, 100_000)])
        try desk.limit(account, .buy, 19_000, at: 10_001)
        #expect(
            rejection { () throws(ExchangeRejection) in try desk.limit(account, .buy, 2_000, at: 9_999) }
                == .insufficientMargin)
        try desk.limit(account, .sell, 19_000, at: 10_400)
        #expect(
            rejection { () throws(ExchangeRejection) in try desk.limit(account, .sell, 21_000, at: 10_400) }
                == .insufficientMargin)
    }

    @Test func `transfers in any asset, and none that the balance cannot pay`() {
        var desk = Desk()
        let account = desk.exchange.openAccount(
            balances: [("USDF", Cash(whole: 7)), ("USDT", Cash(whole: 5)), ("USDF", Cash(whole: 1))], at: desk.now)
        desk.exchange.deposit(Cash(whole: -9), asset: "USDF", to: account, at: desk.now, into: &desk.events)
        #expect(desk.events.isEmpty)
        desk.exchange.deposit(Cash(whole: -8), asset: "USDF", to: account, at: desk.now, into: &desk.events)
        desk.exchange.deposit(Cash(whole: 3), asset: "BNB", to: account, at: desk.now, into: &desk.events)
        desk.exchange.deposit(Cash(units: .max), asset: "BNB", to: account, at: desk.now, into: &desk.events)
        desk.exchange.deposit(Cash(units: .min), asset: "BNB", to: account, at: desk.now, into: &desk.events)
        #expect(desk.story == ["account deposit a1", "account deposit a1"])
        let balances = desk.exchange.balances(of: account)
        #expect(balances.map(\.asset) == ["USDF", "USDT", "BNB"])
        #expect(balances.map(\.amount) == [.zero, Cash(whole: 5), Cash(whole: 3)])
        #expect(desk.exchange.wallet(of: account) == Cash(whole: 5))
    }

    @Test func `leverage and margin type have their refusals`() throws {
        var desk = Desk()
        let account = desk.account(10)
        var events: [ExchangeEvent] = []
        for leverage: Int64 in [.min, 0, 51, .max] {
            #expect(
                rejection { () throws(ExchangeRejection) in
                    try desk.exchange.setLeverage(
                        leverage, market: desk.market, of: account, at: desk.now, into: &events)
                } == .invalidLeverage)
        }
        func isolate(_ isolated: Bool) -> ExchangeRejection? {
            rejection { () throws(ExchangeRejection) in
                try desk.exchange.setIsolated(
                    isolated, market: desk.market, of: account, at: desk.now, into: &events)
            }
        }
        #expect(isolate(false) == .marginTypeUnchanged)
        let id = try desk.limit(account, .buy, 10_000, at: 10_000)
        #expect(isolate(true) == .marginTypeWithOpenOrders)
        #expect(
            rejection { () throws(ExchangeRejection) in
                try desk.exchange.setLeverage(9, market: desk.market, of: account, at: desk.now, into: &events)
            } == .insufficientMargin)
        desk.apply(.trade(desk.market, aggressor: .sell, quantity: Quantity(lots: 9_000), limit: Price(ticks: 10_000)))
        _ = try desk.exchange.cancel(id, of: account, at: desk.now, into: &events)
        #expect(isolate(true) == .marginTypeWithPosition)
        desk.apply(.rest(desk.market, .buy, level((10_000, 9_000))))
        try desk.market(account, .sell, 9_000, reduceOnly: true)
        #expect(isolate(true) == nil)
        #expect(desk.exchange.position(of: account, in: desk.market).isIsolated)
    }
}
