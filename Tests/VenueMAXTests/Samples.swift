import Cryptography
import Fundamentals
import MarketModel
import VenueKit
import VenueMAX
import Wire

/// Values that more than one suite needs, in the shapes of replies that were recorded in February 2026.
enum Sample {
    static let start = Instant(milliseconds: 1_770_095_257_000)

    /// A list of markets; amounts are numbers, small ones with an exponent.
    static let markets = #"""
        [{"id":"maxtwd","status":"active","base_unit":"max","base_unit_precision":2,"min_base_amount":25.0,
          "quote_unit":"twd","quote_unit_precision":4,"min_quote_amount":250.0,"m_wallet_supported":false},
         {"id":"btctwd","status":"active","base_unit":"btc","base_unit_precision":8,"min_base_amount":8.0e-05,
          "quote_unit":"twd","quote_unit_precision":1,"min_quote_amount":250.0,"m_wallet_supported":true},
         {"id":"usdttwd","status":"active","base_unit":"usdt","base_unit_precision":2,"min_base_amount":8.0,
          "quote_unit":"twd","quote_unit_precision":3,"min_quote_amount":250.0,"m_wallet_supported":true},
         {"id":"btcusdt","status":"active","base_unit":"btc","base_unit_precision":6,"min_base_amount":8.0e-05,
          "quote_unit":"usdt","quote_unit_precision":2,"min_quote_amount":8.0,"m_wallet_supported":true},
         {"id":"shibtwd","status":"active","base_unit":"shib","base_unit_precision":-3,"min_base_amount":500.0,
          "quote_unit":"twd","quote_unit_precision":7,"min_quote_amount":250.0,"m_wallet_supported":false}]
        """#

    static func json(_ text: String) throws -> JSONValue { try JSONValue.parse(Array(text.utf8)) }

    static func instrument(_ name: String = "btcusdt", id: MarketID = MarketID(0)) throws -> Instrument {
        try MAXMarket.find(name, in: json(markets), market: id).instrument
    }

    static func credentials() throws -> MAXCredentials {
        try MAXCredentials(accessKey: Secret("key"), secret: Secret("secret"))
    }

    /// An adapter that quotes btcusdt and watches usdttwd, with its rules read.
    static func adapter(keys: Bool = true) throws -> MAXAdapter {
        var adapter = MAXAdapter(
            markets: [
                AdapterMarket(MarketID(0), symbol: "BTCUSDT", isTraded: true),
                AdapterMarket(MarketID(1), symbol: "usdttwd", isTraded: false),
            ], credentials: keys ? try credentials() : nil)
        var output = AdapterOutput()
        _ = adapter.read(reply(markets), to: .rules, sentAt: start, at: start, into: &output)
        return adapter
    }

    static func reply(_ body: String, status: Int = 200, headers: [(String, String)] = []) -> HTTPResponse {
        HTTPResponse(status: status, headers: HTTPHeaders(headers), body: Array(body.utf8))
    }

    static func order(
        id: Int64 = 2_492_665_741, name: String = "apus-7-1", state: String = "wait", type: String = "limit",
        executed: String = "0.0", createdAt: Int64 = 1_770_095_257_180
    ) -> String {
        #"""
        {"id":\#(id),"wallet_type":"spot","market":"btcusdt","client_oid":"\#(name)","group_id":null,"side":"sell",
         "state":"\#(state)","ord_type":"\#(type)","price":"78415.91","stop_price":null,"avg_price":"0.0",
         "volume":"0.000255","remaining_volume":"0.000255","executed_volume":"\#(executed)","trades_count":0,
         "created_at":\#(createdAt),"updated_at":1770095257180}
        """#
    }

    static func trade(id: Int64 = 12_328_658, order: Int64 = 2_492_665_741) -> String {
        #"""
        {"id":\#(id),"order_id":\#(order),"wallet_type":"spot","price":"78433.19","volume":"0.000255",
         "funds":"20.00046345","market":"btcusdt","market_name":"BTC/USDT","side":"ask","fee":"0.03200075",
         "fee_currency":"usdt","fee_discounted":false,"liquidity":"taker","created_at":1770095257229}
        """#
    }

    static let placement = OrderPlacement(
        ClientOrderID(epoch: 7, sequence: 1),
        OrderSpec(
            market: MarketID(0), side: .sell, price: Price(ticks: 7_841_591), quantity: Quantity(lots: 255),
            timeInForce: .postOnly))
}

extension MAXAdapter {
    /// What a reply makes of a call.
    mutating func answer(_ call: VenueCall, _ response: HTTPResponse) -> (CallVerdict, AdapterOutput) {
        var output = AdapterOutput()
        let verdict = read(
            response, to: call, sentAt: Sample.start, at: Sample.start + .milliseconds(40), into: &output)
        return (verdict, output)
    }

    mutating func hear(_ frame: String, stream: Int) throws -> AdapterOutput {
        var output = AdapterOutput()
        try read(frame: Array(frame.utf8), ofStream: stream, at: Sample.start + .milliseconds(40), into: &output)
        return output
    }
}

extension AdapterOutput {
    var accountEvents: [AccountEvent] {
        events.compactMap { if case .account(let event) = $0 { event } else { nil } }
    }
    var marketEvents: [MarketEvent] {
        events.compactMap { if case .market(let event) = $0 { event } else { nil } }
    }
    var fills: [Fill] {
        accountEvents.compactMap { if case .filled(let fill) = $0 { fill } else { nil } }
    }
}
