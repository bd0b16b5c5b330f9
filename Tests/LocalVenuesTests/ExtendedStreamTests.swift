import Exchange
import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

/// A listener that believes what it is told, and nothing else.
private struct NaiveBook {
    var bids: [String: String] = [:]
    var asks: [String: String] = [:]
    var number: Int64?

    /// - Returns: whether the frame was the next one.
    mutating func take(_ frame: JSONValue) -> Bool {
        let next = frame["seq"]?.integer
        defer { number = next }
        if let number, next != number + 1 { return false }
        guard let data = frame["data"] else { return false }
        if data["t"]?.text == "SNAPSHOT" { (bids, asks) = ([:], [:]) }
        let isDelta = data["t"]?.text == "DELTA"
        apply(data["b"], to: &bids, isDelta)
        apply(data["a"], to: &asks, isDelta)
        return true
    }

    private func apply(_ levels: JSONValue?, to side: inout [String: String], _ isDelta: Bool) {
        for level in levels?.elements ?? [] {
            let price = level["p"]?.text ?? ""
            let change = ExactDecimal(level["q"]?.text ?? "")!
            let after = ExactDecimal(level["c"]?.text ?? "")!
            let before = side[price].flatMap { ExactDecimal($0) } ?? .zero
            #expect(before.int64(atScale: 8)! + change.int64(atScale: 8)! == after.int64(atScale: 8)!, "q and c agree")
            side[price] = after.mantissa == 0 ? nil : after.normalized.description
        }
    }
}

extension ExtendedWorld {
    static let streams = "/stream.extended.exchange"

    mutating func open(_ peer: UInt64, _ path: String, as account: Int? = nil) {
        server.streamOpened(
            PeerID(peer), HTTPRequest(method: .get, target: Self.streams + path, headers: headers(account)), at: now,
            into: &effects)
    }

    mutating func say(_ peer: UInt64, _ text: String) {
        server.streamText(PeerID(peer), Array(text.utf8), at: now, into: &effects)
    }

    /// Answers the pings of everybody who is connected.
    mutating func pong() {
        for connection in server.connections { server.streamPong(connection.peer, at: now, into: &effects) }
    }

    /// The frames that were sent to a peer since the last call, in order.
    mutating func frames(_ peer: UInt64) throws -> [JSONValue] {
        var texts: [[UInt8]] = []
        effects.removeAll { effect in
            guard case .sendText(PeerID(peer), let bytes) = effect else { return false }
            texts.append(bytes)
            return true
        }
        return try texts.map { try JSONValue.parse($0) }
    }

    func refusal(_ path: String, as account: Int? = nil, agent: Bool = true) -> UInt16? {
        let headers = agent ? headers(account) : HTTPHeaders()
        return server.refusal(ofStream: HTTPRequest(method: .get, target: Self.streams + path, headers: headers))
            .map { UInt16($0.status) }
    }
}

@Suite struct `The streams of the local Extended` {
    private func exchangeBook(_ world: ExtendedWorld) -> (bids: [String: String], asks: [String: String]) {
        let book = world.server.exchange.book(MarketID(0), depth: .max)
        let instrument = world.server.configuration.markets[0].instrument
        func side(_ levels: [BookLevel]) -> [String: String] {
            var result: [String: String] = [:]
            for level in levels {
                result[instrument.text(level.price)] = instrument.decimal(level.quantity).normalized.description
            }
            return result
        }
        return (side(book.bids), side(book.asks))
    }

    @Test func `a listener's book equals the exchange's after thousands of events, whenever it came`() throws {
        var world = ExtendedWorld()
        var random = RandomSource(seed: 9)
        var books: [NaiveBook] = []
        for step in 0..<1_000 {
            if step % 250 == 100 {
                books.append(NaiveBook())
                world.open(UInt64(books.count), "/v1/orderbooks/BTC-USD")
            }
            let mid = ExtendedWorld.mid + random.integer(in: -20...20)
            if random.chance(1, in: 5) {
                world.trade(
                    random.chance(1, in: 2) ? .buy : .sell, lots: random.integer(in: 1...300_000),
                    limit: mid + random.integer(in: -5...5))
            } else {
                let bids = (1...random.integer(in: 2...12)).map {
                    ExtendedWorld.level(mid - $0, random.integer(in: 1...9) * 1_000)
                }
                let asks = (1...random.integer(in: 2...12)).map {
                    ExtendedWorld.level(mid + $0, random.integer(in: 1...9) * 1_000)
                }
                world.server.apply(.book(MarketID(0), bids: bids, asks: asks), at: world.now, into: &world.effects)
            }
            world.advance(.milliseconds(random.integer(in: 0...60)))
            world.pong()
            for index in books.indices {
                for frame in try world.frames(UInt64(index + 1)) {
                    let isNext = books[index].take(frame)
                    #expect(isNext)
                }
            }
        }
        world.advance(.milliseconds(100))
        let truth = exchangeBook(world)
        for index in books.indices {
            for frame in try world.frames(UInt64(index + 1)) { _ = books[index].take(frame) }
            #expect(books[index].bids == truth.bids && books[index].asks == truth.asks, "listener \(index)")
        }
    }

