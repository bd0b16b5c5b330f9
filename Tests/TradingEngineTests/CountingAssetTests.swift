import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing
import TradingEngine

@Suite struct `Markets of several currencies` {
    @Test func `are counted in one asset, at the newest rate`() throws {
        var stage = Stage.onTwoVenues()
        #expect(stage.engine.status.countingAsset == "USDT")
        #expect(stage.engine.status.hasConversion)
        stage.acceptAll()
        let id = try #require(stage.order(.buy))
        stage.trade(id, .buy, 2_997_000, 200, fee: Cash(whole: 30))
        // 0.02 BTC at 3 000 000 are 60 000 TWD, and 60 TWD were captured.
        let market = stage.engine.status.markets[Place.quoted]
        #expect(market.positionValue == Cash(whole: 60_000))
        #expect(market.equityChange == Cash(whole: 30))
        #expect(stage.engine.status.equityChange == Cash(whole: 1))
        #expect(stage.engine.status.exposure == Cash(whole: 2_000))
        #expect(stage.engine.status.totals.spreadCapture == Cash(whole: 2))
        #expect(stage.engine.status.totals.fees == Cash(whole: 1))
        #expect(stage.engine.status.totals.net == Cash(whole: 1))
        #expect(stage.engine.status.totals.volume == Cash(whole: 1_998))
        // The rate moves and nothing else.
        stage.book(2_399, 2_401, market: Place.conversion)
        #expect(stage.engine.status.equityChange == Cash("1.25")!)
        #expect(stage.engine.status.exposure == Cash(whole: 2_500))
        #expect(stage.engine.status.totals.net == Cash("1.25")!)
    }

    @Test func `are not quoted before the rate is known`() {
        var stage = Stage(TwoVenues())
        stage.hold("BTC", Cash(whole: 1))
        stage.hold("TWD", Cash(whole: 10_000_000))
        stage.book(2_999_999, 3_000_001, market: Place.quoted)
        stage.step(.venue(.ready, of: .target))
        let effects = stage.step(.venue(.ready, of: .reference))
        #expect(actions(effects) == [])
        #expect(stage.engine.status.markets[Place.quoted].rate == nil)
        #expect(actions(stage.book(2_999, 3_001, market: Place.conversion)).count == 2)
    }

    @Test func `have limits in that asset, and models know them in their own`() {
        var venues = TwoVenues()
        venues.maxOrderValue = Cash(whole: 500)
        // 500 USDT are 15 000 TWD: 50 lots at 299.7, and 49 at 300.3.
        #expect(
            actions(Stage.onTwoVenues(venues).effects) == ["place 1 buy 50@2997000", "place 2 sell 49@3003000"])
    }

    @Test func `hold the limit on a position in that asset`() throws {
        var venues = TwoVenues()
        venues.maxPositionValue = Cash(whole: 2_500)
        var stage = Stage.onTwoVenues(venues)
        stage.acceptAll()
        let id = try #require(stage.order(.buy))
        stage.trade(id, .buy, 2_997_000, 200)
        stage.account(.done(id, .filled, filled: Quantity(lots: 200)))
        stage.pass()
        // 2 000 of 2 500 are used: 50 lots are left, of which a quote takes 7/8.
        let status = stage.engine.status.markets[Place.quoted]
        #expect(status.exposure <= Cash(whole: 2_500))
        for order in status.orders where order.side == .buy { #expect(order.remaining <= Quantity(lots: 50)) }
    }

    @Test func `lose money in that asset, and halt by it`() throws {
        var stage = Stage.onTwoVenues()
        stage.acceptAll()
        let id = try #require(stage.order(.buy))
        stage.trade(id, .buy, 2_997_000, 200)
        // 0.02 BTC lose 14 970 TWD against the price, which are 499 USDT.
        stage.bookOnTwoVenues(btc: 2_248_500)
        #expect(stage.engine.haltReason == nil)
        #expect(stage.engine.status.dailyLoss == Cash(whole: 499))
        stage.bookOnTwoVenues(btc: 2_247_000)
        #expect(stage.engine.haltReason?.hasPrefix("daily loss 500.00 ") == true)
    }

    @Test func `offset each other where one is long and the other short, at the worst of what is open`() throws {
        let net = Cash(whole: 5_000)
        var stage = Stage.onTwoVenues(TwoVenues(hedge: .fixedSpread(hedgeQuoter), maxNetExposure: net))
        stage.acceptAll()
        let id = try #require(stage.order(.buy))
        let sell = try #require(stage.order(.sell, market: Place.hedge))
        stage.trade(id, .buy, 2_997_000, 200)
        stage.account(.done(id, .filled, filled: Quantity(lots: 200)))
        let before = stage.engine.status
        #expect(before.netLong > Cash(whole: 2_000))
        // The hedge sells 0.00099 BTC at 100 000.
        stage.trade(sell, .sell, 10_010_000, 99, market: Place.hedge)
        let after = stage.engine.status
        #expect(before.netLong - after.netLong == Cash(whole: 99))
        #expect(after.markets[Place.hedge].position == Quantity(lots: -99))
        #expect(after.netLimit == net)
        #expect(after.netLong <= net)
    }

    @Test func `are refused on one venue what is not offset on the other`() throws {
        // 0.02 BTC are 2 000 USDT: as much again may be bought, not more.
        var stage = Stage.onTwoVenues(TwoVenues(maxNetExposure: Cash(whole: 3_000)))
        stage.acceptAll()
        let id = try #require(stage.order(.buy))
        stage.trade(id, .buy, 2_997_000, 200)
        stage.account(.done(id, .filled, filled: Quantity(lots: 200)))
        stage.pass()
        #expect(stage.engine.status.netLong <= Cash(whole: 3_000))
        let buying = stage.engine.status.markets[Place.quoted].orders.filter { $0.side == .buy }
        #expect(buying.allSatisfy { $0.remaining < Quantity(lots: 100) })
    }
}

@Suite struct `A trade by hand in the market that converts` {
    @Test func `is counted at its own rate, and moves what is held`() {
        var stage = Stage.onTwoVenues()
        stage.hold("USDT", Cash(whole: 1_000))
        stage.trade(nil, .buy, 3_000, 10_000, market: Place.conversion, fee: Cash("4.5")!)
        let status = stage.engine.status
        #expect(stage.holding("USDT")?.own == Cash(whole: 1_100))
        #expect(stage.holding("TWD")?.own == Cash(whole: 10_000_000 - 3_000) - Cash("4.5")!)
        #expect(status.markets[Place.conversion].equityChange == Cash("-4.5")!)
        #expect(status.equityChange == Cash("-0.15")!)
    }
}
