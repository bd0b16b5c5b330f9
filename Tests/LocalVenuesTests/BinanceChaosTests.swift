import Exchange
import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Binance's chaos` {
    private static let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"

    private func openOrders(_ world: inout BinanceWorld) throws -> Int? {
        try world.json(.get, "openOrders", "symbol=BTCUSDT").elements?.count
    }

    @Test(arguments: [
        (BinanceFault.timeoutAfterExecution, #"408 {"code":-1007,"#), (.unavailableAfterExecution, "503 "),
        (.replyLost, "no reply"), (.replyDelayed, "no reply"),
    ])
    func `hides what was carried out`(fault: BinanceFault, start: String) throws {
        var world = BinanceWorld()
        world.server.chaos.script(fault, next: 1, filter: "POST /api/v3/order")
        #expect(world.call(.post, "order", Self.order).hasPrefix(start))
        #expect(try openOrders(&world) == 1)
        #expect(world.server.strikes(of: fault) == 1)
    }

    @Test(arguments: [
        (BinanceFault.requestLost, "no reply"), (.rateLimited, #"429 {"code":-1003,"#),
        (.banned, #"418 {"code":-1003,"#),
        (.htmlBadGateway, "502 <html>"), (.untimely, #"400 {"code":-1021,"#),
    ])
    func `refuses without carrying out`(fault: BinanceFault, start: String) throws {
        var world = BinanceWorld()
        world.server.chaos.script(fault, next: 1)
        #expect(world.call(.post, "order", Self.order).hasPrefix(start))
        #expect(try openOrders(&world) == 0)
    }

    @Test func `concerns the socket API, too`() throws {
        var world = BinanceWorld()
        world.connect("/ws-api/v3")
        world.server.chaos.script(.timeoutAfterExecution, next: 1, filter: "WS order.place")
        let reply = try world.ask(
            "order.place",
            [
                ("symbol", "BTCUSDT"), ("side", "BUY"), ("type", "LIMIT"), ("timeInForce", "GTC"), ("price", "50000"),
                ("quantity", "0.01"),
            ])
        #expect(reply["error"]?["code"]?.integer == -1_007)
        #expect(try openOrders(&world) == 1)
        world.server.chaos.script(.rateLimited, next: 1)
        let refused = try world.ask("account.status")
        #expect(refused["status"]?.integer == 429)
        #expect(refused["error"]?["data"]?["retryAfter"]?.integer == world.now.milliseconds + 1_000)
        world.server.chaos.script(.replyLost, next: 1, filter: "WS")
        world.say(#"{"id":1,"method":"ping"}"#)
        #expect(world.effects == [.abort(PeerID(1))])
    }

    @Test func `lets the stream be faster than the reply`() throws {
        var world = BinanceWorld()
        try world.listen(peer: 2)
        world.server.chaos.script(.eventBeatsReply, next: 1)
        let request = world.request(.post, "/api/v3/order", Self.order)
        world.server.handle(request, token: 5, from: PeerID(9), address: "a", at: world.now, into: &world.effects)
        if case .sendText = world.effects[0] {} else { Issue.record("the event came later") }
        if case .reply = world.effects[2] {} else { Issue.record("the reply is not there") }
    }

    @Test func `drops, doubles, delays and ends user events`() throws {
        var world = BinanceWorld()
        try world.listen()
        world.server.chaos.script(.userEventDropped, next: 1, filter: "executionReport")
        _ = world.call(.post, "order", Self.order)
        #expect(try world.userEvents() == ["outboundAccountPosition"])
        world.server.chaos.script(.userEventDuplicated, next: 1, filter: "executionReport")
        _ = world.call(.post, "order", Self.order)
        #expect(try world.userEvents().count == 3)
        world.server.chaos.script(.userEventDelayed, next: 1, filter: "executionReport")
        _ = world.call(.post, "order", Self.order)
        #expect(try world.userEvents() == ["outboundAccountPosition"])
        world.advance(.milliseconds(300))
        #expect(try world.userEvents() == ["NEW/NEW z=0.00000000"])
        world.server.chaos.script(.subscriptionLost, next: 1)
        _ = world.call(.post, "order", Self.order)
        #expect(try world.userEvents() == ["eventStreamTerminated"])
        _ = world.call(.post, "order", Self.order)
        #expect(try world.userEvents() == [])
    }

    @Test func `silences and cuts streams`() {
        var world = BinanceWorld()
        world.connect("/ws/btcusdt@trade")
        world.server.chaos.script(.marketSilence, next: 1)
        world.trade(.buy, lots: 10, limit: 6_000_005)
        #expect(world.frames() == [])
        world.advance(.seconds(30))
        world.trade(.buy, lots: 10, limit: 6_000_005)
        #expect(world.frames().count == 1)
        world.server.chaos.script(.serverShutdown, next: 1)
        world.trade(.buy, lots: 10, limit: 6_000_005)
        #expect(world.frames().first?.contains("serverShutdown") == true)
        world.advance(.seconds(2))
        #expect(world.effects.contains { if case .close = $0 { true } else { false } })
        world.connect("/ws/btcusdt@trade", as: 2)
        world.server.chaos.script(.disconnect, next: 1)
        world.trade(.buy, lots: 10, limit: 6_000_005)
        #expect(world.effects.contains(.abort(PeerID(2))))
    }

    @Test func `sets the venue's clock ahead`() throws {
        var world = BinanceWorld()
        world.server.chaos.clockSkew = .seconds(-7)
        let time = try JSONValue.parse(Array(world.open("time").dropFirst(4).utf8))
        #expect(time["serverTime"]?.integer == world.now.milliseconds - 7_000)
        let request = world.request(.get, "/api/v3/account", at: world.now)
        #expect(try world.reply(request).status == 400)
    }

    @Test func `is set over HTTP, all or nothing`() throws {
        var world = BinanceWorld()
        func set(_ body: String) throws -> HTTPResponse {
            try world.reply(HTTPRequest(method: .post, target: "/apus/chaos", body: Array(body.utf8)))
        }
        #expect(try set("reply-lost=next:1&clock-skew=5").status == 200)
        #expect(world.server.chaos.clockSkew == .milliseconds(5))
        #expect(try set("clock-skew=9&nonsense=1").status == 400)
        #expect(world.server.chaos.clockSkew == .milliseconds(5))
    }
}

@Suite struct `Binance's books` {
    @Test func `balance to the last unit`() throws {
        var world = BinanceWorld()
        var chance = RandomSource(seed: 4)
        for step in 0..<400 {
            let side = chance.chance(1, in: 2) ? "BUY" : "SELL"
            let identity = BinanceWorld.Identity(rawValue: Int(chance.integer(in: 0...2)))!
            let cents = 6_000_000 + chance.integer(in: -8...8)
            _ = world.call(
                .post, "order",
                "symbol=BTCUSDT&side=\(side)&type=LIMIT&timeInForce=GTC&quantity=0.0\(chance.integer(in: 1...9))"
                    + "&price=\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
                    + "&selfTradePreventionMode=\(BinanceText.selfTradeModes[step % 5])", as: identity)
            if step % 10 == 0 { world.setBook(mid: 6_000_000 + chance.integer(in: -5...5)) }
            if step % 9 == 0 { _ = world.call(.delete, "openOrders", "symbol=BTCUSDT", as: identity) }
            world.advance(.milliseconds(chance.integer(in: 0...900)))
            world.effects = []
        }
        let exchange = world.server.exchange
        for (asset, deposited) in [("USDT", Int64(300_000)), ("BTC", 6)] {
            var sum = exchange.houseFees(asset: asset)
            for index in 0...3 { sum += exchange.holding(of: AccountID(index), asset: asset).total }
            #expect(sum == Cash(whole: deposited))
        }
        let ledger = try world.reply(HTTPRequest(method: .get, target: "/apus/ledger?account=demo"))
        let body = try JSONValue.parse(ledger.body)
        let total = exchange.holding(of: world.server.accounts[0].id, asset: "BTC").total
        #expect(body["balances"]?["BTC"]?.text == total.text(decimals: 12))
        #expect((body["markets"]?.elements?.first?["executions"]?.integer ?? 0) > 20)
        #expect(try world.reply(HTTPRequest(method: .get, target: "/apus/ledger?account=x")).status == 400)
    }
}
