import Fundamentals
import MarketModel
import Testing

@testable import VenueKit

@Suite struct `An adapter's session that only polls` {
    @Test func `reads orders and fills often while something of ours is open, and seldom otherwise`() {
        var stage = Stage.ready()
        stage.run(.seconds(20))
        #expect((1...3).contains(stage.routes("/open").count))
        stage.perform(Stage.place(1))
        stage.forget()
        stage.run(.seconds(20))
        #expect((18...21).contains(stage.routes("/open").count))
        #expect((18...21).contains(stage.routes("/fills").count))
        stage.perform(Stage.cancel(1))
        stage.run(.seconds(2))
        stage.forget()
        stage.run(.seconds(20))
        #expect((1...3).contains(stage.routes("/open").count))
    }

    @Test func `tells a fill within a poll, and each as often as it likes by the same id`() {
        var stage = Stage.ready()
        stage.perform(Stage.place(1))
        stage.run(.milliseconds(500))
        stage.venue.fill(Stage.id(1), 2, at: stage.now)
        stage.run(.milliseconds(1_200))
        let fills = stage.account.compactMap { if case .filled(let fill) = $0 { fill } else { nil } }
        #expect(fills.first?.clientOrderID == Stage.id(1))
        let complete = stage.account.compactMap { if case .fillsComplete(_, let asOf) = $0 { asOf } else { nil } }
        #expect(complete == complete.sorted())
        #expect(!complete.isEmpty)
    }

    @Test func `reads all pages before it says what is open`() {
        var stage = Stage.ready()
        stage.venue.pageSize = 2
        stage.perform(all: (1...5).map { Stage.place($0) })
        stage.venue.faults = [("/open/0/1", .gateway)]
        stage.run(.milliseconds(4_500))
        let lists = stage.account.compactMap { if case .openOrders(_, let list, _) = $0 { list.count } else { nil } }
        #expect(!lists.isEmpty)
        #expect(lists.allSatisfy { $0 == 5 })
    }

    @Test func `does not mix the pages of two walks through one list`() {
        var stage = Stage.ready()
        stage.venue.pageSize = 1
        stage.perform(all: (1...4).map { Stage.place($0) })
        stage.run(.milliseconds(100))
        stage.ask(.fetchFills(MarketID(0)))
        stage.perform(.cancelAll(MarketID(0)))
        stage.ask(.fetchFills(MarketID(0)))
        stage.run(.seconds(3), step: .milliseconds(10))
        var page = 0
        for route in stage.routes("/open") {
            let asked = Int(route.split(separator: "/")[2])!
            #expect(asked == 0 || asked == page + 1)
            page = asked
        }
    }

    @Test func `answers queries with what the venue knows`() {
        var stage = Stage.ready()
        stage.perform(Stage.place(1))
        stage.run(.milliseconds(100))
        stage.ask(.query(Stage.id(1), MarketID(0)))
        stage.ask(.query(Stage.id(2), MarketID(0)))
        let asked = stage.now
        stage.run(.milliseconds(100))
        #expect(stage.account.contains(.notFound(Stage.id(2), askedAt: asked)))
        #expect(
            stage.account.contains { if case .report(let r) = $0 { r.clientOrderID == Stage.id(1) } else { false } })
    }

    @Test func `counts the account as out of sight when its lists do not come, until they do`() {
        var stage = Stage.ready()
        stage.perform(Stage.place(1))
        stage.venue.standing = [("/open", .gateway)]
        stage.run(.seconds(30))
        #expect(stage.statuses.filter { $0 == .privateStreamDown }.count == 1)
        #expect(!stage.statuses.contains(.privateStreamUp))
        stage.venue.standing = []
        stage.run(.seconds(12))
        #expect(stage.statuses.filter { $0 == .privateStreamUp }.count == 1)
    }

    @Test func `compares clocks and reads rules and balances now and then`() {
        var stage = Stage.ready()
        stage.run(.minutes(31), step: .milliseconds(500))
        #expect((5...7).contains(stage.routes("/time").count))
        #expect(stage.routes("/rules").count == 1)
        #expect((180...190).contains(stage.routes("/balances").count))
    }

    @Test func `starts books over when their steps change`() {
        var stage = Stage.ready()
        stage.session.adapter.tick = "0.5"
        stage.run(.minutes(31), step: .milliseconds(500))
        #expect(stage.marketEvents.contains(.bookLost(MarketID(0))))
        #expect(
            stage.statuses.contains {
                if case .instrument(let i) = $0 { i.tickSize == ExactDecimal("0.5") } else { false }
            })
    }

    @Test func `lets the adapter forget what has been over for long, and nothing else`() {
        var stage = Stage.ready()
        stage.perform(Stage.place(1), Stage.place(2))
        stage.run(.seconds(2))
        stage.perform(Stage.cancel(1))
        stage.run(.minutes(9), step: .milliseconds(500))
        #expect(stage.session.adapter.forgotten.isEmpty)
        stage.run(.minutes(2), step: .milliseconds(500))
        #expect(stage.session.adapter.forgotten == [Stage.id(1)])
        #expect(stage.session.ended.isEmpty)
    }

    @Test func `tells how it is`() {
        var stage = Stage.ready { $0.rateRules = [RateRule(.weight, per: .minutes(1), limit: 600)] }
        stage.run(.seconds(3))
        let health = stage.session.health(at: stage.now)
        #expect(health.weightLimit == 600)
        #expect((health.usedWeight ?? 0) > 0)
        #expect((health.medianRoundTrip ?? .zero) >= .milliseconds(10))
        #expect(health.privateStreamAge == nil)
    }
}

@Suite struct `The dead man's switch of an adapter's session` {
    private func armed(_ change: (inout ToyAdapter) -> Void = { _ in }) -> Stage {
        Stage.ready {
            $0.capabilities.deadMansSwitch = .perMarket(minimum: .seconds(1), maximum: .minutes(2))
            change(&$0)
        }
    }

    @Test func `is armed before ready, again at a third, and disarmed at the end`() {
        var stage = Stage { $0.capabilities.deadMansSwitch = .perMarket(minimum: .seconds(1), maximum: .minutes(2)) }
        stage.open(for: .seconds(5))
        let arming = stage.statuses.firstIndex { if case .deadMansSwitch = $0 { true } else { false } }
        #expect(arming! < stage.statuses.firstIndex(of: .ready)!)
        stage.forget()
        stage.run(.seconds(31))
        #expect(stage.routes("/arm/0/30000").count == 3)
        stage.ask(.shutDown)
        stage.run(.seconds(2))
        #expect(stage.routes("/arm/0/0").count == 1)
        #expect(stage.isClosed)
    }

    @Test func `is told as run out when the venue does not answer`() {
        var stage = armed()
        stage.venue.standing = [("/arm", .gateway)]
        stage.run(.seconds(40))
        #expect(stage.statuses.contains(.deadMansSwitch(MarketID(0), deadline: nil)))
        stage.venue.standing = []
        stage.run(.seconds(4))
        #expect(stage.session.markets[0].deadMan.armedUntil != nil)
    }

    @Test func `stays armed at the end while an order may still arrive`() {
        var stage = armed()
        stage.venue.faults = [("/place", .drop)]
        stage.perform(Stage.place(1))
        stage.run(.seconds(6))
        stage.ask(.shutDown)
        stage.run(.seconds(3))
        #expect(stage.isClosed)
        #expect(stage.routes("/arm/0/0").isEmpty)
    }
}
