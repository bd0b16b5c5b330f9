import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueAster

@Suite struct `Shutdown of a session` {
    private func ready() -> Stage {
        var stage = Stage()
        stage.open()
        stage.forget()
        return stage
    }

    @Test func `cancels, confirms, settles, disarms, closes and then says closed`() {
        var stage = ready()
        stage.perform(.shutDown)
        stage.run(.seconds(2))
        #expect(
            stage.venue.log == [
                "DELETE allOpenOrders", "GET openOrders", "GET userTrades", "GET balance", "GET positionRisk",
                "POST countdownCancelAll", "DELETE listenKey",
            ])
        #expect(stage.venue.targets.contains { FakeVenue.parameters($0)["countdownTime"] == "0" })
        #expect(stage.closedStreams.count == 2)
        #expect(stage.statuses.last == .closed)
        stage.forget()
        stage.run(.minutes(2))
        #expect(stage.venue.log.isEmpty)
    }

    @Test func `goes on until the venue confirms that nothing of ours rests`() {
        var stage = ready()
        let row = "[\(FakeVenue.order(5, "apus-7-1"))]"
        stage.venue.script("GET openOrders", .reply(200, row), .reply(503, ""), .reply(200, row))
        stage.perform(.shutDown)
        stage.run(.seconds(10))
        #expect(stage.venue.log.filter { $0 == "DELETE allOpenOrders" }.count == 3)
        #expect(stage.statuses.last == .closed)
    }

    @Test func `never says closed while the venue does not answer`() {
        var stage = ready()
        stage.venue.always("DELETE allOpenOrders", .reply(503, ""))
        stage.perform(.shutDown)
        stage.run(.minutes(3))
        #expect(!stage.statuses.contains(.closed))
        #expect(stage.notes.contains { $0.text.contains("shutDown waits") })
        stage.venue.forget("DELETE allOpenOrders")
        stage.run(.seconds(15))
        #expect(stage.statuses.contains(.closed))
    }

    @Test func `waits for orders on their way and leaves the switch armed over an unresolved one`() {
        var stage = ready()
        stage.venue.script("POST order", .silence)
        stage.perform(Stage.place(1))
        stage.perform(.shutDown)
        stage.run(.seconds(2))
        #expect(!stage.venue.log.contains("GET openOrders"))
        stage.run(.seconds(6))
        #expect(stage.statuses.contains(.closed))
        #expect(!stage.venue.log.contains("POST countdownCancelAll"))
        #expect(stage.notes.contains { $0.text.contains("stays armed") })
    }

    @Test func `places nothing more, but still cancels`() {
        var stage = ready()
        stage.venue.always("DELETE allOpenOrders", .reply(503, ""))
        stage.perform(.shutDown)
        stage.forget()
        stage.perform(Stage.place(1))
        stage.perform(.cancel(Fixtures.id(1), market: Fixtures.market))
        #expect(stage.venue.log == ["DELETE order"])
        #expect(stage.account.contains { if case .rejected(_, .place, _) = $0 { true } else { false } })
    }

    @Test func `during start-up ends in seconds when the venue confirms nothing, and says why`() {
        for failure in [FakeVenue.Answer.reply(503, ""), .silence] {
            for route in ["GET time", "GET exchangeInfo", "GET openOrders"] {
                var stage = Stage()
                stage.venue.always(route, failure)
                stage.venue.always("GET openOrders", failure)
                stage.start()
                stage.run(.milliseconds(500))
                stage.perform(.shutDown)
                stage.run(.seconds(6))
                #expect(stage.statuses.last == .closed, "\(route) \(failure)")
                #expect(stage.notes.contains { $0.text.contains("not confirmed") })
            }
        }
    }

    @Test func `during start-up takes off only what is ours`() {
        var stage = Stage()
        stage.venue.script("GET exchangeInfo", .silence)
        stage.start()
        stage.run(.milliseconds(500))
        stage.perform(.shutDown)
        stage.run(.seconds(8))
        #expect(stage.statuses.last == .closed)
        #expect(!stage.venue.log.contains("DELETE allOpenOrders"))
        #expect(stage.venue.log.contains("GET openOrders"))
    }

    @Test func `after refused keys closes at once when nothing could have been placed`() {
        var stage = Stage()
        stage.venue.always("GET positionSide/dual", .reply(401, #"{"code":-2014,"msg":"key"}"#))
        stage.open()
        stage.perform(.shutDown)
        #expect(stage.statuses.last == .closed)
    }
}
