import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Runtime
import Testing
import TradingEngine
import Wire

@testable import ControlAPI

/// A fill of 0.01 BTC at 2 997 000 TWD with the mid at 3 000 000 and a USDT worth 30 TWD, and its hedge elsewhere.
private func makeBot() -> FakeBot {
    func spot(_ market: Int, _ base: String, _ quote: String, _ tick: String) -> Instrument {
        Instrument(
            market: MarketID(market), symbol: base + quote, baseAsset: base, quoteAsset: quote, settlementAsset: quote,
            tickSize: ExactDecimal(tick)!, lotSize: ExactDecimal("0.0001")!,
            priceRange: Price(ticks: 1)...Price(ticks: 100_000_000),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000_000),
            marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000_000), minNotional: .zero,
            collarUp: Rate("1.5")!, collarDown: Rate("0.5")!, marketTakeBound: .zero, maxOpenOrders: 200,
            makerFee: .zero, takerFee: .zero)!
    }
    let limits = MarketLimits(
        maxPositionValue: Cash(whole: 5_000), maxOpenOrders: 10, maxOrderValue: Cash(whole: 5_000), priceCollar: .one,
        staleAfter: .seconds(60), maxRepeatedFills: 100, repeatedFillWindow: .seconds(1))
    var quoted = MarketConfiguration(instrument: spot(0, "BTC", "TWD", "1"), strategy: .watch, limits: limits)
    quoted.conversion = MarketID(1)
    quoted.hedge = HedgeConfiguration(
        market: MarketID(2), minSize: ExactDecimal("1")!, maxOrderValue: Cash(whole: 1), maxSlippage: .zero,
        patience: .seconds(10))
    let conversion = MarketConfiguration(instrument: spot(1, "USDT", "TWD", "0.01"), strategy: .watch, limits: limits)
    var hedge = MarketConfiguration(instrument: spot(2, "BTC", "USDT", "0.01"), strategy: .watch, limits: limits)
    hedge.venue = .reference
    let account = AccountLimits(
        maxExposure: Cash(whole: 9_000), minBalance: .zero, maxDailyLoss: Cash(whole: 900),
        maxDrawdown: Cash(whole: 900), maxMessages: 10, messageWindow: .seconds(1), maxRoundTrip: .seconds(3),
        breakerPause: .seconds(5))
    var configuration = EngineConfiguration(markets: [quoted, conversion, hedge], limits: account, epoch: 7)
    configuration.venues = [VenueConfiguration(.spot, name: "max"), VenueConfiguration(.spot, name: "binance")]
    let bot = FakeBot(engine: configuration)
    bot.state = .running
    for (venue, asset, total) in [
        (VenueID.target, "BTC", Cash(whole: 1)), (.target, "TWD", Cash(whole: 100_000)),
        (.reference, "BTC", Cash(whole: 1)),
        (.reference, "USDT", Cash(whole: 5_000)),
    ] { bot.step(.account(.holding(venue, asset: asset, total: total, available: nil, asOf: bot.now))) }
    for (market, mid) in [3_000_000, 3_000, 10_000_000].enumerated() {
        let book = BookUpdate(
            lastID: 1, venueTime: bot.now, bids: [BookLevel(Price(ticks: Int64(mid) - 1), Quantity(lots: 9))],
            asks: [BookLevel(Price(ticks: Int64(mid) + 1), Quantity(lots: 9))])
        bot.step(.market(.snapshot(MarketID(market), book)))
    }
    bot.step(.venue(.ready, of: .reference))
    bot.step(.venue(.ready, of: .target))
    bot.step(
        .account(
            .filled(
                Fill(
                    market: MarketID(0), trade: TradeID(1), clientOrderID: nil, venueOrderID: VenueOrderID(1),
                    side: .buy, price: Price(ticks: 2_997_000), quantity: Quantity(lots: 100), isMaker: true,
                    commission: Cash(whole: 3), venueTime: bot.now))))
    return bot
}

