import Fundamentals
import MarketModel
import Testing
import Wire

@testable import VenueAster

@Suite struct `The decoder of public streams` {
    static let depth =
        #"{"e":"depthUpdate","E":1754556878284,"T":1754556878031,"s":"ASTERUSDT","U":156391349814,"u":156391349820,"pu":156391348236,"b":[["0.9501","1200.00"]],"a":[["0.9503","0"]]}"#
    static let touch =
        #"{"e":"bookTicker","u":157240846459,"s":"ASTERUSDT","b":"0.9501","B":"1200.00","a":"0.9503","A":"800.00","T":1754896692922,"E":1754896692926}"#
    static let trade =
        #"{"e":"aggTrade","E":1754551358681,"a":20505890,"s":"ASTERUSDT","p":"0.9502","q":"20.00","f":26024678,"l":26024682,"T":1754551358528,"m":false}"#
    static let mark =
        #"{"e":"markPriceUpdate","E":1754660466000,"s":"ASTERUSDT","p":"0.95021234","P":"0.95010000","i":"0.95015555","r":"0.00010000","T":1754668800000}"#
    static let ignored = [
        #"{"result":null,"id":1}"#, #"{"error":{"code":2,"msg":"Invalid request"},"id":1}"#, "{}",
        #"{"e":"kline","E":1,"s":"ASTERUSDT","k":{"t":1}}"#, #"{"stream":"x","data":[1,2]}"#,
        #"{"stream":"asterusdt@kline_1m","data":{"e":"kline","k":{}}}"#,
        #"{"e":"bookTicker","u":1,"s":"ASTERUSDT","b":"0.0000","B":"0.00","a":"0.9503","A":"800.00","T":1,"E":1}"#,
    ]

    private func decode(_ text: String, complete: Bool = false) throws(AsterDecodeError) -> MarketEvent? {
        var decoder = AsterMarketDecoder(instruments: [Fixtures.instrument], rawDepthIsComplete: complete)
        return try decoder.decode(Array(text.utf8))
    }

    private let update = BookUpdate(
        firstID: 156_391_349_814, lastID: 156_391_349_820, previousID: 156_391_348_236,
        venueTime: Instant(milliseconds: 1_754_556_878_031),
        bids: [BookLevel(Price(ticks: 9_501), Quantity(lots: 120_000))],
        asks: [BookLevel(Price(ticks: 9_503), .zero)])

    @Test func `reads changes of the book`() throws {
        #expect(try decode(Self.depth) == .delta(Fixtures.market, update))
        let combined = #"{"stream":"asterusdt@depth@100ms","data":\#(Self.depth)}"#
        #expect(try decode(combined) == .delta(Fixtures.market, update))
    }

    @Test func `tells complete books from changes by the stream's name`() throws {
        var whole = update
        whole.firstID = whole.lastID
        whole.previousID = 0
        for name in ["depth5", "depth10@500ms", "depth20@100ms"] {
            let combined = #"{"stream":"asterusdt@\#(name)","data":\#(Self.depth)}"#
            #expect(try decode(combined) == .snapshot(Fixtures.market, whole))
            let reversed = #"{"data":\#(Self.depth),"stream":"asterusdt@\#(name)"}"#
            #expect(try decode(reversed) == .snapshot(Fixtures.market, whole))
        }
        #expect(try decode(Self.depth, complete: true) == .snapshot(Fixtures.market, whole))
    }

