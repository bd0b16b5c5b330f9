import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueBinance

/// An adapter and one reply after another.
struct Dialogue {
    var adapter: BinanceSpotAdapter
    static let time = Instant(milliseconds: 1_767_225_600_123)
    static let sentAt = Instant(milliseconds: 1_767_225_600_000)
    static let now = Instant(milliseconds: 1_767_225_600_050)

    init(
        _ credentials: BinanceCredentials? = BinanceVectors.hmac, depth: BinanceDepth = .partial,
        markets: [AdapterMarket] = [AdapterMarket(Fixtures.btc, symbol: "BTCUSDT", isTraded: true)],
        wantsTrades: Bool = false
    ) {
        adapter = BinanceSpotAdapter(
            BinanceSpotConfiguration(
                markets: credentials == nil
                    ? markets.map { AdapterMarket($0.id, symbol: $0.symbol, isTraded: false) } : markets,
                credentials: credentials, depth: depth, wantsTrades: wantsTrades))
    }

    /// With the rules read.
    static func ready(
        _ credentials: BinanceCredentials? = BinanceVectors.hmac, depth: BinanceDepth = .partial
    ) -> Dialogue {
        var dialogue = Dialogue(credentials, depth: depth)
        let (verdict, _) = dialogue.reply(Fixtures.exchangeInfo(Fixtures.symbol()), to: .rules)
        #expect(verdict == .done)
        return dialogue
    }

    mutating func reply(
        _ body: String, status: Int = 200, headers: [(String, String)] = [], to call: VenueCall
    ) -> (CallVerdict, AdapterOutput) {
        var output = AdapterOutput()
        let response = HTTPResponse(status: status, headers: HTTPHeaders(headers), body: Array(body.utf8))
        let verdict = adapter.read(response, to: call, sentAt: Self.sentAt, at: Self.now, into: &output)
        return (verdict, output)
    }

    mutating func frame(_ text: String, stream: Int) throws(VenueDecodeError) -> AdapterOutput {
        var output = AdapterOutput()
        try adapter.read(frame: Array(text.utf8), ofStream: stream, at: Self.now, into: &output)
        return output
    }

    mutating func request(_ call: VenueCall) -> HTTPRequest? { adapter.request(call, at: Self.time) }

    /// What is asked, without window, time and signature.
    mutating func asked(_ call: VenueCall) -> String? {
        guard let request = request(call) else { return nil }
        let target = request.target.split(separator: "recvWindow=", maxSplits: 1)[0]
        let bare = target.hasSuffix("&") || target.hasSuffix("?") ? target.dropLast() : target
        return "\(request.method.rawValue) \(bare)"
    }
}

@Suite struct `What the Binance adapter asks` {
    private let id = ClientOrderID(epoch: 7, sequence: 1)

    private func spec(
        _ timeInForce: TimeInForce = .immediateOrCancel, _ side: Side = .sell, price: String? = "61000.10",
        reduceOnly: Bool = false
    ) -> OrderSpec {
        OrderSpec(
            market: Fixtures.btc, side: side, price: price.map(Fixtures.price), quantity: Fixtures.quantity("0.005"),
            timeInForce: timeInForce, reduceOnly: reduceOnly)
    }

