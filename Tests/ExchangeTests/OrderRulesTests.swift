import Exchange
import Fundamentals
import MarketModel
import Testing

@Suite struct `Orders live as their time in force says` {
    /// Resting flow: bids 9999:10 9998:10, asks 10001:10 10002:10.
    private func desk() -> Desk {
        var desk = Desk()
        desk.book([(9_999, 10), (9_998, 10)], [(10_001, 10), (10_002, 10)])
        return desk
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var tif: TimeInForce
        var side: Side
        var lots: Int64
        var ticks: Int64
        var status: OrderStatus
        var filled: Int64
        var picture: String
        var testDescription: String { "\(side) \(lots)@\(ticks) \(tif)" }
    }
    static let table: [Row] = [
        Row(
            tif: .goodTillCancel, side: .buy, lots: 5, ticks: 10_000, status: .new, filled: 0,
            picture: "10000:5 9999:10 9998:10|10001:10 10002:10"),
        Row(
            tif: .goodTillCancel, side: .buy, lots: 15, ticks: 10_001, status: .partiallyFilled, filled: 10,
            picture: "10001:5 9999:10 9998:10|10002:10"),
        Row(
            tif: .goodTillCancel, side: .sell, lots: 12, ticks: 9_998, status: .filled, filled: 12,
            picture: "9998:8|10001:10 10002:10"),
        Row(
            tif: .immediateOrCancel, side: .buy, lots: 15, ticks: 10_001, status: .expired, filled: 10,
            picture: "9999:10 9998:10|10002:10"),
        Row(
            tif: .immediateOrCancel, side: .buy, lots: 15, ticks: 10_000, status: .expired, filled: 0,
            picture: "9999:10 9998:10|10001:10 10002:10"),
        Row(
            tif: .fillOrKill, side: .buy, lots: 21, ticks: 10_002, status: .expired, filled: 0,
            picture: "9999:10 9998:10|10001:10 10002:10"),
        Row(
            tif: .fillOrKill, side: .buy, lots: 20, ticks: 10_002, status: .filled, filled: 20,
            picture: "9999:10 9998:10|"),
        Row(
            tif: .postOnly, side: .buy, lots: 5, ticks: 10_001, status: .expired, filled: 0,
            picture: "9999:10 9998:10|10001:10 10002:10"),
        Row(
            tif: .postOnly, side: .buy, lots: 5, ticks: 10_000, status: .new, filled: 0,
            picture: "10000:5 9999:10 9998:10|10001:10 10002:10"),
        Row(
            tif: .hidden, side: .buy, lots: 5, ticks: 10_000, status: .new, filled: 0,
            picture: "9999:10 9998:10|10001:10 10002:10"),
        Row(
            tif: .hidden, side: .sell, lots: 5, ticks: 9_999, status: .filled, filled: 5,
            picture: "9999:5 9998:10|10001:10 10002:10"),
    ]

    @Test(arguments: table) func `row by row`(row: Row) throws {
        var desk = desk()
        let account = desk.account()
        let id = try desk.limit(account, row.side, row.lots, at: row.ticks, row.tif)
        #expect(desk.status(id, account) == row.status)
        #expect(desk.filled(id, account) == row.filled)
        #expect(desk.picture == row.picture)
    }

    @Test func `a match tells taker, maker, print and level, in that order`() throws {
        var desk = Desk()
        let (maker, taker) = (desk.account(), desk.account())
        try desk.limit(maker, .sell, 5, at: 10_000)
        #expect(desk.story == ["new a1 0/5", "level sell 10000:5"])
        try desk.limit(taker, .buy, 8, at: 10_000, .immediateOrCancel)
        #expect(
            desk.story == [
                "new a2 0/8", "account order a2", "trade a2 5/8 5@10000t", "account order a1", "trade a1 5/5 5@10000m",
                "print buy 5@10000", "level sell 10000:0", "expired a2 5/8",
            ])
    }

    @Test func `hidden orders match behind visible ones of the same price, whenever they came`() throws {
        var desk = Desk()
        let (secretive, open, taker) = (desk.account(), desk.account(), desk.account())
        let hidden = try desk.limit(secretive, .sell, 5, at: 10_000, .hidden)
        let visible = try desk.limit(open, .sell, 5, at: 10_000)
        try desk.limit(taker, .buy, 7, at: 10_000)
        #expect(desk.filled(visible, open) == 5)
        #expect(desk.filled(hidden, secretive) == 2)
        #expect(desk.picture == "|")
    }

    @Test func `a market order sweeps to the take bound and lets the rest expire`() throws {
        var desk = Desk([definition(collar: 500, takeBound: 100)])
        let account = desk.account()
        desk.book([(9_999, 10)], [(10_001, 10), (10_100, 10), (10_101, 10)])
        let id = try desk.market(account, .buy, 50)
        #expect(desk.filled(id, account) == 20)
        #expect(desk.status(id, account) == .expired)
        #expect(desk.picture == "9999:10|10101:10")
    }

    @Test func `a market order needs a counter-price, and one inside the collar`() {
        var desk = Desk([definition(collar: 100)])
        let account = desk.account()
        #expect(rejection { () throws(ExchangeRejection) in try desk.market(account, .buy, 5) } == .noLiquidity)
        desk.apply(.mark(desk.market, price: ExactDecimal("1")!, index: ExactDecimal("1")!, fundingRate: .zero))
        desk.book([], [(10_101, 10)])
        #expect(
            rejection { () throws(ExchangeRejection) in try desk.market(account, .buy, 5) } == .marketOrderOutsideCollar
        )
        desk.book([], [(10_100, 10)])
        #expect(rejection { () throws(ExchangeRejection) in try desk.market(account, .buy, 5) } == nil)
    }
}

