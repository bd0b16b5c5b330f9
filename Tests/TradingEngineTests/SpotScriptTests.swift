import MarketModel
import Testing
import TradingEngine

@Suite struct `Random life on a spot venue` {
    @Test(arguments: 1...16, [false, true])
    func `never asks for more than is held, and the books equal the venue's`(seed: UInt64, hasLadder: Bool) {
        var script = SpotScript(seed: seed, hasLadder: hasLadder)
        script.run(steps: 1_200)
        #expect(script.violations.prefix(3) == [])
        #expect(script.fillCount > 10)
        #expect(script.placedCount > 20)
        script.stop()
        #expect(script.engine.status.phase == .quiet)
        #expect(script.ownHoldings == script.venueHoldings)
        #expect(script.alarms.filter { $0.contains("differs") } == [])
        let status = script.engine.status
        for market in status.markets { #expect(market.sources.sum == market.equityChange) }
        #expect(status.totals.net == status.equityChange)
        let totals = status.totals
        #expect(
            totals.net
                == totals.spreadCapture + totals.inventory + totals.hedging - totals.fees + totals.funding)
    }

    @Test func `does the same for the same seed`() {
        var first = SpotScript(seed: 5)
        var second = SpotScript(seed: 5)
        first.run(steps: 600)
        second.run(steps: 600)
        #expect(first.digest == second.digest)
    }
}
