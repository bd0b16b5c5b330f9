import Exchange
import Fundamentals
import MarketModel
import Testing

@Suite struct `Conditional orders` {
    /// Last price 10000, mark 10000.
    private func desk() -> Desk {
        var desk = Desk()
        desk.book([(9_999, 1_000), (9_900, 1_000)], [(10_001, 1_000), (10_100, 1_000)])
        desk.apply(.rest(desk.market, .sell, level((10_000, 1))))
        desk.apply(.trade(desk.market, aggressor: .buy, quantity: Quantity(lots: 1), limit: Price(ticks: 10_000)))
        return desk
    }

    /// Makes a trade at a price by itself, around the book.
    private func print(_ desk: inout Desk, at ticks: Int64) {
        desk.book([(ticks - 1, 1_000)], [(ticks, 1), (ticks + 1, 1_000)])
        desk.apply(.trade(desk.market, aggressor: .buy, quantity: Quantity(lots: 1), limit: Price(ticks: ticks)))
    }

    private func order(
        _ type: OrderType, _ side: Side, stop: Int64? = nil, trigger: TriggerPrice = .lastPrice
    ) -> NewOrder {
        NewOrder(
            market: MarketID(0), side: side, type: type, quantity: Quantity(lots: 10), price: Price(ticks: 10_000),
            stopPrice: stop.map(Price.init(ticks:)), trigger: trigger, clientOrderID: "conditional")
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var type: OrderType
        var side: Side
        var stop: Int64
        /// Last prices that do not trigger, and the one that does.
        var quiet: Int64
        var loud: Int64
        var testDescription: String { "\(type) \(side) \(stop)" }
    }
    static let table: [Row] = [
        Row(type: .stopMarket, side: .buy, stop: 10_050, quiet: 10_049, loud: 10_050),
        Row(type: .stopMarket, side: .sell, stop: 9_950, quiet: 9_951, loud: 9_950),
        Row(type: .takeProfitMarket, side: .buy, stop: 9_950, quiet: 9_951, loud: 9_950),
        Row(type: .takeProfitMarket, side: .sell, stop: 10_050, quiet: 10_049, loud: 10_050),
        Row(type: .stop, side: .sell, stop: 9_950, quiet: 9_951, loud: 9_949),
        Row(type: .takeProfit, side: .buy, stop: 9_950, quiet: 9_951, loud: 9_949),
    ]

    @Test(arguments: table) func `trigger at their price and keep their id`(row: Row) throws {
        var desk = desk()
        let account = desk.account()
        let id = try desk.send(order(row.type, row.side, stop: row.stop), account)
        #expect(desk.story == ["new a1 0/10"])
        print(&desk, at: row.quiet)
        #expect(desk.exchange.order(id, of: account)?.isTriggered == false)
        print(&desk, at: row.loud)
        let order = try #require(desk.exchange.order(id, of: account))
        #expect(order.isTriggered)
        #expect(desk.exchange.openOrders(of: account, in: nil).count == (order.status.isOpen ? 1 : 0))
        switch row.type {
        case .stop: #expect(order.status == .new)
        case .takeProfit, .stopMarket, .takeProfitMarket: #expect(order.status == .filled)
        case .limit, .market, .trailingStopMarket: Issue.record("not in the table")
        }
    }

    @Test func `that would trigger at once are refused`() {
        var desk = desk()
        let account = desk.account()
        for (type, side, stop): (OrderType, Side, Int64) in [
            (.stopMarket, .buy, 10_000), (.stop, .sell, 10_000), (.takeProfitMarket, .buy, 10_001),
            (.takeProfit, .sell, 9_999),
        ] {
            let refusal = rejection { () throws(ExchangeRejection) in
                try desk.send(order(type, side, stop: stop), account)
            }
            #expect(refusal == .wouldTriggerImmediately)
        }
        #expect(desk.exchange.openOrders(of: account, in: nil).isEmpty)
    }

    @Test func `on the mark wait for the mark`() throws {
        var desk = desk()
        let account = desk.account()
        let id = try desk.send(order(.stopMarket, .buy, stop: 10_050, trigger: .markPrice), account)
        print(&desk, at: 10_060)
        #expect(desk.exchange.order(id, of: account)?.isTriggered == false)
        desk.advance(.seconds(1))
        #expect(desk.exchange.order(id, of: account)?.status == .filled)
    }

    @Test func `with price protection wait while mark and last price are far apart`() throws {
        var desk = desk()
        let account = desk.account()
        var request = order(.stopMarket, .buy, stop: 10_050)
        request.priceProtect = true
        let id = try desk.send(request, account)
        let far = ExactDecimal("0.85")!
        desk.apply(.mark(desk.market, price: far, index: far, fundingRate: .zero))
        print(&desk, at: 10_060)
        #expect(desk.exchange.order(id, of: account)?.isTriggered == false)
        let near = ExactDecimal("0.99")!
        desk.apply(.mark(desk.market, price: near, index: near, fundingRate: .zero))
        print(&desk, at: 10_060)
        #expect(desk.exchange.order(id, of: account)?.isTriggered == true)
    }

    @Test func `that trail follow the best price and trigger on the way back`() throws {
        var desk = desk()
        let account = desk.account()
        var request = order(.trailingStopMarket, .sell)
        request.activationPrice = Price(ticks: 10_050)
        request.callbackRate = .basisPoints(100)
        let id = try desk.send(request, account)
        for ticks: Int64 in [9_800, 10_049, 9_900, 10_200, 10_098 + 1] {
            print(&desk, at: ticks)
            #expect(desk.exchange.order(id, of: account)?.isTriggered == false, "\(ticks)")
        }
        // 1 % below 10200 is 10098.
        print(&desk, at: 10_098)
        #expect(desk.exchange.order(id, of: account)?.isTriggered == true)
        request.activationPrice = Price(ticks: 10_097)
        #expect(
            rejection { () throws(ExchangeRejection) in try desk.send(request, account) } == .wouldTriggerImmediately)
    }

    @Test func `that close the position take all of it, or expire with nothing to close`() throws {
        var desk = desk()
        let account = desk.account()
        var request = order(.stopMarket, .sell, stop: 9_950)
        request.closePosition = true
        request.quantity = nil
        let empty = try desk.send(request, account)
        print(&desk, at: 9_950)
        #expect(desk.status(empty, account) == .expired)
        try desk.limit(account, .buy, 77, at: 9_951)
        request.stopPrice = Price(ticks: 9_900)
        let full = try desk.send(request, account)
        print(&desk, at: 9_900)
        #expect(desk.status(full, account) == .filled)
        #expect(desk.filled(full, account) == 77)
        #expect(desk.lots(account) == 0)
    }

    @Test func `can be canceled while they wait`() throws {
        var desk = desk()
        let account = desk.account()
        let id = try desk.send(order(.stopMarket, .buy, stop: 10_050), account)
        desk.exchange.cancelAll(of: account, in: desk.market, at: desk.now, into: &desk.events)
        #expect(desk.status(id, account) == .canceled)
        print(&desk, at: 10_060)
        #expect(desk.lots(account) == 0)
    }
}
