import Cryptography
import Fundamentals
import MarketModel
import VenueKit
import Wire

@testable import VenueACE

/// An adapter with BTC/TWD and USDT/TWD whose replies are written by hand.
struct ACEDesk {
    static let start = Instant(milliseconds: 1_671_089_108_000)
    static let btc = MarketID(0)
    static let usdt = MarketID(1)
    static let pairs = """
        [{"symbol":"BTC/TWD","base":"BTC","baseCurrencyId":"2","quote":"TWD","quoteCurrencyId":"1","basePrecision":"6",\
        "quotePrecision":"1","minLimitBaseAmount":"0.0001","maxLimitBaseAmount":"20.0"},\
        {"symbol":"USDT/TWD","base":"USDT","baseCurrencyId":"14","quote":"TWD","quoteCurrencyId":"1","basePrecision":"2",\
        "quotePrecision":"3","minLimitBaseAmount":"1.0","maxLimitBaseAmount":"150000.0"}]
        """

    var adapter: ACEAdapter
    var now = start

    init(supportsBatch: Bool = false, hasRules: Bool = true) {
        adapter = ACEAdapter(
            ACEConfiguration(
                markets: [
                    AdapterMarket(Self.btc, symbol: "BTC/TWD", isTraded: true),
                    AdapterMarket(Self.usdt, symbol: "USDT/TWD", isTraded: false),
                ], supportsBatch: supportsBatch),
            credentials: ACECredentials(apiKey: "ABC#2022", secretKey: Secret("xxx")))
        if hasRules { _ = answer(.rules, Self.pairs) }
    }

    static func id(_ sequence: UInt32) -> ClientOrderID { ClientOrderID(epoch: 7, sequence: sequence) }

    static func placement(_ sequence: UInt32, _ side: Side = .buy, price: Int64 = 29_450_000) -> OrderPlacement {
        OrderPlacement(
            id(sequence),
            OrderSpec(market: btc, side: side, price: Price(ticks: price), quantity: Quantity(lots: 1_000)))
    }

    /// The fields of the request that the call makes; nil where it makes none.
    mutating func ask(_ call: VenueCall) -> FormFields? {
        guard let request = adapter.request(call, at: now) else { return nil }
        let text = request.method == .get ? String(request.query ?? "") : String(decoding: request.body, as: UTF8.self)
        return try? FormFields.parse(text)
    }

    /// What the adapter makes of a reply.
    mutating func answer(
        _ call: VenueCall, _ body: String, status: Int = 200, clock: Int64? = nil
    ) -> (verdict: CallVerdict, output: AdapterOutput) {
        var output = AdapterOutput()
        var headers = HTTPHeaders([("Content-Type", "application/json")])
        if let clock { headers.append("X-RESPONSE-TIME", String(clock)) }
        let response = HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
        let verdict = adapter.read(response, to: call, sentAt: now, at: now, into: &output)
        return (verdict, output)
    }

    /// The same for a success with this attachment.
    mutating func succeed(_ call: VenueCall, _ attachment: String) -> (verdict: CallVerdict, output: AdapterOutput) {
        answer(call, Self.envelope(attachment))
    }

    static func envelope(_ attachment: String, status: Int = 200, message: String? = nil) -> String {
        let text = message.map { "\"\($0)\"" } ?? "null"
        return #"{"attachment":\#(attachment),"message":\#(text),"parameters":null,"status":\#(status)}"#
    }

    static func number(_ sequence: UInt32) -> String { "16708172598046170050801100" + String(274_000 + sequence) }

    /// Places an order and lets the venue name it.
    mutating func place(_ sequence: UInt32) -> (verdict: CallVerdict, output: AdapterOutput) {
        let call = VenueCall.place([Self.placement(sequence)])
        _ = ask(call)
        return succeed(
            call, #"{"orderNo":"\#(Self.number(sequence))","customOrderId":"apus-7-\#(sequence)"}"#)
    }

    static func row(
        _ sequence: UInt32, number: String? = nil, custom: String? = nil, status: Int = 0, traded: String = "0",
        remaining: String = "0.001"
    ) -> String {
        let customID = custom.map { "\"\($0)\"" } ?? "\"apus-7-\(sequence)\""
        return """
            {"uid":660,"orderNo":"\(number ?? self.number(sequence))","orderTime":"2022-11-29 18:08:06",\
            "orderTimeStamp":1669716486980,"quoteCurrencyId":1,"quoteCurrencyName":"TWD","baseCurrencyId":2,\
            "baseCurrencyName":"BTC","buyOrSell":"1","num":"0.0010000000000000","price":"2945000.0000000000000000",\
            "remainNum":"\(remaining)","tradeNum":"\(traded)","tradePrice":"0","tradeAmount":"0","tradeRate":"0",\
            "status":\(status),"type":1,"customOrderId":\(customID)}
            """
    }

    static func trade(
        _ trade: Int, order sequence: UInt32, custom: String? = nil, num: String = "0.0005", isSelf: Bool = false
    ) -> String {
        let customID = custom.map { "\"\($0)\"" } ?? "\"apus-7-\(sequence)\""
        return """
            {"buyOrSell":1,"orderNo":"\(number(sequence))","num":"0.001","price":"2945000","orderAmount":"2945",\
            "tradeNum":"\(num)","tradePrice":"2945000","tradeAmount":"1472.5","fee":"0.73625","feeSave":"0","status":1,\
            "isSelf":\(isSelf),"tradeNo":"16708186395087940051961000\(274_000 + trade)","tradeTime":"2022-12-12 12:17:19",\
            "tradeTimestamp":\(1_670_818_639_508 + trade),"quoteCurrencyId":1,"quoteCurrencyName":"TWD",\
            "baseCurrencyId":2,"baseCurrencyName":"BTC","customOrderId":\(customID),"isMaker":true}
            """
    }
}

extension AdapterOutput {
    var accountEvents: [AccountEvent] {
        events.compactMap { if case .account(let event) = $0 { event } else { nil } }
    }
}
