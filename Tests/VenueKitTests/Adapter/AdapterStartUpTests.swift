import Fundamentals
import MarketModel
import Testing
import VenueKit

@Suite struct `The start-up of an adapter's session` {
    @Test func `asks in the order of the contract and is then ready`() {
        var stage = Stage()
        stage.open(for: .seconds(5))
        let expected = ["/time", "/time", "/time", "/rules", "/mode", "/open/0/0", "/fills/0", "/balances", "/book/0"]
        #expect(stage.venue.log.count >= expected.count)
        for (asked, wanted) in zip(stage.venue.log, expected) { #expect(asked.hasPrefix(wanted)) }
        #expect(stage.statuses.last == .ready)
        #expect(stage.account.contains { if case .fillsComplete = $0 { true } else { false } })
        #expect(stage.marketEvents.count == 1)
    }

    @Test func `tells every status in the name of the adapter's venue`() {
        var stage = Stage { $0.venue = .reference }
        stage.open(for: .seconds(5))
        for case .status(let status, let venue) in stage.events { #expect(venue == .reference, "\(status)") }
    }

    @Test(arguments: [false, true]) func `takes off everything that rests, of all pages, and looks again`(hasAll: Bool)
    {
        var stage = Stage { $0.capabilities.cancelAll = hasAll }
        stage.venue.pageSize = 3
        for _ in 0..<8 { stage.venue.rest() }
        stage.venue.rest("apus-3-1")
        stage.open(for: .seconds(5))
        #expect(stage.isReady)
        #expect(stage.venue.resting().isEmpty)
        #expect(stage.routes("/open/0/2").count == 1)
        #expect(stage.routes(hasAll ? "/cancelall" : "/cancel/0").count == (hasAll ? 1 : 3))
        #expect(stage.notes.contains { $0.text.contains("9 orders rest") })
        #expect(stage.account.contains { if case .openOrders(_, [], _) = $0 { true } else { false } })
    }

    @Test func `cancels one by one where batches are refused`() {
        var stage = Stage()
        stage.venue.faults = [("/cancel", .refuse), ("/cancel", .noRoute)]
        for _ in 0..<8 { stage.venue.rest() }
        stage.open(for: .seconds(5))
        #expect(stage.isReady)
        #expect(stage.venue.resting().isEmpty)
        #expect(stage.routes("/cancel").count == 10)
    }

    @Test func `does not lose itself over cancels without a reply`() {
        var stage = Stage()
        stage.venue.faults = [("/cancel", .drop), ("/cancel", .lose), ("/cancel", .throttle(.seconds(1)))]
        for _ in 0..<8 { stage.venue.rest() }
        stage.open(for: .seconds(60))
        #expect(stage.isReady)
        #expect(stage.venue.resting().isEmpty)
    }

    @Test func `ends for good, with the reason, where orders do not go away`() {
        var stage = Stage()
        stage.venue.standing = [("/cancel", .refuse)]
        stage.venue.rest()
        stage.open(for: .seconds(60))
        #expect(stage.fatal == "1 orders rest in TOY after 6 rounds of cancelling")
    }

    @Test func `does only public things for an adapter that trades nothing`() {
        var stage = Stage { $0.markets[0].isTraded = false }
        stage.open(for: .seconds(5))
        #expect(stage.isReady)
        stage.run(.seconds(30))
        for line in stage.venue.log {
            #expect(["/time", "/rules", "/book"].contains { line.hasPrefix($0) }, "\(line)")
        }
        stage.ask(.shutDown)
        #expect(stage.isClosed)
    }

    @Test func `ends for good where clocks differ, keys are refused or the time is over`() {
        var skewed = Stage()
        skewed.venue.ahead = .seconds(20)
        skewed.open(for: .seconds(5))
        #expect(skewed.fatal?.contains("clock differs") == true)
        var locked = Stage()
        locked.venue.standing = [("/mode", .forbidden)]
        locked.open(for: .seconds(5))
        #expect(locked.fatal == "key refused")
        var slow = Stage()
        slow.venue.standing = [("/balances", .gateway)]
        slow.open(for: .minutes(6))
        #expect(slow.fatal == "start-up was not complete after 300 s: status 502")
    }

    @Test func `goes on where the venue needs several attempts`() {
        var stage = Stage()
        for route in ["/time", "/rules", "/mode", "/open", "/fills", "/balances", "/book"] {
            stage.venue.faults += [
                (route, .drop), (route, .gateway), (route, .notSent), (route, .throttle(.seconds(2))),
            ]
        }
        stage.open(for: .minutes(4))
        #expect(stage.isReady)
        #expect(stage.statuses.contains { if case .throttled = $0 { true } else { false } })
    }
}
