import Fundamentals
import MarketModel
import Testing
import VenueKit

@Suite struct `The shutdown of an adapter's session` {
    @Test(arguments: [false, true]) func `takes everything off, confirms it and closes`(hasAll: Bool) {
        var stage = Stage.ready {
            $0.capabilities.cancelAll = hasAll
            $0.streams = [.account]
        }
        stage.perform(all: (1...6).map { Stage.place($0) })
        stage.run(.milliseconds(200))
        stage.venue.rest()
        stage.ask(.shutDown)
        stage.run(.seconds(3))
        #expect(stage.isClosed)
        #expect(stage.venue.resting().isEmpty)
        #expect(stage.closedStreams == stage.streams.map(\.id))
        stage.forget()
        stage.run(.seconds(10))
        #expect(stage.venue.log.isEmpty)
        #expect(stage.events.isEmpty)
    }

    @Test func `waits for replies, and for a request that may still arrive`() {
        var stage = Stage.ready()
        stage.venue.faults = [("/place", .late(.seconds(12)))]
        stage.perform(Stage.place(1))
        stage.run(.milliseconds(500))
        stage.ask(.shutDown)
        stage.run(.seconds(10))
        #expect(!stage.isClosed)
        stage.run(.seconds(15))
        #expect(stage.isClosed)
        #expect(stage.venue.orders.count == 1)
        #expect(stage.venue.resting().isEmpty)
        #expect(stage.outcomes(.place, of: Stage.id(1)) == ["unresolved"])
    }

    @Test func `goes on until the venue confirms, whatever it answers meanwhile`() {
        var stage = Stage.ready()
        stage.perform(all: (1...6).map { Stage.place($0) })
        stage.run(.milliseconds(200))
        for fault in [ToyVenue.Fault.drop, .lose, .gateway, .notSent, .throttle(.seconds(2)), .refuse, .noRoute, .half]
        {
            stage.venue.faults += [("/cancel", fault), ("/open", fault), ("/fills", fault), ("/balances", fault)]
        }
        stage.ask(.shutDown)
        stage.run(.minutes(5))
        #expect(stage.isClosed)
        #expect(stage.venue.resting().isEmpty)
    }

    @Test func `refuses what still waits to be placed`() {
        var stage = Stage.ready { $0.capabilities.placeBatch = 1 }
        stage.perform(all: (1...7).map { Stage.place($0) })
        stage.ask(.shutDown)
        stage.run(.seconds(3))
        #expect(stage.isClosed)
        #expect(stage.venue.resting().isEmpty)
        #expect((1...7).filter { stage.outcomes(.place, of: Stage.id($0)) == ["rejected other"] }.count == 2)
    }

    @Test func `works after the keys were refused, as far as the venue lets it`() {
        var stage = Stage.ready()
        stage.perform(Stage.place(1), Stage.place(2))
        stage.run(.milliseconds(200))
        stage.venue.faults = [("/balances", .forbidden)]
        stage.run(.seconds(11))
        #expect(stage.fatal == "key refused")
        stage.perform(Stage.place(3))
        #expect(stage.outcomes(.place, of: Stage.id(3)) == ["rejected fatal"])
        stage.perform(.cancelAll(MarketID(0)))
        stage.run(.seconds(2))
        #expect(stage.venue.resting().isEmpty)
        stage.ask(.shutDown)
        stage.run(.seconds(3))
        #expect(stage.isClosed)
    }

    @Test func `of a session that never was ready does not wait for ever`() {
        var stage = Stage()
        stage.venue.standing = [("/rules", .gateway), ("/open", .gateway)]
        stage.start()
        stage.run(.seconds(3))
        stage.ask(.shutDown)
        stage.run(.seconds(6))
        #expect(stage.isClosed)
        #expect(stage.notes.contains { $0.text.contains("is not confirmed") })
        var idle = Stage()
        idle.ask(.shutDown)
        #expect(idle.isClosed)
    }
}
