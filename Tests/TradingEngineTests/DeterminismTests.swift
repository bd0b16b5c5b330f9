import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing
import TradingEngine

@Suite struct `A script of random life` {
    @Test(arguments: 1...8)
    func `gives the same effects every time`(seed: UInt64) {
        var first = EngineScript(seed: seed)
        first.run(steps: 600)
        var second = EngineScript(seed: seed)
        second.run(steps: 600)
        #expect(first.digest == second.digest)
        #expect(first.placedCount > 5)
    }

    /// Debug and release builds must print the same: a change here is a change of what the engine does, to be explained.
    @Test func `gives the digest that it gave before`() {
        var script = EngineScript(seed: 2_026)
        script.run(steps: 2_000)
        #expect(script.digest.description == "12749ed2118be120")
    }

    @Test(arguments: 1...24)
    func `never holds or offers more than the limit, whatever is lost, late or repeated`(seed: UInt64) {
        var script = EngineScript(seed: seed, amends: AmendStyle.allCases[Int(seed % 3)])
        script.run(steps: 1_500)
        #expect(script.violations.prefix(3) == [])
        #expect(script.fillCount > 10)
    }

    @Test(arguments: 1...16)
    func `holds the limit with the models for Extended too, which follow every tick`(seed: UInt64) {
        let skew = InventorySkewParameters(
            k: ExactDecimal("0.0001")!, alpha: .zero, beta: .zero, baseSpread: Rate("0.001")!,
            notionalCap: Cash(whole: 45), inventorySensitivity: ExactDecimal("0.5")!,
            minOrderSize: ExactDecimal("5")!)
        let percent = PercentSpreadParameters(
            spread: Rate("0.001")!, orderSize: ExactDecimal("45")!, refreshInterval: .seconds(2),
            priceMoveThreshold: Rate("0.0005")!, inventorySkew: ExactDecimal("1")!)
        var script = EngineScript(
            seed: seed, amends: seed % 4 == 0 ? .unsupported : .replacement,
            coalescing: seed % 2 == 0 ? .milliseconds(400) : .zero,
            strategies: [.inventorySkew(skew), .percentSpread(percent)], hasMarks: true)
        script.run(steps: 1_500)
        #expect(script.violations.prefix(3) == [])
        #expect(script.fillCount > 10)
        script.stop()
        #expect(script.engine.status.phase == .quiet)
        #expect(script.restingCount == 0)
        #expect(script.engine.status.markets.map(\.position.lots) == script.positions)
    }

    @Test(arguments: 1...24)
    func `once healed and stopped leaves nothing resting, and the books equal the venue's`(seed: UInt64) {
        var script = EngineScript(
            seed: seed, amends: AmendStyle.allCases[Int(seed % 3)],
            coalescing: seed % 2 == 0 ? .milliseconds(400) : .zero)
        script.run(steps: 1_000)
        script.stop()
        let status = script.engine.status
        #expect(status.phase == .quiet)
        #expect(script.restingCount == 0)
        #expect(status.markets.map(\.position.lots) == script.positions)
        for market in status.markets {
            #expect(market.equityChange == market.spreadCapture + market.inventory - market.fees + market.funding)
        }
    }

    @Test func `effects that differ in anything have different digests`() {
        var digests: [Digest] = []
        let effects: [Effect] = [
            .quiet, .fetchFills(MarketID(0)), .fetchFills(MarketID(1)),
            .query(ClientOrderID(epoch: 1, sequence: 1), MarketID(0)),
            .query(ClientOrderID(epoch: 1, sequence: 2), MarketID(0)),
            .incident(Incident(.notice, "a")), .incident(Incident(.alarm, "a")),
            .refused(.cancelAll(MarketID(0)), .breaker), .refused(.cancelAll(MarketID(0)), .noReference),
            .refused(.cancelAll(MarketID(0)), .orderValue(.zero, limit: Cash(units: 1))),
            .refused(.cancelAll(MarketID(0)), .orderValue(Cash(units: 1), limit: .zero)),
        ]
        for effect in effects {
            var digest = Digest()
            digest.absorb(effect)
            #expect(!digests.contains(digest))
            digests.append(digest)
        }
    }
}
