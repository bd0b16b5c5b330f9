import Exchange
import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

/// Requests that provoke the codes of the venue's list which no other suite's tables provoke.
@Suite struct `Aster's error codes` {
    private static let buy = "symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=20&price=0.94"

    private static let table: [(HTTPMethod, String, String, Int64)] = [
        (.get, "indexreferences", "symbol=NOPE", -1_000), (.post, "chase", "symbol=ASTERUSDT", -1_020),
        (.post, "placeStrategyOrder", "", -1_020), (.post, "approveAgent", "", -1_020),
        (.post, "order", buy + "&builder=0x1", -1_020), (.post, "order", buy + "&feeRate=0.001", -1_020),
        (.post, "positionSide/dual", "dualSidePosition=true", -1_020),
        (.get, "income", "startTime=2&endTime=1", -1_023), (.get, "openOrders", "symbol=NOPE", -1_121),
        (.get, "order", "symbol=ASTERUSDT", -1_102), (.get, "order", "symbol=ASTERUSDT&orderId=x", -1_100),
        (.get, "order", "symbol=ASTERUSDT&orderId=1", -2_013),
        (.get, "order", "symbol=ASTERUSDT&origClientOrderId=x", -2_013),
        (.get, "openOrder", "symbol=ASTERUSDT&orderId=1", -2_013),
        (.put, "order", "symbol=ASTERUSDT&orderId=1&quantity=20&price=0.9", -2_013),
        (.put, "order", "symbol=ASTERUSDT&orderId=1&price=0.9", -1_102),
        (.delete, "order", "symbol=ASTERUSDT&orderId=1", -2_011), (.delete, "order", "symbol=ASTERUSDT", -1_102),
        (.delete, "allOpenOrders", "", -1_102), (.delete, "batchOrders", "symbol=ASTERUSDT", -1_102),
        (.delete, "batchOrders", "symbol=ASTERUSDT&orderIdList=%5B1,2,3,4,5,6,7,8,9,10,11%5D", -4_032),
        (.post, "batchOrders", "batchOrders=nonsense", -1_102), (.post, "batchOrders", "batchOrders=%5B%5D", -4_082),
        (.put, "listenKey", "", -1_125), (.get, "userTrades", "symbol=ASTERUSDT&fromId=1&startTime=1", -1_128),
        (.post, "countdownCancelAll", "symbol=ASTERUSDT", -1_102),
        (.post, "leverage", "symbol=ASTERUSDT&leverage=0", -4_028), (.post, "leverage", "symbol=ASTERUSDT", -1_102),
        (.post, "marginType", "symbol=ASTERUSDT&marginType=CROSS", -1_130),
        (.post, "marginType", "symbol=ASTERUSDT&marginType=CROSSED", -4_046),
        (.post, "positionMargin", "symbol=ASTERUSDT&amount=0&type=1", -4_055),
        (.post, "positionMargin", "symbol=ASTERUSDT&amount=1&type=1", -4_049),
        (.post, "positionMargin", "symbol=ASTERUSDT&amount=1&type=3", -1_130),
        (.get, "indexPriceKlines", "pair=NOPE&interval=1m", -4_144),
        (.get, "remainingOpenableNotionalValue", "symbol=ASTERUSDT&leverage=999", -4_028),
        (.get, "remainingOpenableNotionalValue", "symbol=ASTERUSDT", -1_102),
        (.post, "stpMode", "stpMode=NONE", -1_130), (.post, "multiAssetsMargin", "multiAssetsMargin=maybe", -1_130),
        (.post, "mmp", "symbol=ASTERUSDT", -1_102), (.post, "mmpReset", "symbol=NOPE", -1_121),
        (.post, "order", buy + "&pegPriceType=QUEUE_1", -1_106), (.post, "order", buy + "&pegOffset=0", -1_106),
    ]

    private func code(_ world: inout AsterWorld, _ method: HTTPMethod, _ path: String, _ query: String) throws -> Int64?
    {
        let response = try world.reply(world.request(method, "/fapi/v1/\(path)", query))
        #expect(response.status == 400)
        return try JSONValue.parse(response.body)["code"]?.integer
    }

    @Test(arguments: table.indices) func `are what the documents say`(row: Int) throws {
        let (method, path, query, expected) = Self.table[row]
        var world = AsterWorld()
        #expect(try code(&world, method, path, query) == expected, "\(path)?\(query)")
    }

