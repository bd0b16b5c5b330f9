import Fundamentals
import MarketModel
import RiskControl
import Testing
import TradingEngine

/// The venue's order of events: first the account's new position, then the trade that changed it.
@Suite struct `When the venue tells a position before the fill that moved it` {
    private let bought = Quantity(lots: 2_002)

    /// Two quotes of about 20 USDT work, and the limit leaves room for no third.
    private func quoting() -> Stage {
        var limits = makeMarketLimits()
        limits.maxPositionValue = Cash(whole: 50)
        var stage = Stage.quoting(marketLimits: limits)
        stage.acceptAll()
        stage.wait(.milliseconds(200))
        return stage
    }

    private func tell(_ stage: inout Stage, _ quantity: Quantity) -> [Effect] {
        stage.account(.position(MarketID(0), quantity, entryPrice: ExactDecimal("0.9990")!, asOf: stage.now))
    }

    @Test func `the order that filled is not counted twice, and no quote is pulled`() throws {
        var stage = quoting()
        #expect(actions(tell(&stage, bought)) == [])
        #expect(stage.engine.status.markets[0].exposure == Cash("20.02")!)
        let id = try #require(stage.order(.buy))
        stage.fill(id, .buy, 9_990, bought.lots)
        #expect(stage.engine.status.markets[0].position == bought)
        #expect(stage.engine.status.markets[0].exposure <= Cash(whole: 50))
    }

    @Test func `a part that none of our orders explains counts at once`() {
        var stage = quoting()
        _ = tell(&stage, bought + Quantity(lots: 500))
        #expect(stage.engine.status.markets[0].exposure == Cash("25.02")!)
    }

    @Test func `a difference that the trade history does not explain counts in full`() {
        var stage = quoting()
        _ = tell(&stage, bought)
        stage.wait(.milliseconds(200))
        stage.account(.fillsComplete(MarketID(0), asOf: stage.now))
        stage.wait(.milliseconds(200))
        #expect(incidents(tell(&stage, bought), .alarm).count == 1)
        #expect(stage.engine.status.markets[0].exposure == Cash("40.04")!)
    }

    @Test func `a fill booked from the history ends the difference`() throws {
        var stage = quoting()
        let id = try #require(stage.order(.buy))
        _ = tell(&stage, Quantity(lots: 3_000))
        stage.fill(id, .buy, 9_990, 1_000)
        stage.fill(nil, .buy, 9_990, 2_000, venueID: 99)
        #expect(stage.engine.status.markets[0].position == Quantity(lots: 3_000))
        #expect(stage.engine.status.markets[0].exposure == Cash("40.02")!)
    }
}
