import Configuration
import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing
import TradingEngine
import VenueKit
import Wire

@testable import Runtime

@Suite struct `The summary of a bot on two venues` {
    private static func spot(_ market: Int, _ base: String, _ quote: String, _ tick: String) -> Instrument {
        Instrument(
            market: MarketID(market), symbol: base + quote, baseAsset: base, quoteAsset: quote, settlementAsset: quote,
            tickSize: ExactDecimal(tick)!, lotSize: ExactDecimal("0.0001")!,
            priceRange: Price(ticks: 1)...Price(ticks: 100_000_000),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000_000),
            marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000_000), minNotional: .zero,
            collarUp: Rate("1.5")!, collarDown: Rate("0.5")!, marketTakeBound: .zero, maxOpenOrders: 200,
            makerFee: .zero, takerFee: .zero)!
    }

    private static func engine() -> TradingEngine {
        let limits = MarketLimits(
            maxPositionValue: Cash(whole: 5_000), maxOpenOrders: 10, maxOrderValue: Cash(whole: 5_000),
            priceCollar: .one, staleAfter: .seconds(60), maxRepeatedFills: 100, repeatedFillWindow: .seconds(1))
        let strategy = StrategyConfiguration.fixedSpread(
            FixedSpreadParameters(
                halfSpread: ExactDecimal("1")!, orderSize: .zero, orderTimeout: .seconds(1),
                counterFillWait: .seconds(1),
                inventoryThreshold: .zero, minProfitToClose: .zero, profitHold: .zero, positionCheckInterval: .zero))
        var quoted = MarketConfiguration(instrument: spot(0, "BTC", "TWD", "1"), strategy: strategy, limits: limits)
        quoted.conversion = MarketID(1)
        quoted.hedge = HedgeConfiguration(
            market: MarketID(2), minSize: ExactDecimal("1")!, maxOrderValue: Cash(whole: 1), maxSlippage: .zero,
            patience: .seconds(10))
        let rate = MarketConfiguration(instrument: spot(1, "USDT", "TWD", "0.01"), strategy: .watch, limits: limits)
        var hedge = MarketConfiguration(instrument: spot(2, "BTC", "USDT", "0.01"), strategy: .watch, limits: limits)
        hedge.venue = .reference
        let account = AccountLimits(
            maxExposure: Cash(whole: 9_000), minBalance: .zero, maxDailyLoss: Cash(whole: 900),
            maxDrawdown: Cash(whole: 900), maxMessages: 10, messageWindow: .seconds(1), maxRoundTrip: .seconds(3),
            breakerPause: .seconds(5))
        var configuration = EngineConfiguration(markets: [quoted, rate, hedge], limits: account, epoch: 7)
        configuration.venues = [VenueConfiguration(.spot, name: "max"), VenueConfiguration(.spot, name: "binance")]
        return TradingEngine(configuration)
    }

    private static let start = Instant(milliseconds: 1_800_000_000_000)

    private static func step(_ engine: inout TradingEngine, _ input: Input, at now: Instant = start) {
        var effects: [Effect] = []
        engine.step(input, at: now, into: &effects)
    }

    private static func hold(
        _ engine: inout TradingEngine, _ venue: VenueID, _ asset: String, _ total: Cash, at now: Instant = start
    ) {
        step(&engine, .account(.holding(venue, asset: asset, total: total, available: nil, asOf: now)), at: now)
    }

    /// 0.01 BTC were bought at 2 997 000 TWD with the mid at 3 000 000; the target has told its BTC since, and has
    /// 0.0001 less of it than the books say.
    private static func traded() -> TradingEngine {
        var engine = engine()
        hold(&engine, .target, "BTC", Cash(whole: 1))
        hold(&engine, .target, "TWD", Cash(whole: 100_000))
        hold(&engine, .reference, "BTC", Cash(whole: 1))
        hold(&engine, .reference, "USDT", Cash(whole: 5_000))
        for (market, mid) in [3_000_000, 3_000, 10_000_000].enumerated() {
            let book = BookUpdate(
                lastID: 1, venueTime: start, bids: [BookLevel(Price(ticks: Int64(mid) - 1), Quantity(lots: 9))],
                asks: [BookLevel(Price(ticks: Int64(mid) + 1), Quantity(lots: 9))])
            step(&engine, .market(.snapshot(MarketID(market), book)))
        }
        let fill = Fill(
            market: MarketID(0), trade: TradeID(1), clientOrderID: nil, venueOrderID: VenueOrderID(1), side: .buy,
            price: Price(ticks: 2_997_000), quantity: Quantity(lots: 100), isMaker: true, commission: Cash(whole: 3),
            venueTime: start)
        step(&engine, .account(.filled(fill)))
        let later = start + .seconds(1)
        hold(&engine, .target, "BTC", Cash("1.0099")!, at: later)
        hold(&engine, .target, "TWD", Cash(whole: 70_027), at: later)
        return engine
    }

    private static func summary(_ engine: TradingEngine) throws -> SessionSummary {
        let text = """
            {"symbol": "BTCUSDT",
             "strategy": {"type": "aster-spread", "half_spread": "0.5", "order_size_usd": "10"},
             "credentials": {"api_key_env": "A_KEY", "api_secret_env": "A_SECRET"},
             "state_directory": "/somewhere"}
            """
        let loaded = BotConfiguration.load(ConfigurationSources(file: SourceFile(name: "config.json", text: text)))
        let frame = BotFrame(
            status: engine.status, phase: .running, now: start, uptime: .seconds(9), restingAtVenue: 0, health: .init())
        return SessionSummary(frame, ending: .stopped, configuration: try #require(loaded.configuration))
    }

    @Test func `names the currency of the total and what is held, to the unit`() throws {
        let summary = try Self.summary(Self.traded())
        let json = try JSONValue.parse(Array(summary.json.utf8))
        #expect(json["counted_in"]?.text == "USDT")
        #expect(json["pnl"]?["spread"]?.text == "1.00")
        #expect(json["pnl"]?["hedging"]?.text == "0.00")
        #expect(json["pnl"]?["net"]?.text == "0.90")
        #expect(json["equity_change"]?.text == "0.90")
        let holdings = try #require(json["holdings"]?.elements)
        #expect(holdings.map { $0["venue"]?.text } == ["max", "max", "binance", "binance"])
        #expect(holdings.map { $0["held"]?.text } == ["1.01", "70027.00", "1.00", "5000.00"])
        #expect(json["markets"]?.elements?[0]["pnl"]?["spread"]?.text == "30.00")
        let table = summary.table
        #expect(table.titles == ["", "BTCTWD", "USDTTWD", "BTCUSDT", "total in USDT"])
        #expect(table.rows.contains(["held max TWD", "70027.00"]))
        #expect(table.rows.contains(["hedging", "0.000000", "0.000000", "0.000000", "0.000000"]))
    }

    @Test func `holds both venues' books against ours in one number`() throws {
        // 0.0001 BTC at 3 000 000 TWD are 10 USDT.
        #expect(try Self.summary(Self.traded()).ledgerDifference == Cash(whole: 10))
        #expect(try Self.summary(Self.engine()).ledgerDifference == nil)
    }
}
