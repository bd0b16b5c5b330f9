import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Aster's parameter rules` {
    /// What an order is refused with: each row changes the good order below.
    private static let table: [(change: [String: String?], code: Int64)] = [
        (["symbol": nil], -1_102), (["symbol": "asterusdt"], -1_121), (["symbol": "NOPE"], -1_121),
        (["side": nil], -1_102), (["side": "LONG"], -1_117), (["type": nil], -1_102), (["type": "limit"], -1_116),
        (["timeInForce": nil], -1_102), (["timeInForce": "GTD"], -1_115), (["quantity": nil], -1_102),
        (["quantity": ""], -1_102), (["quantity": "2E1"], -1_102), (["quantity": "2e1"], -1_102),
        (["quantity": " 20"], -1_102), (["quantity": "20.001"], -1_111), (["quantity": "0"], -4_003),
        (["quantity": "-5"], -4_003), (["quantity": "3000000"], -4_005), (["price": nil], -1_102),
        (["price": "1.9E-1"], -1_102), (["price": "0.94005"], -4_014), (["price": "0.940001"], -1_111),
        (["price": "0"], -4_001), (["price": "-1"], -4_001), (["price": "201"], -4_002),
        (["quantity": "5"], -4_164), (["price": "1.0"], -4_016), (["quantity": "1000000"], -2_019),
        (["stopPrice": "0.9"], -1_106), (["callbackRate": "1"], -1_106), (["positionSide": "LONG"], -4_061),
        (["positionSide": "UP"], -4_060), (["reduceOnly": "yes"], -1_130), (["reduceOnly": "true"], -2_022),
        (["newOrderRespType": "FULL"], -1_136), (["workingType": "INDEX"], -4_031), (["stpMode": "NONE"], -1_130),
        (["newClientOrderId": "a b"], -1_100), (["newClientOrderId": String(repeating: "x", count: 37)], -4_015),
        (["closePosition": "true"], -1_106), (["type": "MARKET"], -1_106),
        (["type": "MARKET", "price": nil], -1_106), (["type": "STOP"], -1_102),
        (["type": "STOP", "stopPrice": "0.93", "workingType": "MARK_PRICE"], -2_021),
        (["type": "STOP_MARKET", "price": nil, "closePosition": "true", "stopPrice": "0.97"], -4_137),
        (["type": "TRAILING_STOP_MARKET", "price": nil], -1_102),
        (["type": "TRAILING_STOP_MARKET", "price": nil, "callbackRate": "5.1"], -1_130),
    ]

    private func encode(_ change: [String: String?]) -> String {
        var fields = FormFields()
        let good = [
            ("symbol", "ASTERUSDT"), ("side", "BUY"), ("type", "LIMIT"), ("timeInForce", "GTC"), ("quantity", "20"),
            ("price", "0.94"),
        ]
        for (name, value) in good where change[name] == nil { fields.append(name, value) }
        for name in change.keys.sorted() {
            if let value = change[name] ?? nil { fields.append(name, value) }
        }
        return fields.encoded
    }

    @Test(arguments: table.indices)
    func `refuse a wrong order with the venue's code`(row: Int) throws {
        let (change, code) = Self.table[row]
        var world = AsterWorld()
        let response = try world.reply(world.request(.post, "/fapi/v1/order", encode(change)))
        let body = try JSONValue.parse(response.body)
        #expect(body["code"]?.integer == code, "\(change): \(String(decoding: response.body, as: UTF8.self))")
        #expect(response.status == 400)
        #expect(try world.json(.get, "/fapi/v1/openOrders").elements == [])
    }

    @Test func `say which parameter is meant`() {
        var world = AsterWorld()
        #expect(
            world.call(.post, "/fapi/v1/order", encode(["quantity": "2E1"]))
                == #"400 {"code":-1102,"msg":"Mandatory parameter 'quantity' was not sent, was empty/null, or malformed."}"#
        )
        #expect(
            world.call(.post, "/fapi/v1/order", encode(["stopPrice": "0.9"]))
                == #"400 {"code":-1106,"msg":"Parameter 'stopPrice' sent when not required."}"#)
    }

    @Test func `refuse a client order id that is open already, and take it again when it is not`() throws {
        var world = AsterWorld()
        let order = encode(["newClientOrderId": "mm-1"])
        let id = try #require(try world.json(.post, "/fapi/v1/order", order)["orderId"]?.integer)
        #expect(world.call(.post, "/fapi/v1/order", order).contains("-4116"))
        _ = try world.json(.delete, "/fapi/v1/order", "symbol=ASTERUSDT&orderId=\(id)")
        #expect(try world.json(.post, "/fapi/v1/order", order)["orderId"]?.integer != id)
    }

    @Test(arguments: [
        ("depth", "symbol=ASTERUSDT&limit=7", -4_021), ("depth", "limit=5", -1_102), ("trades", "symbol=X", -1_121),
        ("trades", "symbol=ASTERUSDT&limit=0", -1_130), ("trades", "symbol=ASTERUSDT&limit=x", -1_100),
        ("klines", "symbol=ASTERUSDT&interval=2m", -1_120), ("klines", "symbol=ASTERUSDT", -1_102),
        ("klines", "symbol=ASTERUSDT&interval=1m&startTime=2&endTime=1", -1_023),
        ("indexPriceKlines", "symbol=ASTERUSDT&interval=1m", -1_102),
        ("aggTrades", "symbol=ASTERUSDT&startTime=0&endTime=3600000", -1_127),
        ("ticker/24hr", "symbol=asterusdt", -1_121), ("trades", "symbol=%zz", -1_100),
    ])
    func `hold for market data too`(path: String, query: String, code: Int64) throws {
        var world = AsterWorld()
        #expect(world.open("/fapi/v3/\(path)", query).hasPrefix("400 {\"code\":\(code),"))
    }

    @Test func `let a query parameter win over one of the body`() throws {
        let request = HTTPRequest(method: .post, target: "/fapi/v3/x?a=1", body: Array("a=2&b=3".utf8))
        let fields = AsterParameters(try AsterServer.fields(of: request, query: "a=1"))
        #expect(fields.text("a") == "1")
        #expect(fields.text("b") == "3")
    }
}
