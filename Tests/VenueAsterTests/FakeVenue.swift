import Fundamentals
import MarketModel
import VenueKit
import Wire

@testable import VenueAster

/// Answers requests from a table: what a test scripts first, otherwise what a healthy and empty account would say.
struct FakeVenue {
    enum Answer {
        case reply(Int, String, [(String, String)] = [])
        case notSent
        case silence
        /// No reply for now: the test gives it.
        case hold
    }
    struct Rule {
        /// `POST order`, without version and query.
        var route: String
        var answers: [Answer]
        /// Use up the answers, then fall back to the default.
        var once: Bool
    }

    var rules: [Rule] = []
    var log: [String] = []
    var targets: [String] = []
    var nextOrderID: Int64 = 1_000
    var clockOffset = TimeSpan.zero
    /// `exchangeInfo` says so.
    var tick = "0.00010"

    mutating func script(_ route: String, _ answers: Answer...) {
        rules.append(Rule(route: route, answers: answers, once: true))
    }
    mutating func always(_ route: String, _ answer: Answer) {
        rules.append(Rule(route: route, answers: [answer], once: false))
    }
    mutating func forget(_ route: String) { rules.removeAll { $0.route == route } }

    static func route(_ request: HTTPRequest) -> String {
        let path = request.target.prefix { $0 != "?" }
        let endpoint = path.split(separator: "/").dropFirst(2).joined(separator: "/")
        return "\(request.method.rawValue) \(endpoint)"
    }

    static func parameters(_ target: String) -> FormFields {
        guard let mark = target.firstIndex(of: "?") else { return FormFields() }
        return (try? FormFields.parse(target[target.index(after: mark)...])) ?? FormFields()
    }

    mutating func answer(_ request: HTTPRequest, at now: Instant) -> Answer {
        let route = Self.route(request)
        log.append(route)
        targets.append(request.target)
        if let index = rules.firstIndex(where: { $0.route == route && !$0.answers.isEmpty }) {
            return rules[index].once ? rules[index].answers.removeFirst() : rules[index].answers[0]
        }
        return .reply(200, healthy(route, Self.parameters(request.target), at: now))
    }

    private mutating func healthy(_ route: String, _ fields: FormFields, at now: Instant) -> String {
        let symbol = fields["symbol"] ?? "ASTERUSDT"
        switch route {
        case "GET time": return #"{"serverTime":\#((now + clockOffset).milliseconds)}"#
        case "GET exchangeInfo": return exchangeInfo
        case "GET positionSide/dual": return #"{"dualSidePosition":false}"#
        case "GET openOrders", "GET userTrades", "GET positionRisk": return "[]"
        case "GET balance":
            return #"[{"asset":"USDT","balance":"1000.00000000","availableBalance":"980.00000000"}]"#
        case "GET commissionRate":
            return
                #"{"symbol":"\#(symbol)","makerCommissionRate":"0.0001","takerCommissionRate":"0.00035"}"#
        case "POST countdownCancelAll":
            return #"{"symbol":"\#(symbol)","countdownTime":"\#(fields["countdownTime"] ?? "")"}"#
        case "POST listenKey":
            return #"{"listenKey":"pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1"}"#
        case "PUT listenKey", "DELETE listenKey": return "{}"
        case "GET depth":
            return
                #"{"lastUpdateId":100,"E":1754896692926,"T":1754896692922,"bids":[["0.9501","1200.00"],["0.9500","50.00"]],"asks":[["0.9503","800.00"]]}"#
        case "POST order":
            nextOrderID += 1
            return Self.order(nextOrderID, fields["newClientOrderId"] ?? "", fields: fields)
        case "PUT order": return Self.order(nextOrderID, fields["origClientOrderId"] ?? "", fields: fields)
        case "DELETE order":
            return Self.order(nextOrderID, fields["origClientOrderId"] ?? "x", status: "CANCELED")
        case "GET order": return Self.order(nextOrderID, fields["origClientOrderId"] ?? "x")
        case "DELETE allOpenOrders":
            return #"{"code":"200","msg":"The operation of cancel all open order is done."}"#
        case "POST batchOrders":
            let orders = try? JSONValue.parse(Array((fields["batchOrders"] ?? "[]").utf8))
            let rows = (orders?.elements ?? []).map { order in
                nextOrderID += 1
                return Self.order(nextOrderID, order["newClientOrderId"]?.text ?? "")
            }
            return "[" + rows.joined(separator: ",") + "]"
        case "DELETE batchOrders":
            let ids = try? JSONValue.parse(Array((fields["origClientOrderIdList"] ?? "[]").utf8))
            let rows = (ids?.elements ?? []).map { Self.order(1, $0.text ?? "", status: "CANCELED") }
            return "[" + rows.joined(separator: ",") + "]"
        default: return #"{"code":-1121,"msg":"Invalid symbol."}"#
        }
    }

