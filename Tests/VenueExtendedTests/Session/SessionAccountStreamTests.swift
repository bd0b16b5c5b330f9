import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueExtended

@Suite struct `The account stream of an Extended session` {
    private func completions(_ stage: SessionStage) -> [Instant] {
        stage.account.compactMap { if case .fillsComplete(_, let asOf) = $0 { asOf } else { nil } }
    }

    @Test func `is reconciled by REST before it counts as up again`() {
        var stage = SessionStage.ready()
        stage.receive(.streamClosed(stage.stream(.account)!, "reset"))
        #expect(stage.statuses == [.privateStreamDown])
        stage.venue.script("GET user/trades", .hold)
        stage.run(.seconds(3))
        #expect(stage.session.feeds[0].supervisor.isOpen)
        #expect(!stage.statuses.contains(.privateStreamUp))
        #expect(completions(stage).isEmpty)
        stage.receive(
            .reply(stage.held[0].id, HTTPResponse(status: 200, body: Array(#"{"status":"OK","data":[]}"#.utf8))))
        stage.run(.seconds(1))
        #expect(stage.statuses.contains(.privateStreamUp))
        #expect(!completions(stage).isEmpty)
        for route in [
            "GET user/orders", "GET user/trades", "GET user/funding/history", "GET user/positions", "GET user/balance",
        ] { #expect(stage.venue.log.contains(route)) }
        // Streams of one market know nothing of it.
        #expect(stage.streams.suffix(1).map(\.target) == ["/stream.extended.exchange/v1/account"])
    }

    @Test func `comes back with growing pauses, told once`() {
        var stage = SessionStage.ready()
        stage.isLive = false
        stage.receive(.streamClosed(stage.stream(.account)!, "reset"))
        let from = stage.now
        for _ in 0..<2_000 where stage.now - from < .minutes(2) {
            stage.run(.milliseconds(100))
            if let id = stage.stream(.account) { stage.receive(.streamClosed(id, "refused")) }
        }
        let attempts = stage.streams.filter { $0.target.hasSuffix("/account") }.count - 1
        #expect((10...20).contains(attempts))
        #expect(stage.statuses.filter { $0 == .privateStreamDown }.count == 1)
    }

    @Test func `says nothing about what it leaves out`() {
        var stage = SessionStage.ready()
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        stage.receive(.streamClosed(stage.stream(.account)!, "reset"))
        // The first frames of the next connection list no order and no position.
        let hidden = stage.venue.orders
        stage.venue.orders = []
        stage.venue.script("GET user/orders", .data("[\(hidden[0].text)]"))
        stage.forget()
        stage.run(.seconds(3))
        #expect(stage.statuses.contains(.privateStreamUp))
        #expect(!stage.of(1).contains { if case .done = $0 { true } else { false } })
        #expect(stage.session.orders[SessionStage.id(1)]?.resting != nil)
    }

    @Test func `with a hole is given up and reconciled, and repeats are not a hole`() {
        var stage = SessionStage.ready()
        let id = stage.stream(.account)!
        let frame = #""type":"BALANCE","data":{"isSnapshot":false,"balance":{"balance":"7","collateralName":"USD"}}"#
        stage.account(frame, sequence: 4)
        stage.account(frame, sequence: 4)
        stage.account(frame, sequence: 2)
        #expect(!stage.closedStreams.contains(id))
        stage.account(frame, sequence: 6)
        #expect(stage.closedStreams.contains(id))
        #expect(stage.statuses.contains(.privateStreamDown))
        stage.run(.seconds(3))
        #expect(stage.statuses.contains(.privateStreamUp))
    }

    @Test func `is given up when it is silent about an order that REST accepted`() {
        var stage = SessionStage.ready()
        stage.venue.isExecuting = false
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(4_900))
        #expect(!stage.statuses.contains(.privateStreamDown))
        stage.run(.milliseconds(400))
        #expect(stage.statuses.contains(.privateStreamDown))
        stage.run(.seconds(3))
        #expect(stage.statuses.contains(.privateStreamUp))
    }

    @Test func `may be idle for long as long as it is pinged, and not without`() {
        var stage = SessionStage.ready()
        stage.run(.minutes(40), step: .milliseconds(500))
        #expect(!stage.statuses.contains(.privateStreamDown))
        stage.isPinging = false
        stage.run(.seconds(41))
        #expect(stage.statuses.contains(.privateStreamDown))
    }

    @Test func `tells positions and balance as of the venue's stamp`() {
        var stage = SessionStage.ready()
        stage.account(
            #""type":"POSITION","data":{"isSnapshot":false,"positions":[{"id":1,"market":"BTC-USD","status":"OPENED","side":"LONG","leverage":"10","size":"0.002","openPrice":"84000","markPrice":"84001","createdAt":1,"updatedAt":1}],"balance":{"collateralName":"USD","balance":"999.25","availableForTrade":"900"}}"#
        )
        #expect(
            stage.account.contains { event in
                if case .position(_, Quantity(lots: 200), _, _, _) = event { true } else { false }
            })
        #expect(
            stage.account.contains { event in
                if case .balance(Cash("999.25")!, Cash("900"), _) = event { true } else { false }
            })
    }

    @Test func `reconciles after a message that it cannot read`() {
        var stage = SessionStage.ready()
        stage.account(#""type":"TRADE","data":{"isSnapshot":false,"trades":[{"market":"BTC-USD"}]}"#)
        stage.run(.seconds(1))
        #expect(stage.venue.log.contains("GET user/trades"))
        #expect(stage.fatal == nil)
    }

    // MARK: History

    @Test func `reads the history down to what it knows, page by page, and tells it oldest first`() {
        var stage = SessionStage()
        // As ids grow: a snowflake for each second.
        func trade(_ number: Int64) -> String {
            FakeExtended.trade(number * 1_000 << 22, order: 77, external: "apus-7-1")
        }
        stage.venue.script("GET user/trades", .data("[\(trade(40))]"))
        stage.venue.script("GET user/trades", .data("[\(trade(40))]"))
        stage.open()
        stage.forget()
        let page = (200...299).reversed().map { trade(Int64($0)) }.joined(separator: ",")
        let rest = [199, 150, 41, 40].map { trade(Int64($0)) }.joined(separator: ",")
        stage.venue.script("GET user/trades", .data("[\(page)]"), .data("[\(rest)]"))
        let asked = stage.now
        stage.perform(.fetchFills(SessionStage.market))
        stage.run(.seconds(1))
        #expect(stage.fills == ([41, 150] + Array(199...299)).map { Int64($0) * 1_000 << 22 })
        #expect(completions(stage) == [asked])
        let queries = stage.venue.requests.map { FakeExtended.parameters($0) }
        #expect(queries.map { $0["limit"] } == ["100", "100"])
        #expect(queries.map { $0["cursor"] } == [nil, "\(200_000 << 22)"])
    }

    @Test func `never books what was filled before its start`() {
        var stage = SessionStage()
        let old = FakeExtended.trade(500 << 22, order: 77, external: "apus-6-1")
        stage.venue.always("GET user/trades", .data("[\(old)]"))
        stage.open()
        stage.perform(.fetchFills(SessionStage.market))
        stage.run(.seconds(1))
        #expect(stage.fills.isEmpty)
    }

    @Test func `claims nothing when fills cannot be read`() {
        var stage = SessionStage.ready()
        stage.venue.always("GET user/trades", .reply(503, ""))
        stage.perform(.fetchFills(SessionStage.market))
        stage.run(.seconds(5))
        #expect(completions(stage).isEmpty)
        stage.venue.forget("GET user/trades")
        stage.run(.seconds(15))
        #expect(!completions(stage).isEmpty)
    }

    @Test func `does not turn in circles over a page that leads nowhere`() {
        var stage = SessionStage.ready()
        let page = (1...100).reversed().map { FakeExtended.trade(Int64($0) * 1_000_000 << 22, order: 7, external: "x") }
        stage.venue.always("GET user/trades", .data("[\(page.joined(separator: ","))]"))
        stage.perform(.fetchFills(SessionStage.market))
        stage.run(.seconds(20))
        #expect(stage.count("GET user/trades") < 40)
        #expect(completions(stage).isEmpty)
    }

    @Test func `looks at orders, positions and fills by itself, whatever the stream says`() {
        var stage = SessionStage.ready()
        stage.run(.minutes(1))
        #expect((5...7).contains(stage.count("GET user/orders")))
        #expect((3...5).contains(stage.count("GET user/positions")))
        #expect((1...3).contains(stage.count("GET user/trades")))
        #expect(stage.count("GET info/markets") == 1)
        #expect(stage.venue.log.count < 30)
    }

    @Test func `opens everything anew after a standstill of the process`() {
        var stage = SessionStage.ready()
        let before = stage.session.feeds.compactMap(\.supervisor.current)
        stage.now = stage.now + .seconds(7)
        stage.run(.milliseconds(100))
        #expect(before.allSatisfy { stage.closedStreams.contains($0) })
        #expect(stage.statuses.contains(.privateStreamDown))
        #expect(stage.marketEvents.contains(.bookLost(SessionStage.market)))
        stage.run(.seconds(4))
        #expect(stage.statuses.contains(.privateStreamUp))
    }
}
