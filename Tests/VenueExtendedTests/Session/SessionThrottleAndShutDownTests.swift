import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueExtended

@Suite struct `The rate budget of an Extended session` {
    private func throttles(_ stage: SessionStage) -> [Instant] {
        stage.statuses.compactMap { if case .throttled(let until) = $0 { until } else { nil } }
    }
    private func rejections(_ stage: SessionStage) -> [VenueRejection.Kind] {
        stage.account.compactMap { if case .rejected(_, .place, let rejection) = $0 { rejection.kind } else { nil } }
    }

    @Test func `sends nothing at all after a 429 until Retry-After is over, then the cancels first`() {
        var stage = SessionStage.ready()
        stage.venue.script("POST user/order", .reply(429, "", [("Retry-After", "20")]))
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        #expect(rejections(stage) == [.rateLimited])
        #expect(throttles(stage).count == 1)
        stage.forget()
        stage.perform(SessionStage.cancel(1))
        stage.perform(SessionStage.place(2))
        stage.run(.seconds(19))
        #expect(stage.venue.log.isEmpty)
        #expect(rejections(stage) == [.rateLimited])
        stage.run(.seconds(2))
        #expect(stage.venue.log.first == "DELETE user/order")
    }

    @Test func `waits for the next minute after a 429 without a number`() {
        var stage = SessionStage.ready()
        stage.venue.script("POST user/order", .reply(429, "{}"))
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        let until = throttles(stage)[0]
        #expect(until > stage.now && until <= stage.now + .seconds(61))
    }

    @Test func `refuses orders that would go beyond it, and keeps a reserve for cancels`() {
        var stage = SessionStage.ready { $0.rateRules = [RateRule(.weight, per: .minutes(1), limit: 50)] }
        for sequence in 1...60 { stage.perform(SessionStage.place(UInt32(sequence))) }
        #expect(rejections(stage).allSatisfy { $0 == .rateLimited } && !rejections(stage).isEmpty)
        stage.forget()
        stage.perform(SessionStage.cancel(1))
        #expect(stage.venue.log == ["DELETE user/order"])
    }

    @Test func `waits out maintenance`() {
        var stage = SessionStage.ready()
        stage.venue.script("POST user/order", .fault(400, 1_010, "Maintenance"))
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        #expect(rejections(stage) == [.rateLimited])
        #expect(throttles(stage).count == 1)
        #expect(stage.fatal == nil)
    }

    @Test func `measures round trips of the account's calls`() {
        var stage = SessionStage.ready()
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        #expect(stage.statuses.contains { if case .roundTrip = $0 { true } else { false } })
        let health = stage.session.health(at: stage.now)
        #expect(health.medianRoundTrip != nil)
        #expect(health.usedWeight.map { $0 > 0 } == true)
        #expect(health.weightLimit == 1_000)
        #expect(health.privateStreamAge != nil)
        #expect(health.marketStreamAge != nil)
        #expect(health.clockOffset != nil)
    }
}

