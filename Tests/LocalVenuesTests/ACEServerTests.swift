import Cryptography
import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueACE
import Wire

@testable import LocalVenues

@Suite struct `A local ACE` {
    private let pair: KeyValuePairs = ["baseCurrencyId": "2", "quoteCurrencyId": "1"]

    private func names(_ value: JSONValue?) -> [String] { value?.members?.map(\.name) ?? [] }

    // MARK: Public

    @Test func `lists its markets bare, every member a text`() throws {
        var world = ACEWorld()
        let rows = try #require(try world.get("/polarisex/oapi/v2/list/marketPair").elements)
        #expect(
            rows.map { $0["symbol"]?.text } == ["BTC/TWD", "USDT/TWD", "BTC/USDT"]
                && rows[1]["baseCurrencyId"]?.text == "14" && rows[1]["quotePrecision"]?.text == "3"
                && rows[1]["minLimitBaseAmount"]?.text == "1.0" && rows[1]["maxLimitBaseAmount"]?.text == "150000.0")
        #expect(
            names(rows[0]) == [
                "symbol", "base", "baseCurrencyId", "quote", "quoteCurrencyId", "basePrecision", "quotePrecision",
                "minLimitBaseAmount", "maxLimitBaseAmount",
            ])
    }

    @Test func `shows the book volume first, in an envelope, with the venue's clock`() throws {
        var world = ACEWorld()
        let request = HTTPRequest(
            method: .get,
            target: "/polarisex/open/v2/public/getOrderBook?quoteCurrencyId=1&baseCurrencyId=14&depth=1")
        let response = world.send(request)
        let found = try #require(response)
        #expect(found.headers["X-RESPONSE-TIME"] == String(ACEWorld.start.milliseconds))
        #expect(found.headers["X-Apus-Venue"] == "ace")
        #expect(
            String(decoding: found.body, as: UTF8.self) == """
                {"attachment":{"baseCurrencyId":"14","quoteCurrencyId":"1","baseCurrencyName":"USDT",\
                "quoteCurrencyName":"TWD","bids":[["50000.00","31.499"]],"asks":[["50000.00","31.501"]]},\
                "message":null,"parameters":null,"status":200}
                """)
    }

    @Test func `shows last prices with the two volumes the wrong way round`() throws {
        var world = ACEWorld()
        world.trade(.buy, lots: 1_000, limit: ACEWorld.mid + 50)
        let prices = try world.get("/oapi/v2/list/tradePrice")
        #expect(names(prices) == ["BTC/TWD"])
        #expect(prices["BTC/TWD"]?["last_price"]?.text == "2945005.0")
        #expect(prices["BTC/TWD"]?["quote_volume"]?.text == "0.001")
        #expect(prices["BTC/TWD"]?["base_volume"]?.text == "2945.005")
    }

    @Test func `answers what it does not know with 404, and a wrong method with 405`() {
        var world = ACEWorld()
        #expect(world.text(HTTPRequest(method: .get, target: "/polarisex/open/v1/order/order")).hasPrefix("404"))
        #expect(world.text(world.signed(.placeBatch)).hasPrefix("404"))
        #expect(
            world.text(HTTPRequest(method: .get, target: "/polarisex\(ACEEndpoint.place.rawValue)")).hasPrefix("405"))
        #expect(world.server.refusal(ofStream: HTTPRequest(method: .get, target: "/ws"))?.status == 404)
    }

    // MARK: Signatures

    @Test func `refuses wrong keys, wrong signatures and old times with 10012`() throws {
        var world = ACEWorld()
        for request in [
            world.signed(.account, secret: "other"), world.signed(.account, stamp: world.now - .seconds(61)),
            world.signed(.account, stamp: world.now + .seconds(61)),
            HTTPRequest(method: .post, target: "/polarisex\(ACEEndpoint.account.rawValue)"),
        ] {
            let text = world.text(request)
            #expect(text.hasPrefix("200 {\"attachment\":null,") && text.hasSuffix("\"status\":10012}"), "\(text)")
        }
        #expect(world.text(world.signed(.account, stamp: world.now - .seconds(59))).hasSuffix("\"status\":200}"))
    }

    // MARK: Orders

    @Test func `takes an order, names it with 32 digits, and repeats our name`() throws {
        var world = ACEWorld()
        let reply = try world.call(
            .place,
            [
                "baseCurrencyId": "2", "quoteCurrencyId": "1", "buyOrSell": "1", "type": "1", "price": "2900000",
                "num": "0.5", "customOrderId": "axyz1234",
            ])
        let number = try #require(reply["orderNo"]?.text)
        #expect(number.utf8.count == 32 && number.hasPrefix("1768551600000"))
        #expect(reply["customOrderId"]?.text == "axyz1234")
        let row = try #require(try world.call(.orderList, pair).elements?.first)
        #expect(
            names(row) == [
                "uid", "orderNo", "orderTime", "orderTimeStamp", "quoteCurrencyId", "quoteCurrencyName",
                "baseCurrencyId", "baseCurrencyName", "buyOrSell", "num", "price", "remainNum", "tradeNum",
                "tradePrice",
                "tradeAmount", "tradeRate", "status", "type", "customOrderId",
            ])
        #expect(row["orderTime"]?.text == "2026-01-16 16:20:00" && row["buyOrSell"]?.text == "1")
        #expect(row["num"]?.text == "0.5000000000000000" && row["price"]?.text == "2900000.0000000000000000")
        let balances = try world.call(.account)
        let twd = balances.elements?.first { $0["currencyName"]?.text == "TWD" }
        #expect(twd?["amount"]?.text == "10000000.00000000")
        #expect(twd?["cashAmount"]?.text == "8548550.00000000")
    }

    @Test func `cancels once; afterwards it is 2061`() throws {
        var world = ACEWorld()
        let number = try world.place("1", price: "2900000", num: "0.5")
        #expect(try world.call(.cancel, ["orderNo": number]).integer == 200)
        #expect(
            world.text(world.signed(.cancel, ["orderNo": number]))
                == #"200 {"attachment":null,"message":"委託單已成交或已撤銷","parameters":null,"status":2061}"#)
        let status = try world.call(.orderStatus, ["orderNo": number])
        #expect(status["status"]?.integer == 4 && status["num"]?.text == "0.00000000")
        #expect(status["remainNum"]?.text == "0.50000000" && status["orderTime"]?.text == "2026-01-16 16:20:00.000")
        #expect(try world.envelope(.cancel, ["orderNo": number], as: 1)["status"]?.integer == 2_061)
    }

    @Test(arguments: [
        ("1", "2900000", "4", 2_021), ("1", "2900000", "0.00005", 2_003), ("1", "2900000", "21", 2_004),
        ("1", "2900000.05", "1", 2_039), ("1", "2900000", "0.0000001", 2_039), ("2", "2900000", "5.1", 2_021),
        ("3", "2900000", "1", 9_996), ("1", "x", "1", 9_996),
    ])
    func `refuses an order with a status of its own`(side: String, price: String, num: String, status: Int64) throws {
        var world = ACEWorld()
        let reply = try world.envelope(
            .place,
            [
                "baseCurrencyId": "2", "quoteCurrencyId": "1", "buyOrSell": side, "type": "1", "price": price,
                "num": num,
            ])
        #expect(reply["status"]?.integer == status, "\(reply)")
        #expect(try world.call(.orderList, pair).elements?.isEmpty == true)
    }

    @Test func `fills at the book's prices and charges the quote asset`() throws {
        var world = ACEWorld()
        let number = try world.place("1", price: "2945010.0", num: "0.3", custom: "apus-7-1")
        let status = try world.call(.orderStatus, ["orderNo": number])
        #expect(status["status"]?.integer == 2 && status["tradeNum"]?.text == "0.30000000")
        let rows = try #require(try world.call(.tradeList, pair).elements)
        #expect(rows.map { $0["tradeNum"]?.text } == ["0.1", "0.2"])
        #expect(rows.map { $0["tradePrice"]?.text } == ["2945006", "2945005"])
        #expect(rows.map { $0["fee"]?.text } == ["294.5006", "589.001"])
        #expect(rows[0]["isMaker"]?.boolean == false && rows[0]["isSelf"]?.boolean == false)
        #expect(rows[0]["customOrderId"]?.text == "apus-7-1" && rows[0]["feeSave"]?.text == "0")
        #expect(
            names(rows[0]) == [
                "buyOrSell", "orderNo", "num", "price", "orderAmount", "tradeNum", "tradePrice", "tradeAmount", "fee",
                "feeSave", "status", "isSelf", "tradeNo", "tradeTime", "tradeTimestamp", "quoteCurrencyId",
                "quoteCurrencyName", "baseCurrencyId", "baseCurrencyName", "customOrderId", "isMaker",
            ])
        let history = try world.call(.orderHistory, ["orderNo": number])
        #expect(names(history) == ["order", "trades"])
        #expect(history["trades"]?.elements?.map { $0["num"]?.text } == ["0.20000000", "0.10000000"])
        let ledger = try world.ledger()
        #expect(ledger["balances"]?["BTC"]?.text == "5.300000000000")
        #expect(ledger["fees"]?["TWD"]?.text == "883.501600000000")
    }

    @Test func `knows market orders by quantity and by amount`() throws {
        var world = ACEWorld()
        let bought = try world.call(
            .place,
            ["baseCurrencyId": "2", "quoteCurrencyId": "1", "buyOrSell": "1", "type": "3", "amount": "294500.5"])
        let sold = try world.call(
            .place, ["baseCurrencyId": "2", "quoteCurrencyId": "1", "buyOrSell": "2", "type": "2", "num": "0.1"])
        #expect(bought["customOrderId"] == .null)
        for (reply, num) in [(bought, "0.10000000"), (sold, "0.10000000")] {
            let status = try world.call(.orderStatus, ["orderNo": try #require(reply["orderNo"]?.text)])
            #expect(status["tradeNum"]?.text == num && status["status"]?.integer == 2)
        }
    }

    @Test func `prints an account's trade with itself, and flags both sides`() throws {
        var world = ACEWorld(hasBook: false)
        _ = try world.place("1", price: "2945000", num: "0.1")
        _ = try world.place("2", price: "2945000", num: "0.1")
        let rows = try #require(try world.call(.tradeList, pair).elements)
        #expect(rows.map { $0["isSelf"]?.boolean } == [true, true])
        #expect(rows.map { $0["isMaker"]?.boolean } == [false, true])
        #expect(rows[0]["tradeNo"] == rows[1]["tradeNo"] && rows[0]["orderNo"] != rows[1]["orderNo"])
        let ledger = try world.ledger()
        #expect(ledger["markets"]?.elements?.first?["self_trades"]?.integer == 2)
        _ = try world.place("1", price: "2945000", num: "0.1")
        _ = try world.place("2", price: "2945000", num: "0.1", as: 1)
        #expect(try world.call(.tradeList, pair).elements?.first?["isSelf"]?.boolean == false)
    }

    // MARK: Lists

    @Test func `shows ten rows unless asked for more`() throws {
        var world = ACEWorld()
        for index in 0..<14 { _ = try world.place("1", price: "29000\(10 + index)", num: "0.001") }
        #expect(try world.call(.orderList, pair).elements?.count == 10)
        let rest = try world.call(.orderList, ["baseCurrencyId": "2", "quoteCurrencyId": "1", "start": "2"])
        #expect(rest.elements?.count == 4)
        let all = try world.call(.orderList, ["baseCurrencyId": "2", "quoteCurrencyId": "1", "size": "500"])
        #expect(all.elements?.first?["price"]?.text.map { $0.hasPrefix("2900023") } == true)
        #expect(try world.envelope(.orderList, ["size": "501"])["status"]?.integer == 9_996)
        var leeway = ACELeeway()
        leeway.startCountsRows = true
        var other = ACEWorld(leeway: leeway)
        for index in 0..<14 { _ = try other.place("1", price: "29000\(10 + index)", num: "0.001") }
        let rows = try other.call(.orderList, ["baseCurrencyId": "2", "quoteCurrencyId": "1", "start": "13"])
        #expect(rows.elements?.count == 2)
    }

    @Test func `filters fills by time, side and number`() throws {
        var world = ACEWorld()
        _ = try world.place("1", price: "2945005.0", num: "0.1")
        let first = try #require(try world.call(.tradeList, pair).elements?.first?["tradeNo"]?.text)
        world.advance(.seconds(5))
        _ = try world.place("2", price: "2944995.0", num: "0.1")

        func count(_ world: inout ACEWorld, _ extra: KeyValuePairs<String, String>) throws -> Int? {
            try world.call(.tradeList, extra).elements?.count
        }

        #expect(try count(&world, [:]) == 2)
        #expect(try count(&world, ["buyOrSell": "2"]) == 1)
        #expect(try count(&world, ["startTime": String((ACEWorld.start + .seconds(1)).milliseconds)]) == 1)
        #expect(try count(&world, ["startTradeNo": first]) == 2)
        #expect(try count(&world, ["startTradeNo": String(first.dropLast()) + "9"]) == 1)
    }

    @Test func `keeps candles of all the venue's lengths`() throws {
        var world = ACEWorld()
        world.trade(.buy, lots: 1_000, limit: ACEWorld.mid + 50)
        world.advance(.minutes(7))
        world.setBook(mid: ACEWorld.mid + 1_000)
        world.trade(.buy, lots: 1_000, limit: ACEWorld.mid + 1_050)
        for (duration, count) in [("1", 8), ("5", 2), ("10", 1), ("60", 1), ("24", 1), ("70", 1), ("31", 1)] {
            let rows = try world.call(
                .candles, ["baseCurrencyId": "2", "quoteCurrencyId": "1", "duration": duration])
            #expect(rows.elements?.count == count, "\(duration)")
        }
        let rows = try world.call(.candles, ["baseCurrencyId": "2", "quoteCurrencyId": "1", "duration": "10"])
        let row = try #require(rows.elements?.first)
        #expect(row["openPrice"]?.text == "2945005.0" && row["closePrice"]?.text == "2945105.0")
        #expect(row["createTime"]?.text == "2026-01-16 16:20:00" && row["volume"]?.text == "0.002")
        #expect(
            try world.envelope(.candles, ["baseCurrencyId": "2", "quoteCurrencyId": "1", "duration": "7"])["status"]?
                .integer == 9_996)
    }

    // MARK: Batches

    @Test func `has the batch routes only when it is told to, each element with its own outcome`() throws {
        var leeway = ACELeeway()
        leeway.hasBatchRoutes = true
        var world = ACEWorld(leeway: leeway)
        let good =
            #"{"baseCurrencyId":"2","quoteCurrencyId":"1","buyOrSell":"1","type":"1","price":"2900000","num":"0.1","customOrderId":"a"}"#
        let poor =
            #"{"baseCurrencyId":"2","quoteCurrencyId":"1","buyOrSell":"1","type":"1","price":"2900000","num":"9","customOrderId":"b"}"#
        let rows = try #require(try world.call(.placeBatch, ["orders": "[\(good),\(poor)]"]).elements)
        #expect(rows.map { $0["status"]?.integer } == [200, 2_021])
        #expect(rows.map { $0["attachment"]?["customOrderId"]?.text } == ["a", "b"])
        let number = try #require(rows[0]["attachment"]?["orderNo"]?.text)
        let canceled = try #require(
            try world.call(.cancelBatch, ["orderNos": "[\"\(number)\",\"\(number)\"]"]).elements)
        #expect(canceled.map { $0["status"]?.integer } == [200, 2_061])
        #expect(canceled.map { $0["attachment"]?["orderNo"]?.text } == [number, number])
        for orders in ["", "{}", "[]", "[7]", "[" + Array(repeating: good, count: 21).joined(separator: ",") + "]"] {
            #expect(try world.envelope(.placeBatch, ["orders": orders])["status"]?.integer == 9_996)
        }
    }

    // MARK: Chaos

    @Test(arguments: ACEFault.allCases)
    func `each fault strikes as often as it is told`(fault: ACEFault) throws {
        var leeway = ACELeeway()
        leeway.hasBatchRoutes = true
        var world = ACEWorld(leeway: leeway)
        _ = try world.place("1", price: "2945005.0", num: "0.1")
        world.chaos("\(fault.rawValue)=next:2")
        let orders = (0..<2).map {
            #"{"baseCurrencyId":"2","quoteCurrencyId":"1","buyOrSell":"1","type":"1","price":"290000\#($0)","num":"0.1"}"#
        }
        for _ in 0..<4 {
            _ = world.send(world.signed(.placeBatch, ["orders": "[\(orders.joined(separator: ","))]"]))
            _ = world.send(world.signed(.tradeList))
        }
        #expect(world.server.strikes(of: fault) == 2)
        #expect(world.server.chaos.isCalm)
        world.advance(.seconds(5))
        #expect(world.text(HTTPRequest(method: .post, target: "/apus/chaos", body: Array("x=1".utf8))).hasPrefix("400"))
    }

    @Test func `a lost reply leaves the order in the book`() throws {
        var world = ACEWorld()
        world.chaos("reply-lost=next:1@\(ACEEndpoint.place.rawValue)")
        #expect(
            world.text(
                world.signed(
                    .place,
                    [
                        "baseCurrencyId": "2", "quoteCurrencyId": "1", "buyOrSell": "1", "type": "1",
                        "price": "2900000", "num": "0.1", "customOrderId": "lost",
                    ])) == "no reply")
        #expect(try world.call(.orderList, pair).elements?.first?["customOrderId"]?.text == "lost")
    }

    @Test func `tells who it is, and an account's exact books`() throws {
        var world = ACEWorld()
        let identity = try world.get("/apus/identity")
        #expect(identity["venue"]?.text == "ace" && identity["accounts"]?.elements?.count == 2)
        var json = JSONWriter()
        json.beginObject()
        world.server.writeReadiness(http: "http://127.0.0.1:1", ws: "ws://127.0.0.1:1", into: &json)
        json.endObject()
        let ready = try JSONValue.parse(json.bytes)
        #expect(ready["accounts"]?.elements?.first?["api_secret"]?.text == "secret-a")
        let ledger = try world.ledger()
        #expect(ledger["balances"]?["TWD"]?.text == "10000000.000000000000")
        #expect(ledger["markets"]?.elements?.count == 3)
        let stranger = world.send(HTTPRequest(method: .get, target: "/apus/ledger?account=c"))
        #expect(stranger?.status == 400)
    }

    // MARK: Noise

    @Test(arguments: 1...3) func `answers every request and never stops`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var leeway = ACELeeway()
        leeway.hasBatchRoutes = true
        var world = ACEWorld(leeway: leeway, seed: seed)
        let values = [
            "1", "2", "14", "0.1", "2945000", "-1", "", "99999999999999999999", "[{}]", "[\"1\"]", "x", "500",
        ]
        let keys = [
            "baseCurrencyId", "quoteCurrencyId", "buyOrSell", "type", "price", "num", "amount", "orderNo", "start",
            "size", "startTime", "startTradeNo", "duration", "limit", "orders", "orderNos", "depth", "customOrderId",
        ]
        for step in 0..<1_500 {
            let endpoint = ACEEndpoint.allCases[Int(random.integer(in: 0...Int64(ACEEndpoint.allCases.count - 1)))]
            var form = FormFields()
            for key in keys where random.chance(2, in: 3) {
                form.append(key, values[Int(random.integer(in: 0...Int64(values.count - 1)))])
            }
            form.append("apiKey", "key-a")
            form.append("timeStamp", String(world.now.milliseconds))
            form.append("signKey", ACESigner.signature(of: form.fields, secretKey: .init("secret-a")))
            let request =
                endpoint.isPublic
                ? HTTPRequest(method: .get, target: "\(endpoint.rawValue)?\(form.encoded)")
                : HTTPRequest(method: .post, target: endpoint.rawValue, body: Array(form.encoded.utf8))
            let response = world.send(request)
            #expect(response?.status == 200)
            if step % 50 == 0 { world.setBook(mid: ACEWorld.mid + random.integer(in: -500...500)) }
            world.advance(.milliseconds(random.integer(in: 0...400)))
            world.effects = []
        }
    }
}
