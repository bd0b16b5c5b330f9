import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueAster

@Suite struct `The rate budget at work in a session` {
    private func ready() -> Stage {
        var stage = Stage()
        stage.open()
        stage.forget()
        return stage
    }
    private func rejections(_ stage: Stage) -> [VenueRejection.Kind] {
        stage.account.compactMap { if case .rejected(_, .place, let rejection) = $0 { rejection.kind } else { nil } }
    }
    private func throttles(_ stage: Stage) -> [Instant] {
        stage.statuses.compactMap { if case .throttled(let until) = $0 { until } else { nil } }
    }

    @Test func `refuses orders itself when the venue's header says that the weight is used up, and lets cancels go`() {
        var stage = ready()
        stage.venue.script(
            "POST order", .reply(200, FakeVenue.order(5, "apus-7-1"), [("x-mbx-used-weight-1m", "2200")]))
        stage.perform(Stage.place(1))
        stage.run(.milliseconds(100))
        stage.forget()
        stage.perform(Stage.place(2))
        #expect(rejections(stage) == [.rateLimited])
        #expect(throttles(stage).count == 1)
        #expect(stage.venue.log.isEmpty)
        stage.perform(.cancel(Fixtures.id(1), market: Fixtures.market))
        #expect(stage.venue.log == ["DELETE order"])
    }

    @Test func `goes on by itself in the next window`() {
        var stage = ready()
        stage.venue.script(
            "POST order", .reply(200, FakeVenue.order(5, "apus-7-1"), [("X-MBX-USED-WEIGHT-1M", "2400")]))
        stage.perform(Stage.place(1))
        stage.run(.milliseconds(100))
        stage.forget()
        stage.perform(.cancel(Fixtures.id(1), market: Fixtures.market))
        #expect(!stage.venue.log.contains("DELETE order"))
        stage.run(.seconds(61))
        #expect(stage.venue.log.contains("DELETE order"))
        stage.forget()
        stage.perform(Stage.place(3))
        #expect(stage.venue.log == ["POST order"])
    }

    @Test func `sends nothing at all after a 429 until Retry-After is over, then the cancels first`() {
        var stage = ready()
        stage.venue.script("POST order", .reply(429, #"{"code":-1003,"msg":"Too many"}"#, [("Retry-After", "20")]))
        stage.perform(Stage.place(1))
        stage.run(.milliseconds(100))
        let asked = stage.now
        #expect(rejections(stage) == [.rateLimited])
        stage.forget()
        stage.perform(.query(Fixtures.id(1), Fixtures.market))
        stage.perform(.cancel(Fixtures.id(1), market: Fixtures.market))
        stage.perform(Stage.place(2))
        stage.run(.seconds(19))
        #expect(stage.venue.log.isEmpty)
        #expect(rejections(stage) == [.rateLimited])
        stage.run(.seconds(2))
        #expect(stage.venue.log.first == "DELETE order")
        #expect(stage.venue.log.contains("GET order"))
        #expect(stage.now - asked >= .seconds(20))
    }

    @Test func `waits for the next minute after a 429 without Retry-After`() {
        var stage = ready()
        stage.venue.script("POST order", .reply(429, #"{"code":-1003,"msg":"Too many"}"#))
        stage.perform(Stage.place(1))
        stage.run(.milliseconds(100))
        let until = throttles(stage).last ?? .distantPast
        #expect(until > stage.now)
        #expect(until - stage.now <= .minutes(1))
        #expect(abs(until.milliseconds % 60_000 - 0) < 50 || abs(until.milliseconds % 60_000 - 60_000) < 50)
    }

    @Test func `queues a cancel that was itself throttled instead of calling it refused`() {
        var stage = ready()
        stage.venue.script("DELETE order", .reply(429, "", [("Retry-After", "5")]))
        stage.perform(.cancel(Fixtures.id(1), market: Fixtures.market))
        stage.run(.seconds(6))
        #expect(stage.venue.log.filter { $0 == "DELETE order" }.count == 2)
        #expect(!stage.account.contains { if case .rejected(_, .cancel, _) = $0 { true } else { false } })
    }

    @Test func `stops everything on a ban, and for good on the third in a row`() {
        var stage = ready()
        stage.venue.always("GET openOrders", .reply(418, "banned", [("Retry-After", "120")]))
        stage.venue.always("GET positionRisk", .reply(403, "<html>WAF</html>"))
        stage.venue.always("POST countdownCancelAll", .reply(418, "banned"))
        stage.run(.seconds(30))
        #expect(throttles(stage).count >= 1)
        let afterFirst = stage.venue.log.count
        stage.run(.seconds(60))
        #expect(stage.venue.log.count == afterFirst)
        #expect(stage.fatal == nil)
        stage.run(.minutes(20), step: .milliseconds(500))
        #expect(stage.fatal?.contains("banned") == true)
    }

    @Test func `keeps inside the order counts it learned from exchangeInfo`() {
        var stage = ready()
        for id in 1...400 as ClosedRange<UInt32> { stage.perform(Stage.place(id)) }
        #expect(stage.venue.log.filter { $0 == "POST order" }.count == 300)
        #expect(rejections(stage).count == 100)
        #expect(throttles(stage).count == 1)
    }

    @Test func `counts an order limit against orders only`() {
        var stage = ready()
        stage.venue.script("POST order", .reply(400, #"{"code":-1015,"msg":"Too many new orders"}"#))
        stage.perform(Stage.place(1))
        stage.run(.milliseconds(100))
        stage.forget()
        stage.perform(Stage.place(2))
        stage.perform(.cancel(Fixtures.id(1), market: Fixtures.market))
        #expect(stage.venue.log == ["DELETE order"])
        #expect(rejections(stage) == [.rateLimited])
    }

    @Test func `stays far below the weight limit when nothing happens`() {
        var stage = ready()
        stage.run(.minutes(10), step: .milliseconds(500))
        #expect(stage.venue.log.count < 10 * 40)
    }

    @Test func `reports round trips of the account's requests`() {
        var stage = ready()
        stage.perform(Stage.place(1))
        stage.run(.milliseconds(100))
        #expect(
            stage.statuses.contains { if case .roundTrip(let span) = $0 { span >= .milliseconds(10) } else { false } })
    }

    @Test func `polls open orders, position and balance, and takes -1000 on positions for no news`() {
        var stage = ready()
        stage.venue.always(
            "GET positionRisk",
            .reply(400, #"{"code":-1000,"msg":"An unknown error occured while processing the request."}"#))
        stage.run(.seconds(60))
        #expect(stage.venue.log.filter { $0 == "GET openOrders" }.count >= 5)
        #expect(stage.venue.log.filter { $0 == "GET positionRisk" }.count >= 3)
        #expect(!stage.account.contains { if case .position = $0 { true } else { false } })
        #expect(stage.notes.filter { $0.text.contains("no news") }.count == 1)
        #expect(stage.fatal == nil)
    }

    @Test func `never puts a key, a signature or a listen key into a note`() {
        var stage = ready()
        stage.venue.always("GET openOrders", .reply(503, ""))
        stage.venue.always("POST order", .reply(503, ""))
        stage.perform(Stage.place(1))
        stage.receive(.streamClosed(stage.session.userStream.current!, "reset"))
        stage.run(.seconds(30))
        for note in stage.notes {
            for secret in ["signature", "pqia91ma", "secret", "timestamp="] { #expect(!note.text.contains(secret)) }
        }
    }
}
