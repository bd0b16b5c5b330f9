import Exchange
import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Aster's market streams` {
    @Test func `acknowledge subscriptions, known or not, and list them`() {
        var world = AsterWorld()
        world.connect("/stream")
        world.say(#"{"method":"SUBSCRIBE","params":["asterusdt@bookTicker","ASTERUSDT@depth","nope@depth"],"id":1}"#)
        world.say(#"{"method":"UNSUBSCRIBE","params":["nope@depth"],"id":312}"#)
        world.say(#"{"method":"LIST_SUBSCRIPTIONS","id":3}"#)
        world.say(#"{"method":"GET_PROPERTY","params":["combined"],"id":2}"#)
        world.say(#"{"method":"SET_PROPERTY","params":["combined",false],"id":5}"#)
        world.say(#"{"method":"SUBSCRIBE","params":["asterusdt@ticker"]}"#)
        #expect(
            world.frames() == [
                #"{"result":null,"id":1}"#, #"{"result":null,"id":312}"#,
                #"{"result":["asterusdt@bookTicker","ASTERUSDT@depth"],"id":3}"#, #"{"result":true,"id":2}"#,
                #"{"result":null,"id":5}"#, #"{"result":null,"id":null}"#,
            ])
    }

    @Test(arguments: [
        ("{", 3), ("[]", 2), (#"{"method":"SUBSCRIBE","params":["a"],"id":-1}"#, 2),
        (#"{"method":"SUBSCRIBE","params":["a"],"id":"x"}"#, 2), (#"{"method":"SUBSCRIBE","id":1}"#, 2),
        (#"{"method":"NOPE","id":1}"#, 2), (#"{"method":"GET_PROPERTY","params":["x"],"id":1}"#, 0),
        (#"{"method":"SET_PROPERTY","params":["combined",1],"id":1}"#, 1),
        (#"{"method":"SUBSCRIBE","params":[1],"id":1}"#, 2),
    ])
    func `refuse wrong control messages with the documented code`(text: String, code: Int64) throws {
        var world = AsterWorld()
        world.connect("/ws")
        world.say(text)
        #expect(try world.values().first?["code"]?.integer == code)
    }

    @Test func `close on the eleventh message of a second`() {
        var world = AsterWorld()
        world.connect("/ws")
        for _ in 0..<10 { world.say(#"{"method":"LIST_SUBSCRIPTIONS","id":3}"#) }
        #expect(world.frames().count == 10)
        world.say(#"{"method":"LIST_SUBSCRIPTIONS","id":3}"#)
        #expect(world.effects == [.close(PeerID(1), code: 1_008, reason: "Too many requests")])
    }

    @Test func `hold at most two hundred streams`() throws {
        var world = AsterWorld()
        world.connect("/ws")
        func names(_ range: Range<Int>) -> String { range.map { "\"s\($0)@depth\"" }.joined(separator: ",") }
        world.say(#"{"method":"SUBSCRIBE","params":[\#(names(0..<200))],"id":1}"#)
        world.say(#"{"method":"SUBSCRIBE","params":["one@more"],"id":2}"#)
        let replies = try world.values()
        #expect(replies[0]["result"] == .null)
        #expect(replies[1]["code"]?.integer == 2)
    }

    @Test func `tell a best price at once, raw or combined`() {
        var world = AsterWorld()
        world.connect("/ws/asterusdt@bookTicker", as: 1)
        world.connect("/stream?streams=asterusdt@bookTicker/!bookTicker", as: 2)
        world.setBook(mid: 9_506)
        let raw = world.frames(of: 1)
        let combined = world.frames(of: 2)
        #expect(raw.count == 1)
        #expect(raw[0].hasPrefix(#"{"e":"bookTicker","u":"#))
        #expect(raw[0].contains(#""s":"ASTERUSDT","b":"0.9501","B":"100.00","a":"0.9511","A":"100.00","T":"#))
        #expect(
            combined == [
                #"{"stream":"asterusdt@bookTicker","data":\#(raw[0])}"#, #"{"stream":"!bookTicker","data":\#(raw[0])}"#,
            ])
    }

    /// A client's book, kept as the documents say.
    private struct Replica {
        var bids: [String: String] = [:]
        var asks: [String: String] = [:]
        var lastID: Int64 = 0

        mutating func load(_ snapshot: JSONValue) throws {
            lastID = try #require(snapshot["lastUpdateId"]?.integer)
            bids = [:]
            asks = [:]
            try change(&bids, snapshot["bids"])
            try change(&asks, snapshot["asks"])
        }

        mutating func apply(_ event: JSONValue) throws {
            let last = try #require(event["u"]?.integer)
            guard last > lastID else { return }
            let previous = try #require(event["pu"]?.integer)
            let first = try #require(event["U"]?.integer)
            #expect(previous <= lastID && first <= last)
            lastID = last
            try change(&bids, event["b"])
            try change(&asks, event["a"])
        }

        private func change(_ side: inout [String: String], _ levels: JSONValue?) throws {
            for level in try #require(levels?.elements) {
                let price = try #require(level.elements?[0].text)
                let quantity = try #require(level.elements?[1].text)
                side[price] = quantity == "0" ? nil : quantity
            }
        }
    }

    @Test(arguments: 1...8)
    func `let a client rebuild the book exactly from diffs over a snapshot`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var world = AsterWorld(seed: seed)
        world.connect("/ws/asterusdt@depth@100ms")
        var replica = Replica()
        var previous: Int64?
        try replica.load(try world.json(.get, "/fapi/v1/depth", "symbol=ASTERUSDT&limit=1000", as: .open))
        for step in 0..<400 {
            switch random.integer(in: 0...5) {
            case 0: world.setBook(mid: 9_505 + random.integer(in: -10...10))
            case 1: world.trade(.buy, lots: random.integer(in: 1...30_000), limit: 9_600)
            case 2: world.trade(.sell, lots: random.integer(in: 1...30_000), limit: 9_400)
            case 3:
                let price = random.integer(in: 9_480...9_499)
                _ = world.call(
                    .post, "/fapi/v1/order",
                    "symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=20&price=0.\(price)")
            case 4: _ = world.call(.delete, "/fapi/v1/allOpenOrders", "symbol=ASTERUSDT")
            default: break
            }
            world.advance(.milliseconds(random.integer(in: 1...150)))
            for event in try world.values() {
                if let previous { #expect(event["pu"]?.integer == previous) }
                previous = event["u"]?.integer
                try replica.apply(event)
            }
            if step % 40 == 7 {
                // A new snapshot at any moment fits the stream that goes on.
                try replica.load(try world.json(.get, "/fapi/v1/depth", "symbol=ASTERUSDT&limit=1000", as: .open))
            }
        }
        world.advance(.milliseconds(200))
        for event in try world.values() { try replica.apply(event) }
        var truth = Replica()
        try truth.load(try world.json(.get, "/fapi/v1/depth", "symbol=ASTERUSDT&limit=1000", as: .open))
        #expect(replica.bids == truth.bids)
        #expect(replica.asks == truth.asks)
        #expect(replica.lastID == truth.lastID)
    }

    @Test func `send the top of the book whole, only when it changed`() throws {
        var world = AsterWorld()
        world.connect("/ws/asterusdt@depth5@100ms")
        world.advance(.milliseconds(100))
        #expect(try world.values().first?["b"]?.elements?.count == 5)
        world.advance(.seconds(1))
        #expect(world.frames() == [])
        world.setBook(mid: 9_506)
        world.advance(.milliseconds(100))
        let frame = try #require(try world.values().first)
        #expect(frame["e"]?.text == "depthUpdate")
        #expect(frame["b"]?.elements?.first == .array([.string("0.9501"), .string("100.00")]))
    }

    @Test func `put the fills of one order at one price into one aggregate`() throws {
        var world = AsterWorld()
        world.connect("/ws/asterusdt@aggTrade")
        for _ in 0..<2 {
            _ = try world.json(
                .post, "/fapi/v1/order",
                "symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=20&price=0.9505")
        }
        world.trade(.sell, lots: 4_500, limit: 9_500)
        world.advance(.milliseconds(100))
        let frames = try world.values()
        #expect(frames.map { $0["p"]?.text } == ["0.9505", "0.9500"])
        #expect(frames.map { $0["q"]?.text } == ["40.00", "5.00"])
        #expect(frames.map { $0["m"]?.boolean } == [true, true])
        let first = try #require(frames[0]["f"]?.integer)
        #expect(frames[0]["l"]?.integer == first + 1)
        let rows = try world.json(.get, "/fapi/v1/aggTrades", "symbol=ASTERUSDT", as: .open).elements
        #expect(rows?.map { $0["q"]?.text } == ["40.00", "5.00"])
    }

    @Test func `beat mark prices, and close candles`() throws {
        var world = AsterWorld()
        world.connect("/ws/asterusdt@markPrice@1s/!markPrice@arr", as: 1)
        world.connect("/ws/asterusdt@kline_1m", as: 2)
        world.advance(.seconds(3))
        let marks = try world.values(of: 1)
        #expect(marks.filter { $0.elements == nil }.count == 3)
        #expect(marks.filter { $0.elements != nil }.count == 1)
        #expect(marks[0]["p"]?.text == "0.95050000")
        #expect(world.frames(of: 2) == [])
        world.trade(.buy, lots: 100, limit: 9_600)
        world.advance(.seconds(60))
        let candles = try world.values(of: 2)
        #expect(candles.filter { $0["k"]?["x"]?.boolean == true }.count == 1)
        #expect(candles.first?["k"]?["v"]?.text == "1.00")
        #expect(candles.last?["k"]?["t"]?.integer == AsterWorld.start.milliseconds + 60_000)
    }

    @Test func `ping every five minutes and end after a day`() {
        var world = AsterWorld()
        world.connect("/ws")
        world.advance(.minutes(5))
        #expect(world.effects == [.ping(PeerID(1))])
        world.effects = []
        world.advance(.hours(24))
        let closes = world.effects.filter { if case .close(PeerID(1), _, _) = $0 { true } else { false } }
        #expect(closes.count == 1)
        world.effects = []
        world.advance(.minutes(10))
        #expect(world.effects == [])
    }

    @Test(arguments: [
        ("/ws", true), ("/ws/asterusdt@depth", true), ("/stream", true), ("/stream?streams=a/b", true), ("/", false),
        ("/wsx", false), ("/fapi/v3/ping", false), ("/stream?streams=%zz", false),
    ])
    func `open on their own paths only`(target: String, isAdmitted: Bool) {
        #expect(AsterWorld().server.admitsStream(target: target) == isAdmitted)
    }
}
