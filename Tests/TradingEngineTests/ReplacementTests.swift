import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing
import TradingEngine

private func amended(_ sequence: UInt32, _ lots: Int64, _ price: Int64) -> AccountEvent {
    .amended(
        ClientOrderID(epoch: 7, sequence: sequence), price: Price(ticks: price), quantity: Quantity(lots: lots))
}

private func canceled(_ sequence: UInt32) -> AccountEvent {
    .done(ClientOrderID(epoch: 7, sequence: sequence), .canceled, filled: .zero)
}

@Suite struct `Where an amendment replaces the order` {
    /// 1.5 × the size of a quote fits beside the position, twice does not.
    private func narrow() -> Stage {
        var limits = makeMarketLimits()
        limits.maxPositionValue = Cash(whole: 30)
        var stage = Stage.quoting(amends: .replacement, marketLimits: limits)
        stage.acceptAll()
        return stage
    }

    @Test func `quotes move by replacement while there is room for both`() {
        var stage = Stage.quoting(amends: .replacement)
        stage.acceptAll()
        #expect(
            actions(stage.wait(.seconds(31), bid: 9_989, ask: 9_991)) == [
                "amend 1 buy 2004@9980", "amend 2 sell 2000@10000",
            ])
        #expect(stage.engine.status.markets[0].exposure == Cash("40.01994")!)
        stage.account(amended(1, 2_004, 9_980))
        #expect(stage.engine.status.markets[0].exposure == Cash("39.94002")!)
        stage.account(amended(2, 2_000, 10_000))
        #expect(stage.engine.status.markets[0].exposure == Cash("20.01996")!)
    }

    @Test func `without room for both the old order goes first, and the new one follows once it is gone`() {
        var stage = narrow()
        let effects = stage.wait(.seconds(31), bid: 9_989, ask: 9_991)
        #expect(actions(effects) == ["cancel 1", "cancel 2"])
        #expect(refusals(effects) == [])
        #expect(actions(stage.account(canceled(2))) == ["place 3 sell 2000@10000"])
        #expect(actions(stage.account(canceled(1))) == ["place 4 buy 2004@9980"])
    }

    @Test func `one without an outcome is not waited for when nothing may rest, and goes on counting`() {
        var stage = Stage.quoting(amends: .replacement)
        stage.acceptAll()
        stage.wait(.seconds(31), bid: 9_989, ask: 9_991)
        stage.account(amended(2, 2_000, 10_000))
        let bid = ClientOrderID(epoch: 7, sequence: 1)
        stage.account(.unresolved(bid, .amend))
        let before = stage.engine.status.markets[0].exposure
        #expect(actions(stage.step(.market(.bookLost(MarketID(0))))) == ["cancel 1", "cancel 2"])
        #expect(stage.engine.status.markets[0].exposure == before)
        #expect(stage.engine.status.markets[0].orders.map(\.state) == [.pendingCancel, .pendingCancel])
        // The cancel got no answer either, and the old order still rests: once more, and not as if it simply worked.
        stage.account(.unresolved(bid, .cancel))
        let report = OrderReport(
            market: MarketID(0), clientOrderID: bid, venueOrderID: VenueOrderID(1), side: .buy,
            price: Price(ticks: 9_990), quantity: Quantity(lots: 2_002), filled: .zero, status: .working)
        #expect(actions(stage.account(.report(report))) == ["cancel 1"])
        #expect(stage.engine.status.markets[0].exposure == before)
        stage.account(canceled(1))
        stage.account(canceled(2))
        #expect(stage.engine.status.markets[0].exposure == .zero)
    }

    @Test func `an order that stays as it is needs room for itself only`() {
        var stage = narrow()
        #expect(actions(stage.wait(.seconds(25))) == [])
        #expect(stage.engine.status.markets[0].orders.count == 2)
    }

    @Test func `a refused one has the order asked for`() {
        var stage = Stage.quoting(amends: .replacement)
        stage.acceptAll()
        stage.wait(.seconds(31), bid: 9_989, ask: 9_991)
        let bid = ClientOrderID(epoch: 7, sequence: 1)
        stage.account(.rejected(bid, .amend, VenueRejection(kind: .stateMismatch, code: 1_142, message: "not found")))
        #expect(stage.engine.status.markets[0].orders.first?.state == .unresolved)
        let effects = stage.step(.timer)
        #expect(effects.contains(.query(bid, MarketID(0))))
    }

    @Test func `both may fill, and the limit holds`() throws {
        var stage = Stage.quoting(amends: .replacement)
        stage.acceptAll()
        stage.wait(.seconds(31), bid: 9_989, ask: 9_991)
        let bid = ClientOrderID(epoch: 7, sequence: 1)
        stage.fill(bid, .buy, 9_990, 2_002)
        stage.account(amended(1, 4_006, 9_980))
        stage.fill(bid, .buy, 9_980, 2_004)
        let market = stage.engine.status.markets[0]
        #expect(market.position == Quantity(lots: 4_006))
        #expect(market.exposure <= market.exposureLimit)
        #expect(market.orders.allSatisfy { $0.id != bid })
    }
}

