import Exchange
import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Orders on Binance` {
    @Test func `hold back what they may cost, and give it back`() throws {
        var world = BinanceWorld()
        let order = try world.limit("BUY", "0.01", at: "50000")
        #expect(order["status"]?.text == "NEW")
        #expect(order["fills"]?.elements == [])
        #expect(try world.balance("USDT") == "99500.00000000 500.00000000")
        let id = try #require(order["orderId"]?.integer)
        let canceled = try world.json(.delete, "order", "symbol=BTCUSDT&orderId=\(id)&newClientOrderId=c-1")
        #expect(canceled["status"]?.text == "CANCELED")
        #expect(canceled["clientOrderId"]?.text == "c-1")
        #expect(canceled["origClientOrderId"] == order["clientOrderId"])
        #expect(try world.balance("USDT") == "100000.00000000 0.00000000")
        #expect(
            world.call(.delete, "order", "symbol=BTCUSDT&orderId=\(id)")
                == #"400 {"code":-2011,"msg":"Unknown order sent."}"#)
    }

    @Test func `are filled at the makers' prices, and the fee is taken from what is received`() throws {
        var world = BinanceWorld()
        let order = try world.json(.post, "order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1.5")
        #expect(order["status"]?.text == "FILLED")
        // 1 at 60,000.05 and 0.5 at 60,000.06.
        #expect(order["cummulativeQuoteQty"]?.text == "90000.08000000")
        let fills = try #require(order["fills"]?.elements)
        #expect(fills.map { $0["commission"]?.text } == ["0.00100000", "0.00050000"])
        #expect(fills.map { $0["commissionAsset"]?.text } == ["BTC", "BTC"])
        #expect(try world.balance("BTC") == "3.49850000 0.00000000")
        let trades = try world.json(.get, "myTrades", "symbol=BTCUSDT").elements ?? []
        #expect(trades.map { $0["id"] } == fills.map { $0["tradeId"] })
        let sold = try world.json(.post, "order", "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.1")
        #expect(sold["fills"]?.elements?.first?["commissionAsset"]?.text == "USDT")
        #expect(sold["fills"]?.elements?.first?["commission"]?.text == "5.99999500")
    }

    @Test func `by amount trade what the amount pays for`() throws {
        var world = BinanceWorld()
        let order = try world.json(.post, "order", "symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=1000")
        #expect(order["origQuoteOrderQty"]?.text == "1000.00000000")
        #expect(order["executedQty"]?.text == "0.01666000")
        #expect(order["cummulativeQuoteQty"]?.text == "999.60083300")
    }

    @Test(arguments: [
        ("ACK", ["symbol", "orderId", "orderListId", "clientOrderId", "transactTime"]),
        (
            "RESULT",
            [
                "symbol", "orderId", "orderListId", "clientOrderId", "transactTime", "price", "origQty", "executedQty",
                "origQuoteOrderQty", "cummulativeQuoteQty", "status", "timeInForce", "type", "side", "workingTime",
                "selfTradePreventionMode",
            ]
        ),
        (
            "FULL",
            [
                "symbol", "orderId", "orderListId", "clientOrderId", "transactTime", "price", "origQty", "executedQty",
                "origQuoteOrderQty", "cummulativeQuoteQty", "status", "timeInForce", "type", "side", "workingTime",
                "fills", "selfTradePreventionMode",
            ]
        ),
    ])
    func `are answered as they ask`(type: String, members: [String]) throws {
        var world = BinanceWorld()
        let order = try world.limit("BUY", "0.01", at: "50000", "&newOrderRespType=\(type)")
        #expect(order.members?.map(\.name) == members)
    }

    @Test func `that may not rest say why they expired`() throws {
        var world = BinanceWorld()
        func expired(_ tif: String, _ quantity: String) throws -> String {
            let order = try world.json(
                .post, "order",
                "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=\(tif)&quantity=\(quantity)&price=60000.05")
            return "\(order["status"]?.text ?? "") \(order["executedQty"]?.text ?? "") "
                + (order["expiryReason"]?.text ?? "-")
        }
        #expect(try expired("FOK", "1.5") == "EXPIRED 0.00000000 UNFILLED_FOK_ORDER_EXPIRED")
        #expect(try expired("IOC", "1.5") == "EXPIRED 1.00000000 UNFILLED_IOC_QUANTITY_EXPIRED")
    }

    @Test func `are told with the same members by every question`() throws {
        var world = BinanceWorld()
        let id = try #require(try world.limit("BUY", "0.01", at: "50000", "&newClientOrderId=a-1")["orderId"]?.integer)
        let one = try world.json(.get, "order", "symbol=BTCUSDT&origClientOrderId=a-1")
        #expect(one["orderId"]?.integer == id)
        #expect(one["isWorking"]?.boolean == true)
        #expect(try world.json(.get, "openOrders").elements == [one])
        #expect(try world.json(.get, "allOrders", "symbol=BTCUSDT").elements == [one])
        #expect(try world.json(.get, "openOrders", "symbol=ETHUSDT").elements == [])
        #expect(world.call(.get, "order", "symbol=ETHUSDT&orderId=\(id)").contains("-2013"))
        #expect(world.call(.get, "order", "symbol=BTCUSDT&orderId=\(id)", as: .stranger).contains("-2013"))
        #expect(
            world.call(.get, "order", "symbol=BTCUSDT&orderId=\(id)&origClientOrderId=b").contains("-2039"))
    }

    @Test func `of one symbol are canceled together`() throws {
        var world = BinanceWorld()
        #expect(world.call(.delete, "openOrders", "symbol=BTCUSDT").contains("-2011"))
        for price in ["50000", "50001"] { try world.limit("BUY", "0.01", at: price) }
        #expect(try world.json(.delete, "openOrders", "symbol=BTCUSDT").elements?.count == 2)
        #expect(try world.json(.get, "openOrders").elements == [])
    }

    @Test func `are canceled only as far as restrictions allow`() throws {
        var world = BinanceWorld()
        let id = try #require(try world.limit("BUY", "0.01", at: "50000")["orderId"]?.integer)
        let query = "symbol=BTCUSDT&orderId=\(id)&cancelRestrictions="
        #expect(world.call(.delete, "order", query + "ONLY_PARTIALLY_FILLED").contains("-2011"))
        #expect(world.call(.delete, "order", query + "NEVER").contains("-1145"))
        #expect(world.call(.delete, "order", query + "ONLY_NEW").hasPrefix("200"))
    }

    @Test func `wait for their trigger`() throws {
        var world = BinanceWorld()
        let order = try world.json(
            .post, "order",
            "symbol=BTCUSDT&side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=0.01&price=59000&stopPrice=59500"
                + "&newOrderRespType=FULL")
        #expect(order["workingTime"]?.integer == -1)
        #expect(order["stopPrice"]?.text == "59500.00000000")
        world.setBook(mid: 5_940_000)
        world.trade(.sell, lots: 10, limit: 5_939_995)
        let found = try world.json(.get, "order", "symbol=BTCUSDT&orderId=\(order["orderId"]!.integer!)")
        #expect(found["status"]?.text == "FILLED")
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let query: String
        let code: Int64
        let message: String
        init(_ query: String, _ code: Int64, _ message: String) {
            (self.query, self.code, self.message) = (query, code, message)
        }
        var testDescription: String { "\(code) \(query)" }
    }

    static let refused: [Refused] = [
        .init("symbol=NOPE&side=BUY&type=MARKET&quantity=1", -1_121, "Invalid symbol."),
        .init(
            "symbol=btcusdt&side=BUY&type=MARKET&quantity=1", -1_100, "Illegal characters found in parameter 'symbol'"),
        .init("side=BUY&type=MARKET&quantity=1", -1_102, "Mandatory parameter 'symbol' was not sent"),
        .init("symbol=BTCUSDT&side=UP&type=MARKET&quantity=1", -1_117, "Invalid side."),
        .init("symbol=BTCUSDT&side=BUY&type=ODD&quantity=1", -1_116, "Invalid orderType."),
        .init("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=1&price=1", -1_115, "Invalid timeInForce."),
        .init("symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=1", -1_102, "Mandatory parameter 'timeInForce'"),
        .init(
            "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&price=1", -1_106,
            "Parameter 'price' sent when not required."),
        .init("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&quoteOrderQty=1", -1_128, "Combination of optional"),
        .init("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0", -1_013, "Invalid quantity."),
        .init(
            "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1e3", -1_100,
            "Illegal characters found in parameter 'quantity'"),
        .init("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.000000001", -1_111, "Parameter 'quantity' has too much"),
        .init("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.000001", -1_013, "Filter failure: LOT_SIZE"),
        .init("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=121", -1_013, "Filter failure: MARKET_LOT_SIZE"),
        .init(limit("0.01", "60000.001"), -1_013, "Filter failure: PRICE_FILTER"),
        .init(limit("0.00001", "60000"), -1_013, "Filter failure: NOTIONAL"),
        .init(limit("0.01", "350000"), -1_013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
        .init(limit("0.01", "10000"), -1_013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
        .init(limit("10", "60000"), -2_010, "Account has insufficient balance for requested action."),
        .init(
            limit("0.01", "60000.05").replacing("LIMIT&timeInForce=GTC", with: "LIMIT_MAKER"), -2_010,
            "Order would immediately match and take."),
        .init(limit("0.01", "50000") + "&newClientOrderId=taken", -2_010, "Duplicate order sent."),
        .init(limit("0.01", "50000") + "&newClientOrderId=a%20b", -1_100, "Illegal characters found in parameter 'new"),
        .init(limit("0.01", "50000") + "&selfTradePreventionMode=TRANSFER", -1_013, "This symbol does not allow"),
        .init(limit("0.01", "50000") + "&icebergQty=0.001", -1_020, "This operation is not supported"),
        .init(limit("0.01", "50000") + "&newOrderRespType=LONG", -1_130, "Data sent for parameter 'newOrderRespType'"),
    ]

    private static func limit(_ quantity: String, _ price: String) -> String {
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=\(quantity)&price=\(price)"
    }

    @Test(arguments: refused) func `are refused in the venue's words`(row: Refused) throws {
        var world = BinanceWorld()
        try world.limit("BUY", "0.01", at: "50000", "&newClientOrderId=taken")
        let answer = world.call(.post, "order", row.query)
        #expect(answer.hasPrefix(#"400 {"code":\#(row.code),"msg":"\#(row.message)"#), "\(answer)")
        #expect(try world.json(.get, "openOrders").elements?.count == 1)
    }

    @Test func `can be tried without effect`() throws {
        var world = BinanceWorld()
        #expect(world.call(.post, "order/test", Self.limit("0.01", "50000")) == "200 {}")
        #expect(world.call(.post, "order/test", Self.limit("0.00001", "50000")).contains("NOTIONAL"))
        #expect(try world.json(.get, "openOrders").elements == [])
    }
}
