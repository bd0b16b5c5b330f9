import Cryptography
import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueBitoPro
import Wire

@testable import LocalVenues

@Suite struct `A local BitoPro` {
    private func names(_ value: JSONValue?) -> [String] { value?.members?.map(\.name) ?? [] }

    private static let orderMembers = [
        "id", "pair", "price", "avgExecutionPrice", "action", "type", "timestamp", "createdTimestamp",
        "updatedTimestamp", "status", "originalAmount", "remainingAmount", "executedAmount", "fee", "feeSymbol",
        "bitoFee", "total", "seq", "timeInForce",
    ]

    private func get(_ world: inout BitoProWorld, _ path: String) throws -> JSONValue {
        let response = world.send(HTTPRequest(method: .get, target: path))
        return try JSONValue.parse(try #require(response).body)
    }

    // MARK: Public

    @Test func `lists its pairs in small letters, every amount a text`() throws {
        var world = BitoProWorld()
        let rows = try #require(try get(&world, "/v3/provisioning/trading-pairs")["data"]?.elements)
        #expect(rows.map { $0["pair"]?.text } == ["btc_twd", "usdt_twd", "btc_usdt"])
        #expect(
            names(rows[0]) == [
                "pair", "base", "quote", "basePrecision", "quotePrecision", "minLimitBaseAmount", "maxLimitBaseAmount",
                "minMarketBuyQuoteAmount", "orderOpenLimit", "maintain", "orderBookQuotePrecision",
                "orderBookQuoteScaleLevel", "amountPrecision",
            ])
        let fees = try get(&world, "/v3/provisioning/limitations-and-fees")["tradingFeeRate"]?.elements?.first
        #expect(fees?["makerFee"]?.text == "0.001" && fees?["takerFee"]?.text == "0.002")
    }

