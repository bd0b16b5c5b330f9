import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `Aster's chaos` {
    private let order = "symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=20&price=0.94"

    private func openOrders(_ world: inout AsterWorld) throws -> Int? {
        try world.json(.get, "/fapi/v1/openOrders", "symbol=ASTERUSDT").elements?.count
    }

    @Test func `carries out what it then answers with 503, or with silence`() throws {
        var world = AsterWorld()
        world.server.chaos.script(.unavailableAfterExecution, next: 1, filter: "POST")
        world.server.chaos.script(.replyLost, next: 1, filter: "PUT")
        #expect(world.call(.post, "/fapi/v1/order", order).hasPrefix("503 "))
        #expect(try openOrders(&world) == 1)
        world.effects = []
        #expect(
            world.call(.put, "/fapi/v1/order", "symbol=ASTERUSDT&origClientOrderId=x&quantity=20&price=0.93")
                == "no reply")
        #expect(world.effects.contains { if case .dropReply = $0 { true } else { false } })
    }

    @Test func `loses requests before they are read`() throws {
        var world = AsterWorld()
        world.server.chaos.script(.requestLost, next: 1, filter: "POST /fapi/v3/order")
        #expect(world.call(.post, "/fapi/v1/order", order) == "no reply")
        #expect(try openOrders(&world) == 0)
        #expect(world.call(.post, "/fapi/v1/order", order).hasPrefix("200 "))
    }

    @Test func `holds replies back, in order`() throws {
        var world = AsterWorld()
        world.server.chaos.script(.replyDelayed, next: 2, filter: "time")
        #expect(world.open("/fapi/v3/time") == "no reply")
        #expect(world.open("/fapi/v3/time") == "no reply")
        world.advance(.milliseconds(1_499))
        #expect(world.effects == [])
        world.advance(.milliseconds(1))
        #expect(world.effects.count == 2)
    }

    @Test(arguments: [
        (AsterFault.rateLimited, "429 "), (.banned, "418 "), (.htmlBadGateway, "502 <html>"),
        (.positionRiskUnknown, #"400 {"code":-1000,"#), (.nonceExpired, #"400 {"code":-4225,"#),
    ])
    func `refuses without carrying out`(fault: AsterFault, start: String) throws {
        var world = AsterWorld()
        world.server.chaos.script(fault, next: 1)
        #expect(world.call(.get, "/fapi/v2/positionRisk").hasPrefix(start))
        #expect(world.call(.get, "/fapi/v2/positionRisk").hasPrefix("200 "))
        #expect(world.server.strikes(of: fault) == 1)
    }

    @Test func `sends error bodies with status 200`() {
        var world = AsterWorld()
        world.server.chaos.script(.errorWithStatus200, next: 1)
        #expect(
            world.call(.delete, "/fapi/v1/order", "symbol=ASTERUSDT&orderId=1")
                == #"200 {"code":-2011,"msg":"Unknown order sent."}"#)
    }

    @Test func `drops, doubles and reorders user events`() throws {
        var world = AsterWorld()
        try world.listen()
        world.server.chaos.script(.userEventDropped, next: 1)
        _ = try world.json(.post, "/fapi/v1/order", order)
        #expect(world.frames() == [])
        world.server.chaos.script(.userEventDuplicated, next: 1)
        _ = try world.json(.post, "/fapi/v1/order", order)
        let doubled = world.frames()
        #expect(doubled.count == 2 && doubled[0] == doubled[1])
        world.server.chaos.script(.userEventDelayed, next: 1)
        _ = try world.json(.post, "/fapi/v1/order", "symbol=ASTERUSDT&side=BUY&type=MARKET&quantity=20")
        world.advance(.seconds(1))
        #expect(
            try world.userEvents() == ["account ORDER pa=20.00", "TRADE/FILLED l=20.00 z=20.00", "NEW/NEW l=0 z=0"])
    }

    @Test func `breaks the chain of diffs once`() throws {
        var world = AsterWorld()
        world.connect("/ws/asterusdt@depth@100ms")
        var breaks = 0
        var last: Int64?
        for step in 0..<20 {
            if step == 9 { world.server.chaos.script(.depthGap, next: 1) }
            world.setBook(mid: 9_505 + Int64(step % 3))
            world.advance(.milliseconds(100))
            for event in try world.values() {
                if let last, event["pu"]?.integer != last { breaks += 1 }
                last = event["u"]?.integer
            }
        }
        #expect(breaks == 1)
    }

    @Test func `mutes streams for a while, and cuts them`() throws {
        var world = AsterWorld()
        world.connect("/ws/asterusdt@bookTicker")
        world.server.chaos.script(.marketSilence, next: 1)
        world.setBook(mid: 9_506)
        #expect(world.frames() == [])
        world.advance(.seconds(30))
        world.setBook(mid: 9_507)
        #expect(world.frames().count == 1)
        world.server.chaos.script(.disconnect, next: 1)
        world.setBook(mid: 9_508)
        #expect(world.effects == [.abort(PeerID(1))])
    }

    @Test func `puts the clock ahead, so that nonces expire`() throws {
        var world = AsterWorld()
        world.server.chaos.clockSkew = .seconds(61)
        let time = try world.json(.get, "/fapi/v1/time", as: .open)["serverTime"]?.integer
        #expect(time == AsterWorld.start.milliseconds + 61_000)
        #expect(world.call(.get, "/fapi/v2/balance").contains("-4225"))
        #expect(world.call(.get, "/fapi/v2/balance", as: .v1).contains("-1021"))
    }

    @Test func `is changed at run time, wholly or not at all`() throws {
        var world = AsterWorld()
        let good = world.call(.post, "/apus/chaos", "reply-lost=1/100&silence=5000&429=next:2@POST", as: .open)
        #expect(good == #"200 {"code":200,"calm":false}"#)
        #expect(world.server.chaos.silence == .seconds(5))
        let bad = world.call(.post, "/apus/chaos", "silence=1&nonsense=1", as: .open)
        #expect(bad.contains("unknown chaos 'nonsense'"))
        #expect(world.server.chaos.silence == .seconds(5))
        #expect(world.call(.post, "/apus/chaos", "reply-lost=off&429=off", as: .open).contains(#""calm":true"#))
    }

    @Test(arguments: ["", "2", "1/0", "3/2", "-1/2", "next:", "next:-1", "0.", "1.1", "x"])
    func `refuses chances that are none`(text: String) {
        var chaos = AsterChaos()
        #expect(throws: AsterConfigurationError.self) { try chaos.apply(name: "reply-lost", value: text) }
        #expect(chaos.isCalm)
    }

    @Test func `strikes as often as it is asked to, the same for the same seed`() {
        func losses(_ seed: UInt64) -> [Int] {
            var world = AsterWorld(seed: seed)
            world.server.chaos.set(.requestLost, chance: 1, in: 4)
            return (0..<400).filter { _ in world.open("/fapi/v3/ping") == "no reply" }
        }
        let first = losses(3)
        #expect((60...140).contains(first.count))
        #expect(losses(3) == first)
        #expect(losses(4) != first)
    }
}