@Suite struct `Shutdown of an Extended session` {
    @Test func `cancels, confirms, settles, disarms, closes and then says closed`() {
        var stage = SessionStage.ready()
        stage.perform(.shutDown)
        stage.run(.seconds(2))
        #expect(
            stage.venue.log == [
                "POST user/order/massCancel", "GET user/orders", "GET user/trades", "GET user/funding/history",
                "GET user/balance", "GET user/positions", "POST user/deadmanswitch",
            ])
        #expect(stage.venue.targets.last == "/api/v1/user/deadmanswitch?countdownTime=0")
        #expect(stage.closedStreams.count == 5)
        #expect(stage.statuses.last == .closed)
        stage.forget()
        stage.run(.minutes(2))
        #expect(stage.venue.log.isEmpty)
    }

    @Test func `goes on until the venue confirms that nothing of ours rests`() {
        var stage = SessionStage.ready()
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        stage.venue.isExecuting = false
        stage.perform(.shutDown)
        stage.run(.seconds(10))
        #expect(!stage.statuses.contains(.closed))
        #expect(stage.count("POST user/order/massCancel") > 3)
        stage.venue.isExecuting = true
        stage.run(.seconds(2))
        #expect(stage.statuses.last == .closed)
    }

    @Test func `never says closed while the venue does not answer`() {
        var stage = SessionStage.ready()
        stage.venue.always("POST user/order/massCancel", .reply(503, ""))
        stage.perform(.shutDown)
        stage.run(.minutes(3))
        #expect(!stage.statuses.contains(.closed))
        #expect(stage.notes.contains { $0.text.contains("shutdown waits") })
        stage.venue.forget("POST user/order/massCancel")
        stage.run(.seconds(15))
        #expect(stage.statuses.contains(.closed))
    }

    @Test func `waits for orders on their way and leaves the switch armed over an unresolved one`() {
        var stage = SessionStage.ready()
        stage.venue.script("POST user/order", .silence)
        stage.perform(SessionStage.place(1))
        stage.perform(.shutDown)
        stage.run(.seconds(2))
        #expect(!stage.venue.log.contains("GET user/orders"))
        stage.run(.seconds(8))
        #expect(stage.statuses.contains(.closed))
        #expect(!stage.venue.log.contains("POST user/deadmanswitch"))
        #expect(stage.notes.contains { $0.text.contains("stays armed") })
    }

    @Test func `looks again for an order that REST took and the book has not shown yet`() {
        var stage = SessionStage.ready()
        stage.venue.isExecuting = false
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        stage.perform(.shutDown)
        stage.run(.seconds(1))
        #expect(!stage.statuses.contains(.closed))
        stage.venue.orders.append(
            .init(id: stage.venue.nextOrderID, external: "apus-7-1", side: "BUY", price: "84000", quantity: "0.01"))
        stage.venue.isExecuting = true
        stage.run(.seconds(2))
        #expect(stage.statuses.last == .closed)
        #expect(stage.venue.orders[0].isOpen == false)
    }

    @Test func `places nothing more, but still cancels`() {
        var stage = SessionStage.ready()
        stage.venue.always("POST user/order/massCancel", .reply(503, ""))
        stage.perform(.shutDown)
        stage.forget()
        stage.perform(SessionStage.place(1))
        stage.perform(SessionStage.cancel(1))
        #expect(stage.venue.log == ["DELETE user/order"])
        #expect(stage.account.contains { if case .rejected(_, .place, _) = $0 { true } else { false } })
    }

    @Test func `during start-up takes off only what is ours`() {
        var stage = SessionStage()
        stage.venue.script("GET user/account/info", .silence)
        stage.venue.orders = [
            .init(id: 11, external: "apus-6-1", side: "BUY", price: "80000", quantity: "0.001"),
            .init(id: 13, external: "by-hand", side: "SELL", price: "91000", quantity: "0.001"),
        ]
        stage.start()
        stage.run(.milliseconds(500))
        stage.perform(.shutDown)
        stage.run(.seconds(8))
        #expect(stage.statuses.last == .closed)
        #expect(stage.venue.orders.map(\.isOpen) == [false, true])
    }

    @Test func `during start-up ends in seconds when the venue confirms nothing, and says why`() {
        let failures: [FakeExtended.Answer] = [
            .notSent, .silence, .reply(503, ""), .fault(404, 1_001, "Market not found"),
        ]
        for failure in failures {
            for route in ["GET info/starknet", "GET info/markets", "GET user/orders"] {
                var stage = SessionStage()
                stage.venue.always(route, failure)
                stage.venue.always("GET user/orders", failure)
                stage.start()
                stage.run(.milliseconds(500))
                stage.perform(.shutDown)
                stage.run(.seconds(6))
                #expect(stage.statuses.last == .closed, "\(route) \(failure)")
            }
        }
    }

    @Test func `during start-up goes on until the orders of an earlier run that it saw are gone`() {
        var stage = SessionStage()
        stage.venue.orders = [
            .init(id: 11, external: "apus-6-1", side: "BUY", price: "80000", quantity: "0.001")
        ]
        stage.venue.always("POST user/order/massCancel", .reply(503, ""))
        stage.start()
        stage.run(.milliseconds(500))
        stage.perform(.shutDown)
        stage.run(.seconds(30))
        #expect(!stage.statuses.contains(.closed))
        stage.venue.forget("POST user/order/massCancel")
        stage.run(.seconds(30))
        #expect(stage.statuses.contains(.closed))
        #expect(stage.venue.orders.map(\.isOpen) == [false])
    }

    @Test func `after refused keys closes at once when nothing could have been placed`() {
        var stage = SessionStage()
        stage.venue.always("GET user/account/info", .fault(401, 401))
        stage.open()
        stage.perform(.shutDown)
        #expect(stage.statuses.last == .closed)
    }
}

@Suite struct `Secrets of an Extended session` {
    @Test func `are in no note, event, description, dump or mirror`() {
        var stage = SessionStage()
        stage.venue.script("GET user/orders", .reply(200, "{"))
        stage.open()
        stage.venue.script("POST user/order", .silence, .fault(400, 1_101), .notSent)
        for sequence in 1...3 { stage.perform(SessionStage.place(UInt32(sequence))) }
        stage.receive(.streamClosed(stage.stream(.account)!, "reset"))
        stage.run(.seconds(8))
        var text =
            "\(stage.session) \(stage.session.configuration) \(stage.session.signer) \(stage.notes) \(stage.events)"
        dump(stage.session, to: &text)
        dump(stage.session.configuration, to: &text)
        for secret in [FakeExtended.apiKey, FakeExtended.key, String(FakeExtended.key.dropFirst(2))] {
            #expect(!text.contains(secret))
        }
        #expect(!text.contains("signature"))
    }
}
