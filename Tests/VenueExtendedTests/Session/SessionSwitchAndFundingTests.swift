import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueExtended

@Suite struct `The dead man's switch of an Extended session` {
    @Test func `is armed in seconds, for the whole account, and again after each third of its time`() {
        var stage = SessionStage()
        stage.open()
        #expect(stage.venue.targets.contains("/api/v1/user/deadmanswitch?countdownTime=60"))
        stage.forget()
        stage.run(.minutes(2))
        #expect((5...6).contains(stage.count("POST user/deadmanswitch")))
        let deadlines = stage.deadlines.compactMap { $0 }
        #expect(zip(deadlines, deadlines.dropFirst()).allSatisfy { $1 - $0 <= .seconds(21) })
        #expect(deadlines.allSatisfy { $0 - stage.now <= .seconds(60) })
    }

    @Test func `counts from the moment the request left, which is before the venue's`() {
        var stage = SessionStage()
        stage.venue.script("POST user/deadmanswitch", .hold)
        stage.open()
        let sent = stage.now
        stage.now = stage.now + .seconds(2)
        stage.receive(.reply(stage.held[0].id, HTTPResponse(status: 200)))
        #expect(stage.deadlines.last.flatMap { $0 }.map { $0 <= sent + .seconds(60) } == true)
    }

    @Test func `that ran out is told`() {
        var stage = SessionStage.ready()
        stage.venue.always("POST user/deadmanswitch", .silence)
        stage.run(.seconds(61))
        #expect(stage.deadlines.last == .some(nil))
        #expect(stage.notes.contains { $0.text.contains("ran out") && $0.level == .error })
        stage.venue.forget("POST user/deadmanswitch")
        stage.run(.seconds(10))
        #expect(stage.deadlines.last.map { $0 != nil } == true)
    }

    @Test func `has its share of the budget when everything else is used up`() {
        var stage = SessionStage.ready { $0.rateRules = [RateRule(.weight, per: .minutes(1), limit: 50)] }
        for sequence in 1...60 { stage.perform(SessionStage.place(UInt32(sequence))) }
        #expect(stage.count("POST user/order") < 46)
        stage.forget()
        stage.run(.seconds(21))
        #expect(stage.venue.log.contains("POST user/deadmanswitch"))
    }
}

@Suite struct `Funding of an Extended session` {
    private func payment(_ id: Int64, at time: Int64, _ fee: String = "-0.109317") -> String {
        #"{"id":\#(id),"accountId":104001,"market":"BTC-USD","positionId":1,"side":"LONG","size":"0.1","value":"8409","#
            + #""markPrice":"84090.4","fundingFee":"\#(fee)","fundingRate":"0.000013","paidTime":\#(time)}"#
    }
    private func received(_ stage: SessionStage) -> [Cash] {
        stage.account.compactMap { if case .funding(_, let cash, _) = $0 { cash } else { nil } }
    }

    @Test func `is looked for after the full hour, and booked once when the venue books it`() {
        var stage = SessionStage.ready()
        stage.run(.minutes(9))
        #expect(!stage.venue.log.contains("GET user/funding/history"))
        stage.run(.seconds(70))
        // Ten past eight seconds: nothing is booked yet.
        #expect(stage.count("GET user/funding/history") >= 1)
        #expect(received(stage).isEmpty)
        stage.venue.always("GET user/funding/history", .data("[\(payment(8_341, at: 1_795_248_000_000))]"))
        stage.run(.minutes(4))
        #expect(received(stage) == [Cash("-0.109317")!])
        let count = stage.count("GET user/funding/history")
        #expect(count == 3)
        stage.run(.minutes(50), step: .milliseconds(500))
        #expect(stage.count("GET user/funding/history") == count)
        stage.run(.minutes(10))
        #expect(received(stage).count == 1)
        #expect(stage.count("GET user/funding/history") == 6)
    }

    @Test func `of before the start is in the first balance already`() {
        var stage = SessionStage()
        stage.venue.always("GET user/funding/history", .data("[\(payment(1, at: 1_795_244_400_000))]"))
        stage.open()
        #expect(stage.isReady)
        #expect(received(stage).isEmpty)
        #expect(stage.venue.targets.contains { $0.contains("funding/history?fromTime=17952474") })
    }

    @Test func `paid while the account stream was down is read when it is back`() {
        var stage = SessionStage.ready()
        stage.venue.always(
            "GET user/funding/history",
            .data("[\(payment(5, at: 1_795_248_000_000)),\(payment(6, at: 1_795_248_000_000, "0.2"))]"))
        stage.receive(.streamClosed(stage.stream(.account)!, "reset"))
        stage.run(.seconds(3))
        #expect(received(stage) == [Cash("-0.109317")!, Cash("0.2")!])
    }
}
