import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing
import TradingEngine

private func id(_ sequence: UInt32) -> ClientOrderID { ClientOrderID(epoch: 7, sequence: sequence) }

private func quiets(_ effects: [Effect]) -> Int { effects.count { $0 == .quiet } }

@Suite struct `Stopping` {
    @Test func `cancels everything, settles, and reports quiet once`() {
        var stage = Stage.quoting()
        stage.account(.accepted(id(1), VenueOrderID(1)))
        #expect(actions(stage.command(.stop)) == ["cancelAll 0"])
        #expect(actions(stage.command(.stop)) == [])
        #expect(quiets(stage.account(.done(id(1), .canceled, filled: .zero))) == 0)
        // The offer was still in flight: it is cancelled when it is known to work.
        stage.wait(.seconds(1))
        #expect(actions(stage.account(.accepted(id(2), VenueOrderID(2)))) == ["cancel 2"])
        let last = stage.account(.done(id(2), .canceled, filled: .zero))
        #expect(quiets(last) == 1)
        #expect(stage.engine.status.phase == .quiet)
        #expect(quiets(stage.wait(.seconds(3))) == 0)
        #expect(actions(stage.wait(.seconds(3))) == [])
    }

    @Test func `goes on cancelling what may still live, and waits for what is unresolved`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        stage.command(.stop)
        stage.account(.done(id(2), .canceled, filled: .zero))
        #expect(actions(stage.wait(.milliseconds(600))) == ["cancel 1"])
        stage.account(.unresolved(id(1), .cancel))
        let effects = stage.wait(.seconds(4))
        #expect(actions(effects) == ["cancelAll 0", "cancelAll 0"])
        #expect(quiets(effects) == 0)
        #expect(quiets(stage.account(.done(id(1), .canceled, filled: .zero))) == 1)
    }

    @Test func `waits for fills that the venue has and we do not`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        stage.command(.stop)
        stage.account(.done(id(1), .canceled, filled: .zero))
        #expect(quiets(stage.account(.done(id(2), .canceled, filled: Quantity(lots: 10)))) == 0)
        #expect(quiets(stage.fill(id(2), .sell, 10_010, 10)) == 1)
    }

    @Test func `before start-up is complete is quiet at once, and ready does not undo it`() {
        var stage = Stage()
        let effects = stage.command(.stop)
        #expect(actions(effects) == ["cancelAll 0"])
        #expect(quiets(effects) == 1)
        stage.book(9_999, 10_001)
        #expect(actions(stage.venue(.ready)) == [])
    }

    @Test func `asked of a halted engine that is quiet already, is answered all the same`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        stage.command(.halt("by hand"))
        for sequence: UInt32 in 1...2 { stage.account(.done(id(sequence), .canceled, filled: .zero)) }
        #expect(stage.engine.status.phase == .quiet)
        #expect(quiets(stage.command(.stop)) == 1)
        #expect(stage.engine.status.haltReason == "by hand")
    }

    @Test func `resume quotes again`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        stage.command(.stop)
        for sequence: UInt32 in 1...2 { stage.account(.done(id(sequence), .canceled, filled: .zero)) }
        #expect(actions(stage.command(.resume)) == ["place 3 buy 2002@9990", "place 4 sell 1998@10010"])
    }
}

@Suite struct `Halting` {
    @Test func `is latched: nothing new until a person resumes, whatever becomes ready`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        let effects = stage.command(.halt("by hand"))
        #expect(actions(effects) == ["cancelAll 0"])
        #expect(incidents(effects, .alarm) == ["halted: by hand"])
        for sequence: UInt32 in 1...2 { stage.account(.done(id(sequence), .canceled, filled: .zero)) }
        stage.venue(.privateStreamDown)
        stage.venue(.ready)
        stage.venue(.privateStreamUp)
        #expect(actions(stage.wait(.seconds(30))) == [])
        #expect(stage.engine.status.haltReason == "by hand")
        #expect(stage.engine.status.markets[0].withheld == .halted)
        #expect(actions(stage.command(.resume)).count == 2)
    }

    @Test(arguments: [
        Input.venue(.fatal("keys refused")),
        .account(
            .rejected(
                ClientOrderID(epoch: 7, sequence: 1), .place, VenueRejection(kind: .fatal, code: -2015, message: "no"))),
    ])
    func `follows from what only a person can mend`(input: Input) {
        var stage = Stage.quoting()
        #expect(actions(stage.step(input)).contains("cancelAll 0"))
        #expect(stage.engine.status.haltReason != nil)
    }

    @Test func `follows from a day's loss, at the moment of the mid that shows it`() {
        var stage = Stage.quoting(position: 9_000)
        stage.wait(.seconds(1))
        let effects = stage.book(7_700, 7_702)
        #expect(incidents(effects, .alarm).first?.hasPrefix("halted: daily loss 20.6") == true)
        #expect(actions(effects).contains("cancelAll 0"))
    }

    @Test func `a change of tick or lot with a position halts; other rules are taken over`() {
        var stage = Stage.quoting(position: 500)
        var instrument = makeInstrument()
        instrument.minNotional = Cash(whole: 6)
        stage.venue(.instrument(instrument))
        #expect(stage.engine.status.markets[0].instrument.minNotional == Cash(whole: 6))
        stage.venue(.instrument(makeInstrument(tick: "0.001")))
        #expect(stage.engine.status.haltReason != nil)
    }
}

