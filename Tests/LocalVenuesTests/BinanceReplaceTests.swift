import Exchange
import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Cancel-replace on Binance` {
    struct Row: Sendable, CustomTestStringConvertible {
        let mode: String
        /// Whether the order to cancel exists, and whether the new one can be placed.
        let hasOld: Bool
        let isGood: Bool
        let answer: String
        let cancel: String
        let new: String
        let open: Int
        var testDescription: String { "\(mode), old \(hasOld), new \(isGood)" }
    }
    static let table: [Row] = [
        Row(
            mode: "STOP_ON_FAILURE", hasOld: true, isGood: true, answer: "200 0", cancel: "SUCCESS", new: "SUCCESS",
            open: 1),
        Row(
            mode: "STOP_ON_FAILURE", hasOld: true, isGood: false, answer: "409 -2021", cancel: "SUCCESS",
            new: "FAILURE", open: 0),
        Row(
            mode: "STOP_ON_FAILURE", hasOld: false, isGood: true, answer: "400 -2022", cancel: "FAILURE",
            new: "NOT_ATTEMPTED", open: 0),
        Row(
            mode: "STOP_ON_FAILURE", hasOld: false, isGood: false, answer: "400 -2022", cancel: "FAILURE",
            new: "NOT_ATTEMPTED", open: 0),
        Row(
            mode: "ALLOW_FAILURE", hasOld: true, isGood: true, answer: "200 0", cancel: "SUCCESS", new: "SUCCESS",
            open: 1),
        Row(
            mode: "ALLOW_FAILURE", hasOld: true, isGood: false, answer: "409 -2021", cancel: "SUCCESS", new: "FAILURE",
            open: 0),
        Row(
            mode: "ALLOW_FAILURE", hasOld: false, isGood: true, answer: "409 -2021", cancel: "FAILURE", new: "SUCCESS",
            open: 1),
        Row(
            mode: "ALLOW_FAILURE", hasOld: false, isGood: false, answer: "400 -2022", cancel: "FAILURE", new: "FAILURE",
            open: 0),
    ]

    private static func query(_ mode: String, old: Int64, price: String) -> String {
        "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=0.01&price=\(price)&cancelReplaceMode=\(mode)&cancelOrderId=\(old)"
    }

    @Test(arguments: table) func `tells what became of both halves`(row: Row) throws {
        var world = BinanceWorld()
        var old: Int64 = 1
        if row.hasOld { old = try #require(try world.limit("BUY", "0.01", at: "50000")["orderId"]?.integer) }
        let query = Self.query(row.mode, old: old, price: row.isGood ? "51000" : "60000.05")
        let response = try world.reply(world.request(.post, "/api/v3/order/cancelReplace", query))
        let body = try JSONValue.parse(response.body)
        #expect("\(response.status) \(body["code"]?.integer ?? 0)" == row.answer)
        let data = body["data"] ?? body
        #expect(data["cancelResult"]?.text == row.cancel)
        #expect(data["newOrderResult"]?.text == row.new)
        #expect((data["newOrderResponse"] == .null) == (row.new == "NOT_ATTEMPTED"))
        if row.cancel == "FAILURE" { #expect(data["cancelResponse"]?["code"]?.integer == -2_011) }
        if row.new == "FAILURE" { #expect(data["newOrderResponse"]?["code"]?.integer == -2_010) }
        #expect(try world.json(.get, "openOrders").elements?.count == row.open)
    }

    @Test func `looks at the filters before it cancels`() throws {
        var world = BinanceWorld()
        let old = try #require(try world.limit("BUY", "0.01", at: "50000")["orderId"]?.integer)
        #expect(
            world.call(
                .post, "order/cancelReplace", Self.query("STOP_ON_FAILURE", old: old, price: "50000.001")
            ).contains("PRICE_FILTER"))
        #expect(try world.json(.get, "openOrders").elements?.count == 1)
    }

    @Test func `over the order limit does nothing, or only cancels`() throws {
        var limits = BinanceLimits()
        limits.ordersPerTenSeconds = 1
        var world = BinanceWorld(limits: limits)
        let old = try #require(try world.limit("BUY", "0.01", at: "50000")["orderId"]?.integer)
        let query = Self.query("STOP_ON_FAILURE", old: old, price: "51000")
        #expect(world.call(.post, "order/cancelReplace", query).hasPrefix(#"429 {"code":-1015"#))
        #expect(try world.json(.get, "openOrders").elements?.count == 1)
        let only = world.call(.post, "order/cancelReplace", query + "&orderRateLimitExceededMode=CANCEL_ONLY")
        #expect(only.hasPrefix(#"409 {"code":-2021"#) && only.contains("-1015"))
        #expect(try world.json(.get, "openOrders").elements == [])
    }

    @Test func `finds the funds that the canceled order held back`() throws {
        var world = BinanceWorld()
        let old = try #require(try world.limit("BUY", "1.9", at: "50000")["orderId"]?.integer)
        let query =
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1.9&price=51000"
            + "&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=\(old)"
        #expect(world.call(.post, "order/cancelReplace", query).hasPrefix("200"))
        #expect(try world.balance("USDT") == "3100.00000000 96900.00000000")
    }
}

@Suite struct `Amending on Binance` {
    @Test func `lowers the quantity, keeps the place and gives a new name`() throws {
        var world = BinanceWorld()
        let id = try #require(
            try world.limit("BUY", "0.02", at: "59999.96", "&newClientOrderId=a")["orderId"]?.integer)
        try world.limit("BUY", "0.02", at: "59999.96", as: .stranger)
        let reply = try world.json(
            .put, "order/amend/keepPriority", "symbol=BTCUSDT&origClientOrderId=a&newQty=0.01&newClientOrderId=b")
        #expect(reply["amendedOrder"]?["qty"]?.text == "0.01000000")
        #expect(reply["amendedOrder"]?["origClientOrderId"]?.text == "a")
        #expect(reply["amendedOrder"]?["clientOrderId"]?.text == "b")
        #expect(try world.balance("USDT") == "99400.00040000 599.99960000")
        #expect(try world.json(.get, "order", "symbol=BTCUSDT&origClientOrderId=b")["orderId"]?.integer == id)
        world.trade(.sell, lots: 1_000, limit: 5_999_996)
        #expect(try world.json(.get, "order", "symbol=BTCUSDT&orderId=\(id)")["status"]?.text == "FILLED")
        let history = try world.json(.get, "order/amendments", "symbol=BTCUSDT&orderId=\(id)").elements
        #expect(history?.first?["newQty"]?.text == "0.01000000")
    }

    @Test(arguments: [
        ("0.03", "-2038"), ("0.02", "would change no state"), ("0", "-1013"), ("0.000001", "LOT_SIZE"),
    ])
    func `refuses what is no decrease`(quantity: String, found: String) throws {
        var world = BinanceWorld()
        let id = try #require(try world.limit("BUY", "0.02", at: "50000")["orderId"]?.integer)
        let answer = world.call(.put, "order/amend/keepPriority", "symbol=BTCUSDT&orderId=\(id)&newQty=\(quantity)")
        #expect(answer.hasPrefix("400") && answer.contains(found), "\(answer)")
    }
}

@Suite struct `Self-trade prevention on Binance` {
    struct Row: Sendable, CustomTestStringConvertible {
        let mode: String
        let maker: String
        let taker: String
        let executed: String
        let prevented: String
        var testDescription: String { mode }
    }
    /// The book holds 0.01 of a friend's (of the same group) at 60,000.00, then a stranger's 0.05; the taker wants 0.03.
    static let table = [
        Row(mode: "NONE", maker: "FILLED", taker: "FILLED", executed: "0.03000000", prevented: "-"),
        Row(
            mode: "EXPIRE_TAKER", maker: "NEW", taker: "EXPIRED_IN_MATCH", executed: "0.00000000",
            prevented: "0.03000000"),
        Row(mode: "EXPIRE_MAKER", maker: "EXPIRED_IN_MATCH", taker: "FILLED", executed: "0.03000000", prevented: "-"),
        Row(
            mode: "EXPIRE_BOTH", maker: "EXPIRED_IN_MATCH", taker: "EXPIRED_IN_MATCH", executed: "0.00000000",
            prevented: "0.03000000"),
        Row(
            mode: "DECREMENT", maker: "EXPIRED_IN_MATCH", taker: "FILLED", executed: "0.02000000",
            prevented: "0.01000000"),
    ]

    @Test(arguments: table) func `mode by mode`(row: Row) throws {
        var world = BinanceWorld()
        let maker = try #require(
            try world.limit("SELL", "0.01", at: "60000", as: .friend)["orderId"]?.integer)
        try world.limit("SELL", "0.05", at: "60000", as: .stranger)
        let taker = try world.limit("BUY", "0.03", at: "60000", "&selfTradePreventionMode=\(row.mode)")
        #expect(taker["status"]?.text == row.taker)
        #expect(taker["executedQty"]?.text == row.executed)
        #expect(taker["preventedQuantity"]?.text ?? "-" == row.prevented)
        #expect(taker["selfTradePreventionMode"]?.text == row.mode)
        let found = try world.json(.get, "order", "symbol=BTCUSDT&orderId=\(maker)", as: .friend)
        #expect(found["status"]?.text == row.maker)
        let records = try world.json(.get, "myPreventedMatches", "symbol=BTCUSDT&orderId=\(maker)", as: .friend)
        #expect(records.elements?.count == (row.mode == "NONE" ? 0 : 1))
        #expect(taker["preventedMatches"]?.elements?.count == (row.mode == "NONE" ? nil : 1))
        if let record = records.elements?.first {
            #expect(record["takerOrderId"] == taker["orderId"])
            #expect(record["tradeGroupId"]?.integer == 7)
        }
        let executions = world.server.exchange.executions(of: world.server.accounts[0].id, in: MarketID(0))
        #expect(executions.contains(where: \.isSelfTrade) == (row.mode == "NONE"))
    }

    @Test func `does not concern accounts outside the group`() throws {
        var world = BinanceWorld()
        try world.limit("SELL", "0.01", at: "60000", as: .stranger)
        #expect(try world.limit("BUY", "0.01", at: "60000")["status"]?.text == "FILLED")
    }
}
