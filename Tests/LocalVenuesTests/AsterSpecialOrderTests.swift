import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Aster's pegs, guarded cancels and noops` {
    private static let limit = "symbol=ASTERUSDT&type=LIMIT&timeInForce=GTC&quantity=20"
    private static let order = limit + "&side=BUY&price=0.94"

    @Test(arguments: [
        ("BUY", "QUEUE_1", "", "0.9500"), ("BUY", "QUEUE_1", "-0.0003", "0.9497"),
        ("BUY", "COUNTERPARTY_1", "-0.0020", "0.9490"), ("SELL", "QUEUE_1", "0", "0.9510"),
        ("SELL", "QUEUE_1", "0.0005", "0.9515"), ("SELL", "COUNTERPARTY_1", "0.0001", "0.9501"),
    ])
    func `peg a limit order to the touch of the moment`(side: String, peg: String, offset: String, price: String) throws
    {
        var world = AsterWorld()
        let query = Self.limit + "&side=\(side)&pegPriceType=\(peg)" + (offset.isEmpty ? "" : "&pegOffset=\(offset)")
        let order = try world.json(.post, "/fapi/v1/order", query)
        #expect(order["price"]?.text == price)
        #expect(order["pegPriceType"]?.text == peg)
    }

    @Test(arguments: [
        ("pegPriceType=OPPONENT", -1_130), ("pegPriceType=QUEUE_1&pegOffset=0.0001", -1_130),
        ("pegPriceType=QUEUE_1&pegOffset=-0.00005", -4_014), ("pegPriceType=QUEUE_1&pegOffset=-0.000001", -1_111),
        ("pegPriceType=QUEUE_1&pegOffset=-2", -4_001), ("pegPriceType=QUEUE_1&pegOffset=-1E-4", -1_102),
    ])
    func `refuse pegs that make no sense`(peg: String, code: Int) {
        var world = AsterWorld()
        #expect(world.call(.post, "/fapi/v1/order", Self.limit + "&side=BUY&" + peg).contains("\(code)"))
    }

    @Test func `cancel by the nonce of the order, however old, and by no other`() throws {
        var world = AsterWorld()
        let nonce = world.now.microseconds
        let placed = world.answer(.post, "/fapi/v1/order", Self.order + "&newClientOrderId=g", nonce: nonce)
        #expect(placed.hasPrefix("200"))
        world.advance(.minutes(10))
        let cancel = "symbol=ASTERUSDT&origClientOrderId=g"
        let path = "/fapi/v1/guardedCancelOrder"
        #expect(world.answer(.delete, path, cancel, nonce: nonce + 1).contains("-2011"))
        #expect(world.answer(.delete, path, cancel, nonce: nonce).contains("CANCELED"))
        #expect(world.answer(.delete, path, cancel, nonce: nonce).contains("-2011"))
    }

    @Test func `cancel a batch that was placed with one nonce`() throws {
        var world = AsterWorld()
        let nonce = world.now.microseconds - 5
        let row =
            #"{"symbol":"ASTERUSDT","side":"BUY","type":"LIMIT","timeInForce":"GTX","quantity":"20","price":"0.94"}"#
        var fields = FormFields()
        fields.append("batchOrders", "[\(row),\(row)]")
        let first = world.signed(.post, "/fapi/v1/batchOrders", fields.encoded, nonce: nonce)
        let placed = try world.reply(first)
        let ids = try JSONValue.parse(placed.body).elements?.compactMap { $0["orderId"]?.integer } ?? []
        try #require(ids.count == 2)
        let other = try #require(try world.json(.post, "/fapi/v1/order", Self.order)["orderId"]?.integer)
        var cancels = FormFields()
        cancels.append("symbol", "ASTERUSDT")
        cancels.append("orderIdList", "[\(ids[0]),\(other),\(ids[1])]")
        let cancel = world.signed(.delete, "/fapi/v1/guardedBatchOrders", cancels.encoded, nonce: nonce)
        let ended = try world.reply(cancel)
        let rows = try JSONValue.parse(ended.body).elements ?? []
        #expect(rows.map { $0["status"]?.text ?? "\($0["code"]?.integer ?? 0)" } == ["CANCELED", "-2011", "CANCELED"])
    }

    @Test func `let whichever comes first win between a request and a noop of the same nonce`() {
        var world = AsterWorld()
        let nonce = world.now.microseconds
        #expect(world.answer(.post, "/fapi/v1/order", Self.order, nonce: nonce).hasPrefix("200"))
        #expect(
            world.answer(.post, "/fapi/v1/noop", "", nonce: nonce)
                == #"400 {"code":-4225,"msg":"Nonce Expired"}"#)
        #expect(
            world.answer(.post, "/fapi/v1/noop", "", nonce: nonce + 1)
                == #"200 {"code":200,"msg":"success"}"#)
        #expect(world.answer(.post, "/fapi/v1/order", Self.order, nonce: nonce + 1).contains("-4225"))
    }

    @Test func `keep market-maker protection until it is deleted`() throws {
        var world = AsterWorld()
        let settings = "windowTimeInMilliseconds=5000&frozenTimeInMilliseconds=10000&qtyLimit=10&deltaLimit=7"
        #expect(world.call(.post, "/fapi/v1/mmp", "symbol=ASTERUSDT&" + settings) == "200 true")
        let row =
            #"{"symbol":"ASTERUSDT","windowTimeInMilliseconds":5000,"frozenTimeInMilliseconds":10000,"qtyLimit":10,"valueLimit":0,"deltaLimit":7}"#
        #expect(world.call(.get, "/fapi/v1/mmp") == "200 [\(row)]")
        #expect(world.call(.post, "/fapi/v1/mmpReset", "symbol=ASTERUSDT") == "200 true")
        #expect(world.call(.delete, "/fapi/v1/mmp", "symbol=ASTERUSDT") == "200 true")
        #expect(world.call(.get, "/fapi/v1/mmp", "symbol=ASTERUSDT") == "200 []")
    }

    @Test func `ask for a signature of the remaining notional in V1, and for none in V3`() {
        var world = AsterWorld()
        let query = "symbol=ASTERUSDT&leverage=5"
        let path = "remainingOpenableNotionalValue"
        #expect(world.open("/fapi/v3/\(path)", query) == #"200 {"remainingOpenableNotionalValue":"-1"}"#)
        #expect(world.open("/fapi/v1/\(path)", query).hasPrefix("401"))
        #expect(world.call(.get, "/fapi/v1/\(path)", query, as: .v1).hasPrefix("200"))
    }
}
