import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueAster

@Suite struct `Market streams of a session` {
    private func ready(_ change: (inout AsterSessionConfiguration) -> Void = { _ in }) -> Stage {
        var stage = Stage(change)
        stage.open()
        return stage
    }
    private func deltas(_ stage: Stage) -> [[Int64]] {
        stage.marketEvents.compactMap { event in
            if case .delta(_, let update) = event { [update.previousID, update.lastID] } else { nil }
        }
    }
    private func lost(_ stage: Stage) -> Int { stage.marketEvents.filter { $0 == .bookLost(Fixtures.market) }.count }

    @Test func `hands on a snapshot and then the chain of changes behind it`() {
        var stage = ready()
        // The healthy snapshot has id 100.
        stage.market(Stage.depth(80, 90, 70))
        stage.market(Stage.depth(95, 105, 90))
        stage.market(Stage.depth(106, 120, 105))
        #expect(deltas(stage) == [[100, 105], [105, 120]])
        #expect(lost(stage) == 0)
    }

    @Test func `keeps events that come before the snapshot and joins them`() {
        var stage = Stage()
        stage.venue.script("GET depth", .hold)
        stage.open()
        #expect(!stage.isReady)
        stage.market(Stage.depth(80, 90, 70))
        stage.market(Stage.depth(95, 105, 90))
        stage.market(Stage.depth(106, 120, 105))
        let body = #"{"lastUpdateId":100,"T":1754896692922,"bids":[["0.9501","1.00"]],"asks":[["0.9503","1.00"]]}"#
        stage.receive(.reply(stage.held[0].id, HTTPResponse(status: 200, body: Array(body.utf8))))
        stage.run(.milliseconds(200))
        #expect(stage.isReady)
        #expect(deltas(stage) == [[100, 105], [105, 120]])
    }

    @Test func `asks for another snapshot when the first is older than the stream`() {
        var stage = Stage()
        stage.venue.script("GET depth", .hold)
        stage.open()
        stage.market(Stage.depth(205, 210, 200))
        let body = #"{"lastUpdateId":100,"T":1754896692922,"bids":[["0.9501","1.00"]],"asks":[["0.9503","1.00"]]}"#
        stage.venue.always("GET depth", .reply(200, body.replacing100(with: "207")))
        stage.receive(.reply(stage.held[0].id, HTTPResponse(status: 200, body: Array(body.utf8))))
        #expect(!stage.isReady)
        stage.run(.seconds(1))
        #expect(stage.isReady)
        #expect(deltas(stage) == [[207, 210]])
    }

    @Test func `takes a quiet symbol's first event by its pu when nothing straddles the snapshot`() {
        var stage = ready()
        stage.market(Stage.depth(150, 160, 99))
        stage.market(Stage.depth(170, 180, 160))
        #expect(deltas(stage) == [[100, 160], [160, 180]])
    }

