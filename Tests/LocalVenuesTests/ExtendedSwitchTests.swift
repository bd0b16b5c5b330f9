import Exchange
import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

@Suite struct `The dead man's switch of a local Extended` {
    private func events(_ world: inout ExtendedWorld, _ name: String = "a") throws -> [String] {
        let history = try #require(try world.ledger(name)["dead_mans_switch"]?["history"]?.elements)
        return history.map { "\($0["event"]?.text ?? "?") \($0["seconds"]?.integer ?? -1)" }
    }

    @Test func `cancels everything of its account when it is not set again`() throws {
        var world = ExtendedWorld()
        try world.order(.buy, "0.01", "84000")
        let other = try world.order(.buy, "0.01", "84000", as: 1)
        world.work()
        #expect(world.call(.post, "/user/deadmanswitch?countdownTime=60", as: 0) == #"200 {"status":"OK"}"#)
        world.advance(.seconds(50))
        #expect(world.call(.post, "/user/deadmanswitch?countdownTime=60", as: 0).hasPrefix("200"))
        world.advance(.seconds(59))
        #expect(try world.open().count == 1)
        // Accepted, and still on its way to the engine.
        world.advance(.milliseconds(999))
        let late = try world.order(.buy, "0.01", "84001")
        world.advance(.milliseconds(1))
        #expect(try world.open() == [])
        #expect(try world.state(late) == "CANCELLED 0")
        #expect(try world.open(as: 1) == [other])
        #expect(try events(&world) == ["armed 60", "re-armed 60", "fired 60"])
        let log = world.call(.get, "/apus/log?account=a")
        #expect(log.contains("dead man's switch armed: 60 s"))
        #expect(log.contains("dead man's switch re-armed: 60 s"))
        #expect(log.contains("dead man's switch fired after 60 s: 2 orders canceled"))
        #expect(try events(&world, "b") == [])
    }

    @Test func `is ended by zero`() throws {
        var world = ExtendedWorld()
        let name = try world.order(.buy, "0.01", "84000")
        _ = world.call(.post, "/user/deadmanswitch?countdownTime=5", as: 0)
        _ = world.call(.post, "/user/deadmanswitch?countdownTime=0", as: 0)
        world.advance(.seconds(60))
        #expect(try world.open() == [name])
        #expect(try events(&world) == ["armed 5", "disarmed 0"])
        #expect(try world.ledger()["dead_mans_switch"]?["armed"]?.boolean == false)
    }

    @Test(arguments: [
        "", "?countdownTime=", "?countdownTime=-5", "?countdownTime=abc", "?countdownTime=1.5",
        "?countdownTime=99999999999",
    ])
    func `takes whole seconds only`(query: String) throws {
        var world = ExtendedWorld()
        #expect(world.call(.post, "/user/deadmanswitch\(query)", as: 0).hasPrefix("400 "))
        #expect(try events(&world) == [])
    }
}