@Suite struct `Flattening` {
    @Test func `by command first cancels, then closes with a reduce-only market order, then quotes again`() {
        var stage = Stage.quoting(position: 3_000)
        stage.acceptAll()
        #expect(actions(stage.command(.flatten)) == ["cancel 1", "cancel 2"])
        stage.account(.done(id(1), .canceled, filled: .zero))
        #expect(actions(stage.account(.done(id(2), .canceled, filled: .zero))) == ["place 3 sell 3000@market reduce"])
        stage.account(.accepted(id(3), VenueOrderID(3)))
        #expect(actions(stage.fill(id(3), .sell, 9_999, 2_000, isMaker: false)) == [])
        // The rest of it expired: one more order for what is left.
        let rest = stage.account(.done(id(3), .expired, filled: Quantity(lots: 2_000)))
        #expect(actions(rest) == ["place 4 sell 1000@market reduce"])
        stage.fill(id(4), .sell, 9_999, 1_000, isMaker: false)
        #expect(actions(stage.wait(.milliseconds(100))) == ["place 5 buy 2002@9990", "place 6 sell 1998@10010"])
    }

    @Test func `a position above the largest order is closed in parts`() {
        var stage = Stage.quoting(position: 9_000)
        stage.acceptAll()
        stage.command(.flatten)
        var placed: [String] = []
        for sequence: UInt32 in 1...2 {
            placed += actions(stage.account(.done(id(sequence), .canceled, filled: .zero)))
        }
        #expect(placed.last == "place 2 sell 5999@market reduce" || placed.last == "place 3 sell 5999@market reduce")
    }

    @Test func `a position of which fills are still missing is not closed twice`() throws {
        var stage = Stage.quoting(position: 9_000)
        let quotes = stage.engine.status.markets[0].orders.map(\.id)
        stage.acceptAll()
        stage.command(.flatten)
        for quote in quotes { stage.account(.done(quote, .canceled, filled: .zero)) }
        let closing = try #require(stage.engine.status.markets[0].orders.first?.id)
        stage.account(.accepted(closing, VenueOrderID(9)))
        // The venue says that it filled; the fill itself is on its way.
        let effects = stage.account(.done(closing, .filled, filled: Quantity(lots: 5_999)))
        #expect(actions(effects) == [])
        #expect(fetches(effects) == 1)
        #expect(actions(stage.wait(.milliseconds(100))) == [])
        let more = stage.fill(closing, .sell, 9_999, 5_999, isMaker: false)
        #expect(actions(more) == ["place \(closing.sequence + 1) sell 3001@market reduce"])
    }

    @Test func `a stop does not wait for a position that has no book to be closed in`() throws {
        var stage = Stage.quoting(position: 9_000)
        let quotes = stage.engine.status.markets[0].orders.map(\.id)
        stage.acceptAll()
        stage.command(.flatten)
        for quote in quotes { stage.account(.done(quote, .canceled, filled: .zero)) }
        let closing = try #require(stage.engine.status.markets[0].orders.first?.id)
        stage.command(.stop)
        stage.fill(closing, .sell, 9_999, 5_000, isMaker: false)
        stage.account(.done(closing, .expired, filled: Quantity(lots: 5_000)))
        stage.wait(.seconds(4), withBook: false)
        for order in stage.engine.status.markets[0].orders {
            stage.account(.done(order.id, .expired, filled: .zero))
        }
        stage.wait(.seconds(4), withBook: false)
        #expect(stage.engine.status.phase == .quiet)
    }

    @Test func `works after a stop and after a halt, and quiet waits for it`() {
        for command in [OperatorCommand.stop, .halt("by hand")] {
            var stage = Stage.quoting(position: 3_000)
            stage.acceptAll()
            stage.command(command)
            for sequence: UInt32 in 1...2 { stage.account(.done(id(sequence), .canceled, filled: .zero)) }
            #expect(stage.engine.status.phase == .quiet)
            #expect(actions(stage.command(.flatten)) == ["place 3 sell 3000@market reduce"])
            #expect(quiets(stage.fill(id(3), .sell, 9_999, 3_000, isMaker: false)) == 1)
            #expect(stage.engine.status.markets[0].position == .zero)
            #expect(actions(stage.wait(.seconds(5))) == [])
        }
    }

    @Test func `the model's own flattening closes a profitable position and starts the cycle over`() {
        var stage = Stage.quoting(position: 6_000)
        stage.acceptAll()
        let effects = stage.wait(.seconds(7), bid: 10_099, ask: 10_101)
        #expect(actions(effects).contains("cancel 1"))
        for sequence: UInt32 in 1...2 { stage.account(.done(id(sequence), .canceled, filled: .zero)) }
        #expect(stage.engine.status.markets[0].orders.map(\.price) == [nil])
    }
}

@Suite struct `The cycle in the engine` {
    @Test func `spends no more on one buy than an order may be worth`() {
        // A fifth of 1,000 would be 200; one order may be worth 60.
        let stage = Stage.quoting(strategy: .cycle(cycleParameters))
        #expect(stage.engine.status.markets[0].orders.map(\.remaining.lots) == [6_006])
    }

    @Test func `buys, sells what it bought, and buys again`() throws {
        var stage = Stage.quoting(strategy: .cycle(cycleParameters), wallet: 100)
        #expect(stage.engine.status.markets[0].orders.map(\.remaining.lots) == [2_002])
        stage.acceptAll()
        #expect(actions(stage.fill(id(1), .buy, 9_990, 2_002)) == ["place 2 sell 2002@10010 reduce"])
        stage.acceptAll()
        #expect(actions(stage.fill(id(2), .sell, 10_010, 2_002)) == ["place 3 buy 2002@9990"])
    }

    @Test func `starts by selling what is held`() {
        let stage = Stage.quoting(strategy: .cycle(cycleParameters), position: 1_500)
        let orders = stage.engine.status.markets[0].orders
        #expect(orders.map(\.side) == [.sell])
        #expect(orders.map(\.remaining.lots) == [1_500])
    }
}
