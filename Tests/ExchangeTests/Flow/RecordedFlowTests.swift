import Exchange
import Fundamentals
import MarketModel
import Testing

/// Recordings as text, and their reading.
enum Sample {
    static let instrument = `Synthetic flow is like the measured market`.market(
        symbol: "ASTERUSDT", tick: "0.0001", lot: "0.01"
    ).instrument

    static let bookHeader =
        "unix_timestamp,lastUpdateId,"
        + ["bid", "ask"].flatMap { side in (0..<10).map { "\(side)_price_\($0),\(side)_qty_\($0)" } }
        .joined(separator: ",")
    static let tradeHeader = "id,unix_timestamp_ms,side,price,quantity"

    /// A row of ten levels a side around a best bid in ticks.
    static func book(_ time: String, bid: Int = 18_000, quantity: String = "5.000000") -> String {
        let bids = (0..<10).map { "\(price(bid - $0)),\(quantity)" }
        let asks = (0..<10).map { "\(price(bid + 1 + $0)),\(quantity)" }
        return ([time, "7"] + bids + asks).joined(separator: ",")
    }

    /// Six decimals, as recorded.
    static func price(_ ticks: Int) -> String {
        ExactDecimal(mantissa: Int128(ticks) * 100, scale: 6).description
    }

    static func file(_ header: String, _ rows: [String]) -> [UInt8] {
        Array(([header] + rows).joined(separator: "\n").utf8) + [UInt8(ascii: "\n")]
    }

    static func recording(
        books: [String], trades: [String]? = nil, shift: TimeSpan? = .zero
    ) throws(RecordingError) -> MarketRecording {
        try MarketRecording(
            book: file(bookHeader, books), trades: trades.map { file(tradeHeader, $0) }, instrument: instrument,
            shift: shift)
    }

    static func error(_ body: () throws(RecordingError) -> MarketRecording) -> String? {
        do throws(RecordingError) {
            _ = try body()
            return nil
        } catch { return error.description }
    }
}

@Suite struct `A recording plays back in order` {
    private static let start = Instant(milliseconds: 1_000_000)

    @Test func `books and trades are merged by time, from the first book on`() throws {
        let recording = try Sample.recording(
            books: [Sample.book("100.5"), Sample.book("101.25", bid: 18_010)],
            trades: [
                "1,100499,buy,1.800100,1.000000", "2,100500,sell,1.800000,2.500000", "3,101250,buy,1.800150,0.010000",
                "4,101900,buy,1.801100,3",
            ])
        #expect(recording.summary.books == 2)
        #expect(recording.summary.trades == 3)
        #expect(recording.summary.skippedTrades == 1)
        #expect(recording.summary.duration == .milliseconds(1_400))
        #expect(recording.summary.prices == Price(ticks: 18_000)...Price(ticks: 18_011))
        #expect(
            recording.summary.description == "2 books and 3 trades over 1 s, prices 18000t to 18011t")

