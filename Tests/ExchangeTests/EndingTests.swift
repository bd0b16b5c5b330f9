import Exchange
import Fundamentals
import MarketModel
import Testing

@Suite struct `Orders say why they ended` {
    private func ending(_ desk: Desk, _ id: Int64, _ account: AccountID) -> OrderEnding? {
        desk.exchange.order(id, of: account)?.ending
    }

    @Test func `when they could not stay`() throws {
        var desk = Desk()
        let account = desk.account()
        desk.book([(9_999, 100)], [(10_001, 100)])
        let taker = try desk.limit(account, .buy, 10, at: 10_001, .postOnly)
        #expect(ending(desk, taker, account) == .wouldTake)
        let large = try desk.limit(account, .buy, 200, at: 10_001, .fillOrKill)
        #expect(ending(desk, large, account) == .noLiquidity)
        let rest = try desk.limit(account, .buy, 110, at: 10_001, .immediateOrCancel)
        #expect(ending(desk, rest, account) == .noLiquidity)
        let reducing = try desk.limit(account, .sell, 300, at: 9_999, reduceOnly: true)
        #expect(ending(desk, reducing, account) == .nothingToReduce)
    }

    @Test func `when somebody ended them`() throws {
        var desk = Desk()
        let account = desk.account()
        desk.book([(9_999, 100)], [(10_001, 100)])
        let canceled = try desk.limit(account, .buy, 10, at: 9_990)
        let expired = try desk.limit(account, .buy, 10, at: 9_990)
        let counted = try desk.limit(account, .buy, 10, at: 9_990)
        let filled = try desk.limit(account, .buy, 10, at: 10_001)
        _ = try desk.exchange.cancel(canceled, of: account, at: desk.now, into: &desk.events)
        try desk.exchange.expire(expired, of: account, at: desk.now, into: &desk.events)
        #expect(desk.status(expired, account) == .expired)
        desk.exchange.armCountdown(.seconds(1), of: account, in: desk.market, at: desk.now)
        desk.advance(.seconds(1))
        #expect(ending(desk, canceled, account) == .requested)
        #expect(ending(desk, expired, account) == .timeOver)
        #expect(ending(desk, counted, account) == .countdown)
        #expect(ending(desk, filled, account) == nil)
        #expect(throws: ExchangeRejection.unknownOrder) {
            try desk.exchange.expire(filled, of: account, at: desk.now, into: &desk.events)
        }
    }
}

@Suite struct `An order's scope of self-trades` {
    /// Scope, taker (the maker is the first account), whether they trade.
    private static let table: [(SelfTradeScope, Int, Bool)] = [
        (.nobody, 0, true), (.account, 0, false), (.owner, 0, false), (.nobody, 1, true), (.account, 1, true),
        (.owner, 1, false), (.nobody, 2, true), (.account, 2, true), (.owner, 2, true),
    ]

    @Test(arguments: table.indices) func `decides who may meet`(row: Int) throws {
        let (scope, index, trades) = Self.table[row]
        var desk = Desk()
        let accounts = (0..<3).map { _ in desk.account() }
        desk.exchange.setOwner(7, of: accounts[0])
        desk.exchange.setOwner(7, of: accounts[1])
        let maker = try desk.limit(accounts[0], .sell, 10, at: 10_000)
        let taker = try desk.send(
            NewOrder(
                market: desk.market, side: .buy, type: .limit, quantity: Quantity(lots: 10),
                price: Price(ticks: 10_000), clientOrderID: "taker", selfTradeMode: .expireMaker,
                selfTradeScope: scope),
            accounts[index])
        #expect(desk.filled(taker, accounts[index]) == (trades ? 10 : 0))
        #expect(desk.status(maker, accounts[0]) == (trades ? .filled : .expired))
        #expect(desk.exchange.order(maker, of: accounts[0])?.ending == (trades ? nil : .selfTrade))
    }

    @Test func `that is nobody leaves an account as it was, but for its fees`() throws {
        var desk = Desk()
        let account = desk.account()
        try desk.limit(account, .sell, 10, at: 10_000)
        try desk.send(
            NewOrder(
                market: desk.market, side: .buy, type: .limit, quantity: Quantity(lots: 10),
                price: Price(ticks: 10_000), clientOrderID: "taker", selfTradeScope: .nobody),
            account)
        #expect(desk.lots(account) == 0)
        #expect(desk.exchange.wallet(of: account) == Cash(whole: 1_000_000) - desk.exchange.house.fees)
    }
}

@Suite struct `Trades that carry their time` {
    @Test func `ascend, and tell it`() throws {
        var desk = Desk()
        desk.exchange.tradeNumbering = .snowflake(zero: 1_288_834_974_657)
        let account = desk.account()
        desk.book([(9_999, 100)], [(10_001, 100)])
        for _ in 0..<3 { try desk.limit(account, .buy, 5, at: 10_001) }
        let first = desk.now
        desk.advance(.milliseconds(7))
        try desk.limit(account, .buy, 5, at: 10_001)
        let ids = desk.exchange.executions(of: account, in: desk.market).map(\.trade.number)
        #expect(ids == ids.sorted() && ids.count == 4)
        #expect(ids.map { ($0 >> 22) + 1_288_834_974_657 } == [0, 0, 0, 7].map { first.milliseconds + $0 })
    }
}
