import Cryptography
import Fundamentals
import MarketModel
import StarkCryptography
import Testing
import VenueKit
import Wire

@testable import VenueExtended

@Suite struct `Orders are signed as the official client signs them` {
    @Test(arguments: SignedOrderVector.all) func `one of each kind`(vector: SignedOrderVector) throws {
        let order = try json(vector.order)
        let market = try #require(SignedOrderVector.markets[try order.string("market")])
        let rules = try json("{\(market)}")
        let input = order.adding("l2Config", rules["l2Config"]).adding("tradingConfig", rules["tradingConfig"])
        let credentials = try Sample.credentials(key: vector.privateKey, vault: vector.vault)
        let preview = try ExtendedOrderPreview(
            orderJSON: input.bytes, credentials: credentials, chain: vector.chain)
        let body = try JSONValue.parse(preview.body)
        #expect(Self.signatures(body) == vector.signatures)
        let amounts = body["debuggingAmounts"]
        #expect(
            ["syntheticAmount", "collateralAmount", "feeAmount"].map { amounts?[$0]?.text } == vector.amounts)
    }

    @Test(.enabled(if: Vectors.exist)) func `every body of the vector file, member by member`() throws {
        let file = try Vectors.load("signed_orders")
        var tried = 0
        for vector in try file.list("cases") {
            let expected = try #require(vector["body"])
            let credentials = try Sample.credentials(
                key: vector.string("private_key"), vault: try #require(vector["vault"]?.integer.map { UInt32($0) }))
            let preview = try ExtendedOrderPreview(
                orderJSON: try input(vector, expected, file).bytes, credentials: credentials,
                chain: try #require(StarknetNetwork(rawValue: vector.string("chain_id"))))
            #expect(try JSONValue.parse(preview.body) == expected, "\(vector["label"]?.text ?? "")")
            tried += 1
        }
        #expect(tried > 100)
    }

    /// What a person would have written to get the body: nothing that the signature adds.
    private func input(_ vector: JSONValue, _ body: JSONValue, _ file: JSONValue) throws -> JSONValue {
        var order = body.without("settlement", "debuggingAmounts")
        for leg in ["takeProfit", "stopLoss"] {
            order = order.replacing(leg) { $0.without("settlement", "debuggingAmounts") }
        }
        let hash = try #require(Felt(hex: vector.string("order_hash")))
        if body["id"]?.text == hash.decimal { order = order.without("id") }
        let market = try #require(file["markets"]?[try vector.string("market")])
        let isOfficial = try vector.string("label").hasPrefix("official")
        // The official test's own market has a smaller largest position.
        let official = try json(#"{"maxPositionValue":"10000000","minOrderSizeChange":"0.00001"}"#)
        return
            order
            .adding("l2Config", isOfficial ? file["official_test_market_l2Config"] : market["l2Config"])
            .adding("tradingConfig", isOfficial ? official : market["tradingConfig"])
    }

    private static func signatures(_ body: JSONValue) -> [String?] {
        [body, body["takeProfit"], body["stopLoss"]].flatMap { part -> [String?] in
            guard let signature = part?["settlement"]?["signature"] else { return [] }
            return [signature["r"]?.text, signature["s"]?.text]
        }
    }

    /// The exchange's former instance signed other hashes over the same amounts.
    @Test(.enabled(if: Vectors.exist)) func `every body of the former instance`() throws {
        let file = try Vectors.load("starkex_legacy_order")
        let settlement = try ExtendedMarket.settlement(
            .init(try #require(file["market_l2Config"]), "l2Config"))
        for vector in try file.list("signed_order_bodies") {
            let body = try #require(vector["body"])
            let side: Side = try body.string("side") == "BUY" ? .buy : .sell
            let amounts = try ExtendedAmounts(
                side: side, quantity: body.exact("qty"), price: body.exact("price"), fee: body.exact("fee"),
                settlement: settlement)
            let shown = try #require(body["debuggingAmounts"])
            #expect(try shown.string("syntheticAmount") == "\(amounts.synthetic.magnitude)")
            #expect(try shown.string("collateralAmount") == "\(amounts.collateral.magnitude)")
            #expect(try shown.string("feeAmount") == "\(amounts.fee)")
            let expiry = try #require(body["expiryEpochMillis"]?.integer)
            let hours = (ExtendedExpiry.settlement(milliseconds: expiry) + 3_599) / 3_600
            let terms = LegacyOrderTerms(
                side: side == .buy ? .buy : .sell, syntheticAsset: settlement.syntheticID,
                collateralAsset: settlement.collateralID, feeAsset: settlement.collateralID,
                syntheticAmount: amounts.synthetic.magnitude, collateralAmount: amounts.collateral.magnitude,
                maximumFee: amounts.fee, nonce: try #require(UInt32(body.string("nonce"))),
                position: try #require(vector["vault"]?.integer.map { UInt64($0) }),
                expirationHours: UInt32(hours))
            let key = try StarkPrivateKey(hex: Secret(vector.string("private_key")))
            let signature = try #require(key.sign(terms.messageHash))
            #expect(signature.r.hex == body["settlement"]?["signature"]?["r"]?.text)
            #expect(signature.s.hex == body["settlement"]?["signature"]?["s"]?.text)
        }
    }

    /// The fact sheet's worked example.
    @Test func `the worked example, from our own vocabulary`() throws {
        var market = try Sample.market()
        market.instrument.takerFee = try #require(Rate("0.00025"))
        let spec = OrderSpec(
            market: MarketID(0), side: .sell, price: Price(ticks: 84_543), quantity: Quantity(lots: 403))
        let id = ExtendedOrderID(ClientOrderID(epoch: 3, sequence: 9), revision: 2)
        var draft = try ExtendedOrderDraft(
            id, spec, market, expiry: .init(milliseconds: 1_797_667_200_999), nonce: 1_039_229_575,
            replacing: ExtendedOrderID(id.client, revision: 1))
        draft.showsAmounts = true
        let signer = ExtendedSigner(try Sample.credentials(), chain: .mainnet)
        let request = signer.request(for: try signer.unsigned(draft))
        let expected = #"""
            {"id":"apus-3-9.2","market":"BTC-USD","type":"LIMIT","side":"SELL","qty":"0.00403","price":"84543","reduceOnly":false,"postOnly":false,"timeInForce":"GTT","expiryEpochMillis":1797667201000,"fee":"0.00025","nonce":"1039229575","selfTradeProtectionLevel":"ACCOUNT","cancelId":"apus-3-9.1","settlement":{"signature":{"r":"0x4ceb31609624e02d76c9d06fd3509ee07d8b3ab2c0185b4e61279afd36b3e92","s":"0x7c269a70352bb6db1512bc56b1ebc9baa724c61f0808bae9ae5d027c8aff5bd"},"starkKey":"0x3c3b791c25a64578535e108c2bab82fb485e1a0e173bca75c236ec69804af35","collateralPosition":"421717"},"debuggingAmounts":{"collateralAmount":"340708290","feeAmount":"85178","syntheticAmount":"-4030"}}
            """#
        #expect(String(decoding: request.body, as: UTF8.self) == expected)
        #expect(request.method == .post && request.target == "/api/v1/user/order")
        #expect(request.headers["X-Api-Key"] == "0123456789abcdef")
        #expect(request.headers.fields.map(\.name) == ["User-Agent", "Accept", "X-Api-Key", "Content-Type"])
    }
}

@Suite struct `An order draft` {
    private func draft(_ change: (inout ExtendedOrderDraft) -> Void = { _ in }) throws -> ExtendedOrderDraft {
        var draft = ExtendedOrderDraft(
            id: "x", market: "BTC-USD", settlement: try Sample.market().settlement, side: .buy,
            quantity: try decimal("0.01"), price: try decimal("84000"), expiryMilliseconds: 1_797_667_201_000,
            fee: try decimal("0.00025"), nonce: 7)
        change(&draft)
        return draft
    }

    private func refusal(_ change: (inout ExtendedOrderDraft) -> Void) throws -> String? {
        let signer = ExtendedSigner(try Sample.credentials(), chain: .testnet)
        do throws(ExtendedOrderError) { _ = try signer.unsigned(try! draft(change)) } catch {
            return error.description
        }
        return nil
    }

    @Test func `is refused before it is signed where the venue would refuse it`() throws {
        #expect(try refusal { _ in } == nil)
        #expect(try refusal { $0.kind = .market }?.contains("IOC") == true)
        #expect(try refusal { $0.timeInForce = .topOfBook }?.contains("post-only") == true)
        #expect(
            try refusal {
                $0.postOnly = true
                $0.timeInForce = .immediateOrCancel
            }?.contains("post-only") == true)
        #expect(try refusal { $0.kind = .conditional }?.contains("trigger") == true)
        #expect(try refusal { $0.kind = .exit }?.contains("take profit") == true)
        #expect(try refusal { $0.quantity = .zero }?.contains("above zero") == true)
        #expect(try refusal { $0.price = ExactDecimal(mantissa: -1, scale: 0) }?.contains("negative") == true)
        #expect(try refusal { $0.fee = ExactDecimal(mantissa: -1, scale: 0) }?.contains("negative") == true)
        #expect(try refusal { $0.expiryMilliseconds = -1 }?.contains("1970") == true)
        #expect(try refusal { $0.legs = .init(scope: .order) }?.contains("legs") == true)
        #expect(
            try refusal { $0.quantity = ExactDecimal(mantissa: .max, scale: 0) }?.contains("64-bit") == true)
    }

    @Test(arguments: [
        (TimeInForce.goodTillCancel, "GTT", false, "0.0005"), (.postOnly, "GTT", true, "0.0001"),
        (.immediateOrCancel, "IOC", false, "0.0005"), (.fillOrKill, "FOK", false, "0.0005"),
    ])
    func `of a limit order says its time in force and the fee it may cost`(
        timeInForce: TimeInForce, word: String, postOnly: Bool, fee: String
    ) throws {
        var market = try Sample.market()
        (market.instrument.makerFee, market.instrument.takerFee) = (Rate(parts: 10_000), Rate(parts: 50_000))
        let spec = OrderSpec(
            market: MarketID(0), side: .buy, price: Price(ticks: 84_000), quantity: Quantity(lots: 1_000),
            timeInForce: timeInForce, reduceOnly: true)
        let draft = try ExtendedOrderDraft(
            ExtendedOrderID(ClientOrderID(epoch: 1, sequence: 2)), spec, market,
            expiry: .init(milliseconds: 5_000), nonce: 9)
        #expect(draft.timeInForce.rawValue == word && draft.postOnly == postOnly && draft.reduceOnly)
        #expect(draft.fee.description == fee && draft.id == "apus-1-2" && draft.cancelID == nil)
        #expect(draft.quantity.description == "0.01000" && draft.price.description == "84000")
    }

    @Test func `of a market order needs a worst price, and a rebate is no fee`() throws {
        var market = try Sample.market()
        market.instrument.takerFee = Rate(parts: -2_000)
        let id = ExtendedOrderID(ClientOrderID(epoch: 1, sequence: 2))
        var spec = OrderSpec(
            market: MarketID(0), side: .sell, price: nil, quantity: Quantity(lots: 1_000),
            timeInForce: .immediateOrCancel)
        #expect(throws: ExtendedOrderError.rule("a market order needs a worst price")) {
            try ExtendedOrderDraft(id, spec, market, expiry: .init(milliseconds: 5_000), nonce: 9)
        }
        let draft = try ExtendedOrderDraft(
            id, spec, market, expiry: .init(milliseconds: 5_000), nonce: 9, worstPrice: Price(ticks: 80_000))
        #expect(draft.kind == .market && draft.timeInForce == .immediateOrCancel && draft.fee == .zero)
        spec.timeInForce = .hidden
        #expect(throws: ExtendedOrderError.rule("Extended has no hidden orders")) {
            try ExtendedOrderDraft(id, spec, market, expiry: .init(milliseconds: 5_000), nonce: 9)
        }
    }

    @Test func `in JSON with a name misspelt is told what was probably meant`() throws {
        let order = #"{"market":"BTC-USD","sied":"BUY"}"#
        let credentials = try Sample.credentials()
        let error = #expect(throws: VenueDecodeError.self) {
            try ExtendedOrderPreview(orderJSON: Array(order.utf8), credentials: credentials, chain: .testnet)
        }
        #expect(error?.reason.contains("did you mean side?") == true)
    }
}
