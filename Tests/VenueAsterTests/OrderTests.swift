import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import RiskControl
@testable import VenueAster

@Suite struct `Orders of a session` {
    private func ready() -> Stage {
        var stage = Stage()
        stage.open()
        stage.forget()
        return stage
    }
    private let one = Fixtures.id(1)
    private let two = Fixtures.id(2)

    @Test func `places a limit order with exactly the parameters of its type`() throws {
        var stage = ready()
        stage.perform(Stage.place(1))
        let target = try #require(stage.venue.targets.first)
        #expect(
            target.hasPrefix(
                "/fapi/v1/order?symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=20.00&price=0.9501"
                    + "&newClientOrderId=apus-7-1&"))
        stage.run(.milliseconds(100))
        #expect(stage.account.contains(.accepted(one, VenueOrderID(1_001))))
    }

    @Test func `places a market order without price or time in force`() throws {
        var stage = ready()
        let spec = OrderSpec(
            market: Fixtures.market, side: .sell, price: nil, quantity: Quantity(lots: 5), reduceOnly: true)
        stage.perform(.place(one, spec))
        let fields = FakeVenue.parameters(try #require(stage.venue.targets.first))
        #expect(fields["type"] == "MARKET")
        #expect(fields["price"] == nil)
        #expect(fields["timeInForce"] == nil)
        #expect(fields["reduceOnly"] == "true")
        #expect(fields["quantity"] == "0.05")
    }

    @Test func `amends by client id and reports what the venue made of it`() throws {
        var stage = ready()
        stage.perform(
            .amend(one, market: Fixtures.market, side: .buy, price: Price(ticks: 9_400), quantity: Quantity(lots: 100)))
        stage.run(.milliseconds(100))
        #expect(stage.venue.log == ["PUT order"])
        let fields = FakeVenue.parameters(stage.venue.targets[0])
        #expect(fields["origClientOrderId"] == "apus-7-1")
        #expect(stage.account.contains(.amended(one, price: Price(ticks: 9_400), quantity: Quantity(lots: 100))))
    }

    @Test func `reports a canceled order as over, or as what became of it instead`() {
        for (status, reason) in [("CANCELED", DoneReason.canceled), ("FILLED", .filled), ("EXPIRED", .expired)] {
            var stage = ready()
            stage.venue.script(
                "DELETE order", .reply(200, FakeVenue.order(5, "apus-7-1", status: status, executed: "20.00")))
            stage.perform(.cancel(one, market: Fixtures.market))
            stage.run(.milliseconds(100))
            #expect(stage.account.contains(.done(one, reason, filled: Quantity(lots: 2_000))))
        }
    }

    @Test func `takes a reply with EXPIRED and nothing executed for a post-only miss`() {
        var stage = ready()
        stage.venue.script("POST order", .reply(200, FakeVenue.order(5, "apus-7-1", status: "EXPIRED")))
        stage.perform(Stage.place(1))
        stage.run(.milliseconds(100))
        #expect(stage.account.contains(.done(one, .postOnlyMiss, filled: .zero)))
    }

    // MARK: Outcomes

    /// Answer to a place, and what the engine is told.
    static let outcomes: [(FakeVenue.Answer, String)] = [
        (.reply(400, #"{"code":-2019,"msg":"Margin is insufficient."}"#), "rejected capital"),
        (.reply(200, #"{"code":-2022,"msg":"ReduceOnly Order is rejected."}"#), "rejected stateMismatch"),
        (.reply(400, #"{"code":-5022,"msg":"post only"}"#), "rejected requote"),
        (.reply(400, #"{"code":-4014,"msg":"tick"}"#), "rejected rules"),
        (.reply(400, #"{"code":-1121,"msg":"Invalid symbol."}"#), "rejected other"),
        (.reply(400, #"{"code":-1021,"msg":"Timestamp"}"#), "rejected requote"),
        (.reply(400, #"{"code":-4225,"msg":"Nonce Expired"}"#), "rejected requote"),
        (.reply(401, #"{"code":-2014,"msg":"key"}"#), "rejected fatal"),
        (.reply(400, #"{"code":-1000,"msg":"Signature check failed"}"#), "rejected fatal"),
        (.reply(429, #"{"code":-1003,"msg":"Too many"}"#), "rejected rateLimited"),
        (.reply(400, #"{"code":-1015,"msg":"Too many orders"}"#), "rejected rateLimited"),
        (.reply(418, "banned"), "rejected rateLimited"),
        (.reply(403, "<html>WAF</html>"), "rejected rateLimited"),
        (.reply(503, "<html></html>"), "unresolved"),
        (.reply(408, #"{"code":-1007,"msg":"Timeout"}"#), "unresolved"),
        (.reply(400, #"{"code":-1006,"msg":"unexpected"}"#), "unresolved"),
        (.reply(400, #"{"code":-1008,"msg":"busy"}"#), "unresolved"),
        (.reply(400, #"{"code":-1000,"msg":"An unknown error"}"#), "unresolved"),
        (.reply(502, "<html>Bad gateway</html>"), "unresolved"),
        (.reply(200, "nonsense"), "unresolved"),
        (.reply(200, #"{"orderId":5}"#), "unresolved"),
        (.reply(200, FakeVenue.order(5, "apus-7-99")), "unresolved"),
        (.silence, "unresolved"),
        (.notSent, "rejected other"),
    ]

    @Test func `tells the engine of each outcome what the action table says, and never sends twice`() {
        for (answer, expected) in Self.outcomes {
            var stage = ready()
            stage.venue.script("POST order", answer)
            stage.perform(Stage.place(1))
            stage.run(.seconds(7))
            let told = stage.account.compactMap { event -> String? in
                switch event {
                case .rejected(one, .place, let rejection): "rejected \(rejection.kind.rawValue)"
                case .unresolved(one, .place): "unresolved"
                case .accepted(one, _): "accepted"
                default: nil
                }
            }
            #expect(told == [expected], "\(answer)")
            #expect(stage.venue.log.filter { $0 == "POST order" }.count == 1, "\(answer)")
        }
    }

    @Test func `merges a late reply without harm after the order was given up as unresolved`() {
        var stage = ready()
        stage.venue.script("POST order", .hold)
        stage.perform(Stage.place(1))
        stage.run(.seconds(7))
        #expect(stage.account.contains(.unresolved(one, .place)))
        let late = HTTPResponse(status: 200, body: Array(FakeVenue.order(5, "apus-7-1").utf8))
        stage.receive(.reply(stage.held[0].id, late))
        #expect(stage.venue.log.filter { $0 == "POST order" }.count == 1)
    }

    @Test func `measures the clock anew after a refusal for time, and holds orders back till then`() {
        var stage = ready()
        stage.venue.script("POST order", .reply(400, #"{"code":-1021,"msg":"Timestamp"}"#))
        stage.venue.script("GET time", .hold)
        stage.perform(Stage.place(1))
        stage.run(.milliseconds(200))
        stage.perform(Stage.place(2))
        #expect(stage.venue.log.filter { $0 == "POST order" }.count == 1)
        #expect(
            stage.account.contains { event in
                if case .rejected(two, .place, let rejection) = event { rejection.kind == .rateLimited } else { false }
            })
        let body = #"{"serverTime":\#(stage.now.milliseconds)}"#
        stage.receive(.reply(stage.held[0].id, HTTPResponse(status: 200, body: Array(body.utf8))))
        stage.perform(Stage.place(3))
        #expect(stage.venue.log.filter { $0 == "POST order" }.count == 2)
    }

    @Test func `loads the rules again when an order was refused for them`() {
        var stage = ready()
        stage.venue.tick = "0.00100"
        stage.venue.script("POST order", .reply(400, #"{"code":-4014,"msg":"tick"}"#))
        stage.perform(Stage.place(1))
        stage.run(.milliseconds(500))
        #expect(
            stage.statuses.contains { status in
                if case .instrument(let instrument) = status {
                    instrument.tickSize == ExactDecimal("0.001")!
                } else {
                    false
                }
            })
        #expect(stage.marketEvents.contains(.bookLost(Fixtures.market)))
    }

    // MARK: Batches

    @Test func `joins neighbours of one drain into batches of the venue's sizes`() {
        var stage = ready()
        let places = (1...7).map { Stage.place($0) }
        var output = SessionOutput()
        let cancels = (1...12).map { OrderAction.cancel(Fixtures.id($0), market: Fixtures.market) }
        stage.session.perform(
            all: (places + cancels + [Stage.place(20)]).map { .send(Approved($0)) }, at: stage.now, into: &output)
        let routes = output.commands.compactMap { command -> String? in
            if case .request(_, let request, _) = command { FakeVenue.route(request) } else { nil }
        }
        #expect(
            routes == [
                "POST batchOrders", "POST batchOrders", "DELETE batchOrders", "DELETE batchOrders", "POST order",
            ])
    }

    @Test func `gives each order of a batch its own outcome`() throws {
        var stage = ready()
        stage.venue.script(
            "POST batchOrders",
            .reply(
                200,
                #"[\#(FakeVenue.order(11, "apus-7-1")),{"code":-2019,"msg":"Margin is insufficient."},"#
                    + #"{"code":-1007,"msg":"Timeout"},{"nonsense":true}]"#))
        stage.perform(Stage.place(1), Stage.place(2), Stage.place(3), Stage.place(4))
        stage.run(.milliseconds(100))
        let orders = try JSONValue.parse(Array(FakeVenue.parameters(stage.venue.targets[0])["batchOrders"]!.utf8))
        #expect(orders.elements?.count == 4)
        #expect(orders.elements?[1]["newClientOrderId"]?.text == "apus-7-2")
        #expect(stage.account.contains(.accepted(one, VenueOrderID(11))))
        #expect(
            stage.account.contains(
                .rejected(
                    two, .place, VenueRejection(kind: .capital, code: -2019, message: "Margin is insufficient."))))
        #expect(stage.account.contains(.unresolved(Fixtures.id(3), .place)))
        #expect(stage.account.contains(.unresolved(Fixtures.id(4), .place)))
    }

    @Test func `leaves every order of a lost batch unresolved`() {
        for answer in [FakeVenue.Answer.silence, .reply(503, ""), .reply(200, "[]"), .reply(200, "{}")] {
            var stage = ready()
            stage.venue.script("POST batchOrders", answer)
            stage.perform(Stage.place(1), Stage.place(2))
            stage.run(.seconds(6))
            #expect(stage.account.contains(.unresolved(one, .place)), "\(answer)")
            #expect(stage.account.contains(.unresolved(two, .place)), "\(answer)")
            #expect(stage.venue.log.filter { $0 == "POST batchOrders" }.count == 1)
        }
    }

    @Test func `rejects every order of a batch that was refused as a whole`() {
        var stage = ready()
        stage.venue.script("POST batchOrders", .reply(400, #"{"code":-4082,"msg":"size"}"#))
        stage.perform(Stage.place(1), Stage.place(2))
        stage.run(.milliseconds(100))
        for id in [one, two] {
            #expect(
                stage.account.contains { event in
                    if case .rejected(id, .place, let rejection) = event { rejection.code == -4082 } else { false }
                })
        }
    }

    @Test func `reports a batch cancel item by item`() {
        var stage = ready()
        stage.venue.script(
            "DELETE batchOrders",
            .reply(
                200,
                #"[\#(FakeVenue.order(11, "apus-7-1", status: "CANCELED")),{"code":-2011,"msg":"Unknown order sent."}]"#
            ))
        stage.perform(.cancel(one, market: Fixtures.market), .cancel(two, market: Fixtures.market))
        stage.run(.milliseconds(100))
        #expect(FakeVenue.parameters(stage.venue.targets[0])["origClientOrderIdList"] == #"["apus-7-1","apus-7-2"]"#)
        #expect(stage.account.contains(.done(one, .canceled, filled: .zero)))
        #expect(
            stage.account.contains { event in
                if case .rejected(two, .cancel, let rejection) = event {
                    rejection.kind == .stateMismatch
                } else {
                    false
                }
            })
    }

    // MARK: Questions

    @Test func `answers a query with the venue's report`() {
        var stage = ready()
        stage.venue.script("GET order", .reply(200, FakeVenue.order(11, "apus-7-1", executed: "5.00")))
        stage.perform(.query(one, Fixtures.market))
        stage.run(.milliseconds(100))
        #expect(
            stage.account.contains { event in
                guard case .report(let report) = event else { return false }
                return report.clientOrderID == one && report.filled == Quantity(lots: 500) && report.status == .working
            })
    }

    @Test func `says when it asked for an order that is not found, and nothing when the answer is no answer`() {
        var stage = ready()
        let askedAt = stage.now
        stage.venue.script("GET order", .reply(400, #"{"code":-2013,"msg":"Order does not exist."}"#))
        stage.perform(.query(one, Fixtures.market))
        stage.run(.milliseconds(100))
        #expect(stage.account.contains(.notFound(one, askedAt: askedAt)))
        stage.forget()
        stage.venue.script("GET order", .reply(503, ""), .reply(400, #"{"code":-1000,"msg":"unknown"}"#), .silence)
        for _ in 0..<3 { stage.perform(.query(one, Fixtures.market)) }
        stage.run(.seconds(6))
        #expect(!stage.account.contains { if case .notFound = $0 { true } else { false } })
    }

    @Test func `repeats a cancel of everything until the venue says it is done`() {
        var stage = ready()
        stage.venue.script("DELETE allOpenOrders", .reply(503, ""), .silence)
        stage.perform(.cancelAll(Fixtures.market))
        stage.run(.seconds(12))
        #expect(stage.venue.log.filter { $0 == "DELETE allOpenOrders" }.count == 3)
    }

    @Test func `places nothing before it is ready`() {
        var stage = Stage()
        stage.start()
        stage.perform(Stage.place(1))
        #expect(!stage.venue.log.contains("POST order"))
        #expect(stage.account.contains { if case .rejected(one, .place, _) = $0 { true } else { false } })
    }
}
