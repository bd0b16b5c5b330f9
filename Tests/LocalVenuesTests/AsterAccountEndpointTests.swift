import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Aster's account endpoints` {
    /// Long 20 from 0.9510, half of it sold at 0.9500: worked out by hand below.
    private func traded() throws -> AsterWorld {
        var world = AsterWorld()
        _ = try world.json(.post, "/fapi/v1/order", "symbol=ASTERUSDT&side=BUY&type=MARKET&quantity=20")
        world.advance(.milliseconds(500))
        _ = try world.json(.post, "/fapi/v1/order", "symbol=ASTERUSDT&side=SELL&type=MARKET&quantity=10")
        return world
    }

    @Test func `show balances to eight decimals`() throws {
        var world = try traded()
        let row = try #require(try world.json(.get, "/fapi/v2/balance").elements?.first)
        // Fees 0.00035 × (19.02 + 9.50) = 0.009982; realised 10 × (0.95 − 0.951) = −0.01.
        #expect(row["balance"]?.text == "9999.98001800")
        #expect(row["asset"]?.text == "USDT")
        #expect(row["crossWalletBalance"]?.text == "9999.98001800")
        #expect(row["crossUnPnl"]?.text == "-0.00500000")
        #expect(try world.json(.get, "/fapi/v2/balance", as: .v1).elements?.first?["balance"]?.text == "9999.98001800")
    }

    @Test func `show positions, and flat ones too`() throws {
        var world = try traded()
        let row = try #require(
            try world.json(.get, "/fapi/v2/positionRisk", "symbol=ASTERUSDT").elements?.first)
        let expected = [
            "symbol": "ASTERUSDT", "positionAmt": "10.00", "entryPrice": "0.95100", "markPrice": "0.95050000",
            "unRealizedProfit": "-0.00500000", "marginType": "cross", "positionSide": "BOTH",
            "notional": "9.50500000", "isAutoAddMargin": "false", "liquidationPrice": "0",
        ]
        for name in expected.keys.sorted() { #expect(row[name]?.text == expected[name], "\(name)") }
        let other = try #require(try world.json(.get, "/fapi/v2/positionRisk", as: .second).elements?.first)
        #expect(other["positionAmt"]?.text == "0.00")
        #expect(other["entryPrice"]?.text == "0.0")
        let account = try world.json(.get, "/fapi/v4/account")
        #expect(account["totalWalletBalance"]?.text == "9999.98001800")
        #expect(account["positions"]?.elements?.first?["positionAmt"]?.text == "10.00")
    }

    @Test func `put the liquidation price where equity meets maintenance`() throws {
        var world = AsterWorld()
        _ = try world.json(.post, "/fapi/v1/leverage", "symbol=ASTERUSDT&leverage=50")
        for _ in 0..<3 {
            _ = try world.json(.post, "/fapi/v1/order", "symbol=ASTERUSDT&side=SELL&type=MARKET&quantity=2000")
            world.setBook()
        }
        let row = try #require(try world.json(.get, "/fapi/v2/positionRisk", "symbol=ASTERUSDT").elements?.first)
        let price = try #require(row["liquidationPrice"]?.text.flatMap { Double($0) })
        let quantity = try #require(row["positionAmt"]?.text.flatMap { Double($0) })
        let entry = try #require(row["entryPrice"]?.text.flatMap { Double($0) })
        let balance = try #require(
            try world.json(.get, "/fapi/v2/balance").elements?.first?["balance"]?.text.flatMap { Double($0) })
        let equity = balance + quantity * (price - entry)
        let maintenance = abs(quantity) * price * 0.01
        #expect(abs(equity - maintenance) < 0.001)
        #expect(price > entry)
    }

    @Test func `list fills with what they cost and realised`() throws {
        var world = try traded()
        let rows = try #require(try world.json(.get, "/fapi/v1/userTrades", "symbol=ASTERUSDT").elements)
        #expect(rows.count == 2)
        let expected = [
            "side": "SELL", "price": "0.9500", "qty": "10.00", "quoteQty": "9.50000000", "commission": "0.00332500",
            "commissionAsset": "USDT", "realizedPnl": "-0.01000000", "positionSide": "BOTH",
        ]
        for name in expected.keys.sorted() { #expect(rows[1][name]?.text == expected[name], "\(name)") }
        #expect(rows[1]["maker"]?.boolean == false)
        let order = try #require(rows[0]["orderId"]?.integer)
        let only = try world.json(.get, "/fapi/v1/userTrades", "symbol=ASTERUSDT&orderId=\(order)")
        #expect(only.elements?.count == 1)
        let from = try #require(rows[1]["id"]?.integer)
        let later = try world.json(.get, "/fapi/v1/userTrades", "symbol=ASTERUSDT&fromId=\(from)")
        #expect(later.elements == [rows[1]])
        let start = world.now.milliseconds + 5_000
        #expect(world.call(.get, "/fapi/v1/userTrades", "symbol=ASTERUSDT&startTime=\(start)").contains("-4181"))
        #expect(
            world.call(.get, "/fapi/v1/userTrades", "symbol=ASTERUSDT&startTime=0&endTime=604800001")
                .contains("-4165"))
    }

    @Test func `account for every change of the wallet as income`() throws {
        var world = try traded()
        let rows = try #require(try world.json(.get, "/fapi/v1/income").elements)
        let sum = rows.compactMap { $0["income"]?.text.flatMap { Cash($0) } }.reduce(Cash.zero, +)
        #expect(sum.text(decimals: 8) == "9999.98001800")
        let fees = try world.json(.get, "/fapi/v1/income", "incomeType=COMMISSION").elements
        #expect(fees?.map { $0["income"]?.text } == ["-0.00665700", "-0.00332500"])
    }

    @Test func `change and tell leverage, margin type and modes`() throws {
        var world = AsterWorld()
        #expect(
            world.call(.post, "/fapi/v1/leverage", "symbol=ASTERUSDT&leverage=20")
                == #"200 {"leverage":20,"maxNotionalValue":"100000000","symbol":"ASTERUSDT"}"#)
        #expect(world.call(.post, "/fapi/v1/leverage", "symbol=ASTERUSDT&leverage=500").contains("-4028"))
        #expect(world.call(.post, "/fapi/v1/marginType", "symbol=ASTERUSDT&marginType=CROSSED").contains("-4046"))
        #expect(world.call(.get, "/fapi/v1/positionSide/dual") == #"200 {"dualSidePosition":false}"#)
        #expect(world.call(.post, "/fapi/v1/positionSide/dual", "dualSidePosition=false").contains("-4059"))
        #expect(world.call(.post, "/fapi/v1/positionSide/dual", "dualSidePosition=true").contains("-1020"))
        #expect(world.call(.get, "/fapi/v1/positionSide/dual") == #"200 {"dualSidePosition":false}"#)
        #expect(world.call(.get, "/fapi/v1/multiAssetsMargin") == #"200 {"multiAssetsMargin":false}"#)
        #expect(world.call(.get, "/fapi/v1/stpMode") == #"200 {"stpMode":"EXPIRE_TAKER"}"#)
        #expect(world.call(.post, "/fapi/v1/stpMode", "stpMode=EXPIRE_BOTH") == #"200 {"code":200,"msg":"success"}"#)
        #expect(world.call(.get, "/fapi/v1/stpMode") == #"200 {"stpMode":"EXPIRE_BOTH"}"#)
        #expect(
            world.call(.get, "/fapi/v1/commissionRate", "symbol=ASTERUSDT")
                == #"200 {"symbol":"ASTERUSDT","makerCommissionRate":"0.0001","takerCommissionRate":"0.00035"}"#)
        #expect(
            world.call(.post, "/fapi/v1/positionMargin", "symbol=ASTERUSDT&amount=1&type=1").contains("-4049"))
    }

    @Test func `refuse another position mode while orders or positions are open`() throws {
        var world = AsterWorld()
        let order = "symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=20&price=0.94"
        _ = try world.json(.post, "/fapi/v1/order", order)
        #expect(world.call(.post, "/fapi/v1/positionSide/dual", "dualSidePosition=true").contains("-4067"))
        var holder = try traded()
        #expect(holder.call(.post, "/fapi/v1/positionSide/dual", "dualSidePosition=true").contains("-4068"))
    }

    @Test func `give auditors exact books and the largest exposure ever`() throws {
        var world = AsterWorld()
        for price in ["0.9490", "0.9491"] {
            _ = try world.json(
                .post, "/fapi/v1/order",
                "symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=20&price=\(price)")
        }
        _ = try world.json(.delete, "/fapi/v1/allOpenOrders", "symbol=ASTERUSDT")
        _ = try world.json(.post, "/fapi/v1/order", "symbol=ASTERUSDT&side=SELL&type=MARKET&quantity=15")
        let ledger = try world.json(.get, "/apus/ledger", "account=a", as: .open)
        #expect(ledger["wallet"]?.text == "9999.995012500000")
        #expect(ledger["fees"]?.text == "0.004987500000")
        let market = try #require(ledger["markets"]?.elements?.first)
        #expect(market["position_lots"]?.integer == -1_500)
        #expect(market["position_value"]?.text == "-14.250000000000")
        #expect(market["max_long_lots"]?.integer == 4_000)
        #expect(market["max_short_lots"]?.integer == 1_500)
        #expect(market["max_exposure_value"]?.text == "38.020000000000")
        #expect(market["open_orders"]?.integer == 0)
        #expect(world.open("/apus/ledger", "account=zoe").contains("There is no account 'zoe'."))
        #expect(world.open("/apus/identity").contains(#""local":true"#))
    }
}
