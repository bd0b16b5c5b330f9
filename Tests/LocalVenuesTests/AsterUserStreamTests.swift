import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Aster's user stream` {
    private func order(_ tif: String, _ price: String, quantity: String = "20", side: String = "BUY") -> String {
        "symbol=ASTERUSDT&side=\(side)&type=LIMIT&timeInForce=\(tif)&quantity=\(quantity)&price=\(price)"
    }

    @Test func `tells a resting order, then its fills, each after the account's change`() throws {
        var world = AsterWorld()
        try world.listen()
        _ = try world.json(.post, "/fapi/v1/order", order("GTX", "0.9505"))
        let seen = try world.userEvents()
        #expect(seen == ["NEW/NEW l=0 z=0"])
        world.trade(.sell, lots: 500, limit: 9_505)
        world.trade(.sell, lots: 1_500, limit: 9_505)
        let told1 = try world.userEvents()
        #expect(
            told1 == [
                "account ORDER pa=5.00", "TRADE/PARTIALLY_FILLED l=5.00 z=5.00",
                "account ORDER pa=20.00", "TRADE/FILLED l=15.00 z=20.00",
            ])
    }

    @Test func `carries all letters of a fill`() throws {
        var world = AsterWorld()
        try world.listen()
        _ = try world.json(.post, "/fapi/v1/order", order("GTX", "0.9505") + "&newClientOrderId=mm-1")
        _ = world.frames()
        world.advance(.milliseconds(250))
        world.trade(.sell, lots: 500, limit: 9_505)
        let events = try world.values()
        try #require(events.count == 2)
        let fill = try #require(events[1]["o"])
        let expected: [(String, JSONValue)] = [
            ("s", .string("ASTERUSDT")), ("c", .string("mm-1")), ("S", .string("BUY")), ("o", .string("LIMIT")),
            ("f", .string("GTX")), ("q", .string("20.00")), ("p", .string("0.9505")), ("ap", .string("0.9505")),
            ("sp", .string("0")), ("x", .string("TRADE")), ("X", .string("PARTIALLY_FILLED")),
            ("l", .string("5.00")), ("z", .string("5.00")), ("L", .string("0.9505")), ("N", .string("USDT")),
            ("n", .string("0.00047525")), ("b", .string("14.257500")), ("a", .string("0")), ("m", .bool(true)),
            ("R", .bool(false)), ("wt", .string("CONTRACT_PRICE")), ("ot", .string("LIMIT")), ("ps", .string("BOTH")),
            ("cp", .bool(false)), ("rp", .string("0.00000000")), ("pP", .bool(false)),
        ]
        for (name, value) in expected { #expect(fill[name] == value, "\(name)") }
        #expect(fill["T"]?.integer == AsterWorld.start.milliseconds + 250)
        let account = try #require(events[0]["a"])
        #expect(account["m"]?.text == "ORDER")
        let balance = try #require(account["B"]?.elements?.first)
        #expect(balance["wb"]?.text == "9999.99952475")
        #expect(balance["bc"]?.text == "0")
        let position = try #require(account["P"]?.elements?.first)
        #expect(position["pa"]?.text == "5.00")
        #expect(position["ep"]?.text == "0.95050000")
        #expect(position["mt"]?.text == "cross")
    }

    @Test func `lets a crossing post-only order be new, then expired`() throws {
        var world = AsterWorld()
        try world.listen()
        _ = try world.json(.post, "/fapi/v1/order", order("GTX", "0.9510"))
        let seen = try world.userEvents()
        #expect(seen == ["NEW/NEW l=0 z=0", "EXPIRED/EXPIRED l=0 z=0"])
    }

    @Test func `expires what an immediate order could not fill`() throws {
        var world = AsterWorld()
        try world.listen()
        _ = try world.json(.post, "/fapi/v1/order", order("IOC", "0.9510", quantity: "150"))
        let told2 = try world.userEvents()
        #expect(
            told2 == [
                "NEW/NEW l=0 z=0", "account ORDER pa=100.00", "TRADE/PARTIALLY_FILLED l=100.00 z=100.00",
                "EXPIRED/EXPIRED l=0 z=100.00",
            ])
    }

    @Test func `tells an amendment, a cancel and the dead man's switch`() throws {
        var world = AsterWorld()
        try world.listen()
        let id = try #require(try world.json(.post, "/fapi/v1/order", order("GTC", "0.94"))["orderId"]?.integer)
        _ = try world.json(.put, "/fapi/v1/order", "symbol=ASTERUSDT&orderId=\(id)&quantity=30&price=0.9410")
        _ = try world.json(.delete, "/fapi/v1/order", "symbol=ASTERUSDT&orderId=\(id)")
        _ = try world.json(.post, "/fapi/v1/order", order("GTC", "0.94"))
        _ = try world.json(.post, "/fapi/v1/countdownCancelAll", "symbol=ASTERUSDT&countdownTime=1000")
        world.advance(.seconds(2))
        let told3 = try world.userEvents()
        #expect(
            told3 == [
                "NEW/NEW l=0 z=0", "AMENDMENT/NEW l=0 z=0", "CANCELED/CANCELED l=0 z=0", "NEW/NEW l=0 z=0",
                "CANCELED/CANCELED l=0 z=0",
            ])
    }

    @Test func `tells leverage, modes, deposits and funding`() throws {
        var world = AsterWorld()
        try world.listen()
        _ = try world.json(.post, "/fapi/v1/leverage", "symbol=ASTERUSDT&leverage=7")
        _ = try world.json(.post, "/fapi/v1/multiAssetsMargin", "multiAssetsMargin=true")
        try world.server.deposit(Cash(whole: 5), asset: "USDT", to: "a", at: world.now, into: &world.effects)
        _ = try world.json(.post, "/fapi/v1/order", "symbol=ASTERUSDT&side=BUY&type=MARKET&quantity=20")
        let events = try world.values()
        #expect(events[0]["ac"]?["l"]?.integer == 7)
        #expect(events[1]["ai"]?["j"]?.boolean == true)
        #expect(events[2]["a"]?["m"]?.text == "DEPOSIT")
        #expect(events[2]["a"]?["B"]?.elements?.first?["bc"]?.text == "5.00000000")
        for _ in 0..<10 {
            world.advance(.minutes(50))
            _ = try world.json(.put, "/fapi/v1/listenKey")
        }
        let funding = try #require(try world.values().first { $0["a"]?["m"]?.text == "FUNDING_FEE" })
        #expect(funding["a"]?["P"]?.elements == [])
        #expect(funding["a"]?["B"]?.elements?.first?["bc"]?.text?.hasPrefix("-0.00190") == true)
    }

    @Test func `gives the same key until it ends, and goes mute when it does`() throws {
        var world = AsterWorld()
        try world.listen()
        let key = try world.json(.post, "/fapi/v1/listenKey")["listenKey"]?.text
        #expect(key?.count == 64)
        #expect(try world.json(.post, "/fapi/v1/listenKey", as: .v1)["listenKey"]?.text == key)
        world.advance(.minutes(59))
        #expect(world.call(.put, "/fapi/v1/listenKey") == "200 {}")
        world.advance(.minutes(59))
        #expect(world.frames() == [])
        world.advance(.minutes(1))
        #expect(try world.values().map { $0["e"]?.text } == ["listenKeyExpired"])
        _ = try world.json(.post, "/fapi/v1/order", order("GTC", "0.94"))
        #expect(world.frames() == [])
        #expect(world.call(.put, "/fapi/v1/listenKey").contains("-1125"))
        #expect(try world.json(.post, "/fapi/v1/listenKey")["listenKey"]?.text != key)
    }

    @Test func `keeps accounts apart`() throws {
        var world = AsterWorld()
        try world.listen()
        _ = try world.json(.post, "/fapi/v1/order", order("GTC", "0.94"), as: .second)
        #expect(world.frames() == [])
        #expect(try world.json(.get, "/fapi/v1/openOrders").elements == [])
    }
}
