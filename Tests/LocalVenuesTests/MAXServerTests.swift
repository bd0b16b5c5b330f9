import Cryptography
import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueKit
import VenueMAX
import Wire

@testable import LocalVenues

@Suite struct `A local MAX` {
    private func code(_ reply: JSONValue) -> Int64? { reply["error"]?["code"]?.integer }

    @Test func `tells its markets as numbers, small ones with an exponent`() throws {
        var world = MAXWorld()
        let body = world.get("/api/v3/markets")?.body ?? []
        let text = String(decoding: body, as: UTF8.self)
        #expect(
            text.contains(
                #""id":"btctwd","status":"active","base_unit":"btc","base_unit_precision":8,"min_base_amount":8.0e-05,"#
            ))
        let read = try MAXMarket.find("usdttwd", in: JSONValue.parse(body), market: MarketID(1))
        #expect(read.instrument == world.server.configuration.markets[1].instrument)
    }

    @Test func `says on every answer that it is one of ours`() throws {
        var world = MAXWorld()
        for target in ["/api/v3/markets", "/api/v3/none", "/apus/identity"] {
            let response = world.get(target)
            #expect(response.flatMap { VenueIdentity.venue(of: $0.headers) } == "max")
        }
    }

    @Test func `prints asks worst first unless they are wanted in order`() throws {
        var world = MAXWorld()
        let plain = try world.read("/api/v3/depth?market=btctwd&limit=3")
        let sorted = try world.read("/api/v3/depth?market=btctwd&limit=3&sort_by_price=true")
        let asks = plain["asks"]?.elements?.compactMap { $0.elements?.first?.text }
        #expect(asks == ["3049800.0", "3049700.0", "3049600.0"])
        #expect(sorted["asks"]?.elements?.compactMap { $0.elements?.first?.text } == asks?.reversed())
    }

    @Test func `accepts an order with 201 and tells it as waiting`() throws {
        var world = MAXWorld()
        let answer = world.call(
            .post, "/api/v3/wallet/spot/order",
            [
                ("market", "btctwd"), ("side", "buy"), ("volume", "0.01"), ("price", "3049700.0"),
                ("client_oid", "a"),
            ])
        let response = try #require(answer)
        #expect(response.status == 201)
        let order = try JSONValue.parse(response.body)
        #expect(order["state"]?.text == "wait")
        #expect(order["executed_volume"]?.text == "0.0")
        // It crossed, as a query tells.
        let later = world.ask(.get, "/api/v3/order", [("client_oid", "a")])
        #expect(later["state"]?.text == "done")
        #expect(later["executed_volume"]?.text == "0.01")
        #expect(later["avg_price"]?.text == "3049600.0")
        #expect(later["trades_count"]?.integer == 1)
    }

    @Test func `takes fees from what is received`() throws {
        var world = MAXWorld()
        world.place("buy", "0.01", at: "3049600.0")
        world.place("sell", "0.01", at: "3049400.0")
        let rows =
            world.ask(.get, "/api/v3/wallet/spot/trades", [("market", "btctwd"), ("order", "asc")]).elements ?? []
        #expect(rows.map { $0["fee_currency"]?.text } == ["btc", "twd"])
        #expect(rows.map { $0["fee"]?.text } == ["0.000016", "48.7904"])
        #expect(rows.map { $0["side"]?.text } == ["bid", "ask"])
        let holding = world.server.exchange.holding(of: world.account, asset: "BTC")
        #expect(holding.total == Cash(whole: 3) - Cash("0.000016")!)
    }

    @Test func `cancels a little after it said so`() throws {
        var world = MAXWorld()
        let order = world.place("buy", "0.01", at: "3000000.0")
        let id = try #require(order["id"]?.numeral)
        #expect(world.ask(.delete, "/api/v3/order", [("id", id)]) == .object([JSONMember("success", .bool(true))]))
        #expect(world.ask(.get, "/api/v3/order", [("id", id)])["state"]?.text == "wait")
        world.advance(.milliseconds(10))
        #expect(world.ask(.get, "/api/v3/order", [("id", id)])["state"]?.text == "cancel")
        #expect(code(world.ask(.delete, "/api/v3/order", [("id", id)])) == 2_003)
        #expect(code(world.ask(.delete, "/api/v3/order", [("id", "1")])) == 2_004)
    }

    @Test func `cancels all of a market, a side or a group, and answers before it did`() throws {
        var world = MAXWorld()
        for (side, price, group) in [("buy", "3000000.0", "1"), ("buy", "3000100.0", "2"), ("sell", "3100000.0", "1")] {
            world.place(side, "0.01", at: price, group: group)
        }
        func open() -> Int { world.server.exchange.openOrders(of: world.account, in: nil).count }
        let reply =
            world.ask(.delete, "/api/v3/wallet/spot/orders", [("market", "btctwd"), ("side", "sell")]).elements ?? []
        #expect(reply.map { $0["order"]?["state"]?.text } == ["wait"])
        #expect(reply.map { $0["error"] } == [.null])
        world.advance(.milliseconds(10))
        #expect(open() == 2)
        _ = world.ask(.delete, "/api/v3/wallet/spot/orders", [("group_id", "1")])
        world.advance(.milliseconds(10))
        #expect(open() == 1)
        _ = world.ask(.delete, "/api/v3/wallet/spot/orders", [("market", "usdttwd")])
        world.advance(.milliseconds(10))
        #expect(open() == 1)
    }

    @Test(
        arguments: [
            ("volume", "0", 1_001), ("volume", "0.000000001", 1_001), ("volume", "0.00001", 2_016),
            ("volume", "100", 2_018),
            ("price", "0.05", 1_001), ("side", "bid", 1_001), ("market", "xxx", 1_001),
            ("ord_type", "stop_limit", 1_001),
            ("client_oid", "1234567890123456789012345678901234567", 1_001),
        ] as [(String, String, Int64)]) func `refuses what is not right`(name: String, value: String, expected: Int64)
        throws
    {
        var world = MAXWorld()
        var parameters = [
            ("market", "btctwd"), ("side", "buy"), ("volume", "0.01"), ("price", "3000000.0"), ("ord_type", "limit"),
        ].filter { $0.0 != name }
        parameters.append((name, value))
        #expect(code(world.ask(.post, "/api/v3/wallet/spot/order", parameters)) == expected)
        #expect(world.server.exchange.openOrders(of: world.account, in: nil).isEmpty)
    }

    @Test func `refuses a name for a day`() {
        var world = MAXWorld()
        world.place("buy", "0.01", at: "3000000.0", name: "once")
        #expect(code(world.place("buy", "0.01", at: "3000000.0", name: "once")) == 2_002)
        _ = world.ask(.delete, "/api/v3/order", [("client_oid", "once")])
        world.advance(.hours(23))
        #expect(code(world.place("buy", "0.01", at: "3000000.0", name: "once")) == 2_002)
        world.advance(.hours(2))
        #expect(code(world.place("buy", "0.01", at: "3000000.0", name: "once")) == nil)
    }

    @Test func `ends a post-only order that would take, and what an ioc order leaves`() {
        var world = MAXWorld()
        world.place("buy", "0.01", at: "3050000.0", type: "post_only", name: "p")
        #expect(world.ask(.get, "/api/v3/order", [("client_oid", "p")])["state"]?.text == "cancel")
        world.place("buy", "0.06", at: "3049600.0", type: "ioc_limit", name: "i")
        let order = world.ask(.get, "/api/v3/order", [("client_oid", "i")])
        #expect(order["state"]?.text == "cancel")
        #expect(order["executed_volume"]?.text == "0.05")
        world.place("sell", "0.02", at: nil, type: "market", name: "m")
        #expect(world.ask(.get, "/api/v3/order", [("client_oid", "m")])["executed_volume"]?.text == "0.02")
    }

    @Test func `prints a trade of an account with itself in one row with both fees`() throws {
        var world = MAXWorld()
        let buy = world.place("buy", "0.01", at: "3049500.0")
        let sell = world.place("sell", "0.01", at: "3049500.0")
        let rows = world.ask(.get, "/api/v3/wallet/spot/trades", [("market", "btctwd")]).elements ?? []
        try #require(rows.count == 1)
        #expect(rows[0]["side"]?.text == "self-trade")
        #expect(rows[0]["order_id"] == sell["id"])
        #expect(rows[0]["self_trade_bid_order_id"] == buy["id"])
        let legs = try MAXTrade.legs(rows[0], world.instrument)
        #expect(legs.map(\.isMaker) == [false, true])
        let houses = legs.compactMap { $0.fill(nil, world.instrument) }
        #expect(houses.map(\.baseCommission) == [.zero, Cash("0.000008")!])
        let ledger = try world.read("/apus/ledger?account=demo")
        #expect(ledger["markets"]?.elements?[0]["self_trades"]?.integer == 2)
    }

    @Test func `gives rows by time or by id, up or down, in pages`() throws {
        var world = MAXWorld()
        for price in ["3000000.0", "3000100.0", "3000200.0"] {
            world.place("buy", "0.01", at: price)
            world.advance(.seconds(1))
        }
        func prices(_ parameters: [(String, String)]) -> [String?] {
            (world.ask(.get, "/api/v3/wallet/spot/orders/open", parameters).elements ?? []).map { $0["price"]?.text }
        }
        #expect(prices([]) == ["3000200.0", "3000100.0", "3000000.0"])
        #expect(prices([("order_by", "asc"), ("limit", "2")]) == ["3000000.0", "3000100.0"])
        let second = String(MAXWorld.start.milliseconds + 1_000)
        #expect(prices([("order_by", "asc"), ("timestamp", second)]) == ["3000100.0", "3000200.0"])
        let history = world.ask(.get, "/api/v3/wallet/spot/orders/history", [("market", "btctwd"), ("from_id", "2")])
        #expect((history.elements ?? []).allSatisfy { ($0["id"]?.integer ?? 0) >= 2 })
        #expect(world.ask(.get, "/api/v3/wallet/spot/orders/closed").elements?.isEmpty == true)
    }

    @Test func `tells what is available apart from what is locked`() {
        var world = MAXWorld()
        world.place("buy", "0.01", at: "3000000.0")
        let rows = world.ask(.get, "/api/v3/wallet/spot/accounts").elements ?? []
        let twd = rows.first { $0["currency"]?.text == "twd" }
        #expect(twd?["balance"]?.text == "9970000.0")
        #expect(twd?["locked"]?.text == "30000.0")
        #expect(world.ask(.get, "/api/v3/wallet/spot/accounts", [("currency", "btc")]).elements?.count == 1)
    }

    @Test func `knows who is asking`() throws {
        var world = MAXWorld()
        let good = world.signers[0].request(.get, "/api/v3/info", nonce: world.now.milliseconds)
        func refusal(_ change: (inout HTTPRequest) -> Void) -> (Int, Int64?) {
            var request = good
            change(&request)
            guard let response = world.send(request), let body = try? JSONValue.parse(response.body) else {
                return (0, nil)
            }
            return (response.status, code(body))
        }
        func set(_ name: String, _ value: String?) -> (inout HTTPRequest) -> Void {
            { request in
                request.headers.fields.removeAll { $0.name == name }
                if let value { request.headers.append(name, value) }
            }
        }
        #expect(refusal(set("X-MAX-ACCESSKEY", nil)) == (401, 2_001))
        #expect(refusal(set("X-MAX-ACCESSKEY", "nobody")) == (401, 2_008))
        #expect(refusal(set("X-MAX-SIGNATURE", "00")) == (401, 2_005))
        #expect(refusal { $0.target = "/api/v3/wallet/spot/accounts?nonce=\(world.now.milliseconds)" } == (401, 2_014))
        #expect(refusal { $0.target += "&market=btctwd" } == (401, 2_014))
        #expect(refusal { _ in } == (200, nil))
        #expect(refusal { _ in } == (401, 2_006))
        let late = world.signers[0].request(.get, "/api/v3/info", nonce: world.now.milliseconds - 31_000)
        let answer = world.send(late)
        let body = try JSONValue.parse(answer?.body ?? [])
        #expect(code(body) == 2_007)
    }

    @Test func `counts requests by address and by account`() throws {
        var limits = MAXLimits()
        limits.publicPerMinute = 3
        limits.privatePerMinute = 2
        var world = MAXWorld(limits: limits)
        for _ in 0..<3 { #expect(world.get("/api/v3/timestamp")?.status == 200) }
        let answer = world.get("/api/v3/timestamp")
        let refused = try #require(answer)
        #expect(refused.status == 429)
        let until = try #require(refused.headers["Retry-After"].flatMap { Int64($0) })
        #expect((world.now.milliseconds / 1_000...world.now.milliseconds / 1_000 + 60).contains(until))
        for _ in 0..<2 { #expect(world.call(.get, "/api/v3/info")?.status == 200) }
        #expect(world.call(.get, "/api/v3/info")?.status == 429)
        #expect(world.call(.get, "/api/v3/info", by: 1)?.status == 200)
        world.advance(.minutes(1))
        #expect(world.call(.get, "/api/v3/info")?.status == 200)
    }

    @Test(arguments: 1...4) func `answers whatever it is sent`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var world = MAXWorld(seed: seed)
        let paths = MAXEndpoint.allCases.map(\.path) + ["/", "/api/v3", "/apus/chaos", "/apus/ledger"]
        let values = ["btctwd", "", "-1", "9223372036854775807", "1e9", "0.01", "buy", "asc", "\u{0}", "1780000000000"]
        let names = [
            "market", "side", "volume", "price", "ord_type", "id", "limit", "timestamp", "from_id", "group_id",
        ]
        world.open(7)
        for _ in 0..<1_500 {
            func pick<T>(_ list: [T]) -> T { list[Int(random.integer(in: 0...Int64(list.count - 1)))] }
            let parameters = (0..<random.integer(in: 0...6)).map { _ in (pick(names), pick(values)) }
            let method = pick([HTTPMethod.get, .post, .delete, .put])
            if random.chance(3, in: 4) {
                let response = world.call(method, pick(paths), parameters, by: Int(random.integer(in: 0...1)))
                #expect(response != nil)
            } else {
                let noise = (0..<random.integer(in: 0...60)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                #expect(world.send(HTTPRequest(method: method, target: pick(paths) + "?a=%zz", body: noise)) != nil)
                world.server.streamText(PeerID(7), noise, at: world.now, into: &world.effects)
            }
            world.advance(.milliseconds(random.integer(in: 0...2_000)))
            world.effects.removeAll()
            if world.server.connections.isEmpty { world.open(7) }
        }
    }
}
