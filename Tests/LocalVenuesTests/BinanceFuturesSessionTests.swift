import Cryptography
import Exchange
import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing
import TradingEngine
import VenueBinance
import VenueKit
import Wire

@testable import LocalVenues

private typealias Rig = AdapterRig<AsterServer, AdapterSession<BinanceFuturesAdapter>>

@Suite struct `A node on a local Binance, USD-M futures` {
    private func quoting(depth: BinanceDepth = .differences, seed: UInt64 = 1) -> Rig {
        let world = AsterWorld(seed: seed, dialect: .binanceFutures)
        let configuration = BinanceFuturesConfiguration(
            venue: .target, markets: [AdapterMarket(MarketID(0), symbol: "ASTERUSDT", isTraded: true)],
            credentials: try! BinanceCredentials(
                apiKey: Secret(AsterWorld.apiKey), key: .hmac(Secret(AsterWorld.apiSecret))),
            depth: depth, wantsTrades: true)
        let adapter = BinanceFuturesAdapter(configuration)
        let capabilities = adapter.capabilities
        let node = TradingNode(session: AdapterSession(adapter, AdapterSessionConfiguration(seed: seed))) {
            instruments in
            let parameters = PercentSpreadParameters(
                spread: .basisPoints(10), orderSize: ExactDecimal("20")!, refreshInterval: .seconds(30),
                priceMoveThreshold: .basisPoints(3))
            let limits = MarketLimits(
                maxPositionValue: Cash(whole: 400), maxOpenOrders: 6, maxOrderValue: Cash(whole: 100),
                priceCollar: .basisPoints(300), staleAfter: .seconds(70), maxRepeatedFills: 100,
                repeatedFillWindow: .seconds(10))
            let account = AccountLimits(
                maxExposure: Cash(whole: 400), minBalance: Cash(whole: 100), maxDailyLoss: Cash(whole: 500),
                maxDrawdown: Cash(whole: 500), maxMessages: 1_000, messageWindow: .seconds(10),
                maxRoundTrip: .seconds(4), breakerPause: .seconds(2))
            return TradingEngine(
                EngineConfiguration(
                    markets: [
                        MarketConfiguration(
                            instrument: instruments[0], strategy: .percentSpread(parameters), limits: limits)
                    ], limits: account, epoch: 7, arrivalHorizon: capabilities.arrivalHorizon,
                    amends: capabilities.amend))
        }
        var rig = Rig(world.server, node, at: world.now)
        rig.start()
        rig.run(.seconds(6))
        return rig
    }

    private func stir(_ rig: inout Rig, _ random: inout RandomSource) {
        let mid = 9_505 + random.integer(in: -20...20)
        let bids = (0..<25).map { AsterWorld.level(mid - 5 - Int64($0), 10_000) }
        let asks = (0..<25).map { AsterWorld.level(mid + 5 + Int64($0), 10_000) }
        rig.flow(.book(MarketID(0), bids: bids, asks: asks))
        let side: Side = random.chance(1, in: 2) ? .buy : .sell
        let limit = Price(ticks: side == .buy ? mid + 40 : mid - 40)
        rig.flow(
            .trade(MarketID(0), aggressor: side, quantity: Quantity(lots: random.integer(in: 1...30_000)), limit: limit)
        )
    }

    private func ledger(_ rig: inout Rig) throws -> JSONValue {
        let answer = rig.ask(HTTPRequest(method: .get, target: "/apus/ledger?account=a"))
        return try JSONValue.parse(try #require(answer).body)
    }

    @Test(arguments: [BinanceDepth.partial, .differences])
    func `starts, and quotes both sides with its prevention on every order`(depth: BinanceDepth) throws {
        let rig = quoting(depth: depth)
        #expect(rig.node.phase == .running, "\(rig.notes)")
        #expect(rig.orders.count == 2 && rig.orders.allSatisfy { $0.state == .working }, "\(rig.notes)")
        let orders = rig.requests.filter { $0.method == .post && $0.target.contains("rder") }
        #expect(!orders.isEmpty)
        #expect(orders.allSatisfy { $0.target.contains("selfTradePreventionMode") })
    }

    @Test func `both quotes leave in one batch`() {
        let rig = quoting()
        #expect(rig.requests.contains { $0.target.hasPrefix("/fapi/v1/batchOrders") && $0.method == .post })
    }

    @Test(arguments: 1...3)
    func `keeps books that equal the venue's, and stops with nothing resting`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var rig = quoting(seed: seed)
        rig.run(.seconds(40)) { rig, _ in stir(&rig, &random) }
        rig.command(.stop)
        rig.run(.seconds(8))
        #expect(rig.node.phase == .stopped, "\(rig.notes.suffix(5))")
        let status = try #require(rig.node.engine?.status)
        let market = try #require(status.markets.first)
        let ledger = try ledger(&rig)
        #expect(market.fills > 0, "\(rig.notes)")
        let row = try #require(ledger["markets"]?.elements?.first)
        #expect(row["position_lots"]?.integer == market.position.lots, "\(row)")
        let wallet = try #require(ledger["wallet"]?.numeral.flatMap { ExactDecimal($0) }.flatMap { Cash($0) })
        #expect(wallet == status.wallet)
        #expect(rig.venue.exchange.openOrders(of: AccountID(1), in: nil).isEmpty)
    }

    @Test(arguments: [
        "reply-lost", "request-lost", "503-after-accept", "user-event-dropped", "user-event-duplicated",
        "user-event-delayed", "pu-gap", "disconnect", "html-502", "error-with-200",
    ])
    func `survives a venue that fails it`(fault: String) throws {
        var rig = quoting()
        func chaos(_ value: String) -> Int? {
            rig.ask(HTTPRequest(method: .post, target: "/apus/chaos", body: Array("\(fault)=\(value)".utf8)))?.status
        }
        try #require(chaos("0.15") == 200, "no such fault: \(fault)")
        var random = RandomSource(seed: 5)
        rig.run(.seconds(25)) { rig, _ in stir(&rig, &random) }
        _ = chaos("0")
        rig.run(.seconds(40))
        #expect(rig.node.refusal == nil)
        #expect(rig.node.engine?.status.unresolved == 0, "\(rig.notes.suffix(5))")
        #expect(
            rig.venue.exchange.openOrders(of: AccountID(1), in: nil).count == rig.orders.count, "\(rig.notes.suffix(5))"
        )
        rig.command(.stop)
        rig.run(.seconds(30))
        #expect(rig.node.phase == .stopped, "\(rig.notes.suffix(5))")
        #expect(rig.venue.exchange.openOrders(of: AccountID(1), in: nil).isEmpty)
    }
}
