internal import CBareLoop
internal import Cryptography
internal import Fundamentals
internal import MarketModel
internal import Quoting
internal import RiskControl
internal import TradingEngine
internal import VenueAster
internal import VenueKit
internal import Wire

/// A node that quotes ASTERUSDT on a venue which answers at once, in virtual time: everything of a live session but
/// its sockets.
struct QuotingStage {
    private var node: TradingNode<AsterSession>
    private var output = NodeOutput()
    private var now = Instant(milliseconds: 1_768_551_600_000)
    private var marketStream: StreamID?
    private var userStream: StreamID?
    private var bytes: [UInt8] = []
    private var random = RandomSource(seed: 2)
    private var updateID: Int64 = 1_000
    private var mid: Int64 = 9_500
    private var venueOrderID: Int64 = 1_000
    /// What rests at the venue, oldest first.
    private var resting: [Resting] = []
    private var lastTick = Instant.distantPast
    /// Why the stage cannot go on.
    private(set) var trouble: String?
    /// Folded from every request that the ticks led to.
    private(set) var checksum: UInt64 = 0

    private struct Resting {
        var client: String
        var id: Int64
        var side: String
        var price: String
        var quantity: String
    }

    enum Tick { case depth, ticker }

    init?(_ strategy: StrategyConfiguration) {
        let credentials = AsterCredentials.apiKey(
            key: String(repeating: "k", count: 64), secret: Secret(String(repeating: "s", count: 64)))
        let configuration = AsterSessionConfiguration(
            markets: [.init(id: DepthMessages.market, symbol: "ASTERUSDT")], credentials: credentials, depth: .top(20))
        guard let session = try? AsterSession(configuration) else { return nil }
        node = TradingNode(session: session) { instruments in
            TradingEngine(
                EngineConfiguration(
                    markets: [
                        MarketConfiguration(instrument: instruments[0], strategy: strategy, limits: Self.marketLimits)
                    ],
                    limits: Self.accountLimits, epoch: 7))
        }
        open()
        if node.phase != .running { trouble = trouble ?? "the session did not become ready" }
    }

    // MARK: What is measured

    /// One public message, from its bytes to the bytes of the requests that follow from it.
    /// - Returns: nanoseconds, and the number of requests.
    mutating func measure(_ tick: Tick) -> (nanoseconds: Int64, orders: Int) {
        advance()
        let message = message(tick)
        guard let marketStream else { return (0, 0) }
        output.removeAll()
        bytes.removeAll(keepingCapacity: true)
        let start = Measurement.monotonicNanoseconds()
        let orders = handle(message, on: marketStream)
        let spent = Measurement.monotonicNanoseconds() - start
        for byte in bytes.suffix(160) { checksum = checksum &* 31 &+ UInt64(byte) }
        answerRequests()
        return (spent, orders)
    }

    /// Allocations of one public message, up to the bytes of the requests that follow from it.
    mutating func countAllocations(_ tick: Tick) -> Int64 {
        advance()
        let message = message(tick)
        guard let marketStream else { return 0 }
        output.removeAll()
        bytes.removeAll(keepingCapacity: true)
        let before = bare_allocations()
        checksum = checksum &* 31 &+ UInt64(handle(message, on: marketStream))
        let count = bare_allocations() - before
        answerRequests()
        return count
    }

    /// What is measured and nothing else: a function of its own, so that profilers can be told to look at it alone.
    /// - Returns: the number of requests.
    @inline(never)
    private mutating func handle(_ message: [UInt8], on stream: StreamID) -> Int {
        node.receive(.streamText(stream, message), at: now, into: &output)
        return encodeRequests()
    }

    /// As the connection does it: `Host` in front, then the bytes.
    private mutating func encodeRequests() -> Int {
        var count = 0
        for command in output.commands {
            guard case .request(_, let request, _) = command else { continue }
            request.encode(into: &bytes, host: "fapi.asterdex.com")
            count += 1
        }
        return count
    }

    /// Length of what the last order's signature was over, give or take the digits.
    var signedLength: Int {
        guard let start = bytes.lastIndex(of: UInt8(ascii: "?")),
            let end = bytes[start...].firstIndex(of: UInt8(ascii: " "))
        else { return 200 }
        return max(1, end - start - 1 - "&signature=".utf8.count - 64)
    }

    private mutating func message(_ tick: Tick) -> [UInt8] {
        updateID += 4
        mid = min(9_900, max(9_100, mid + random.integer(in: 1...3) * (random.chance(1, in: 2) ? 1 : -1)))
        switch tick {
        case .depth:
            let data = DepthMessages.depth(id: updateID, mid: mid, milliseconds: now.milliseconds, random: &random)
            return DepthMessages.combined("depth20@100ms", data)
        case .ticker:
            let data = DepthMessages.ticker(id: updateID, mid: mid, milliseconds: now.milliseconds, random: &random)
            return DepthMessages.combined("bookTicker", data)
        }
    }