    @Test func `reads the touch with its book id`() throws {
        let touch = Touch(
            bid: BookLevel(Price(ticks: 9_501), Quantity(lots: 120_000)),
            ask: BookLevel(Price(ticks: 9_503), Quantity(lots: 80_000)))
        #expect(
            try decode(Self.touch)
                == .touch(
                    Fixtures.market, touch, bookID: 157_240_846_459,
                    venueTime: Instant(milliseconds: 1_754_896_692_922)))
    }

    @Test func `reads prints with the side that took`() throws {
        func expected(_ side: Side) -> MarketEvent {
            .trade(
                Fixtures.market,
                PublicTrade(
                    id: TradeID(20_505_890), price: Price(ticks: 9_502), quantity: Quantity(lots: 2_000),
                    aggressor: side, venueTime: Instant(milliseconds: 1_754_551_358_528)))
        }
        #expect(try decode(Self.trade) == expected(.buy))
        let sold = Self.trade.split(separator: "false").joined(separator: "true")
        #expect(try decode(sold) == expected(.sell))
    }

    @Test func `reads mark price and funding exactly`() throws {
        #expect(
            try decode(Self.mark)
                == .mark(
                    Fixtures.market, price: ExactDecimal("0.95021234")!, fundingRate: Rate(parts: 10_000),
                    nextFunding: Instant(milliseconds: 1_754_668_800_000)))
    }

    @Test func `reads keys in any order`() throws {
        for text in [Self.depth, Self.touch, Self.trade, Self.mark] {
            let members = try #require(JSONValue.parse(Array(text.utf8)).members)
            var random = RandomSource(seed: 3)
            for _ in 0..<20 {
                var writer = JSONWriter()
                writer.value(.object(members.shuffled(using: &random)))
                #expect(try decode(String(decoding: writer.bytes, as: UTF8.self)) == decode(text))
            }
        }
    }

    @Test(arguments: ignored) func `ignores what is not for the book`(text: String) throws {
        #expect(try decode(text) == nil)
    }

    @Test(arguments: [
        "", "x", "[]", "{", #"{"e":"depthUpdate"}"#,
        #"{"e":"bookTicker","u":1,"s":"OTHER","b":"1.0000","B":"1.00","a":"1.0001","A":"1.00","T":1}"#,
        // Off the tick, off the lot, negative, exponents, far too large.
        #"{"e":"bookTicker","u":1,"s":"ASTERUSDT","b":"1.00001","B":"1.00","a":"1.0001","A":"1.00","T":1}"#,
        #"{"e":"bookTicker","u":1,"s":"ASTERUSDT","b":"1.0000","B":"1.001","a":"1.0001","A":"1.00","T":1}"#,
        #"{"e":"bookTicker","u":1,"s":"ASTERUSDT","b":"-1.0000","B":"1.00","a":"1.0001","A":"1.00","T":1}"#,
        #"{"e":"bookTicker","u":1,"s":"ASTERUSDT","b":"1e3","B":"1.00","a":"1.0001","A":"1.00","T":1}"#,
        #"{"e":"bookTicker","u":1,"s":"ASTERUSDT","b":"900000000000000","B":"1.00","a":"1.0001","A":"1.00","T":1}"#,
        #"{"e":"bookTicker","u":1,"s":"ASTERUSDT","b":"1.0000","B":"1.00","a":"1.0001","A":"1.00","T":-5}"#,
        #"{"e":"depthUpdate","T":1,"s":"ASTERUSDT","U":5,"u":4,"pu":3,"b":[],"a":[]}"#,
        #"{"e":"depthUpdate","T":1,"s":"ASTERUSDT","U":4,"u":4,"pu":9,"b":[],"a":[]}"#,
        #"{"e":"depthUpdate","T":1,"s":"ASTERUSDT","U":4,"u":4,"pu":3,"b":[["0","1.00"]],"a":[]}"#,
        #"{"e":"depthUpdate","T":1,"s":"ASTERUSDT","U":4,"u":4,"pu":3,"b":[["1.0000"]],"a":[]}"#,
        #"{"e":"aggTrade","a":1,"s":"ASTERUSDT","p":"0","q":"1.00","T":1,"m":true}"#,
        #"{"e":"markPriceUpdate","s":"ASTERUSDT","p":"0","r":"0","T":1}"#,
        #"{"result":null,"id":1} trailing"#,
    ])
    func `refuses what it cannot stand for, with a sentence`(text: String) {
        #expect(throws: AsterDecodeError.self) { try decode(text) }
    }

    // MARK: Oracles

    /// The same reading by way of a tree: slow, and written apart.
    private func twin(_ bytes: [UInt8]) -> MarketEvent? {
        guard let message = try? JSONValue.parse(bytes) else { return nil }
        let event = message["data"] ?? message
        let name = message["stream"]?.text ?? ""
        let instrument = Fixtures.instrument
        func price(_ value: JSONValue?) -> Price? {
            value?.numeral.flatMap { ExactDecimal($0) }.flatMap { instrument.price($0) }
        }
        func lots(_ value: JSONValue?) -> Quantity? {
            value?.numeral.flatMap { ExactDecimal($0) }.flatMap { instrument.quantity($0) }
        }
        func levels(_ value: JSONValue?) -> [BookLevel]? {
            value?.elements?.compactMap { pair in
                guard let price = price(pair.elements?[0]), let lots = lots(pair.elements?[1]) else { return nil }
                return BookLevel(price, lots)
            }
        }
        switch event["e"]?.text {
        case "depthUpdate":
            guard let last = event["u"]?.integer, let time = event["T"]?.integer, let bids = levels(event["b"]),
                let asks = levels(event["a"])
            else { return nil }
            var update = BookUpdate(
                firstID: last, lastID: last, venueTime: Instant(milliseconds: time), bids: bids, asks: asks)
            if name.contains("@depth5") || name.contains("@depth20") { return .snapshot(Fixtures.market, update) }
            update.firstID = event["U"]?.integer ?? 0
            update.previousID = event["pu"]?.integer ?? 0
            return .delta(Fixtures.market, update)
        case "bookTicker":
            guard let bid = price(event["b"]), let bidSize = lots(event["B"]), let ask = price(event["a"]),
                let askSize = lots(event["A"]), let id = event["u"]?.integer, let time = event["T"]?.integer
            else { return nil }
            let touch = Touch(bid: BookLevel(bid, bidSize), ask: BookLevel(ask, askSize))
            return .touch(Fixtures.market, touch, bookID: id, venueTime: Instant(milliseconds: time))
        default: return nil
        }
    }

    /// A message the venue could have sent.
    private func frame(_ random: inout RandomSource) -> [UInt8] {
        func side(_ random: inout RandomSource) -> String {
            (0..<random.integer(in: 0...25)).map { _ in
                let price = Fixtures.instrument.text(Price(ticks: random.integer(in: 1...2_000_000)))
                let lots = Fixtures.instrument.text(Quantity(lots: random.integer(in: 0...9_999_999)))
                return #"["\#(price)","\#(lots)"]"#
            }.joined(separator: ",")
        }
        let last = random.integer(in: 1_000...1 << 50)
        let stream = ["depth@100ms", "depth5", "depth20@100ms"][Int(random.integer(in: 0...2))]
        let depth =
            #"{"stream":"asterusdt@\#(stream)","data":{"e":"depthUpdate","E":1,"T":\#(random.integer(in: 0...4_000_000_000_000)),"#
            + #""s":"ASTERUSDT","U":\#(last - random.integer(in: 0...50)),"u":\#(last),"pu":\#(last - random.integer(in: 51...500)),"#
            + #""b":[\#(side(&random))],"a":[\#(side(&random))]}}"#
        return Array((random.chance(1, in: 4) ? Self.touch : depth).utf8)
    }

    @Test(arguments: 1...5) func `agrees with a reading by way of a tree`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var decoder = AsterMarketDecoder(instruments: [Fixtures.instrument])
        for _ in 0..<200 {
            let bytes = frame(&random)
            let event = try decoder.decode(bytes)
            #expect(event == twin(bytes))
        }
    }

    @Test(arguments: 1...10) func `neither traps nor disagrees on mutated frames`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var decoder = AsterMarketDecoder(instruments: [Fixtures.instrument])
        let seeds = [Self.depth, Self.touch, Self.trade, Self.mark] + Self.ignored
        for round in 0..<600 {
            var bytes = round % 3 == 0 ? frame(&random) : Array(seeds[round % seeds.count].utf8)
            Mutation.mutate(&bytes, using: &random)
            guard let event = try? decoder.decode(bytes) else { continue }
            // What a strict parser takes as well must mean the same; duplicate keys are all it refuses beyond us.
            guard (try? JSONValue.parse(bytes)) != nil, let expected = twin(bytes) else { continue }
            #expect(event == expected, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}

/// Damage as a network, a bug or an attacker would do it.
enum Mutation {
    static func mutate(_ bytes: inout [UInt8], using random: inout RandomSource) {
        for _ in 0...random.integer(in: 0...3) {
            guard !bytes.isEmpty else { return }
            let at = Int(random.integer(in: 0...Int64(bytes.count - 1)))
            switch random.integer(in: 0...5) {
            case 0: bytes[at] = UInt8(random.integer(in: 0...255))
            case 1: bytes.remove(at: at)
            case 2: bytes.insert(UInt8(random.integer(in: 32...126)), at: at)
            case 3: bytes.removeSubrange(at...)
            case 4:
                let digits = Array("99999999999999999999999999999999999999999".utf8)
                bytes.insert(contentsOf: digits, at: at)
            default:
                let tokens = ["\"", "[[", "{}", ":", ",", "-", "1e9", "null", "\\u0000", "true", "\"s\":1,"]
                bytes.insert(contentsOf: Array(tokens[Int(random.integer(in: 0...10))].utf8), at: at)
            }
        }
    }
}
