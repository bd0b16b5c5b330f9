import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueExtended

@Suite struct `The public streams of an Extended session` {
    private func lost(_ stage: SessionStage) -> Int {
        stage.marketEvents.filter { $0 == .bookLost(SessionStage.market) }.count
    }
    private func books(_ stage: SessionStage) -> [BookUpdate] {
        stage.marketEvents.compactMap { event in
            switch event {
            case .snapshot(_, let update), .delta(_, let update): update
            default: nil
            }
        }
    }

    @Test func `hand on a book whose chain holds`() {
        var stage = SessionStage.ready()
        stage.say(on: .book(0), SessionStage.delta())
        stage.say(on: .book(0), SessionStage.delta("0"))
        #expect(books(stage).map(\.lastID) == [2, 3])
        #expect(books(stage).map(\.previousID) == [1, 2])
        #expect(books(stage).last?.bids == [BookLevel(Price(ticks: 84_090), .zero)])
        #expect(lost(stage) == 0)
    }

    @Test(arguments: [4, 1, 2])
    func `give up a book with a gap or a step back, and get a new one`(number: Int64) {
        var stage = SessionStage.ready()
        stage.say(on: .book(0), SessionStage.delta())
        let id = stage.stream(.book(0))!
        stage.forget()
        stage.say(on: .book(0), SessionStage.delta("9"), sequence: number)
        #expect(lost(stage) == 1)
        #expect(books(stage).isEmpty)
        #expect(stage.closedStreams.contains(id))
        // Late frames of the connection that was given up mean nothing.
        stage.receive(.streamText(id, Array("{\(SessionStage.delta()),\"ts\":1795247400000,\"seq\":3}".utf8)))
        #expect(books(stage).isEmpty)
        stage.run(.seconds(3))
        #expect(books(stage).first?.previousID == 0)
        #expect(!stage.statuses.contains(.privateStreamDown))
    }

    @Test func `open a book that is bad again and again with growing pauses`() {
        var stage = SessionStage.ready()
        let from = stage.now
        while stage.now - from < .minutes(2) {
            stage.run(.milliseconds(100))
            if stage.session.markets[0].hasBook { stage.say(on: .book(0), SessionStage.delta(), sequence: 99) }
        }
        let attempts = stage.streams.filter { $0.target.contains("orderbooks") }.count
        #expect((6...14).contains(attempts), "\(attempts)")
        // And at once again when it has been good for a while.
        stage.run(.minutes(3))
        stage.forget()
        stage.say(on: .book(0), SessionStage.delta(), sequence: 99)
        stage.run(.milliseconds(1_200))
        #expect(!books(stage).isEmpty)
    }

