import Exchange
import Fundamentals
import MarketModel
import Testing

@Suite struct `Background flow moves the book` {
    @Test func `resting flow becomes the recorded book, near levels beyond it stay, far ones go`() {
        var desk = Desk()
        desk.book([(9_999, 10), (9_998, 10), (9_900, 10), (9_700, 10)], [(10_001, 10)])
        desk.book([(9_999, 4), (9_997, 20)], [(10_002, 7)])
        #expect(desk.picture == "9999:4 9997:20 9900:10|10002:7")
        desk.book([], [(10_002, 7)])
        #expect(desk.picture == "|10002:7")
    }

    @Test func `increases join behind an account's order, decreases leave from behind`() throws {
        var desk = Desk()
        let account = desk.account()
        desk.book([(9_999, 10)], [(10_001, 10)])
        try desk.limit(account, .buy, 5, at: 9_999)
        desk.book([(9_999, 30)], [(10_001, 10)])
        #expect(desk.picture == "9999:35|10001:10")
        // What is left of the flow is what was ahead of the account.
        desk.book([(9_999, 8)], [(10_001, 10)])
        #expect(desk.picture == "9999:13|10001:10")
        desk.apply(.trade(desk.market, aggressor: .sell, quantity: Quantity(lots: 9), limit: Price(ticks: 9_999)))
        #expect(desk.lots(account) == 1)
    }

    @Test func `a recorded book that crosses an account's order matches it, the account as maker`() throws {
        var desk = Desk()
        let account = desk.account()
        desk.book([(9_999, 10)], [(10_001, 10)])
        try desk.limit(account, .buy, 5, at: 10_000)
        desk.book([(9_990, 10)], [(9_995, 12)])
        #expect(desk.lots(account) == 5)
        #expect(desk.exchange.executions(of: account, in: desk.market).map(\.isMaker) == [true])
        #expect(desk.exchange.executions(of: account, in: desk.market).map(\.price.ticks) == [10_000])
        #expect(desk.picture == "9990:10|9995:7 10001:10")
    }

    @Test func `a recorded trade prints against recorded liquidity and accounts, in their order`() throws {
        var desk = Desk()
        let account = desk.account()
        desk.book([(9_999, 10)], [(10_001, 10)])
        try desk.limit(account, .sell, 5, at: 10_001)
        desk.apply(.trade(desk.market, aggressor: .buy, quantity: Quantity(lots: 12), limit: Price(ticks: 10_001)))
        #expect(
            desk.story == [
                "print buy 10@10001", "level sell 10001:5", "account order a1", "trade a1 2/5 2@10001m",
                "print buy 2@10001", "level sell 10001:3",
            ])
        #expect(desk.exchange.position(of: .flow, in: desk.market).quantity == Quantity(lots: 2))
        desk.apply(.trade(desk.market, aggressor: .buy, quantity: Quantity(lots: 12), limit: Price(ticks: 10_000)))
        #expect(desk.story.isEmpty)
    }

    @Test func `flow that would cross resting flow withdraws it without a print`() {
        var desk = Desk()
        desk.book([(9_999, 10)], [(10_001, 10), (10_003, 10)])
        desk.apply(.rest(desk.market, .buy, level((10_002, 5))))
        #expect(desk.story == ["level sell 10001:0", "level buy 10002:5"])
        #expect(desk.exchange.trades(desk.market).isEmpty)
    }

    @Test func `senseless steps are ignored`() throws {
        var desk = Desk()
        let account = desk.account()
        desk.book([(9_999, 10)], [(10_001, 10)])
        try desk.limit(account, .buy, 5, at: 9_000)
        let before = desk.picture
        let market = desk.market
        let one = ExactDecimal("1")!
        let steps: [FlowEvent] = [
            .book(market, bids: [level((9_999, 1)), level((9_999, 2))], asks: []),
            .book(market, bids: [level((9_998, 1)), level((9_999, 2))], asks: []),
            .book(market, bids: [level((10_000, 1))], asks: [level((10_000, 1))]),
            .book(market, bids: [level((0, 1))], asks: []), .book(market, bids: [level((.max, 1))], asks: []),
            .book(market, bids: [], asks: [level((10_000, 0))]), .book(market, bids: [], asks: [level((.min, .min))]),
            .book(MarketID(9), bids: [], asks: []), .rest(market, .buy, level((9_000, .max))),
            .rest(MarketID(-1), .buy, level((9_000, 1))), .withdraw(market, .buy, level((9_000, 5))),
            .withdraw(market, .sell, level((.max, .max))),
            .trade(market, aggressor: .buy, quantity: Quantity(lots: -5), limit: Price(ticks: 20_000)),
            .trade(market, aggressor: .sell, quantity: Quantity(lots: .max), limit: Price(ticks: 1)),
            .mark(market, price: ExactDecimal("0")!, index: one, fundingRate: .zero),
            .mark(market, price: ExactDecimal("-1")!, index: one, fundingRate: .zero),
            .mark(market, price: ExactDecimal(mantissa: .max, scale: 0), index: one, fundingRate: .zero),
            .mark(market, price: ExactDecimal(mantissa: 1, scale: 30), index: one, fundingRate: .zero),
            .mark(market, price: one, index: one, fundingRate: Rate(parts: .min)),
            .mark(MarketID(4), price: one, index: one, fundingRate: .zero),
        ]
        for step in steps {
            desk.apply(step)
            #expect(desk.story.isEmpty, "\(step)")
            #expect(desk.picture == before, "\(step)")
        }
    }

    @Test func `the mark is the mid until the flow says otherwise`() {
        var desk = Desk()
        #expect(desk.exchange.mark(desk.market).price == .zero)
        desk.book([(9_999, 10)], [(10_002, 10)])
        #expect(desk.exchange.mark(desk.market).price == ExactDecimal("1.00005"))
        desk.book([(9_999, 10)], [])
        #expect(desk.exchange.mark(desk.market).price == ExactDecimal("1.00005"))
        let (price, index) = (ExactDecimal("1.01234567")!, ExactDecimal("1.0123")!)
        desk.apply(.mark(desk.market, price: price, index: index, fundingRate: .basisPoints(-2)))
        desk.book([(9_999, 10)], [(10_002, 10)])
        let mark = desk.exchange.mark(desk.market)
        #expect((mark.price, mark.index) == (price, index))
        #expect(mark.fundingRate == .basisPoints(-2))
    }
}