    @Test(arguments: [
        (TimeInForce.immediateOrCancel, "LIMIT&timeInForce=IOC", "EXPIRE_MAKER"),
        (.fillOrKill, "LIMIT&timeInForce=FOK", "EXPIRE_MAKER"),
        (.goodTillCancel, "LIMIT&timeInForce=GTC", "EXPIRE_TAKER"),
        (.postOnly, "LIMIT_MAKER", "EXPIRE_TAKER"),
    ]) func `each kind of limit order, its self-trade prevention always with it`(
        timeInForce: TimeInForce, type: String, prevention: String
    ) {
        var dialogue = Dialogue.ready()
        #expect(
            dialogue.asked(.place([OrderPlacement(id, spec(timeInForce))]))
                == "POST /api/v3/order?symbol=BTCUSDT&side=SELL&type=\(type)&quantity=0.00500&price=61000.10"
                + "&newClientOrderId=apus-7-1&newOrderRespType=FULL&selfTradePreventionMode=\(prevention)")
    }

    @Test func `a market order`() {
        var dialogue = Dialogue.ready()
        #expect(
            dialogue.asked(.place([OrderPlacement(id, spec(.immediateOrCancel, .buy, price: nil))]))
                == "POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.00500"
                + "&newClientOrderId=apus-7-1&newOrderRespType=FULL&selfTradePreventionMode=EXPIRE_MAKER")
    }

    @Test func `what spot has not is not asked`() {
        var dialogue = Dialogue.ready()
        #expect(dialogue.asked(.place([OrderPlacement(id, spec(.hidden))])) == nil)
        #expect(dialogue.asked(.place([OrderPlacement(id, spec(reduceOnly: true))])) == nil)
        let two = [OrderPlacement(id, spec()), OrderPlacement(ClientOrderID(epoch: 7, sequence: 2), spec())]
        #expect(dialogue.asked(.place(two)) == nil)
        #expect(dialogue.asked(.streamKey(.open)) == nil && dialogue.asked(.countdown(Fixtures.btc, nil)) == nil)
        var early = Dialogue()
        #expect(early.asked(.place([OrderPlacement(id, spec())])) == nil)
    }

    @Test func `every other call`() {
        var dialogue = Dialogue.ready()
        let calls: [(VenueCall, String)] = [
            (.time, "GET /api/v3/time"), (.rules, "GET /api/v3/exchangeInfo?symbol=BTCUSDT"),
            (.book(Fixtures.btc), "GET /api/v3/depth?symbol=BTCUSDT&limit=20"), (.accountMode, "GET /api/v3/account"),
            (.balances, "GET /api/v3/account"),
            (.openOrders(Fixtures.btc, page: 0), "GET /api/v3/openOrders?symbol=BTCUSDT"),
            (.order(id, Fixtures.btc), "GET /api/v3/order?symbol=BTCUSDT&origClientOrderId=apus-7-1"),
            (
                .cancel(Fixtures.btc, [.own(id)]),
                "DELETE /api/v3/order?symbol=BTCUSDT&origClientOrderId=apus-7-1"
            ),
            (.cancel(Fixtures.btc, [.found(VenueOrderID(5))]), "DELETE /api/v3/order?symbol=BTCUSDT&orderId=5"),
            (.cancelAll(Fixtures.btc), "DELETE /api/v3/openOrders?symbol=BTCUSDT"),
        ]
        for (call, text) in calls {
            #expect(dialogue.asked(call) == text)
            #expect(dialogue.adapter.offers(call))
        }
        var two = Dialogue(
            markets: [
                AdapterMarket(Fixtures.btc, symbol: "BTCUSDT", isTraded: true),
                AdapterMarket(Fixtures.eth, symbol: "ETHUSDT", isTraded: false),
            ])
        #expect(
            two.asked(.rules) == "GET /api/v3/exchangeInfo?symbols=%5B%22BTCUSDT%22%2C%22ETHUSDT%22%5D")
    }

    @Test func `private calls are signed, public ones carry no key`() throws {
        var dialogue = Dialogue.ready()
        let asked = dialogue.request(.balances)
        let signed = try #require(asked)
        #expect(signed.headers["X-MBX-APIKEY"] == BinanceVectors.apiKey)
        #expect(signed.target.contains("recvWindow=5000&timestamp=1767225600123&signature="))
        for call in [VenueCall.time, .rules, .book(Fixtures.btc)] {
            let asked = dialogue.request(call)
            let open = try #require(asked)
            #expect(open.headers["X-MBX-APIKEY"] == nil && !open.target.contains("signature"))
        }
    }

    @Test func `without keys only what is public is offered`() {
        var dialogue = Dialogue(nil)
        for call in [VenueCall.time, .rules, .book(Fixtures.btc)] {
            #expect(dialogue.adapter.offers(call) && dialogue.asked(call) != nil)
        }
        for call in [
            VenueCall.accountMode, .balances, .openOrders(Fixtures.btc, page: 0), .cancelAll(Fixtures.btc),
            .fills(Fixtures.btc, since: Dialogue.time, page: 0), .order(id, Fixtures.btc), .place([]),
        ] {
            #expect(!dialogue.adapter.offers(call))
        }
        #expect(dialogue.adapter.streamCount == 1)
    }

    @Test func `history goes by days, and by ids where a page was full`() {
        var dialogue = Dialogue.ready()
        let since = Dialogue.time - .hours(30)
        let first = VenueCall.fills(Fixtures.btc, since: since, page: 0)
        let start = since.milliseconds
        #expect(
            dialogue.asked(first) == "GET /api/v3/myTrades?symbol=BTCUSDT&startTime=\(start)"
                + "&endTime=\(start + 86_399_999)&limit=1000")
        let next = VenueCall.fills(Fixtures.btc, since: since, page: 1)
        #expect(dialogue.reply("[]", to: first).0 == .more(next))
        // Asked again after a lost reply it is the same question.
        for _ in 0..<2 {
            #expect(
                dialogue.asked(next)
                    == "GET /api/v3/myTrades?symbol=BTCUSDT&startTime=\(start + 86_400_000)&limit=1000")
        }
        let full = (1...1_000).map { Fixtures.trade(Int64($0), order: 5) }.joined(separator: ",")
        let (verdict, output) = dialogue.reply("[\(full)]", to: next)
        let third = VenueCall.fills(Fixtures.btc, since: since, page: 2)
        #expect(verdict == .more(third) && output.events.count == 1_000)
        #expect(dialogue.asked(third) == "GET /api/v3/myTrades?symbol=BTCUSDT&fromId=1001&limit=1000")
        #expect(dialogue.reply("[\(Fixtures.trade(1_001, order: 5))]", to: third).0 == .done)
        // From the beginning of time means from a week ago.
        #expect(
            dialogue.asked(.fills(Fixtures.btc, since: .distantPast, page: 0))?
                .contains("startTime=\(Dialogue.time.milliseconds - 7 * 86_400_000)") == true)
    }
}
