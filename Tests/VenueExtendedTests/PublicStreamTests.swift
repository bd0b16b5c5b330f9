import Fundamentals
import MarketModel
import Testing
import VenueKit

@testable import VenueExtended

/// A class, because a decoder changes as it reads.
@Suite final class `Public streams of Extended` {
    private var decoder = ExtendedMarketDecoder(instruments: [])

    init() throws { decoder = ExtendedMarketDecoder(instruments: [try Sample.instrument()]) }

    private func decode(_ text: String) throws -> (frame: ExtendedMarketFrame, events: [MarketEvent]) {
        var events: [MarketEvent] = []
        let frame = try decoder.decode(Array(text.utf8), into: &events)
        return (frame, events)
    }

    private func level(_ ticks: Int64, _ lots: Int64) -> BookLevel {
        BookLevel(Price(ticks: ticks), Quantity(lots: lots))
    }

    private func update(_ sequence: Int64, previous: Int64, bids: [BookLevel], asks: [BookLevel]) -> BookUpdate {
        BookUpdate(
            firstID: sequence, lastID: sequence, previousID: previous,
            venueTime: Instant(milliseconds: 1_795_248_000_000), bids: bids, asks: asks)
    }

    private func frame(_ type: String, _ sequence: Int, bids: String, asks: String, depth: String = "f") -> String {
        #"""
        {"ts":1795248000000,"type":"\#(type)","data":{"t":"\#(type)","m":"BTC-USD","b":[\#(bids)],"a":[\#(asks)],"d":"\#(depth)"},"seq":\#(sequence)}
        """#
    }

    // MARK: Books

    @Test func `a snapshot starts a chain, and deltas carry the size that results`() throws {
        let first = try decode(
            frame(
                "SNAPSHOT", 1, bids: #"{"q":"0.5","p":"84090","c":"0.5"},{"q":"1.2","p":"84089","c":"1.2"}"#,
                asks: #"{"q":"0.3","p":"84091","c":"0.3"}"#))
        #expect(first.frame == .init(kind: .book, sequence: 1, sentAt: Instant(milliseconds: 1_795_248_000_000)))
        #expect(
            first.events == [
                .snapshot(
                    MarketID(0),
                    update(
                        1, previous: 0, bids: [level(84_090, 50_000), level(84_089, 120_000)],
                        asks: [level(84_091, 30_000)]))
            ])
        let second = try decode(
            frame("DELTA", 2, bids: #"{"q":"-0.5","p":"84090","c":"0"}"#, asks: #"{"c":"0.5","p":"84091","q":"0.2"}"#))
        #expect(
            second.events == [
                .delta(MarketID(0), update(2, previous: 1, bids: [level(84_090, 0)], asks: [level(84_091, 50_000)]))
            ])
    }

    @Test func `changes are added up where no resulting size comes`() throws {
        _ = try decode(
            frame(
                "SNAPSHOT", 1, bids: #"{"q":"0.5","p":"84090"},{"q":"1.2","p":"84089"}"#,
                asks: #"{"q":"0.3","p":"84091"}"#))
        let second = try decode(
            frame(
                "DELTA", 2, bids: #"{"q":"-0.2","p":"84090"},{"q":"0.7","p":"84088"}"#,
                asks: #"{"q":"-0.3","p":"84091"},{"q":"1","p":"84092"}"#))
        #expect(
            second.events == [
                .delta(
                    MarketID(0),
                    update(
                        2, previous: 1, bids: [level(84_090, 30_000), level(84_088, 70_000)],
                        asks: [level(84_091, 0), level(84_092, 100_000)]))
            ])
        // A size that is told counts, whatever was added up; twice the same level in one frame adds twice.
        let third = try decode(
            frame(
                "DELTA", 3, bids: #"{"q":"0.1","p":"84090","c":"0.9"},{"q":"0.1","p":"84090"},{"q":"0.1","p":"84090"}"#,
                asks: ""))
        #expect(
            third.events == [
                .delta(
                    MarketID(0),
                    update(
                        3, previous: 2, bids: [level(84_090, 90_000), level(84_090, 100_000), level(84_090, 110_000)],
                        asks: []))
            ])
    }

    @Test func `a change to an unknown size fails once, and is known after the next snapshot`() throws {
        let snapshot = frame("SNAPSHOT", 1, bids: #"{"q":"0.5","p":"84090","c":"0.5"}"#, asks: "")
        let delta = frame("DELTA", 2, bids: #"{"q":"-0.2","p":"84090"}"#, asks: "")
        _ = try decode(snapshot)
        var decoder = decoder
        var events: [MarketEvent] = []
        let error = #expect(throws: VenueDecodeError.self) { try decoder.decode(Array(delta.utf8), into: &events) }
        #expect(error?.reason == "a change to a size that is not known")
        self.decoder = decoder
        _ = try decode(snapshot)
        #expect(
            try decode(delta).events == [
                .delta(MarketID(0), update(2, previous: 1, bids: [level(84_090, 30_000)], asks: []))
            ])
    }

    @Test func `a size below zero is an error`() throws {
        _ = try decode(frame("SNAPSHOT", 1, bids: #"{"q":"0.5","p":"84090"}"#, asks: ""))
        for (type, levels) in [
            ("DELTA", #"{"q":"-0.6","p":"84090"}"#), ("DELTA", #"{"q":"-0.6","p":"84090","c":"-0.1"}"#),
            ("SNAPSHOT", #"{"q":"-0.5","p":"84090"}"#),
        ] {
            var decoder = decoder
            var events: [MarketEvent] = []
            #expect(throws: VenueDecodeError.self) {
                try decoder.decode(Array(frame(type, 2, bids: levels, asks: "").utf8), into: &events)
            }
            #expect(events.isEmpty)
        }
    }

    @Test func `the stream of the best levels is a book of its own`() throws {
        for sequence in 1...2 {
            let (_, events) = try decode(
                frame(
                    "SNAPSHOT", sequence, bids: #"{"q":"0.5","p":"84090"}"#, asks: #"{"q":"0.3","p":"84091"}"#,
                    depth: "1"))
            #expect(
                events == [
                    .snapshot(
                        MarketID(0),
                        update(
                            Int64(sequence), previous: 0, bids: [level(84_090, 50_000)], asks: [level(84_091, 30_000)]))
                ])
        }
        #expect(!decoder.sizes[0].isKept)
    }

    @Test func `members may come in any order, and unknown ones too`() throws {
        let (frame, events) = try decode(
            #"""
            {"seq":4,"new":{"a":[1]},"data":{"x":null,"b":[{"c":"1","y":[],"p":"5","q":"1"}],"a":[],"m":"BTC-USD","d":7},
             "type":"ORDERBOOKS.DELTA","subscription":"orderbooks.BTC-USD","ts":1795248000000}
            """#)
        #expect(frame.kind == .book)
        #expect(events == [.delta(MarketID(0), update(4, previous: 3, bids: [level(5, 100_000)], asks: []))])
    }

    @Test(arguments: [
        #"{"ts":1,"type":"DELTA","data":{"t":"DELTA","m":"BTC-USD","b":[],"a":[]}}"#,
        #"{"type":"DELTA","data":{"t":"DELTA","m":"BTC-USD","b":[],"a":[]},"seq":1}"#,
        #"{"ts":1,"data":{"m":"BTC-USD","b":[],"a":[]},"seq":1}"#,
        #"{"ts":1,"type":"DELTA","data":{"m":"BTC-USD","b":[]},"seq":1}"#,
        #"{"ts":1,"type":"DELTA","data":{"b":[],"a":[]},"seq":1}"#,
        #"{"ts":1,"type":"DELTA","data":{"m":"BTC-USD","m":"BTC-USD","b":[],"a":[]},"seq":1}"#,
        #"{"ts":1,"type":"DELTA","data":{"m":"BTC-USD","b":[{"q":"1"}],"a":[]},"seq":1}"#,
        #"{"ts":1,"type":"DELTA","data":{"m":"BTC-USD","b":[{"p":"1"}],"a":[]},"seq":1}"#,
        #"{"ts":1,"type":"DELTA","data":{"m":"BTC-USD","b":[{"p":"0.5","c":"1"}],"a":[]},"seq":1}"#,
        #"{"ts":1,"type":"DELTA","data":{"m":"BTC-USD","b":[{"p":"0","c":"1"}],"a":[]},"seq":1}"#,
        #"{"ts":1,"type":"DELTA","data":{"m":"BTC-USD","b":[{"p":"1","c":"0.000001"}],"a":[]},"seq":1}"#,
        #"{"ts":1,"type":"DELTA","data":{"m":"BTC-USD","b":[{"p":"1","c":"1e3"}],"a":[]},"seq":1}"#,
        #"{"ts":1,"type":"MP","data":{"m":"BTC-USD","p":"0","ts":0},"seq":1}"#,
        #"{"ts":1,"data":[{"m":"BTC-USD","S":"LEFT","T":1,"p":"1","q":"1","i":1}],"seq":1}"#,
        #"{"ts":1,"data":[{"m":"BTC-USD","S":"BUY","T":1,"p":"1","q":"0","i":1}],"seq":1}"#,
        "", "[]", "null", "{", #"{"ts":1} x"#,
    ])
    func `a frame that lacks what a book needs is an error, not a guess`(text: String) {
        var events: [MarketEvent] = []
        #expect(throws: VenueDecodeError.self) { try decoder.decode(Array(text.utf8), into: &events) }
        #expect(events.isEmpty)
    }

    // MARK: Everything else

    @Test func `trades come several in a frame, those of other markets are passed over`() throws {
        let (frame, events) = try decode(
            #"""
            {"ts":1795248000000,"data":[{"m":"BTC-USD","S":"BUY","tT":"TRADE","T":1795247999997,"p":"84091","q":"0.1","i":2103000000000000901},
             {"m":"ETH-USD","S":"BUY","tT":"TRADE","T":1,"p":"0.00001","q":"0.0000001","i":9},
             {"i":"2103000000000000902","q":"0.2","p":"84090","T":1795247999998,"tT":"LIQUIDATION","S":"SELL","m":"BTC-USD"}],"seq":2}
            """#)
        #expect(frame.kind == .trades && frame.sequence == 2)
        #expect(
            events == [
                .trade(
                    MarketID(0),
                    PublicTrade(
                        id: TradeID(2_103_000_000_000_000_901), price: Price(ticks: 84_091),
                        quantity: Quantity(lots: 10_000), aggressor: .buy,
                        venueTime: Instant(milliseconds: 1_795_247_999_997))),
                .trade(
                    MarketID(0),
                    PublicTrade(
                        id: TradeID(2_103_000_000_000_000_902), price: Price(ticks: 84_090),
                        quantity: Quantity(lots: 20_000), aggressor: .sell,
                        venueTime: Instant(milliseconds: 1_795_247_999_998))),
            ])
    }

    @Test func `mark price and funding rate are told together, as far as they are known`() throws {
        let funding = #"{"ts":1795248000000,"data":{"m":"BTC-USD","T":1795248000000,"f":"-0.000013"},"seq":2}"#
        #expect(try decode(funding).events == [])
        let mark = try decode(
            #"{"type":"MP","data":{"m":"BTC-USD","p":"84090.4125000000000000","ts":0},"ts":1795248000000,"seq":1,"sourceEventId":null}"#
        )
        #expect(mark.frame.kind == .mark)
        let next = Instant(milliseconds: 1_795_251_600_000)
        let price = try decimal("84090.4125")
        #expect(
            mark.events == [.mark(MarketID(0), price: price, fundingRate: Rate(parts: -1_300), nextFunding: next)])
        let stats = ExtendedStats.init
        let event = decoder.apply(
            try stats(json(#"{"markPrice":"84100","fundingRate":"0.00002","nextFundingRate":1795255200000}"#)),
            to: MarketID(0))
        #expect(
            event
                == .mark(
                    MarketID(0), price: try decimal("84100"), fundingRate: Rate(parts: 2_000),
                    nextFunding: Instant(milliseconds: 1_795_255_200_000)))
        #expect(
            try decode(funding).events == [
                .mark(MarketID(0), price: try decimal("84100"), fundingRate: Rate(parts: -1_300), nextFunding: next)
            ])
    }

    @Test func `an index price is kept for who asks`() throws {
        let index = try decode(
            #"{"type":"IP","data":{"m":"BTC-USD","p":"84088.12","ts":1795247999960},"ts":1795248000000,"seq":1}"#)
        #expect(index.frame.kind == .index && index.events.isEmpty)
        #expect(try decoder.indexPrice(of: MarketID(0)) == decimal("84088.12"))
        #expect(decoder.indexPrice(of: MarketID(1)) == nil)
    }

    @Test(arguments: [
        #"{"ts":1795248000500,"data":[{"T":1795248000000,"o":"84090","l":"84090","h":"84091","c":"84091","v":"0.1"}],"seq":1}"#,
        #"{"ts":1,"type":"DELTA","data":{"t":"DELTA","m":"ETH-USD","b":[{"p":"0.001","q":"1"}],"a":[]},"seq":1}"#,
        #"{"ts":1,"type":"MP","data":{"m":"ETH-USD","p":"1"},"seq":1}"#, #"{"type":"PONG","seq":1}"#,
        #"{"data":null,"seq":1}"#, #"{"data":[],"seq":1}"#, #"{"data":"x","seq":1}"#, #"{"data":{},"seq":1}"#,
    ])
    func `candles, foreign markets and what is not known say nothing but their number`(text: String) throws {
        let (frame, events) = try decode(text)
        #expect(frame.kind == .other && frame.sequence == 1 && events.isEmpty)
    }
}

@Suite struct `Sizes kept for changes` {
    /// A dictionary, as a second opinion.
    @Test(arguments: 1...20) func `are those that a plain table keeps`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var ladder = ExtendedSizes.Ladder()
        var table: [Int64: Int64] = [:]
        let start = (0..<60).map { _ in
            BookLevel(Price(ticks: random.integer(in: 1...40)), Quantity(lots: random.integer(in: 0...3)))
        }
        ladder.replace(start)
        for level in start { table[level.price.ticks] = level.quantity.lots }
        for _ in 0..<500 {
            let price = random.integer(in: 1...40)
            let lots = random.integer(in: 0...3)
            #expect(ladder[Price(ticks: price)] == table[price] ?? 0)
            let isSet = ladder.set(Price(ticks: price), lots)
            #expect(isSet)
            table[price] = lots
        }
        for price in 1...40 { #expect(ladder[Price(ticks: Int64(price))] == table[Int64(price)] ?? 0) }
    }
}