    @Test func `the book begins with frame 1, changes every 100 ms at most, and is told whole each minute`() throws {
        var world = ExtendedWorld()
        world.open(1, "/v1/orderbooks/BTC-USD")
        let first = try world.frames(1)
        #expect(first.count == 1 && first[0]["seq"]?.integer == 1 && first[0]["type"]?.text == "SNAPSHOT")
        #expect(first[0]["data"]?["d"]?.text == "f" && first[0]["data"]?["b"]?.elements?.count == 10)
        for _ in 0..<5 { world.trade(.buy, lots: 1_000, limit: ExtendedWorld.mid + 1) }
        #expect(try world.frames(1).isEmpty, "changes wait for the beat")
        world.advance(.milliseconds(100))
        let delta = try world.frames(1)
        #expect(delta.map { $0["type"]?.text } == ["DELTA"])
        #expect(delta[0]["data"]?["a"]?.elements?.first?["q"]?.text == "-0.05000")
        world.advance(.milliseconds(500))
        #expect(try world.frames(1).isEmpty, "nothing changed")
        for _ in 0..<10 {
            world.advance(.seconds(6))
            world.pong()
        }
        #expect(try world.frames(1).map { $0["type"]?.text } == ["SNAPSHOT"])
    }

    @Test func `the touch alone is a snapshot on every change`() throws {
        var world = ExtendedWorld()
        world.open(1, "/v1/orderbooks/BTC-USD?depth=1")
        world.trade(.sell, lots: 1_000, limit: ExtendedWorld.mid - 1)
        world.advance(.milliseconds(10))
        let frames = try world.frames(1)
        #expect(frames.map { $0["seq"]?.integer } == [1, 2])
        #expect(frames[1]["type"]?.text == "SNAPSHOT" && frames[1]["data"]?["d"]?.text == "1")
        #expect(frames[1]["data"]?["b"]?.elements?.map { $0["q"]?.text } == ["0.99000"])
        #expect(frames[1]["data"]?["b"]?.elements?.first?["c"] == nil)
    }

    @Test func `trades, marks and indices are told to those who listen, all markets in one stream`() throws {
        var world = ExtendedWorld()
        world.open(1, "/v1/publicTrades")
        world.open(2, "/v1/prices/mark/BTC-USD")
        world.open(3, "/v1/prices/index/ETH-USD")
        world.trade(.buy, lots: 2_000, limit: ExtendedWorld.mid + 1)
        world.advance(.seconds(5))
        let trades = try world.frames(1)
        #expect(trades.first?["data"]?.elements?.first?["S"]?.text == "BUY")
        #expect(trades.first?["data"]?.elements?.first?["m"]?.text == "BTC-USD" && trades.first?["type"] == nil)
        let marks = try world.frames(2)
        #expect(marks.first?["type"]?.text == "MP" && marks.first?["data"]?["ts"]?.integer == 0)
        #expect(try world.frames(3).isEmpty, "nothing happened to ETH-USD")
    }