    @Test func `gives the book up on a gap and synchronizes again`() {
        var stage = ready()
        stage.market(Stage.depth(95, 105, 90))
        stage.forget()
        stage.market(Stage.depth(130, 140, 129))
        #expect(lost(stage) == 1)
        stage.market(Stage.depth(141, 150, 140))
        #expect(stage.venue.log == ["GET depth"])
        stage.venue.always(
            "GET depth",
            .reply(200, #"{"lastUpdateId":145,"T":1754896692922,"bids":[["0.9501","1.00"]],"asks":[]}"#))
        stage.run(.seconds(1))
        #expect(deltas(stage) == [[145, 150]])
        #expect(lost(stage) == 1)
    }

    @Test func `ignores duplicated and reordered changes`() {
        var stage = ready()
        for _ in 0..<2 { stage.market(Stage.depth(95, 105, 90)) }
        stage.market(Stage.depth(106, 120, 105))
        stage.market(Stage.depth(95, 105, 90))
        #expect(deltas(stage) == [[100, 105], [105, 120]])
        #expect(lost(stage) == 0)
    }

    @Test func `bounds what it keeps while a snapshot does not come`() {
        var sync = BookSync()
        sync.restart()
        for id in 0..<5_000 as Range<Int64> {
            _ = sync.judge(BookUpdate(firstID: id, lastID: id, previousID: id - 1))
        }
        #expect(sync.buffer.count <= BookSync.bufferLimit)
    }

    @Test func `gives the book up and reconnects when a market falls silent, pings or not`() {
        var stage = ready()
        stage.isLive = false
        let old = stage.session.marketStream.current!
        stage.run(.seconds(2))
        stage.receive(.streamPing(old))
        stage.run(.seconds(2))
        #expect(lost(stage) == 1)
        #expect(stage.closedStreams.contains(old))
        stage.isLive = true
        stage.run(.seconds(20))
        #expect(stage.session.markets[0].hasBook)
        #expect(stage.session.marketStream.current != old)
    }

    @Test func `lives through a quiet book by the mark price`() {
        var stage = ready()
        stage.run(.seconds(60))
        #expect(lost(stage) == 0)
        #expect(stage.streams.count == 2)
    }

    @Test func `notices a mute depth stream by a touch that runs ahead of it`() {
        var stage = ready()
        stage.market(
            #"{"stream":"asterusdt@bookTicker","data":{"e":"bookTicker","u":500,"s":"ASTERUSDT","b":"0.9501","B":"1.00","a":"0.9503","A":"1.00","T":1754896692922,"E":1}}"#
        )
        stage.run(.seconds(4))
        #expect(lost(stage) == 1)
    }

    @Test func `survives garbage, other symbols and control replies`() {
        var stage = ready()
        for text in ["", "nonsense", "[]", "{", #"{"result":null,"id":1}"#, Stage.depth(1, 2, 3).replacingSymbol()] {
            stage.market(text)
        }
        #expect(lost(stage) == 0)
        #expect(stage.fatal == nil)
    }

    @Test func `replaces a connection before the venue cuts it, without a gap`() {
        var stage = ready()
        let old = stage.session.marketStream.current!
        stage.market(Stage.depth(95, 105, 90))
        stage.run(.minutes(23 * 60 + 29), step: .milliseconds(1_000))
        #expect(stage.session.marketStream.current == old)
        stage.run(.seconds(70))
        #expect(stage.session.marketStream.current != old)
        #expect(stage.closedStreams.contains(old))
        stage.market(Stage.depth(106, 120, 105))
        #expect(deltas(stage).suffix(2) == [[100, 105], [105, 120]])
        #expect(lost(stage) == 0)
        #expect(!stage.statuses.contains(.privateStreamDown))
    }

    @Test func `drops what a second connection repeats or runs ahead with during the overlap`() throws {
        var stage = ready()
        let old = stage.session.marketStream.current!
        stage.market(Stage.depth(95, 105, 90))
        stage.run(.minutes(23 * 60 + 29), step: .milliseconds(1_000))
        for _ in 0..<1_000 where stage.session.marketStream.successor == nil { stage.run(.milliseconds(100)) }
        let new = try #require(stage.session.marketStream.successor)
        stage.receive(.streamText(new, Array(Stage.depth(121, 130, 120).utf8)))
        stage.receive(.streamText(old, Array(Stage.depth(106, 120, 105).utf8)))
        stage.receive(.streamText(old, Array(Stage.depth(121, 130, 120).utf8)))
        stage.receive(.streamText(new, Array(Stage.depth(131, 140, 130).utf8)))
        #expect(deltas(stage) == [[100, 105], [105, 120], [120, 130], [130, 140]])
        #expect(lost(stage) == 0)
    }

    @Test func `takes complete depth messages as they come, without a snapshot`() {
        var stage = Stage { $0.depth = .top(5) }
        stage.start()
        for _ in 0..<50 where !stage.isReady {
            stage.run(.milliseconds(100))
            stage.market(
                #"{"stream":"asterusdt@depth5@100ms","data":{"e":"depthUpdate","E":1,"T":1754896692922,"s":"ASTERUSDT","U":\#(stage.now.milliseconds),"u":\#(stage.now.milliseconds),"pu":1,"b":[["0.9501","1.00"]],"a":[["0.9503","1.00"]]}}"#
            )
        }
        #expect(stage.isReady)
        #expect(!stage.venue.log.contains("GET depth"))
        #expect(
            stage.marketEvents.contains {
                if case .snapshot(_, let update) = $0 { update.bids.count == 1 } else { false }
            })
    }
}

extension String {
    fileprivate func replacing100(with id: String) -> String {
        split(separator: "100", maxSplits: 1).joined(separator: id)
    }
    fileprivate func replacingSymbol() -> String { split(separator: "ASTERUSDT").joined(separator: "OTHERUSDT") }
}
