import Fundamentals
import MarketModel
import RiskControl
import Testing
import TradingEngine

@Suite struct `The wallet against the venue's` {
    private static let commission = Cash("0.002")!

    private func tell(_ stage: inout Stage, _ wallet: Cash) -> [Effect] {
        stage.account(.balance(wallet: wallet, available: nil, asOf: stage.now))
    }

    private func readHistory(_ stage: inout Stage) {
        stage.wait(.milliseconds(200))
        stage.account(.fillsComplete(MarketID(0), asOf: stage.now))
        stage.wait(.milliseconds(200))
    }

    @Test func `a payment that nobody told of is noticed although fills go on`() throws {
        var stage = Stage.quoting()
        stage.acceptAll()
        stage.wait(.seconds(1))
        let payment = Cash("0.5")!
        #expect(incidents(tell(&stage, Cash(whole: 1_000) + payment), .alarm) == [])
        let id = try #require(stage.order(.buy))
        stage.wait(.seconds(1))
        // The venue's order: first the wallet, then the fill that moved it.
        #expect(incidents(tell(&stage, Cash(whole: 1_000) + payment - Self.commission), .alarm) == [])
        stage.fill(id, .buy, 9_990, 100, commission: Self.commission)
        readHistory(&stage)
        #expect(incidents(tell(&stage, Cash(whole: 1_000) + payment - Self.commission), .alarm).count == 1)
        #expect(stage.engine.status.wallet == Cash(whole: 1_000) + payment - Self.commission)
    }

    @Test func `fills that are told after the wallet they moved are no difference, however alike they are`() throws {
        var stage = Stage.quoting()
        stage.acceptAll()
        let id = try #require(stage.order(.buy))
        var wallet = Cash(whole: 1_000)
        for _ in 0..<4 {
            stage.wait(.milliseconds(500))
            wallet = wallet - Self.commission
            #expect(incidents(tell(&stage, wallet), .alarm) == [])
            stage.fill(id, .buy, 9_990, 100, commission: Self.commission)
            readHistory(&stage)
        }
        #expect(stage.engine.status.wallet == wallet)
    }
}
