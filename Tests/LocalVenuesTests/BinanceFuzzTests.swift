import Exchange
import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Binance's server under noise` {
    private static let queries = [
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.02&price=59999.96&newClientOrderId=a",
        "symbol=BTCUSDT&side=SELL&type=MARKET&quoteOrderQty=999999999999.99999999",
        "symbol=BTCUSDT&side=SELL&type=LIMIT_MAKER&quantity=0.02&price=60000.04&selfTradePreventionMode=DECREMENT",
        "symbol=BTCUSDT&side=BUY&type=STOP_LOSS_LIMIT&timeInForce=FOK&quantity=0.02&price=60001&stopPrice=60000.5",
        "symbol=BTCUSDT&orderId=18000000000&newQty=0.01&origClientOrderId=a",
        "symbol=BTCUSDT&startTime=9223372036854775807&endTime=9223372036854775807&limit=9&fromId=1",
        "symbols=%5B%22BTCUSDT%22%2C%22ETHUSDT%22%5D&windowSize=7d&type=MINI&interval=1M",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=IOC&quantity=9000&price=1000000"
            + "&cancelReplaceMode=ALLOW_FAILURE&cancelOrigClientOrderId=a",
        "symbol=BTCUSDT&preventedMatchId=1&limit=1001&recvWindow=60000.001",
    ]
    private static let texts = [
        #"{"method":"SUBSCRIBE","params":["btcusdt@depth@100ms","btcusdt@kline_1M"],"id":1}"#,
        #"{"id":"a","method":"order.place","params":{"symbol":"BTCUSDT","side":"BUY","timestamp":1768551600000}}"#,
        #"{"id":1,"method":"exchangeInfo","params":{"symbols":["BTCUSDT"],"returnRateLimits":false}}"#,
        #"{"id":1,"method":"userDataStream.unsubscribe","params":{"subscriptionId":99999999999999999999}}"#,
    ]

    private func mutate(_ text: String, _ random: inout RandomSource) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<random.integer(in: 0...4) {
            let index = Int(random.integer(in: 0...Int64(max(0, bytes.count - 1))))
            switch random.integer(in: 0...3) {
            case 0 where !bytes.isEmpty: bytes.remove(at: index)
            case 1 where !bytes.isEmpty: bytes[index] = UInt8(random.integer(in: 0x20...0x7E))
            case 2: bytes.insert(UInt8(random.integer(in: 0x20...0x7E)), at: min(index, bytes.count))
            default: bytes.insert(contentsOf: "99999999999999999999".utf8, at: min(index, bytes.count))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static var unlimited: BinanceLimits {
        var limits = BinanceLimits()
        limits.weightPerMinute = .max / 2
        limits.ordersPerTenSeconds = .max / 2
        limits.ordersPerDay = .max / 2
        limits.connectionsPerFiveMinutes = .max / 2
        return limits
    }

    @Test(arguments: 1...4)
    func `answers every request and never stops`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var world = BinanceWorld(limits: Self.unlimited, seed: seed)
        world.connect("/stream?streams=btcusdt@depth@100ms/btcusdt@ticker/btcusdt@kline_1M/btcusdt@depth20")
        try world.listen(peer: 2)
        let endpoints = BinanceEndpoint.allCases
        for step in 0..<1_500 {
            let name = endpoints[Int(random.integer(in: 0...Int64(endpoints.count - 1)))].rawValue.split(separator: " ")
            let query = mutate(Self.queries[step % Self.queries.count], &random)
            let identity = BinanceWorld.Identity(rawValue: Int(random.integer(in: 0...4)))!
            let request = world.request(
                HTTPMethod(rawValue: String(name[0]))!, "/api/v3/\(name[1])", query, as: identity)
            if let response = world.send(request) { #expect((200..<600).contains(response.status)) }
            if step % 20 == 0 { _ = world.call(.post, "order", Self.queries[step / 20 % 3]) }
            if step % 97 == 0 { world.setBook(mid: 6_000_000 + random.integer(in: -20...20)) }
            world.advance(.milliseconds(random.integer(in: 0...400)))
            world.effects = []
        }
        #expect(world.server.exchange.orders(of: AccountID(1), in: MarketID(0)).count > 10)
    }

    @Test func `survives every text on both kinds of socket`() {
        var random = RandomSource(seed: 9)
        var world = BinanceWorld(limits: Self.unlimited)
        for step in 0..<4_000 {
            if step % 5 == 0 { world.connect(mutate("/stream?streams=btcusdt@depth5/x", &random)) }
            if step % 7 == 0 { world.connect("/ws-api/v3", as: 2) }
            world.say(mutate(Self.texts[step % 4], &random), as: UInt64(1 + step % 2))
            world.advance(.milliseconds(250))
            world.effects = []
            #expect(world.server.connections.count <= 2)
        }
    }

    @Test(arguments: BinanceFault.allCases)
    func `survives a fault that strikes often`(fault: BinanceFault) throws {
        var world = BinanceWorld(limits: Self.unlimited, seed: 3)
        world.server.chaos.set(fault, chance: 1, in: 3)
        for step in 0..<300 {
            if step % 20 == 0 {
                world.connect("/stream?streams=btcusdt@depth@100ms/btcusdt@trade")
                world.connect("/ws-api/v3", as: 2)
                _ = world.answer("userDataStream.subscribe.signature", peer: 2)
            }
            _ = world.call(.post, "order", Self.queries[step % 3])
            _ = world.open("depth", "symbol=BTCUSDT")
            if step % 11 == 0 { world.setBook(mid: 6_000_000 + Int64(step % 13)) }
            world.advance(.milliseconds(150))
            world.effects = []
        }
        #expect(world.server.strikes(of: fault) > 0)
    }

    @Test func `gives the same effects for the same seed and inputs`() throws {
        func play(_ seed: UInt64) throws -> [ServerEffect] {
            var world = BinanceWorld(seed: seed)
            let price = Price(ticks: 6_000_000)
            var flow = SyntheticFlow(
                seed: 3, instrument: BinanceWorld.definition.instrument, startPrice: price, startingAt: world.now,
                parameters: .calm(on: BinanceWorld.definition.instrument, startPrice: price))!
            world.server.chaos.set(.userEventDropped, chance: 1, in: 5)
            world.server.chaos.set(.depthGap, chance: 1, in: 9)
            world.connect("/stream?streams=btcusdt@depth@100ms/btcusdt@aggTrade/btcusdt@bookTicker")
            try world.listen(peer: 2)
            var effects: [ServerEffect] = []
            for step in 0..<1_000 {
                guard let due = flow.nextDue, let event = flow.next() else { break }
                world.server.apply(event, at: due, into: &world.effects)
                world.now = max(world.now, due)
                if step % 3 == 0 { _ = world.call(.post, "order", Self.queries[0]) }
                if step % 7 == 0 { _ = world.call(.delete, "openOrders", "symbol=BTCUSDT") }
                effects += world.effects
                world.effects = []
            }
            return effects
        }
        let first = try play(1)
        #expect(first.count > 300)
        #expect(first == (try play(1)))
        #expect(first != (try play(2)))
    }
}