    @Test func `give up a book that cannot be read, or begins with changes`() {
        var stage = SessionStage.ready()
        stage.say(
            on: .book(0), #""type":"DELTA","data":{"t":"DELTA","m":"BTC-USD","b":[{"p":"84090.5","c":"1"}],"a":[]}"#)
        #expect(lost(stage) == 1)
        #expect(stage.fatal == nil)
        stage.isLive = false
        stage.run(.seconds(3))
        stage.receive(.streamOpened(stage.stream(.book(0))!))
        stage.say(on: .book(0), SessionStage.delta())
        #expect(books(stage).isEmpty)
        #expect(stage.stream(.book(0)) == nil)
    }

    @Test func `tell the loss of a connection at once, and no loss twice`() {
        var stage = SessionStage.ready()
        let id = stage.stream(.book(0))!
        stage.receive(.streamClosed(id, "reset"))
        stage.receive(.streamClosed(id, "reset"))
        #expect(lost(stage) == 1)
    }

    @Test func `count as dead without pings, and a book without data in spite of them`() {
        var stage = SessionStage.ready()
        stage.isLive = false
        stage.run(.seconds(85))
        #expect(lost(stage) == 0)
        stage.run(.seconds(10))
        #expect(lost(stage) == 1)
    }

    @Test func `date a book by our clock`() {
        for offset in [TimeSpan.zero, .milliseconds(900), .milliseconds(-900)] {
            var stage = SessionStage()
            stage.venue.clockOffset = offset
            stage.open()
            stage.forget()
            stage.say(on: .book(0), SessionStage.delta())
            let age = stage.now - books(stage)[0].venueTime
            #expect(age >= .zero && age < .milliseconds(60), "\(offset) \(age)")
        }
    }

    @Test func `tell prints once, and marks with the running funding rate`() {
        var stage = SessionStage.ready()
        let print =
            #""data":[{"m":"BTC-USD","S":"SELL","tT":"TRADE","T":1795247999880,"p":"84090","q":"0.012","i":2103000000000000900}]"#
        stage.say(on: .trades(0), print)
        stage.say(on: .trades(0), print)
        #expect(stage.marketEvents.filter { if case .trade = $0 { true } else { false } }.count == 1)
        stage.say(on: .mark(0), #""type":"MP","data":{"m":"BTC-USD","p":"84093.25","ts":0}"#)
        #expect(
            stage.marketEvents.last
                == .mark(
                    SessionStage.market, price: ExactDecimal("84093.25")!, fundingRate: Rate(parts: 1_300),
                    nextFunding: Instant(milliseconds: 1_795_251_600_000)))
        stage.say(on: .funding(0), #""data":{"m":"BTC-USD","T":1795248000000,"f":"0.00002"}"#)
        guard case .mark(_, _, Rate(parts: 2_000), _) = stage.marketEvents.last else {
            Issue.record("\(stage.marketEvents.last as Any)")
            return
        }
        // Frames that were overtaken are left out.
        stage.forget()
        stage.say(on: .mark(0), #""type":"MP","data":{"m":"BTC-USD","p":"1","ts":0}"#, sequence: 1)
        #expect(stage.marketEvents.isEmpty)
    }

    @Test func `always name a funding time that lies ahead`() {
        var stage = SessionStage.ready()
        stage.venue.always("GET info/markets", .reply(503, ""))
        stage.run(.minutes(75), step: .seconds(1))
        for case .mark(_, _, _, let next) in stage.marketEvents.suffix(5) {
            #expect(next > stage.now && next <= stage.now + .hours(1))
            #expect(next.milliseconds % 3_600_000 == 0)
        }
    }

    @Test func `give no book of a market that is closed to orders, and one when it opens`() {
        var stage = SessionStage.ready()
        stage.venue.status = "REDUCE_ONLY"
        stage.run(.seconds(65))
        #expect(lost(stage) == 1)
        stage.forget()
        stage.say(on: .book(0), SessionStage.delta())
        stage.run(.seconds(30))
        #expect(books(stage).isEmpty)
        #expect(stage.fatal == nil)
        stage.venue.status = "ACTIVE"
        stage.run(.seconds(65))
        #expect(!books(stage).isEmpty)
    }

    @Test func `start over when the steps of prices change`() {
        var stage = SessionStage.ready()
        stage.venue.tick = "0.5"
        stage.run(.seconds(63))
        #expect(lost(stage) == 1)
        let instruments = stage.statuses.compactMap { if case .instrument(let found) = $0 { found } else { nil } }
        #expect(instruments.count == 1)
        #expect(instruments.first?.tickSize == ExactDecimal("0.5"))
        #expect(instruments.first?.takerFee == Rate(parts: 25_000))
        #expect(books(stage).last?.bids.first?.price == Price(ticks: 168_180))
    }

    @Test func `are not opened again once only a person can help`() {
        var stage = SessionStage.ready()
        stage.venue.script("POST user/order", .fault(401, 401))
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        #expect(stage.fatal != nil)
        let opened = stage.streams.count
        stage.receive(.streamClosed(stage.stream(.account)!, "reset"))
        stage.receive(.streamClosed(stage.stream(.book(0))!, "reset"))
        stage.run(.minutes(1))
        #expect(stage.streams.count == opened)
    }
}