    static func order(
        _ id: Int64, _ client: String, status: String = "NEW", executed: String = "0", fields: FormFields = FormFields()
    ) -> String {
        let price = fields["price"] ?? "0.9501"
        let quantity = fields["quantity"] ?? "20.00"
        let side = fields["side"] ?? "BUY"
        let tif = fields["timeInForce"] ?? "GTX"
        return
            #"{"orderId":\#(id),"symbol":"ASTERUSDT","status":"\#(status)","clientOrderId":"\#(client)","price":"\#(price)","#
            + #""avgPrice":"0.00000","origQty":"\#(quantity)","executedQty":"\#(executed)","timeInForce":"\#(tif)","#
            + #""type":"LIMIT","reduceOnly":false,"side":"\#(side)","updateTime":1776800300700}"#
    }

    var exchangeInfo: String { Fixtures.exchangeInfo(tick: tick) }
}

enum Fixtures {
    static func exchangeInfo(tick: String = "0.00010", status: String = "TRADING") -> String {
        #"{"timezone":"UTC","serverTime":1768200000000,"futuresType":"U_MARGINED","rateLimits":["#
            + #"{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":2400},"#
            + #"{"rateLimitType":"ORDERS","interval":"MINUTE","intervalNum":1,"limit":1200},"#
            + #"{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":300}],"#
            + #""exchangeFilters":[],"assets":[{"asset":"USDT","marginAvailable":true,"autoAssetExchange":null}],"#
            + #""symbols":[{"symbol":"ASTERUSDT","contractType":"PERPETUAL","status":"\#(status)","#
            + #""baseAsset":"ASTER","quoteAsset":"USDT","marginAsset":"USDT","pricePrecision":5,"marketTakeBound":"0.05","#
            + #""filters":[{"filterType":"PRICE_FILTER","minPrice":"0.00010","maxPrice":"200","tickSize":"\#(tick)"},"#
            + #"{"filterType":"LOT_SIZE","minQty":"0.01","maxQty":"2000000","stepSize":"0.01"},"#
            + #"{"filterType":"MARKET_LOT_SIZE","minQty":"0.01","maxQty":"200000","stepSize":"0.01"},"#
            + #"{"filterType":"MAX_NUM_ORDERS","limit":200},{"filterType":"MIN_NOTIONAL","notional":"5"},"#
            + #"{"filterType":"PERCENT_PRICE","multiplierUp":"1.0500","multiplierDown":"0.9500"}],"imn":"5"}]}"#
    }

    static let market = MarketID(0)

    static let instrument: Instrument = {
        let body = try! JSONValue.parse(Array(exchangeInfo().utf8))
        return try! AsterExchangeInfo.instrument(body, symbol: "ASTERUSDT", market: market)
    }()

    static func id(_ sequence: UInt32) -> ClientOrderID { ClientOrderID(epoch: 7, sequence: sequence) }
}
