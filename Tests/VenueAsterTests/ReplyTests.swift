import Cryptography
import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueAster

@Suite struct `Readers of REST replies` {
    private func json(_ text: String) throws -> JSONValue { try JSONValue.parse(Array(text.utf8)) }

    @Test func `reads an instrument's rules`() throws {
        let instrument = Fixtures.instrument
        #expect(instrument.tickSize == ExactDecimal("0.0001")!)
        #expect(instrument.lotSize == ExactDecimal("0.01")!)
        #expect(instrument.priceRange == Price(ticks: 1)...Price(ticks: 2_000_000))
        #expect(instrument.quantityRange == Quantity(lots: 1)...Quantity(lots: 200_000_000))
        #expect(instrument.marketQuantityRange == Quantity(lots: 1)...Quantity(lots: 20_000_000))
        #expect(instrument.minNotional == Cash(whole: 5))
        #expect(instrument.collarUp == Rate("1.05")!)
        #expect(instrument.collarDown == Rate("0.95")!)
        #expect(instrument.marketTakeBound == Rate("0.05")!)
        #expect(instrument.maxOpenOrders == 200)
        #expect(instrument.settlementAsset == "USDT")
    }

    @Test func `reads the rate limits, and falls back to the documented ones`() throws {
        let rules = AsterExchangeInfo.rateRules(try json(Fixtures.exchangeInfo()))
        #expect(rules == AsterExchangeInfo.documentedRules)
        #expect(AsterExchangeInfo.rateRules(.null) == AsterExchangeInfo.documentedRules)
        #expect(
            AsterExchangeInfo.rateRules(
                try json(
                    #"{"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":600}]}"#
                ))
                == [RateRule(.weight, per: .minutes(1), limit: 600)])
    }

    @Test func `reads a fill of the venue's own example`() throws {
        let text =
            #"[{"symbol":"ASTERUSDT","id":2583152,"orderId":418588675,"side":"SELL","price":"0.9500","qty":"20.00","quoteQty":"19.00000000","commission":"0.00665000","commissionAsset":"USDT","time":1776409179230,"realizedPnl":"0.00029999","marginAsset":"USDT","positionSide":"BOTH","buyer":false,"maker":false}]"#
        let rows = try AsterReplies.trades(try json(text), Fixtures.instrument)
        #expect(
            rows.map(\.fill) == [
                Fill(
                    market: Fixtures.market, trade: TradeID(2_583_152), clientOrderID: nil,
                    venueOrderID: VenueOrderID(418_588_675), side: .sell, price: Price(ticks: 9_500),
                    quantity: Quantity(lots: 2_000), isMaker: false, commission: Cash("0.00665")!,
                    realized: Cash("0.00029999"), venueTime: Instant(milliseconds: 1_776_409_179_230))
            ])
    }

    @Test func `takes a missing position row for flat, and reads what the venue shows`() throws {
        let flat = try AsterReplies.position(try json("[]"), Fixtures.instrument)
        #expect(flat.quantity == .zero && !flat.isHedge)
        let text =
            #"[{"symbol":"ASTERUSDT","positionAmt":"-40.00","entryPrice":"0.95000","markPrice":"0.94800000","unRealizedProfit":"0.08","liquidationPrice":"1.2","leverage":"5","marginType":"cross","positionSide":"BOTH","updateTime":1}]"#
        let short = try AsterReplies.position(try json(text), Fixtures.instrument)
        #expect(short.quantity == Quantity(lots: -4_000))
        #expect(short.entryPrice == ExactDecimal("0.95000")!)
        let hedge = #"[{"symbol":"ASTERUSDT","positionAmt":"1.00","entryPrice":"1","positionSide":"LONG"}]"#
        #expect(try AsterReplies.position(try json(hedge), Fixtures.instrument).isHedge)
    }

    @Test func `reads balances with their sign, and no row as no balance`() throws {
        let text =
            #"[{"asset":"USDC","balance":"124.40"},{"asset":"USDT","balance":"-5.67000000","availableBalance":"980.00000000"}]"#
        let balance = try AsterReplies.balance(try json(text), asset: "USDT")
        #expect(balance?.wallet == Cash("-5.67")!)
        #expect(balance?.available == Cash("980")!)
        #expect(try AsterReplies.balance(try json("[]"), asset: "USDT") == nil)
    }

    @Test func `reads commission rates`() throws {
        let text = #"{"symbol":"ASTERUSDT","makerCommissionRate":"-0.00005","takerCommissionRate":"0.00035"}"#
        let fees = try AsterReplies.commission(try json(text), symbol: "ASTERUSDT")
        #expect(fees.maker == Rate(parts: -5_000))
        #expect(fees.taker == Rate(parts: 35_000))
        #expect(throws: AsterDecodeError.self) { try AsterReplies.commission(try json(text), symbol: "BTCUSDT") }
    }

    @Test func `refuses rows of another symbol and unknown statuses, naming the field`() throws {
        let other = try json(FakeVenue.order(1, "x").replacing("ASTERUSDT", "OTHERUSDT"))
        #expect(throws: AsterDecodeError("order.symbol", #"expected "ASTERUSDT", found "OTHERUSDT""#)) {
            try AsterReplies.order(other, Fixtures.instrument)
        }
        let status = try json(FakeVenue.order(1, "x", status: "MAYBE"))
        #expect(throws: AsterDecodeError("order.status", #"expected a known order status, found "MAYBE""#)) {
            try AsterReplies.order(status, Fixtures.instrument)
        }
    }

    @Test func `accepts no listen key that could change the stream's target`() throws {
        for key in ["", "a/../b", "abc def gh", "abcdefgh?x=1", String(repeating: "a", count: 300)] {
            #expect(throws: AsterDecodeError.self) { try AsterReplies.listenKey(try json(#"{"listenKey":"\#(key)"}"#)) }
        }
    }

    @Test(arguments: 1...10) func `never trap on mutated replies`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let seeds = [
            Fixtures.exchangeInfo(), "[\(PrivateTexts.trade)]", "[\(FakeVenue.order(1, "apus-7-1"))]",
            #"[{"symbol":"ASTERUSDT","positionAmt":"-40.00","entryPrice":"0.95000","positionSide":"BOTH"}]"#,
            #"[{"asset":"USDT","balance":"1000.00000000","availableBalance":"980.00000000"}]"#,
            #"{"symbol":"ASTERUSDT","makerCommissionRate":"0.0001","takerCommissionRate":"0.00035"}"#,
            #"{"lastUpdateId":100,"T":1754896692922,"bids":[["0.9501","1200.00"]],"asks":[["0.9503","800.00"]]}"#,
            #"{"serverTime":1754896692926}"#, #"{"code":-2019,"msg":"Margin is insufficient."}"#,
        ]
        for round in 0..<600 {
            var bytes = Array(seeds[round % seeds.count].utf8)
            Mutation.mutate(&bytes, using: &random)
            guard let body = try? JSONValue.parse(bytes) else { continue }
            let instrument = Fixtures.instrument
            _ = try? AsterExchangeInfo.instrument(body, symbol: "ASTERUSDT", market: Fixtures.market)
            _ = AsterExchangeInfo.rateRules(body)
            _ = try? AsterReplies.trades(body, instrument)
            _ = try? AsterReplies.orders(body, instrument)
            _ = try? AsterReplies.position(body, instrument)
            _ = try? AsterReplies.balance(body, asset: "USDT")
            _ = try? AsterReplies.commission(body, symbol: "ASTERUSDT")
            _ = try? AsterReplies.depth(body, instrument)
            _ = try? AsterReplies.serverTime(body)
            _ = AsterErrorPolicy.outcome(status: 200, body: body)
        }
    }
}