@Suite struct `The API of a bot on two venues` {
    @Test func `answers as its schemas say`() throws {
        let router = ControlRouter(makeBot())
        for operation in Operation.allCases where operation.method == .get && operation != .events {
            let reply = router.reply(request(.get, operation.path))
            let documented = operation.replies.first { $0.status == reply.status }
            guard case .json(let schema)? = documented?.content else { continue }
            #expect(throws: Never.self, "\(operation)") { try schema.check(JSONValue.parse(reply.body)) }
        }
    }

    @Test func `tells venues, holdings and every market of the engine`() throws {
        let json = try ControlRouter(makeBot()).json(request(.get, "/api/markets"))
        #expect(json["venues"]?.elements?.map { $0["venue"]?.text } == ["max", "binance"])
        #expect(json["counted_in"]?.text == "USDT")
        let holdings = try #require(json["holdings"]?.elements)
        #expect(holdings.map { $0["asset"]?.text } == ["BTC", "TWD", "BTC", "USDT"])
        #expect(holdings[0]["held"]?.text == "1.01")
        #expect(holdings[0]["held_at_venue"]?.text == "1.00")
        #expect(holdings[0]["value"]?.text == "101000.00")
        #expect(holdings[1]["held"]?.text == "70027.00")
        // The first is named as the configuration names it.
        #expect(json["markets"]?.elements?.map { $0["market"]?.text } == ["BTCUSD", "USDTTWD", "BTCUSDT"])
    }

    @Test func `tells profit in each market's currency, the total in one, and what hedges cost`() throws {
        let json = try ControlRouter(makeBot()).json(request(.get, "/api/pnl"))
        let total = try #require(json["total"])
        #expect(total["counted_in"]?.text == "USDT")
        #expect(total["spread"]?.text == "1.00")
        #expect(total["hedging"]?.text == "0.00")
        #expect(total["fees"]?.text == "-0.10")
        #expect(total["net"]?.text == "0.90")
        #expect(total["identity_residual"]?.text == "0.00")
        let markets = try #require(json["markets"]?.elements)
        #expect(markets[0]["spread"]?.text == "30.00")
        #expect(markets[0]["hedging"] == nil)
        #expect(markets[2]["hedging"]?.text == "0.00")
    }

    @Test func `tells what is unhedged, and trades with ourselves where there were any`() throws {
        let bot = makeBot()
        let json = try ControlRouter(bot).json(request(.get, "/api/markets"))
        let hedge = try #require(json["markets"]?.elements?[0]["hedge"])
        #expect(hedge["market"]?.text == "BTCUSDT")
        #expect(hedge["unhedged"]?.text == "0.01")
        #expect(json["markets"]?.elements?[1]["hedge"] == nil)
        #expect(json["self_trades"] == nil)
        var fill = Fill(
            market: MarketID(0), trade: TradeID(2), clientOrderID: nil, venueOrderID: VenueOrderID(2), side: .sell,
            price: Price(ticks: 2_997_000), quantity: Quantity(lots: 100), isMaker: true, commission: .zero,
            venueTime: bot.now)
        fill.isSelfTrade = true
        bot.step(.account(.filled(fill)))
        let router = ControlRouter(bot)
        #expect(try router.json(request(.get, "/api/markets"))["self_trades"]?["certain"] == .number("1"))
        let documented = Operation.markets.replies.first { $0.status == 200 }
        guard case .json(let schema)? = documented?.content else { return }
        let reply = router.reply(request(.get, "/api/markets"))
        #expect(throws: Never.self) { try schema.check(JSONValue.parse(reply.body)) }
    }

    @Test func `has a metric for each holding`() {
        let text = String(decoding: ControlRouter(makeBot()).reply(request(.get, "/metrics")).body, as: UTF8.self)
        #expect(text.contains("apus_holding{venue=\"max\",asset=\"TWD\"} 70027.00\n"))
    }
}
