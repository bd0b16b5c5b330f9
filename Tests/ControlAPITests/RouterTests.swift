@testable import ControlAPI
import Configuration
import Fundamentals
import MarketModel
import Observability
import RiskControl
import Runtime
import Testing
import TradingEngine
import Wire

@Suite struct `The paths of the original bot` {
    @Test func `start answers with the original's members and types`() throws {
        let bot = FakeBot()
        let reply = ControlRouter(bot).reply(request(.post, "/api/bot/start"))
        #expect(reply.status == 200)
        #expect(
            String(decoding: reply.body, as: UTF8.self)
                == #"{"status":"started","config":{"market":"BTCUSD","spread_percentage":0.001,"order_size":"0.01","#
                + #""refresh_interval":5,"price_move_threshold":0.002}}"#)
        #expect(bot.state == .running)
    }

    @Test func `status tells orders and quotes as numbers`() throws {
        let bot = FakeBot()
        let router = ControlRouter(bot)
        _ = router.reply(request(.post, "/api/bot/start"))
        bot.quote()
        let status = try router.json(request(.get, "/api/bot/status"))
        #expect(
            status.names == ["running", "config", "active_orders", "last_quote_price", "current_quotes", "order_ids"])
        #expect(status["running"] == .bool(true))
        #expect(status["active_orders"] == .number("2"))
        #expect(status["current_quotes"]?["bid"] == .number("99.5"))
        #expect(status["current_quotes"]?["ask"] == .number("100.5"))
        #expect(status["last_quote_price"] == .number("100"))
        #expect(status["order_ids"]?.elements?.count == 2)
    }

    @Test func `status of a stopped bot has the same members and no quotes`() throws {
        let status = try ControlRouter(FakeBot()).json(request(.get, "/api/bot/status"))
        #expect(status["running"] == .bool(false))
        #expect(status["current_quotes"] == .object([JSONMember("bid", .null), JSONMember("ask", .null)]))
        #expect(status["order_ids"] == .array([]))
    }

    @Test func `what the state does not allow is a conflict with a reason`() throws {
        let bot = FakeBot()
        let router = ControlRouter(bot)
        #expect(router.reply(request(.post, "/api/bot/stop")).status == 409)
        _ = router.reply(request(.post, "/api/bot/start"))
        let again = router.reply(request(.post, "/api/bot/start"))
        #expect(again.status == 409)
        #expect(try JSONValue.parse(again.body)["message"] == .string("it is running already"))
        let change = router.reply(request(.post, "/api/bot/config", #"{"half_spread": "0.7"}"#))
        #expect(change.status == 409)
        #expect(try JSONValue.parse(change.body)["message"]?.text?.contains("stopped") == true)
    }

    @Test func `the log's newest lines come oldest first`() throws {
        let bot = FakeBot()
        for number in 1...60 { bot.log.info("line \(number)", at: .init(milliseconds: 0)) }
        let router = ControlRouter(bot)
        let lines = try router.json(request(.get, "/api/bot/logs?limit=2"))["logs"]?.elements
        #expect(lines?.compactMap { $0.text?.suffix(7) } == ["line 59", "line 60"])
        #expect(try router.json(request(.get, "/api/bot/logs"))["logs"]?.elements?.count == 50)
    }

    @Test func `the market data's health is told while it runs`() throws {
        let bot = FakeBot()
        let router = ControlRouter(bot)
        #expect(try router.json(request(.get, "/api/broadcaster/stats"))["connected"] == .bool(false))
        _ = router.reply(request(.post, "/api/bot/start"))
        bot.quote()
        let stats = try router.json(request(.get, "/api/broadcaster/stats"))
        #expect(stats["connected"] == .bool(true))
        #expect(stats["last_update_age_seconds"] == .number("0"))
    }
}

@Suite struct `What a reply tells on request` {
    @Test func `the inventory over the session comes with the profit when it is asked for`() throws {
        let bot = FakeBot()
        let router = ControlRouter(bot)
        _ = router.reply(request(.post, "/api/bot/start"))
        bot.quote()
        #expect(try router.json(request(.get, "/api/pnl"))["markets"]?.elements?[0]["inventory_series"] == nil)
        let series = try router.json(request(.get, "/api/pnl?series=true"))["markets"]?.elements?[0]["inventory_series"]
        #expect(series?.elements?.last?.names == ["age_seconds", "position", "mid"])
        #expect(series?.elements?.last?["mid"]?.text == "100")
        #expect(router.reply(request(.get, "/api/pnl?series=1")).status == 422)
    }

    @Test func `a start that takes more than a minute is not healthy`() throws {
        let bot = FakeBot()
        bot.state = .starting
        bot.uptime = .seconds(60)
        #expect(ControlRouter(bot).reply(request(.get, "/healthz")).status == 200)
        bot.uptime = .seconds(75)
        let reply = ControlRouter(bot).reply(request(.get, "/healthz"))
        #expect(reply.status == 503)
        #expect(try JSONValue.parse(reply.body)["reasons"]?.elements == [.string("still starting after 75 s")])
    }
}

@Suite struct `Changing the configuration` {
    private func change(_ body: String, _ bot: FakeBot = FakeBot(strategy: nil)) throws -> (Int, JSONValue) {
        let reply = ControlRouter(bot).reply(request(.post, "/api/bot/config", body))
        return (reply.status, try JSONValue.parse(reply.body))
    }

    @Test(arguments: [
        #"{"half_spread": "0.7"}"#, #"{"half_spread": 0.7}"#, #"{"half_spread": 7e-1}"#,
        #"{"strategy.half_spread": "0.7"}"#, #"{"strategy": {"half_spread": 0.7}}"#, #"{"SPREAD_USD": 0.70}"#,
    ])
    func `a field is known by its path, its last part, and its original name`(body: String) throws {
        let bot = FakeBot(strategy: nil)
        let (status, reply) = try change(body, bot)
        #expect(status == 200)
        #expect(reply["status"] == .string("updated"))
        #expect(reply["config"]?["half_spread"] == .number("0.7"))
    }

    @Test(arguments: [
        (#"{"half_spred": "0.7"}"#, "half_spred"), (#"{"strategy": {"nonsense": 1}}"#, "strategy.nonsense"),
        (#"{"half_spread": "-1"}"#, "half_spread"), (#"{"half_spread": null}"#, "half_spread"),
        (#"{"half_spread": [1]}"#, "half_spread"), (#"{"half_spread": 1e99}"#, "half_spread"),
        (#"{"half_spread": "0.7", "order_size_usd": "-3"}"#, "order_size_usd"),
        (#"{"confirm": 1}"#, "confirm"), (#"{"half_spread": {}}"#, "half_spread"),
    ])
    func `what is unknown or wrong is refused by name`(body: String, field: String) throws {
        let bot = FakeBot(strategy: nil)
        let before = bot.configuration
        let (status, reply) = try change(body, bot)
        #expect(status == 422)
        #expect(reply["field"] == .string(field))
        #expect(bot.configuration == before)
    }

    @Test func `where orders and keys go is not changed from outside`() throws {
        for body in [
            #"{"endpoints.rest": "http://evil.example"}"#, #"{"endpoints": {"stream": "ws://evil.example"}}"#,
            #"{"credentials": {"api_key_env": "PATH"}}"#, #"{"state_directory": "/tmp"}"#, #"{"use_testnet": true}"#,
            #"{"logging.log_file": "/etc/passwd"}"#, #"{"venue": "aster"}"#,
        ] {
            let (status, reply) = try change(body)
            #expect(status == 422)
            #expect(reply["message"] == .string("is changed in the configuration file only"))
        }
    }

    @Test func `a limit needs a confirmation`() throws {
        let (refused, why) = try change(#"{"limits": {"max_position_usd": "50"}}"#)
        #expect(refused == 422)
        #expect(why["field"] == .string("limits.max_position_usd"))
        let bot = FakeBot(strategy: nil)
        let (status, _) = try change(#"{"limits": {"max_position_usd": "50"}, "confirm": true}"#, bot)
        #expect(status == 200)
        #expect(bot.configuration.markets[0].limits.maxPositionValue == Cash(whole: 50))
    }

    @Test(arguments: [("quote_loop_ms", "300"), ("strategy.decision_interval", "0.3"), ("quote_loop_ms", "\"300ms\"")])
    func `a span is in the unit of its name`(name: String, value: String) throws {
        let body = try JSONValue.parse(Array("{\"\(name)\": \(value)}".utf8))
        let change = try ConfigurationChange(body, of: .extendedPercent)
        #expect(["0.3", "300ms"].contains(change.overrides[0].text))
        #expect(change.overrides[0].path == "strategy.decision_interval")
    }

    @Test func `what belongs to a market is set in every market, or in the one that is named`() throws {
        let body =
            #"{"spread_percentage": 0.002, "markets": {"BTC-USD": {"order_size": "0.02"}}, "max_position_usd": 5, "confirm": true}"#
        let change = try ConfigurationChange(JSONValue.parse(Array(body.utf8)), of: .extendedPercent)
        #expect(
            change.overrides.map(\.path) == [
                "markets.*.spread", "markets.BTC-USD.order_size", "limits.max_position_usd",
            ])
    }

    @Test func `an empty change is refused`() throws {
        #expect(try change("{}").0 == 422)
        #expect(try change(#"{"confirm": true}"#).0 == 422)
    }
}

@Suite struct `Commands of an operator` {
    private func running() -> (FakeBot, ControlRouter) {
        let bot = FakeBot()
        bot.state = .running
        return (bot, ControlRouter(bot))
    }

    @Test func `cancel-all pauses until started again`() {
        let (bot, router) = running()
        #expect(router.reply(request(.post, "/api/cancel-all")).status == 200)
        #expect(router.reply(request(.post, "/api/bot/start")).status == 200)
        #expect(bot.commands == [.pause, .resume])
    }

    @Test(arguments: ["", "{}", #"{"confirm":false}"#, #"{"confirm":"true"}"#, #"{"confirm":true,"x":1}"#])
    func `the kill switch needs to be confirmed`(body: String) {
        let (bot, router) = running()
        #expect([400, 422].contains(router.reply(request(.post, "/api/kill", body)).status))
        #expect(bot.commands.isEmpty)
    }

    @Test func `a confirmed kill halts with its reason`() throws {
        let (bot, router) = running()
        let reply = try router.json(request(.post, "/api/kill", #"{"confirm":true,"reason":"a hunch"}"#))
        #expect(reply == .object([JSONMember("status", .string("halted")), JSONMember("reason", .string("a hunch"))]))
        #expect(bot.commands == [.halt("a hunch")])
        #expect(router.reply(request(.get, "/healthz")).status == 503)
    }

    @Test func `flatten and resume are passed on`() {
        let (bot, router) = running()
        #expect(router.reply(request(.post, "/flatten")).status == 200)
        #expect(router.reply(request(.post, "/api/resume", #"{"confirm":true}"#)).status == 200)
        #expect(bot.commands == [.flatten, .resume])
    }

    @Test func `every command is in the log with who gave it`() {
        let (bot, router) = running()
        _ = router.reply(request(.post, "/api/flatten"))
        #expect(bot.log.recentLines.last?.contains("control: /api/flatten from 127.0.0.1:5") == true)
    }
}

@Suite struct `What a bot shows` {
    private func quoting() -> (FakeBot, ControlRouter) {
        let bot = FakeBot()
        bot.state = .running
        bot.quote()
        return (bot, ControlRouter(bot))
    }

    @Test func `the parts of the profit sum to the change in equity`() throws {
        let (_, router) = quoting()
        let total = try router.json(request(.get, "/api/pnl"))["total"]
        #expect(total?["identity_residual"] == .string("0.00"))
        #expect(total?["spread"] == .string("0.0005"))
        #expect(total?["fees"] == .string("-0.01"))
        #expect(total?["net"] == .string("-0.0095"))
        #expect(total?["fills"] == .number("1"))
        #expect(total?["markouts"]?.elements?.count == 4)
    }

    @Test func `fills are read on from the last one seen`() throws {
        let (_, router) = quoting()
        let all = try router.json(request(.get, "/api/fills"))
        #expect(all["fills"]?.elements?.count == 1)
        #expect(all["last_id"] == .string("BTCUSD:17"))
        let rest = try router.json(request(.get, "/api/fills?after=BTCUSD:17"))
        #expect(rest["fills"] == .array([]))
        #expect(rest["complete"] == .bool(true))
        let lost = try router.json(request(.get, "/api/fills?after=BTCUSD:3"))
        #expect(lost["fills"]?.elements?.count == 1)
        #expect(lost["complete"] == .bool(false))
    }

    @Test func `limits tell value, use and room`() throws {
        let (bot, router) = quoting()
        let limits = try router.json(request(.get, "/api/limits"))["limits"]?.elements ?? []
        let orders = limits.first { $0["name"] == .string("max_open_orders") }
        #expect(orders?["market"] == .string("BTCUSD"))
        #expect(orders?["used"] == .string("2"))
        #expect(orders?["value"] == .string("\(bot.configuration.markets[0].limits.maxOpenOrders)"))
        #expect(orders?["state"] != .string("unmeasured"))
    }

    @Test func `orders can be asked for by market`() throws {
        let (_, router) = quoting()
        #expect(try router.json(request(.get, "/api/orders?market=BTCUSD"))["orders"]?.elements?.count == 2)
        #expect(router.reply(request(.get, "/api/orders?market=ETHUSD")).status == 404)
    }

    @Test func `metrics are families with help, type and samples`() throws {
        let (_, router) = quoting()
        let reply = router.reply(request(.get, "/metrics"))
        #expect(reply.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        let lines = String(decoding: reply.body, as: UTF8.self).split(separator: "\n")
        var declared: [Substring] = []
        for line in lines where !line.hasPrefix("# HELP") {
            if line.hasPrefix("# TYPE") {
                declared.append(line.split(separator: " ")[2])
            } else {
                #expect(line.prefix { $0 != "{" && $0 != " " } == declared.last)
                #expect(line.split(separator: " ").last.flatMap { Double($0) } != nil, "\(line)")
            }
        }
        #expect(Set(declared).count == declared.count)
        #expect(lines.contains(#"apus_pnl{market="BTCUSD",source="fees"} -0.01"#))
        #expect(lines.contains(#"apus_state{state="running"} 1"#))
    }
}
