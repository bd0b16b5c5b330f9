import Fundamentals
import MarketModel
import RiskControl
import Testing
import TradingEngine

@Suite struct `Funding of one of many markets` {
    /// The wallet that the venue tells, and funding of market 1, in either order.
    private func settle(fundingFirst: Bool, amount: String, told: String) -> (stage: Stage, alarms: [String]) {
        var stage = Stage.quoting(markets: 3)
        stage.acceptAll()
        var effects: [Effect] = []
        effects += stage.wait(.seconds(1))
        let funding = AccountEvent.funding(MarketID(1), Cash(amount)!, venueTime: stage.now)
        if fundingFirst { effects += stage.account(funding) }
        for _ in 0..<4 {
            effects += stage.wait(.seconds(2))
            effects += stage.account(.balance(wallet: Cash(told)!, available: nil, asOf: stage.now))
            effects += stage.wait(.seconds(1))
            for market in 0..<3 { effects += stage.account(.fillsComplete(MarketID(market), asOf: stage.now)) }
            if !fundingFirst { break }
        }
        if !fundingFirst { effects += stage.account(funding) }
        effects += stage.wait(.seconds(2))
        effects += stage.account(.balance(wallet: Cash(told)!, available: nil, asOf: stage.now))
        return (stage, incidents(effects, .alarm))
    }

    @Test(arguments: [true, false])
    func `explains the change of the wallet, whichever is told first`(fundingFirst: Bool) {
        let (stage, alarms) = settle(fundingFirst: fundingFirst, amount: "-0.123", told: "999.877")
        #expect(alarms == [])
        #expect(stage.engine.status.markets.map(\.funding) == [.zero, Cash("-0.123")!, .zero])
        #expect(stage.engine.status.wallet == Cash("999.877")!)
        #expect(stage.engine.status.totals.funding == Cash("-0.123")!)
        #expect(stage.engine.status.totals.net == Cash("-0.123")!)
    }

    @Test func `that does not explain all of it leaves an alarm`() {
        let (_, alarms) = settle(fundingFirst: true, amount: "-0.123", told: "999.5")
        #expect(alarms.count == 1)
        #expect(alarms.first?.contains("wallet differs from our books by -0.377") == true)
    }
}
