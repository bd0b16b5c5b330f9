import Fundamentals
import MarketModel
import Reporting
import Testing

/// Reference 60,000.00/60,000.10, USDT/TWD 32.00/32.02: bids are measured from 1,920,000, asks from 1,921,203.202.
@Suite struct `A mirror's report comes from the venues' own tapes` {
    private static let terms = MirrorTerms(
        target: "BTC/TWD", conversion: "USDT/TWD", reference: "BTCUSDT",
        levels: [.basisPoints(10)...(.basisPoints(15)), .basisPoints(30)...(.basisPoints(40))],
        tolerance: .basisPoints(2), netLimit: Cash(whole: 2_000), positionLimit: Cash(whole: 5_000))

    private static func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: 1_700_000_000_000 + milliseconds) }
    private static func d(_ text: String) -> ExactDecimal { ExactDecimal(text)! }

    private static func touch(_ time: Int64, _ market: String, _ bid: String, _ ask: String) -> TapeRecord {
        TapeRecord(at: at(time), .touch(market: market, bid: d(bid), ask: d(ask)))
    }
    private static func order(_ time: Int64, _ id: Int64, _ side: Side, _ price: String, _ left: String) -> TapeRecord {
        TapeRecord(at: at(time), .order(market: "BTC/TWD", id: id, side: side, price: d(price), remaining: d(left)))
    }

    private func report(target: [TapeRecord], reference: [TapeRecord]) -> MirrorReport {
        MirrorAnalysis.report(
            Self.terms,
            target: VenueTape(
                header: TapeHeader(venue: "ace", markets: []),
                records: [Self.touch(0, "USDT/TWD", "32.00", "32.02")] + target),
            reference: VenueTape(
                header: TapeHeader(venue: "binance", markets: []),
                records: [Self.touch(0, "BTCUSDT", "60000.00", "60000.10")] + reference))
    }

    @Test func `an order in its band is in it all the time`() {
        let report = report(
            target: [Self.order(10, 1, .buy, "1918000", "0.01"), Self.order(1_010, 1, .buy, "1918000", "0")],
            reference: [
                Self.touch(500, "BTCUSDT", "60001.00", "60001.10"), Self.touch(2_000, "BTCUSDT", "60000", "60000.1"),
            ])
        #expect(report.levels[0].orders == 1)
        #expect(report.levels[0].rested == .seconds(1))
        #expect(report.levels[0].inBand == .seconds(1))
        #expect(report.inBandShare == 1_000_000)
        #expect(report.reactions.count == 0)
        // (1,920,000 − 1,918,000) ÷ 1,920,000, in 10⁻⁸.
        #expect(report.levels[0].nearest == 104_166)
    }

    @Test func `what the reference leaves behind is out of its band until the bot has acted`() {
        // 20 bp down: the bid at 10.4 bp would be 9.6 bp inside the market.
        let report = report(
            target: [Self.order(10, 1, .buy, "1918000", "0.01"), Self.order(560, 1, .buy, "1918000", "0")],
            reference: [Self.touch(510, "BTCUSDT", "59880.00", "59880.10")])
        #expect(report.reactions.count == 1)
        #expect(abs(report.reactions.maximum - 50_000_000) < 2_000_000)
        #expect(report.levels[0].inBand == .milliseconds(500))
        #expect(report.outAtEnd == 0)
    }

    @Test func `an order that nobody took away is out at the end`() {
        let report = report(
            target: [Self.order(10, 1, .buy, "1918000", "0.01")],
            reference: [
                Self.touch(510, "BTCUSDT", "59880.00", "59880.10"), Self.touch(900, "BTCUSDT", "59880", "59880.1"),
            ])
        #expect(report.outAtEnd == 1)
        #expect(report.reactions.count == 0)
    }

    @Test func `the conversion moves the band as the reference does`() {
        let report = report(
            target: [
                Self.order(10, 1, .sell, "1923500", "0.01"), Self.touch(100, "USDT/TWD", "32.10", "32.12"),
                Self.order(140, 1, .sell, "1923500", "0"),
            ], reference: [])
        #expect(report.levels[2].orders == 1)
        #expect(report.reactions.count == 1)
        #expect(abs(report.reactions.maximum - 40_000_000) < 2_000_000)
    }

    @Test func `an order nearer than any level allows is told`() {
        let report = report(target: [Self.order(10, 1, .buy, "1919900", "0.01")], reference: [])
        #expect(report.placedTooNear == 1)
        #expect(report.outAtEnd == 1)
    }

    @Test func `orders belong to the level that is nearest`() {
        let report = report(
            target: [Self.order(10, 1, .buy, "1918000", "0.01"), Self.order(10, 2, .buy, "1913500", "0.01")],
            reference: [])
        #expect(report.levels.map(\.orders) == [1, 1, 0, 0])
    }

    @Test func `exposure is the worst that could come of what rests, on both venues`() {
        let fill = TapeRecord(
            at: Self.at(20),
            .fill(market: "BTC/TWD", trade: 1, order: 1, side: .buy, price: Self.d("1918000"), quantity: Self.d("0.01"))
        )
        let hedge = TapeRecord(
            at: Self.at(30),
            .fill(market: "BTCUSDT", trade: 9, order: 5, side: .sell, price: Self.d("60000"), quantity: Self.d("0.01")))
        let report = report(
            target: [
                Self.order(10, 1, .buy, "1918000", "0.02"), fill, Self.order(21, 1, .buy, "1918000", "0.01"),
                Self.order(40, 1, .buy, "1918000", "0"),
            ], reference: [hedge])
        // Until the tape told of the smaller remainder, 0.01 held and 0.02 resting could have come to 0.03.
        #expect(report.maxPosition == Cash(ExactDecimal("1800.0015")!))
        #expect(report.maxNet == Cash(ExactDecimal("1800.0015")!))
        #expect(report.isWithinLimits)
        #expect(report.unhedged == .zero)
        #expect(report.targetFills == 1 && report.hedgeFills == 1)
    }

    @Test func `batches are counted by their routes`() {
        let routes = [
            "POST /open/v2/order/batchOrder", "POST /open/v2/order/order", "PUT /v3/orders", "POST /v3/orders/batch",
        ]
        let report = report(
            target: routes.enumerated().map { TapeRecord(at: Self.at(Int64($0) * 20_000), .request($1)) }, reference: []
        )
        #expect(report.batches == 3)
        #expect(report.targetRequests == 4)
        #expect(report.batchesPerMinute == 3_000)
    }
}
