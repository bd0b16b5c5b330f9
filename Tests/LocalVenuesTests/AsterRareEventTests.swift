import Exchange
import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Aster's rare events` {
    /// An account that is long `quantity` with 10,000 USDT.
    private func holder(_ quantity: Int64) throws -> AsterWorld {
        var world = AsterWorld()
        let side = BookLevel(Price(ticks: 9_510), Quantity(lots: quantity * 100))
        world.server.apply(.rest(MarketID(0), .sell, side), at: world.now, into: &world.effects)
        _ = try world.json(.post, "/fapi/v1/leverage", "symbol=ASTERUSDT&leverage=50")
        _ = try world.json(
            .post, "/fapi/v1/order",
            "symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=IOC&quantity=\(quantity)&price=0.9510")
        try world.listen()
        _ = world.frames()
        return world
    }

    private func mark(_ world: inout AsterWorld, _ price: String) {
        let price = ExactDecimal(price)!
        let rate = Rate.basisPoints(1)
        world.server.apply(
            .mark(MarketID(0), price: price, index: price, fundingRate: rate), at: world.now, into: &world.effects)
        world.advance(.seconds(1))
    }

    @Test func `a margin call comes once, and again after the account recovered`() throws {
        var world = try holder(200_000)
        mark(&world, "0.93")
        #expect(try world.userEvents().isEmpty)
        // Equity 10,000 − 66 − 200,000 × 0.0397: about 1,994 against a maintenance margin of 1,823.
        mark(&world, "0.9113")
        let call = try #require(try world.values().first { $0["e"]?.text == "MARGIN_CALL" })
        #expect(call["cw"]?.text == "9933.43000000")
        let position = try #require(call["p"]?.elements?.first)
        #expect(position["s"]?.text == "ASTERUSDT")
        #expect(position["pa"]?.text == "200000.00")
        #expect(position["mt"]?.text == "CROSSED")
        #expect(position["mp"]?.text == "0.91130000")
        #expect(position["up"]?.text == "-7940.00000000")
        #expect(position["mm"]?.text == "1822.60000000")
        mark(&world, "0.9112")
        #expect(try world.userEvents().isEmpty)
        mark(&world, "0.93")
        mark(&world, "0.9113")
        let again = try world.userEvents()
        #expect(again == ["MARGIN_CALL"])
    }

    @Test func `a liquidation is told to its owner and, once a second, to everyone`() throws {
        var world = try holder(200_000)
        world.connect("/stream?streams=asterusdt@forceOrder/!forceOrder@arr", as: 2)
        let bid = BookLevel(Price(ticks: 9_100), Quantity(lots: 30_000_000))
        world.server.apply(.rest(MarketID(0), .buy, bid), at: world.now, into: &world.effects)
        mark(&world, "0.905")
        let own = try world.values()
        let orders = own.filter { $0["e"]?.text == "ORDER_TRADE_UPDATE" }.compactMap { $0["o"] }
        #expect(orders.first?["c"]?.text?.hasPrefix("autoclose-") == true)
        #expect(orders.contains { $0["x"]?.text == "CALCULATED" && $0["X"]?.text == "FILLED" })
        #expect(own.contains { $0["e"]?.text == "ACCOUNT_UPDATE" })
        let told = try world.values(of: 2)
        #expect(told.map { $0["stream"]?.text } == ["asterusdt@forceOrder", "!forceOrder@arr"])
        let order = try #require(told.first?["data"]?["o"])
        #expect(order["S"]?.text == "SELL")
        #expect(order["f"]?.text == "IOC")
        #expect(order["q"]?.text == "200000.00")
        #expect(order["X"]?.text == "FILLED")
        let forced = try world.json(.get, "/fapi/v1/forceOrders", "autoCloseType=LIQUIDATION")
        #expect(forced.elements?.count == 1)
        #expect(try world.json(.get, "/fapi/v1/forceOrders", "autoCloseType=ADL").elements?.count == 0)
        let kinds = try world.json(.get, "/fapi/v1/income").elements?.compactMap { $0["incomeType"]?.text } ?? []
        #expect(kinds.contains("INSURANCE_CLEAR"))
    }

    @Test func `funding is told as a balance without positions`() throws {
        var world = try holder(100)
        for _ in 0..<10 {
            world.advance(.minutes(50))
            _ = try world.json(.put, "/fapi/v1/listenKey")
        }
        let update = try #require(try world.values().first { $0["e"]?.text == "ACCOUNT_UPDATE" })
        #expect(update["a"]?["m"]?.text == "FUNDING_FEE")
        #expect(update["a"]?["P"]?.elements?.isEmpty == true)
        #expect(update["a"]?["B"]?.elements?.first?["bc"]?.text?.hasPrefix("-0.0095") == true)
    }

    @Test func `changes of leverage, multi-assets mode and wallet are told`() throws {
        var world = AsterWorld()
        try world.listen()
        _ = try world.json(.post, "/fapi/v1/leverage", "symbol=ASTERUSDT&leverage=5")
        _ = try world.json(.post, "/fapi/v1/multiAssetsMargin", "multiAssetsMargin=true")
        let told = try world.values()
        #expect(told.map { $0["e"]?.text } == ["ACCOUNT_CONFIG_UPDATE", "ACCOUNT_CONFIG_UPDATE"])
        #expect(told[0]["ac"]?["s"]?.text == "ASTERUSDT")
        #expect(told[0]["ac"]?["l"]?.integer == 5)
        #expect(told[1]["ai"]?["j"]?.boolean == true)
        #expect(told[1]["ai"]?["d"]?.boolean == false)
        _ = try world.json(
            .post, "/fapi/v1/asset/wallet/transfer", "amount=1&asset=USDT&clientTranId=a&kindType=FUTURE_SPOT")
        #expect(try world.values().first?["a"]?["m"]?.text == "WITHDRAW")
    }

    @Test func `every print is told with its makers hidden`() throws {
        var world = AsterWorld()
        world.connect("/stream?streams=asterusdt@tradepro")
        world.trade(.buy, lots: 500, limit: 9_510)
        let frame = try #require(try world.values().first)
        let data = try #require(frame["data"])
        #expect(data.members?.map(\.name) == ["e", "E", "T", "s", "t", "p", "q", "h", "m"])
        #expect(data["p"]?.text == "0.9510")
        #expect(data["q"]?.text == "5.00")
        #expect(data["h"]?.text?.count == 66)
        #expect(data["m"]?.elements == [.string("hidden"), .string("hidden")])
    }

    @Test func `a stream client without a pong for fifteen minutes is cut off`() {
        var world = AsterWorld()
        world.connect("/ws", as: 1)
        world.connect("/ws", as: 2)
        world.advance(.minutes(14), pongs: false)
        world.server.streamPong(PeerID(2), at: world.now, into: &world.effects)
        world.effects = []
        world.advance(.minutes(1), pongs: false)
        let closed = world.effects.compactMap { effect -> PeerID? in
            if case .close(let peer, _, _) = effect { peer } else { nil }
        }
        #expect(closed == [PeerID(1)])
    }
}
