import Cryptography
import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Binance admits` {
    @Test(arguments: [BinanceWorld.Identity.demo, .ed25519, .friend])
    func `requests of both kinds of key`(identity: BinanceWorld.Identity) {
        var world = BinanceWorld()
        #expect(world.call(.get, "account", as: identity).hasPrefix("200 "))
    }

    @Test func `the signature of Binance's own example, in query, body or both`() throws {
        let first = "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC"
        let rest = "quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"
        let whole = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
        let split = "0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77"
        var world = BinanceWorld()
        world.server.chaos.clockSkew = Instant(milliseconds: 1_499_827_319_600) - world.now
        let headers = HTTPHeaders([("X-MBX-APIKEY", BinanceWorld.accounts()[0].apiKey)])
        func answer(_ query: String, _ body: String) throws -> String {
            let target = query.isEmpty ? "/api/v3/order" : "/api/v3/order?\(query)"
            let request = HTTPRequest(method: .post, target: target, headers: headers, body: Array(body.utf8))
            return String(decoding: try world.reply(request).body, as: UTF8.self)
        }
        // Signed well, and about a symbol that is not here.
        #expect(try answer("\(first)&\(rest)&signature=\(whole)", "").contains("-1121"))
        #expect(try answer("", "\(first)&\(rest)&signature=\(whole)").contains("-1121"))
        #expect(try answer(first, "\(rest)&signature=\(split)").contains("-1121"))
        #expect(try answer(first, "\(rest)&signature=\(whole)").contains("-1022"))
    }

    @Test func `nobody else`() throws {
        var world = BinanceWorld()
        var request = world.request(.get, "/api/v3/account")
        request.headers = HTTPHeaders()
        #expect(try world.reply(request).status == 401)
        request.headers = HTTPHeaders([("X-MBX-APIKEY", "unknown")])
        #expect(String(decoding: try world.reply(request).body, as: UTF8.self).contains("-2015"))
        request.headers = HTTPHeaders([("X-MBX-APIKEY", "key-friend")])
        #expect(String(decoding: try world.reply(request).body, as: UTF8.self).contains("-1022"))
    }

    @Test(arguments: [(-5_000, "200"), (-5_001, "400"), (999, "200"), (1_000, "400")])
    func `what was signed in time`(offset: Int64, status: String) throws {
        var world = BinanceWorld()
        let request = world.request(.get, "/api/v3/account", at: world.now + .milliseconds(offset))
        let response = try world.reply(request)
        #expect("\(response.status)" == status)
        if status == "400" { #expect(String(decoding: response.body, as: UTF8.self).contains("-1021")) }
    }

    @Test func `with a header that says whose venue this is`() throws {
        var world = BinanceWorld()
        for (path, status) in [("/api/v3/ping", 200), ("/api/v3/nothing", 404), ("/apus/identity", 200)] {
            let response = try world.reply(HTTPRequest(method: .get, target: path))
            #expect(response.status == status)
            #expect(VenueIdentity.venue(of: response.headers) == "binance")
        }
    }

    @Test func `no listen keys any more`() {
        var world = BinanceWorld()
        #expect(world.call(.post, "userDataStream", as: .open).hasPrefix("404"))
        #expect(world.call(.put, "userDataStream", as: .open).hasPrefix("404"))
    }
}

@Suite struct `Binance's limits` {
    @Test func `weigh requests, and give back what accepted orders weighed`() throws {
        var world = BinanceWorld()
        func used(_ request: HTTPRequest) throws -> String {
            try world.reply(request).headers["X-MBX-USED-WEIGHT-1M"] ?? ""
        }
        #expect(try used(HTTPRequest(method: .get, target: "/api/v3/ping")) == "1")
        #expect(try used(HTTPRequest(method: .get, target: "/api/v3/depth?symbol=BTCUSDT&limit=101")) == "26")
        let good = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"
        #expect(try used(world.request(.post, "/api/v3/order", good)) == "26")
        #expect(try used(world.request(.post, "/api/v3/order", good + "&icebergQty=1")) == "27")
        world.advance(.minutes(1))
        #expect(try used(HTTPRequest(method: .get, target: "/api/v3/ping")) == "1")
    }

