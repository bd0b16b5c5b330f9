import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing
import TradingEngine

@Suite struct `A market that quotes from another` {
    @Test func `is quoted around reference × conversion`() {
        let stage = MirrorStage.quoting(hedge: nil)
        // 2,080,000 × 0.998 and × 0.996 TWD, 2,080,653.201 (65,000.1 × 32.010) × 1.002 and × 1.004.
        #expect(
            stage.quotes.map { "\($0.side) \($0.remaining.lots)@\($0.price!.ticks)" } == [
                "buy 1000@20758400", "buy 2000@20716800", "sell 1000@20848146", "sell 2000@20889759",
            ])
        #expect(stage.engine.status.markets[0].priceSource == .reference)
    }

    @Test func `looks again when a book changes that it lives by, in the same step`() {
        var stage = MirrorStage.quoting(hedge: nil)
        stage.settleQuotes()
        #expect(stage.book(.reference, 650_100, 650_101).isEmpty)
        #expect(actions(stage.book(.reference, 651_000, 651_001), in: 0).count == 4)
        stage.settleQuotes()
        #expect(stage.quotes.count == 4)
        #expect(actions(stage.book(.conversion, 32_100, 32_110), in: 0).count == 4)
    }

    @Test(arguments: [MirrorStage.Role.reference, .conversion])
    func `is withheld while such a book is silent, told once, and quoted again afterwards`(role: MirrorStage.Role) {
        var stage = MirrorStage.quoting(hedge: nil)
        stage.settleQuotes()
        stage.silent = [role]
        #expect(actions(stage.wait(.seconds(2)), in: 0).isEmpty)
        let stale = stage.wait(.milliseconds(100))
        #expect(actions(stale, in: 0).map { $0.prefix(6) } == ["cancel", "cancel", "cancel", "cancel"])
        #expect(stage.withheld?.text.hasPrefix("the \(role)'s book: the newest data is") == true)
        #expect(incidents(stale).count { $0.hasPrefix("BTCTWD") } == 1)
        stage.settleQuotes()
        #expect(incidents(stage.wait(.seconds(5))) == [])
        stage.silent = []
        #expect(actions(stage.books(), in: 0).count == 4)
        #expect(stage.withheld == nil)
    }

    @Test func `is withheld while the reference is lost or crossed, for that reason`() {
        var stage = MirrorStage.quoting(hedge: nil)
        stage.settleQuotes()
        let lost = stage.step(.market(.bookLost(MarketID(2))))
        #expect(stage.withheld?.text == "the reference's book: waiting for a snapshot")
        #expect(actions(lost, in: 0).count == 4)
        stage.book(.reference, 650_001, 650_000)
        #expect(stage.withheld?.text == "the reference's book: bid and ask cross")
    }

    @Test func `does not wait for the private stream of a venue that it only watches`() {
        var stage = MirrorStage.quoting(hedge: nil)
        stage.settleQuotes()
        #expect(actions(stage.venue(.privateStreamDown, of: .reference)).isEmpty)
        #expect(stage.withheld == nil)
    }

    @Test func `markets that are only watched count in no uptime, and never say that they quote`() {
        var stage = MirrorStage(hedge: nil)
        stage.start()
        stage.settleQuotes()
        let told = incidents(stage.wait(.seconds(5)))
        #expect(!told.contains { $0.contains("USDTTWD") || $0.contains("BTCUSDT") })
        let totals = stage.engine.status.totals.uptime
        #expect(totals.observed == .seconds(5))
        #expect(totals.twoSided == .seconds(5))
        stage.silent = [.reference]
        #expect(incidents(stage.wait(.seconds(3))).contains { $0.hasPrefix("BTCUSDT: no prices") })
        stage.silent = []
        #expect(incidents(stage.books()).contains("BTCUSDT: prices again"))
    }
}

@Suite struct `A configuration of several markets` {
    private struct Row: Sendable, CustomTestStringConvertible {
        var expected: ConfigurationProblem
        var edit: @Sendable (inout EngineConfiguration) -> Void
        var testDescription: String { expected.description }
    }

    private static let quoted = StrategyConfiguration.fixedSpread(spreadParameters)
    private static let rows: [Row] = [
        Row(expected: .ownQuotes(in: "BTCUSDT", of: "BTCTWD")) { $0.markets[2].strategy = quoted },
        Row(expected: .ownQuotes(in: "USDTTWD", of: "BTCTWD")) { $0.markets[1].strategy = quoted },
        Row(expected: .ownQuotes(in: "BTCTWD", of: "BTCTWD")) { $0.markets[0].reference = MarketID(0) },
        Row(expected: .unknownMarket(MarketID(7), of: "BTCTWD")) { $0.markets[0].conversion = MarketID(7) },
        Row(expected: .noReference(of: "BTCTWD")) { $0.markets[0].reference = nil },
        Row(expected: .otherAsset("USDT", in: "USDTTWD", of: "BTCTWD", expected: "BTC")) {
            $0.markets[0].reference = MarketID(1)
        },
        Row(expected: .otherConversion("no market", of: "BTCTWD", from: "USDT", to: "TWD")) {
            $0.markets[0].conversion = nil
        },
        Row(expected: .otherConversion("BTCUSDT", of: "BTCTWD", from: "USDT", to: "TWD")) {
            $0.markets[0].conversion = MarketID(2)
        },
        Row(expected: .otherAsset("USDT", in: "USDTTWD", of: "BTCTWD", expected: "BTC")) {
            $0.markets[0].hedge?.market = MarketID(1)
        },
        Row(expected: .smallerHedge(in: "BTCUSDT", of: "BTCTWD")) {
            $0.markets[2].limits.maxPositionValue = Cash(whole: 9_999)
        },
        Row(expected: .sharedHedge(in: "BTCUSDT", of: "BTCTWD")) {
            var second = $0.markets[0]
            second.instrument.market = MarketID(3)
            $0.markets.append(second)
        },
        Row(expected: .unnumbered(symbol: "USDTTWD")) { $0.markets.swapAt(0, 1) },
    ]

    @Test(arguments: rows)
    private func `is refused with the reason`(row: Row) {
        var configuration = MirrorStage.configuration()
        row.edit(&configuration)
        #expect(configuration.problem == row.expected)
    }

    @Test func `is accepted where references are only watched, or hedged in`() {
        #expect(MirrorStage.configuration().problem == nil)
        #expect(MirrorStage.configuration(hedge: nil).problem == nil)
    }
}
