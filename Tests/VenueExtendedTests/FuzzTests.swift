import Cryptography
import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueExtended

/// Inputs that are nearly right: each decoder must refuse them or read them, and never trap.
@Suite struct `Damaged input` {
    private static let frames = [
        #"{"ts":1795248000000,"type":"SNAPSHOT","data":{"t":"SNAPSHOT","m":"BTC-USD","b":[{"q":"0.5","p":"84090"},{"q":"1.2","p":"84089"}],"a":[{"q":"0.3","p":"84091"}],"d":"f"},"seq":1}"#,
        #"{"ts":1795248000100,"type":"DELTA","data":{"t":"DELTA","m":"BTC-USD","b":[{"q":"-0.5","p":"84090","c":"0"}],"a":[{"q":"-0.1","p":"84091"}],"d":"f"},"seq":2}"#,
        #"{"ts":1795248000000,"data":[{"m":"BTC-USD","S":"BUY","tT":"TRADE","T":1795247999997,"p":"84091","q":"0.1","i":2103000000000000901}],"seq":2}"#,
        #"{"ts":1795248000000,"data":{"m":"BTC-USD","T":1795248000000,"f":"0.000013"},"seq":2}"#,
        #"{"type":"MP","data":{"m":"BTC-USD","p":"84090.4125","ts":0},"ts":1795248000000,"seq":1}"#,
    ]
    private static let account =
        #"{"type":"ORDER","data":{"isSnapshot":false,"orders":[{"id":1,"externalId":"apus-1-2.3","market":"BTC-USD","side":"BUY","status":"CANCELLED","statusReason":"NONE","price":"85023","qty":"0.03796","filledQty":"0.02","cancelledQty":"0.01796","updatedTime":1795248000900}],"trades":[{"id":2,"market":"BTC-USD","orderId":1,"side":"BUY","price":"85023","qty":"0.02","fee":"0.1","tradeType":"LIQUIDATION","createdTime":1795248000200,"isTaker":false}],"positions":[{"market":"BTC-USD","status":"OPENED","side":"LONG","size":"0.02","openPrice":"85023","markPrice":"1","updatedAt":1}],"balance":{"balance":"13500.000000","equity":"1","availableForTrade":"2"}},"ts":1795248000900,"seq":9}"#

    /// Words that tend to break readers.
    private static let words = [
        "null", "true", "-1", "0", "1e9", "9223372036854775807", "-9223372036854775808", "18446744073709551616",
        #""99999999999999999999999999999999999999999999""#, #""0.000000000000000000000000000001""#, "{}", "[]", #""""#,
        #""BTC-USD""#, #""\u0000""#, "4503599627370496", #""-0""#, #""170141183460469231731687303715884105727""#,
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

    @Test(arguments: 1...8) func `of public streams`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var decoder = ExtendedMarketDecoder(instruments: [try Sample.instrument()])
        var events: [MarketEvent] = []
        for _ in 0..<1_500 {
            let frame = Self.frames[Int(random.integer(in: 0...Int64(Self.frames.count - 1)))]
            let bytes = random.chance(1, in: 6) ? Array(frame.utf8) : Self.damage(frame, &random)
            events.removeAll(keepingCapacity: true)
            _ = try? decoder.decode(bytes, into: &events)
            for event in events { check(event) }
        }
    }

    private func check(_ event: MarketEvent) {
        switch event {
        case .snapshot(_, let update), .delta(_, let update):
            for level in update.bids + update.asks {
                #expect(level.price.ticks > 0 && level.quantity >= .zero && level.quantity.lots < 1 << 54)
            }
        case .trade(_, let trade): #expect(trade.price.ticks > 0 && trade.quantity > .zero)
        case .mark(_, let price, _, _): #expect(price.mantissa > 0)
        case .touch, .bookLost: Issue.record("not an event of this venue")
        }
    }