enum PrivateTexts {
    static let trade = `The private stream of a session`.trade(40, order: 5)
}

extension String {
    fileprivate func replacing(_ old: String, _ new: String) -> String { split(separator: old).joined(separator: new) }
}

@Suite struct `The preview of an order` {
    private let credentials = AsterCredentials.apiKey(
        key: "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83",
        secret: Secret("2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"))
    private let at = Instant(milliseconds: 1_591_702_613_943)

    @Test func `shows the exact request with its secrets hidden`() throws {
        let order =
            #"{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","quantity":1,"price":"9000","timeInForce":"GTC","reduceOnly":false}"#
        let preview = try AsterOrderPreview(orderJSON: Array(order.utf8), credentials: credentials, at: at)
        #expect(preview.request.method == .post)
        #expect(
            preview.request.target.hasPrefix(
                "/fapi/v1/order?symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&reduceOnly=false&"
            ))
        #expect(preview.redacted.contains("signature=***"))
        #expect(preview.redacted.contains("symbol=BTCUSDT"))
        for secret in ["2b5eb11e18796d12", "dbefbc809e3e83c2"] { #expect(!preview.redacted.contains(secret)) }
        let signature = try #require(FakeVenue.parameters(preview.request.target)["signature"])
        #expect(!preview.redacted.contains(signature))
    }

    @Test func `shows the request of an order in our own words`() throws {
        let spec = OrderSpec(
            market: Fixtures.market, side: .sell, price: Price(ticks: 5_000), quantity: Quantity(lots: 2_000),
            timeInForce: .postOnly)
        let preview = try AsterOrderPreview(Fixtures.id(1), spec, Fixtures.instrument, credentials: credentials, at: at)
        #expect(preview.redacted.contains("side=SELL&type=LIMIT&timeInForce=GTX&quantity=20.00&price=0.5000"))
    }

    @Test(arguments: ["", "[]", "{}", #"{"symbol":"X","side":"BUY"}"#, #"{"symbol":"X","side":"BUY","type":["x"]}"#])
    func `says what is wrong with an order it cannot show`(order: String) {
        #expect(throws: AsterDecodeError.self) {
            try AsterOrderPreview(orderJSON: Array(order.utf8), credentials: credentials, at: at)
        }
    }
}
