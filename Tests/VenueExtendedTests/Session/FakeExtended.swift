import Fundamentals
import MarketModel
import VenueKit
import Wire

@testable import VenueExtended

/// Answers requests from a table: what a test scripts first, otherwise what a healthy account would say. Orders it takes
/// are kept, and what becomes of them is told as frames for the account stream.
struct FakeExtended {
    enum Answer {
        case reply(Int, String, [(String, String)] = [])
        case notSent
        case silence
        /// No reply for now: the test gives it.
        case hold

        static func fault(_ status: Int, _ code: Int, _ message: String = "refused") -> Answer {
            .reply(status, #"{"status":"ERROR","error":{"code":\#(code),"message":"\#(message)"}}"#)
        }
        static func data(_ text: String) -> Answer { .reply(200, #"{"status":"OK","data":\#(text)}"#) }
    }
    struct Rule {
        /// `POST user/order`, without prefix and query.
        var route: String
        var answers: [Answer]
        var once: Bool
    }
    struct Order {
        var id: Int64
        var external: String
        var side: String
        var price: String
        var quantity: String
        var filled = "0"
        var status = "NEW"
        var reason: String?
        var market = "BTC-USD"

        var isOpen: Bool { status == "NEW" || status == "PARTIALLY_FILLED" }
        var text: String {
            let reason = reason.map { #","statusReason":"\#($0)""# } ?? ""
            return
                #"{"id":\#(id),"accountId":104001,"externalId":"\#(external)","market":"\#(market)","type":"LIMIT","#
                + #""side":"\#(side)","status":"\#(status)"\#(reason),"price":"\#(price)","qty":"\#(quantity)","#
                + #""filledQty":"\#(filled)","payedFee":"0","reduceOnly":false,"postOnly":true,"#
                + #""timeInForce":"GTT","createdTime":1795248000005,"updatedTime":1795248000005,"#
                + #""expireTime":1797667201000}"#
        }
    }

    static let key = "0x44cf6a2062344b7772768dd2b06a5fef29b0bce14fb31884377bebb7b1fc056"
    static let publicKey = "0x3c3b791c25a64578535e108c2bab82fb485e1a0e173bca75c236ec69804af35"
    static let apiKey = "f00dfeed0123456789abcdef"

    var rules: [Rule] = []
    var log: [String] = []
    var targets: [String] = []
    var bodies: [String] = []
    var requests: [HTTPRequest] = []
    var orders: [Order] = []
    /// What the account stream is to say next.
    var frames: [String] = []
    var nextOrderID: Int64 = 2_103_821_900_219_158_530
    var clockOffset = TimeSpan.zero
    var chain = "SN_SEPOLIA"
    var status = "ACTIVE"
    var tick = "1"
    var vault = "421717"
    var accountKey = Self.publicKey
    var hasDate = true
    /// Newest last.
    var trades: [(id: Int64, text: String)] = []
    /// Faults at random: requests and replies that are lost, errors before and after the deed.
    var storm: RandomSource?
    /// Whether orders and cancels are executed and told of. Otherwise they are only acknowledged.
    var isExecuting = true

    mutating func script(_ route: String, _ answers: Answer...) {
        rules.append(Rule(route: route, answers: answers, once: true))
    }
    mutating func always(_ route: String, _ answer: Answer) {
        rules.append(Rule(route: route, answers: [answer], once: false))
    }
    mutating func forget(_ route: String) { rules.removeAll { $0.route == route } }

    static func route(_ request: HTTPRequest) -> String {
        let path = request.path.split(separator: "/").dropFirst(2).joined(separator: "/")
        if path.hasPrefix("user/orders/external") { return "GET user/orders/external" }
        return "\(request.method.rawValue) \(path)"
    }

    static func parameters(_ request: HTTPRequest) -> FormFields {
        (try? FormFields.parse(request.query ?? "")) ?? FormFields()
    }

    mutating func answer(_ request: HTTPRequest, at now: Instant) -> Answer {
        let route = Self.route(request)
        log.append(route)
        targets.append(request.target)
        bodies.append(String(decoding: request.body, as: UTF8.self))
        requests.append(request)
        if let index = rules.firstIndex(where: { $0.route == route && !$0.answers.isEmpty }) {
            return rules[index].once ? rules[index].answers.removeFirst() : rules[index].answers[0]
        }
        guard storm != nil else { return healthy(route, request) }
        if storm!.chance(1, in: 12) { return storm!.chance(1, in: 2) ? .silence : .reply(503, "") }
        let answer = healthy(route, request)
        guard storm!.chance(1, in: 12) else { return answer }
        switch storm!.integer(in: 0...3) {
        case 0: return .silence
        case 1: return .fault(500, 1_006, "Application error")
        case 2: return .reply(200, "")
        default: return .reply(200, "{")
        }
    }

    private mutating func healthy(_ route: String, _ request: HTTPRequest) -> Answer {
        let fields = Self.parameters(request)
        let body = (try? JSONValue.parse(request.body)) ?? .null
        switch route {
        case "GET info/starknet":
            return .data(#"{"name":"Perpetuals","version":"v0","chainId":"\#(chain)","revision":"1"}"#)
        case "GET info/markets": return .data("[\(fields.fields.map { market($0.value) }.joined(separator: ","))]")
        case "GET user/account/info":
            return .data(
                #"{"status":"ACTIVE","l2Key":"\#(accountKey)","l2Vault":\#(vault),"accountId":104001}"#)
        case "GET user/fees":
            return .data(
                "["
                    + fields.fields.map {
                        #"{"market":"\#($0.value)","makerFeeRate":"0.00000","takerFeeRate":"0.00025","builderFeeRate":"0"}"#
                    }.joined(separator: ",") + "]")
        case "GET user/orders":
            return .data("[\(orders.filter(\.isOpen).map(\.text).joined(separator: ","))]")
        case "GET user/orders/external":
            let external = request.path.split(separator: "/").last.map(String.init) ?? ""
            return .data("[\(orders.filter { $0.external == external }.map(\.text).joined(separator: ","))]")
        case "GET user/orders/history":
            let found = orders.filter { $0.external == fields["externalId"] && !$0.isOpen }
            return .data("[\(found.map(\.text).joined(separator: ","))]")
        case "GET user/positions", "GET user/funding/history": return .data("[]")
        case "GET user/trades":
            let before = fields["cursor"].flatMap { Int64($0) } ?? .max
            let limit = fields["limit"].flatMap { Int($0) } ?? 100
            return .data(
                "[\(trades.reversed().filter { $0.id < before }.prefix(limit).map(\.text).joined(separator: ","))]")
        case _ where route.hasPrefix("GET user/orders/"):
            let id = request.path.split(separator: "/").last.flatMap { Int64($0) }
            guard let order = orders.first(where: { $0.id == id }) else { return .fault(404, 404, "Not found") }
            return .data(order.text)
        case "GET user/balance":
            return .data(
                #"{"collateralName":"USD","balance":"1000.5","equity":"1000.5","availableForTrade":"980","updatedTime":1}"#
            )
        case "POST user/deadmanswitch": return .reply(200, "")
        case "PATCH user/leverage": return .reply(200, "")
        case "POST user/order": return place(body)
        case "DELETE user/order":
            cancel { $0.external == fields["externalId"] }
            return .reply(200, #"{"status":"OK"}"#)
        case "POST user/order/massCancel":
            let ids = (body["orderIds"]?.elements ?? []).compactMap(\.integer)
            let externals = (body["externalOrderIds"]?.elements ?? []).compactMap(\.text)
            let markets = (body["markets"]?.elements ?? []).compactMap(\.text)
            cancel { ids.contains($0.id) || externals.contains($0.external) || markets.contains($0.market) }
            return .reply(200, #"{"status":"OK"}"#)
        default: return .fault(404, 404, "Not found")
        }
    }

    private mutating func place(_ body: JSONValue) -> Answer {
        nextOrderID += 1
        let external = body["id"]?.text ?? ""
        if isExecuting {
            if let old = body["cancelId"]?.text { cancel(because: "ORDER_REPLACED") { $0.external == old } }
            orders.append(
                Order(
                    id: nextOrderID, external: external, side: body["side"]?.text ?? "BUY",
                    price: body["price"]?.text ?? "0", quantity: body["qty"]?.text ?? "0",
                    market: body["market"]?.text ?? ""))
            frames.append(Self.told(orders[orders.count - 1].text))
        }
        return .data(#"{"id":\#(nextOrderID),"externalId":"\#(external)"}"#)
    }

    mutating func cancel(because reason: String? = nil, _ isMeant: (Order) -> Bool) {
        guard isExecuting else { return }
        for index in orders.indices where orders[index].isOpen && isMeant(orders[index]) {
            orders[index].status = "CANCELLED"
            orders[index].reason = reason
            frames.append(Self.told(orders[index].text))
        }
    }

    /// A fill of one of the open orders, by the amount given in lots.
    mutating func fill(_ index: Int, lots: Int64, trade: Int64) {
        let instrument = ExactDecimal(orders[index].quantity)!.int64(atScale: 5)!
        let filled = ExactDecimal(orders[index].filled)!.int64(atScale: 5)!
        let part = min(lots, instrument - filled)
        orders[index].filled = ExactDecimal(mantissa: Int128(filled + part), scale: 5).description
        orders[index].status = filled + part == instrument ? "FILLED" : "PARTIALLY_FILLED"
        let order = orders[index]
        let quantity = ExactDecimal(mantissa: Int128(part), scale: 5).description
        trades.append(
            (trade, Self.trade(trade, order: order.id, external: nil, quantity: quantity, side: order.side)))
        frames.append(Self.told(order.text))
        frames.append(
            Self.traded(
                Self.trade(trade, order: order.id, external: order.external, quantity: quantity, side: order.side)))
    }

    static func told(_ order: String) -> String { #""type":"ORDER","data":{"isSnapshot":false,"orders":[\#(order)]}"# }

    static func trade(
        _ id: Int64, order: Int64, external: String?, quantity: String = "0.00100", side: String = "BUY",
        time: Int64 = 1_795_248_000_300, isTaker: Bool = false, fee: String = "0", market: String = "BTC-USD"
    ) -> String {
        let name = external.map { #""externalOrderId":"\#($0)","# } ?? ""
        return
            #"{"id":\#(id),"accountId":104001,"market":"\#(market)","orderId":\#(order),\#(name)"side":"\#(side)","#
            + #""price":"84000","qty":"\#(quantity)","value":"84","fee":"\#(fee)","isTaker":\#(isTaker),"#
            + #""tradeType":"TRADE","createdTime":\#(time)}"#
    }

    static func traded(_ trade: String) -> String {
        #""type":"TRADE","data":{"isSnapshot":false,"trades":[\#(trade)]}"#
    }

    func market(_ name: String) -> String {
        #"{"name":"\#(name)","type":"PERPETUAL","assetName":"BTC","assetPrecision":5,"collateralAssetName":"USD","#
            + #""collateralAssetPrecision":6,"active":true,"isRfq":false,"status":"\#(status)","tradingHours":"CONTINUOUS","#
            + #""marketStats":{"markPrice":"84090.4125","indexPrice":"84088.12","fundingRate":"0.000013","nextFundingRate":1795251600000},"#
            + #""tradingConfig":{"minOrderSize":"0.0001","minOrderSizeChange":"0.00001","minPriceChange":"\#(tick)","#
            + #""maxMarketOrderValue":"3000000","maxLimitOrderValue":"15000000","maxPositionValue":"60000000","#
            + #""maxLeverage":"50.00","maxNumOrders":"200","limitPriceCap":"0.05","limitPriceFloor":"0.05","riskFactorConfig":[]},"#
            + #""l2Config":{"type":"STARKX","collateralId":"0x1","collateralResolution":1000000,"#
            + #""syntheticId":"0x4254432d3600000000000000000000","syntheticResolution":1000000}}"#
    }
}
