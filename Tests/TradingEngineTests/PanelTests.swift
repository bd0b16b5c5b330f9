import Fundamentals
import MarketModel
import RiskControl
import Testing
import TradingEngine

@Suite struct `The inventory over time` {
    @Test func `is sampled once a second, with the position of that moment`() throws {
        var stage = Stage.quoting()
        stage.acceptAll()
        stage.wait(.seconds(3))
        stage.fill(stage.order(.buy), .buy, 9_990, 500)
        stage.wait(.seconds(2), bid: 10_009, ask: 10_011)
        let samples = stage.engine.status.markets[0].inventorySeries
        #expect(samples.map(\.position.lots) == [0, 0, 0, 0, 500, 500])
        #expect(samples.last?.mid == HalfTicks(count: 20_020))
        let times = samples.map { ($0.at - samples[0].at).milliseconds }
        #expect(times.map { ($0 + 50) / 1_000 } == [0, 1, 2, 3, 4, 5])
    }

    @Test func `stays bounded and evenly spaced however long the run`() {
        var stage = Stage.quoting()
        for second in 0..<4_000 {
            stage.now = stage.now + .seconds(1)
            stage.book(9_999, 10_001)
            if second % 500 == 0 { #expect(stage.engine.status.markets[0].inventorySeries.count <= 600) }
        }
        let samples = stage.engine.status.markets[0].inventorySeries
        #expect((300...600).contains(samples.count))
        let steps = zip(samples.dropFirst(), samples).map { ($0.at - $1.at).milliseconds }
        #expect(steps.max() == 8_000)
        #expect(steps.dropLast().min() == 8_000)
        #expect((samples[samples.count - 1].at - samples[0].at).milliseconds > 3_900_000)
    }
}

@Suite struct `The totals` {
    @Test func `are the sums of the markets, and their parts sum to the change in equity`() throws {
        var stage = Stage.quoting(markets: 3)
        stage.acceptAll()
        for market in 0..<3 {
            stage.fill(stage.order(.buy, market: market), .buy, 9_990, 1_000, market: market, commission: Cash("0.01")!)
        }
        stage.account(.funding(MarketID(2), Cash("0.5")!, venueTime: stage.now))
        stage.wait(.seconds(2), bid: 10_009, ask: 10_011)
        let status = stage.engine.status
        let totals = status.totals
        #expect(totals.fills == 3)
        #expect(totals.spreadCapture == Cash("0.03")!)
        #expect(totals.inventory == Cash("0.03")!)
        #expect(totals.fees == Cash("0.03")!)
        #expect(totals.funding == Cash("0.5")!)
        #expect(totals.net == Cash("0.53")!)
        #expect(totals.net == status.equityChange)
        #expect(totals.volume == Cash("29.97")!)
        #expect(totals.markouts[0].buys == 3)
        #expect(totals.markouts[0].buyGain == Cash("0.06")!)
        #expect(totals.counts.placed == 6)
        #expect(totals.requestsPerFill == ExactDecimal("2.00")!)
        #expect(totals.uptime.observed == .seconds(6))
    }

    @Test func `uptime is counted for each side`() throws {
        var stage = Stage.quoting()
        stage.acceptAll()
        stage.wait(.seconds(4))
        stage.fill(stage.order(.buy), .buy, 9_990, 2_002)
        stage.wait(.seconds(5))
        let uptime = stage.engine.status.markets[0].uptime
        #expect(uptime.observed == .seconds(9))
        #expect(uptime.bid == .seconds(4))
        #expect(uptime.ask == .seconds(9))
        #expect(uptime.twoSided == .seconds(4))
    }
}
