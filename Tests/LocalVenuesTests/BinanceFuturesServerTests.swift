import Exchange
import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `The family's server as Binance's USD-M futures` {
    private func world() -> AsterWorld { AsterWorld(dialect: .binanceFutures) }

    private static let order = "symbol=ASTERUSDT&side=BUY&type=LIMIT&quantity=20&price=0.9400&newClientOrderId=a"

    @Test(arguments: [
        (HTTPMethod.get, "/fapi/v3/positionRisk", 200), (.get, "/fapi/v2/positionRisk", 200),
        (.get, "/fapi/v3/balance", 200), (.get, "/fapi/v3/account", 200), (.get, "/fapi/v2/account", 200),
        (.get, "/fapi/v1/openOrders", 200), (.get, "/fapi/v3/openOrders", 404), (.get, "/fapi/v1/balance", 404),
        (.get, "/fapi/v1/stpMode", 404), (.post, "/fapi/v1/asset/wallet/transfer", 404),
    ])
    func `keys sign every version, and what only Aster has is not there`(
        method: HTTPMethod, path: String, status: Int
    ) throws {
        var world = world()
        #expect(try world.reply(world.request(method, path, "symbol=ASTERUSDT", as: .v1)).status == status)
    }

    @Test func `an order says its prevention, which is not Aster's`() throws {
        var world = world()
        let row = try world.json(
            .post, "/fapi/v1/order", Self.order + "&timeInForce=GTC&selfTradePreventionMode=EXPIRE_TAKER", as: .v1)
        #expect(row["selfTradePreventionMode"]?.text == "EXPIRE_TAKER")
        #expect(row["priceMatch"]?.text == "NONE")
        #expect(row["stpMode"] == nil)
        let standard = try world.json(.get, "/fapi/v1/order", "symbol=ASTERUSDT&origClientOrderId=a", as: .v1)
        #expect(standard["selfTradePreventionMode"]?.text == "EXPIRE_TAKER")
    }

    @Test(arguments: [
        ("EXPIRE_TAKER", "EXPIRED_IN_MATCH", "NEW"), ("EXPIRE_MAKER", "NEW", "EXPIRED_IN_MATCH"),
        ("EXPIRE_BOTH", "EXPIRED_IN_MATCH", "EXPIRED_IN_MATCH"), ("NONE", "FILLED", "FILLED"),
    ])
    func `the taker's mode decides who ends in the match`(mode: String, taker: String, maker: String) throws {
        var world = world()
        _ = try world.json(
            .post, "/fapi/v1/order",
            "symbol=ASTERUSDT&side=SELL&type=LIMIT&quantity=20&price=0.9505&timeInForce=GTC&newClientOrderId=maker",
            as: .v1)
        let row = try world.json(
            .post, "/fapi/v1/order",
            "symbol=ASTERUSDT&side=BUY&type=LIMIT&quantity=20&price=0.9505&timeInForce=GTC&newClientOrderId=taker"
                + "&newOrderRespType=RESULT&selfTradePreventionMode=\(mode)", as: .v1)
        #expect(row["status"]?.text == taker)
        let other = try world.json(.get, "/fapi/v1/order", "symbol=ASTERUSDT&origClientOrderId=maker", as: .v1)
        #expect(other["status"]?.text == maker)
    }

    @Test func `prevention does nothing for an order that must fill at once`() throws {
        var world = world()
        _ = try world.json(
            .post, "/fapi/v1/order",
            "symbol=ASTERUSDT&side=SELL&type=LIMIT&quantity=20&price=0.9505&timeInForce=GTC&newClientOrderId=maker",
            as: .v1)
        let row = try world.json(
            .post, "/fapi/v1/order",
            "symbol=ASTERUSDT&side=BUY&type=LIMIT&quantity=20&price=0.9505&timeInForce=FOK&newOrderRespType=RESULT"
                + "&selfTradePreventionMode=EXPIRE_TAKER", as: .v1)
        #expect(row["status"]?.text == "FILLED")
    }

    @Test(arguments: [
        ("timeInForce=GTX&price=0.9600", -5_022),
        ("timeInForce=GTC&price=0.94&selfTradePreventionMode=DECREMENT", -5_039),
        ("timeInForce=HIDDEN&price=0.94", -1_115),
    ])
    func `what it refuses has its own codes`(rest: String, code: Int64) throws {
        var world = world()
        let query = "symbol=ASTERUSDT&side=BUY&type=LIMIT&quantity=20&" + rest
        let response = try world.reply(world.request(.post, "/fapi/v1/order", query, as: .v1))
        #expect(response.status == 400)
        #expect(try JSONValue.parse(response.body)["code"]?.integer == code)
    }

    @Test func `conditional orders have moved elsewhere`() throws {
        var world = world()
        let query = "symbol=ASTERUSDT&side=BUY&type=STOP_MARKET&quantity=20&stopPrice=0.97"
        #expect(world.call(.post, "/fapi/v1/order", query, as: .v1).contains("-4120"))
    }

    @Test(arguments: [
        ("/public/stream?streams=asterusdt@bookTicker", true), ("/public/ws/asterusdt@bookTicker", true),
        ("/market/stream?streams=asterusdt@bookTicker", false), ("/stream?streams=asterusdt@bookTicker", false),
        ("/ws/asterusdt@bookTicker", false),
    ])
    func `a stream comes by the path of its category only`(target: String, isHeard: Bool) throws {
        var world = world()
        #expect(world.server.admitsStream(target: target))
        world.connect(target)
        world.setBook(mid: 9_600)
        world.advance(.milliseconds(200))
        #expect(world.frames().isEmpty != isHeard)
    }

    @Test func `an undivided path acknowledges, and sends nothing`() throws {
        var world = world()
        world.connect("/stream")
        world.say(#"{"method":"SUBSCRIBE","params":["asterusdt@depth@100ms"],"id":7}"#)
        #expect(world.frames() == [#"{"result":null,"id":7}"#])
        world.setBook(mid: 9_600)
        world.advance(.seconds(1))
        #expect(world.frames().isEmpty)
    }

    @Test(arguments: ["/private/ws/", "/private/ws?listenKey=", "/private/stream?streams="])
    func `the account's events come by the private path`(path: String) throws {
        var world = world()
        let key = try #require(try world.json(.post, "/fapi/v1/listenKey", as: .v1)["listenKey"]?.text)
        world.connect(path + key)
        _ = try world.json(.post, "/fapi/v1/order", Self.order + "&timeInForce=GTC", as: .v1)
        let events = try world.values().map { $0["data"] ?? $0 }
        #expect(events.first?["e"]?.text == "ORDER_TRADE_UPDATE")
        #expect(events.first?["o"]?["V"]?.text == "EXPIRE_MAKER")
    }

    @Test func `public events say which futures they are of`() throws {
        var world = world()
        world.connect("/public/stream?streams=asterusdt@depth@100ms/asterusdt@bookTicker")
        world.setBook(mid: 9_600)
        world.advance(.milliseconds(200))
        let frames = try world.values()
        #expect(frames.count >= 2)
        #expect(frames.allSatisfy { $0["data"]?["st"]?.integer == 1 })
    }
}