    @Test func `shows books of the documented depths, tape and tickers`() throws {
        var world = BitoProWorld()
        world.trade(.buy, btc: 1_000, limit: BitoProWorld.mid + 5)
        let book = try get(&world, "/v3/order-book/btc_twd?limit=1")
        #expect(
            book["bids"]?.elements?.first
                == .object([
                    JSONMember("price", .string("2944995")), JSONMember("amount", .string("0.2")),
                    JSONMember("count", .number("1")), JSONMember("total", .string("0.2")),
                ]))
        #expect(try get(&world, "/v3/order-book/BTC_TWD")["asks"]?.elements?.count == 5)
        #expect(try get(&world, "/v3/order-book/BTC_TWD?limit=7")["error"]?.text == "Wrong parameter")
        let trade = try get(&world, "/v3/trades/BTC_TWD")["data"]?.elements?.first
        #expect(names(trade) == ["timestamp", "price", "amount", "isBuyer"])
        #expect(trade?["amount"]?.text == "0.001" && trade?["isBuyer"]?.boolean == true)
        let ticker = try get(&world, "/v3/tickers/BTC_TWD")["data"]
        #expect(ticker?["lastPrice"]?.text == "2945005" && ticker?["volume24hr"]?.text == "0.001")
        #expect(try get(&world, "/v3/tickers")["data"]?.elements?.count == 3)
        #expect(world.text(HTTPRequest(method: .get, target: "/v3/nothing")) == #"404 {"error":"Resource Not Found"}"#)
        #expect(world.text(HTTPRequest(method: .get, target: "/v3/order-book/XRP_TWD")).hasPrefix("400"))
    }

    // MARK: Signatures

    @Test func `refuses wrong keys, payloads and times`() {
        var world = BitoProWorld()
        #expect(
            world.text(world.request(.get, "/accounts/balance", secret: "x")) == #"401 {"error":"Invalid Signature"}"#)
        #expect(world.text(HTTPRequest(method: .get, target: "/v3/accounts/balance")).hasPrefix("401"))
        var swapped = world.request(.post, "/orders/BTC_TWD", world.form("BUY", price: "2900000", amount: "1"))
        swapped.body = Array(world.form("BUY", price: "2900000", amount: "2").utf8)
        #expect(world.text(swapped).hasPrefix("401"))
        for late in [world.now - .seconds(31), world.now + .seconds(31)] {
            #expect(world.text(world.request(.get, "/accounts/balance", nonce: late)).hasPrefix("409"))
        }
        #expect(world.text(world.request(.get, "/accounts/balance")).hasPrefix("200"))
        let old = #"{"action":"BUY","type":"LIMIT","price":"1","amount":"1","timestamp":1}"#
        #expect(world.text(world.request(.post, "/orders/BTC_TWD", old)).hasPrefix("409"))
    }

    // MARK: Orders

    @Test func `takes an order and repeats it with its id`() throws {
        var world = BitoProWorld()
        let body = world.form("BUY", price: "2900000", amount: "0.5", client: 123)
        let reply = try world.call(.post, "/orders/BTC_TWD", body)
        #expect(names(reply) == ["orderId", "action", "amount", "price", "timestamp", "timeInForce", "clientId"])
        let row = try #require(try world.call(.get, "/orders/open?pair=btc_twd")["data"]?.elements?.first)
        #expect(names(row) == Self.orderMembers + ["clientId"])
        #expect(row["id"]?.text == reply["orderId"]?.numeral && row["status"]?.integer == 0)
        #expect(row["originalAmount"]?.text == "0.5" && row["pair"]?.text == "btc_twd")
        let balance = try world.call(.get, "/accounts/balance")["data"]?.elements?.first
        #expect(balance?["amount"]?.text == "10000000" && balance?["available"]?.text == "8550000")
    }

    @Test(arguments: [
        ("BUY", "2900000", "4", "LIMIT", 400), ("BUY", "2900000", "0.00001", "LIMIT", 422),
        ("BUY", "2900000.5", "1", "LIMIT", 422), ("BUY", "2900000", "101", "LIMIT", 422),
        ("SELL", "2900000", "5.1", "LIMIT", 400), ("HOLD", "2900000", "1", "LIMIT", 400),
        ("BUY", "2900000", "1", "STOP_LIMIT", 422), ("BUY", "x", "1", "LIMIT", 400),
    ])
    func `refuses an order with a text`(action: String, price: String, amount: String, type: String, status: Int) {
        var world = BitoProWorld()
        let body = world.form(action, price: price, amount: amount, type: type)
        let text = world.text(world.request(.post, "/orders/BTC_TWD", body))
        #expect(text.hasPrefix("\(status) {\"error\":"), "\(text)")
    }

    @Test func `fills at the book's prices and charges what is received`() throws {
        var world = BitoProWorld()
        let id = try world.place("BUY", price: "2945006", amount: "0.3", client: 7)
        let order = try world.call(.get, "/orders/BTC_TWD/\(id)")
        #expect(names(order) == Self.orderMembers + ["clientId"])
        #expect(order["status"]?.integer == 2 && order["feeSymbol"]?.text == "btc" && order["fee"]?.text == "0.0006")
        let rows = try #require(try world.call(.get, "/orders/trades/BTC_TWD")["data"]?.elements)
        #expect(
            names(rows[0]) == [
                "tradeId", "orderId", "price", "action", "baseAmount", "quoteAmount", "fee", "feeSymbol", "isTaker",
                "timestamp", "createdTimestamp",
            ])
        #expect(rows.map { $0["baseAmount"]?.text } == ["0.1", "0.2"])
        #expect(rows.map { $0["fee"]?.text } == ["0.0002", "0.0004"] && rows[0]["feeSymbol"]?.text == "BTC")
        let oldest = try #require(rows[1]["tradeId"]?.text)
        #expect(try world.call(.get, "/orders/trades/BTC_TWD?tradeId=\(oldest)")["data"]?.elements?.count == 1)
        #expect(try world.call(.get, "/orders/trades/BTC_TWD?limit=1")["data"]?.elements?.count == 1)
        let ledger = try world.ledger("a")
        #expect(ledger["balances"]?["BTC"]?.text == "5.299400000000")
        #expect(ledger["fees"]?["BTC"]?.text == "0.000600000000")
    }

    @Test func `ends post-only orders that would take with 6, and partly filled ones with 3`() throws {
        var world = BitoProWorld()
        let late = try world.place("BUY", price: "2945010", amount: "0.1", timeInForce: "POST_ONLY")
        #expect(try world.call(.get, "/orders/BTC_TWD/\(late)")["status"]?.integer == 6)
        let part = try world.place("BUY", price: "2945005", amount: "0.3")
        #expect(try world.call(.get, "/orders/BTC_TWD/\(part)")["status"]?.integer == 1)
        let reply = try world.call(.delete, "/orders/BTC_TWD/\(part)")
        #expect(names(reply) == ["action", "amount", "orderId", "price", "timestamp"])
        #expect(try world.call(.get, "/orders/BTC_TWD/\(part)")["status"]?.integer == 3)
        #expect(world.text(world.request(.delete, "/orders/BTC_TWD/\(part)")).hasPrefix("400"))
        #expect(world.text(world.request(.delete, "/orders/BTC_TWD/77")).hasPrefix("404"))
        let whole = try world.place("BUY", price: "2900000", amount: "0.3")
        _ = try world.call(.delete, "/orders/BTC_TWD/\(whole)")
        #expect(try world.call(.get, "/orders/BTC_TWD/\(whole)")["status"]?.integer == 4)
    }

    @Test func `knows market orders, a buy by what it may cost`() throws {
        var world = BitoProWorld()
        let buy = world.form("BUY", price: "0", amount: "294500.5", type: "MARKET")
        let bought = try #require(try world.call(.post, "/orders/BTC_TWD", buy)["orderId"]?.numeral)
        #expect(try world.call(.get, "/orders/BTC_TWD/\(bought)")["executedAmount"]?.text == "0.1")
        let sell = world.form("SELL", price: "0", amount: "0.1", type: "MARKET")
        let sold = try #require(try world.call(.post, "/orders/BTC_TWD", sell)["orderId"]?.numeral)
        #expect(try world.call(.get, "/orders/BTC_TWD/\(sold)")["feeSymbol"]?.text == "twd")
    }

    @Test func `prints an account's trade with itself under one number`() throws {
        var world = BitoProWorld(hasBook: false)
        _ = try world.place("BUY", price: "2945000", amount: "0.1")
        _ = try world.place("SELL", price: "2945000", amount: "0.1")
        let rows = try #require(try world.call(.get, "/orders/trades/BTC_TWD")["data"]?.elements)
        #expect(rows.count == 2 && rows[0]["tradeId"] == rows[1]["tradeId"] && rows[0]["orderId"] != rows[1]["orderId"])
        #expect(try world.ledger("a")["markets"]?.elements?.first?["self_trades"]?.integer == 2)
    }

    @Test func `finds orders by number, kind, status and time`() throws {
        var world = BitoProWorld()
        let first = try world.place("BUY", price: "2900000", amount: "0.1", client: 5)
        world.advance(.seconds(10))
        let second = try world.place("BUY", price: "2945005", amount: "0.1", client: 6)
        func ids(_ world: inout BitoProWorld, _ query: String) throws -> [String?]? {
            try world.call(.get, "/orders/all/BTC_TWD?\(query)")["data"]?.elements?.map { $0["id"]?.text }
        }
        #expect(try ids(&world, "") == [second, first])
        #expect(try ids(&world, "clientId=5") == [first])
        #expect(try ids(&world, "statusKind=OPEN") == [first] && ids(&world, "statusKind=DONE") == [second])
        #expect(try ids(&world, "status=2&statusKind=OPEN") == [second])
        #expect(try ids(&world, "startTimestamp=\((BitoProWorld.start + .seconds(5)).milliseconds)") == [second])
        #expect(try ids(&world, "limit=1") == [second] && ids(&world, "orderId=\(second)") == [second])
        #expect(world.text(world.request(.get, "/orders/all/BTC_TWD?statusKind=SOME")).hasPrefix("400"))
    }

    // MARK: Batches

    @Test(arguments: BitoProLeeway.BatchFailure.allCases)
    func `an order of a batch fails as configured`(failure: BitoProLeeway.BatchFailure) throws {
        var leeway = BitoProLeeway()
        leeway.batchFailure = failure
        var world = BitoProWorld(leeway: leeway)
        let good = world.form("BUY", price: "2900000", amount: "0.1", client: 1, pair: true)
        let poor = world.form("BUY", price: "2900000", amount: "9", client: 2, pair: true)
        let text = world.text(world.request(.post, "/orders/batch", "[\(good),\(poor),\(good)]"))
        let open = try world.call(.get, "/orders/open")["data"]?.elements?.count
        switch failure {
        case .leftOut: #expect(text.hasPrefix("200") && !text.contains("error") && open == 2)
        case .element:
            #expect(text.hasPrefix("200") && text.contains(#"{"error":"Balance for TWD not enough""#) && open == 2)
        case .wholeReply: #expect(text.hasPrefix("400") && open == 1)
        }
        let many = "[" + Array(repeating: good, count: 11).joined(separator: ",") + "]"
        for body in ["[]", "{}", "x", many, "[\(good),{}]"] {
            #expect(world.text(world.request(.post, "/orders/batch", body)).hasPrefix("400"))
        }
    }

    @Test func `cancels what is there, and says what that was`() throws {
        var world = BitoProWorld()
        let ids = try (0..<4).map { try world.place("BUY", price: "290000\($0)", amount: "0.1") }
        let reply = try world.call(.put, "/orders", #"{"BTC_TWD":["\#(ids[0])","77","\#(ids[1])"]}"#)
        #expect(reply["data"]?["BTC_TWD"]?.elements?.compactMap(\.text) == [ids[0], ids[1]])
        let rest = try world.call(.delete, "/orders/btc_twd")
        #expect(rest["data"]?["BTC_TWD"]?.elements?.compactMap(\.text) == [ids[2], ids[3]])
        world.advance(.seconds(1))
        #expect(try world.call(.delete, "/orders/all")["data"]?.members?.isEmpty == true)
    }

    // MARK: Limits and chaos

    @Test func `counts requests by route and account`() {
        var limits = BitoProLimits()
        limits.requestsPerMinute = 3
        var world = BitoProWorld(limits: limits)
        func status(_ method: HTTPMethod, _ path: String, _ body: String = "", as account: Int = 0) -> String {
            String(world.text(world.request(method, path, body, as: account)).prefix(3))
        }
        #expect((0..<4).map { _ in status(.get, "/accounts/balance") } == ["200", "200", "200", "429"])
        #expect(status(.get, "/accounts/balance", as: 1) == "200")
        #expect((0..<6).map { _ in status(.get, "/orders/open") } == ["200", "200", "200", "200", "200", "429"])
        #expect((0..<3).map { _ in status(.put, "/orders", #"{"BTC_TWD":[]}"#) } == ["200", "200", "429"])
        #expect((0..<2).map { _ in status(.delete, "/orders/all") } == ["200", "429"])
        world.advance(.minutes(1))
        #expect(status(.get, "/accounts/balance") == "200" && status(.delete, "/orders/all") == "200")
    }

    @Test(arguments: BitoProFault.allCases)
    func `each fault strikes as often as it is told`(fault: BitoProFault) throws {
        var world = BitoProWorld()
        _ = world.connect("/auth/orders")
        world.chaos("\(fault.rawValue)=next:1")
        for index in 0..<2 {
            let orders = (0..<2).map { world.form("BUY", price: "29\(index)000\($0)", amount: "0.1", pair: true) }
            _ = world.send(world.request(.post, "/orders/batch", "[\(orders.joined(separator: ","))]"))
        }
        #expect(world.server.strikes(of: fault) == 1)
        #expect(world.server.chaos.isCalm)
        #expect(world.text(HTTPRequest(method: .post, target: "/apus/chaos", body: Array("x=1".utf8))).hasPrefix("400"))
    }

    // MARK: Streams

    @Test func `streams whole books, at most one a second`() throws {
        var world = BitoProWorld()
        #expect(world.connect("/order-books?pairs=BTC_TWD:1,USDT_TWD", signed: false) == nil)
        let first = try world.frames()
        #expect(first.map { $0["pair"]?.text } == ["BTC_TWD", "USDT_TWD"])
        #expect(names(first[0]) == ["event", "pair", "bids", "asks", "timestamp", "datetime"])
        #expect(first[0]["datetime"]?.text == "2026-01-16T08:20:00.000Z")
        #expect(first[0]["bids"]?.elements?.count == 1 && first[1]["bids"]?.elements?.count == 1)
        world.advance(.milliseconds(300))
        for step in 1...3 { world.setBook(mid: BitoProWorld.mid + Int64(step)) }
        #expect(try world.frames().isEmpty)
        world.advance(.milliseconds(700))
        let second = try world.frames()
        #expect(second.count == 1 && second[0]["bids"]?.elements?.first?["price"]?.text == "2944998")
        world.advance(.seconds(5))
        #expect(try world.frames().isEmpty)
        world.setBook(mid: BitoProWorld.mid)
        #expect(try world.frames().count == 1)
    }

    @Test func `streams the tape in full`() throws {
        var world = BitoProWorld()
        #expect(world.connect("/trades/BTC_TWD", signed: false) == nil)
        world.trade(.buy, btc: 1_000, limit: BitoProWorld.mid + 5)
        let frames = try world.frames()
        #expect(frames.map { $0["event"]?.text } == ["TRADE", "TRADE"])
        #expect(frames.map { $0["data"]?.elements?.count } == [0, 1])
    }

    @Test func `refuses paths that it has not, and private ones without a signature`() {
        var world = BitoProWorld()
        #expect(world.connect("/auth/orders", signed: false)?.status == 401)
        #expect(world.connect("/auth/secrets")?.status == 404)
        #expect(world.connect("/order-books/BTC_TWD:7")?.status == 400)
        #expect(world.connect("/order-books/XRP_TWD")?.status == 400)
        #expect(world.connect("/order-books")?.status == 400)
        #expect(world.server.refusal(ofStream: HTTPRequest(method: .get, target: "/"))?.status == 404)
    }

    @Test func `tells orders, their ends, trades and balances on streams of their own`() throws {
        var world = BitoProWorld()
        let resting = try world.place("BUY", price: "2900000", amount: "0.1")
        for (peer, path) in [
            (UInt64(1), "orders"), (2, "orders/histories"), (3, "account-balance"), (4, "user-trades"),
        ] {
            #expect(world.connect("/auth/\(path)", as: peer) == nil)
        }
        #expect(try world.frames(of: 1).map { $0["event"]?.text } == ["ACTIVE_ORDERS"])
        #expect(try world.frames(of: 2).map { $0["event"]?.text } == ["RECENT_HISTORY_ORDERS"])
        let balances = try world.frames(of: 3)
        #expect(balances[0]["data"]?["TWD"]?["available"]?.text == "9710000")
        _ = try world.call(.delete, "/orders/BTC_TWD/\(resting)")
        let end = try world.frames(of: 2)[0]["data"]?["btc_twd"]?.elements?.first
        #expect(end?["id"]?.text == resting && end?["status"]?.integer == 4)
        #expect(try world.frames(of: 3).last?["data"]?["TWD"]?["available"]?.text == "10000000")
        let taker = try world.place("BUY", price: "2945005", amount: "0.1")
        let trade = try #require(try world.frames(of: 4).first)
        #expect(trade["data"]?["orderID"]?.numeral == taker && trade["data"]?["side"]?.text == "bid")
        #expect(
            names(trade["data"]) == [
                "base", "quote", "side", "price", "volume", "fee", "feeCurrency", "transactionTimestamp",
                "eventTimestamp", "orderID", "orderType", "matchID", "isMarket", "isMaker",
            ])
        #expect(try world.frames(of: 1).count == 1)
    }

    @Test func `pings every twenty seconds, and cuts off who does not answer in five`() {
        var world = BitoProWorld()
        _ = world.connect("/order-books/BTC_TWD", signed: false)
        world.advance(.seconds(20))
        #expect(world.effects.contains(.ping(PeerID(1))))
        world.server.streamPong(PeerID(1), at: world.now, into: &world.effects)
        world.advance(.seconds(24))
        #expect(!world.effects.contains { if case .close = $0 { true } else { false } })
        world.advance(.seconds(2))
        #expect(world.effects.contains { if case .close(PeerID(1), _, _) = $0 { true } else { false } })
    }

    // MARK: Noise

    @Test(arguments: 1...3) func `answers every request and never stops`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var limits = BitoProLimits()
        limits.requestsPerMinute = .max / 2
        var world = BitoProWorld(limits: limits, seed: seed)
        let paths = [
            "/orders/BTC_TWD", "/orders/batch", "/orders", "/orders/all", "/orders/open?pair=BTC_TWD",
            "/accounts/balance",
            "/orders/all/BTC_TWD?clientId=9&limit=5", "/orders/trades/BTC_TWD?tradeId=9999999999", "/orders/BTC_TWD/5",
            "/order-book/BTC_TWD?limit=50", "/trades/BTC_TWD", "/tickers", "/provisioning/trading-pairs",
        ]
        let methods: [HTTPMethod] = [.get, .post, .put, .delete]
        for step in 0..<1_500 {
            let order = world.form("BUY", price: "2900000", amount: "0.001", client: step % 3 + 1, pair: true)
            let bodies = [order, "[\(order),\(order)]", #"{"BTC_TWD":["18000000001"]}"#]
            let path = mutate(paths[Int(random.integer(in: 0...Int64(paths.count - 1)))], &random)
            let body = mutate(bodies[Int(random.integer(in: 0...2))], &random)
            let request = world.request(methods[Int(random.integer(in: 0...3))], path, body)
            let response = world.send(request)
            #expect(response.map { (200..<500).contains($0.status) } == true)
            if step % 40 == 0 { _ = world.connect(mutate("/order-books/BTC_TWD:20", &random), as: UInt64(step)) }
            if step % 50 == 0 { world.setBook(mid: BitoProWorld.mid + random.integer(in: -500...500)) }
            world.advance(.milliseconds(random.integer(in: 0...400)))
            world.effects = []
            #expect(world.server.connections.count < 60)
        }
    }

    private func mutate(_ text: String, _ random: inout RandomSource) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<random.integer(in: 0...2) where !bytes.isEmpty {
            let index = Int(random.integer(in: 0...Int64(bytes.count - 1)))
            switch random.integer(in: 0...2) {
            case 0: bytes.remove(at: index)
            case 1: bytes[index] = UInt8(random.integer(in: 0x21...0x7E))
            default: bytes.insert(contentsOf: "99999999999999999999".utf8, at: index)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