    @Test func `an account stream begins with three snapshots, and a fill is order, trade, position and balance`()
        throws
    {
        var world = ExtendedWorld()
        world.open(1, "/v1/account", as: 0)
        let opening = try world.frames(1)
        #expect(opening.map { $0["type"]?.text } == ["ORDER", "BALANCE", "POSITION"])
        #expect(opening.map { $0["seq"]?.integer } == [1, 2, 3])
        #expect(opening.allSatisfy { $0["data"]?["isSnapshot"]?.boolean == true })
        let name = try world.order(.buy, "0.01", "84095")
        world.work()
        let frames = try world.frames(1)
        let types = frames.compactMap { $0["type"]?.text }
        for type in ["ORDER", "TRADE", "POSITION", "BALANCE"] { #expect(types.contains(type), "\(types)") }
        #expect(frames.map { $0["seq"]?.integer } == (0..<frames.count).map { Int64($0 + 4) })
        let trade = frames.first { $0["type"]?.text == "TRADE" }?["data"]?["trades"]?.elements?.first
        #expect(trade?["externalOrderId"]?.text == name && trade?["isTaker"]?.boolean == true)
        world.open(2, "/v1/account", as: 1)
        _ = try world.frames(2)
        world.work()
        #expect(try world.frames(2).isEmpty, "another account hears nothing of it")
    }

    @Test func `handshakes are refused where there is no stream, no key, or nobody who says who it is`() {
        let world = ExtendedWorld()
        #expect(world.refusal("/v1/orderbooks/BTC-USD") == nil && world.refusal("/v2/rpc") == nil)
        #expect(world.refusal("/v1") == 404 && world.refusal("/v1/") == 404 && world.refusal("/v1/tea") == 404)
        #expect(world.refusal("/v1/orderbooks/XX-USD") == 404)
        #expect(world.refusal("/v1/account") == 401 && world.refusal("/v1/account", as: 0) == nil)
        #expect(world.refusal("/v1/orderbooks/BTC-USD", agent: false) == 403)
        #expect(world.refusal("/v1/candles/BTC-USD/trades?interval=PT7M") != nil)
    }

    @Test func `pings come every fifteen seconds, and silence of ten ends the connection`() {
        var world = ExtendedWorld()
        world.open(1, "/v1/funding")
        world.effects = []
        world.advance(.seconds(15))
        #expect(world.effects == [.ping(PeerID(1))])
        world.server.streamPong(PeerID(1), at: world.now, into: &world.effects)
        world.effects = []
        world.advance(.seconds(15))
        world.advance(.seconds(10))
        #expect(world.effects == [.ping(PeerID(1)), .close(PeerID(1), code: 1_008, reason: "no pong")])
        #expect(world.server.connections.isEmpty)
    }

    @Test func `candles are told each second while somebody listens`() throws {
        var world = ExtendedWorld()
        world.open(1, "/v1/candles/BTC-USD/trades?interval=PT1M")
        world.trade(.buy, lots: 1_000, limit: ExtendedWorld.mid + 1)
        world.advance(.seconds(3))
        let frames = try world.frames(1)
        #expect((2...4).contains(frames.count))
        #expect(frames.last?["data"]?.elements?.first?["c"]?.text == "84091")
    }
}

@Suite struct `The JSON-RPC streams of the local Extended` {
    private func request(_ id: String, _ method: String, _ parameters: String = "{}") -> String {
        #"{"jsonrpc":"2.0","id":"\#(id)","method":"\#(method)","params":\#(parameters)}"#
    }

    private let book = #"{"scope":"orderbooks","selector":{"market":"BTC-USD","depth":"full","rfqOnly":false}}"#

