import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueAster

@Suite struct `A session whose process stood still` {
    private func ready() -> Stage {
        var stage = Stage()
        stage.open()
        stage.forget()
        return stage
    }

    @Test func `asks for everything anew before it counts as up again`() {
        var stage = ready()
        let streams = [stage.session.userStream.current!, stage.session.marketStream.current!]
        stage.now = stage.now + .seconds(40)
        stage.user(#"{"e":"MARGIN_CALL","E":1576653824250}"#)
        #expect(stage.statuses.first == .privateStreamDown)
        #expect(stage.marketEvents.first == .bookLost(Fixtures.market))
        #expect(streams.allSatisfy(stage.closedStreams.contains))
        stage.run(.seconds(3))
        for route in ["GET openOrders", "GET userTrades", "GET positionRisk", "GET depth", "POST countdownCancelAll"] {
            #expect(stage.venue.log.contains(route), "\(route)")
        }
        #expect(stage.statuses.contains(.privateStreamUp))
    }

    @Test func `does nothing of the kind after an ordinary delay`() {
        var stage = ready()
        stage.now = stage.now + .milliseconds(900)
        stage.run(.milliseconds(100))
        #expect(stage.statuses.allSatisfy { $0 != .privateStreamDown })
        #expect(stage.closedStreams.isEmpty)
    }
}

@Suite struct `The times of a session` {
    @Test func `judge the age of a book by the venue's clock, however far ours has drifted`() throws {
        var stage = Stage()
        stage.open()
        stage.venue.clockOffset = .seconds(-30)
        stage.run(.minutes(2))
        stage.forget()
        let said = stage.now - .seconds(30)
        stage.market(
            #"{"stream":"asterusdt@bookTicker","data":{"e":"bookTicker","u":900,"E":\#(said.milliseconds),"#
                + #""T":\#(said.milliseconds),"s":"ASTERUSDT","b":"0.9501","B":"10.00","a":"0.9503","A":"10.00"}}"#)
        guard case .touch(_, _, _, let time)? = stage.marketEvents.first else {
            Issue.record("no touch came through")
            return
        }
        #expect(abs((stage.now - time).milliseconds) < 100)
    }

    @Test func `let a request arrive for as long as its receive window says, and ten seconds more`() {
        let short = AsterSessionConfiguration.capabilities(isNonceSigned: false, receiveWindow: .seconds(3))
        let long = AsterSessionConfiguration.capabilities(isNonceSigned: false, receiveWindow: .seconds(60))
        #expect(short.arrivalHorizon == .seconds(15))
        #expect(long.arrivalHorizon == .seconds(70))
        let stage = Stage { $0.receiveWindow = .seconds(30) }
        #expect(stage.session.capabilities.arrivalHorizon == .seconds(40))
    }
}

@Suite struct `positionRisk that the venue cannot answer` {
    private let unknown = FakeVenue.Answer.reply(400, #"{"code":-1000,"msg":"An unknown error occurred"}"#)

    @Test func `does not keep the private stream down once orders and fills are certain`() {
        var stage = Stage()
        stage.open()
        stage.forget()
        stage.venue.always("GET positionRisk", unknown)
        stage.receive(.streamClosed(stage.session.userStream.current!, "reset"))
        stage.run(.seconds(10))
        #expect(stage.statuses.contains(.privateStreamUp))
    }

    @Test func `does not keep a session from shutting down`() {
        var stage = Stage()
        stage.open()
        stage.venue.always("GET positionRisk", unknown)
        stage.perform(SessionRequest.shutDown)
        stage.run(.seconds(10))
        #expect(stage.statuses.contains(.closed))
    }

    @Test func `keeps a start waiting, because unknown is not flat`() {
        var stage = Stage()
        stage.venue.always("GET positionRisk", unknown)
        stage.open()
        #expect(!stage.isReady)
        stage.venue.forget("GET positionRisk")
        stage.run(.seconds(15))
        #expect(stage.isReady)
    }
}

@Suite struct `A dead man's switch that cannot be armed` {
    @Test func `is tried again and again, and told of now and then`() {
        var stage = Stage()
        stage.open()
        stage.forget()
        stage.venue.always("POST countdownCancelAll", .reply(400, #"{"code":-1130,"msg":"no"}"#))
        stage.run(.minutes(2))
        #expect(stage.venue.log.filter { $0 == "POST countdownCancelAll" }.count > 40)
        #expect(stage.notes.filter { $0.text.contains("was not armed") }.count < 6)
        #expect(stage.statuses.contains(.deadMansSwitch(Fixtures.market, deadline: nil)))
    }
}
