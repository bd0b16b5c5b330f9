import Exchange
import Fundamentals
import MarketModel
import StarkCryptography
import Testing
import VenueExtended
import Wire

@testable import LocalVenues

@Suite struct `What a local Extended refuses` {
    private struct Row: Sendable {
        let code: String
        let change: @Sendable (inout ExtendedOrderDraft) -> Void
        /// Of the body that was signed, to what a client that checks nothing might send.
        let edit: @Sendable (String) -> String

        init(_ code: String, edit: @escaping @Sendable (String) -> String = { $0 }) {
            self.code = code
            self.edit = edit
            change = { _ in }
        }

        init(_ code: String, change: @escaping @Sendable (inout ExtendedOrderDraft) -> Void) {
            self.code = code
            self.change = change
            edit = { $0 }
        }
    }

    private static func replace(_ old: String, _ new: String) -> @Sendable (String) -> String {
        { text in
            precondition(text.contains(old), "\(old) is in no body")
            return text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false).joined(separator: new)
        }
    }

    private static func decimal(_ text: String) -> ExactDecimal { ExactDecimal(text)! }

    /// Changes of a good order, in the order in which the venue looks at them; each alone.
    private static let table: [Row] = [
        Row("400", edit: { String($0.dropLast()) }), Row("400", edit: { _ in "[]" }),
        Row("400", edit: replace(#""side":"BUY","#, "")), Row("400", edit: replace(#""qty":"0.01""#, #""qty":true"#)),
        Row("1133", edit: replace(#""side":"BUY""#, #""side":"buy""#)),
        Row("1133", edit: replace(#""qty":"0.01""#, #""qty":"1e-2""#)),
        Row("1133", edit: replace(#""timeInForce":"GTT""#, #""timeInForce":"GTC""#)),
        Row("1133", edit: replace(#""nonce":""#, #""nonce":"99999999999"#)),
        Row("1001", change: { $0.market = "NOPE-USD" }),
        Row("1120", change: { $0.quantity = decimal("0.00009") }),
        Row("1120", edit: replace(#""qty":"0.01""#, #""qty":"-1""#)),
        Row("1123", change: { $0.quantity = decimal("0.010001") }),
        Row("1125", change: { $0.price = decimal("84000.5") }), Row("1141", change: { $0.price = decimal("88295") }),
        Row("1141", edit: replace(#""price":"84000""#, #""price":"0""#)),
        Row("1122", change: { $0.quantity = decimal("180") }),
        Row("1135", change: { $0.expiryMilliseconds = 1_795_248_000_000 }),
        Row("1135", change: { $0.expiryMilliseconds += 28 * 86_400_000 }),
        Row("1128", change: { $0.fee = decimal("0.00024") }), Row("1128", change: { $0.fee = decimal("1") }),
        Row("1139", edit: replace(#""type":"LIMIT""#, #""type":"MARKET""#)),
        Row("1143", edit: replace(#""type":"LIMIT""#, #""type":"CONDITIONAL""#)),
        Row(
            "1144",
            change: {
                $0.kind = .conditional
                $0.postOnly = true
                $0.trigger = .init(price: decimal("84000"), source: .mark, direction: .up, execution: .market)
            }),
        Row("1130", edit: replace(#","price":"84000""#, "")),
        Row("1132", edit: replace(#""type":"LIMIT""#, #""type":"TWAP""#)),
        Row("1133", edit: replace(#""postOnly":false,"timeInForce":"GTT""#, #""postOnly":true,"timeInForce":"IOC""#)),
        Row("1133", edit: replace(#""timeInForce":"GTT""#, #""timeInForce":"TOB""#)),
        Row("1100", edit: replace(#""starkKey":"0x6"#, #""starkKey":"0x5"#)),
        Row("1100", edit: replace(#""starkKey":"0x"#, #""starkKey":"0xg"#)),
        Row("1102", edit: replace(#""collateralPosition":"10002""#, #""collateralPosition":"10003""#)),
        Row("1101", edit: replace(#""r":"0x"#, #""r":"0x1"#)), Row("400", edit: replace(#""settlement""#, #""other""#)),
        Row("1137", change: { $0.reduceOnly = true }), Row("1142", change: { $0.cancelID = "unknown" }),
        Row("1140", change: { $0.quantity = decimal("3") }), Row("OK"),
    ]

    private func send(_ row: Row, in world: inout ExtendedWorld) throws -> String {
        let draft = world.draft(.buy, "0.01", "84000", row.change)
        let body = row.edit(String(decoding: try world.body(draft), as: UTF8.self))
        return try world.verdict(world.post(Array(body.utf8)))
    }

    @Test(arguments: table.indices) func `has the code of the documents`(row: Int) throws {
        var world = ExtendedWorld()
        #expect(try send(Self.table[row], in: &world) == Self.table[row].code)
    }

    /// Two mistakes in one order: the earlier in the documented order is told.
    @Test func `is told in the documented order`() throws {
        let steps: [(String, @Sendable (inout ExtendedOrderDraft) -> Void)] = [
            ("1001", { $0.market = "NOPE-USD" }), ("1120", { $0.quantity = Self.decimal("0.00001") }),
            ("1125", { $0.price = Self.decimal("84000.5") }),
            ("1135", { $0.expiryMilliseconds = 1_795_248_000_000 }), ("1128", { $0.fee = .zero }),
            ("1134", { $0.id = "taken" }), ("1137", { $0.reduceOnly = true }), ("1142", { $0.cancelID = "unknown" }),
        ]
        var world = ExtendedWorld()
        try world.order(.buy, "0.01", "84000") { $0.id = "taken" }
        for (index, (code, first)) in steps.enumerated() {
            for (_, second) in steps[index...] {
                let row = Row(
                    code,
                    change: { draft in
                        first(&draft)
                        second(&draft)
                    })
                #expect(try send(row, in: &world) == code)
            }
        }
    }

    @Test func `depends on the market's and the venue's state`() throws {
        let closed: [(ExtendedMarketStatus, String)] = [
            (.disabled, "1002"), (.delisted, "1002"), (.prelisted, "1002"), (.reduceOnly, "1014"), (.active, "OK"),
        ]
        for (status, code) in closed {
            var markets = ExtendedWorld.markets()
            markets[0].status = status
            var world = ExtendedWorld(markets: markets)
            #expect(try world.submit(world.draft(.buy, "0.01", "84000")) == code)
        }
        for (mode, code) in [("maintenance", "1010"), ("post-only", "1011"), ("reduce-only", "1012"), ("normal", "OK")]
        {
            var world = ExtendedWorld()
            #expect(world.call(.post, "/apus/chaos?mode=\(mode)").hasPrefix("200"))
            #expect(try world.submit(world.draft(.buy, "0.01", "84000")) == code)
        }
    }

    @Test func `steps that are not powers of ten`() throws {
        var markets = ExtendedWorld.markets()
        let old = markets[0].market.instrument
        markets[0].market.instrument = try #require(
            Instrument(
                market: old.market, symbol: old.symbol, baseAsset: old.baseAsset, quoteAsset: "USD",
                settlementAsset: "USD", tickSize: ExactDecimal("5")!, lotSize: ExactDecimal("0.00002")!,
                priceRange: old.priceRange, quantityRange: Quantity(lots: 5)...old.quantityRange.upperBound,
                marketQuantityRange: old.marketQuantityRange, minNotional: .zero, collarUp: old.collarUp,
                collarDown: old.collarDown, marketTakeBound: old.marketTakeBound, maxOpenOrders: 200, makerFee: .zero,
                takerFee: old.takerFee))
        var world = ExtendedWorld(markets: markets, hasBook: false)
        #expect(try world.submit(world.draft(.buy, "0.01001", "84000")) == "1121")
        #expect(try world.submit(world.draft(.buy, "0.01", "84001")) == "1124")
        #expect(try world.submit(world.draft(.buy, "0.01", "84005")) == "OK")
    }

    @Test func `names are unique for good, per account`() throws {
        var world = ExtendedWorld()
        let name = try world.order(.buy, "0.01", "84000")
        let again = world.draft(.buy, "0.01", "84001") { $0.id = name }
        #expect(try world.submit(again) == "1134")
        _ = world.call(.post, "/user/order/massCancel", as: 0, body: #"{"cancelAll":true}"#)
        world.work()
        #expect(try world.submit(again) == "1134")
        #expect(try world.submit(again, as: 1) == "OK")
    }

    @Test func `more than two hundred open orders in a market`() throws {
        var markets = ExtendedWorld.markets()
        markets[0].market.instrument.maxOpenOrders = 3
        var world = ExtendedWorld(markets: markets)
        let first = try world.order(.buy, "0.0001", "84000")
        for _ in 0..<2 { try world.order(.buy, "0.0001", "84000") }
        #expect(try world.submit(world.draft(.buy, "0.0001", "84000")) == "1126")
        #expect(try world.submit(world.draft(.buy, "0.0001", "84001") { $0.cancelID = first }) == "OK")
    }

    @Test func `a position beyond the bracket of the leverage`() throws {
        var markets = ExtendedWorld.markets()
        markets[0].brackets = [
            ExtendedRiskBracket(upperBound: Cash(whole: 1_000), riskFactor: .basisPoints(200)),
            ExtendedRiskBracket(upperBound: Cash(whole: 2_000), riskFactor: .basisPoints(1_000)),
        ]
        var world = ExtendedWorld(markets: markets)
        try world.order(.buy, "0.01", "84000")
        #expect(try world.submit(world.draft(.buy, "0.01", "84000")) == "1127")
        _ = try world.data(.patch, "/user/leverage", as: 0, body: #"{"market":"BTC-USD","leverage":"10"}"#)
        #expect(try world.submit(world.draft(.buy, "0.01", "84000")) == "OK")
    }

    @Test func `reduce-only orders that do not reduce`() throws {
        var world = ExtendedWorld()
        #expect(try world.submit(world.draft(.sell, "0.01", "84000") { $0.reduceOnly = true }) == "1137")
        try world.order(.buy, "0.01", "84091")
        world.work()
        #expect(try world.submit(world.draft(.buy, "0.01", "84000") { $0.reduceOnly = true }) == "1138")
        #expect(try world.submit(world.draft(.sell, "0.02", "84200") { $0.reduceOnly = true }) == "1136")
        #expect(try world.submit(world.draft(.sell, "0.01", "84200") { $0.reduceOnly = true }) == "OK")
    }
}
