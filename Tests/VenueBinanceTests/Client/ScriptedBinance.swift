import Fundamentals
import MarketModel
import VenueBinance
import VenueKit
import Wire

/// A venue of few words: one symbol, orders that fill when told to, and every answer as Binance writes it.
struct ScriptedBinance {
    struct Order {
        var number: Int64
        var client: String
        var side: String
        var quantity: ExactDecimal
        var price: String
        var filled = ExactDecimal.zero
        var status = "NEW"
    }
    struct Trade {
        var id: Int64
        var order: Int64
        var quantity: String
        var time: Int64
    }
    /// What happens to the next request of that method and path, instead of its answer.
    enum Fault { case replyLost, busy, refused(Int, String), status(Int) }

    var orders: [Order] = []
    var trades: [Trade] = []
    /// Frames for whoever is subscribed to the account.
    var events: [String] = []
    var faults: [(route: String, fault: Fault)] = []
    /// Every request, as method and target.
    var log: [String] = []
    /// Whether IOC orders find something to take.
    var hasLiquidity = true
    /// Of the book as REST gives it.
    var bookID: Int64 = 100
    private var nextOrder: Int64 = 1_000
    private var nextTrade: Int64 = 500

    /// Nil where the reply is lost; the request was carried out all the same.
    mutating func answer(_ request: HTTPRequest, at now: Instant) -> HTTPResponse? {
        let route = "\(request.method.rawValue) \(request.path)"
        log.append("\(request.method.rawValue) \(request.target)")
        let fields = try! FormFields.parse(String(request.query ?? ""))
        guard let index = faults.firstIndex(where: { $0.route == route }) else { return reply(route, fields, now) }
        switch faults.remove(at: index).fault {
        case .replyLost:
            _ = reply(route, fields, now)
            return nil
        case .busy:
            _ = reply(route, fields, now)
            return Self.response(#"{"code":-1007,"msg":"Timeout waiting for response from backend server."}"#, 400)
        case .refused(let code, let message): return Self.response(#"{"code":\#(code),"msg":"\#(message)"}"#, 400)
        case .status(let status): return Self.response("", status)
        }
    }

    static func response(_ body: String, _ status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: HTTPHeaders([("X-MBX-USED-WEIGHT-1M", "12")]), body: Array(body.utf8))
    }

    private mutating func reply(_ route: String, _ fields: FormFields, _ now: Instant) -> HTTPResponse {
        switch route {
        case "GET /api/v3/time": Self.response(#"{"serverTime":\#(now.milliseconds)}"#)
        case "GET /api/v3/exchangeInfo": Self.response(Fixtures.exchangeInfo(Fixtures.symbol()))
        case "GET /api/v3/depth": Self.response(book(bookID))
        case "GET /api/v3/account":
            Self.response(
                #"{"canTrade":true,"accountType":"SPOT","balances":[{"asset":"BTC","free":"1.0","locked":"0.0"}]}"#)
        case "GET /api/v3/account/commission":
            Self.response(
                #"{"symbol":"BTCUSDT","standardCommission":{"maker":"0.0005","taker":"0.00075","buyer":"0","seller":"0"}}"#
            )
        case "GET /api/v3/openOrders":
            Self.response("[\(orders.filter { Self.isOpen($0) }.map { text($0, now) }.joined(separator: ","))]")
        case "GET /api/v3/myTrades":
            Self.response("[\(selected(fields).map(text).joined(separator: ","))]")
        case "POST /api/v3/order": place(fields, now)
        case "GET /api/v3/order":
            orders.first { $0.client == fields["origClientOrderId"] }.map { Self.response(text($0, now)) }
                ?? Self.response(#"{"code":-2013,"msg":"Order does not exist."}"#, 400)
        case "DELETE /api/v3/order": cancel(fields, now)
        case "DELETE /api/v3/openOrders": cancelAll(now)
        default: Self.response("", 404)
        }
    }

    func book(_ id: Int64) -> String {
        #"{"lastUpdateId":\#(id),"bids":[["61000.10","0.412"]],"asks":[["61000.20","0.100"]]}"#
    }

    // MARK: Orders

    private static func isOpen(_ order: Order) -> Bool { ["NEW", "PARTIALLY_FILLED"].contains(order.status) }

    mutating func rest(client: String) {
        nextOrder += 1
        orders.append(
            Order(
                number: nextOrder, client: client, side: "SELL", quantity: ExactDecimal("0.00500")!, price: "61000.10"))
    }

    private mutating func place(_ fields: FormFields, _ now: Instant) -> HTTPResponse {
        nextOrder += 1
        var order = Order(
            number: nextOrder, client: fields["newClientOrderId"]!, side: fields["side"]!,
            quantity: ExactDecimal(fields["quantity"]!)!, price: fields["price"] ?? "0.00")
        events.append(report(order, "NEW", now))
        var fills: [String] = []
        if fields["timeInForce"] == "IOC" || fields["type"] == "MARKET" {
            if hasLiquidity {
                fills.append(take(&order, order.quantity, now))
            } else {
                order.status = "EXPIRED"
                events.append(report(order, "EXPIRED", now))
            }
        }
        orders.append(order)
        let extra = #","fills":[\#(fills.joined(separator: ","))]"#
        return Self.response(text(order, now, extra: extra))
    }

    /// Somebody trades with an order that rests.
    mutating func fill(_ client: String, _ quantity: String, at now: Instant) {
        let index = orders.firstIndex { $0.client == client }!
        var order = orders[index]
        _ = take(&order, ExactDecimal(quantity)!, now)
        orders[index] = order
    }

    private mutating func take(_ order: inout Order, _ quantity: ExactDecimal, _ now: Instant) -> String {
        nextTrade += 1
        order.filled = ExactDecimal(
            mantissa: order.filled.units(atScale: 5)! + quantity.units(atScale: 5)!, scale: 5)
        order.status =
            order.filled.units(atScale: 5) == order.quantity.units(atScale: 5) ? "FILLED" : "PARTIALLY_FILLED"
        trades.append(
            Trade(id: nextTrade, order: order.number, quantity: quantity.description, time: now.milliseconds))
        events.append(report(order, "TRADE", now, trade: (nextTrade, quantity.description)))
        return
            #"{"price":"61000.10","qty":"\#(quantity)","commission":"0.01","commissionAsset":"USDT","tradeId":\#(nextTrade)}"#
    }

    private mutating func cancel(_ fields: FormFields, _ now: Instant) -> HTTPResponse {
        let index = orders.firstIndex { order in
            Self.isOpen(order)
                && (order.client == fields["origClientOrderId"] || "\(order.number)" == fields["orderId"])
        }
        guard let index else { return Self.response(#"{"code":-2011,"msg":"Unknown order sent."}"#, 400) }
        orders[index].status = "CANCELED"
        events.append(report(orders[index], "CANCELED", now))
        return Self.response(canceled(orders[index], now))
    }

    private mutating func cancelAll(_ now: Instant) -> HTTPResponse {
        let open = orders.indices.filter { Self.isOpen(orders[$0]) }
        guard !open.isEmpty else { return Self.response(#"{"code":-2011,"msg":"Unknown order sent."}"#, 400) }
        for index in open {
            orders[index].status = "CANCELED"
            events.append(report(orders[index], "CANCELED", now))
        }
        return Self.response("[\(open.map { canceled(orders[$0], now) }.joined(separator: ","))]")
    }

    // MARK: Texts

    private func canceled(_ order: Order, _ now: Instant) -> String {
        var renamed = order
        renamed.client = "cancel-1"
        return text(renamed, now, extra: #","origClientOrderId":"\#(order.client)""#)
    }

    private func text(_ order: Order, _ now: Instant, extra: String = "") -> String {
        #"{"symbol":"BTCUSDT","orderId":\#(order.number),"orderListId":-1,"clientOrderId":"\#(order.client)","transactTime":\#(now.milliseconds),"price":"\#(order.price)","origQty":"\#(order.quantity)","executedQty":"\#(order.filled)","status":"\#(order.status)","side":"\#(order.side)"\#(extra)}"#
    }

    private func text(_ trade: Trade) -> String {
        #"{"symbol":"BTCUSDT","id":\#(trade.id),"orderId":\#(trade.order),"price":"61000.10","qty":"\#(trade.quantity)","commission":"0.01","commissionAsset":"USDT","time":\#(trade.time),"isBuyer":false,"isMaker":false}"#
    }

    private func selected(_ fields: FormFields) -> [Trade] {
        trades.filter { trade in
            if let id = fields["fromId"].flatMap({ Int64($0) }) { return trade.id >= id }
            let start = fields["startTime"].flatMap { Int64($0) } ?? 0
            let end = fields["endTime"].flatMap { Int64($0) } ?? .max
            return (start...max(start, end)).contains(trade.time)
        }
    }

    private func report(
        _ order: Order, _ execution: String, _ now: Instant, trade: (id: Int64, quantity: String)? = nil
    ) -> String {
        let isCancel = execution == "CANCELED"
        return
            #"{"subscriptionId":0,"event":{"e":"executionReport","E":\#(now.milliseconds),"s":"BTCUSDT","c":"\#(isCancel ? "cancel-1" : order.client)","S":"\#(order.side)","q":"\#(order.quantity)","p":"\#(order.price)","C":"\#(isCancel ? order.client : "")","x":"\#(execution)","X":"\#(order.status)","r":"NONE","i":\#(order.number),"l":"\#(trade?.quantity ?? "0.00000")","z":"\#(order.filled)","L":"61000.10","n":"0.01","N":"USDT","T":\#(now.milliseconds),"t":\#(trade?.id ?? -1),"m":false}}"#
    }
}
