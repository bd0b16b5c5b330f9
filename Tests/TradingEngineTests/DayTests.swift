import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing
import TradingEngine

@Suite struct `The loss of a day` {
    /// Long 10,000 lots (100 coins) from 1.0000, so that 100 ticks down cost 1 USDT.
    private func engine(earlier: DayResult?) -> Stage {
        var stage = Stage()
        stage.engine = TradingEngine(
            EngineConfiguration(
                markets: [
                    MarketConfiguration(
                        instrument: makeInstrument(), strategy: .fixedSpread(spreadParameters),
                        limits: makeMarketLimits())
                ], limits: makeAccountLimits(), epoch: 7, earlier: earlier))
        stage.account(.balance(wallet: Cash(whole: 1_000), available: nil, asOf: stage.now))
        stage.account(
            .position(MarketID(0), Quantity(lots: 10_000), entryPrice: ExactDecimal("1")!, asOf: stage.now))
        stage.book(9_999, 10_001)
        stage.venue(.ready)
        return stage
    }
    private var today: Int64 { Stage().now.nanoseconds / TimeSpan.hours(24).nanoseconds }

    @Test func `goes on over a restart: the limit is for the day, not for the run`() {
        var stage = engine(earlier: DayResult(day: today, change: Cash(whole: -19)))
        #expect(stage.engine.haltReason == nil)
        stage.book(9_899, 9_901)
        #expect(stage.engine.haltReason != nil)
        #expect(stage.engine.today == DayResult(day: today, change: Cash(whole: -20)))
    }

    @Test func `of yesterday is yesterday's`() {
        var stage = engine(earlier: DayResult(day: today - 1, change: Cash(whole: -19)))
        stage.book(9_899, 9_901)
        #expect(stage.engine.haltReason == nil)
        #expect(stage.engine.today == DayResult(day: today, change: Cash(whole: -1)))
    }

    @Test func `starts at zero at midnight UTC, and what is lost after it counts`() {
        var stage = engine(earlier: DayResult(day: today, change: Cash(whole: -19)))
        stage.now = stage.now + .hours(24)
        stage.book(9_899, 9_901)
        #expect(stage.engine.haltReason == nil)
        stage.book(7_899, 7_901)
        #expect(stage.engine.haltReason != nil)
    }

    @Test func `is forgiven by whoever resumes`() {
        var stage = engine(earlier: DayResult(day: today, change: Cash(whole: -19)))
        stage.book(9_899, 9_901)
        stage.command(.resume)
        #expect(stage.engine.haltReason == nil)
        #expect(stage.engine.today?.change == .zero)
    }
}
