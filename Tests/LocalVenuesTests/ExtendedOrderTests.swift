import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueExtended
import Wire

@testable import LocalVenues

@Suite struct `Orders of a local Extended` {
    @Test func `are accepted at once and matched later`() throws {
        var world = ExtendedWorld()
        let name = try world.order(.buy, "0.01", "84091") { $0.timeInForce = .immediateOrCancel }
        #expect(try world.state(name) == "NEW 0")
        world.work()
        #expect(try world.state(name) == "FILLED 0.01000")
    }

    @Test func `fill at the maker's price, the taker pays the fee`() throws {
        var world = ExtendedWorld()
        try world.order(.buy, "0.01", "84200")
        world.work()
        let trade = try #require(try world.data(.get, "/user/trades", as: 0).elements?.first)
        #expect(trade["price"]?.text == "84091")
        #expect(trade["value"]?.text == "840.910000")
        #expect(trade["fee"]?.text == "0.2102275")
        #expect(trade["isTaker"]?.boolean == true)
        #expect(trade["tradeType"]?.text == "TRADE")
        #expect(try world.data(.get, "/user/balance", as: 0)["balance"]?.text == "9999.7897725")
    }

    @Test func `that rest pay nothing`() throws {
        var world = ExtendedWorld()
        let name = try world.order(.buy, "0.01", "84090") {
            $0.postOnly = true; $0.fee = .zero
        }
        world.work()
        world.trade(.sell, lots: 500, limit: 84_090)
        #expect(try world.state(name) == "PARTIALLY_FILLED 0.00500")
        let trade = try #require(try world.data(.get, "/user/trades", as: 0).elements?.first)
        #expect(trade["fee"]?.text == "0.000000")
        #expect(trade["isTaker"]?.boolean == false)
    }

    @Test func `post-only and crossing are accepted and then rejected`() throws {
        var world = ExtendedWorld()
        let name = try world.order(.buy, "0.01", "84091") { $0.postOnly = true }
        world.work()
        #expect(try world.state(name) == "REJECTED/POST_ONLY_FAILED 0")
        #expect(try world.open() == [])
    }

    @Test func `immediate or cancel, fill or kill`() throws {
        var world = ExtendedWorld()
        let missed = try world.order(.buy, "0.01", "84000") { $0.timeInForce = .immediateOrCancel }
        let partly = try world.order(.buy, "1.2", "84091") { $0.timeInForce = .immediateOrCancel }
        let killed = try world.order(.sell, "1.2", "84089") { $0.timeInForce = .fillOrKill }
        world.work()
        #expect(try world.state(missed) == "CANCELLED/NO_LIQUIDITY 0")
        #expect(try world.state(partly) == "CANCELLED 1.00000")
        #expect(try world.state(killed) == "CANCELLED/NO_LIQUIDITY 0")
    }

    @Test func `expire`() throws {
        var world = ExtendedWorld()
        let name = try world.order(.buy, "0.01", "84000") { [now = world.now] in
            $0.expiryMilliseconds = now.milliseconds + 2_000
        }
        world.work()
        #expect(try world.state(name) == "NEW 0")
        world.advance(.seconds(2))
        #expect(try world.state(name) == "EXPIRED 0")
    }

    @Test func `are canceled by id, by name, in masses; later`() throws {
        var world = ExtendedWorld()
        var names: [String] = []
        for price in 84_000..<84_006 { names.append(try world.order(.buy, "0.01", "\(price)")) }
        world.work()
        let id = try #require(
            try world.data(.get, "/user/orders/external/\(names[0])", as: 0).elements?.first?["id"]?.integer)
        #expect(world.call(.delete, "/user/order/\(id)", as: 0) == #"200 {"status":"OK"}"#)
        #expect(try world.open().count == 6)
        #expect(world.call(.delete, "/user/order?externalId=\(names[1])", as: 0) == #"200 {"status":"OK"}"#)
        world.work()
        #expect(try world.open() == names[2...].reversed())
        let body = #"{"externalOrderIds":["\#(names[2])","unknown"],"cancelAll":false}"#
        #expect(world.call(.post, "/user/order/massCancel", as: 0, body: body) == #"200 {"status":"OK"}"#)
        world.work()
        #expect(try world.open().count == 3)
        #expect(world.call(.post, "/user/order/massCancel", as: 0, body: #"{"markets":["ETH-USD"]}"#).hasPrefix("200"))
        world.work()
        #expect(try world.open().count == 3)
        #expect(world.call(.post, "/user/order/massCancel", as: 0, body: #"{"cancelAll":true}"#).hasPrefix("200"))
        world.work()
        #expect(try world.open() == [])
        #expect(try world.state(names[5]) == "CANCELLED 0")
        #expect(world.call(.delete, "/user/order?externalId=unknown", as: 0).hasPrefix("404"))
    }

    @Test func `accepted behind a cancel of everything are spared by it`() throws {
        var world = ExtendedWorld()
        let before = try world.order(.buy, "0.01", "84000")
        _ = world.call(.post, "/user/order/massCancel", as: 0, body: #"{"cancelAll":true}"#)
        let between = try world.order(.buy, "0.01", "84001")
        _ = world.call(.post, "/user/order/massCancel", as: 0, body: #"{"markets":["BTC-USD"]}"#)
        let after = try world.order(.buy, "0.01", "84002")
        world.work()
        #expect(try world.state(before) == "CANCELLED 0")
        #expect(try world.state(between) == "CANCELLED 0")
        #expect(try world.open() == [after])
    }

    @Test func `may be filled before their cancel arrives`() throws {
        var world = ExtendedWorld()
        let name = try world.order(.buy, "0.01", "84090")
        world.work()
        _ = world.call(.delete, "/user/order?externalId=\(name)", as: 0)
        world.trade(.sell, lots: 5_000, limit: 84_090)
        world.work()
        #expect(try world.state(name) == "FILLED 0.01000")
    }
}
