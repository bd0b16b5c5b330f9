import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueExtended

/// A book as a list of lines, each with its price.
private struct PlainBook {
    private var sizes: [Int64: Int64] = [:]

    mutating func apply(_ levels: [BookLevel], isSnapshot: Bool) {
        if isSnapshot { sizes = [:] }
        for level in levels { sizes[level.price.ticks] = level.quantity.lots == 0 ? nil : level.quantity.lots }
    }

    func levels(_ instrument: Instrument, descending: Bool) -> [[String]] {
        sizes.sorted { ($0.key < $1.key) != descending }.map {
            [
                instrument.decimal(Price(ticks: $0.key)).normalized.description,
                instrument.decimal(Quantity(lots: $0.value)).normalized.description,
            ]
        }
    }
}

@Suite struct `Sessions of the wire` {
    private func play(_ frames: [[UInt8]]) throws -> (bids: [[String]], asks: [[String]]) {
        let instrument = try Sample.instrument()
        var decoder = ExtendedMarketDecoder(instruments: [instrument])
        var (bids, asks) = (PlainBook(), PlainBook())
        var last: Int64 = 0
        for frame in frames {
            var events: [MarketEvent] = []
            let read = try decoder.decode(frame, into: &events)
            #expect(read.sequence == last + 1)
            last = read.sequence ?? 0
            for event in events {
                switch event {
                case .snapshot(_, let update), .delta(_, let update):
                    bids.apply(update.bids, isSnapshot: update.previousID == 0)
                    asks.apply(update.asks, isSnapshot: update.previousID == 0)
                case .touch, .trade, .mark, .bookLost: Issue.record("expected books only")
                }
            }
        }
        return (bids.levels(instrument, descending: true), asks.levels(instrument, descending: false))
    }