@Suite struct `Orders that break a rule are refused` {
    struct Row: Sendable, CustomTestStringConvertible {
        var expected: ExchangeRejection?
        var order: NewOrder
        var testDescription: String { "\(expected.map { "\($0)" } ?? "accepted"): \(order)" }
    }

    static func order(
        _ side: Side, _ lots: Int64?, _ ticks: Int64?, type: OrderType = .limit, reduceOnly: Bool = false,
        market: Int = 0, stop: Int64? = nil, name: String = "new"
    ) -> NewOrder {
        NewOrder(
            market: MarketID(market), side: side, type: type, quantity: lots.map(Quantity.init(lots:)),
            price: ticks.map(Price.init(ticks:)), reduceOnly: reduceOnly, stopPrice: stop.map(Price.init(ticks:)),
            clientOrderID: name)
    }

    /// In descending precedence: each row would also break every rule named below it, as far as both can be broken.
    static let table: [Row] = [
        Row(expected: .unknownMarket, order: order(.buy, 0, 5, market: 7)),
        Row(expected: .unknownMarket, order: order(.buy, 5, 10_000, market: -1)),
        Row(expected: .quantityNotPositive, order: order(.buy, 0, 5, reduceOnly: true)),
        Row(expected: .quantityNotPositive, order: order(.buy, .min, 5)),
        Row(expected: .quantityNotPositive, order: order(.buy, nil, 10_000)),
        Row(expected: .quantityBelowMinimum, order: order(.buy, 1, 5)),
        Row(expected: .quantityAboveMaximum, order: order(.buy, 1_000_001, 5)),
        Row(expected: .quantityAboveMaximum, order: order(.buy, .max, 5)),
        Row(expected: .quantityAboveMaximum, order: order(.buy, 500_001, nil, type: .market)),
        Row(expected: .priceBelowMinimum, order: order(.buy, 10, 9)),
        Row(expected: .priceBelowMinimum, order: order(.buy, 10, nil)),
        Row(expected: .priceBelowMinimum, order: order(.buy, 10, .min)),
        Row(expected: .priceAboveMaximum, order: order(.buy, 10, 1_000_001)),
        Row(expected: .priceAboveMaximum, order: order(.buy, 10, .max)),
        Row(expected: .priceAboveMaximum, order: order(.buy, 10, 10_000, type: .stop, stop: 1_000_001)),
        Row(expected: .priceBelowMinimum, order: order(.buy, 10, 10_000, type: .stop)),
        Row(expected: .priceAboveCollar, order: order(.buy, 10, 10_501)),
        Row(expected: nil, order: order(.buy, 1_000, 10_500)),
        Row(expected: .priceBelowCollar, order: order(.sell, 10, 9_499)),
        Row(expected: nil, order: order(.sell, 1_000, 9_500)),
        Row(expected: nil, order: order(.buy, 600_000, 10)),
        Row(expected: .notionalTooSmall, order: order(.buy, 499, 10_000)),
        Row(expected: .notionalTooSmall, order: order(.buy, 499, nil, type: .market)),
        Row(expected: nil, order: order(.buy, 500, 10_000)),
        Row(expected: .insufficientMargin, order: order(.buy, 1_000_000, 10_000, name: "open")),
        Row(expected: .reduceOnlyRejected, order: order(.buy, 10, 10_000, reduceOnly: true, name: "open")),
        Row(expected: .duplicateClientOrderID, order: order(.buy, 600, 10_000, name: "open")),
        Row(expected: .wouldTriggerImmediately, order: order(.buy, 600, nil, type: .stopMarket, stop: 9_000)),
    ]

