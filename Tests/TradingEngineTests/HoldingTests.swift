import Fundamentals
import MarketModel
import RiskControl
import Testing
import TradingEngine

@Suite struct `What is held on a spot venue` {
    @Test func `follows the fills, whichever asset their fees are taken in`() throws {
        var stage = Stage.onTwoVenues()
        stage.acceptAll()
        let buy = try #require(stage.order(.buy))
        let sell = try #require(stage.order(.sell))
        stage.trade(buy, .buy, 2_997_000, 100, fee: Cash("14.985")!, baseFee: Cash("0.000005")!)
        #expect(stage.holding("BTC")?.own == Cash("1.009995")!)
        #expect(stage.holding("TWD")?.own == Cash(whole: 10_000_000 - 29_970))
        stage.trade(sell, .sell, 3_003_000, 100, fee: Cash("15.015")!)
        #expect(stage.holding("BTC")?.own == Cash("0.999995")!)
        #expect(stage.holding("TWD")?.own == Cash(whole: 10_000_000 + 60) - Cash("15.015")!)
        let market = stage.engine.status.markets[Place.quoted]
        #expect(market.position == .zero)
        #expect(market.baseFees == ExactDecimal("0.000005")!)
        // What was paid in base is worth 15 at the mid.
        #expect(market.equityChange == Cash(whole: 60) - Cash("15.015")! - Cash(whole: 15))
        #expect(market.sources.sum == market.equityChange)
    }

    @Test func `is no difference when the venue tells it before the fill that moved it`() throws {
        var stage = Stage.onTwoVenues()
        stage.acceptAll()
        let id = try #require(stage.order(.buy))
        var (btc, twd) = (Cash(whole: 1), Cash(whole: 10_000_000))
        for _ in 0..<5 {
            stage.pass()
            btc += Cash("0.0009995")!
            twd -= Cash(whole: 2_997)
            #expect(incidents(stage.hold("BTC", btc) + stage.hold("TWD", twd), .alarm) == [])
            stage.pass()
            stage.trade(id, .buy, 2_997_000, 10, fee: Cash("1.4985")!, baseFee: Cash("0.0000005")!)
            stage.tellHistory()
            #expect(incidents(stage.hold("BTC", btc) + stage.hold("TWD", twd), .alarm) == [])
            #expect(stage.holding("BTC")?.own == btc)
            #expect(stage.holding("TWD")?.own == twd)
        }
    }

    @Test func `differs for good once the history has been read: one alarm, and it is taken as given`() {
        var stage = Stage.onTwoVenues()
        stage.acceptAll()
        stage.pass()
        let richer = Cash("1.25")!
        let first = stage.hold("BTC", richer)
        #expect(incidents(first, .alarm) == [])
        #expect(first.contains(.fetchFills(MarketID(Place.quoted))))
        stage.tellHistory()
        let text =
            "max: the holding of BTC differs from our books by 0.25: a transfer, or fills that are unknown"
        #expect(incidents(stage.hold("BTC", richer), .alarm) == [text])
        #expect(stage.holding("BTC")?.own == richer)
        stage.tellHistory()
        #expect(incidents(stage.hold("BTC", richer), .alarm) == [])
        #expect(stage.engine.status.markets[Place.quoted].position == .zero)
    }

    @Test func `is not compared while an order of ours is on its way`() {
        var stage = Stage.onTwoVenues()
        stage.pass()
        #expect(stage.engine.status.markets[Place.quoted].orders.allSatisfy { $0.state == .pendingNew })
        #expect(stage.hold("BTC", Cash("1.25")!) == [])
    }

    @Test func `is passed over where it was overtaken by a newer word`() {
        var stage = Stage.onTwoVenues()
        let before = stage.now
        stage.acceptAll()
        stage.pass()
        stage.hold("BTC", Cash(whole: 1))
        stage.account(
            .holding(.target, asset: "BTC", total: Cash(whole: 3), available: nil, asOf: before - .seconds(1)))
        #expect(stage.holding("BTC")?.reported == Cash(whole: 1))
    }

    @Test func `beyond its neutral amount is a position, in whole lots and without profit`() {
        var stage = Stage.onTwoVenues(TwoVenues(neutralHolding: Cash("0.5")!), btc: Cash("0.75009")!)
        let market = stage.engine.status.markets[Place.quoted]
        #expect(market.position == Quantity(lots: 2_500))
        #expect(market.averageEntry == ExactDecimal(mantissa: 3_000_000 * 100_000_000, scale: 8))
        #expect(stage.engine.status.equityChange == .zero)
        stage.bookOnTwoVenues(btc: 3_000_300)
        #expect(stage.engine.status.markets[Place.quoted].equityChange == Cash(whole: 75))
        #expect(stage.engine.status.equityChange == Cash("2.5")!)
        #expect(stage.engine.status.markets[Place.quoted].baseFees == .zero)
        #expect(stage.holding("BTC")?.own == Cash("0.75009")!)
    }