    @Test func `refuse with 429, then with 418, and say how long`() throws {
        var limits = BinanceLimits()
        limits.weightPerMinute = 2
        limits.ignoredBeforeBan = 1
        var world = BinanceWorld(limits: limits)
        let ping = HTTPRequest(method: .get, target: "/api/v3/ping")
        let statuses = try (0..<4).map { _ in try world.reply(ping) }
        #expect(statuses.map(\.status) == [200, 200, 429, 418])
        #expect(statuses[2].headers["Retry-After"] == "60")
        #expect(statuses[3].headers["Retry-After"] == "120")
        #expect(try world.reply(ping, address: "10.0.0.1").status == 200)
    }

    @Test func `count orders until they are filled`() throws {
        var limits = BinanceLimits()
        limits.ordersPerTenSeconds = 2
        var world = BinanceWorld(limits: limits)
        func order(_ price: String) throws -> HTTPResponse {
            try world.reply(
                world.request(
                    .post, "/api/v3/order",
                    "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=\(price)"))
        }
        #expect(try order("50000").headers["X-MBX-ORDER-COUNT-10S"] == "1")
        // A taker's first fill takes back what it counted.
        #expect(try order("60000.05").headers["X-MBX-ORDER-COUNT-10S"] == "2")
        #expect(try order("50000").status == 200)
        let refused = try order("50000")
        #expect(refused.status == 429 && refused.headers["Retry-After"] != nil)
        #expect(String(decoding: refused.body, as: UTF8.self).contains("-1015"))
        let limitsNow = try world.json(.get, "rateLimit/order")
        #expect(limitsNow.elements?.first?["count"]?.integer == 2)
        world.advance(.seconds(10))
        #expect(try order("50000").status == 200)
    }
}

@Suite struct `Binance's account file` {
    private func error(_ text: String) -> String {
        do {
            _ = try BinanceAccountDefinition.parse(Array(text.utf8))
            return "none"
        } catch { return error.description }
    }

    @Test func `is read`() throws {
        let seed = BinanceWorld.seed
        let text = """
            {"accounts":[{"name":"a","api_key":"k","api_secret":"s","ed25519_api_key":"e","ed25519_private_key":"\(seed)",
            "trade_group":3,"balances":{"USDT":"10.5","BTC":1}}]}
            """
        let account = try #require(try BinanceAccountDefinition.parse(Array(text.utf8)).first)
        #expect(account.ed25519?.publicKey.description.hasPrefix("d75a9801") == true)
        #expect(account.tradeGroup == 3)
        #expect(account.balances.map(\.asset) == ["USDT", "BTC"])
    }

    @Test(arguments: [
        ("[]", "needs an array 'accounts'"), (#"{"accounts":[]}"#, "has no account"),
        (#"{"accounts":[{"name":"a","secret":1}]}"#, "unknown field 'secret'"),
        (#"{"accounts":[{"name":"a","api_key":"k"}]}"#, "'api_secret'"),
        (
            #"{"accounts":[{"name":"a","api_key":"k","api_secret":"s","ed25519_public_key":"x","balances":{}}]}"#,
            "needs an 'ed25519_api_key'"
        ),
        (
            #"{"accounts":[{"name":"a","api_key":"k","api_secret":"s","ed25519_api_key":"e","ed25519_public_key":"x","balances":{}}]}"#,
            "'ed25519_public_key': "
        ),
        (
            #"{"accounts":[{"name":"a","api_key":"k","api_secret":"s","trade_group":-1,"balances":{}}]}"#,
            "'trade_group'"
        ),
        (#"{"accounts":[{"name":"a","api_key":"k","api_secret":"s","balances":{"USDT":-1}}]}"#, "balance 'USDT'"),
    ])
    func `says what is wrong with it`(text: String, found: String) {
        #expect(error(text).contains(found), "\(error(text))")
    }

    @Test func `and accounts may share neither names nor keys`() {
        let account = BinanceAccountDefinition.demo()
        var other = account
        #expect(throws: VenueConfigurationError.self) { try server([account, other]) }
        other.name = "other"
        #expect(throws: VenueConfigurationError.self) { try server([account, other]) }
    }

    private func server(_ accounts: [BinanceAccountDefinition]) throws -> BinanceServer {
        try BinanceServer(
            configuration: BinanceServerConfiguration(accounts: accounts, markets: [BinanceWorld.definition]),
            startingAt: BinanceWorld.start)
    }
}
