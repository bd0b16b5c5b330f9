import Fundamentals
import MarketModel
import RiskControl
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

@Suite struct `Quoting` {
    @Test func `moves both quotes by amending them, in place`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        let effects = stage.wait(.seconds(31), bid: 10_049, ask: 10_051)
        #expect(actions(effects) == ["amend 2 sell 1988@10060"])
        // The bid would have met our own offer, had that not moved.
        #expect(refusals(effects) == [.selfCross(ClientOrderID(epoch: 7, sequence: 2))])
        let moved = AccountEvent.amended(
            ClientOrderID(epoch: 7, sequence: 2), price: Price(ticks: 10_060), quantity: Quantity(lots: 1_988))
        #expect(actions(stage.account(moved)) == ["amend 1 buy 1992@10040"])
    }

    @Test func `moves by cancel and place where the venue cannot amend, never with both live`() throws {
        var stage = Stage.quoting(amends: .unsupported)
        stage.acceptAll()
        #expect(actions(stage.wait(.seconds(31), bid: 10_049, ask: 10_051)) == ["cancel 1", "cancel 2"])
        // The new bid would meet the old offer while that may still fill.
        let bid = ClientOrderID(epoch: 7, sequence: 1)
        #expect(actions(stage.account(.done(bid, .canceled, filled: .zero))) == [])
        let offer = ClientOrderID(epoch: 7, sequence: 2)
        let effects = stage.account(.done(offer, .canceled, filled: .zero))
        #expect(actions(effects) == ["place 3 buy 1992@10040", "place 4 sell 1988@10060"])
    }

    @Test func `keeps every market to itself, and ids are unique across them`() {
        var stage = Stage.quoting(markets: 2)
        stage.acceptAll()
        let status = stage.engine.status
        #expect(status.markets[0].orders.map(\.id.sequence) == [1, 2])
        #expect(status.markets[1].orders.map(\.id.sequence) == [3, 4])
        #expect(actions(stage.book(10_099, 10_101, market: 1)) == [])
        #expect(actions(stage.step(.market(.bookLost(MarketID(1))))) == ["cancel 3", "cancel 4"])
    }

    @Test func `a quote that would cross is tried again after a pause, from a fresh look`() {
        var stage = Stage.quoting()
        let bid = ClientOrderID(epoch: 7, sequence: 1)
        let rejection = VenueRejection(kind: .requote, code: -5022, message: "would cross")
        #expect(actions(stage.account(.rejected(bid, .place, rejection))) == [])
        #expect(actions(stage.wait(.milliseconds(200))) == [])
        #expect(actions(stage.wait(.milliseconds(100))) == ["place 3 buy 2002@9990"])
        // The pause doubles: no storm of rejections.
        stage.account(.rejected(ClientOrderID(epoch: 7, sequence: 3), .place, rejection))
        #expect(actions(stage.wait(.milliseconds(400))) == [])
        #expect(actions(stage.wait(.milliseconds(100))) == ["place 4 buy 2002@9990"])
    }

    @Test func `an order that the venue took off is not placed again in a storm`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        var placed = 0
        for sequence in 1...Int64(600) {
            stage.now = stage.now + .milliseconds(100)
            stage.book(9_999, 10_001)
            stage.acceptAll()
            if let bid = stage.order(.buy) {
                placed += 1
                stage.account(.done(bid, .postOnlyMiss, filled: .zero))
            }
            #expect(sequence > 0)
        }
        #expect(placed <= 12)
    }

    @Test func `uptime with both sides working is counted`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        stage.wait(.seconds(10))
        stage.step(.market(.bookLost(MarketID(0))))
        stage.wait(.seconds(10), withBook: false)
        let market = stage.engine.status.markets[0]
        #expect(market.observedTime == .seconds(20))
        #expect(market.twoSidedTime == .seconds(10))
    }
}

