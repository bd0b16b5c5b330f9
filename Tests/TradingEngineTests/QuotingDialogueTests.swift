import Fundamentals
import MarketModel
import Testing
import TradingEngine

@Suite struct `From the book to the profit` {
    @Test func `a ready engine with a book places both quotes around the mid`() {
        var stage = Stage()
        stage.account(.balance(wallet: Cash(whole: 1_000), available: nil, asOf: stage.now))
        #expect(actions(stage.book(9_999, 10_001)) == [])
        #expect(actions(stage.venue(.ready)) == ["place 1 buy 2002@9990", "place 2 sell 1998@10010"])
    }

    @Test func `a fill moves position, cash and profit by source, and the other leg stays`() throws {
        var stage = Stage.quoting()
        stage.acceptAll()
        let bid = try #require(stage.order(.buy))
        let effects = stage.fill(bid, .buy, 9_990, 2_002, commission: Cash("0.002")!)
        #expect(actions(effects) == [])
        let market = stage.engine.status.markets[0]
        #expect(market.position == Quantity(lots: 2_002))
        #expect(market.spreadCapture == Cash("0.02002")!)
        #expect(market.fees == Cash("0.002")!)
        #expect(market.equityChange == Cash("0.01802")!)
        #expect(stage.engine.status.wallet == Cash("999.998")!)
    }
}
