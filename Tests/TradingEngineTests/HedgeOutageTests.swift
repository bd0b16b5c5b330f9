import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing
import TradingEngine

@Suite struct `While the hedge venue is not healthy` {
    @Test func `its private stream down, quotes are pulled and what fills is hedged once it is back`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        let bid = try #require(stage.quote(.buy))
        let down = stage.venue(.privateStreamDown, of: .reference)
        #expect(stage.withheld == .venueDown(.reference))
        #expect(actions(down, in: 0).allSatisfy { $0.hasPrefix("cancel") })
        #expect(actions(down, in: 0).count == 4)
        #expect(incidents(down, .warning).count == 1)
        // A fill crosses the cancel.
        #expect(actions(stage.fill(bid, 1_000), in: 2) == [])
        stage.settleQuotes()
        #expect(stage.quotes.isEmpty)
        #expect(actions(stage.wait(.seconds(30)), in: 2) == [])
        let back = stage.venue(.privateStreamUp, of: .reference)
        #expect(actions(back, in: 2).map { $0.suffix(14) } == ["sell 10@649350"])
        // Thirty seconds are longer than what may go unhedged: quotes wait for the fill.
        #expect(stage.withheld == .hedge(.late))
        let order = try #require(stage.hedging)
        #expect(actions(stage.fill(order.id, 10), in: 0).count == 4)
        #expect(stage.withheld == nil)
    }

    @Test func `what is still to be hedged counts in its exposure as if the order were open`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        let bid = try #require(stage.quote(.buy))
        stage.venue(.privateStreamDown, of: .reference)
        stage.fill(bid, 1_000)
        #expect(stage.hedging == nil)
        let markets = stage.engine.status.markets
        #expect(markets[2].position == .zero)
        // 0.01 BTC at 65,000.05.
        #expect(markets[2].exposure == Cash("650.0005")!)
    }

    @Test func `going down between an order and its fill leaves the order counted, and sends no other`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        stage.fill(try #require(stage.quote(.buy)), 1_000)
        let order = try #require(stage.hedging)
        stage.venue(.privateStreamDown, of: .reference)
        stage.account(.unresolved(order.id, .place))
        #expect(actions(stage.wait(.seconds(20)), in: 2) == [])
        stage.venue(.privateStreamUp, of: .reference)
        #expect(actions(stage.wait(.seconds(5)), in: 2) == [])
        #expect(stage.engine.status.markets[2].exposure >= Cash(whole: 650))
        stage.fill(MarketID(2), order.id, .sell, 650_000, 10)
        #expect(stage.hedge.unhedged == .zero)
        stage.settleQuotes()
        stage.wait(.seconds(1))
        #expect(stage.withheld == nil)
    }

    @Test func `slow in its replies, its breaker pulls the quotes of the target until it closes`() throws {
        var hedge = MirrorStage.hedge
        hedge.patience = .seconds(10)
        var stage = MirrorStage.quoting(hedge: hedge)
        stage.settleQuotes()
        let bid = try #require(stage.quote(.buy))
        stage.venue(.roundTrip(.seconds(4)), of: .reference)
        #expect(stage.withheld == .hedge(.breaker))
        #expect(actions(stage.fill(bid, 1_000), in: 2) == [])
        stage.settleQuotes()
        #expect(actions(stage.wait(.milliseconds(4_900)), in: 2) == [])
        #expect(actions(stage.wait(.milliseconds(200)), in: 2).map { $0.suffix(14) } == ["sell 10@649350"])
        #expect(stage.withheld == nil)
    }

    @Test func `its book stale, nothing is sent and nothing is quoted`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        let bid = try #require(stage.quote(.buy))
        stage.silent = [.reference]
        stage.wait(.milliseconds(2_200))
        #expect(stage.withheld?.text.hasPrefix("the reference's book: the newest data is") == true)
        #expect(actions(stage.fill(bid, 1_000), in: 2) == [])
        #expect(actions(stage.wait(.seconds(3)), in: 2) == [])
        stage.settleQuotes()
        stage.silent = []
        #expect(actions(stage.books(), in: 2).map { $0.suffix(14) } == ["sell 10@649350"])
    }

    @Test func `what is unhedged for longer than allowed pulls the quotes, and they come back when it is hedged`()
        throws
    {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        stage.fill(try #require(stage.quote(.buy)), 1_000)
        stage.settleQuotes()
        let order = try #require(stage.hedging)
        // The reply is late: patience counts from the fill.
        stage.wait(.seconds(5))
        stage.settleQuotes()
        #expect(stage.withheld == nil)
        let late = stage.wait(.milliseconds(100))
        #expect(stage.withheld == .hedge(.late))
        #expect(incidents(late, .alarm).count == 1)
        #expect(actions(late, in: 0).count == 4)
        #expect(incidents(stage.wait(.seconds(3))) == [])
        stage.settleQuotes()
        let filled = stage.fill(order.id, 10)
        #expect(actions(filled, in: 0).count == 4)
        #expect(incidents(filled) == ["BTCTWD: quoting"])
    }

    @Test func `a refused order pulls the quotes, and is tried again after a pause`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        stage.fill(try #require(stage.quote(.buy)), 1_000)
        let order = try #require(stage.hedging)
        let said = VenueRejection(kind: .capital, code: -2019, message: "Margin is insufficient.")
        let refused = stage.account(.rejected(order.id, .place, said))
        #expect(stage.withheld == .hedge(.refused))
        #expect(incidents(refused, .alarm).count == 2)
        #expect(actions(stage.wait(.milliseconds(9_900)), in: 2) == [])
        #expect(actions(stage.wait(.milliseconds(200)), in: 2).map { $0.suffix(14) } == ["sell 10@649350"])
        #expect(stage.hedge.failed == 1)
        #expect(stage.withheld == .hedge(.refused))
        stage.fill(try #require(stage.hedging).id, 10)
        stage.settleQuotes()
        #expect(stage.withheld == nil)
    }

    @Test func `rules that changed under it hold it back until they are loaded`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        stage.fill(try #require(stage.quote(.buy)), 1_000)
        let order = try #require(stage.hedging)
        let said = VenueRejection(kind: .rules, code: -1111, message: "Precision is over the maximum.")
        #expect(actions(stage.account(.rejected(order.id, .place, said)), in: 2) == [])
        #expect(actions(stage.wait(.seconds(3)), in: 2) == [])
        let loaded = stage.venue(.instrument(stage.engine.status.markets[2].instrument), of: .reference)
        #expect(actions(loaded, in: 2).map { $0.suffix(14) } == ["sell 10@649350"])
    }

    @Test func `an order that finds nobody is tried again and again, ever more slowly`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        stage.fill(try #require(stage.quote(.buy)), 1_000)
        var sent = 1
        for _ in 0..<300 {
            if let order = stage.hedging { stage.account(.done(order.id, .expired, filled: .zero)) }
            sent += actions(stage.wait(.milliseconds(100)), in: 2).count
        }
        #expect((5...10).contains(sent))
        #expect(stage.hedge.failed >= sent - 1)
        #expect(stage.withheld == .hedge(.late))
    }
}

@Suite struct `At the end` {
    @Test func `a stop waits for what can be hedged, and is quiet then`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        let bid = try #require(stage.quote(.buy))
        stage.command(.stop)
        #expect(actions(stage.fill(bid, 1_000), in: 2) == ["place 5 sell 10@649350"])
        for order in stage.quotes { stage.account(.done(order.id, .canceled, filled: order.filled)) }
        #expect(!stage.wait(.seconds(3)).contains(.quiet))
        let order = try #require(stage.hedging)
        let effects = stage.fill(order.id, 10)
        #expect(effects.contains(.quiet))
        #expect(incidents(effects).isEmpty)
    }

    @Test func `a stop does not wait for ever, and tells what is left`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        stage.fill(try #require(stage.quote(.buy)), 1_000)
        stage.settleQuotes()
        let first = try #require(stage.hedging)
        stage.command(.stop)
        for order in stage.quotes { stage.account(.done(order.id, .canceled, filled: order.filled)) }
        stage.account(.done(first.id, .expired, filled: .zero))
        var effects: [Effect] = []
        for _ in 0..<110 where !effects.contains(.quiet) {
            if let order = stage.hedging { stage.account(.done(order.id, .expired, filled: .zero)) }
            effects = stage.wait(.milliseconds(100))
        }
        #expect(effects.contains(.quiet))
        #expect(incidents(effects, .alarm) == ["BTCTWD: 0.01 BTC are not hedged"])
        // Told once, however often a stop is asked for.
        #expect(incidents(stage.command(.stop)).isEmpty)
    }

    @Test func `less than could be hedged is told without alarm`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        stage.fill(try #require(stage.quote(.buy)), 100)
        stage.settleQuotes()
        stage.command(.stop)
        var effects: [Effect] = []
        for order in stage.quotes { effects += stage.account(.done(order.id, .canceled, filled: order.filled)) }
        #expect(effects.contains(.quiet))
        #expect(incidents(effects, .notice) == ["BTCTWD: 0.001 BTC are not hedged"])
    }

    @Test func `a fill that comes after the end is told`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        let bid = try #require(stage.quote(.buy))
        stage.command(.stop)
        for order in stage.quotes { stage.account(.done(order.id, .canceled, filled: .zero)) }
        let late = stage.fill(MarketID(0), bid, .buy, 20_758_400, 1_000)
        #expect(incidents(late, .alarm) == ["BTCTWD: 0.01 BTC are not hedged"])
        #expect(actions(late, in: 2) == [])
    }

    @Test func `halted, only what reduces a position is still hedged`() throws {
        var opening = MirrorStage.quoting()
        opening.settleQuotes()
        let bid = try #require(opening.quote(.buy))
        opening.command(.halt("enough"))
        #expect(actions(opening.fill(bid, 1_000), in: 2) == [])
        var reducing = MirrorStage.quoting()
        reducing.settleQuotes()
        reducing.fill(try #require(reducing.quote(.buy)), 1_000)
        reducing.fill(try #require(reducing.hedging).id, 10)
        reducing.settleQuotes()
        let ask = try #require(reducing.quote(.sell))
        reducing.command(.halt("enough"))
        #expect(actions(reducing.fill(ask, 1_000), in: 2).map { $0.suffix(13) } == ["buy 10@650651"])
    }

    @Test func `a halted engine that may not hedge does not wait for it`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        let bid = try #require(stage.quote(.buy))
        stage.command(.halt("enough"))
        var effects = stage.fill(bid, 1_000)
        for order in stage.quotes { effects += stage.account(.done(order.id, .canceled, filled: order.filled)) }
        #expect(effects.contains(.quiet))
        #expect(incidents(effects, .alarm) == ["BTCTWD: 0.01 BTC are not hedged"])
    }
}

