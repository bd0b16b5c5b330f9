import Fundamentals
import MarketModel
import Testing
import VenueKit

@Suite struct `Orders of an adapter's session` {
    @Test func `travel in batches of neighbours`() {
        var stage = Stage.ready()
        stage.perform(all: (1...10).map { Stage.place($0) })
        stage.run(.milliseconds(100))
        #expect(stage.routes("/place").count == 3)
        for number in 1...10 as ClosedRange<UInt32> {
            #expect(stage.outcomes(.place, of: Stage.id(number)) == ["accepted"])
        }
        stage.forget()
        stage.perform(all: (1...10).map { Stage.cancel($0) })
        stage.run(.milliseconds(100))
        #expect(stage.routes("/cancel").count == 3)
        for number in 1...10 as ClosedRange<UInt32> {
            #expect(stage.outcomes(.cancel, of: Stage.id(number)) == ["done canceled"])
        }
        #expect(stage.venue.resting().isEmpty)
    }

    @Test func `leave so many at once where there are no batches, cancels first`() {
        var stage = Stage.ready {
            $0.capabilities.placeBatch = 1
            $0.capabilities.cancelBatch = 1
        }
        stage.perform(all: (1...12).map { Stage.place($0) })
        stage.run(.milliseconds(500), step: .milliseconds(5))
        #expect(stage.mostAtOnce["place"] == 5)
        #expect(stage.venue.resting().count == 12)
        stage.forget()
        stage.perform(all: (21...32).map { Stage.place($0) } + (1...12).map { Stage.cancel($0) })
        #expect(stage.venue.log.prefix(5).allSatisfy { $0.hasPrefix("/cancel") })
        stage.run(.milliseconds(500), step: .milliseconds(5))
        #expect(stage.mostAtOnce["cancel"] == 5)
        #expect(stage.venue.resting().count == 12)
    }

