import Fundamentals
import MarketModel
import Testing
import TradingEngine

@Suite struct `Whatever happens on both venues` {
    @Test(arguments: Array(UInt64(1)...12))
    func `hedges never double, limits hold, and in the end both positions offset`(seed: UInt64) {
        var script = HedgeScript(seed: seed)
        script.run(steps: 900)
        script.settle()
        script.stop()
        #expect(script.faults == [])
        #expect(script.status.phase == .quiet)
        #expect(script.restingCount == 0)
        // The engine's books are the venues', and what is left is less than could be hedged, or told.
        #expect(script.status.markets[0].position == Quantity(lots: script.held.target))
        #expect(script.status.markets[2].position == Quantity(lots: script.held.hedge))
        let isLittle = (-2_000..<2_001).contains(script.unhedged.units(atScale: 6)!)
        #expect(isLittle || script.leftovers.last == "BTCTWD: \(script.unhedged) BTC are not hedged")
        #expect(script.fills > 10)
        #expect(script.hedges > 10)
    }

    @Test func `the same seed gives the same effects, another gives others`() {
        func run(_ seed: UInt64) -> Digest {
            var script = HedgeScript(seed: seed)
            script.run(steps: 300)
            return script.digest
        }
        #expect(run(3) == run(3))
        #expect(run(3) != run(4))
    }
}