@Suite struct `The replace threshold` {
    private func stage(
        _ threshold: String, coalescing: TimeSpan = .zero, limit: String = "100", halfSpread: String = "0.0010"
    ) -> Stage {
        var limits = makeMarketLimits()
        limits.maxPositionValue = Cash(limit)!
        var parameters = restless
        parameters.halfSpread = ExactDecimal(halfSpread)!
        var stage = Stage.quoting(
            strategy: .fixedSpread(parameters), marketLimits: limits, replaceThreshold: Rate(threshold)!,
            coalescing: coalescing)
        stage.acceptAll()
        return stage
    }

    /// Prices and sizes are made anew by every look.
    private var restless: FixedSpreadParameters {
        var parameters = spreadParameters
        parameters.orderTimeout = TimeSpan(nanoseconds: 1)
        return parameters
    }

    @Test func `keeps a quote whose price has moved by no more than it`() {
        var stage = stage("0.0003")
        stage.now = stage.now + .milliseconds(10)
        #expect(actions(stage.book(10_001, 10_003)) == [])
        stage.now = stage.now + .milliseconds(10)
        #expect(actions(stage.book(10_002, 10_004)) == ["amend 1 buy 2001@9993"])
    }

    @Test func `zero follows every tick`() {
        var stage = stage("0")
        stage.now = stage.now + .milliseconds(10)
        #expect(actions(stage.book(10_000, 10_002)) == ["amend 1 buy 2001@9991", "amend 2 sell 1997@10011"])
    }

    @Test func `does not keep an order that the limits no longer allow`() {
        var stage = stage("0.5", limit: "20.5", halfSpread: "0.02")
        stage.now = stage.now + .milliseconds(10)
        #expect(actions(stage.book(10_001, 10_003)) == [])
        stage.now = stage.now + .milliseconds(10)
        // 2040 lots at 1.01 are worth more than 20.5; the offer stays within.
        #expect(actions(stage.book(10_099, 10_101)) == ["cancel 1"])
        #expect(actions(stage.account(canceled(1))) == ["place 3 buy 2020@9900"])
    }

    @Test func `coalescing makes one replace of several triggers in its window`() {
        var stage = stage("0", coalescing: .milliseconds(400))
        stage.now = stage.now + .milliseconds(10)
        #expect(actions(stage.book(10_000, 10_002)) == ["amend 1 buy 2001@9991", "amend 2 sell 1997@10011"])
        stage.account(amended(1, 2_001, 9_991))
        stage.account(amended(2, 1_997, 10_011))
        for step in 1...3 {
            stage.now = stage.now + .milliseconds(100)
            #expect(actions(stage.book(10_000 + Int64(step), 10_002 + Int64(step))) == [])
        }
        stage.now = stage.now + .milliseconds(99)
        #expect(actions(stage.step(.timer)) == [])
        stage.now = stage.now + .milliseconds(1)
        #expect(actions(stage.step(.timer)) == ["amend 1 buy 2001@9994", "amend 2 sell 1997@10014"])
    }

    @Test func `coalescing delays no cancel that a rule demands`() {
        var stage = stage("0", coalescing: .seconds(10))
        stage.now = stage.now + .milliseconds(10)
        stage.book(10_000, 10_002)
        stage.account(amended(1, 2_001, 9_991))
        stage.account(amended(2, 1_997, 10_011))
        stage.now = stage.now + .milliseconds(100)
        #expect(actions(stage.book(10_003, 10_005)) == [])
        #expect(actions(stage.step(.market(.bookLost(MarketID(0))))) == ["cancel 1", "cancel 2"])
    }

    @Test func `coalescing delays nothing that a limit demands`() {
        var stage = stage("0", coalescing: .seconds(10), limit: "20.5", halfSpread: "0.02")
        stage.now = stage.now + .milliseconds(10)
        #expect(actions(stage.book(10_000, 10_002)) == ["amend 1 buy 2040@9801", "amend 2 sell 1960@10201"])
        stage.account(amended(1, 2_040, 9_801))
        stage.account(amended(2, 1_960, 10_201))
        stage.now = stage.now + .milliseconds(100)
        #expect(actions(stage.book(10_099, 10_101)) == ["cancel 1"])
    }
}

@Suite struct `The net exposure of the account` {
    @Test func `at its limit only the side that leads away from it is quoted, in every market`() {
        var limits = makeAccountLimits()
        limits.maxNetExposure = Cash(whole: 45)
        var stage = Stage.quoting(markets: 2, limits: limits)
        stage.acceptAll()
        // Both bids, 40 together, are within the limit at first.
        #expect(stage.engine.status.markets.map(\.orders.count) == [2, 2])
        stage.fill(stage.order(.buy), .buy, 9_990, 2_002)
        stage.wait(.seconds(11))
        stage.acceptAll()
        stage.wait(.seconds(1))
        // Long 20 in one market: what is left to buy is 25, of which one bid takes 20.
        #expect(stage.engine.status.markets.flatMap(\.orders).filter { $0.side == .buy }.count == 1)
        #expect(stage.engine.status.markets.flatMap(\.orders).filter { $0.side == .sell }.count == 2)
        #expect(stage.engine.status.netLong <= Cash(whole: 45))
    }
}
