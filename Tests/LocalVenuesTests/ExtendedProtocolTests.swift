import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueExtended
import Wire

@testable import LocalVenues

@Suite struct `The protocol of a local Extended` {
    private func status(_ world: inout ExtendedWorld, _ path: String, _ headers: [(String, String)]) -> Int? {
        world.send(HTTPRequest(method: .get, target: "/api/v1\(path)", headers: HTTPHeaders(headers)))?.status
    }

    @Test func `asks who is calling`() {
        var world = ExtendedWorld()
        #expect(status(&world, "/info/markets", []) == 403)
        #expect(status(&world, "/info/markets", [("User-Agent", "")]) == 403)
        #expect(status(&world, "/info/markets", [("user-agent", "x")]) == 200)
        #expect(status(&world, "/user/orders", [("User-Agent", "x")]) == 401)
        #expect(status(&world, "/user/orders", [("User-Agent", "x"), ("X-Api-Key", "unknown")]) == 401)
        #expect(status(&world, "/user/orders", [("User-Agent", "x"), ("x-api-key", "key-b")]) == 200)
        let twice = [("User-Agent", "x"), ("X-Api-Key", "key-a"), ("x-api-key", "key-a")]
        #expect(status(&world, "/user/orders", twice) == 401)
        #expect(status(&world, "/info/markets", [("User-Agent", "x"), ("User-Agent", "x")]) == 401)
    }

    @Test func `refuses more than its requests a minute, for each address`() throws {
        var limits = ExtendedLimits()
        limits.requestsPerMinute = 3
        var world = ExtendedWorld(limits: limits)
        for _ in 0..<3 { #expect(world.call(.get, "/info/starknet").hasPrefix("200")) }
        #expect(world.call(.get, "/info/starknet").hasPrefix("429"))
        #expect(world.call(.get, "/user/orders", as: 0).hasPrefix("429"))
        let elsewhere = HTTPRequest(method: .get, target: "/api/v1/info/starknet", headers: world.headers(nil))
        #expect(world.send(elsewhere, address: "10.0.0.1")?.status == 200)
        #expect(world.call(.get, "/apus/identity").hasPrefix("200"))
        world.advance(.minutes(1))
        #expect(world.call(.get, "/info/starknet").hasPrefix("200"))
    }

    @Test(arguments: [
        "/", "/info", "/info/", "/info/markets/", "/info/markets/BTC-USD", "/info/markets/BTC-USD/other", "/user",
        "/user/other", "/info/candles/BTC-USD", "/other",
    ])
    func `has nothing at other paths`(path: String) {
        var world = ExtendedWorld()
        #expect(world.call(.get, path, as: 0).hasPrefix("404 "))
    }

    @Test func `says what a local venue leaves out`() {
        var world = ExtendedWorld()
        for (method, path) in [
            (HTTPMethod.get, "/user/bridge/config"), (.post, "/user/claim"), (.post, "/vault/user/deposits"),
            (.get, "/user/rewards/earned"),
        ] {
            #expect(world.call(method, path, as: 0).contains("1009"))
        }
    }

    @Test func `says which chain orders are signed for`() throws {
        var world = ExtendedWorld()
        #expect(try world.data(.get, "/info/starknet")["chainId"]?.text == "SN_SEPOLIA")
        var json = JSONWriter()
        json.beginObject()
        world.server.writeReadiness(http: "http://127.0.0.1:1", ws: "ws://127.0.0.1:1", into: &json)
        json.endObject()
        let ready = try JSONValue.parse(json.bytes)
        #expect(ready["rest"]?.text == "http://127.0.0.1:1/api/v1")
        #expect(ready["ws"]?.text == "ws://127.0.0.1:1/stream.extended.exchange/v1")
        #expect(ready["ws_rpc"]?.text == "ws://127.0.0.1:1/stream.extended.exchange/v2/rpc")
        #expect(ready["signing_domain"]?.text == "starknet.sepolia.extended.exchange")
        let account = try #require(ready["accounts"]?.elements?.first)
        #expect(
            account.members?.map(\.name) == ["name", "api_key", "vault", "private_key", "public_key", "balance"])
        #expect(try ExtendedAccountDefinition.parse(json.bytes).map(\.name) == ["a", "b", "c"])
    }

    @Test func `answers the same for the same seed and requests`() throws {
        func run() throws -> [String] {
            var world = ExtendedWorld(seed: 9)
            world.server.chaos.set(.replyLost, chance: 1, in: 3)
            var answers: [String] = []
            for price in 84_080..<84_100 {
                let draft = world.draft(.buy, "0.01", "\(price)")
                answers.append(
                    world.post(try world.body(draft)).map { String(decoding: $0.body, as: UTF8.self) } ?? "-")
                world.work()
            }
            answers.append(world.call(.get, "/user/orders/history", as: 0))
            return answers
        }
        #expect(try run() == run())
    }
}
