import Fundamentals
import MarketModel
import Testing
import VenueKit
import VenueMAX
import Wire

@Suite struct `Streams of MAX` {
    private func book(
        _ event: String, _ ids: (Int64, Int64), version: Int64 = 9, bids: String = #"[["78000.00","0.5"]]"#
    ) -> String {
        #"{"c":"book","e":"\#(event)","M":"btcusdt","a":[["79000.00","0.1"],["78500.00","0.2"]],"b":\#(bids),"T":1770095257010,"fi":\#(ids.0),"li":\#(ids.1),"v":\#(version)}"#
    }

    private func frames(_ output: AdapterOutput) throws -> [JSONValue] {
        try output.frames.map { try JSONValue.parse($0) }
    }

    @Test func `books are subscribed on one stream, the account logs in on another`() throws {
        var adapter = try Sample.adapter()
        #expect(adapter.streamCount == 2)
        #expect(adapter.plan(forStream: 0, at: Sample.start)?.isPrivate == false)
        #expect(adapter.plan(forStream: 1, at: Sample.start)?.isPrivate == true)
        var output = AdapterOutput()
        adapter.streamOpened(0, at: Sample.start, into: &output)
        let subscription = try frames(output)[0]
        #expect(subscription["action"]?.text == "sub")
        #expect(subscription["subscriptions"]?.elements?.map { $0["market"]?.text } == ["btcusdt", "usdttwd"])
        #expect(!output.isSubscribed)
        #expect(try adapter.hear(#"{"e":"subscribed","s":[],"i":"books","T":1}"#, stream: 0).isSubscribed)
        var login = AdapterOutput()
        adapter.streamOpened(1, at: Sample.start, into: &login)
        #expect(try frames(login)[0]["action"]?.text == "auth")
        #expect(try adapter.hear(#"{"e":"authenticated","i":"account","T":1}"#, stream: 1).isSubscribed)
        #expect(try !adapter.hear(#"{"e":"authenticated","i":"account","T":1}"#, stream: 0).isSubscribed)
    }

