import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueExtended
import Wire

@testable import LocalVenues

@Suite struct `A local Extended under noise` {
    private static let targets = [
        "/info/markets?market=BTC-USD", "/info/markets/BTC-USD/orderbook", "/info/markets/BTC-USD/stats",
        "/info/candles/BTC-USD/mark-prices?interval=PT5M&limit=3&endTime=9223372036854775807",
        "/info/BTC-USD/funding?startTime=0&endTime=9223372036854775807&cursor=9&limit=9",
        "/info/BTC-USD/open-interests?interval=P1H&startTime=0", "/info/assets?type=PERPETUAL",
        "/info/assets/BTC/price",
        "/user/balance", "/user/positions?market=BTC-USD&side=LONG", "/user/positions/history?cursor=1&limit=1",
        "/user/orders?market=BTC-USD&type=LIMIT&side=BUY", "/user/orders/history?sort=UPDATED_AT&cursor=9&id=1",
        "/user/orders/1", "/user/orders/external/order-1", "/user/order/1", "/user/order?externalId=order-1",
        "/user/trades?type=TRADE&side=SELL&limit=2", "/user/funding/history?fromTime=0",
        "/user/leverage?market=BTC-USD",
        "/user/fees?market=ETH-USD", "/user/assetOperations?type=DEPOSIT&status=COMPLETED&startTime=0",
        "/user/deadmanswitch?countdownTime=86400", "/user/client/info", "/user/rebates/stats",
    ]
    private static let bodies = [
        #"{"orderIds":[1,2],"externalOrderIds":["order-1"],"markets":["BTC-USD"],"cancelAll":false}"#,
        #"{"market":"BTC-USD","leverage":"10"}"#, #"{"cancelAll":true}"#,
    ]

    private func mutate(_ text: [UInt8], _ random: inout RandomSource) -> [UInt8] {
        var bytes = text
        for _ in 0..<random.integer(in: 0...4) {
            let index = Int(random.integer(in: 0...Int64(max(0, bytes.count - 1))))
            switch random.integer(in: 0...4) {
            case 0 where !bytes.isEmpty: bytes.remove(at: index)
            case 1 where !bytes.isEmpty: bytes[index] = UInt8(random.integer(in: 0x20...0x7E))
            case 2: bytes.insert(UInt8(random.integer(in: 0x20...0x7E)), at: min(index, bytes.count))
            case 3 where !bytes.isEmpty: bytes[index] = UInt8(random.integer(in: 0x30...0x39))
            default: bytes.insert(contentsOf: "99999999999999999999".utf8, at: min(index, bytes.count))
            }
        }
        return bytes
    }

    /// Bodies of orders as they were signed; most changes are noticed before the signature is looked at.
    private func orders(_ world: inout ExtendedWorld) throws -> [[UInt8]] {
        var bodies: [[UInt8]] = []
        for price in ["84000", "84091", "84200"] {
            bodies.append(try world.body(world.draft(.buy, "0.01", price)))
            bodies.append(try world.body(world.draft(.sell, "0.01", price) { $0.cancelID = "order-2" }))
        }
        bodies.append(
            try world.body(
                world.draft(.sell, "0.01", "84000") {
                    $0.kind = .conditional
                    $0.trigger = .init(
                        price: ExactDecimal("84050")!, source: .last, direction: .down, execution: .limit)
                }))
        return bodies
    }

    @Test(arguments: 1...4)
    func `answers every request and never stops`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var limits = ExtendedLimits()
        limits.requestsPerMinute = .max / 2
        var world = ExtendedWorld(limits: limits, seed: seed)
        let orders = try orders(&world)
        let methods: [HTTPMethod] = [.get, .post, .delete, .patch]
        for step in 0..<800 {
            let request: HTTPRequest
            if random.chance(1, in: 3) {
                request = HTTPRequest(
                    method: .post, target: "/api/v1/user/order", headers: world.headers(0),
                    body: mutate(orders[step % orders.count], &random))
            } else {
                let target = mutate(Array(Self.targets[step % Self.targets.count].utf8), &random)
                let method = random.chance(1, in: 2) ? .get : methods[Int(random.integer(in: 0...3))]
                request = HTTPRequest(
                    method: method, target: "/api/v1" + String(decoding: target, as: UTF8.self),
                    headers: world.headers(step % 3), body: mutate(Array(Self.bodies[step % 3].utf8), &random))
            }
            let reply = world.send(request)
            let response = try #require(reply)
            #expect((200...429).contains(response.status))
            let document = try JSONValue.parse(response.body)
            #expect(document["status"]?.text == (response.status == 200 ? "OK" : "ERROR"))
            if step % 7 == 0 { world.advance(.milliseconds(random.integer(in: 1...3_000))) }
            if step % 50 == 0 { world.setBook(mid: ExtendedWorld.mid + random.integer(in: -300...300)) }
            world.effects = []
        }
        #expect(try world.ledger()["wallet"] != nil)
    }

    @Test(arguments: 1...2)
    func `reads mutated bodies of orders`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var world = ExtendedWorld()
        let orders = try orders(&world)
        var read = 0
        for step in 0..<10_000 {
            do throws(ExtendedError) {
                _ = try ExtendedOrderForm(mutate(orders[step % orders.count], &random))
                read += 1
            } catch {
                #expect(error.code == 400 || error.code == 1_133 || error.code == 1_132)
            }
        }
        #expect(read > 500)
    }
}
