@testable import ControlAPI
import Configuration
import Runtime
import Testing
import Wire

@Suite struct `Who may ask` {
    @Test(
        arguments: [
            nil, "", "Bearer", "Bearer ", "Bearer wrong", "Basic \(testToken)", testToken, "Bearer \(testToken)x",
            "Bearer \(testToken.dropLast())", "Bearer \(testToken) \(testToken)",
        ] as [String?])
    func `nothing but the token opens`(authorization: String?) {
        let bot = FakeBot()
        let router = ControlRouter(bot)
        for operation in Operation.allCases where !operation.isOpen {
            let reply = router.reply(
                request(operation.method, operation.path, #"{"confirm":true}"#, [("Authorization", authorization)]))
            #expect(reply.status == 401, "\(operation)")
            #expect(reply.headers["WWW-Authenticate"] != nil)
        }
        #expect(bot.state == .stopped && bot.commands.isEmpty)
    }

    @Test func `two authorizations are none`() {
        var twice = request(.get, "/api/bot/status")
        twice.headers.append("authorization", "Bearer \(testToken)")
        #expect(ControlRouter(FakeBot()).reply(twice).status == 401)
    }

    @Test func `the scheme's name is read in any case`() {
        let lower = request(.get, "/api/bot/status", "", [("Authorization", "bearer \(testToken)")])
        #expect(ControlRouter(FakeBot()).reply(lower).status == 200)
    }

    @Test func `probes and the description need no token`() {
        let router = ControlRouter(FakeBot())
        for path in ["/healthz", "/openapi.json", "/"] {
            #expect(router.reply(request(.get, path, "", [("Authorization", nil)])).status == 200)
        }
    }

    @Test func `without a token of its own the server asks for none`() {
        let router = ControlRouter(FakeBot(), token: nil)
        #expect(router.reply(request(.get, "/api/bot/status", "", [("Authorization", nil)])).status == 200)
    }

    @Test(arguments: [
        ("127.0.0.1:8000", 200), ("localhost", 200), ("LOCALHOST:9", 200), ("[::1]:8000", 200), ("bots.lan:8000", 200),
        ("evil.example:8000", 421), ("127.0.0.1.evil.example", 421), ("localhost.", 421), ("127.0.0.1:8000:9", 421),
        ("", 421), ("[::1]evil", 421),
    ])
    func `the server answers to its own names only`(host: String, status: Int) {
        let router = ControlRouter(FakeBot(), hosts: ["bots.lan"])
        #expect(router.reply(request(.get, "/api/bot/status", "", [("Host", host)])).status == status)
    }

    @Test func `a whole URL as target is judged by its own authority`() {
        let router = ControlRouter(FakeBot())
        #expect(router.reply(request(.get, "http://localhost:1/api/bot/status")).status == 200)
        #expect(router.reply(request(.get, "http://evil.example/api/bot/status")).status == 421)
    }

    @Test(arguments: [
        ("Origin", "http://evil.example", 403), ("Origin", "null", 403), ("Origin", "https://127.0.0.1:8000", 403),
        ("Origin", "http://127.0.0.1:8001", 403), ("Origin", "http://127.0.0.1:8000", 200),
        ("Sec-Fetch-Site", "cross-site", 403), ("Sec-Fetch-Site", "same-site", 403),
        ("Sec-Fetch-Site", "same-origin", 200), ("Sec-Fetch-Site", "none", 200),
    ])
    func `pages of other sites are refused, token or not`(name: String, value: String, status: Int) {
        let reply = ControlRouter(FakeBot()).reply(request(.get, "/api/bot/status", "", [(name, value)]))
        #expect(reply.status == status)
        #expect(!reply.headers.fields.contains { $0.name.hasPrefix("Access-Control") })
    }

    @Test func `no reply holds a token, a name of a key, an address or a path`() {
        let bot = FakeBot(strategy: nil)
        bot.state = .running
        bot.quote()
        let router = ControlRouter(bot)
        for operation in Operation.allCases where operation.method == .get {
            let reply = router.reply(request(.get, operation.path))
            let text = String(decoding: reply.body, as: UTF8.self) + "\(reply.headers)"
            for secret in [testToken, "NAME_OF_THE_KEY", "NAME_OF_THE_SECRET", "/somewhere", "asterdex.com"] {
                #expect(!text.contains(secret), "\(operation) tells \(secret)")
            }
        }
    }
}

@Suite struct `Requests that are wrong` {
    @Test(arguments: [
        ("GET", "/api/bot/start", "", 405), ("POST", "/api/bot/status", "", 405), ("DELETE", "/api/kill", "", 405),
        ("PUT", "/", "", 405), ("TRACE", "/api/pnl", "", 405), ("OPTIONS", "/api/kill", "", 204),
        ("HEAD", "/api/bot/status", "", 200),
        ("GET", "/api", "", 404), ("GET", "/api/bot/status/", "", 404), ("GET", "/api//bot/status", "", 404),
        ("GET", "/api/bot/%73tatus", "", 404), ("GET", "/start", "", 404), ("GET", "/orders", "", 200),
        ("GET", "/api/bot/logs?limit=0", "", 422), ("GET", "/api/bot/logs?limit=-1", "", 422),
        ("GET", "/api/bot/logs?limit=1001", "", 422), ("GET", "/api/bot/logs?limit=ten", "", 422),
        ("GET", "/api/bot/logs?limit=1&limit=2", "", 422), ("GET", "/api/bot/logs?lines=5", "", 422),
        ("GET", "/api/bot/logs?limit=%zz", "", 400), ("GET", "/api/bot/status?x", "", 422),
        ("GET", "/api/fills?after=17", "", 422), ("GET", "/api/events?after=x", "", 422),
        ("POST", "/api/bot/start", "{}", 200), ("POST", "/api/bot/start", #"{"force":true}"#, 422),
        ("POST", "/api/bot/start", "[]", 422), ("POST", "/api/bot/start", "{", 400),
        ("POST", "/api/kill", "", 400), ("POST", "/api/bot/config", "null", 422),
    ])
    func `are told what was expected`(method: String, target: String, body: String, status: Int) throws {
        let method = try #require(HTTPMethod(rawValue: method))
        let reply = ControlRouter(FakeBot()).reply(request(method, target, body))
        #expect(reply.status == status)
        if status >= 400 {
            try Schemas.named("Error").check(JSONValue.parse(reply.body))
            #expect(reply.headers["Content-Type"] == "application/json")
        }
        if status == 405 || status == 204 { #expect(reply.headers["Allow"]?.contains("OPTIONS") == true) }
    }

    @Test(
        arguments: [
            ("text/plain", 415), ("application/x-www-form-urlencoded", 415), ("application/jsonp", 415), (nil, 415),
            ("application/json", 422), ("application/json; charset=utf-8", 422), ("Application/JSON", 422),
        ] as [(String?, Int)])
    func `a body must say that it is JSON`(type: String?, status: Int) {
        let reply = ControlRouter(FakeBot()).reply(request(.post, "/api/kill", "{}", [("Content-Type", type)]))
        #expect(reply.status == status)
    }

    @Test func `bad JSON is told with its place`() throws {
        let reply = ControlRouter(FakeBot()).reply(request(.post, "/api/kill", #"{"confirm": tru}"#))
        #expect(reply.status == 400)
        #expect(try JSONValue.parse(reply.body)["offset"]?.integer == 12)
    }
}
