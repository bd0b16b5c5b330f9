import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing
import TradingEngine

@Suite struct `A bot on two venues` {
    private static let both = TwoVenues(hedge: .fixedSpread(hedgeQuoter))

    @Test func `quotes nothing before both are ready`() {
        var stage = Stage(TwoVenues())
        stage.hold("BTC", Cash(whole: 1))
        stage.hold("TWD", Cash(whole: 10_000_000))
        stage.bookOnTwoVenues()
        #expect(actions(stage.step(.venue(.ready, of: .target))) == [])
        #expect(stage.engine.status.phase == .waiting)
        #expect(
            actions(stage.step(.venue(.ready, of: .reference))) == [
                "place 1 buy 200@2997000", "place 2 sell 199@3003000",
            ])
        #expect(stage.engine.status.isReady)
    }

    @Test func `withholds the markets of the venue whose private stream is down, and sends elsewhere`() {
        var stage = Stage.onTwoVenues(Self.both)
        stage.acceptAll()
        stage.step(.venue(.privateStreamDown, of: .target))
        #expect(stage.engine.status.markets.map(\.withheld) == [.privateStreamDown, .privateStreamDown, nil])
        #expect(!stage.engine.status.isPrivateStreamUp)
        #expect(stage.engine.status.venues.map(\.isPrivateStreamUp) == [false, true])
        let order = stage.order(.buy, market: Place.hedge)
        stage.account(.done(order!, .canceled, filled: .zero))
        stage.pass(.seconds(1))
        stage.bookOnTwoVenues()
        #expect(stage.engine.status.markets[Place.hedge].orders.contains { $0.side == .buy && $0.state == .pendingNew })
        #expect(stage.engine.status.markets[Place.quoted].orders.allSatisfy { $0.state == .pendingCancel })
    }

    @Test func `cancels at the venue whose breaker tripped, and only there`() {
        var stage = Stage.onTwoVenues(Self.both)
        stage.acceptAll()
        let effects = stage.step(.venue(.throttled(until: stage.now + .seconds(9)), of: .reference))
        #expect(actions(effects) == ["cancelAll 2"])
        #expect(incidents(effects, .alarm) == ["binance: breaker: the venue asks for a pause, everything is cancelled"])
        #expect(stage.engine.status.markets.map(\.withheld) == [nil, nil, .breaker])
        #expect(stage.engine.status.isBreakerOpen)
        #expect(actions(stage.step(.venue(.roundTrip(.seconds(4)), of: .target))) == ["cancelAll 0", "cancelAll 1"])
    }

    @Test func `waits again once a venue has closed`() {
        var stage = Stage.onTwoVenues()
        stage.step(.venue(.closed, of: .reference))
        #expect(stage.engine.status.phase == .waiting)
        stage.step(.venue(.ready, of: .reference))
        #expect(stage.engine.status.phase == .quoting)
    }

    @Test func `halts for what is fatal to either, and says where`() {
        var stage = Stage.onTwoVenues()
        stage.step(.venue(.fatal("keys refused"), of: .reference))
        #expect(stage.engine.haltReason == "binance: keys refused")
    }

    @Test func `passes over a status of a venue it does not have`() {
        var stage = Stage.onTwoVenues()
        #expect(stage.step(.venue(.fatal("nowhere"), of: VenueID(7))) == [])
        #expect(stage.engine.haltReason == nil)
    }

    @Test func `is not built from venues and currencies that do not fit together`() {
        var configuration = TwoVenues().configuration
        #expect(configuration.problem == nil)
        configuration.venues = [VenueConfiguration(.spot)]
        #expect(configuration.problem == .unknownVenue(.reference, of: "BTCUSDT"))
        configuration.venues = [VenueConfiguration(.margin), VenueConfiguration(.margin)]
        #expect(configuration.problem == .severalWallets)
        configuration.venues = TwoVenues().configuration.venues
        configuration.markets[2].instrument.settlementAsset = "USDC"
        #expect(configuration.problem == .otherCurrency("USDC", of: "BTCUSDT", expected: "USDT"))
        configuration = TwoVenues().configuration
        configuration.markets[1].instrument.quoteAsset = "JPY"
        configuration.markets[1].instrument.settlementAsset = "JPY"
        #expect(configuration.problem == .otherConversion("USDTTWD", of: "BTCTWD", from: "TWD", to: "USDT"))
    }

    @Test func `keeps the wallet on margin apart from what is held on spot`() throws {
        var stage = Stage.onTwoVenues(TwoVenues(hedge: .fixedSpread(hedgeQuoter), hedgeKind: .margin))
        stage.account(.balance(wallet: Cash(whole: 500), available: nil, asOf: stage.now))
        stage.account(.position(MarketID(Place.hedge), .zero, entryPrice: .zero, asOf: stage.now))
        stage.bookOnTwoVenues()
        stage.acceptAll()
        let id = try #require(stage.order(.buy))
        stage.trade(id, .buy, 2_997_000, 200, fee: Cash(whole: 30))
        #expect(stage.engine.status.wallet == Cash(whole: 500))
        let hedge = try #require(stage.order(.buy, market: Place.hedge))
        stage.trade(hedge, .buy, 9_990_000, 100, market: Place.hedge, fee: Cash("0.05")!)
        #expect(stage.engine.status.wallet == Cash("499.95")!)
        #expect(stage.holding("TWD")?.own == Cash(whole: 10_000_000 - 59_940 - 30))
        #expect(stage.engine.status.holdings.map(\.asset) == ["BTC", "TWD"])
    }
}