    @Test func `topics come and go on one connection, numbered together from zero`() throws {
        var world = ExtendedWorld()
        world.open(1, "/v2/rpc")
        world.say(1, request("1", "subscribe", book))
        world.say(1, request("2", "subscribe", #"{"scope":"prices","selector":{"type":"mark","market":null}}"#))
        world.say(1, request("3", "list-subscriptions"))
        world.say(1, request("4", "ping"))
        let frames = try world.frames(1)
        #expect(frames.map { $0["id"]?.text ?? $0["type"]?.text } == ["1", "ORDERBOOKS.SNAPSHOT", "2", "3", "4"])
        #expect(frames[0]["result"]?["subscription"]?.text == "orderbooks.BTC-USD")
        #expect(frames[1]["seq"]?.integer == 0 && frames[1]["subscription"]?.text == "orderbooks.BTC-USD")
        #expect(
            frames[3]["result"]?["subscriptions"]?.elements?.compactMap(\.text) == [
                "orderbooks.BTC-USD", "prices.mark.all",
            ])
        #expect(frames[4]["result"]?["status"]?.text == "OK")
        world.say(1, request("5", "subscribe", book))
        #expect(try world.frames(1).map { $0["seq"]?.integer } == [nil, 1], "a new snapshot")
        world.say(1, request("6", "unsubscribe", book))
        _ = try world.frames(1)
        world.trade(.buy, lots: 1_000, limit: ExtendedWorld.mid + 1)
        world.advance(.milliseconds(200))
        #expect(try world.frames(1).allSatisfy { $0["subscription"]?.text == "prices.mark.all" })
    }

    @Test func `trades replay the last fifty first`() throws {
        var world = ExtendedWorld()
        for _ in 0..<3 { world.trade(.buy, lots: 1_000, limit: ExtendedWorld.mid + 1) }
        world.open(1, "/v2/rpc")
        world.say(1, request("1", "subscribe", #"{"scope":"trades","selector":{"market":"BTC-USD"}}"#))
        let frames = try world.frames(1)
        let ids = frames.last?["data"]?.elements?.compactMap { $0["i"]?.integer } ?? []
        #expect(ids.count == 3 && ids == ids.sorted())
    }

    @Test func `an account topic needs its key`() throws {
        var world = ExtendedWorld()
        world.open(1, "/v2/rpc")
        let number = world.server.accounts[0].number
        func subscribe(_ account: Int64, _ key: String) -> String {
            request("9", "subscribe", #"{"scope":"account","selector":{"account":"\#(account)"},"apiKey":"\#(key)"}"#)
        }
        world.say(1, subscribe(number, "bad"))
        world.say(1, subscribe(number + 1, "key-a"))
        #expect(try world.frames(1).map { $0["error"]?["code"]?.integer } == [-32_001, -32_001])
        world.say(1, subscribe(number, "key-a"))
        #expect(
            try world.frames(1).compactMap { $0["type"]?.text } == [
                "ACCOUNT.ORDER", "ACCOUNT.BALANCE", "ACCOUNT.POSITION",
            ])
    }

    @Test func `what is not understood is answered with its code`() throws {
        var world = ExtendedWorld()
        world.open(1, "/v2/rpc")
        for text in [
            "{", "[]", #"{"jsonrpc":"2.0","id":"1"}"#, request("1", "tea"),
            request("1", "subscribe", #"{"scope":"tea"}"#),
            request("1", "subscribe", #"{"scope":"orderbooks","selector":{"market":"XX"}}"#),
            request(
                "1", "subscribe",
                #"{"scope":"candles","selector":{"type":"last","market":"BTC-USD","interval":"PT9M"}}"#),
        ] { world.say(1, text) }
        #expect(
            try world.frames(1).map { $0["error"]?["code"]?.integer }
                == [-32_700, -32_600, -32_600, -32_601, -32_602, -32_602, -32_602])
    }

    @Test func `mutated requests are answered, and never trap`() throws {
        var world = ExtendedWorld()
        world.open(1, "/v2/rpc")
        let good = Array(request("1", "subscribe", book).utf8)
        var random = RandomSource(seed: 77)
        for _ in 0..<3_000 {
            var bytes = good
            for _ in 0..<(1 + random.next() % 5) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            world.server.streamText(PeerID(1), bytes, at: world.now, into: &world.effects)
            #expect(!world.effects.isEmpty)
            world.effects.removeAll()
        }
        #expect(world.server.connections[0].subscriptions.count < 50)
    }
}

@Suite struct `Chaos on the local Extended's streams` {
    private func numbers(_ chaos: (inout ExtendedChaos) -> Void, _ span: TimeSpan = .seconds(2)) throws -> [Int64] {
        var world = ExtendedWorld()
        world.open(1, "/v1/orderbooks/BTC-USD")
        chaos(&world.server.chaos)
        for index in 0..<4 {
            world.setBook(mid: ExtendedWorld.mid + Int64(index % 2))
            world.advance(.milliseconds(100))
        }
        world.advance(span)
        return try world.frames(1).compactMap { $0["seq"]?.integer }
    }

    @Test func `frames are lost, doubled and late, each with the number it has`() throws {
        #expect(try numbers { _ in } == [1, 2, 3, 4])
        #expect(try numbers { $0.script(.bookGap, next: 1) } == [1, 3, 4])
        #expect(try numbers { $0.script(.bookDuplicated, next: 1) } == [1, 2, 2, 3, 4])
        #expect(try numbers { $0.script(.bookReordered, next: 1) } == [1, 3, 4, 2])
        #expect(try numbers { $0.script(.marketSilence, next: 1) } == [1])
    }

    @Test func `a book that was mute goes on with the number it would have had`() throws {
        func mute(_ chaos: inout ExtendedChaos) {
            chaos.silence = .milliseconds(150)
            chaos.script(.marketSilence, next: 1)
        }
        #expect(try numbers { mute(&$0) } == [1, 4])
    }

    @Test func `an account frame that was lost inside the venue leaves no gap`() throws {
        var world = ExtendedWorld()
        world.open(1, "/v1/account", as: 0)
        _ = try world.frames(1)
        world.server.chaos.script(.accountEventDropped, next: 1)
        try world.order(.buy, "0.01", "84000")
        world.work()
        try world.order(.buy, "0.01", "84001")
        world.work()
        let frames = try world.frames(1)
        #expect(frames.first?["seq"]?.integer == 4)
        #expect(world.server.strikes(of: .accountEventDropped) == 1)
    }

    @Test func `a connection is cut without a word`() throws {
        var world = ExtendedWorld()
        world.open(1, "/v1/orderbooks/BTC-USD")
        world.server.chaos.script(.disconnect, next: 1)
        world.setBook(mid: ExtendedWorld.mid + 1)
        world.advance(.milliseconds(100))
        #expect(world.effects.contains(.abort(PeerID(1))))
    }
}
