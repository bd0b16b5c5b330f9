import Exchange
import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Binance's market streams` {
    /// A book kept by the venue's own procedure: the snapshot, then every diff that follows it.
    private struct KeptBook {
        var levels: [String: String] = [:]
        var id: Int64 = 0

        init(snapshot: JSONValue) {
            id = snapshot["lastUpdateId"]!.integer!
            take(snapshot["bids"], "b")
            take(snapshot["asks"], "a")
        }

        private mutating func take(_ rows: JSONValue?, _ side: String) {
            for row in rows?.elements ?? [] {
                let (price, quantity) = (row.elements![0].text!, row.elements![1].text!)
                levels["\(side) \(price)"] = quantity == "0.00000000" ? nil : quantity
            }
        }

        /// - Returns: false for a diff that does not follow.
        mutating func apply(_ diff: JSONValue) -> Bool {
            guard diff["u"]!.integer! > id else { return true }
            guard diff["U"]!.integer! <= id + 1 else { return false }
            take(diff["b"], "b")
            take(diff["a"], "a")
            id = diff["u"]!.integer!
            return true
        }
    }

    private func played(
        seconds: Int64 = 60, _ world: inout BinanceWorld
    ) throws -> [JSONValue] {
        let price = Price(ticks: 6_000_000)
        var flow = SyntheticFlow(
            seed: 5, instrument: BinanceWorld.definition.instrument, startPrice: price, startingAt: world.now,
            parameters: .calm(on: BinanceWorld.definition.instrument, startPrice: price))!
        let end = world.now + .seconds(seconds)
        while let due = flow.nextDue, due < end, let event = flow.next() {
            world.server.apply(event, at: due, into: &world.effects)
            world.now = max(world.now, due)
        }
        world.advance(.seconds(1))
        return try world.values().filter { $0["e"]?.text == "depthUpdate" }
    }

    @Test func `let a client keep the whole book`() throws {
        var world = BinanceWorld()
        world.connect("/ws/btcusdt@depth@100ms")
        let snapshot = try JSONValue.parse(Array(world.open("depth", "symbol=BTCUSDT&limit=5000").dropFirst(4).utf8))
        var book = KeptBook(snapshot: snapshot)
        let diffs = try played(&world)
        #expect(diffs.count > 100)
        for (a, b) in zip(diffs, diffs.dropFirst()) { #expect(b["U"]!.integer! == a["u"]!.integer! + 1) }
        for diff in diffs {
            let follows = book.apply(diff)
            #expect(follows)
        }
        let now = KeptBook(
            snapshot: try JSONValue.parse(Array(world.open("depth", "symbol=BTCUSDT&limit=5000").dropFirst(4).utf8)))
        #expect(book.id == now.id)
        #expect(book.levels == now.levels)
    }

    @Test func `show a gap where a diff was lost, and nothing where one came twice`() throws {
        var world = BinanceWorld()
        world.connect("/ws/btcusdt@depth@100ms")
        let snapshot = try JSONValue.parse(Array(world.open("depth", "symbol=BTCUSDT&limit=5000").dropFirst(4).utf8))
        world.server.chaos.script(.depthDuplicated, next: 3)
        var book = KeptBook(snapshot: snapshot)
        for diff in try played(seconds: 5, &world) {
            let follows = book.apply(diff)
            #expect(follows)
        }
        world.server.chaos.script(.depthGap, next: 1)
        let rest = try played(seconds: 5, &world)
        var gaps = 0
        for diff in rest where !book.apply(diff) { gaps += 1 }
        #expect(gaps > 0)
    }

    @Test func `may be older in the snapshot than their first update`() throws {
        var world = BinanceWorld()
        world.connect("/ws/btcusdt@depth@100ms")
        world.setBook(mid: 6_000_003)
        world.server.chaos.script(.staleSnapshot, next: 1)
        world.advance(.milliseconds(100))
        let first = try #require(try world.values().first)
        let snapshot = try JSONValue.parse(Array(world.open("depth", "symbol=BTCUSDT").dropFirst(4).utf8))
        #expect(snapshot["lastUpdateId"]!.integer! < first["U"]!.integer!)
        let again = try JSONValue.parse(Array(world.open("depth", "symbol=BTCUSDT").dropFirst(4).utf8))
        #expect(again["lastUpdateId"]!.integer! >= first["U"]!.integer!)
    }

    @Test func `tell the touch and the tape at once`() throws {
        var world = BinanceWorld()
        world.connect("/stream?streams=btcusdt@bookTicker/btcusdt@aggTrade/btcusdt@trade")
        world.trade(.buy, lots: 150_000, limit: 6_000_010)
        let told = try world.values()
        #expect(
            told.map { $0["stream"]?.text ?? "" } == [
                "btcusdt@trade", "btcusdt@trade", "btcusdt@aggTrade", "btcusdt@aggTrade", "btcusdt@bookTicker",
            ])
        let touch = told[4]["data"]
        #expect(touch?["a"]?.text == "60000.06000000")
        #expect(touch?["A"]?.text == "0.50000000")
        #expect(touch?["e"] == nil)
        #expect(told[0]["data"]?["m"]?.boolean == false)
    }

    @Test func `tell the top of the book without its symbol`() throws {
        var world = BinanceWorld()
        world.connect("/ws/btcusdt@depth5@100ms")
        world.advance(.milliseconds(100))
        let told = try #require(try world.values().first)
        #expect(told.members?.map(\.name) == ["lastUpdateId", "bids", "asks"])
        #expect(told["bids"]?.elements?.count == 5)
    }

    @Test(arguments: [
        "btcusdt@kline_1m", "btcusdt@miniTicker", "btcusdt@ticker", "!miniTicker@arr", "btcusdt@avgPrice",
    ])
    func `beat`(name: String) throws {
        var world = BinanceWorld()
        world.trade(.buy, lots: 100, limit: 6_000_010)
        world.connect("/ws/\(name)")
        world.advance(.seconds(3))
        #expect(!world.frames().isEmpty)
    }

    @Test func `are subscribed to, listed and left`() throws {
        var world = BinanceWorld()
        world.connect("/ws")
        for (said, heard) in [
            (#"{"method":"SUBSCRIBE","params":["btcusdt@aggTrade","nothing@x"],"id":1}"#, #"{"result":null,"id":1}"#),
            (
                #"{"method":"LIST_SUBSCRIPTIONS","id":"a"}"#,
                #"{"result":["btcusdt@aggTrade","nothing@x"],"id":"a"}"#
            ),
            (#"{"method":"UNSUBSCRIBE","params":["nothing@x"],"id":null}"#, #"{"result":null,"id":null}"#),
            (#"{"method":"GET_PROPERTY","params":["combined"],"id":2}"#, #"{"result":false,"id":2}"#),
            (#"{"method":"SET_PROPERTY","params":["combined",1],"id":2}"#, #""code":1,"#),
            (#"{"method":"SET_PROPERTY","params":["other",true],"id":2}"#, #""code":0,"#),
            (#"{"method":"SING","id":2}"#, #""code":2,"#), ("nonsense", #""code":3,"#),
        ] {
            world.say(said)
            world.advance(.seconds(1))
            let frames = world.frames()
            #expect(frames.count == 1 && frames[0].contains(heard), "\(said): \(frames)")
        }
    }
}

@Suite struct `Binance's connections` {
    private func closings(_ world: inout BinanceWorld) -> [String] {
        world.effects.compactMap { if case .close(_, _, let reason) = $0 { reason } else { nil } }
    }

    @Test func `end where a ping is not answered for a minute`() {
        var world = BinanceWorld()
        world.connect("/ws/btcusdt@trade")
        world.advance(.seconds(79), pongs: false)
        #expect(closings(&world) == [])
        #expect(world.effects.count { if case .ping = $0 { true } else { false } } == 3)
        world.advance(.seconds(1), pongs: false)
        #expect(closings(&world) == ["Pong timeout"])
    }

    @Test func `live for a day, and are told before`() throws {
        var world = BinanceWorld()
        world.connect("/ws/btcusdt@trade")
        world.connect("/stream?streams=btcusdt@trade", as: 2)
        world.connect("/ws-api/v3", as: 3)
        world.advance(.hours(24) - .minutes(11))
        #expect(world.frames().isEmpty)
        world.advance(.minutes(2))
        #expect(try world.values().first?["e"]?.text == "serverShutdown")
        #expect(try world.values(of: 2).first?["stream"]?.text == "!serverShutdown")
        #expect(try world.values(of: 3).first?["event"]?["e"]?.text == "serverShutdown")
        #expect(closings(&world) == [])
        world.advance(.minutes(10))
        #expect(closings(&world).count == 3)
    }

    @Test func `take five messages a second`() {
        var world = BinanceWorld()
        world.connect("/ws")
        for _ in 0..<5 { world.say(#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#) }
        #expect(world.frames().count == 5)
        world.say(#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#)
        #expect(closings(&world) == ["Too many requests"])
    }

    @Test func `are three hundred in five minutes`() {
        var limits = BinanceLimits()
        limits.connectionsPerFiveMinutes = 2
        var world = BinanceWorld(limits: limits)
        for peer in 1...3 { world.connect("/ws", as: UInt64(peer)) }
        #expect(closings(&world).count == 1)
    }

    @Test(arguments: [
        ("/ws", true), ("/ws/x", true), ("/stream?streams=a/b", true), ("/ws-api/v3", true), ("/ws-api/v1", false),
        ("/", false), ("/streams", false),
    ])
    func `open on the venue's paths`(path: String, isOpen: Bool) {
        let world = BinanceWorld()
        let refusal = world.server.refusal(ofStream: HTTPRequest(method: .get, target: path))
        #expect((refusal == nil) == isOpen)
    }
}
