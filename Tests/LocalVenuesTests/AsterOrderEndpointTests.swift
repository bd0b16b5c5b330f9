import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Aster's order endpoints` {
    private let limit = "symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=20&price=0.94"

    @Test func `acknowledge a new order with the venue's full object`() throws {
        var world = AsterWorld()
        let order = try world.json(.post, "/fapi/v1/order", limit + "&newClientOrderId=mm-1")
        #expect(order["status"]?.text == "NEW")
        #expect(order["symbol"]?.text == "ASTERUSDT")
        #expect(order["clientOrderId"]?.text == "mm-1")
        #expect(order["price"]?.text == "0.9400")
        #expect(order["avgPrice"]?.text == "0.00000")
        #expect(order["origQty"]?.text == "20.00")
        #expect(order["executedQty"]?.text == "0")
        #expect(order["cumQty"]?.text == "0")
        #expect(order["cumQuote"]?.text == "0")
        #expect(order["reduceOnly"]?.boolean == false)
        #expect(order["stopPrice"]?.text == "0")
        #expect(order["positionSide"]?.text == "BOTH")
        #expect(order["workingType"]?.text == "CONTRACT_PRICE")
        guard case .number = order["orderId"] else {
            Issue.record("orderId is a JSON integer")
            return
        }
    }

    @Test func `find an order by id and by client id, also on the paths of V1`() throws {
        var world = AsterWorld()
        let placed = try world.json(.post, "/fapi/v1/order", limit + "&newClientOrderId=mm-1", as: .v1)
        let id = try #require(placed["orderId"]?.integer)
        let byID = try world.json(.get, "/fapi/v1/order", "symbol=ASTERUSDT&orderId=\(id)", as: .v1)
        let byName = try world.json(.get, "/fapi/v1/openOrder", "symbol=ASTERUSDT&origClientOrderId=mm-1")
        #expect(byID["orderId"]?.integer == id)
        #expect(byName == byID)
        #expect(byID["cumQty"] == nil)
        #expect(byID["time"]?.integer == AsterWorld.start.milliseconds)
        let open = try world.json(.get, "/fapi/v1/openOrders", "symbol=ASTERUSDT")
        #expect(open.elements == [byID])
    }

    @Test func `acknowledge a market order as new, and give its end when RESULT is asked`() throws {
        var world = AsterWorld()
        let market = "symbol=ASTERUSDT&side=BUY&type=MARKET&quantity=20"
        let ack = try world.json(.post, "/fapi/v1/order", market)
        #expect(ack["status"]?.text == "NEW")
        #expect(ack["executedQty"]?.text == "0")
        let result = try world.json(.post, "/fapi/v1/order", market + "&newOrderRespType=RESULT")
        #expect(result["status"]?.text == "FILLED")
        #expect(result["executedQty"]?.text == "20.00")
        #expect(result["avgPrice"]?.text == "0.95100")
        #expect(result["cumQuote"]?.text == "19.020000")
    }

    @Test func `let a crossing post-only order be new, then expired without a fill`() throws {
        var world = AsterWorld()
        let order = "symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=20&price=0.9510"
        let ack = try world.json(.post, "/fapi/v1/order", order)
        #expect(ack["status"]?.text == "NEW")
        let id = try #require(ack["orderId"]?.integer)
        let later = try world.json(.get, "/fapi/v1/order", "symbol=ASTERUSDT&orderId=\(id)")
        #expect(later["status"]?.text == "EXPIRED")
        #expect(later["executedQty"]?.text == "0")
        let result = try world.json(.post, "/fapi/v1/order", order + "&newOrderRespType=RESULT")
        #expect(result["status"]?.text == "EXPIRED")
    }

    @Test func `amend price and quantity under the same id`() throws {
        var world = AsterWorld()
        let id = try #require(try world.json(.post, "/fapi/v1/order", limit)["orderId"]?.integer)
        let amended = try world.json(
            .put, "/fapi/v1/order", "symbol=ASTERUSDT&orderId=\(id)&quantity=30&price=0.9410")
        #expect(amended["orderId"]?.integer == id)
        #expect(amended["price"]?.text == "0.9410")
        #expect(amended["origQty"]?.text == "30.00")
        #expect(
            world.call(.put, "/fapi/v1/order", "symbol=ASTERUSDT&orderId=\(id)&quantity=30&price=0.94105")
                == #"400 {"code":-4014,"msg":"Price not increased by tick size."}"#)
    }

    @Test func `cancel once, and not again`() throws {
        var world = AsterWorld()
        let id = try #require(try world.json(.post, "/fapi/v1/order", limit)["orderId"]?.integer)
        let canceled = try world.json(.delete, "/fapi/v1/order", "symbol=ASTERUSDT&orderId=\(id)")
        #expect(canceled["status"]?.text == "CANCELED")
        #expect(
            world.call(.delete, "/fapi/v1/order", "symbol=ASTERUSDT&orderId=\(id)")
                == #"400 {"code":-2011,"msg":"Unknown order sent."}"#)
        #expect(
            world.call(.get, "/fapi/v1/openOrder", "symbol=ASTERUSDT&orderId=\(id)")
                == #"400 {"code":-2013,"msg":"Order does not exist."}"#)
        #expect(try world.json(.get, "/fapi/v1/order", "symbol=ASTERUSDT&orderId=\(id)")["status"]?.text == "CANCELED")
    }

    @Test func `cancel all of a symbol and say so with a code that is a string`() throws {
        var world = AsterWorld()
        _ = try world.json(.post, "/fapi/v1/order", limit)
        _ = try world.json(.post, "/fapi/v1/order", limit)
        #expect(
            world.call(.delete, "/fapi/v1/allOpenOrders", "symbol=ASTERUSDT")
                == #"200 {"code":"200","msg":"The operation of cancel all open order is done."}"#)
        #expect(try world.json(.get, "/fapi/v1/openOrders").elements == [])
        #expect(try world.json(.get, "/fapi/v1/allOrders", "symbol=ASTERUSDT").elements?.count == 2)
    }

    @Test func `answer a batch element by element, in the order of the request`() throws {
        var world = AsterWorld()
        let good =
            #"{"symbol":"ASTERUSDT","side":"BUY","type":"LIMIT","timeInForce":"GTX","quantity":"20","price":"0.94"}"#
        let bad = #"{"symbol":"ASTERUSDT","side":"SELL","type":"MARKET","quantity":"20","reduceOnly":"true"}"#
        var fields = FormFields()
        fields.append("batchOrders", "[\(good),\(bad),\(good)]")
        let rows = try #require(try world.json(.post, "/fapi/v1/batchOrders", fields.encoded).elements)
        #expect(rows.map { $0["status"]?.text ?? "\($0["code"]?.integer ?? 0)" } == ["NEW", "-2022", "NEW"])
        let ids = [rows[0], rows[2]].compactMap { $0["orderId"]?.integer }
        var cancels = FormFields()
        cancels.append("symbol", "ASTERUSDT")
        cancels.append("orderIdList", "[\(ids[0]),7,\(ids[1])]")
        let ends = try #require(try world.json(.delete, "/fapi/v1/batchOrders", cancels.encoded).elements)
        #expect(ends.map { $0["status"]?.text ?? "\($0["code"]?.integer ?? 0)" } == ["CANCELED", "-2011", "CANCELED"])
    }

    @Test func `refuse batches of no or of six orders`() {
        var world = AsterWorld()
        for count in [0, 6] {
            var fields = FormFields()
            fields.append("batchOrders", "[" + Array(repeating: "{}", count: count).joined(separator: ",") + "]")
            #expect(
                world.call(.post, "/fapi/v1/batchOrders", fields.encoded)
                    == #"400 {"code":-4082,"msg":"Invalid number of batch place orders."}"#)
        }
    }

    @Test func `fire the dead man's switch when it is not renewed`() throws {
        var world = AsterWorld()
        _ = try world.json(.post, "/fapi/v1/order", limit)
        #expect(
            world.call(.post, "/fapi/v1/countdownCancelAll", "symbol=ASTERUSDT&countdownTime=1000")
                == #"200 {"symbol":"ASTERUSDT","countdownTime":"1000"}"#)
        world.advance(.milliseconds(999))
        #expect(try world.json(.get, "/fapi/v1/openOrders", "symbol=ASTERUSDT").elements?.count == 1)
        world.advance(.milliseconds(1))
        #expect(try world.json(.get, "/fapi/v1/openOrders", "symbol=ASTERUSDT").elements?.count == 0)
    }

    @Test func `forget orders that ended without a fill after seven days`() throws {
        var world = AsterWorld()
        let id = try #require(try world.json(.post, "/fapi/v1/order", limit)["orderId"]?.integer)
        _ = try world.json(.delete, "/fapi/v1/order", "symbol=ASTERUSDT&orderId=\(id)")
        world.advance(.hours(169))
        #expect(world.call(.get, "/fapi/v1/order", "symbol=ASTERUSDT&orderId=\(id)").contains("-2013"))
    }
}