    @Test func `below its neutral amount is a short position`() {
        let stage = Stage.onTwoVenues(TwoVenues(neutralHolding: Cash(whole: 1)), btc: Cash("0.75009")!)
        #expect(stage.engine.status.markets[Place.quoted].position == Quantity(lots: -2_499))
    }

    @Test func `without a neutral amount is no position`() {
        let stage = Stage.onTwoVenues()
        #expect(stage.engine.status.markets[Place.quoted].position == .zero)
        #expect(stage.holding("BTC")?.own == Cash(whole: 1))
    }

    @Test func `of an asset that no market trades is of no interest`() {
        var stage = Stage.onTwoVenues()
        #expect(stage.hold("DOGE", Cash(whole: 5)) == [])
        #expect(stage.holding("DOGE") == nil)
    }

    @Test func `counts a fee in base that is larger than its fill as impossible`() throws {
        var stage = Stage.onTwoVenues()
        stage.acceptAll()
        let id = try #require(stage.order(.buy))
        let effects = stage.trade(id, .buy, 2_997_000, 10, baseFee: Cash("0.0011")!)
        #expect(incidents(effects, .alarm).count == 1)
        #expect(stage.engine.status.markets[Place.quoted].fills == 0)
    }
}

@Suite struct `Quotes on a spot venue` {
    @Test func `are cut to what is held, the fee included`() {
        let stage = Stage.onTwoVenues(btc: Cash("0.00159")!, twd: Cash(whole: 29_999))
        // 29 999 ÷ (299.7 × 1.001) = 99.9…; 0.00159 BTC are 15 lots.
        #expect(actions(stage.effects) == ["place 1 buy 99@2997000", "place 2 sell 15@3003000"])
    }

    @Test func `keep no fee back where it is taken from what is bought`() {
        let stage = Stage.onTwoVenues(TwoVenues(takesBuyFeeInQuote: false), twd: Cash(whole: 29_970))
        #expect(actions(stage.effects).first == "place 1 buy 100@2997000")
    }

    @Test func `are not placed while the venue has not told what is held`() {
        var stage = Stage(TwoVenues())
        stage.bookOnTwoVenues()
        stage.step(.venue(.ready, of: .target))
        let effects = stage.step(.venue(.ready, of: .reference))
        #expect(actions(effects) == [])
        let isUnfunded = refusals(effects).map { if case .funds = $0 { true } else { false } }
        #expect(isUnfunded == [true, true])
    }

    @Test func `leave what another order of the same side may still take, in whatever state`() throws {
        var stage = Stage.onTwoVenues(twd: Cash(whole: 60_000))
        stage.acceptAll()
        let id = try #require(stage.order(.buy))
        stage.account(.unresolved(id, .cancel))
        stage.bookOnTwoVenues(btc: 3_003_000)
        // The old one takes up to 199 × 299.7 and its fee: nothing is left for another.
        let open = stage.engine.status.markets[Place.quoted].orders.filter { $0.side == .buy }
        #expect(open.map(\.id) == [id])
    }

    @Test func `are taken off when what they sell is no longer held`() {
        var stage = Stage.onTwoVenues(btc: Cash("0.02")!)
        stage.acceptAll()
        stage.pass()
        // A withdrawal that our books do not know yet: the venue's word is newer than they are.
        stage.hold("BTC", Cash("0.01")!)
        stage.pass()
        #expect(stage.engine.status.markets[Place.quoted].orders.first { $0.side == .sell }?.state == .pendingCancel)
    }

    @Test func `close a position with no more than is held`() throws {
        var stage = Stage.onTwoVenues(btc: .zero)
        stage.acceptAll()
        let id = try #require(stage.order(.buy))
        stage.trade(id, .buy, 2_997_000, 200, fee: Cash(whole: 60), baseFee: Cash("0.00002")!)
        stage.command(.flatten)
        for order in stage.engine.status.markets[Place.quoted].orders {
            stage.account(.done(order.id, .canceled, filled: nil))
        }
        let all = actions(stage.wait(.seconds(1), withBook: false))
        #expect(all.contains { $0.hasSuffix("sell 199@market reduce") })
    }
}