    @Test func `tell what stands between an account and another margin type`() throws {
        var world = AsterWorld()
        _ = try world.json(.post, "/fapi/v1/order", Self.buy)
        #expect(try code(&world, .post, "marginType", "symbol=ASTERUSDT&marginType=ISOLATED") == -4_047)
        _ = try world.json(.delete, "/fapi/v1/allOpenOrders", "symbol=ASTERUSDT")
        _ = try world.json(.post, "/fapi/v1/order", "symbol=ASTERUSDT&side=BUY&type=MARKET&quantity=20")
        #expect(try code(&world, .post, "marginType", "symbol=ASTERUSDT&marginType=ISOLATED") == -4_048)
        _ = try world.json(
            .post, "/fapi/v1/order", "symbol=ASTERUSDT&side=SELL&type=MARKET&quantity=20&reduceOnly=true")
        _ = try world.json(.post, "/fapi/v1/marginType", "symbol=ASTERUSDT&marginType=ISOLATED")
        #expect(try code(&world, .post, "positionMargin", "symbol=ASTERUSDT&amount=1&type=1") == -4_054)
        _ = try world.json(.post, "/fapi/v1/order", "symbol=ASTERUSDT&side=BUY&type=MARKET&quantity=20")
        #expect(try code(&world, .post, "leverage", "symbol=ASTERUSDT&leverage=2") == -4_161)
        #expect(try code(&world, .post, "positionMargin", "symbol=ASTERUSDT&amount=1&type=1") == -1_020)
    }

    @Test func `keep isolated margin out of multi-assets mode`() throws {
        var world = AsterWorld()
        _ = try world.json(.post, "/fapi/v1/multiAssetsMargin", "multiAssetsMargin=true")
        #expect(try code(&world, .post, "marginType", "symbol=ASTERUSDT&marginType=ISOLATED") == -4_168)
    }

    @Test func `end at the two hundredth open order, and at the tenth conditional one`() throws {
        var world = AsterWorld()
        for _ in 0..<10 {
            _ = try world.json(
                .post, "/fapi/v1/order",
                "symbol=ASTERUSDT&side=SELL&type=STOP_MARKET&quantity=20&stopPrice=0.90&workingType=MARK_PRICE")
        }
        #expect(
            try code(
                &world, .post, "order", "symbol=ASTERUSDT&side=SELL&type=STOP_MARKET&quantity=20&stopPrice=0.90")
                == -4_045)
        for _ in 0..<190 { _ = try world.json(.post, "/fapi/v1/order", Self.buy) }
        #expect(try code(&world, .post, "order", Self.buy) == -2_025)
    }

    @Test func `tell a market order that nobody is there, or too far away`() throws {
        let market = "symbol=ASTERUSDT&side=BUY&type=MARKET&quantity=20"
        var empty = AsterWorld(hasBook: false)
        #expect(try code(&empty, .post, "order", market) == -4_131)
        var peg = AsterWorld(hasBook: false)
        #expect(
            try code(
                &peg, .post, "order",
                "symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=20&pegPriceType=QUEUE_1") == -1_112)
    }

    @Test func `tell an order that can no longer be amended`() throws {
        var world = AsterWorld()
        let stop = "symbol=ASTERUSDT&side=SELL&type=STOP&quantity=20&price=0.94&stopPrice=0.94&workingType=MARK_PRICE"
        let id = try #require(try world.json(.post, "/fapi/v1/order", stop)["orderId"]?.integer)
        #expect(try code(&world, .put, "order", "symbol=ASTERUSDT&orderId=\(id)&quantity=20&price=0.93") == -4_000)
    }

    @Test func `answer transfers that cannot be`() throws {
        var world = AsterWorld()
        func transfer(_ amount: String, _ asset: String, _ id: String, _ kind: String) -> String {
            world.call(
                .post, "/fapi/v1/asset/wallet/transfer",
                "amount=\(amount)&asset=\(asset)&clientTranId=\(id)&kindType=\(kind)")
        }
        #expect(transfer("10", "USDT", "t1", "SPOT_FUTURE").hasSuffix(#""status":"SUCCESS"}"#))
        #expect(transfer("10", "USDT", "t1", "SPOT_FUTURE").contains("-4115"))
        #expect(transfer("10", "USDT", String(repeating: "x", count: 64), "SPOT_FUTURE").contains("-4114"))
        #expect(transfer("0", "USDT", "t2", "SPOT_FUTURE").contains("-4055"))
        #expect(transfer("1", "NOPE", "t2", "SPOT_FUTURE").contains("-1108"))
        #expect(transfer("1", "USDT", "t2", "HERE_THERE").contains("-1130"))
        #expect(transfer("10011", "USDT", "t2", "FUTURE_SPOT").contains("-2018"))
        #expect(transfer("10010", "USDT", "t2", "FUTURE_SPOT").contains("SUCCESS"))
        #expect(world.server.exchange.wallet(of: world.server.accounts[0].id) == .zero)
    }
}
