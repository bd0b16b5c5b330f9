import Exchange
import Fundamentals
import MarketModel
import Testing

@Suite struct `Reduce-only orders never add to a position` {
    /// A desk on which the account is long 10 lots.
    private func long() throws -> (Desk, AccountID) {
        var desk = Desk()
        let account = desk.account()
        desk.book([(9_999, 100)], [(10_001, 100)])
        try desk.limit(account, .buy, 10, at: 10_001)
        return (desk, account)
    }

    @Test func `they need something to close`() throws {
        var (desk, account) = try long()
        #expect(
            rejection { () throws(ExchangeRejection) in
                try desk.limit(account, .buy, 5, at: 9_000, reduceOnly: true)
            } == .reduceOnlyRejected)
    }

    @Test func `a taker is capped at the position and the rest expires`() throws {
        var (desk, account) = try long()
        let id = try desk.limit(account, .sell, 25, at: 9_999, reduceOnly: true)
        #expect(desk.filled(id, account) == 10)
        #expect(desk.status(id, account) == .expired)
        #expect(desk.lots(account) == 0)
    }

    @Test func `fill or kill larger than the position is killed`() throws {
        var (desk, account) = try long()
        let id = try desk.limit(account, .sell, 25, at: 9_999, .fillOrKill, reduceOnly: true)
        #expect(desk.filled(id, account) == 0)
        #expect(desk.lots(account) == 10)
    }

    @Test func `one that rests is cut to the position, told as an amendment`() throws {
        var (desk, account) = try long()
        try desk.limit(account, .sell, 25, at: 10_500, reduceOnly: true)
        #expect(desk.story == ["new a1 0/25", "amended a1 0/10", "level sell 10500:10"])
    }

    @Test func `when the position shrinks they shrink, when it is gone they expire`() throws {
        var (desk, account) = try long()
        let first = try desk.limit(account, .sell, 10, at: 10_500, reduceOnly: true)
        let second = try desk.limit(account, .sell, 4, at: 10_400, reduceOnly: true)
        try desk.limit(account, .sell, 7, at: 9_999)
        #expect(desk.exchange.order(first, of: account)?.quantity == Quantity(lots: 3))
        #expect(desk.exchange.order(second, of: account)?.quantity == Quantity(lots: 3))
        // One sweep takes the better one, which leaves nothing for the other to reduce.
        desk.apply(.trade(desk.market, aggressor: .buy, quantity: Quantity(lots: 150), limit: Price(ticks: 10_500)))
        #expect(desk.status(second, account) == .filled)
        #expect(desk.status(first, account) == .expired)
        #expect(desk.lots(account) == 0)
        #expect(desk.exchange.openOrders(of: account, in: nil).isEmpty)
    }
}

@Suite struct `Self-trade prevention takes off the order it names` {
    struct Row: Sendable, CustomTestStringConvertible {
        var account: SelfTradeMode
        var order: SelfTradeMode?
        var maker: OrderStatus
        var taker: OrderStatus
        var filled: Int64
        var testDescription: String { "account \(account), order \(order.map { "\($0)" } ?? "silent")" }
    }
    static let table: [Row] = [
        Row(account: .expireTaker, order: nil, maker: .new, taker: .expired, filled: 5),
        Row(account: .expireMaker, order: nil, maker: .expired, taker: .filled, filled: 10),
        Row(account: .expireBoth, order: nil, maker: .expired, taker: .expired, filled: 5),
        Row(account: .expireTaker, order: .expireMaker, maker: .expired, taker: .filled, filled: 10),
        Row(account: .expireMaker, order: .expireBoth, maker: .expired, taker: .expired, filled: 5),
        Row(account: .expireBoth, order: .expireTaker, maker: .new, taker: .expired, filled: 5),
    ]

    /// The book holds 5 of another account, then 5 of one's own, then 5 of the other.
    @Test(arguments: table) func `row by row`(row: Row) throws {
        var desk = Desk()
        let (other, own) = (desk.account(), desk.account())
        desk.exchange.setSelfTradeMode(row.account, of: own)
        #expect(desk.exchange.selfTradeMode(of: own) == row.account)
        try desk.limit(other, .sell, 5, at: 10_000)
        let maker = try desk.limit(own, .sell, 5, at: 10_000)
        try desk.limit(other, .sell, 5, at: 10_000)
        let taker = try desk.limit(own, .buy, 10, at: 10_000, mode: row.order)
        #expect(desk.status(maker, own) == row.maker)
        #expect(desk.status(taker, own) == row.taker)
        #expect(desk.filled(taker, own) == row.filled)
    }
}

