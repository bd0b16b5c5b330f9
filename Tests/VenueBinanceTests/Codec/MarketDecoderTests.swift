import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueBinance

@Suite struct `The decoder of Binance's public streams` {
    static let partial = #"{"lastUpdateId":160,"bids":[["61000.10","0.412"]],"asks":[["61000.20","0.100"]]}"#
    static let difference =
        #"{"e":"depthUpdate","E":1767225600101,"s":"BTCUSDT","U":157,"u":160,"b":[["61000.10","0"]],"a":[["61000.20","0.3"]]}"#
    static let touch =
        #"{"u":400900217,"s":"BTCUSDT","b":"61000.10","B":"0.412","a":"61000.20","A":"0.100"}"#
    static let aggregate =
        #"{"e":"aggTrade","E":1767225600102,"s":"BTCUSDT","a":12345,"p":"61000.10","q":"0.02","f":100,"l":105,"T":1767225600101,"m":true,"M":true}"#
    static let trade =
        #"{"e":"trade","E":1767225600102,"s":"BTCUSDT","t":12345,"p":"61000.10","q":"0.02","T":1767225600101,"m":false,"M":true}"#
    static let futuresDepth =
        #"{"e":"depthUpdate","E":1767225600101,"T":1767225600096,"s":"BTCUSDT","ps":"BTCUSDT","U":157,"u":160,"pu":149,"b":[["61000.1","1.20"]],"a":[["61000.2","0.50"]],"st":1}"#
    static let futuresTouch =
        #"{"e":"bookTicker","u":400900217,"E":1767225600102,"T":1767225600101,"s":"BTCUSDT","ps":"BTCUSDT","b":"61000.1","B":"31.2","a":"61000.2","A":"40.6","st":1}"#
    static let futuresAggregate =
        #"{"e":"aggTrade","E":1767225600102,"s":"BTCUSDT","a":5933014,"p":"61000.1","q":"0.1","nq":"0.1","f":100,"l":105,"T":1767225600101,"m":true,"st":1}"#
    static let mark =
        #"{"e":"markPriceUpdate","E":1767225600000,"s":"BTCUSDT","p":"61000.15000000","ap":"61000.15","i":"61010.01","P":"61005.00","r":"-0.00010000","T":1767254400000,"st":1}"#
    static let all = [
        partial, difference, touch, aggregate, trade, futuresDepth, futuresTouch, futuresAggregate, mark,
    ]

    private let level = Fixtures.price

    private func decode(_ text: String) throws(VenueDecodeError) -> BinanceMarketMessage {
        var decoder = BinanceMarketDecoder(instruments: [Fixtures.instrument()])
        return try decoder.decode(Array(text.utf8))
    }

    private func book(
        _ first: Int64, _ last: Int64, _ previous: Int64, _ milliseconds: Int64?, bid: (String, String),
        ask: (String, String)
    ) -> BookUpdate {
        BookUpdate(
            firstID: first, lastID: last, previousID: previous,
            venueTime: milliseconds.map { Instant(milliseconds: $0) } ?? .distantPast,
            bids: [BookLevel(Fixtures.price(bid.0), Fixtures.quantity(bid.1))],
            asks: [BookLevel(Fixtures.price(ask.0), Fixtures.quantity(ask.1))])
    }

