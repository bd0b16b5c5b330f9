import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueAster

@Suite struct `The private stream of a session` {
    private func ready() -> Stage {
        var stage = Stage()
        stage.open()
        stage.forget()
        return stage
    }
    static func trade(_ id: Int64, order: Int64, time: Int64 = 1_768_551_700_000) -> String {
        #"{"symbol":"ASTERUSDT","id":\#(id),"orderId":\#(order),"side":"BUY","price":"0.9500","qty":"20.00","#
            + #""commission":"0.00665000","commissionAsset":"USDT","time":\#(time),"realizedPnl":"0","maker":true}"#
    }
    private func fills(_ stage: Stage) -> [Int64] {
        stage.account.compactMap { if case .filled(let fill) = $0 { fill.trade.number } else { nil } }
    }

    @Test func `is reconciled by REST before it counts as up again`() {
        var stage = ready()
        let old = stage.session.userStream.current!
        stage.receive(.streamClosed(old, "reset"))
        #expect(stage.statuses == [.privateStreamDown])
        stage.venue.script("GET userTrades", .hold)
        stage.run(.seconds(2))
        #expect(!stage.statuses.contains(.privateStreamUp))
        #expect(stage.session.userStream.isOpen)
        stage.receive(.reply(stage.held[0].id, HTTPResponse(status: 200, body: Array("[]".utf8))))
        stage.run(.seconds(1))
        #expect(stage.statuses.contains(.privateStreamUp))
        let routes = stage.takeRoutes()
        #expect(routes.first == "POST listenKey")
        for route in ["GET openOrders", "GET userTrades", "GET positionRisk", "GET balance"] {
            #expect(routes.contains(route))
        }
    }