@Suite struct `When nothing may be quoted` {
    /// What happens, and what the engine says is the reason; everything working is cancelled.
    @Test(arguments: [
        (Input.market(.bookLost(MarketID(0))), "waiting for a snapshot"),
        (.venue(.privateStreamDown), "the private stream is down"),
        (.venue(.deadMansSwitch(MarketID(0), deadline: nil)), "the dead man's switch is not armed"),
        (
            .venue(.deadMansSwitch(MarketID(0), deadline: Instant(milliseconds: 1_800_000_000_000))),
            "the dead man's switch is not armed"
        ),
        (
            .market(.delta(MarketID(0), BookUpdate(firstID: 5_000, lastID: 5_001, previousID: 4_999))),
            "an update is missing"
        ),
        (.venue(.closed), "start-up is not complete"),
    ])
    func `quotes are pulled, and nothing is placed`(input: Input, reason: String) {
        var stage = Stage.quoting()
        stage.acceptAll()
        #expect(actions(stage.step(input)) == ["cancel 1", "cancel 2"])
        #expect(stage.engine.status.markets[0].withheld?.text == reason)
        for sequence: UInt32 in 1...2 {
            stage.account(.done(ClientOrderID(epoch: 7, sequence: sequence), .canceled, filled: .zero))
        }
        #expect(actions(stage.wait(.seconds(3), withBook: false)) == [])
    }

    @Test func `a stale book pulls the quotes, and a fresh one brings them back`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        #expect(actions(stage.wait(.seconds(2), withBook: false)) == [])
        #expect(actions(stage.wait(.milliseconds(100), withBook: false)) == ["cancel 1", "cancel 2"])
        for sequence: UInt32 in 1...2 {
            stage.account(.done(ClientOrderID(epoch: 7, sequence: sequence), .canceled, filled: .zero))
        }
        #expect(actions(stage.book(9_999, 10_001)) == ["place 3 buy 2002@9990", "place 4 sell 1998@10010"])
    }

    @Test func `a crossed book pulls the quotes`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        #expect(actions(stage.book(10_001, 10_001)) == ["cancel 1", "cancel 2"])
        #expect(stage.engine.status.markets[0].withheld?.text == "bid and ask cross")
    }

    @Test func `the armed switch lets quote until its deadline`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        #expect(actions(stage.venue(.deadMansSwitch(MarketID(0), deadline: stage.now + .seconds(5)))) == [])
        #expect(actions(stage.wait(.milliseconds(4_900))) == [])
        let effects = stage.wait(.milliseconds(100))
        #expect(actions(effects) == ["cancel 1", "cancel 2"])
        #expect(incidents(effects, .alarm).count == 1)
    }

    @Test func `the private stream's return resumes quoting`() {
        var stage = Stage.quoting()
        #expect(actions(stage.venue(.privateStreamDown)) == [])
        // Still in flight when the stream went: cancelled as soon as they are known to work.
        let bid = ClientOrderID(epoch: 7, sequence: 1)
        #expect(actions(stage.account(.accepted(bid, VenueOrderID(1)))) == ["cancel 1"])
        stage.account(.done(bid, .canceled, filled: .zero))
        #expect(actions(stage.venue(.privateStreamUp)) == ["place 3 buy 2002@9990"])
    }

    @Test func `a rate limit cancels everything once and pauses`() {
        var stage = Stage.quoting(markets: 2)
        stage.acceptAll()
        #expect(actions(stage.venue(.throttled(until: stage.now + .seconds(1)))) == ["cancelAll 0", "cancelAll 1"])
        #expect(actions(stage.venue(.throttled(until: stage.now + .seconds(8)))) == [])
        for sequence: UInt32 in 1...4 {
            stage.account(.done(ClientOrderID(epoch: 7, sequence: sequence), .canceled, filled: .zero))
        }
        #expect(actions(stage.wait(.milliseconds(7_900))) == [])
        #expect(actions(stage.wait(.milliseconds(100))).count == 4)
    }

    @Test func `slow replies trip the breaker, and what a mass cancel has missed is cancelled one by one`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        #expect(actions(stage.venue(.roundTrip(.seconds(4)))) == ["cancelAll 0"])
        #expect(actions(stage.wait(.milliseconds(400))) == [])
        #expect(actions(stage.wait(.milliseconds(100))) == ["cancel 1", "cancel 2"])
    }

    @Test func `too many fills on one side pause the market`() throws {
        var stage = Stage.quoting()
        stage.acceptAll()
        let bid = try #require(stage.order(.buy))
        for _ in 0..<5 { #expect(actions(stage.fill(bid, .buy, 9_990, 10)) == []) }
        #expect(actions(stage.fill(bid, .buy, 9_990, 10)) == ["cancel 1", "cancel 2"])
        #expect(stage.engine.status.markets[0].withheld == .repeatedFills)
    }
}
