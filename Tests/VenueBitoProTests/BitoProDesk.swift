import Cryptography
import Fundamentals
import MarketModel
import VenueKit
import Wire

@testable import VenueBitoPro

/// An adapter with BTC_TWD and USDT_TWD whose replies are written by hand.
struct BitoProDesk {
    static let start = Instant(milliseconds: 1_554_380_909_131)
    static let btc = MarketID(0)
    static let usdt = MarketID(1)
    static let pairs = """
        {"data":[{"pair":"btc_twd","base":"btc","quote":"twd","basePrecision":"8","quotePrecision":"0",\
        "minLimitBaseAmount":"0.0001","maxLimitBaseAmount":"100","minMarketBuyQuoteAmount":"3","orderOpenLimit":"200",\
        "maintain":false,"orderBookQuotePrecision":"0","orderBookQuoteScaleLevel":"5","amountPrecision":"4"},\
        {"pair":"usdt_twd","base":"usdt","quote":"twd","basePrecision":"8","quotePrecision":"3",\
        "minLimitBaseAmount":"1","maxLimitBaseAmount":"100000","minMarketBuyQuoteAmount":"3","orderOpenLimit":"200",\
        "maintain":false,"orderBookQuotePrecision":"3","orderBookQuoteScaleLevel":"5","amountPrecision":"2"}]}
        """

    var adapter: BitoProAdapter
    var now = start

    init(streamsBooks: Bool = true, hasRules: Bool = true) {
        adapter = BitoProAdapter(
            BitoProConfiguration(
                markets: [
                    AdapterMarket(Self.btc, symbol: "BTC_TWD", isTraded: true),
                    AdapterMarket(Self.usdt, symbol: "USDT_TWD", isTraded: false),
                ], streamsBooks: streamsBooks),
            credentials: BitoProCredentials(
                apiKey: "key", apiSecret: Secret("bitopro"), identity: "hcmlinj@gmail.com"))
        if hasRules { _ = answer(.rules, Self.pairs) }
    }

    static func id(_ sequence: UInt32) -> ClientOrderID { ClientOrderID(epoch: 7, sequence: sequence) }
    static func number(_ sequence: UInt32) -> Int64 { 8 << 21 | Int64(sequence) }

    static func placement(_ sequence: UInt32, _ side: Side = .buy, price: Int64 = 2_945_000) -> OrderPlacement {
        OrderPlacement(
            id(sequence),
            OrderSpec(market: btc, side: side, price: Price(ticks: price), quantity: Quantity(lots: 5_000_000)))
    }

    mutating func ask(_ call: VenueCall) -> HTTPRequest? { adapter.request(call, at: now) }

    /// What the adapter makes of a reply.
    mutating func answer(
        _ call: VenueCall, _ body: String, status: Int = 200
    ) -> (verdict: CallVerdict, output: AdapterOutput) {
        var output = AdapterOutput()
        let response = HTTPResponse(
            status: status, headers: HTTPHeaders([("Content-Type", "application/json")]), body: Array(body.utf8))
        let verdict = adapter.read(response, to: call, sentAt: now, at: now, into: &output)
        return (verdict, output)
    }

    mutating func read(_ frame: String, stream: Int) throws -> AdapterOutput {
        var output = AdapterOutput()
        try adapter.read(frame: Array(frame.utf8), ofStream: stream, at: now, into: &output)
        return output
    }

    /// Places an order and lets the venue name it.
    mutating func place(_ sequence: UInt32) -> (verdict: CallVerdict, output: AdapterOutput) {
        let call = VenueCall.place([Self.placement(sequence)])
        _ = ask(call)
        return answer(call, Self.accepted(sequence))
    }

    static func venueID(_ sequence: UInt32) -> Int64 { 8_917_255_500 + Int64(sequence) }

    static func accepted(_ sequence: UInt32) -> String {
        """
        {"orderId":\(venueID(sequence)),"action":"BUY","amount":"0.05","price":"2945000","timestamp":1554380909131,\
        "timeInForce":"GTC","clientId":\(number(sequence))}
        """
    }

    static func row(
        _ sequence: UInt32, client: Int64? = nil, status: Int = 0, executed: String = "0", id: String? = nil
    ) -> String {
        """
        {"id":"\(id ?? String(venueID(sequence)))","pair":"btc_twd","price":"2945000","avgExecutionPrice":"0",\
        "action":"BUY","type":"LIMIT","timestamp":1639386803663,"updatedTimestamp":1639386803663,\
        "createdTimestamp":1639386803663,"status":\(status),"originalAmount":"0.05","remainingAmount":"0.05",\
        "executedAmount":"\(executed)","fee":"0","feeSymbol":"btc","bitoFee":"0","total":"0",\
        "seq":"BTCTWD3273528249","timeInForce":"GTC"\(client.map { ",\"clientId\":\($0)" } ?? "")}
        """
    }

    static func trade(
        _ trade: Int64, order sequence: UInt32, action: String = "BUY", fee: String = "0.00002", symbol: String = "BTC"
    ) -> String {
        """
        {"tradeId":"\(3_109_362_200 + trade)","orderId":"\(venueID(sequence))","price":"2945000","action":"\(action)",\
        "baseAmount":"0.02","quoteAmount":"58900","fee":"\(fee)","feeSymbol":"\(symbol)","isTaker":false,\
        "timestamp":\(1_628_054_591_943 + trade),"createdTimestamp":\(1_628_054_591_943 + trade)}
        """
    }
}

extension AdapterOutput {
    var accountEvents: [AccountEvent] {
        events.compactMap { if case .account(let event) = $0 { event } else { nil } }
    }
    var fills: [Fill] {
        accountEvents.compactMap { if case .filled(let fill) = $0 { fill } else { nil } }
    }
}