    /// What becomes of a batch of four.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var faults: [(route: String, fault: ToyVenue.Fault)]
        /// By order.
        var outcomes: [String]
        var resting: Int
        var requests: Int

        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "accepted", faults: [], outcomes: ["accepted"], resting: 4, requests: 1),
        Case(
            name: "whole refused", faults: [("/place", .refuse)], outcomes: ["accepted"], resting: 4, requests: 5),
        Case(
            name: "each refused", faults: [("/place", .refuse)] + (0..<4).map { _ in ("/place", .refuse) },
            outcomes: ["rejected capital"], resting: 0, requests: 5),
        Case(
            name: "partly refused", faults: [("/place", .refuseHalf)], outcomes: ["accepted", "rejected capital"],
            resting: 2, requests: 1),
        Case(name: "reply lost", faults: [("/place", .lose)], outcomes: ["unresolved"], resting: 4, requests: 1),
        Case(name: "never arrived", faults: [("/place", .drop)], outcomes: ["unresolved"], resting: 0, requests: 1),
        Case(name: "gateway", faults: [("/place", .gateway)], outcomes: ["unresolved"], resting: 4, requests: 1),
        Case(
            name: "half of the elements missing", faults: [("/place", .half)], outcomes: ["accepted", "unresolved"],
            resting: 4, requests: 1),
        Case(name: "no route", faults: [("/place", .noRoute)], outcomes: ["accepted"], resting: 4, requests: 5),
        Case(name: "not sent", faults: [("/place", .notSent)], outcomes: ["rejected other"], resting: 0, requests: 1),
        Case(
            name: "throttled", faults: [("/place", .throttle(.seconds(3)))], outcomes: ["rejected rateLimited"],
            resting: 0, requests: 1),
        Case(
            name: "split, then lost", faults: [("/place", .refuse), ("/place", .lose), ("/place", .refuse)],
            outcomes: ["unresolved", "rejected capital", "accepted", "accepted"], resting: 3, requests: 5),
    ])
    func `of a batch have one outcome each`(_ example: Case) {
        var stage = Stage.ready {
            $0.cadence.orders = .seconds(60)
            $0.cadence.idleOrders = .seconds(60)
        }
        stage.venue.faults = example.faults
        stage.perform(all: (1...4).map { Stage.place($0) })
        stage.run(.seconds(7))
        for number in 0..<4 {
            let wanted = example.outcomes[number % example.outcomes.count]
            #expect(stage.outcomes(.place, of: Stage.id(UInt32(number + 1))) == [wanted])
        }
        #expect(stage.venue.resting().count == example.resting)
        #expect(stage.routes("/place").count == example.requests)
    }

    @Test func `try no batch again once the venue has turned out to have no such route`() {
        var stage = Stage.ready()
        stage.venue.standing = [("/place", .noRoute)]
        stage.perform(all: (1...4).map { Stage.place($0) })
        stage.run(.milliseconds(200))
        stage.venue.standing = []
        stage.forget()
        stage.perform(all: (5...8).map { Stage.place($0) })
        stage.run(.milliseconds(200))
        #expect(stage.routes("/place").count == 4)
        #expect(stage.venue.resting().count == 4)
    }

    @Test(arguments: [
        ("lost", ToyVenue.Fault.lose, "unresolved"), ("half", .half, "done canceled"),
        ("refused", .refuse, "done canceled"),
        ("throttled", .throttle(.seconds(2)), "done canceled"), ("not sent", .notSent, "rejected other"),
    ])
    func `have one outcome for each cancel of a batch`(_ name: String, _ fault: ToyVenue.Fault, _ outcome: String) {
        var stage = Stage.ready { $0.cadence.orders = .seconds(60) }
        stage.perform(all: (1...4).map { Stage.place($0) })
        stage.run(.milliseconds(200))
        stage.forget()
        stage.venue.faults = [("/cancel", fault)]
        stage.perform(all: (1...4).map { Stage.cancel($0) })
        stage.run(.seconds(8))
        for number in 1...4 as ClosedRange<UInt32> {
            let wanted = fault == .half && number % 2 == 0 ? "unresolved" : outcome
            #expect(stage.outcomes(.cancel, of: Stage.id(number)) == [wanted])
        }
    }

    @Test func `are cancelled once they have a name, where the venue knows only its own`() {
        var stage = Stage.ready { $0.cancelsByClient = false }
        stage.perform(Stage.place(1), Stage.place(2))
        stage.perform(Stage.cancel(1), Stage.cancel(2))
        #expect(stage.routes("/cancel").isEmpty)
        stage.run(.milliseconds(300))
        for number in 1...2 as ClosedRange<UInt32> {
            #expect(stage.outcomes(.place, of: Stage.id(number)) == ["accepted"])
            #expect(stage.outcomes(.cancel, of: Stage.id(number)) == ["done canceled"])
        }
        #expect(stage.venue.resting().isEmpty)
    }

    @Test func `whose placement came to nothing leave their cancel nothing to do`() {
        var stage = Stage.ready { $0.cancelsByClient = false }
        stage.venue.faults = [("/place", .refuse)]
        stage.perform(Stage.place(1))
        stage.perform(Stage.cancel(1))
        stage.run(.milliseconds(300))
        #expect(stage.outcomes(.place, of: Stage.id(1)) == ["rejected capital"])
        #expect(stage.outcomes(.cancel, of: Stage.id(1)) == ["done rejected"])
    }

    @Test func `whose placement has no outcome leave their cancel without one`() {
        var stage = Stage.ready {
            $0.cancelsByClient = false
            $0.cadence.orders = .seconds(60)
            $0.cadence.idleOrders = .seconds(60)
        }
        stage.venue.faults = [("/place", .drop)]
        stage.perform(Stage.place(1))
        stage.perform(Stage.cancel(1))
        stage.run(.seconds(7))
        #expect(stage.outcomes(.place, of: Stage.id(1)) == ["unresolved"])
        #expect(stage.outcomes(.cancel, of: Stage.id(1)) == ["unresolved"])
    }

    @Test func `that still wait for their turn are withdrawn`() {
        var stage = Stage.ready { $0.capabilities.placeBatch = 1 }
        stage.perform(all: (1...7).map { Stage.place($0) } + [Stage.cancel(7)])
        stage.run(.milliseconds(300))
        #expect(stage.outcomes(.place, of: Stage.id(7)) == ["rejected other"])
        #expect(stage.outcomes(.cancel, of: Stage.id(7)) == ["done canceled"])
        #expect(stage.venue.orders.count == 6)
    }

    @Test func `that wait too long for their turn are not sent`() {
        var stage = Stage.ready { $0.capabilities.placeBatch = 1 }
        stage.venue.standing = [("/place", .drop)]
        stage.perform(all: (1...7).map { Stage.place($0) })
        stage.run(.seconds(8))
        #expect(stage.routes("/place").count == 5)
        #expect(
            (1...7).map { stage.outcomes(.place, of: Stage.id($0)) } == Array(repeating: ["unresolved"], count: 5)
                + Array(repeating: ["rejected requote"], count: 2))
    }

    @Test func `that are told by the stream need no other outcome`() {
        var stage = Stage.ready { $0.streams = [.account] }
        stage.venue.faults = [("/place", .lose)]
        stage.perform(Stage.place(1))
        stage.run(.seconds(7))
        #expect(stage.outcomes(.place, of: Stage.id(1)) == ["accepted"])
    }

    @Test func `are held back while the clocks are compared anew`() {
        var stage = Stage.ready()
        stage.venue.faults = [("/place", .wrongTime), ("/time", .hold)]
        stage.perform(Stage.place(1))
        stage.run(.milliseconds(100))
        #expect(stage.outcomes(.place, of: Stage.id(1)) == ["rejected other"])
        stage.perform(Stage.place(2))
        #expect(stage.outcomes(.place, of: Stage.id(2)) == ["rejected rateLimited"])
        stage.run(.seconds(8))
        stage.perform(Stage.place(3))
        stage.run(.milliseconds(100))
        #expect(stage.outcomes(.place, of: Stage.id(3)) == ["accepted"])
    }

    @Test func `stay inside the budget, and cancels have a reserve`() {
        var stage = Stage.ready { $0.rateRules = [RateRule(.weight, per: .minutes(1), limit: 30)] }
        for number in 1...40 as ClosedRange<UInt32> {
            stage.perform(Stage.place(number))
            stage.run(.milliseconds(20), step: .milliseconds(20))
        }
        let refused = (1...40).filter { stage.outcomes(.place, of: Stage.id($0)) == ["rejected rateLimited"] }
        #expect(!refused.isEmpty)
        #expect(stage.statuses.contains { if case .throttled = $0 { true } else { false } })
        stage.perform(Stage.cancel(1))
        stage.run(.milliseconds(100))
        #expect(stage.outcomes(.cancel, of: Stage.id(1)) == ["done canceled"])
    }

    @Test func `wait for the next second of a venue that counts by the second, and trip nothing`() {
        var stage = Stage.ready {
            $0.capabilities.placeBatch = 1
            $0.rateRules = [RateRule(.weight, per: .seconds(1), limit: 10)]
        }
        stage.perform(all: (1...12).map { Stage.place($0) })
        stage.run(.seconds(3))
        #expect((1...12).allSatisfy { stage.outcomes(.place, of: Stage.id($0)) == ["accepted"] })
        #expect(!stage.statuses.contains { if case .throttled = $0 { true } else { false } })
    }

    @Test func `are all cancelled with one word, where the venue has one and where it has not`() {
        for hasAll in [true, false] {
            var stage = Stage.ready { $0.capabilities.cancelAll = hasAll }
            stage.perform(all: (1...6).map { Stage.place($0) })
            stage.run(.milliseconds(200))
            stage.venue.rest()
            stage.perform(.cancelAll(MarketID(0)))
            stage.perform(.cancelAll(MarketID(0)))
            stage.run(.seconds(3))
            #expect(stage.venue.resting().isEmpty)
            #expect(stage.routes("/cancelall").count == (hasAll ? 1 : 0))
        }
    }
}
