import Fundamentals
import MarketModel
import RiskControl
import Testing
import TradingEngine

@Suite struct `A tripped breaker` {
    @Test(arguments: [
        Input.venue(.roundTrip(.seconds(4))), .venue(.throttled(until: Instant(milliseconds: 1_800_000_002_000))),
        .account(
            .rejected(
                ClientOrderID(epoch: 7, sequence: 1), .amend,
                VenueRejection(kind: .rateLimited, code: 429, message: "too many requests"))),
    ])
    func `cancels every market and raises one alarm for each trip`(trouble: Input) {
        var stage = Stage.quoting(markets: 3)
        stage.acceptAll()
        let effects = stage.step(trouble)
        #expect(actions(effects).prefix(3) == ["cancelAll 0", "cancelAll 1", "cancelAll 2"])
        #expect(incidents(effects, .alarm).count == 1)
        #expect(stage.engine.status.isBreakerOpen)
        #expect(incidents(stage.step(trouble), .alarm).isEmpty)
        stage.wait(.seconds(11))
        #expect(!stage.engine.status.isBreakerOpen)
        #expect(incidents(stage.step(trouble), .alarm).count == 1)
    }

    @Test func `leaves the dead man's switch as it is`() {
        var stage = Stage.quoting()
        stage.venue(.deadMansSwitch(MarketID(0), deadline: stage.now + .seconds(60)))
        stage.acceptAll()
        stage.venue(.roundTrip(.seconds(4)))
        #expect(stage.engine.status.markets[0].isSwitchArmed == true)
    }

    @Test func `lets the market be quoted again once the pause is over`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        stage.venue(.roundTrip(.seconds(4)))
        for order in stage.engine.status.markets[0].orders {
            stage.account(.done(order.id, .canceled, filled: .zero))
        }
        #expect(actions(stage.wait(.milliseconds(4_900))) == [])
        #expect(actions(stage.wait(.milliseconds(200))) == ["place 3 buy 2002@9990", "place 4 sell 1998@10010"])
    }
}

@Suite struct `A pause by the operator` {
    private func paused() -> Stage {
        var stage = Stage.quoting(markets: 2)
        stage.acceptAll()
        stage.command(.pause)
        return stage
    }

    private func confirmCancels(_ stage: inout Stage) {
        for order in stage.engine.status.markets.flatMap(\.orders) {
            stage.account(.done(order.id, .canceled, filled: .zero))
        }
    }

    @Test func `cancels everything and quotes nothing`() {
        var stage = paused()
        #expect(actions(stage.effects) == ["cancelAll 0", "cancelAll 1"])
        confirmCancels(&stage)
        #expect(actions(stage.wait(.seconds(20))) == [])
        #expect(stage.engine.status.isPaused)
        #expect(stage.engine.status.markets.map(\.withheld) == [.paused, .paused])
        #expect(stage.engine.status.phase == .quoting)
    }

    @Test func `cancels one by one what a mass cancel has missed, and what was on its way`() {
        var stage = Stage.quoting()
        stage.command(.pause)
        let bid = ClientOrderID(epoch: 7, sequence: 1)
        stage.account(.accepted(bid, VenueOrderID(1)))
        #expect(actions(stage.wait(.seconds(1))) == ["cancel 1"])
    }

    @Test func `ends with a resume, from a fresh look at the market`() {
        var stage = paused()
        confirmCancels(&stage)
        stage.wait(.seconds(2), bid: 10_099, ask: 10_101)
        #expect(actions(stage.command(.resume)).prefix(2) == ["place 5 buy 1982@10090", "place 6 sell 1978@10110"])
        #expect(!stage.engine.status.isPaused)
    }

    @Test func `survives a lost stream and a new session`() {
        var stage = paused()
        confirmCancels(&stage)
        stage.venue(.privateStreamDown)
        stage.venue(.privateStreamUp)
        #expect(actions(stage.wait(.seconds(2))) == [])
        stage.venue(.closed)
        stage.venue(.ready)
        #expect(actions(stage.wait(.seconds(2))) == [])
        #expect(stage.engine.status.markets[0].withheld == .paused)
        #expect(actions(stage.command(.resume)).count == 4)
    }

    @Test func `lets a position be closed`() {
        var stage = Stage.quoting(position: 3_000)
        stage.acceptAll()
        stage.command(.pause)
        confirmCancels(&stage)
        #expect(actions(stage.command(.flatten)) == ["place 3 sell 3000@market reduce"])
    }
}
