import Exchange
import Fundamentals
import MarketModel
import Testing

@Suite struct `The exchange forgets` {
    private func desk(ended: Int = 1_000, interval: Int = 10) -> Desk {
        var desk = Desk()
        desk.exchange.retention.endedOrders = ended
        desk.exchange.retention.interval = interval
        return desk
    }

    @Test func `unfilled orders a week after they ended, and nothing else`() throws {
        var desk = desk()
        let (a, b) = (desk.account(), desk.account())
        let resting = try desk.limit(a, .buy, 100, at: 9_000)
        let partly = try desk.limit(a, .buy, 100, at: 9_500)
        try desk.limit(b, .sell, 40, at: 9_500)
        _ = try desk.exchange.cancel(partly, of: a, at: desk.now, into: &desk.events)
        var unfilled: [Int64] = []
        for _ in 0..<30 {
            let id = try desk.limit(a, .buy, 100, at: 8_000)
            unfilled.append(id)
            _ = try desk.exchange.cancel(id, of: a, at: desk.now, into: &desk.events)
        }
        #expect(unfilled.allSatisfy { desk.exchange.order($0, of: a) != nil })
        desk.now = desk.now + .hours(169)
        for _ in 0..<12 {
            _ = try desk.exchange.cancel(
                try desk.limit(b, .buy, 100, at: 8_000), of: b, at: desk.now, into: &desk.events)
        }
        #expect(unfilled.allSatisfy { desk.exchange.order($0, of: a) == nil })
        #expect(desk.exchange.order(partly, of: a)?.filled == Quantity(lots: 40))
        #expect(desk.exchange.openOrders(of: a, in: nil).map(\.id) == [resting])
        #expect(desk.exchange.orders(of: a, in: desk.market).map(\.id) == [resting, partly])
    }

    @Test func `the oldest ended orders when there are too many, while open ones stay where they are`() throws {
        var desk = desk(ended: 20)
        let (a, b) = (desk.account(), desk.account())
        let first = try desk.limit(a, .buy, 100, at: 9_400, name: "first")
        let stop = try desk.send(
            NewOrder(
                market: desk.market, side: .sell, type: .stopMarket, quantity: Quantity(lots: 50),
                stopPrice: Price(ticks: 9_350), clientOrderID: "stop"), a)
        let second = try desk.limit(a, .buy, 100, at: 9_400)
        var ids: [Int64] = []
        for _ in 0..<500 {
            let id = try desk.limit(b, .buy, 100, at: 8_000)
            #expect(ids.last.map { $0 < id } ?? true)
            ids.append(id)
            _ = try desk.exchange.cancel(id, of: b, at: desk.now, into: &desk.events)
        }
        #expect(desk.exchange.orders(of: b, in: desk.market).count < 60)
        #expect(desk.exchange.order(ids[499], of: b)?.status == .canceled)
        #expect(desk.exchange.order(ids[0], of: b) == nil)
        #expect(desk.exchange.order(clientOrderID: "first", of: a)?.id == first)
        #expect(desk.exchange.openOrders(of: a, in: nil).map(\.id) == [first, stop, second])
        // Queue, trigger book and cancels still know whom they mean.
        try desk.limit(b, .sell, 150, at: 9_400)
        #expect(desk.exchange.order(first, of: a)?.status == .filled)
        #expect(desk.exchange.order(second, of: a)?.filled == Quantity(lots: 50))
        #expect(throws: Never.self) { _ = try desk.exchange.cancel(second, of: a, at: desk.now, into: &desk.events) }
        #expect(throws: Never.self) { _ = try desk.exchange.cancel(stop, of: a, at: desk.now, into: &desk.events) }
    }

    @Test func `old executions and income, but not their sums`() throws {
        var desk = desk()
        desk.exchange.retention.executions = 10
        desk.exchange.retention.incomeLines = 10
        let (a, b) = (desk.account(), desk.account())
        for _ in 0..<100 {
            try desk.limit(a, .buy, 100, at: 9_500)
            try desk.limit(b, .sell, 100, at: 9_500)
        }
        #expect(desk.exchange.executions(of: a, in: desk.market).count <= 20)
        #expect(desk.exchange.income(of: a).count <= 20)
        let totals = desk.exchange.executionTotals(of: a, in: desk.market)
        #expect(totals.count == 100)
        #expect(desk.exchange.incomeTotal(.commission, of: a) == -totals.commission)
        #expect(desk.exchange.wallet(of: a) == Cash(whole: 1_000_000) - totals.commission)
    }
}
