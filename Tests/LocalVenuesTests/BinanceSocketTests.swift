import Exchange
import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Binance's socket API` {
    @Test func `places, shows and cancels as REST does`() throws {
        var world = BinanceWorld()
        world.connect("/ws-api/v3")
        let placed = try world.ask(
            "order.place",
            [
                ("symbol", "BTCUSDT"), ("side", "BUY"), ("type", "LIMIT"), ("timeInForce", "GTC"), ("price", "50000"),
                ("quantity", "0.01"),
            ])
        #expect(placed["status"]?.integer == 200)
        #expect(placed["id"]?.text == "q")
        let id = try #require(placed["result"]?["orderId"]?.integer)
        let limits = placed["rateLimits"]?.elements?.map { $0["rateLimitType"]?.text }
        #expect(limits == ["ORDERS", "ORDERS", "REQUEST_WEIGHT"])
        let found = try world.ask("order.status", [("symbol", "BTCUSDT"), ("orderId", "\(id)")])
        #expect(found["result"] == (try world.json(.get, "order", "symbol=BTCUSDT&orderId=\(id)")))
        let canceled = try world.ask("order.cancel", [("symbol", "BTCUSDT"), ("orderId", "\(id)")])
        #expect(canceled["result"]?["status"]?.text == "CANCELED")
        let again = try world.ask("order.cancel", [("symbol", "BTCUSDT"), ("orderId", "\(id)")])
        #expect(again["status"]?.integer == 400)
        #expect(again["error"]?["code"]?.integer == -2_011)
    }

    @Test func `tells partial failures with their halves`() throws {
        var world = BinanceWorld()
        world.connect("/ws-api/v3")
        let reply = try world.ask(
            "order.cancelReplace",
            [
                ("symbol", "BTCUSDT"), ("side", "BUY"), ("type", "LIMIT_MAKER"), ("price", "50000"),
                ("quantity", "0.01"), ("cancelReplaceMode", "ALLOW_FAILURE"), ("cancelOrderId", "1"),
            ])
        #expect(reply["status"]?.integer == 409)
        #expect(reply["error"]?["data"]?["newOrderResult"]?.text == "SUCCESS")
    }

    @Test func `lets those with an Ed25519 key log on`() throws {
        var world = BinanceWorld()
        world.connect("/ws-api/v3")
        #expect(try world.ask("session.logon")["error"]?["code"]?.integer == -4_056)
        let logon = try world.ask("session.logon", as: .ed25519)
        #expect(logon["result"]?["authorizedSince"]?.integer == world.now.milliseconds)
        #expect(try world.ask("userDataStream.subscribe")["result"]?["subscriptionId"]?.integer == 0)
        #expect(try world.ask("userDataStream.subscribe")["error"]?["code"]?.integer == -2_035)
        let stamp = world.now.milliseconds
        world.say(#"{"id":7,"method":"account.status","params":{"timestamp":\#(stamp),"omitZeroBalances":true}}"#)
        let account = try #require(try world.values().last)
        #expect(account["id"]?.integer == 7)
        #expect(account["result"]?["accountType"]?.text == "SPOT")
        world.say(#"{"id":8,"method":"account.status","params":{"timestamp":\#(stamp - 6_000)}}"#)
        #expect(try world.values().last?["error"]?["code"]?.integer == -1_021)
        #expect(try world.ask("session.status")["result"]?["userDataStream"]?.boolean == true)
        #expect(try world.ask("session.logout")["result"]?["apiKey"] == .null)
        world.say(#"{"id":9,"method":"account.status","params":{"timestamp":\#(stamp)}}"#)
        #expect(try world.values().last?["status"]?.integer == 400)
    }

    @Test func `can be told to leave the limits out`() throws {
        var world = BinanceWorld()
        world.connect("/ws-api/v3?returnRateLimits=false")
        world.say(#"{"id":null,"method":"ping"}"#)
        world.say(#"{"id":"x","method":"v3/time","params":{"returnRateLimits":true}}"#)
        let told = try world.values()
        #expect(
            told[0]
                == .object([
                    .init("id", .null), .init("status", .number("200")), .init("result", .object([JSONMember]())),
                ]))
        #expect(told[1]["rateLimits"] != nil)
    }

    @Test(arguments: [
        ("nonsense", -1_135), ("[]", -1_135), (#"{"id":1}"#, -1_102), (#"{"id":[],"method":"ping"}"#, -1_135),
        (#"{"id":1,"method":"sing"}"#, -1_020), (#"{"id":1,"method":"userDataStream.start"}"#, -1_020),
        (#"{"id":1,"method":"depth","params":[]}"#, -1_135), (#"{"id":1,"method":"depth","params":{}}"#, -1_102),
        (#"{"id":1,"method":"order.place","params":{"apiKey":"nobody"}}"#, -2_015),
    ])
    func `says what is wrong with a request`(text: String, code: Int64) throws {
        var world = BinanceWorld()
        world.connect("/ws-api/v3")
        world.say(text)
        let told = try #require(try world.values().first)
        #expect(told["error"]?["code"]?.integer == code)
        #expect((told["status"]?.integer ?? 0) >= 400)
    }

    @Test func `serves public data without a key, and lists of symbols`() throws {
        var world = BinanceWorld()
        world.connect("/ws-api/v3")
        world.say(#"{"id":1,"method":"ticker.book","params":{"symbols":["ETHUSDT","BTCUSDT"]}}"#)
        let rows = try world.values().first?["result"]?.elements
        #expect(rows?.map { $0["symbol"]?.text } == ["ETHUSDT", "BTCUSDT"])
    }
}

@Suite struct `Binance's user stream` {
    @Test func `tells orders, fills and balances`() throws {
        var world = BinanceWorld()
        try world.listen()
        try world.limit("BUY", "0.02", at: "59999.95", "&newClientOrderId=a")
        let new = try world.values()
        let report = new[0]["event"]
        #expect(report?["c"]?.text == "a")
        #expect(report?["C"]?.text == "")
        #expect(report?["q"]?.text == "0.02000000")
        #expect(report?["w"]?.boolean == true)
        #expect(report?["N"] == .null)
        let rows = new[1]["event"]?["B"]?.elements ?? []
        #expect(rows.map { $0["a"]?.text } == ["BTC", "USDT"])
        #expect(rows[1]["l"]?.text == "1199.99900000")
        world.trade(.sell, lots: 100_000, limit: 5_999_995)
        #expect(try world.userEvents() == [])
        world.trade(.sell, lots: 500, limit: 5_999_995)
        #expect(
            try world.userEvents() == ["TRADE/PARTIALLY_FILLED z=0.00500000", "outboundAccountPosition"])
        _ = try world.json(.delete, "order", "symbol=BTCUSDT&origClientOrderId=a&newClientOrderId=b")
        let canceled = try world.values()[0]["event"]
        #expect(canceled?["x"]?.text == "CANCELED")
        #expect(canceled?["c"]?.text == "b")
        #expect(canceled?["C"]?.text == "a")
    }

    @Test func `tells amendments by their new names`() throws {
        var world = BinanceWorld()
        try world.listen()
        try world.limit("BUY", "0.02", at: "50000", "&newClientOrderId=a")
        world.effects = []
        _ = try world.json(
            .put, "order/amend/keepPriority", "symbol=BTCUSDT&origClientOrderId=a&newQty=0.01&newClientOrderId=b")
        let report = try world.values()[0]["event"]
        #expect(report?["x"]?.text == "REPLACED")
        #expect(report?["c"]?.text == "b")
        #expect(report?["C"]?.text == "a")
    }

    @Test func `tells prevented matches`() throws {
        var world = BinanceWorld()
        try world.listen()
        try world.limit("SELL", "0.01", at: "60000")
        world.effects = []
        try world.limit("BUY", "0.03", at: "60000", "&selfTradePreventionMode=DECREMENT")
        let told = try world.values().map { $0["event"]! }
        #expect(
            told.map { "\($0["x"]?.text ?? "") \($0["X"]?.text ?? "")" } == [
                "NEW NEW", "TRADE_PREVENTION EXPIRED_IN_MATCH", "TRADE_PREVENTION NEW", " ",
            ])
        #expect(told[2]["A"]?.text == "0.01000000")
        #expect(told[2]["U"] == told[1]["i"])
        #expect(told[1]["u"]?.integer == 7)
    }

    @Test func `tells deposits`() throws {
        var world = BinanceWorld()
        try world.listen()
        try world.server.deposit(Cash(whole: 5), asset: "USDT", to: "demo", at: world.now, into: &world.effects)
        #expect(try world.userEvents() == ["outboundAccountPosition", "balanceUpdate"])
    }

    @Test func `is nobody else's`() throws {
        var world = BinanceWorld()
        try world.listen(as: .stranger)
        try world.limit("BUY", "0.02", at: "50000")
        #expect(world.frames() == [])
    }

    @Test func `can be left`() throws {
        var world = BinanceWorld()
        try world.listen()
        #expect(
            try world.ask("userDataStream.unsubscribe", [("subscriptionId", "5")])["error"]?["code"]?.integer == -2_036)
        #expect(
            try world.ask("userDataStream.unsubscribe", [("subscriptionId", "0")])["result"] == .object([JSONMember]()))
        try world.limit("BUY", "0.02", at: "50000")
        #expect(world.frames() == [])
    }
}