    @Test(arguments: 1...8) func `of the account stream`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let decoder = ExtendedAccountDecoder(instruments: [try Sample.instrument()])
        for _ in 0..<1_000 {
            var updates: [ExtendedAccountUpdate] = []
            decoder.decode(Self.damage(Self.account, &random), into: &updates)
            for case .order(let order) in updates { _ = (order.outcome, order.report) }
            #expect(updates.count <= 64)
        }
    }

    @Test(arguments: 1...4) func `of replies, whatever was asked`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let instruments = [try Sample.instrument()]
        let replies = [
            #"{"status":"OK","data":[\#(Sample.marketRow())],"pagination":{"cursor":1,"count":1}}"#,
            #"{"status":"ERROR","error":{"code":1140,"message":"x","debugInfo":"y"}}"#,
            #"{"status":"OK","data":{"l2Key":"0x1","l2Vault":"7","accountId":1,"id":1,"externalId":"x","name":"Perpetuals","version":"v0","chainId":"SN_MAIN","revision":1,"markPrice":"1","fundingRate":"0.1","nextFundingRate":1,"market":"BTC-USD","leverage":"1","balance":"1"}}"#,
            #"{"status":"OK","data":[{"id":1,"market":"BTC-USD","fundingFee":"1","fundingRate":"1","paidTime":1,"makerFeeRate":"0","takerFeeRate":"0","leverage":"1"}]}"#,
        ]
        for _ in 0..<1_000 {
            let text = replies[Int(random.integer(in: 0...Int64(replies.count - 1)))]
            let status = Int(random.integer(in: 100...599))
            let response = HTTPResponse(status: status, body: Self.damage(text, &random))
            for kind in ExtendedRequestKind.allCases { _ = ExtendedErrorPolicy.outcome(of: response, to: kind) }
            guard case .success(let data, _) = ExtendedEnvelope(response.body) else { continue }
            _ = try? ExtendedMarket.find("BTC-USD", in: data, market: MarketID(0))
            _ = try? ExtendedStats(data)
            _ = try? ExtendedReplies.placement(data)
            _ = try? ExtendedReplies.orders(data, instruments)
            _ = try? ExtendedReplies.fills(data, instruments)
            _ = try? ExtendedReplies.positions(data, instruments)
            _ = try? ExtendedReplies.balance(data)
            _ = try? ExtendedReplies.account(data)
            _ = try? ExtendedReplies.fees(data, market: "BTC-USD")
            _ = try? ExtendedReplies.leverage(data, market: "BTC-USD")
            _ = try? ExtendedReplies.fundingPayments(data, instruments)
            _ = try? ExtendedReplies.fundingRates(data, market: "BTC-USD")
            _ = try? ExtendedReplies.chain(data)
        }
    }

    /// Reading and checking only; signing takes long and sees nothing but checked numbers.
    @Test(arguments: 1...4) func `of orders to sign`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let settlement = try Sample.market().settlement
        let orders = SignedOrderVector.all.map(\.order)
        for _ in 0..<1_000 {
            let text = orders[Int(random.integer(in: 0...Int64(orders.count - 1)))]
            guard let value = try? JSONValue.parse(Self.damage(text, &random)) else { continue }
            let draft = try? ExtendedOrderDraft(VenueFields(value, "order"), settlement: settlement) { price in
                ExtendedPricing.wholePosition(
                    price: price, maxPositionValue: ExactDecimal(mantissa: 60_000_000, scale: 0), decimals: 5)
            }
            if let draft { _ = try? ExtendedUnsignedOrder(draft, vault: 7) }
        }
    }

    @Test(arguments: 1...4) func `of external ids and key texts`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 0..<2_000 {
            let bytes = Self.damage("apus-4294967295-4294967295.4294967295", &random)
            let text = String(decoding: bytes, as: UTF8.self)
            if let id = ExtendedOrderID(text: text) { #expect(id.text == text) }
            _ = try? ExtendedCredentials(apiKey: Secret(text), vault: text, privateKey: Secret(text), publicKey: text)
        }
    }
}
