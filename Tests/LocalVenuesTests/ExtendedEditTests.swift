import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueExtended
import Wire

@testable import LocalVenues

@Suite struct `Edits at a local Extended` {
    @Test func `cancel the old order and place the new one`() throws {
        var world = ExtendedWorld()
        let old = try world.order(.buy, "0.01", "84000")
        world.work()
        let new = try world.order(.buy, "0.02", "84001") { $0.cancelID = old }
        #expect(try world.state(old) == "NEW 0")
        world.work()
        #expect(try world.state(old) == "CANCELLED/ORDER_REPLACED 0")
        #expect(try world.state(new) == "NEW 0")
        let row = try #require(try world.data(.get, "/user/orders/external/\(new)", as: 0).elements?.first)
        let previous = try #require(try world.data(.get, "/user/orders/external/\(old)", as: 0).elements?.first)
        #expect(row["prevOrderId"] == previous["id"])
    }

    @Test func `that REST refuses leave the old order`() throws {
        var world = ExtendedWorld()
        let old = try world.order(.buy, "0.01", "84000")
        world.work()
        #expect(try world.submit(world.draft(.buy, "0.01", "95000") { $0.cancelID = old }) == "1141")
        #expect(try world.submit(world.draft(.sell, "0.01", "84200") { $0.cancelID = old }) == "1133")
        #expect(try world.submit(world.draft(.buy, "0.01", "84001") { $0.cancelID = "\(old)x" }) == "1142")
        world.work()
        #expect(try world.state(old) == "NEW 0")
    }

    @Test func `that the engine refuses cancel both`() throws {
        var world = ExtendedWorld()
        let old = try world.order(.buy, "0.01", "84000")
        world.work()
        let crossing = try world.order(.buy, "0.01", "84095") {
            $0.cancelID = old
            $0.postOnly = true
        }
        world.work()
        #expect(try world.state(old) == "CANCELLED/ORDER_REPLACED 0")
        #expect(try world.state(crossing) == "REJECTED/POST_ONLY_FAILED 0")

        let next = try world.order(.buy, "0.01", "84000")
        world.work()
        world.server.chaos.script(.editFailsAtEngine, next: 1)
        let failed = try world.order(.buy, "0.01", "84001") { $0.cancelID = next }
        world.work()
        #expect(try world.state(next) == "CANCELLED/ORDER_REPLACED 0")
        #expect(try world.state(failed) == "REJECTED/PREV_ORDER_CONFLICT 0")
        #expect(try world.open() == [])
    }

    @Test func `come too late for an order that was filled`() throws {
        var world = ExtendedWorld()
        let old = try world.order(.buy, "0.01", "84090")
        world.work()
        let new = try world.order(.buy, "0.01", "84080") { $0.cancelID = old }
        world.trade(.sell, lots: 5_000, limit: 84_090)
        world.work()
        #expect(try world.state(old) == "FILLED 0.01000")
        #expect(try world.state(new) == "REJECTED/PREV_ORDER_NOT_FOUND 0")
    }

    @Test func `go to the back of the queue`() throws {
        var world = ExtendedWorld()
        let old = try world.order(.buy, "0.01", "84090")
        let other = try world.order(.buy, "0.01", "84090", as: 2)
        world.work()
        let new = try world.order(.buy, "0.01", "84090") { $0.cancelID = old }
        world.work()
        world.trade(.sell, lots: 1_000, limit: 84_090)
        #expect(try world.state(new) == "NEW 0")
        #expect(try world.state(other, as: 2) == "FILLED 0.01000")
    }

    @Test func `may use the margin that the old order had`() throws {
        var world = ExtendedWorld()
        let old = try world.order(.buy, "2.3", "84000")
        world.work()
        #expect(try world.submit(world.draft(.buy, "2.3", "84001")) == "1140")
        let new = try world.order(.buy, "2.3", "84001") { $0.cancelID = old }
        world.work()
        #expect(try world.state(new) == "NEW 0")
    }

    @Test func `may follow each other before the engine has taken the first`() throws {
        var world = ExtendedWorld()
        let first = try world.order(.buy, "0.01", "84000")
        let second = try world.order(.buy, "0.01", "84001") { $0.cancelID = first }
        let third = try world.order(.buy, "0.01", "84002") { $0.cancelID = second }
        world.work()
        #expect(try world.state(first) == "CANCELLED/ORDER_REPLACED 0")
        #expect(try world.state(second) == "CANCELLED/ORDER_REPLACED 0")
        #expect(try world.open() == [third])
    }
}