@Suite struct `Amendments` {
    private func amend(
        _ desk: inout Desk, _ id: Int64, _ account: AccountID, _ lots: Int64, at ticks: Int64
    ) throws(ExchangeRejection) {
        desk.events.removeAll()
        _ = try desk.exchange.amend(
            id, of: account, price: Price(ticks: ticks), quantity: Quantity(lots: lots), at: desk.now,
            into: &desk.events)
    }

    /// - Returns: who is filled first, after the first of two orders at one price was amended.
    private func winner(lots: Int64, at ticks: Int64) throws -> String {
        var desk = Desk()
        let (first, second) = (desk.account(), desk.account())
        let id = try desk.limit(first, .buy, 10, at: 10_000)
        try desk.limit(second, .buy, 10, at: 10_000)
        try amend(&desk, id, first, lots, at: ticks)
        desk.apply(.trade(desk.market, aggressor: .sell, quantity: Quantity(lots: 1), limit: Price(ticks: 10_000)))
        return desk.lots(first) == 1 ? "first" : "second"
    }

    @Test func `keep their place only where the quantity falls`() throws {
        #expect(try winner(lots: 5, at: 10_000) == "first")
        #expect(try winner(lots: 10, at: 10_000) == "first")
        #expect(try winner(lots: 11, at: 10_000) == "second")
        #expect(try winner(lots: 5, at: 9_999) == "second")
    }

    @Test func `that cross match, and post-only ones expire`() throws {
        var desk = Desk()
        let account = desk.account()
        desk.book([(9_999, 10)], [(10_001, 10)])
        let plain = try desk.limit(account, .buy, 5, at: 9_990)
        try amend(&desk, plain, account, 5, at: 10_001)
        #expect(
            desk.story == [
                "amended a1 0/5", "level buy 9990:0", "account order a1", "trade a1 5/5 5@10001t", "print buy 5@10001",
                "level sell 10001:5",
            ])
        let post = try desk.limit(account, .buy, 5, at: 9_990, .postOnly)
        try amend(&desk, post, account, 5, at: 10_001)
        #expect(desk.status(post, account) == .expired)
        #expect(desk.filled(post, account) == 0)
    }

    @Test func `that break a rule are refused and leave the order as it was`() throws {
        var desk = Desk([definition(minNotional: Cash(whole: 5))])
        let account = desk.account(400)
        desk.book([(9_999, 1_000)], [(10_001, 1_000)])
        let id = try desk.limit(account, .buy, 1_000, at: 9_999)
        desk.apply(.trade(desk.market, aggressor: .sell, quantity: Quantity(lots: 1_400), limit: Price(ticks: 9_999)))
        let before = try #require(desk.exchange.order(id, of: account))
        #expect(before.filled == Quantity(lots: 400))
        for (lots, ticks, expected): (Int64, Int64, ExchangeRejection) in [
            (0, 9_999, .quantityNotPositive), (1, 9_999, .quantityBelowMinimum), (400, 9_999, .quantityBelowMinimum),
            (.max, 9_999, .quantityAboveMaximum), (600, 5, .priceBelowMinimum), (600, .max, .priceAboveMaximum),
            (600, 10_600, .priceAboveCollar), (500, 9_000, .notionalTooSmall), (999_999, 9_999, .insufficientMargin),
        ] {
            let refusal = rejection { () throws(ExchangeRejection) in
                try amend(&desk, id, account, lots, at: ticks)
            }
            #expect(refusal == expected)
            #expect(desk.exchange.order(id, of: account) == before)
            #expect(desk.events.isEmpty)
        }
    }

    @Test func `are for resting limit orders, ten thousand times at most`() throws {
        var desk = Desk()
        let account = desk.account()
        let stop = try desk.send(
            NewOrder(
                market: desk.market, side: .buy, type: .stop, quantity: Quantity(lots: 5), price: Price(ticks: 10_000),
                stopPrice: Price(ticks: 10_000), clientOrderID: "stop"), account)
        #expect(
            rejection { () throws(ExchangeRejection) in try amend(&desk, stop, account, 5, at: 9_000) }
                == .orderNotAmendable)
        let id = try desk.limit(account, .buy, 10, at: 9_000)
        for turn in 0..<10_000 { try amend(&desk, id, account, 10, at: 9_000 + Int64(turn % 2)) }
        #expect(
            rejection { () throws(ExchangeRejection) in try amend(&desk, id, account, 10, at: 9_000) }
                == .tooManyAmendments)
        #expect(
            rejection { () throws(ExchangeRejection) in try amend(&desk, 1, account, 10, at: 9_000) } == .unknownOrder)
    }
}
