import Fundamentals
import MarketModel
import Testing
import VenueKit
import VenueMAX
import Wire

/// Inputs that are nearly right: each reader must refuse them or read them, and never trap.
@Suite struct `Damaged input from MAX` {
    private static let frames = [
        #"{"c":"book","e":"snapshot","M":"btcusdt","a":[["79000.00","0.1"],["78500.00","0.2"]],"b":[["78000.00","0.5"]],"T":1770095257010,"fi":564,"li":564,"v":9}"#,
        #"{"c":"book","e":"update","M":"btcusdt","a":[["79000.00","0"]],"b":[],"T":1770095257010,"fi":565,"li":566,"v":9}"#,
        #"{"c":"user","e":"order_update","o":[{"i":2492665741,"sd":"ask","ot":"post_only","p":"78415.91","sp":null,"ap":"0.0","v":"0.000255","rv":"0.000255","ev":"0.0","S":"wait","M":"btcusdt","tc":0,"T":1770095257180,"TU":1,"gi":null,"ci":"apus-7-1"}],"T":1770095257230}"#,
        #"{"c":"user","e":"trade_update","t":[{"i":12328658,"M":"btcusdt","sd":"ask","p":"78433.19","v":"0.000255","f":"0.0160003","fc":"usdt","fd":false,"fn":"20.0","T":1770095257229,"TU":1,"m":true,"oi":2492665741}],"T":1770095257230}"#,
        #"{"c":"user","e":"account_update","B":[{"cu":"btc","av":"123.4","l":"0.5","stk":null,"TU":1}],"T":1770095257230}"#,
        #"{"e":"error","E":["E-1004: invalid action"],"i":"books","T":1}"#,
    ]
    private static let replies: [(VenueCall, String)] = [
        (.rules, Sample.markets), (.order(Sample.placement.id, MarketID(0)), Sample.order()),
        (.place([Sample.placement]), Sample.order(state: "done", executed: "0.000255")),
        (.openOrders(MarketID(0), page: 0), "[\(Sample.order())]"),
        (.fills(MarketID(0), since: Sample.start, page: 0), "[\(Sample.trade())]"),
        (.cancel(MarketID(0), [.own(Sample.placement.id)]), #"{"success":true}"#),
        (.balances, #"[{"currency":"btc","balance":"1008.71962402","locked":"0.0","staked":null}]"#),
        (.accountMode, #"{"current_vip_level":{"level":0,"maker_fee":0.0008,"taker_fee":8.0e-05}}"#),
        (.time, #"{"timestamp":1770095257}"#),
        (
            .book(MarketID(0)),
            #"{"timestamp":1,"last_update_version":9,"last_update_id":566,"asks":[["78500.00","0.2"]],"bids":[]}"#
        ),
        (.cancelAll(MarketID(0)), "[{\"error\":null,\"order\":\(Sample.order())}]"),
        (.place([Sample.placement]), #"{"success":false,"error":{"code":2018,"message":"cannot lock funds"}}"#),
    ]

    /// Words that tend to break readers.
    private static let words = [
        "null", "true", "-1", "0", "1e9", "1e-30", "9223372036854775807", "-9223372036854775808",
        "18446744073709551616", #""99999999999999999999999999999999999999999999""#,
        #""0.000000000000000000000000000001""#, "{}", "[]", #""""#, #""btcusdt""#, #""\u0000""#, "4503599627370496",
        #""-0""#, #""170141183460469231731687303715884105727""#, #""self-trade""#,
    ]

    private static func damage(_ text: String, _ random: inout RandomSource) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<random.integer(in: 1...4) {
            let position = Int(random.integer(in: 0...Int64(bytes.count)))
            switch random.integer(in: 0...4) {
            case 0: if position < bytes.count { bytes[position] = UInt8(truncatingIfNeeded: random.next()) }
            case 1: bytes.removeSubrange(min(position, bytes.count)..<min(bytes.count, position + 3))
            case 2: bytes.insert(contentsOf: bytes.prefix(Int(random.integer(in: 0...40))), at: position)
            case 3: bytes = Array(bytes.prefix(position))
            default: replaceValue(&bytes, after: position, &random)
            }
        }
        return bytes
    }

    /// Puts a word in the place of the next value.
    private static func replaceValue(_ bytes: inout [UInt8], after position: Int, _ random: inout RandomSource) {
        guard let colon = bytes[min(position, bytes.count)...].firstIndex(of: UInt8(ascii: ":")) else { return }
        let ends: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]")]
        let end = bytes[colon...].firstIndex { ends.contains($0) } ?? bytes.endIndex
        let word = words[Int(random.integer(in: 0...Int64(words.count - 1)))]
        bytes.replaceSubrange((colon + 1)..<end, with: word.utf8)
    }

    @Test(arguments: 1...6) func `on the streams is refused or read`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var adapter = try Sample.adapter()
        _ = adapter.request(.place([Sample.placement]), at: Sample.start)
        for step in 0..<2_000 {
            let frame = Self.frames[Int(random.integer(in: 0...Int64(Self.frames.count - 1)))]
            let bytes = random.chance(1, in: 6) ? Array(frame.utf8) : Self.damage(frame, &random)
            var output = AdapterOutput()
            let now = Sample.start + .milliseconds(Int64(step) * 10)
            do throws(VenueDecodeError) {
                try adapter.read(frame: bytes, ofStream: random.chance(1, in: 2) ? 0 : 1, at: now, into: &output)
            } catch {
                #expect(!error.reason.isEmpty)
            }
            #expect(output.events.count < 50 && output.frames.count < 10 && output.calls.count < 10)
        }
    }

    @Test(arguments: 1...6) func `in replies is refused or read`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var adapter = try Sample.adapter()
        let statuses = [200, 201, 400, 401, 403, 404, 429, 500, 502, 0, 999]
        for step in 0..<2_000 {
            if step % 50 == 0 { _ = adapter.request(.place([Sample.placement]), at: Sample.start) }
            let (call, text) = Self.replies[Int(random.integer(in: 0...Int64(Self.replies.count - 1)))]
            let body = random.chance(1, in: 6) ? Array(text.utf8) : Self.damage(text, &random)
            let status =
                random.chance(2, in: 3) ? 200 : statuses[Int(random.integer(in: 0...Int64(statuses.count - 1)))]
            var output = AdapterOutput()
            let now = Sample.start + .milliseconds(Int64(step) * 10)
            _ = adapter.read(
                HTTPResponse(status: status, body: body), to: call, sentAt: now, at: now, into: &output)
            #expect(output.events.count < 100 && output.calls.count < 10)
        }
    }
}