    // MARK: The venue

    /// 120 ms, so that two orders a tick stay within the venue's limits; a whole book now and then.
    private mutating func advance() {
        now = now + .milliseconds(120)
        output.removeAll()
        node.tick(at: now, into: &output)
        if now - lastTick >= .seconds(1), let marketStream, let userStream {
            lastTick = now
            node.receive(.streamPing(userStream), at: now, into: &output)
            node.receive(.streamText(marketStream, message(.depth)), at: now, into: &output)
        }
        answerRequests()
        // The clock has moved on when the message comes: a model that has just looked looks again.
        now = now + .milliseconds(5)
    }

    private mutating func open() {
        node.start(at: now, into: &output)
        for _ in 0..<200 where node.phase != .running || mid == 9_500 {
            answerRequests()
            advance()
            if case .running = node.phase { return }
        }
    }

    /// Answers until nothing more is asked.
    private mutating func answerRequests() {
        while !output.commands.isEmpty {
            let commands = output.commands
            output.removeAll()
            for command in commands { answer(command) }
        }
    }

    private mutating func answer(_ command: TransportCommand) {
        switch command {
        case .request(let id, let request, _):
            let body = reply(to: request)
            node.receive(.reply(id, HTTPResponse(status: 200, body: Array(body.utf8))), at: now, into: &output)
        case .openStream(let id, let target, _, _):
            if target.hasPrefix("/stream") { marketStream = id } else { userStream = id }
            node.receive(.streamOpened(id), at: now, into: &output)
        case .unsignedRequest: trouble = trouble ?? "the session left a request unsigned"
        case .closeStream(let id): trouble = trouble ?? "the session closed stream \(id.number)"
        case .sendText, .ping: break
        }
    }

    private mutating func reply(to request: HTTPRequest) -> String {
        let endpoint = request.path.split(separator: "/").dropFirst(2).joined(separator: "/")
        let fields = (try? FormFields.parse(request.query ?? "")) ?? FormFields()
        switch "\(request.method.rawValue) \(endpoint)" {
        case "GET time": return #"{"serverTime":\#(now.milliseconds)}"#
        case "GET exchangeInfo": return Self.exchangeInfo
        case "GET positionSide/dual": return #"{"dualSidePosition":false}"#
        case "GET balance":
            return #"[{"asset":"USDT","balance":"100000.00000000","availableBalance":"100000.00000000"}]"#
        case "GET commissionRate":
            return #"{"symbol":"ASTERUSDT","makerCommissionRate":"0.0001","takerCommissionRate":"0.00035"}"#
        case "POST countdownCancelAll":
            return #"{"symbol":"ASTERUSDT","countdownTime":"\#(fields["countdownTime"] ?? "")"}"#
        case "POST listenKey": return #"{"listenKey":"\#(String(repeating: "q1", count: 32))"}"#
        case "PUT listenKey", "DELETE listenKey": return "{}"
        case "POST order":
            return rest(
                client: fields["newClientOrderId"] ?? "", side: fields["side"] ?? "", price: fields["price"] ?? "",
                quantity: fields["quantity"] ?? "")
        case "POST batchOrders":
            let orders = (try? JSONValue.parse(Array((fields["batchOrders"] ?? "[]").utf8)))?.elements ?? []
            var rows: [String] = []
            for order in orders {
                rows.append(
                    rest(
                        client: order["newClientOrderId"]?.text ?? "", side: order["side"]?.text ?? "",
                        price: order["price"]?.text ?? "", quantity: order["quantity"]?.text ?? ""))
            }
            return "[" + rows.joined(separator: ",") + "]"
        case "PUT order", "GET order":
            guard let index = resting.firstIndex(where: { $0.client == fields["origClientOrderId"] }) else {
                return "{}"
            }
            if let price = fields["price"] { resting[index].price = price }
            if let quantity = fields["quantity"] { resting[index].quantity = quantity }
            return text(resting[index])
        case "GET openOrders": return "[" + resting.map(text).joined(separator: ",") + "]"
        case "DELETE allOpenOrders":
            resting.removeAll()
            return #"{"code":"200","msg":"done"}"#
        default: return "[]"
        }
    }