    @Test(arguments: table) func `row by row, leaving no trace`(row: Row) throws {
        var desk = Desk([definition(minNotional: Cash(whole: 5))])
        let account = desk.account(400)
        desk.book([(9_999, 100_000)], [(10_001, 100_000)])
        desk.apply(
            .trade(desk.market, aggressor: .buy, quantity: Quantity(lots: 1), limit: Price(ticks: 10_001)))
        try desk.limit(account, .buy, 600, at: 9_000, name: "open")
        let before = desk.picture
        #expect(rejection { () throws(ExchangeRejection) in try desk.send(row.order, account) } == row.expected)
        guard row.expected != nil else { return }
        #expect(desk.events.isEmpty)
        #expect(desk.picture == before)
        #expect(desk.exchange.orders(of: account, in: desk.market).count == 1)
    }

    @Test func `too many open orders, and too many conditional ones`() throws {
        var desk = Desk([definition(maxOpenOrders: 12)])
        let account = desk.account()
        desk.book([(9_999, 10)], [(10_001, 10)])
        for number in 0..<10 {
            try desk.send(Self.order(.buy, 10, nil, type: .stopMarket, stop: 11_000, name: "s\(number)"), account)
        }
        let stop = Self.order(.buy, 10, nil, type: .stopMarket, stop: 11_000, name: "s")
        #expect(rejection { () throws(ExchangeRejection) in try desk.send(stop, account) } == .tooManyConditionalOrders)
        try desk.limit(account, .buy, 10, at: 9_000)
        try desk.limit(account, .buy, 10, at: 9_000)
        let last = Self.order(.buy, 10, 9_000, name: "l")
        #expect(rejection { () throws(ExchangeRejection) in try desk.send(last, account) } == .tooManyOpenOrders)
    }

    @Test func `a client id is free again once its order is closed, and finds the newest`() throws {
        var desk = Desk()
        let account = desk.account()
        let first = try desk.limit(account, .buy, 10, at: 9_000, name: "again")
        _ = try desk.exchange.cancel(first, of: account, at: desk.now, into: &desk.events)
        #expect(desk.exchange.order(clientOrderID: "again", of: account)?.id == first)
        let second = try desk.limit(account, .buy, 10, at: 9_000, name: "again")
        #expect(desk.exchange.order(clientOrderID: "again", of: account)?.id == second)
        #expect(second > first)
        #expect(desk.exchange.order(clientOrderID: "other", of: account) == nil)
    }

    @Test func `the empty name is no name`() throws {
        var desk = Desk()
        let account = desk.account()
        try desk.limit(account, .buy, 10, at: 9_000, name: "")
        try desk.limit(account, .buy, 10, at: 9_000, name: "")
        #expect(desk.exchange.openOrders(of: account, in: nil).count == 2)
        #expect(desk.exchange.order(clientOrderID: "", of: account) == nil)
    }

    @Test func `names need not be unique where the venue has rules of its own`() throws {
        var desk = Desk()
        desk.exchange.namesAreUnique = false
        let account = desk.account()
        try desk.limit(account, .buy, 10, at: 9_000, name: "a")
        let second = try desk.limit(account, .buy, 10, at: 9_000, name: "a")
        #expect(desk.exchange.order(clientOrderID: "a", of: account)?.id == second)
    }

    @Test func `orders of others, closed orders and invented ids are unknown to cancel`() throws {
        var desk = Desk()
        let (mine, other) = (desk.account(), desk.account())
        let id = try desk.limit(mine, .buy, 10, at: 9_000)
        var events: [ExchangeEvent] = []
        for (id, account) in [(id, other), (id + 1, mine), (.min, mine), (.max, mine), (0, mine)] {
            let refusal = rejection { () throws(ExchangeRejection) in
                _ = try desk.exchange.cancel(id, of: account, at: desk.now, into: &events)
            }
            #expect(refusal == .unknownOrder)
        }
        let left = try desk.exchange.cancel(id, of: mine, at: desk.now, into: &events)
        #expect(left.status == .canceled)
        #expect(
            rejection { () throws(ExchangeRejection) in
                _ = try desk.exchange.cancel(id, of: mine, at: desk.now, into: &events)
            } == .unknownOrder)
    }

    @Test func `nobody, the flow and accounts never opened may not order`() {
        var desk = Desk()
        for index in [-1, 0, 1, .max] {
            #expect(
                rejection { () throws(ExchangeRejection) in try desk.limit(AccountID(index), .buy, 10, at: 9_000) }
                    == .insufficientMargin)
        }
    }
}
