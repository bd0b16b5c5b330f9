import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueBinance

@Suite struct `The streams of the Binance adapter` {
    private let id = ClientOrderID(epoch: 7, sequence: 1)

    @Test func `books come by one combined stream, as configured`() {
        for (depth, wantsTrades, names) in [
            (BinanceDepth.partial, false, "btcusdt@depth20@100ms/btcusdt@bookTicker"),
            (.differences, true, "btcusdt@depth@100ms/btcusdt@bookTicker/btcusdt@aggTrade"),
        ] {
            var dialogue = Dialogue(nil, depth: depth, wantsTrades: wantsTrades)
            // Nothing can be read before the steps are known.
            #expect(dialogue.adapter.plan(forStream: 0, at: Dialogue.time) == nil)
            _ = dialogue.reply(Fixtures.exchangeInfo(Fixtures.symbol()), to: .rules)
            let plan = dialogue.adapter.plan(forStream: 0, at: Dialogue.time)
            #expect(plan?.target == "/stream?streams=\(names)" && plan?.host == .stream && plan?.isPrivate == false)
            #expect(dialogue.adapter.plan(forStream: 1, at: Dialogue.time)?.isPrivate != false)
            var output = AdapterOutput()
            dialogue.adapter.streamOpened(0, at: Dialogue.time, into: &output)
            #expect(output.isSubscribed && output.frames.isEmpty)
            #expect(output.calls == (depth == .partial ? [.book(Fixtures.btc)] : []))
        }
    }

    @Test func `tops of books replace, differences are joined to a snapshot`() throws {
        let name = #"{"stream":"btcusdt@depth20@100ms","data":"#
        var partial = Dialogue.ready()
        let top = try partial.frame(name + ReplyTexts.book + "}", stream: 0)
        guard case .market(.snapshot(Fixtures.btc, _))? = top.events.first else { return #expect(Bool(false)) }
        var differences = Dialogue.ready(depth: .differences)
        #expect(differences.adapter.bookSource(of: Fixtures.btc) == .differences)
        let change = try differences.frame(
            #"{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1767225600101,"s":"BTCUSDT","U":157,"u":160,"b":[["61000.10","0"]],"a":[]}}"#,
            stream: 0)
        #expect(change.differences.first?.update.previousID == 156 && change.events.isEmpty)
        let (verdict, snapshot) = differences.reply(ReplyTexts.book, to: .book(Fixtures.btc))
        #expect(verdict == .done && snapshot.snapshots.first?.update.lastID == 160 && snapshot.events.isEmpty)
        guard case .unknown = differences.reply("<html>", to: .book(Fixtures.btc)).0 else {
            return #expect(Bool(false))
        }
    }

    @Test func `an end that is announced asks for another stream`() throws {
        var dialogue = Dialogue.ready()
        let shutdown = #"{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1770123456789}}"#
        #expect(try dialogue.frame(shutdown, stream: 0).ending == .soon)
        for (event, ending) in [("serverShutdown", StreamEnding.soon), ("eventStreamTerminated", .over)] {
            #expect(try dialogue.frame(#"{"event":{"e":"\#(event)","E":1}}"#, stream: 1).ending == ending)
        }
        #expect(throws: VenueDecodeError.self) { try dialogue.frame("?", stream: 0) }
    }

    @Test func `an HMAC key signs its subscription`() throws {
        var dialogue = Dialogue.ready()
        let planned = dialogue.adapter.plan(forStream: 1, at: Dialogue.time)
        let plan = try #require(planned)
        #expect(plan.host == .api && plan.isPrivate && plan.target.hasPrefix("/ws-api/v3"))
        var output = AdapterOutput()
        dialogue.adapter.streamOpened(1, at: Dialogue.time, into: &output)
        #expect(!output.isSubscribed)
        let frame = try JSONValue.parse(try #require(output.frames.first))
        #expect(frame["method"]?.text == "userDataStream.subscribe.signature")
        #expect(frame["params"]?["timestamp"]?.integer == 1_767_225_600_123)
        let reply = try dialogue.frame(
            #"{"id":"subscribe","status":200,"result":{"subscriptionId":0}}"#, stream: 1)
        #expect(reply.isSubscribed)
        let already = try dialogue.frame(
            #"{"id":"subscribe","status":400,"error":{"code":-2035,"msg":"already active"}}"#, stream: 1)
        #expect(already.isSubscribed)
    }

    @Test func `an Ed25519 key logs the connection on first`() throws {
        var dialogue = Dialogue.ready(BinanceVectors.ed25519)
        var output = AdapterOutput()
        dialogue.adapter.streamOpened(1, at: Dialogue.time, into: &output)
        #expect(try JSONValue.parse(try #require(output.frames.first))["method"]?.text == "session.logon")
        let reply = try dialogue.frame(
            #"{"id":"logon","status":200,"result":{"apiKey":"x","authorizedSince":1,"userDataStream":false}}"#,
            stream: 1)
        #expect(!reply.isSubscribed)
        let frame = try JSONValue.parse(try #require(reply.frames.first))
        #expect(frame["method"]?.text == "userDataStream.subscribe" && frame["params"] == nil)
        #expect(
            try dialogue.frame(#"{"id":"subscribe","status":200,"result":{"subscriptionId":0}}"#, stream: 1)
                .isSubscribed)
    }

    @Test func `a subscription that is refused is told: keys for good, clocks to be set`() throws {
        var dialogue = Dialogue.ready()
        let keys = try dialogue.frame(
            #"{"id":"subscribe","status":401,"error":{"code":-2015,"msg":"Invalid API-key, IP, or permissions"}}"#,
            stream: 1)
        guard case .status(.fatal, of: .reference)? = keys.events.first else { return #expect(Bool(false)) }
        var output = AdapterOutput()
        #expect(throws: VenueDecodeError.self) {
            try dialogue.adapter.read(
                frame: Array(#"{"id":"subscribe","status":400,"error":{"code":-1021,"msg":"Timestamp"}}"#.utf8),
                ofStream: 1, at: Dialogue.now, into: &output)
        }
        #expect(output.calls == [.time])
    }

    @Test func `orders, fills and holdings of the stream are handed on`() throws {
        var dialogue = Dialogue.ready()
        let report = UserEventTexts.report
        let output = try dialogue.frame(#"{"subscriptionId":0,"event":\#(report)}"#, stream: 1)
        #expect(output.events.count == 1 && output.notes.count == 1)
        #expect(dialogue.adapter.index.owner(of: VenueOrderID(4_293_153), in: 0) == .ours(id))
        #expect(
            try dialogue.frame(#"{"event":{"e":"balanceUpdate","a":"BTC","d":"1"}}"#, stream: 1).calls == [.balances])
    }
}