    /// Takes an order. The private stream speaks of it too; without, the session would take the stream for dead.
    private mutating func rest(client: String, side: String, price: String, quantity: String) -> String {
        venueOrderID += 1
        let order = Resting(client: client, id: venueOrderID, side: side, price: price, quantity: quantity)
        resting.append(order)
        guard let userStream else { return text(order) }
        let event =
            #"{"e":"ORDER_TRADE_UPDATE","E":\#(now.milliseconds),"T":\#(now.milliseconds),"o":{"s":"ASTERUSDT","#
            + #""c":"\#(client)","S":"\#(side)","o":"LIMIT","f":"GTC","q":"\#(quantity)","p":"\#(price)","ap":"0","#
            + #""sp":"0","x":"NEW","X":"NEW","i":\#(venueOrderID),"l":"0","z":"0","L":"0","T":\#(now.milliseconds),"t":0,"#
            + #""R":false,"wt":"CONTRACT_PRICE","ot":"LIMIT","ps":"BOTH","rp":"0"}}"#
        node.receive(.streamText(userStream, Array(event.utf8)), at: now, into: &output)
        return text(order)
    }

    private func text(_ order: Resting) -> String {
        #"{"orderId":\#(order.id),"symbol":"ASTERUSDT","status":"NEW","clientOrderId":"\#(order.client)","#
            + #""price":"\#(order.price)","avgPrice":"0.00000","origQty":"\#(order.quantity)","executedQty":"0","#
            + #""timeInForce":"GTC","type":"LIMIT","reduceOnly":false,"side":"\#(order.side)","#
            + #""updateTime":\#(now.milliseconds)}"#
    }

    private static let exchangeInfo =
        #"{"timezone":"UTC","serverTime":1768551600000,"futuresType":"U_MARGINED","rateLimits":["#
        + #"{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":2400},"#
        + #"{"rateLimitType":"ORDERS","interval":"MINUTE","intervalNum":1,"limit":1200},"#
        + #"{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":300}],"#
        + #""exchangeFilters":[],"assets":[{"asset":"USDT","marginAvailable":true}],"symbols":[{"symbol":"ASTERUSDT","#
        + #""contractType":"PERPETUAL","status":"TRADING","baseAsset":"ASTER","quoteAsset":"USDT","marginAsset":"USDT","#
        + #""pricePrecision":5,"marketTakeBound":"0.05","#
        + #""filters":[{"filterType":"PRICE_FILTER","minPrice":"0.00010","maxPrice":"200","tickSize":"0.00010"},"#
        + #"{"filterType":"LOT_SIZE","minQty":"0.01","maxQty":"2000000","stepSize":"0.01"},"#
        + #"{"filterType":"MARKET_LOT_SIZE","minQty":"0.01","maxQty":"200000","stepSize":"0.01"},"#
        + #"{"filterType":"MAX_NUM_ORDERS","limit":200},{"filterType":"MIN_NOTIONAL","notional":"5"},"#
        + #"{"filterType":"PERCENT_PRICE","multiplierUp":"1.0500","multiplierDown":"0.9500"}],"imn":"5"}]}"#

    // MARK: Limits wide enough never to matter

    private static let marketLimits = MarketLimits(
        maxPositionValue: Cash(whole: 100_000), maxOpenOrders: 50, maxOrderValue: Cash(whole: 50_000),
        priceCollar: .basisPoints(1_000), staleAfter: .seconds(5), maxRepeatedFills: 1_000,
        repeatedFillWindow: .seconds(10))
    private static let accountLimits = AccountLimits(
        maxExposure: Cash(whole: 100_000), minBalance: Cash(whole: 1), maxDailyLoss: Cash(whole: 100_000),
        maxDrawdown: Cash(whole: 100_000), maxMessages: 1_000_000, messageWindow: .seconds(10),
        maxRoundTrip: .seconds(10), breakerPause: .seconds(10))
}

extension StrategyConfiguration {
    /// One order, moved by every tick.
    static let benchmarkOneSided = StrategyConfiguration.cycle(
        CycleParameters(
            buySpread: .basisPoints(10), sellSpread: .basisPoints(10), balanceFraction: .basisPoints(10),
            orderRefreshInterval: TimeSpan(nanoseconds: 1), reuseThreshold: .zero))

    /// A bid and an ask, both moved by every tick.
    static let benchmarkTwoSided = benchmarkTwoSided(orderTimeout: TimeSpan(nanoseconds: 1))
    /// A bid and an ask that stay.
    static let benchmarkIdle = benchmarkTwoSided(orderTimeout: .hours(24))

    private static func benchmarkTwoSided(orderTimeout: TimeSpan) -> StrategyConfiguration {
        .fixedSpread(
            FixedSpreadParameters(
                halfSpread: ExactDecimal(mantissa: 10, scale: 4), orderSize: Cash(whole: 100),
                orderTimeout: orderTimeout, counterFillWait: .seconds(1), inventoryThreshold: Cash(whole: 10_000),
                minProfitToClose: Cash(whole: 10_000), profitHold: .seconds(100), positionCheckInterval: .seconds(1)))
    }
}