    private func expectEach(
        _ text: String, named stream: String?, _ expected: BinanceMarketMessage, raw: Bool = true
    ) throws {
        if raw { #expect(try decode(text) == expected) }
        guard let stream else { return }
        #expect(try decode(#"{"stream":"\#(stream)","data":\#(text)}"#) == expected)
        #expect(try decode(#"{"data":\#(text),"stream":"\#(stream)"}"#) == expected)
        // Members in any order, with ones nobody knows.
        var random = RandomSource(seed: 5)
        for _ in 0..<8 {
            var members = try #require(Fixtures.json(text).members)
            members.append(JSONMember("new", .array([.object([JSONMember("e", .string("kline"))])])))
            members.shuffle(using: &random)
            var json = JSONWriter()
            json.value(.object(members))
            let shuffled = String(decoding: json.bytes, as: UTF8.self)
            #expect(try decode(#"{"stream":"\#(stream)","data":\#(shuffled)}"#) == expected)
            if raw { #expect(try decode(shuffled) == expected, "\(shuffled)") }
        }
    }

    // MARK: Spot

    @Test func `the top of a spot book is known by its stream's name alone`() throws {
        let update = book(160, 160, 0, nil, bid: ("61000.10", "0.412"), ask: ("61000.20", "0.100"))
        try expectEach(Self.partial, named: "btcusdt@depth20@100ms", .event(.snapshot(Fixtures.btc, update)))
        try expectEach(Self.partial, named: "btcusdt@depth5", .event(.snapshot(Fixtures.btc, update)))
        var two = BinanceMarketDecoder(instruments: [
            Fixtures.instrument("ETHUSDT", Fixtures.eth), Fixtures.instrument(),
        ])
        let named = #"{"stream":"btcusdt@depth20@100ms","data":\#(Self.partial)}"#
        #expect(try two.decode(Array(named.utf8)) == .event(.snapshot(Fixtures.btc, update)))
        // Without a name it could be of either.
        #expect(throws: VenueDecodeError.self) { try two.decode(Array(Self.partial.utf8)) }
    }

    @Test func `changes of a spot book chain by consecutive ids`() throws {
        let update = book(157, 160, 156, 1_767_225_600_101, bid: ("61000.10", "0"), ask: ("61000.20", "0.3"))
        try expectEach(Self.difference, named: "btcusdt@depth@100ms", .event(.delta(Fixtures.btc, update)))
    }

    @Test func `a touch of spot has neither name nor time`() throws {
        let touch = Touch(
            bid: BookLevel(level("61000.10"), Fixtures.quantity("0.412")),
            ask: BookLevel(level("61000.20"), Fixtures.quantity("0.100")))
        try expectEach(
            Self.touch, named: "btcusdt@bookTicker",
            .event(.touch(Fixtures.btc, touch, bookID: 400_900_217, venueTime: .distantPast)))
    }

    @Test func `prints, single and aggregated, name the side that took`() throws {
        func print(_ aggressor: Side) -> BinanceMarketMessage {
            .event(
                .trade(
                    Fixtures.btc,
                    PublicTrade(
                        id: TradeID(12_345), price: level("61000.10"), quantity: Fixtures.quantity("0.02"),
                        aggressor: aggressor, venueTime: Instant(milliseconds: 1_767_225_600_101))))
        }
        try expectEach(Self.aggregate, named: "btcusdt@aggTrade", print(.sell))
        try expectEach(Self.trade, named: "btcusdt@trade", print(.buy))
    }

    @Test func `times in microseconds are times too`() throws {
        let text = Self.trade.replacing("1767225600101", with: "1767225600101234")
        guard case .event(.trade(_, let trade)) = try decode(text) else { return #expect(Bool(false)) }
        #expect(trade.venueTime == Instant(nanoseconds: 1_767_225_600_101_234_000))
    }

    // MARK: Futures

    @Test func `changes of a futures book chain by their own member`() throws {
        let update = book(157, 160, 149, 1_767_225_600_096, bid: ("61000.1", "1.20"), ask: ("61000.2", "0.50"))
        try expectEach(Self.futuresDepth, named: "btcusdt@depth@100ms", .event(.delta(Fixtures.btc, update)))
        var whole = update
        (whole.firstID, whole.previousID) = (160, 0)
        try expectEach(
            Self.futuresDepth, named: "btcusdt@depth20@100ms", .event(.snapshot(Fixtures.btc, whole)), raw: false)
    }

    @Test func `touch, print and mark price of futures`() throws {
        let touch = Touch(
            bid: BookLevel(level("61000.1"), Fixtures.quantity("31.2")),
            ask: BookLevel(level("61000.2"), Fixtures.quantity("40.6")))
        let time = Instant(milliseconds: 1_767_225_600_101)
        try expectEach(
            Self.futuresTouch, named: "btcusdt@bookTicker",
            .event(.touch(Fixtures.btc, touch, bookID: 400_900_217, venueTime: time)))
        let trade = PublicTrade(
            id: TradeID(5_933_014), price: level("61000.1"), quantity: Fixtures.quantity("0.1"), aggressor: .sell,
            venueTime: time)
        try expectEach(Self.futuresAggregate, named: "btcusdt@aggTrade", .event(.trade(Fixtures.btc, trade)))
        try expectEach(
            Self.mark, named: "btcusdt@markPrice@1s",
            .event(
                .mark(
                    Fixtures.btc, price: ExactDecimal("61000.15000000")!, fundingRate: Rate("-0.0001")!,
                    nextFunding: Instant(milliseconds: 1_767_254_400_000))))
    }

    // MARK: The rest

    @Test(arguments: [
        "{}", #"{"e":"kline","E":1,"s":"BTCUSDT","k":{"t":1}}"#,
        #"{"stream":"!ticker@arr","data":[{"e":"24hrTicker"}]}"#,
        #"{"stream":"btcusdt@kline_1m","data":{"e":"kline","k":{}}}"#,
        #"{"u":1,"s":"BTCUSDT","b":"0.00","B":"0.00","a":"61000.20","A":"1.0"}"#,
        #"{"e":"trade","E":1,"T":1,"s":"BTCUSDT","t":1,"p":"0","q":"0","X":"NA","m":true}"#,
    ]) func `what is of no use is passed over`(text: String) throws {
        #expect(try decode(text) == .other)
    }

    @Test func `replies and the end of the connection are told`() throws {
        #expect(try decode(#"{"result":null,"id":1}"#) == .reply(isError: false))
        #expect(try decode(#"{"result":["btcusdt@aggTrade"],"id":3}"#) == .reply(isError: false))
        #expect(try decode(#"{"code":2,"msg":"Invalid request","id":null}"#) == .reply(isError: true))
        #expect(try decode(#"{"e":"serverShutdown","E":1770123456789}"#) == .serverShutdown)
        #expect(
            try decode(#"{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1770123456789}}"#)
                == .serverShutdown)
    }

    @Test(arguments: [
        "", "[]", "{", #"{"stream":1}"#, partial + "x",
        #"{"stream":"ethusdt@bookTicker","data":\#(touch)}"#,
        #"{"stream":"btcusdt@bookTicker","data":\#(touch.replacing("BTCUSDT", with: "ETHUSDT"))}"#,
        touch.replacing("BTCUSDT", with: "ETHUSDT"), touch.replacing("61000.10", with: "61000.101"),
        touch.replacing("0.412", with: "0.41.2"), touch.replacing("0.412", with: "-0.4"),
        touch.replacing("0.412", with: "-0.4123456789"), touch.replacing("0.412", with: "+0.4123456789"),
        touch.replacing("0.412", with: "0.41234567891234567891234567891234567"),
        touch.replacing(#""u":400900217,"#, with: ""), touch.replacing("400900217", with: "9223372036854775807"),
        partial.replacing("160", with: "-1"), partial.replacing(#""asks""#, with: #""other""#),
        partial.replacing("61000.10", with: "0.00"),
        partial.replacing(#"["61000.10","0.412"]"#, with: #"["61000.10"]"#),
        difference.replacing("157", with: "161"), difference.replacing(#""U":157,"#, with: ""),
        difference.replacing("1767225600101", with: "-5"), futuresDepth.replacing("149", with: "161"),
        trade.replacing(#""m":false"#, with: #""n":false"#), aggregate.replacing(#""a":12345"#, with: #""A":12345"#),
        mark.replacing("61000.15000000", with: "0"), mark.replacing(#""T":1767254400000,"#, with: ""),
    ]) func `what is wrong is refused`(text: String) {
        #expect(throws: VenueDecodeError.self) { try decode(text) }
    }

    @Test(arguments: [
        ("25.42618900", 2_542_618), ("0.00000001", 1), ("0.00000999", 1), ("0.00002", 2), ("0.00002999", 2),
    ])
    func `quantities between two lots are the lower one, never nothing`(text: String, lots: Int64) throws {
        let book = Self.partial.replacing("0.412", with: text)
        guard case .event(.snapshot(_, let update)) = try decode(book) else { return #expect(Bool(false)) }
        #expect(update.bids[0].quantity == Quantity(lots: lots))
    }

    @Test func `a snapshot of REST is read the same way`() throws {
        var decoder = BinanceMarketDecoder(instruments: [Fixtures.instrument()])
        let update = book(160, 160, 0, nil, bid: ("61000.10", "0.412"), ask: ("61000.20", "0.100"))
        #expect(try decoder.snapshot(Array(Self.partial.utf8), of: Fixtures.btc) == update)
        #expect(throws: VenueDecodeError.self) { try decoder.snapshot(Array("{}".utf8), of: Fixtures.btc) }
        #expect(throws: VenueDecodeError.self) { try decoder.snapshot(Array(Self.partial.utf8), of: Fixtures.eth) }
    }

    @Test func `an endless side is refused rather than remembered`() throws {
        let side = Array(repeating: #"["61000.10","0.1"]"#, count: 5_001).joined(separator: ",")
        #expect(throws: VenueDecodeError.self) { try decode(#"{"lastUpdateId":1,"bids":[\#(side)],"asks":[]}"#) }
    }

    @Test(arguments: 1...10) func `mutated frames neither trap nor mean what they do not say`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var decoder = BinanceMarketDecoder(instruments: [Fixtures.instrument()])
        let names = [
            "depth20@100ms", "depth@100ms", "bookTicker", "aggTrade", "trade", "depth@100ms", "bookTicker", "aggTrade",
            "markPrice@1s",
        ]
        for round in 0..<900 {
            let which = round % Self.all.count
            let text =
                random.chance(1, in: 2)
                ? Self.all[which] : #"{"stream":"btcusdt@\#(names[which])","data":\#(Self.all[which])}"#
            var bytes = Array(text.utf8)
            Mutation.mutate(&bytes, using: &random)
            guard case .event(let event)? = try? decoder.decode(bytes), let tree = try? JSONValue.parse(bytes) else {
                continue
            }
            let expected = NaiveReading.event(tree, [Fixtures.instrument()])
            #expect(event == expected, "\(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(decoder.scratch.bids.count <= BinanceMarketDecoder.maxLevels)
    }
}
