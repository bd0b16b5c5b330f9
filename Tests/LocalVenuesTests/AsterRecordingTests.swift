import Exchange
import Fundamentals
import MarketModel
import Testing

@testable import LocalVenues

@Suite struct `A recording` {
    private let trades = """
        id,unix_timestamp_ms,side,price,quantity
        6,1759175614944,sell,0.9500,1.0
        7,1759175614946,sell,0.9500,7.690000
        8,1759175615000,buy,0.9510,0.019

        """
    private let books = """
        unix_timestamp,lastUpdateId,bid_price_0,bid_qty_0,bid_price_1,bid_qty_1,ask_price_0,ask_qty_0,ask_price_1,ask_qty_1
        1759175614.9454138,1,0.950000,3034.210000,0.949900,54.1,0.9510,1,0.9511,2
        1759175615.0,2,0.950000,3034.210000,,,0.9510,1,,

        """

    private func play(_ books: String, _ trades: String) throws(RecordingError) -> [(Instant, FlowEvent)] {
        var flow = try AsterRecording(
            books: Array(books.utf8), trades: Array(trades.utf8), instrument: AsterWorld.instrument)
        var seen: [(Instant, FlowEvent)] = []
        while let due = flow.nextDue, let event = flow.next() { seen.append((due, event)) }
        return seen
    }

    @Test func `plays books and trades in the order of their times`() throws {
        let market = MarketID(0)
        let seen = try play(books, trades)
        #expect(
            seen.map(\.1) == [
                .book(
                    market, bids: [AsterWorld.level(9_500, 303_421), AsterWorld.level(9_499, 5_410)],
                    asks: [AsterWorld.level(9_510, 100), AsterWorld.level(9_511, 200)]),
                .trade(market, aggressor: .sell, quantity: Quantity(lots: 769), limit: Price(ticks: 9_500)),
                .trade(market, aggressor: .buy, quantity: Quantity(lots: 1), limit: Price(ticks: 9_510)),
                .book(
                    market, bids: [AsterWorld.level(9_500, 303_421)], asks: [AsterWorld.level(9_510, 100)]),
            ])
        #expect(seen[0].0 == Instant(nanoseconds: 1_759_175_614_945_413_800))
    }

    @Test func `may have lines that end as on Windows`() throws {
        let windows = try play(books.replacing("\n", with: "\r\n"), trades.replacing("\n", with: "\r\n"))
        #expect(windows.map(\.1) == (try play(books, trades)).map(\.1))
    }

    @Test func `lets prints between ticks reach only better prices`() throws {
        let rows = "h\n1,1759175615000,buy,0.95055,1\n2,1759175615000,sell,0.95055,1\n"
        let limits = try play(books, rows).compactMap { step -> Int64? in
            guard case .trade(_, _, _, let limit) = step.1 else { return nil }
            return limit.ticks
        }
        #expect(limits == [9_505, 9_506])
    }

    @Test func `holds at least one book`() {
        #expect(throws: RecordingError.self) { try play("header\n", trades) }
    }

    @Test(arguments: [
        ("7,1759175614945,sell,-0.95,1", 2, "must be a price"), ("7,x,sell,0.95,1", 2, "column 2"),
        ("7,1759175614945,short,0.95,1", 2, "buy or sell"), ("7,1759175614945,sell,0.95", 2, "five columns"),
        ("7,1759175614945,sell,0.95,-1", 2, "quantity"),
    ])
    func `names the line that is wrong`(row: String, line: Int, reason: String) {
        let error = #expect(throws: RecordingError.self) { try play("h\n", "header\n" + row + "\n") }
        #expect(error?.line == line)
        #expect(error?.reason.contains(reason) == true)
    }

    @Test func `survives every mutation`() {
        var random = RandomSource(seed: 5)
        for _ in 0..<2_000 {
            var bytes = Array(books.utf8)
            for _ in 0..<3 {
                bytes[Int(random.integer(in: 0...Int64(bytes.count - 1)))] = UInt8(random.integer(in: 0...255))
            }
            _ = try? AsterRecording(books: bytes, trades: Array(trades.utf8), instrument: AsterWorld.instrument)
        }
    }
}

@Suite struct `Random flow` {
    @Test func `keeps a two-sided book and trades, the same for the same seed`() throws {
        let markets = [try #require(AsterMarkets.definition("BTCUSDT", market: MarketID(0)))]
        func play(_ seed: UInt64) -> [FlowEvent] {
            var flow = RandomWalkFlow(markets, seed: seed, startingAt: AsterWorld.start)
            return (0..<500).compactMap { _ in flow.next() }
        }
        let events = play(1)
        #expect(events == play(1))
        #expect(events != play(2))
        var books = 0
        for event in events {
            guard case .book(_, let bids, let asks) = event else { continue }
            books += 1
            #expect(bids.count == 25 && asks.count == 25 && bids[0].price < asks[0].price)
        }
        #expect((250...400).contains(books))
    }
}