@Suite struct `What was held before the start` {
    @Test func `is not hedged where a position counts from the start`() {
        var stage = MirrorStage.quoting(hedgePosition: -50)
        #expect(stage.hedge.unhedged == .zero)
        #expect(actions(stage.wait(.seconds(3)), in: 2) == [])
    }

    @Test func `is hedged where both positions are absolute`() {
        // One of one bitcoin is held against 0.95 that count as none.
        var stage = MirrorStage.quoting(neutral: Cash("0.95")!)
        #expect(stage.hedge.unhedged == ExactDecimal("0.05")!)
        #expect(actions(stage.wait(.milliseconds(100)), in: 2) == [])
        #expect(stage.hedge.sent == 1)
        #expect(stage.hedging?.remaining == Quantity(lots: 50))
        let hedged = MirrorStage.quoting(neutral: Cash("0.95")!, hedgePosition: -50)
        #expect(hedged.hedge.unhedged == .zero)
        #expect(hedged.hedge.sent == 0)
    }

    @Test func `and closed by a person is no cause for a hedge`() throws {
        var stage = MirrorStage.quoting(hedgePosition: -50)
        stage.settleQuotes()
        stage.command(.flatten)
        let closing = try #require(stage.hedging)
        #expect(closing.side == .buy)
        stage.fill(MarketID(2), closing.id, .buy, 650_001, 50)
        #expect(stage.hedge.unhedged == .zero)
        for order in stage.quotes { stage.account(.done(order.id, .canceled, filled: order.filled)) }
        #expect(actions(stage.wait(.seconds(3)), in: 2) == [])
    }
}
