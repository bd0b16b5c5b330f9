import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueBinance

@Suite struct `Replies of Binance spot` {
    private let instrument = Fixtures.instrument()
    private let id = ClientOrderID(epoch: 7, sequence: 1)

    private func order(_ text: String) throws(VenueDecodeError) -> BinanceOrderRow {
        try BinanceReplies.order(Fixtures.json(text), instrument)
    }

    @Test func `an order is read with what of it is done`() throws {
        let row = try order(Fixtures.order(status: "PARTIALLY_FILLED", filled: "0.00200000"))
        #expect(
            row.report
                == OrderReport(
                    market: Fixtures.btc, clientOrderID: id, venueOrderID: VenueOrderID(4_293_153), side: .sell,
                    price: Fixtures.price("61000.10"), quantity: Fixtures.quantity("0.005"),
                    filled: Fixtures.quantity("0.002"), status: .working))
        let market = try order(Fixtures.order().replacing("61000.10000000", with: "0.00000000"))
        #expect(market.report.price == nil)
    }

    @Test(arguments: [
        ("NEW", OrderReport.Status.working), ("PENDING_NEW", .working), ("PARTIALLY_FILLED", .working),
        ("FILLED", .done(.filled)), ("CANCELED", .done(.canceled)), ("REJECTED", .done(.rejected)),
        ("EXPIRED", .done(.expired)), ("EXPIRED_IN_MATCH", .done(.selfTradePrevented)),
    ]) func `each status`(text: String, status: OrderReport.Status) throws {
        #expect(try order(Fixtures.order(status: text)).report.status == status)
    }

    @Test func `a cancelled order is known by the name it was placed under`() throws {
        let text = Fixtures.order("web_1", status: "CANCELED", extra: #","origClientOrderId":"apus-7-1""#)
        #expect(try order(text).report.clientOrderID == id)
    }

    @Test func `what self-trade prevention took off is no longer asked for`() throws {
        let row = try order(Fixtures.order(extra: #","preventedQuantity":"0.00100000","preventedMatchId":3"#))
        #expect(row.report.quantity == Fixtures.quantity("0.004") && row.prevented == Fixtures.quantity("0.001"))
    }

    @Test(arguments: [
        Fixtures.order(symbol: "ETHUSDT"), Fixtures.order(status: "LOST"), Fixtures.order(side: "HOLD"),
        Fixtures.order(filled: "0.000001"), "{}", "[]", Fixtures.order().replacing("origQty", with: "qty"),
    ]) func `what is wrong is refused`(text: String) {
        #expect(throws: VenueDecodeError.self) { try order(text) }
    }

    // MARK: Fees

    @Test(arguments: [
        ("0.12200020", "USDT", "0.1220002", "0", nil), ("0.00000200", "BTC", "0.1220002", "0.000002", nil),
        // 0.00200 × 61000.10 × 0.1 %
        ("0.00012000", "BNB", "0.1220002", "0", "BNB"), ("0.00000000", "BNB", "0", "0", nil),
        ("-0.10000000", "USDT", "-0.1", "0", nil),
    ]) func `a fee in quote, base or a third asset`(
        amount: String, asset: String, cash: String, base: String, estimated: String?
    ) throws {
        let row = try BinanceReplies.myTrade(
            Fixtures.json(Fixtures.trade(9, order: 5, commission: amount, asset: asset)), instrument)
        #expect(row.fill.commission == Fixtures.cash(cash))
        #expect(row.fill.baseCommission == Fixtures.cash(base))
        #expect(row.estimatedFrom == estimated)
        #expect(row.fill.trade == TradeID(9) && row.fill.venueOrderID == VenueOrderID(5) && row.fill.side == .sell)
        #expect(row.fill.venueTime == Instant(milliseconds: 1_767_225_600_150) && !row.fill.isMaker)
        #expect(row.fill.clientOrderID == nil)
    }

    @Test func `the fills of a reply belong to its order`() throws {
        let extra =
            #","fills":[{"price":"61000.10000000","qty":"0.00200000","commission":"0.00000200","commissionAsset":"BTC","tradeId":56},{"price":"61000.20000000","qty":"0.00300000","commission":"0.18300060","commissionAsset":"USDT","tradeId":57}]"#
        let body = Fixtures.json(Fixtures.order(status: "FILLED", filled: "0.00500000", extra: extra))
        let report = try BinanceReplies.order(body, instrument).report
        let rows = try BinanceReplies.fills(body, of: report, instrument)
        #expect(rows.map(\.fill.trade) == [TradeID(56), TradeID(57)])
        #expect(rows.allSatisfy { $0.fill.clientOrderID == id && $0.fill.side == .sell && !$0.fill.isMaker })
        #expect(rows[0].fill.baseCommission == Fixtures.cash("0.000002"))
        #expect(rows[0].fill.venueTime == Instant(milliseconds: 1_767_225_600_140))
        #expect(try BinanceReplies.fills(Fixtures.json(Fixtures.order()), of: report, instrument).isEmpty)
    }

    // MARK: Account

    static let account =
        #"{"makerCommission":10,"commissionRates":{"maker":"0.001","taker":"0.001","buyer":"0","seller":"0"},"canTrade":true,"canWithdraw":true,"canDeposit":true,"accountType":"SPOT","balances":[{"asset":"BTC","free":"4.72384689","locked":"0.10000000"},{"asset":"USDT","free":"100.00000000","locked":"0.00000000"}],"permissions":["SPOT"],"tradeGroupId":-1,"uid":354937868}"#

    @Test func `holdings are what is free and what orders hold back`() throws {
        let held = try BinanceReplies.holding(Fixtures.json(Self.account), asset: "BTC")
        #expect(held.total == Fixtures.cash("4.82384689") && held.available == Fixtures.cash("4.72384689"))
        let none = try BinanceReplies.holding(Fixtures.json(Self.account), asset: "ETH")
        #expect(none.total == .zero && none.available == .zero)
        for text in [
            "{}", Self.account.replacing("4.72384689", with: "x"),
            Self.account.replacing("4.72384689", with: "99999999999999999999999"),
        ] {
            #expect(throws: VenueDecodeError.self) {
                try BinanceReplies.holding(Fixtures.json(text), asset: "BTC")
            }
        }
    }

    @Test func `an account that cannot trade says why`() throws {
        func obstacle(_ text: String) throws -> String? { try BinanceReplies.obstacle(Fixtures.json(text)) }
        #expect(try obstacle(Self.account) == nil)
        #expect(try obstacle(Self.account.replacing(#""canTrade":true"#, with: #""canTrade":false"#)) != nil)
        #expect(try obstacle(Self.account.replacing(#""SPOT","b"#, with: #""MARGIN","b"#))?.contains("MARGIN") == true)
        #expect(throws: VenueDecodeError.self) { try obstacle("{}") }
    }

    static let commission =
        #"{"symbol":"BTCUSDT","standardCommission":{"maker":"0.00100000","taker":"0.00120000","buyer":"0.00000000","seller":"0.00010000"},"specialCommission":{"maker":"0.00000000","taker":"0.00005000","buyer":"0","seller":"0"},"taxCommission":{"maker":"0.00000112","taker":"0.00000114","buyer":"0.00000118","seller":"0.00000116"},"discount":{"enabledForAccount":true,"enabledForSymbol":true,"discountAsset":"BNB","discount":"0.75000000"}}"#

    @Test func `fee rates are the sum of all that is charged`() throws {
        let rates = try BinanceReplies.commission(Fixtures.json(Self.commission), symbol: "BTCUSDT")
        #expect(rates.maker == Rate("0.0011023") && rates.taker == Rate("0.00135232"))
        #expect(throws: VenueDecodeError.self) {
            try BinanceReplies.commission(Fixtures.json(Self.commission), symbol: "ETHUSDT")
        }
        #expect(throws: VenueDecodeError.self) {
            try BinanceReplies.commission(
                Fixtures.json(Self.commission.replacing("0.00120000", with: "12")), symbol: "BTCUSDT")
        }
    }

    @Test func `the venue's clock`() throws {
        #expect(
            try BinanceReplies.serverTime(Fixtures.json(#"{"serverTime":1767225600123}"#))
                == Instant(milliseconds: 1_767_225_600_123))
        #expect(throws: VenueDecodeError.self) { try BinanceReplies.serverTime(Fixtures.json("{}")) }
    }

    @Test(arguments: 1...6) func `never trap on mutated replies`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let fills =
            #","fills":[{"price":"61000.10","qty":"0.002","commission":"0.000002","commissionAsset":"BTC","tradeId":56}]"#
        let texts = [
            Fixtures.order(), Fixtures.order(extra: fills), Fixtures.trade(1, order: 2, asset: "BNB"), Self.account,
            Self.commission, Fixtures.exchangeInfo(Fixtures.symbol()),
        ]
        for round in 0..<900 {
            var bytes = Array(texts[round % texts.count].utf8)
            Mutation.mutate(&bytes, using: &random)
            guard let body = try? JSONValue.parse(bytes) else { continue }
            if let row = try? BinanceReplies.order(body, instrument) {
                _ = try? BinanceReplies.fills(body, of: row.report, instrument)
            }
            _ = try? BinanceReplies.myTrade(body, instrument)
            _ = try? BinanceReplies.holding(body, asset: "BTC")
            _ = try? BinanceReplies.obstacle(body)
            _ = try? BinanceReplies.commission(body, symbol: "BTCUSDT")
            _ = try? BinanceExchangeInfo.symbol(body, named: "BTCUSDT", market: Fixtures.btc)
            _ = BinanceExchangeInfo.rateRules(body)
            _ = BinanceErrorPolicy.outcome(status: 400, body: body)
        }
    }
}
