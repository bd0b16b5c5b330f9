import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Aster's server under noise` {
    private static let targets = [
        "/fapi/v3/depth?symbol=ASTERUSDT&limit=5", "/fapi/v3/klines?symbol=ASTERUSDT&interval=1m&startTime=1&limit=3",
        "/fapi/v1/aggTrades?symbol=ASTERUSDT&fromId=1&endTime=9223372036854775807",
        "/fapi/v3/fundingRate?symbol=ASTERUSDT&startTime=0", "/apus/ledger?account=a", "/apus/chaos?silence=1",
        "/fapi/v3/ticker/24hr?symbol=ASTERUSDT",
    ]
    private static let queries = [
        "symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=20&price=0.94&newClientOrderId=a",
        "symbol=ASTERUSDT&side=SELL&type=TRAILING_STOP_MARKET&quantity=20&callbackRate=1&activationPrice=0.96",
        "symbol=ASTERUSDT&orderId=18000000000&quantity=99999999999999999&price=199.9999",
        "symbol=ASTERUSDT&startTime=9223372036854775807&endTime=9223372036854775807&limit=9",
        "symbol=ASTERUSDT&countdownTime=86400000", "batchOrders=%5B%7B%22symbol%22%3A%22ASTERUSDT%22%7D%5D",
        "symbol=ASTERUSDT&orderIdList=%5B1%2C2%5D", "symbol=ASTERUSDT&leverage=9223372036854775807",
    ]
    private static let texts = [
        #"{"method":"SUBSCRIBE","params":["asterusdt@depth@100ms","asterusdt@kline_1M"],"id":1}"#,
        #"{"method":"SET_PROPERTY","params":["combined",true],"id":18446744073709551615}"#,
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

    @Test(arguments: 1...4)
    func `answers every request and never stops`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var limits = AsterLimits()
        limits.weightPerMinute = .max / 2
        limits.ordersPerMinute = .max / 2
        limits.ordersPerTenSeconds = .max / 2
        var world = AsterWorld(limits: limits, seed: seed)
        world.connect("/stream?streams=asterusdt@depth@100ms/asterusdt@ticker/asterusdt@kline_1M")
        let endpoints = AsterEndpoint.allCases
        for step in 0..<1_500 {
            let request: HTTPRequest
            if random.chance(1, in: 3) {
                let target = mutate(Self.targets[step % Self.targets.count], &random)
                request = HTTPRequest(method: random.chance(1, in: 2) ? .get : .post, target: target)
            } else {
                let name = endpoints[Int(random.integer(in: 0...Int64(endpoints.count - 1)))].rawValue.split(
                    separator: " ")
                let query = mutate(Self.queries[step % Self.queries.count], &random)
                request = world.request(HTTPMethod(rawValue: String(name[0]))!, "/fapi/v1/\(name[1])", query)
            }
            if let response = world.send(request) { #expect((200..<600).contains(response.status)) }
            if step % 97 == 0 { world.setBook(mid: 9_505 + random.integer(in: -20...20)) }
            world.advance(.milliseconds(random.integer(in: 0...400)))
            world.effects = []
        }
    }

    @Test func `survives every stream text`() {
        var random = RandomSource(seed: 9)
        var world = AsterWorld()
        for step in 0..<3_000 {
            if step % 5 == 0 { world.connect(mutate("/stream?streams=asterusdt@depth5/x", &random)) }
            world.say(mutate(Self.texts[step % 2], &random))
            world.advance(.milliseconds(150))
            world.effects = []
            #expect(world.server.connections.count <= 1)
        }
    }
}