    @Test func `starts over with a new key when the old one expires`() {
        var stage = ready()
        let old = stage.session.userStream.current!
        stage.user(#"{"e":"listenKeyExpired","E":1576653824250}"#)
        #expect(stage.closedStreams.contains(old))
        #expect(stage.statuses.contains(.privateStreamDown))
        stage.run(.seconds(3))
        #expect(stage.venue.log.contains("POST listenKey"))
        #expect(stage.statuses.contains(.privateStreamUp))
    }

    @Test func `keeps the key alive every half hour, and replaces one the venue does not know`() {
        var stage = ready()
        stage.run(.minutes(29), step: .milliseconds(500))
        #expect(!stage.venue.log.contains("PUT listenKey"))
        stage.run(.minutes(2))
        #expect(stage.venue.log.filter { $0 == "PUT listenKey" }.count == 1)
        stage.forget()
        stage.venue.script("PUT listenKey", .reply(400, #"{"code":-1125,"msg":"This listenKey does not exist."}"#))
        stage.run(.minutes(31), step: .milliseconds(500))
        #expect(stage.statuses.contains(.privateStreamDown))
        #expect(stage.venue.log.contains("POST listenKey"))
        #expect(stage.statuses.contains(.privateStreamUp))
    }

    @Test func `is given up when it is silent about an order that REST accepted`() {
        var stage = ready()
        stage.perform(Stage.place(1))
        stage.run(.seconds(6))
        #expect(stage.statuses.contains(.privateStreamDown))
        stage.run(.seconds(3))
        #expect(stage.statuses.contains(.privateStreamUp))
    }

    @Test func `counts an order event as the sign of life, before the reply or after it`() {
        for isEarly in [true, false] {
            var stage = ready()
            let event =
                #"{"e":"ORDER_TRADE_UPDATE","T":1768551627708,"E":1,"o":{"s":"ASTERUSDT","c":"apus-7-1","S":"BUY","q":"20.00","p":"0.9501","x":"NEW","X":"NEW","i":1001,"z":"0"}}"#
            stage.perform(Stage.place(1))
            if isEarly { stage.user(event) }
            stage.run(.milliseconds(100))
            if !isEarly { stage.user(event) }
            stage.run(.seconds(7))
            #expect(!stage.statuses.contains(.privateStreamDown))
        }
    }

    @Test func `is given up after eleven minutes without a ping`() {
        var stage = ready()
        stage.isPinging = false
        stage.run(.minutes(12), step: .milliseconds(500))
        #expect(stage.statuses.contains(.privateStreamDown))
    }

    @Test func `is replaced before the venue cuts it, without counting as down`() {
        var stage = ready()
        let old = stage.session.userStream.current!
        stage.run(.hours(24), step: .milliseconds(1_000))
        #expect(stage.closedStreams.contains(old))
        #expect(!stage.statuses.contains(.privateStreamDown))
    }

    // MARK: Fills

    @Test func `reads fills behind the last one it knew, page by page, and says when it is complete`() {
        var stage = Stage()
        stage.venue.script("GET userTrades", .reply(200, "[\(Self.trade(40, order: 5))]"))
        stage.open()
        stage.forget()
        let page = (41...1_040).map { Self.trade(Int64($0), order: 77) }.joined(separator: ",")
        stage.venue.script(
            "GET userTrades", .reply(200, "[\(page)]"), .reply(200, "[\(page)]"),
            .reply(200, "[\(Self.trade(1_041, order: 77))]"))
        stage.venue.script("GET order", .reply(200, FakeVenue.order(77, "apus-7-1")))
        let asked = stage.now
        stage.perform(.fetchFills(Fixtures.market))
        stage.run(.seconds(1))
        #expect(fills(stage) == Array(41...1_041))
        let cursors = stage.venue.targets.filter { $0.contains("userTrades") }.map {
            FakeVenue.parameters($0)["fromId"]
        }
        #expect(cursors == ["41", "41", "1041"])
        let complete = stage.account.compactMap { event -> Instant? in
            if case .fillsComplete(_, let asOf) = event { asOf } else { nil }
        }
        #expect(complete.count == 1 && complete[0] >= asked)
        #expect(
            stage.account.contains { event in
                if case .filled(let fill) = event { fill.clientOrderID == Fixtures.id(1) } else { false }
            })
    }

    @Test func `does not book fills from before its start when it found none then`() {
        var stage = ready()
        stage.venue.script(
            "GET userTrades", .reply(200, "[\(Self.trade(3, order: 1, time: 1_700_000_000_000))]"))
        stage.perform(.fetchFills(Fixtures.market))
        stage.run(.seconds(1))
        #expect(fills(stage).isEmpty)
    }

    @Test func `reads again what the stream may have lost, whatever the stream has shown since`() {
        var stage = Stage()
        stage.venue.script("GET userTrades", .reply(200, "[\(Self.trade(40, order: 5))]"))
        stage.open()
        stage.forget()
        stage.user(
            #"{"e":"ORDER_TRADE_UPDATE","T":1768551627708,"E":1,"o":{"s":"ASTERUSDT","c":"apus-7-1","S":"BUY","f":"GTX","q":"20.00","p":"0.9501","x":"TRADE","X":"PARTIALLY_FILLED","i":77,"l":"5.00","z":"5.00","L":"0.9501","N":"USDT","n":"0.1","T":1768551627708,"t":42,"m":true}}"#
        )
        stage.venue.always(
            "GET userTrades", .reply(200, "[\(Self.trade(41, order: 77)),\(Self.trade(42, order: 77))]"))
        stage.perform(.fetchFills(Fixtures.market))
        stage.run(.seconds(1))
        #expect(fills(stage) == [42, 41, 42])
    }

    @Test func `claims nothing when fills cannot be read`() {
        var stage = ready()
        stage.venue.always("GET userTrades", .reply(503, ""))
        stage.perform(.fetchFills(Fixtures.market))
        stage.run(.seconds(5))
        #expect(!stage.account.contains { if case .fillsComplete = $0 { true } else { false } })
        stage.venue.forget("GET userTrades")
        stage.run(.seconds(15))
        #expect(stage.account.contains { if case .fillsComplete = $0 { true } else { false } })
    }

    @Test func `stops when the account is switched to hedge mode`() {
        var stage = ready()
        stage.user(#"{"e":"ACCOUNT_CONFIG_UPDATE","E":1,"T":1,"ai":{"j":true,"f":true,"d":true}}"#)
        #expect(stage.fatal != nil)
    }

    @Test func `reconciles after a private message that it cannot read`() {
        var stage = ready()
        stage.user(#"{"e":"ORDER_TRADE_UPDATE","o":{"s":"ASTERUSDT","c":"apus-7-1","x":"TRADE"}}"#)
        stage.run(.seconds(1))
        #expect(stage.venue.log.contains("GET userTrades"))
        #expect(stage.fatal == nil)
    }
}
