import Fundamentals
import MarketModel
import StarkCryptography
import Testing
import VenueKit
import Wire

@testable import VenueExtended

@Suite struct `Orders of an Extended session` {
    private let id = SessionStage.id(1)
    private func kinds(_ stage: SessionStage) -> [VenueRejection.Kind] {
        stage.account.compactMap { if case .rejected(_, _, let rejection) = $0 { rejection.kind } else { nil } }
    }

    @Test func `leave unsigned, and are signed as the venue checks them`() throws {
        var stage = SessionStage.ready()
        stage.perform(SessionStage.place(1))
        let body = try JSONValue.parse(Array(stage.venue.bodies[0].utf8))
        #expect(body["id"]?.text == "apus-7-1")
        #expect(body["market"]?.text == "BTC-USD")
        #expect(body["side"]?.text == "BUY")
        #expect(body["qty"]?.text == "0.01000")
        #expect(body["price"]?.text == "84000")
        #expect(body["postOnly"]?.boolean == true)
        #expect(body["timeInForce"]?.text == "GTT")
        #expect(body["fee"]?.text == "0")
        #expect(body["selfTradeProtectionLevel"]?.text == "ACCOUNT")
        #expect(body["cancelId"] == nil)
        let expiry = try #require(body["expiryEpochMillis"]?.integer)
        #expect(expiry % 1_000 == 0)
        // An hour from now by the venue's clock, which a header of whole seconds tells to half a second.
        #expect(abs(expiry - stage.now.milliseconds - 3_600_000) < 2_000)
        let signature = try #require(body["settlement"]?["signature"])
        let pair = StarkSignature(
            r: try #require(Felt(hex: signature["r"]?.text ?? "")),
            s: try #require(Felt(hex: signature["s"]?.text ?? "")))
        let key = try #require(Felt(hex: FakeExtended.publicKey))
        let terms = OrderTerms(
            position: 421_717, baseAsset: try #require(Felt(hex: "0x4254432d3600000000000000000000")),
            baseAmount: 10_000, quoteAsset: Felt(1), quoteAmount: -840_000_000, feeAsset: Felt(1), feeAmount: 0,
            expiration: UInt64(expiry / 1_000 + 14 * 86_400), salt: UInt64(body["nonce"]?.text ?? "") ?? 0)
        let hash = OrderHasher(network: .testnet, publicKey: key, position: 421_717).hash(terms)
        #expect(StarkVerification.isValid(pair, of: hash, by: key))
    }

    @Test func `are only accepted by a reply, and over by the account stream`() {
        var stage = SessionStage.ready()
        stage.venue.isExecuting = false
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        let venue = VenueOrderID(stage.venue.nextOrderID)
        #expect(stage.of(1) == [.accepted(id, venue)])
        stage.order(.init(id: venue.number, external: "apus-7-1", side: "BUY", price: "84000", quantity: "0.01"))
        stage.order(
            .init(
                id: venue.number, external: "apus-7-1", side: "BUY", price: "84000", quantity: "0.01", filled: "0.01",
                status: "FILLED"))
        #expect(stage.of(1).last == .done(id, .filled, filled: Quantity(lots: 1_000)))
    }

    @Test func `may be told of by the stream before the reply, and are not woken by it`() {
        var stage = SessionStage.ready()
        stage.isStreamFirst = true
        stage.perform(SessionStage.place(1))
        stage.venue.cancel { _ in true }
        stage.run(.milliseconds(100))
        #expect(stage.of(1).contains(.done(id, .canceled, filled: .zero)))
        #expect(stage.of(1).filter { if case .done = $0 { true } else { false } }.count == 1)
        // An older frame that was overtaken changes nothing.
        stage.order(
            .init(id: stage.venue.nextOrderID, external: "apus-7-1", side: "BUY", price: "84000", quantity: "0.01"))
        #expect(stage.of(1).filter { if case .report = $0 { true } else { false } }.isEmpty)
        #expect(stage.session.orders[id]?.isOver == true)
    }

    @Test(arguments: [
        ("REJECTED", "POST_ONLY_FAILED", DoneReason.postOnlyMiss), ("CANCELLED", "POST_ONLY_FAILED", .postOnlyMiss),
        ("CANCELLED", "SELF_TRADE_PROTECTION", .selfTradePrevented), ("REJECTED", "NOT_ENOUGH_FUNDS", .rejected),
        ("EXPIRED", "", .expired), ("CANCELLED", "NONE", .canceled), ("CANCELLED", "A_NEW_WORD", .canceled),
    ])
    func `end for the reason the venue gives`(status: String, reason: String, expected: DoneReason) {
        var stage = SessionStage.ready()
        stage.venue.isExecuting = false
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        stage.order(
            .init(
                id: stage.venue.nextOrderID, external: "apus-7-1", side: "BUY", price: "84000", quantity: "0.01",
                status: status, reason: reason))
        #expect(stage.of(1).last == .done(id, expected, filled: .zero))
    }

    @Test func `in a state of an unknown name are asked for`() {
        var stage = SessionStage.ready()
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        stage.order(
            .init(
                id: stage.venue.nextOrderID, external: "apus-7-1", side: "BUY", price: "84000", quantity: "0.01",
                status: "HIBERNATING"))
        #expect(stage.of(1).last == .unresolved(id, .place))
        #expect(stage.fatal == nil)
    }

    @Test func `missing from the list of open orders are doubted, not over`() {
        var stage = SessionStage.ready()
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        stage.forget()
        stage.venue.always("GET user/orders", .data("[]"))
        stage.run(.seconds(12))
        #expect(stage.account.contains { if case .openOrders(_, [], _) = $0 { true } else { false } })
        #expect(stage.of(1).isEmpty)
        #expect(stage.session.orders[id]?.resting != nil)
    }

    // MARK: Lost replies

    @Test func `whose reply is lost are unresolved, never sent again, and found by asking`() {
        for isThere in [true, false] {
            var stage = SessionStage.ready()
            stage.venue.script("POST user/order", .silence)
            stage.perform(SessionStage.place(1))
            stage.run(.seconds(6))
            #expect(stage.of(1) == [.unresolved(id, .place)])
            if isThere {
                stage.venue.orders.append(
                    .init(id: 9, external: "apus-7-1", side: "BUY", price: "84000", quantity: "0.01"))
            }
            let asked = stage.now
            stage.perform(.query(id, SessionStage.market))
            stage.run(.milliseconds(300))
            if isThere {
                #expect(stage.of(1).contains(.accepted(id, VenueOrderID(9))))
                guard case .report(let report) = stage.of(1).last else {
                    Issue.record("no report")
                    return
                }
                #expect(report.status == .working)
            } else {
                // Both lists were asked, and the answer is dated by the first.
                #expect(stage.count("GET user/orders/history") == 1)
                #expect(stage.of(1).last == .notFound(id, askedAt: asked))
            }
            stage.run(.minutes(1))
            #expect(stage.count("POST user/order") == 1)
        }
    }

    @Test func `that failed half way at the venue are unresolved, and those refused are not`() {
        let answers: [(FakeExtended.Answer, Bool)] = [
            (.reply(500, ""), true), (.reply(502, "<html>"), true), (.fault(400, 1_006), true),
            (.reply(200, "{"), true),
            (.reply(200, ""), true), (.fault(400, 1_134, "Duplicate Order"), true),
            (.data(#"{"id":1,"externalId":"apus-7-9"}"#), true), (.fault(400, 1_140), false), (.notSent, false),
            (.fault(400, 1_120), false), (.fault(422, 422), false),
        ]
        for (answer, isOpen) in answers {
            var stage = SessionStage.ready()
            stage.venue.script("POST user/order", answer)
            stage.perform(SessionStage.place(1))
            stage.run(.milliseconds(100))
            #expect((stage.of(1) == [.unresolved(id, .place)]) == isOpen, "\(answer)")
            #expect(kinds(stage).isEmpty == isOpen, "\(answer)")
            #expect(stage.fatal == nil)
        }
    }

    @Test func `refused and yet alive are told of as alive`() {
        var stage = SessionStage.ready()
        stage.venue.script("POST user/order", .fault(400, 1_133))
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        #expect(kinds(stage) == [.other])
        stage.order(.init(id: 9, external: "apus-7-1", side: "BUY", price: "84000", quantity: "0.01"))
        #expect(stage.of(1).last == .accepted(id, VenueOrderID(9)))
        stage.perform(SessionStage.cancel(1))
        #expect(stage.venue.targets.last == "/api/v1/user/order?externalId=apus-7-1")
    }

    @Test func `of an unusable key stop everything but cancels`() {
        for code in [1_100, 1_101, 1_102] {
            var stage = SessionStage.ready()
            stage.venue.script("POST user/order", .fault(400, code))
            stage.perform(SessionStage.place(1))
            stage.run(.milliseconds(100))
            #expect(stage.fatal != nil)
            stage.forget()
            stage.perform(SessionStage.place(2))
            stage.run(.minutes(2))
            #expect(stage.venue.log.isEmpty)
            #expect(kinds(stage) == [.fatal])
            stage.perform(SessionStage.cancel(1))
            #expect(stage.venue.log == ["DELETE user/order"])
        }
    }

    // MARK: Fills

    @Test func `fill once for each trade id, with fee and liquidity`() {
        var stage = SessionStage.ready()
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        let order = stage.venue.nextOrderID
        let trade = FakeExtended.traded(
            FakeExtended.trade(77, order: order, external: "apus-7-1", isTaker: true, fee: "0.021"))
        stage.account(trade)
        stage.account(trade)
        guard case .filled(let fill) = stage.of(1).last else {
            Issue.record("no fill")
            return
        }
        #expect(fill.trade == TradeID(77))
        #expect(fill.commission == Cash("0.021"))
        #expect(!fill.isMaker)
        #expect(fill.quantity == Quantity(lots: 100))
        // The engine knows repeats by their id; our own count must not double.
        #expect(stage.session.orders[id]?.filled == Quantity(lots: 100))
    }

    @Test func `whose fill comes without a name are known by the venue's id, or asked for`() {
        var stage = SessionStage.ready()
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        stage.account(FakeExtended.traded(FakeExtended.trade(77, order: stage.venue.nextOrderID, external: nil)))
        #expect(stage.of(1).contains { if case .filled = $0 { true } else { false } })
        stage.forget()
        stage.venue.orders.append(
            .init(id: 55, external: "apus-7-2", side: "BUY", price: "84000", quantity: "0.01"))
        stage.venue.always("GET user/trades", .data("[\(FakeExtended.trade(78, order: 55, external: nil))]"))
        stage.venue.script("GET user/orders/55", .data(stage.venue.orders.last!.text))
        stage.account(FakeExtended.traded(FakeExtended.trade(78, order: 55, external: nil)))
        #expect(stage.fills.isEmpty)
        stage.run(.seconds(1))
        #expect(stage.fills == [78])
        #expect(stage.of(2).contains { if case .filled = $0 { true } else { false } })
    }

    @Test func `by hand fill without a name`() {
        var stage = SessionStage.ready()
        stage.venue.always("GET user/trades", .data("[\(FakeExtended.trade(77, order: 5, external: nil))]"))
        stage.venue.always(
            "GET user/orders/5",
            .data(FakeExtended.Order(id: 5, external: "by-hand", side: "BUY", price: "1", quantity: "1").text))
        stage.account(FakeExtended.traded(FakeExtended.trade(77, order: 5, external: "by-hand")))
        stage.run(.seconds(1))
        #expect(stage.fills == [77])
        #expect(stage.account.contains { if case .filled(let fill) = $0 { fill.clientOrderID == nil } else { false } })
    }

    // MARK: Cancels

    @Test func `are cancelled by their name, several together, and over when the stream says so`() {
        var stage = SessionStage.ready()
        stage.perform(SessionStage.place(1), SessionStage.place(2, price: 83_999))
        stage.run(.milliseconds(100))
        stage.forget()
        stage.perform(SessionStage.cancel(1), SessionStage.cancel(2))
        #expect(stage.venue.log == ["POST user/order/massCancel"])
        #expect(stage.venue.bodies == [#"{"externalOrderIds":["apus-7-1","apus-7-2"],"cancelAll":false}"#])
        #expect(stage.of(1).isEmpty)
        stage.run(.milliseconds(100))
        #expect(stage.of(1) == [.done(id, .canceled, filled: .zero)])
        #expect(stage.of(2) == [.done(SessionStage.id(2), .canceled, filled: .zero)])
    }

    @Test(arguments: [(404, 404), (404, 1_004), (400, 1_142), (400, 1_133)])
    func `unknown to a cancel are a doubt, not an end`(status: Int, code: Int) {
        var stage = SessionStage.ready()
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        stage.forget()
        stage.venue.script("DELETE user/order", .fault(status, code))
        stage.perform(SessionStage.cancel(1))
        stage.run(.milliseconds(100))
        #expect(stage.fatal == nil)
        #expect(stage.of(1).count == 1)
        guard case .rejected(id, .cancel, _) = stage.of(1)[0] else {
            Issue.record("\(stage.of(1))")
            return
        }
    }

    @Test func `are all cancelled in one request for several markets, and looked at soon`() {
        var stage = SessionStage { $0.markets.append(.init(id: MarketID(1), symbol: "ETH-USD")) }
        stage.open()
        stage.say(on: .book(1), SessionStage.snapshot.replacing("BTC-USD", with: "ETH-USD"))
        stage.forget()
        stage.perform(.cancelAll(MarketID(0)), .cancelAll(MarketID(1)))
        #expect(stage.venue.bodies == [#"{"markets":["BTC-USD","ETH-USD"],"cancelAll":false}"#])
        stage.run(.seconds(1))
        #expect(stage.venue.log.contains("GET user/orders"))
    }

    @Test func `are cancelled again when nobody knows whether the cancel of everything arrived`() {
        var stage = SessionStage.ready()
        stage.venue.script("POST user/order/massCancel", .reply(503, ""), .notSent)
        stage.perform(.cancelAll(SessionStage.market))
        stage.run(.seconds(4))
        #expect(stage.count("POST user/order/massCancel") == 3)
    }

    // MARK: Market orders

    @Test func `without a price are bounded by the mark, inside the collar`() throws {
        var stage = SessionStage.ready()
        stage.perform(SessionStage.place(1, price: nil), SessionStage.place(2, price: nil, side: .sell))
        let bodies = try stage.venue.bodies.map { try JSONValue.parse(Array($0.utf8)) }
        // Mark 84090.5, two per cent.
        #expect(bodies.map { $0["price"]?.text } == ["85772", "82409"])
        #expect(bodies.map { $0["type"]?.text } == ["MARKET", "MARKET"])
        #expect(bodies.map { $0["timeInForce"]?.text } == ["IOC", "IOC"])
        #expect(bodies.map { $0["fee"]?.text } == ["0.00025", "0.00025"])
    }

    @Test func `are refused where they are not possible, without a request`() {
        var stage = SessionStage()
        stage.start()
        stage.perform(SessionStage.place(1))
        #expect(kinds(stage) == [.other])
        var ready = SessionStage.ready()
        var action = SessionStage.place(1)
        if case .place(let id, var spec) = action {
            spec.timeInForce = .hidden
            action = .place(id, spec)
        }
        ready.perform(action)
        #expect(kinds(ready) == [.other])
        ready.perform(
            .place(
                SessionStage.id(2),
                OrderSpec(market: MarketID(9), side: .buy, price: Price(ticks: 1), quantity: Quantity(lots: 1))))
        #expect(kinds(ready) == [.other, .other])
        #expect(ready.venue.log.isEmpty)
    }

    @Test func `never share a nonce`() throws {
        var stage = SessionStage.ready()
        for sequence in 1...8 { stage.perform(SessionStage.place(UInt32(sequence))) }
        let nonces = try stage.venue.bodies.map { try JSONValue.parse(Array($0.utf8))["nonce"]?.text }
        #expect(Set(nonces).count == 8)
    }
}