    @Test func `updates continue a snapshot, and repeats are dropped`() throws {
        var adapter = try Sample.adapter()
        let first = try adapter.hear(book("snapshot", (564, 564)), stream: 0)
        guard case .snapshot(_, let whole)? = first.marketEvents.first else {
            Issue.record("no snapshot")
            return
        }
        #expect(whole.asks.map(\.price.ticks) == [7_850_000, 7_900_000])
        #expect(try adapter.hear(book("update", (560, 564)), stream: 0).marketEvents.isEmpty)
        let next = try adapter.hear(book("update", (563, 566), bids: #"[["78000.00","0"]]"#), stream: 0)
        guard case .delta(_, let change)? = next.marketEvents.first else {
            Issue.record("no update")
            return
        }
        #expect(change.previousID == whole.lastID)
        #expect(change.bids == [BookLevel(Price(ticks: 7_800_000), .zero)])
        #expect(change.venueTime == Instant(milliseconds: 1_770_095_257_010))
    }

    @Test(arguments: [(568, 9), (567, 8), (1, 10)] as [(Int64, Int64)])
    func `a gap or another version subscribes the book anew`(first: Int64, version: Int64) throws {
        var adapter = try Sample.adapter()
        _ = try adapter.hear(book("snapshot", (566, 566)), stream: 0)
        let lost = try adapter.hear(book("update", (first, first + 5), version: version), stream: 0)
        #expect(lost.marketEvents == [.bookLost(MarketID(0))])
        #expect(try frames(lost).map { $0["action"]?.text } == ["unsub", "sub"])
        // Until the snapshot comes nothing is said twice.
        let after = try adapter.hear(book("update", (first + 6, first + 9), version: version), stream: 0)
        #expect(after.marketEvents.isEmpty && after.frames.isEmpty)
        let again = try adapter.hear(book("snapshot", (3, 3), version: 10), stream: 0)
        #expect(again.marketEvents.count == 1)
    }

    @Test func `a book that cannot be read is lost and subscribed anew`() throws {
        var adapter = try Sample.adapter()
        _ = try adapter.hear(book("snapshot", (566, 566)), stream: 0)
        var output = AdapterOutput()
        #expect(throws: VenueDecodeError.self) {
            try adapter.read(
                frame: Array(book("update", (567, 567), bids: #"[["1.001","1"]]"#).utf8), ofStream: 0, at: Sample.start,
                into: &output)
        }
        #expect(output.marketEvents == [.bookLost(MarketID(0))])
        #expect(output.frames.count == 2)
    }

    @Test func `a quiet book is asked for, so that it does not look stale`() throws {
        var adapter = try Sample.adapter()
        _ = try adapter.hear(book("snapshot", (566, 566)), stream: 0)
        var output = AdapterOutput()
        let later = Sample.start + .seconds(10)
        _ = adapter.read(Sample.reply("[]"), to: .balances, sentAt: later, at: later, into: &output)
        #expect(output.calls == [.book(MarketID(0))])
        output = AdapterOutput()
        let depth =
            #"{"timestamp":1770095267,"last_update_version":9,"last_update_id":566,"asks":[["78500.00","0.2"]],"bids":[["78000.00","0.5"]]}"#
        _ = adapter.read(Sample.reply(depth), to: .book(MarketID(0)), sentAt: later, at: later, into: &output)
        guard case .snapshot(_, let update)? = output.marketEvents.first else {
            Issue.record("no snapshot")
            return
        }
        #expect(update.venueTime == later)
        // One that the stream has overtaken is thrown away.
        output = AdapterOutput()
        let older = depth.replacing("566", with: "565")
        _ = adapter.read(Sample.reply(older), to: .book(MarketID(0)), sentAt: later, at: later, into: &output)
        #expect(output.marketEvents.isEmpty)
    }

    private let order =
        #"{"i":2492665741,"sd":"ask","ot":"post_only","p":"78415.91","sp":null,"ap":"0.0","v":"0.000255","rv":"0.000255","ev":"0.0","S":"wait","M":"btcusdt","tc":0,"T":1770095257180,"TU":1770095257180,"gi":null,"ci":"apus-7-1"}"#
    private let fill =
        #"{"i":12328658,"M":"btcusdt","sd":"ask","p":"78433.19","v":"0.000255","f":"0.0160003","fc":"usdt","fd":false,"fn":"20.00046345","T":1770095257229,"TU":1770095257229,"m":true,"oi":2492665741}"#

    private func user(_ event: String, _ list: String, _ row: String) -> String {
        #"{"c":"user","e":"\#(event)","\#(list)":[\#(row)],"T":1770095257230}"#
    }

    @Test func `orders and fills of the account are told as ours`() throws {
        var adapter = try Sample.adapter()
        let id = Sample.placement.id
        _ = adapter.request(.place([Sample.placement]), at: Sample.start)
        // The fill overtakes everything that names the order.
        #expect(try adapter.hear(user("trade_update", "t", fill), stream: 1).fills.isEmpty)
        let named = try adapter.hear(user("order_update", "o", order), stream: 1)
        #expect(named.fills.map(\.clientOrderID) == [id])
        #expect(named.fills.map(\.commission) == [Cash("0.0160003")!])
        #expect(named.accountEvents.contains(.accepted(id, VenueOrderID(2_492_665_741))))
        let done = try adapter.hear(
            user(
                "order_update", "o",
                order.replacing(#""S":"wait""#, with: #""S":"done""#).replacing(
                    #""ev":"0.0""#, with: #""ev":"0.000255""#)),
            stream: 1)
        #expect(done.accountEvents.contains(.done(id, .filled, filled: Quantity(lots: 255))))
    }

    @Test func `both sides of a trade with ourselves are seen`() throws {
        var adapter = try Sample.adapter()
        _ = try adapter.hear(user("trade_update", "t", fill), stream: 1)
        let other = try adapter.hear(
            user(
                "trade_update", "t",
                fill.replacing(#""sd":"ask""#, with: #""sd":"bid""#).replacing("2492665741", with: "2492665742")),
            stream: 1)
        #expect(other.fills.map(\.isSelfTrade) == [true])
        // Where the stream has one row for both, the history tells them apart.
        let joint = try adapter.hear(
            user("trade_update", "t", fill.replacing(#""sd":"ask""#, with: #""sd":"self-trade""#)), stream: 1)
        #expect(joint.fills.isEmpty)
        guard case .fills(MarketID(0), _, 0)? = joint.calls.first else {
            Issue.record("the history is not asked for")
            return
        }
    }

    @Test func `balances are what is available and what is locked`() throws {
        var adapter = try Sample.adapter()
        let output = try adapter.hear(
            user(
                "account_update", "B",
                #"{"cu":"btc","av":"123.4","l":"0.5","stk":null,"TU":1770095257229},{"cu":"max","av":"1","l":"0","stk":"2","TU":1}"#
            ),
            stream: 1)
        #expect(
            output.accountEvents == [
                .holding(
                    .target, asset: "BTC", total: Cash("123.9")!, available: Cash("123.4")!,
                    asOf: Sample.start + .milliseconds(40))
            ])
    }

    @Test func `an account event that cannot be read has everything asked for`() throws {
        var adapter = try Sample.adapter()
        let output = try adapter.hear(user("trade_update", "t", fill.replacing("78433.19", with: "x")), stream: 1)
        #expect(output.calls.contains(.openOrders(MarketID(0), page: 0)))
        #expect(output.calls.contains(.balances))
        #expect(output.calls.contains { if case .fills(MarketID(0), _, 0) = $0 { true } else { false } })
        #expect(output.notes.count == 1)
    }

    @Test func `a refused log-in needs a person, a used nonce another one`() throws {
        var adapter = try Sample.adapter()
        let refused = try adapter.hear(
            #"{"e":"error","E":["E-1007: authentication failed"],"i":"account","T":1}"#, stream: 1)
        guard case .status(.fatal, .target)? = refused.events.first else {
            Issue.record("not fatal")
            return
        }
        let used = try adapter.hear(#"{"e":"error","E":["E-1012: nonce has already been used"],"T":1}"#, stream: 1)
        #expect(used.frames.count == 1)
        let late = try adapter.hear(#"{"e":"error","E":["E-1006: invalid nonce"],"T":1}"#, stream: 1)
        #expect(late.calls == [.time])
    }
}
