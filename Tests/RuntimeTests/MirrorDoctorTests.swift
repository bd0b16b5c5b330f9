internal import Configuration
internal import Fundamentals
internal import MarketModel
import Testing

@testable internal import Runtime

/// Facts of both venues as they usually are: 60 000 USDT and 32 TWD.
private struct Facts {
    var target = VenueFacts()
    var reference = VenueFacts()

    init() throws {
        let quoted = try Self.instrument(0, "BTC/TWD", "BTC", "TWD", tick: "0.1", lot: "0.0001")
        let converting = try Self.instrument(1, "USDT/TWD", "USDT", "TWD", tick: "0.001", lot: "0.01")
        let hedged = try Self.instrument(2, "BTCUSDT", "BTC", "USDT", tick: "0.01", lot: "0.00001")
        target.instruments = [quoted, converting]
        target.touches = try [
            (MarketID(0), Self.touch(quoted, "1919000", "1921000")), (MarketID(1), Self.touch(converting, "31.99", "32.01")),
        ]
        target.holdings = [("BTC", Cash(whole: 1), nil), ("TWD", Cash(whole: 1_000_000), Cash(whole: 900_000))]
        reference.instruments = [hedged]
        reference.touches = [(MarketID(2), try Self.touch(hedged, "60000", "60000.01"))]
    }

    private static func instrument(
        _ market: Int, _ symbol: String, _ base: String, _ quote: String, tick: String, lot: String
    ) throws -> Instrument {
        let (tickSize, lotSize) = (try #require(ExactDecimal(tick)), try #require(ExactDecimal(lot)))
        var instrument = try #require(
            Instrument(
                market: MarketID(market), symbol: symbol, baseAsset: base, quoteAsset: quote, settlementAsset: quote,
                tickSize: tickSize, lotSize: lotSize,
                priceRange: Price(ticks: 1)...Price(ticks: 1 << 40),
                quantityRange: Quantity(lots: 2)...Quantity(lots: 1 << 40),
                marketQuantityRange: Quantity(lots: 2)...Quantity(lots: 1 << 40), minNotional: .zero,
                collarUp: Rate(parts: 10 * Rate.one.parts), collarDown: .zero, marketTakeBound: .one, maxOpenOrders: 200,
                makerFee: .basisPoints(10), takerFee: .basisPoints(20)))
        instrument.kind = .spot
        return instrument
    }

    private static func touch(_ instrument: Instrument, _ bid: String, _ ask: String) throws -> Touch {
        func level(_ text: String) throws -> BookLevel {
            BookLevel(try #require(ExactDecimal(text).flatMap(instrument.price)), Quantity(lots: 100))
        }
        return Touch(bid: try level(bid), ask: try level(ask))
    }

    func findings(_ settings: String = "", _ strategy: String = "") throws -> [DoctorFinding] {
        let text = "{strategy: {type: 'binance-bitopro-mirror'\(strategy)}\(settings)}"
        let loaded = BotConfiguration.load(ConfigurationSources(file: SourceFile(name: "c", text: text)))
        let configuration = try #require(loaded.configuration, "\(loaded.issues)")
        return MirrorDoctorRules(
            configuration: configuration, mirror: try #require(configuration.mirror), target: target, reference: reference
        ).findings
    }

    func finding(_ check: String, _ settings: String = "", _ strategy: String = "") throws -> DoctorFinding {
        try #require(try findings(settings, strategy).first { $0.check == check })
    }
}

@Suite struct `What a doctor finds between two venues` {
    @Test func `nothing to say of venues that fit each other`() throws {
        let findings = try Facts().findings()
        #expect(findings.allSatisfy { $0.status == .ok }, "\(findings)")
        #expect(findings.map(\.check) == ["conversion", "edge", "price", "sizes", "limits", "balance", "balance"])
    }

    @Test func `the converted price, and how far the market is from it`() throws {
        let finding = try Facts().finding("price")
        #expect(
            finding.detail.hasPrefix(
                "reference × conversion is 1919400 / 1920600.32, the market 1919000.0 / 1921000.0: 0.0000000"))
    }

    @Test func `a market beyond the collar, where nothing could be quoted`() throws {
        var facts = try Facts()
        facts.reference.touches[0].touch = Touch(
            bid: BookLevel(Price(ticks: 6_600_000), Quantity(lots: 1)),
            ask: BookLevel(Price(ticks: 6_600_001), Quantity(lots: 1)))
        let finding = try facts.finding("price")
        #expect(finding.status == .fail && finding.detail.contains("more than limits.price_collar"))
        facts.reference.touches[0].touch = Touch(
            bid: BookLevel(Price(ticks: 6_200_000), Quantity(lots: 1)),
            ask: BookLevel(Price(ticks: 6_200_001), Quantity(lots: 1)))
        #expect(try facts.finding("price").status == .warn)
    }

    @Test func `assets that do not fit, whatever the symbols say`() throws {
        var facts = try Facts()
        facts.target.instruments[1].quoteAsset = "USD"
        #expect(try facts.finding("conversion").status == .fail)
    }

    @Test func `a best level that the fees eat`() throws {
        let finding = try Facts().finding("edge", ", hedge: {enabled: true}", ", first_distance: '0.0022'")
        #expect(finding.status == .warn && finding.advice.contains("quoted at 0.0025"))
    }

    @Test func `sizes that are too small, once drawn, or too large for a limit`() throws {
        let small = try Facts().finding("sizes", "", ", level_size: '0.0002', size_randomization: '0.5'")
        #expect(small.status == .fail && small.detail.contains("the venue takes no less than 0.0002 BTC"))
        let large = try Facts().finding("sizes", ", limits: {max_order_value_usd: '59'}")
        #expect(large.status == .fail && large.detail.contains("limits.max_order_value_usd"))
        let ladder = try Facts().finding("limits", "", ", level_size: '0.008', level_count: 5")
        #expect(ladder.status == .warn && ladder.detail.hasPrefix("a side of the ladder is 2398"))
    }

    @Test func `a hedge that waits for more than may be unhedged`() throws {
        let finding = try Facts().finding(
            "hedge", ", hedge: {enabled: true, min_size: '0.003', max_order_value_usd: '190'}, "
                + "limits: {max_net_exposure_usd: '170', max_position_usd: '170', max_order_value_usd: '100'}")
        #expect(finding.status == .fail && finding.detail.contains("limits.max_net_exposure_usd is 170"))
        let small = try Facts().finding("hedge", ", hedge: {enabled: true, min_size: '0.01'}")
        #expect(small.status == .fail && small.detail.contains("hedge.max_order_value_usd"))
    }

    @Test func `balances that do not carry the ladder, or the hedge`() throws {
        var facts = try Facts()
        facts.target.holdings[1].available = Cash(whole: 100)
        facts.reference.holdings = [("BTC", .zero, .zero), ("USDT", Cash(whole: 1_000), nil)]
        let balances = try facts.findings(", hedge: {enabled: true}", ", first_distance: '0.004'")
            .filter { $0.check == "balance" }
        #expect(balances.map(\.status) == [.ok, .warn, .warn, .ok])
    }
}