        let market = Sample.instrument.market
        var flow = RecordedFlow(recording, market: market, startingAt: Self.start)
        var played: [(Int64, FlowEvent)] = []
        while let due = flow.nextDue, let event = flow.next() {
            played.append(((due - Self.start).milliseconds, event))
        }
        #expect(played.map(\.0) == [0, 0, 750, 750, 1_400])
        guard case .book(_, let bids, let asks) = played[0].1 else {
            Issue.record("the first event is no book")
            return
        }
        #expect(bids.count == 10 && asks.count == 10)
        #expect(bids[0] == BookLevel(Price(ticks: 18_000), Quantity(lots: 500)))
        #expect(asks[9] == BookLevel(Price(ticks: 18_010), Quantity(lots: 500)))
        #expect(
            played[1].1
                == .trade(market, aggressor: .sell, quantity: Quantity(lots: 250), limit: Price(ticks: 18_000)))
        // Between two ticks: the buyer may go to the upper one.
        #expect(
            played[2].1 == .trade(market, aggressor: .buy, quantity: Quantity(lots: 1), limit: Price(ticks: 18_002)))
        #expect(flow.nextDue == nil)
        #expect(flow.next() == nil)
    }

    @Test func `speed divides recorded time, and a loop begins anew after the pause`() throws {
        let recording = try Sample.recording(books: [Sample.book("1"), Sample.book("2")])
        let speed = try #require(FlowSpeed(numerator: 5, denominator: 2))
        var flow = RecordedFlow(recording, market: MarketID(0), startingAt: Self.start, speed: speed, loops: true)
        var times: [Int64] = []
        for _ in 0..<6 {
            times.append((try #require(flow.nextDue) - Self.start).milliseconds)
            #expect(flow.next() != nil)
        }
        #expect(times == [0, 400, 500, 900, 1_000, 1_400])
        #expect(FlowSpeed(numerator: 0, denominator: 1) == nil)
        #expect(FlowSpeed(numerator: 1, denominator: 1_000_001) == nil)
    }

    @Test func `a single row loops without standing still`() throws {
        let recording = try Sample.recording(books: [Sample.book("1")])
        var flow = RecordedFlow(recording, market: MarketID(0), startingAt: Self.start, loops: true)
        for pass in 0..<3 {
            #expect(flow.nextDue == Self.start + RecordedFlow.pause * Int64(pass))
            _ = flow.next()
        }
    }

    @Test(arguments: [0, 300, -450, 1_000] as [Int64])
    func `a collector's clock that runs late or early is found from the trades`(lag: Int64) throws {
        var random = RandomSource(seed: 5)
        var bid = 18_000
        var books: [String] = []
        var trades: [String] = []
        for index in 0..<400 {
            bid += random.chance(1, in: 2) ? 1 : -1
            let time = 10_000 + index * 250
            books.append(Sample.book("\(ExactDecimal(mantissa: Int128(time) + Int128(lag), scale: 3))", bid: bid))
            trades.append("\(index),\(time + 125),buy,\(Sample.price(bid + 1)),1")
        }
        let recording = try Sample.recording(books: books, trades: trades, shift: nil)
        // A shift of up to half a row on either side explains the trades as well.
        #expect(abs(recording.bookShift.milliseconds + lag) <= 125)
    }

    @Test func `quantities are rounded to lots, and levels without any are left out`() throws {
        let row = Sample.book("1").replacing("1.800000,5.000000", with: "1.800000,0.000000")
            .replacing("1.799900,5.000000", with: "1.799900,0.001000").replacing(
                "1.799800,5.000000", with: "1.799800,1.115000"
            )
            .replacing("1.799100,5.000000", with: ",")
        var flow = RecordedFlow(try Sample.recording(books: [row]), market: MarketID(0), startingAt: Self.start)
        guard case .book(_, let bids, _)? = flow.next() else {
            Issue.record("no book")
            return
        }
        #expect(bids.count == 8)
        #expect(bids[0] == BookLevel(Price(ticks: 17_999), Quantity(lots: 1)))
        #expect(bids[1] == BookLevel(Price(ticks: 17_998), Quantity(lots: 112)))
    }

    @Test func `line ends of both kinds are read, and a last line without one`() throws {
        let windows = Array("\(Sample.bookHeader)\r\n\(Sample.book("1"))\r\n\(Sample.book("2"))".utf8)
        let recording = try MarketRecording(book: windows, trades: nil, instrument: Sample.instrument)
        #expect(recording.summary.books == 2)
    }
}

@Suite struct `A malformed recording is refused with line and field` {
    @Test(arguments: [
        ("", "order book line 1, row: the file is empty, expected a header"),
        ("a,b", "order book line 1, row: expected 42 fields, found 2"),
        (
            Sample.bookHeader.replacing("ask_qty_3", with: "ask_size_3"),
            "order book line 1, row: column 30 is `ask_size_3`, expected `ask_qty_3`"
        ),
        (Sample.bookHeader, "order book line 1, row: expected at least one row after the header"),
    ])
    func `headers`(text: String, reason: String) {
        #expect(
            Sample.error { () throws(RecordingError) in
                try MarketRecording(book: Array(text.utf8), trades: nil, instrument: Sample.instrument)
            } == reason)
    }

    @Test(arguments: [
        ("1,2,3", "order book line 3, row: expected 42 fields, found 3"),
        ("", "order book line 3, row: expected 42 fields, found 1"),
        (Sample.book("x"), "order book line 3, unix_timestamp: expected a decimal number, found `x`"),
        (Sample.book("1e9"), "order book line 3, unix_timestamp: expected a decimal number, found `1e9`"),
        (
            Sample.book("-1"),
            "order book line 3, unix_timestamp: expected seconds since 1970 with at most nine decimals, found `-1`"
        ),
        (
            Sample.book("99999999999999"),
            """
            order book line 3, unix_timestamp: expected seconds since 1970 with at most nine decimals, \
            found `99999999999999`
            """
        ),
        (
            Sample.book("0.5"),
            "order book line 3, unix_timestamp: earlier than the row before, expected ascending times"
        ),
        (
            Sample.book("2").replacing("1.800000,", with: "1.80005,"),
            "order book line 3, bid_price_0: expected a positive whole number of ticks of 0.0001, found `1.80005`"
        ),
        (
            Sample.book("2", quantity: "-1"),
            "order book line 3, bid_qty_0: expected a quantity from zero up, found `-1`"
        ),
        (
            Sample.book("2", quantity: "123456789012345678901234567890"),
            "order book line 3, bid_qty_0: expected a quantity from zero up, found `123456789012345678901234567890`"
        ),
        (
            Sample.book("2").replacing("1.799900,", with: "1.800000,"),
            "order book line 3, bid_price_1: not beyond the level before, expected the best level first"
        ),
        (
            Sample.book("2").replacing("1.800100,", with: "1.800000,"),
            "order book line 3, row: the best bid 18000t is not below the best ask 18000t"
        ),
        (
            Sample.book("2").replacing("1.800200,", with: "1.800100,"),
            "order book line 3, ask_price_1: not beyond the level before, expected the best level first"
        ),
        (
            Sample.book("2").replacing("1.800000,", with: String(repeating: "z", count: 60) + ","),
            "order book line 3, bid_price_0: expected a decimal number, found `\(String(repeating: "z", count: 40))…`"
        ),
    ])
    func `order book rows`(row: String, reason: String) {
        #expect(
            Sample.error { () throws(RecordingError) in try Sample.recording(books: [Sample.book("1"), row]) } == reason
        )
    }

    @Test(arguments: [
        ("1,2,buy,1.8", "trades line 3, row: expected 5 fields, found 4"),
        ("x,2000,buy,1.8,1", "trades line 3, id: expected a decimal number, found `x`"),
        ("1,2000.5,buy,1.8,1", "trades line 3, unix_timestamp_ms: expected a whole number of 64 bits, found `2000.5`"),
        (
            "1,9999999999999999,buy,1.8,1",
            "trades line 3, unix_timestamp_ms: expected milliseconds since 1970, found `9999999999999999`"
        ),
        (
            "1,999,buy,1.8,1",
            "trades line 3, unix_timestamp_ms: earlier than the row before, expected ascending times"
        ),
        ("1,2000,BUY,1.8,1", "trades line 3, side: expected `buy` or `sell`, found `BUY`"),
        ("1,2000,buy,0,1", "trades line 3, price: expected a positive price, found `0`"),
        ("1,2000,buy,-1.8,1", "trades line 3, price: expected a positive price, found `-1.8`"),
        ("1,2000,buy,1.8,0", "trades line 3, quantity: expected a positive quantity, found `0`"),
        ("1,2000,buy,1.8,", "trades line 3, quantity: expected a decimal number, found ``"),
    ])
    func `trade rows`(row: String, reason: String) {
        #expect(
            Sample.error { () throws(RecordingError) in
                try Sample.recording(books: [Sample.book("1")], trades: ["0,1000,sell,1.8,1", row])
            } == reason)
    }

    @Test func `thousands of mutated files neither trap nor play more than they hold`() {
        var random = RandomSource(seed: 17)
        let book = Sample.file(Sample.bookHeader, [Sample.book("1"), Sample.book("2", bid: 18_020), Sample.book("3")])
        let trades = Sample.file(Sample.tradeHeader, ["1,1500,buy,1.800100,1", "2,2500,sell,1.802000,2"])
        for _ in 0..<2_000 {
            let recording = try? MarketRecording(
                book: mutated(book, &random), trades: mutated(trades, &random), instrument: Sample.instrument)
            guard let recording else { continue }
            var flow = RecordedFlow(recording, market: MarketID(0), startingAt: Instant(milliseconds: 0))
            var count = 0
            while flow.next() != nil { count += 1 }
            #expect(count == recording.summary.books + recording.summary.trades)
            #expect(count <= 10)
        }
    }

    private func mutated(_ bytes: [UInt8], _ random: inout RandomSource) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<random.integer(in: 0...2) {
            // Mostly in the rows: any change to the header is refused.
            let index = Int(random.integer(in: Int64(bytes.count / 3)...Int64(bytes.count - 1)))
            switch random.integer(in: 0...2) {
            case 0: bytes[index] = Array("0123456789.,-\n".utf8)[Int(random.integer(in: 0...13))]
            case 1: bytes.remove(at: index)
            default: bytes[index] = UInt8(truncatingIfNeeded: random.next())
            }
        }
        return bytes
    }
}