    /// With and without the sizes that result: the same book.
    @Test(arguments: [true, false]) func `a book grows from its snapshot`(tellsSizes: Bool) throws {
        func level(_ price: Int, _ change: String, _ size: String) -> String {
            #"{"q":"\#(change)","p":"\#(price)"\#(tellsSizes ? #","c":"\#(size)""# : "")}"#
        }
        func frame(_ type: String, _ sequence: Int, _ bids: [String], _ asks: [String]) -> [UInt8] {
            Array(
                #"""
                {"ts":1795248000\#(sequence)00,"type":"\#(type)","data":{"t":"\#(type)","m":"BTC-USD",
                 "b":[\#(bids.joined(separator: ","))],"a":[\#(asks.joined(separator: ","))],"d":"f"},"seq":\#(sequence)}
                """#.utf8)
        }
        let book = try play([
            frame(
                "SNAPSHOT", 1, [level(90, "0.5", "0.5"), level(89, "1.2", "1.2")],
                [level(91, "0.3", "0.3"), level(93, "2", "2")]),
            frame("DELTA", 2, [level(90, "-0.5", "0"), level(88, "0.7", "0.7")], [level(91, "-0.1", "0.2")]),
            frame("DELTA", 3, [level(89, "-0.2", "1")], [level(92, "1.5", "1.5")]),
        ])
        #expect(book.bids == [["89", "1"], ["88", "0.7"]])
        #expect(book.asks == [["91", "0.2"], ["92", "1.5"], ["93", "2"]])
    }

    @Test(.enabled(if: Vectors.exist)) func `the example files' book ends as they say`() throws {
        let session = try #require(Vectors.load("wire_examples")["ws_v1"]?["orderbook_session"])
        let book = try play(session.list("frames").map(\.bytes))
        let expected = try #require(session["expected_book"])
        #expect(try book.bids == expected.list("bids").map { $0.elements?.compactMap(\.text) })
        #expect(try book.asks == expected.list("asks").map { $0.elements?.compactMap(\.text) })
    }

    @Test(.enabled(if: Vectors.exist)) func `the example files' other public frames can be read`() throws {
        let streams = try #require(Vectors.load("wire_examples")["ws_v1"])
        let kinds: [(String, ExtendedMarketFrame.Kind, Int)] = [
            ("best_session", .book, 2), ("trades", .trades, 1), ("funding", .funding, 0), ("candles", .other, 0),
            ("mark", .mark, 1), ("index", .index, 0),
        ]
        for (name, kind, count) in kinds {
            var decoder = ExtendedMarketDecoder(instruments: [try Sample.instrument()])
            var events: [MarketEvent] = []
            for frame in try #require(streams[name]).list("frames") {
                #expect(try decoder.decode(frame.bytes, into: &events).kind == kind)
            }
            #expect(events.count == count, "\(name)")
        }
        var decoder = ExtendedMarketDecoder(instruments: [try Sample.instrument()])
        for entry in try #require(Vectors.load("wire_examples")["ws_v2"]).list("session") {
            guard let message = entry["msg"], message["seq"] != nil else { continue }
            var events: [MarketEvent] = []
            _ = try decoder.decode(message.bytes, into: &events)
        }
    }

    @Test(.enabled(if: Vectors.exist)) func `the example files' account session can be read`() throws {
        let session = try #require(Vectors.load("wire_examples")["ws_v1"]?["account_session"])
        let decoder = ExtendedAccountDecoder(instruments: [try Sample.instrument()])
        var updates: [ExtendedAccountUpdate] = []
        for (index, frame) in try session.list("frames").enumerated() {
            let read = decoder.decode(frame.bytes, into: &updates)
            #expect(read.sequence == Int64(index + 1) && read.isSnapshot == (index < 3))
        }
        let outcomes = updates.compactMap { update -> ExtendedOrderUpdate.Outcome? in
            if case .order(let order) = update { order.outcome } else { nil }
        }
        #expect(outcomes == [.working, .working, .done(.canceled)])
        for update in updates { if case .unreadable(let error) = update { Issue.record("\(error)") } }
        #expect(updates.count == 7)
    }

    @Test(.enabled(if: Vectors.exist)) func `the example files' ways for orders to end`() throws {
        let cases = try #require(Vectors.load("wire_examples")["ws_v1"]).list("order_outcomes")
        let expected: [[ExtendedOrderUpdate.Outcome]] = [
            [.done(.postOnlyMiss)], [.done(.selfTradePrevented)], [.replaced, .working], [.done(.rejected)],
            [.done(.canceled)], [.done(.expired)], [.done(.canceled)],
        ]
        let instruments = [try Sample.instrument()]
        let outcomes = try cases.map { example in
            let rows = example["ws_orders"]?.elements ?? [example["ws_order"] ?? .null]
            return try rows.map { try ExtendedReplies.order($0, instruments)?.outcome }
        }
        #expect(outcomes == expected)
    }

    @Test(.enabled(if: Vectors.exist)) func `the example files' REST replies mean what they say`() throws {
        let instruments = [try Sample.instrument()]
        var read = 0
        for example in try Vectors.load("wire_examples").list("rest") {
            let name = try example.string("name")
            let status = Int(try #require(example["http_status"]?.integer))
            let body = example["response_body"].flatMap { $0 == .null ? nil : $0.bytes } ?? []
            let response = HTTPResponse(status: status, body: body)
            let outcome = ExtendedErrorPolicy.outcome(of: response, to: Self.kind(name))
            guard case .accepted(let data, _) = outcome else {
                #expect(Self.refusals[name] == Self.word(outcome), "\(name): \(outcome)")
                continue
            }
            #expect(Self.refusals[name] == nil, "\(name)")
            read += 1
            switch name {
            case "markets": _ = try ExtendedMarket.find("BTC-USD", in: data, market: MarketID(0))
            case "stats": _ = try ExtendedStats(data)
            case "starknet domain": #expect(try ExtendedReplies.chain(data).matches(.mainnet))
            case "account": #expect(try ExtendedReplies.account(data).vault == 415_163)
            case "balance": #expect(try ExtendedReplies.balance(data).wallet == Cash(whole: 13_500))
            case "positions": #expect(try ExtendedReplies.positions(data, instruments).count == 1)
            case "open orders", "orders history", "orders by external id":
                #expect(try ExtendedReplies.orders(data, instruments).count == 1)
            case "order by id": #expect(try ExtendedReplies.order(data, instruments)?.outcome == .working)
            case "user trades": #expect(try ExtendedReplies.fills(data, instruments).count == 1)
            case "funding payments": #expect(try ExtendedReplies.fundingPayments(data, instruments).count == 1)
            case "funding": #expect(try ExtendedReplies.fundingRates(data, market: "BTC-USD").count == 1)
            case "fees": #expect(try ExtendedReplies.fees(data, market: "BTC-USD").taker == Rate(parts: 25_000))
            case "leverage get": #expect(try ExtendedReplies.leverage(data, market: "BTC-USD") == decimal("10"))
            case "leverage set": #expect(try ExtendedReplies.leverage(data, market: "BTC-USD") == decimal("20"))
            case "create post-only limit", "edit (replace)": _ = try ExtendedReplies.placement(data)
            default: break
            }
        }
        #expect(read > 25)
    }

    private static let refusals = [
        "market not found": "rules", "balance zero": "not found", "unauthorized": "fatal", "rate limited": "throttled",
        "create rejected: cost": "capital", "create rejected: signature": "fatal",
        "create rejected: duplicate external id": "duplicate", "create rejected: price band": "requote",
    ]

    private static func kind(_ name: String) -> ExtendedRequestKind {
        if name.hasPrefix("create") { return .place }
        if name.hasPrefix("edit") { return .replace }
        if name.hasPrefix("mass cancel") { return .cancelAll }
        if name.hasPrefix("cancel") { return .cancel }
        if name.hasPrefix("dead man") { return .deadMansSwitch }
        if name.hasPrefix("balance") { return .balance }
        return name == "leverage set" ? .leverage : .read
    }

    private static func word(_ outcome: ExtendedOutcome) -> String {
        switch outcome {
        case .accepted: "accepted"
        case .rejected(let rejection): rejection.kind.rawValue
        case .duplicate: "duplicate"
        case .notFound: "not found"
        case .unresolved: "unresolved"
        case .throttled: "throttled"
        case .fatal: "fatal"
        }
    }
}
