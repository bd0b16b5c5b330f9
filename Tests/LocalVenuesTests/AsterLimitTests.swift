import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Aster's request limits` {
    private func limits(weight: Int64 = 2_400, minute: Int64 = 1_200, tenSeconds: Int64 = 300) -> AsterLimits {
        var limits = AsterLimits()
        limits.weightPerMinute = weight
        limits.ordersPerMinute = minute
        limits.ordersPerTenSeconds = tenSeconds
        limits.ignoredBeforeBan = 2
        return limits
    }

    private func ping(_ world: inout AsterWorld, from address: String = "127.0.0.1") throws -> HTTPResponse {
        try world.reply(HTTPRequest(method: .get, target: "/fapi/v3/ping"), address: address)
    }

    @Test(arguments: [
        ("ping", 1), ("depth?symbol=ASTERUSDT&limit=5", 2), ("depth?symbol=ASTERUSDT&limit=100", 5),
        ("depth?symbol=ASTERUSDT", 10), ("depth?symbol=ASTERUSDT&limit=1000", 20),
        ("klines?symbol=ASTERUSDT&interval=1m&limit=99", 1), ("klines?symbol=ASTERUSDT&interval=1m", 5),
        ("klines?symbol=ASTERUSDT&interval=1m&limit=1500", 10), ("ticker/24hr", 40),
        ("ticker/24hr?symbol=ASTERUSDT", 1), ("ticker/price", 2), ("historicalTrades?symbol=ASTERUSDT", 20),
    ])
    func `count the documented weight and tell it with every reply`(target: String, weight: Int) throws {
        var world = AsterWorld()
        let response = try world.reply(HTTPRequest(method: .get, target: "/fapi/v3/\(target)"))
        #expect(response.headers["x-mbx-used-weight-1m"] == "\(weight)")
    }

    @Test func `answer 429 above the limit, then 418 to those who go on, and forgive with time`() throws {
        var world = AsterWorld(limits: limits(weight: 3))
        for count in 1...3 {
            let response = try ping(&world)
            #expect(response.status == 200)
            #expect(response.headers["X-MBX-USED-WEIGHT-1M"] == "\(count)")
        }
        for _ in 1...2 {
            let refused = try ping(&world)
            #expect(refused.status == 429)
            #expect(refused.headers["Retry-After"] == "60")
            #expect(String(decoding: refused.body, as: UTF8.self).contains("-1003"))
        }
        let banned = try ping(&world)
        #expect(banned.status == 418)
        #expect(banned.headers["Retry-After"] == "120")
        #expect(try ping(&world, from: "10.0.0.1").status == 200)
        world.advance(.seconds(60))
        #expect(try ping(&world).status == 418)
        world.advance(.seconds(60))
        #expect(try ping(&world).status == 200)
    }

    @Test func `aligns its windows to the clock`() throws {
        var world = AsterWorld(limits: limits(weight: 1))
        world.advance(.seconds(59))
        #expect(try ping(&world).status == 200)
        #expect(try ping(&world).status == 429)
        world.advance(.seconds(1))
        #expect(try ping(&world).status == 200)
    }

    @Test func `count orders of an account in both windows, but not cancels`() throws {
        var world = AsterWorld(limits: limits(tenSeconds: 2))
        let order = "symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=20&price=0.94"
        func place() throws -> HTTPResponse {
            try world.reply(world.request(.post, "/fapi/v1/order", order))
        }
        let first = try place()
        #expect(first.headers["X-MBX-ORDER-COUNT-10S"] == "1")
        #expect(first.headers["X-MBX-ORDER-COUNT-1M"] == "1")
        let id = try #require(try JSONValue.parse(first.body)["orderId"]?.integer)
        #expect(world.call(.delete, "/fapi/v1/order", "symbol=ASTERUSDT&orderId=\(id)").hasPrefix("200"))
        #expect(try place().headers["X-MBX-ORDER-COUNT-10S"] == "2")
        let refused = try place()
        #expect(refused.status == 429)
        #expect(
            String(decoding: refused.body, as: UTF8.self)
                == #"{"code":-1015,"msg":"Too many new orders; current limit is 2 orders per 10 SECOND."}"#)
        #expect(refused.headers["Retry-After"] == nil)
        world.advance(.seconds(10))
        let later = try place()
        #expect(later.headers["X-MBX-ORDER-COUNT-10S"] == "1")
        #expect(later.headers["X-MBX-ORDER-COUNT-1M"] == "3")
    }
}
