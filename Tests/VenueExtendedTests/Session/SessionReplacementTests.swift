import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueExtended

@Suite struct `Amendments of an Extended session` {
    private let id = SessionStage.id(1)
    /// Order 1 of 1,000 lots rests; what it has filled is told.
    private func resting(filled: String? = nil) -> SessionStage {
        var stage = SessionStage.ready()
        stage.perform(SessionStage.place(1))
        stage.run(.milliseconds(100))
        if let filled {
            stage.venue.orders[0].filled = filled
            stage.venue.orders[0].status = "PARTIALLY_FILLED"
            stage.order(stage.venue.orders[0])
        }
        stage.forget()
        return stage
    }
    private func sent(_ stage: SessionStage) throws -> [(id: String?, cancels: String?, quantity: String?)] {
        try stage.venue.bodies.map { body in
            let value = try JSONValue.parse(Array(body.utf8))
            return (value["id"]?.text, value["cancelId"]?.text, value["qty"]?.text)
        }
    }
    private func row(
        _ revision: UInt32, _ status: String, filled: String = "0", reason: String? = nil, quantity: String = "0.01000",
        price: String = "84010"
    ) -> FakeExtended.Order {
        .init(
            id: 9_000 + Int64(revision), external: SessionStage.text(1, revision), side: "BUY", price: price,
            quantity: quantity, filled: filled, status: status, reason: reason)
    }

    @Test func `put a new order in the place of the old one, under the next revision`() throws {
        var stage = resting()
        stage.perform(SessionStage.amend(1, price: 84_010))
        #expect(try sent(stage).map(\.id) == ["apus-7-1.1"])
        #expect(try sent(stage).map(\.cancels) == ["apus-7-1"])
        stage.run(.milliseconds(100))
        #expect(stage.of(1).contains(.amended(id, price: Price(ticks: 84_010), quantity: Quantity(lots: 1_000))))
        #expect(!stage.of(1).contains { if case .done = $0 { true } else { false } })
        // And once more, from there.
        stage.forget()
        stage.perform(SessionStage.amend(1, price: 84_020))
        #expect(try sent(stage).map(\.id) == ["apus-7-1.2"])
        #expect(try sent(stage).map(\.cancels) == ["apus-7-1.1"])
        stage.run(.milliseconds(100))
        stage.perform(SessionStage.cancel(1))
        #expect(stage.venue.targets.last == "/api/v1/user/order?externalId=apus-7-1.2")
        stage.run(.milliseconds(100))
        #expect(stage.of(1).last == .done(id, .canceled, filled: .zero))
    }

    @Test func `that rested, and that the venue knows nothing of any more, are over once it has had time to`() {
        var stage = resting()
        stage.perform(SessionStage.amend(1, price: 84_010))
        stage.run(.milliseconds(100))
        stage.forget()
        stage.venue.orders = []
        stage.perform(.query(id, SessionStage.market))
        stage.run(.seconds(1))
        #expect(stage.of(1).isEmpty)
        stage.run(.seconds(20))
        stage.perform(.query(id, SessionStage.market))
        stage.run(.seconds(1))
        #expect(stage.of(1).last == .done(id, .canceled, filled: .zero))
        #expect(stage.notes.contains { $0.text.contains("taken for gone") })
        // It was there all the time.
        stage.venue.orders = [row(1, "NEW")]
        stage.run(.seconds(15))
        #expect(stage.venue.orders.map(\.isOpen) == [false])
    }

    @Test func `ask only for what is left of the total, and count fills over all revisions`() throws {
        var stage = resting(filled: "0.00400")
        stage.perform(SessionStage.amend(1, price: 84_010, lots: 1_400))
        #expect(try sent(stage).map(\.quantity) == ["0.01000"])
        stage.run(.milliseconds(100))
        #expect(stage.of(1).contains(.amended(id, price: Price(ticks: 84_010), quantity: Quantity(lots: 1_400))))
        stage.venue.orders[1].filled = "0.01000"
        stage.venue.orders[1].status = "FILLED"
        stage.order(stage.venue.orders[1])
        #expect(stage.of(1).last == .done(id, .filled, filled: Quantity(lots: 1_400)))
    }

    @Test func `know fills of the stream that no order frame has told yet`() throws {
        var stage = resting()
        let old = stage.venue.orders[0].id
        stage.account(
            FakeExtended.traded(FakeExtended.trade(70, order: old, external: "apus-7-1", quantity: "0.00300")))
        stage.perform(SessionStage.amend(1, price: 84_010))
        #expect(try sent(stage).map(\.quantity) == ["0.00700"])
    }

    @Test func `that the old order outran are told at their true size`() throws {
        var stage = resting()
        stage.venue.isExecuting = false
        stage.perform(SessionStage.amend(1, price: 84_010))
        stage.run(.milliseconds(100))
        #expect(try sent(stage).map(\.quantity) == ["0.01000"])
        // While the request was on its way the old one filled 0.004.
        stage.order(row(0, "CANCELLED", filled: "0.00400", reason: "ORDER_REPLACED"))
        #expect(!stage.of(1).contains { if case .amended = $0 { true } else { false } })
        stage.order(row(1, "NEW"))
        #expect(stage.of(1).last == .amended(id, price: Price(ticks: 84_010), quantity: Quantity(lots: 1_400)))
    }

    @Test func `have their outcome when the new order is seen and the old one is over, in either order`() {
        for isNewFirst in [true, false] {
            var stage = resting()
            stage.venue.isExecuting = false
            stage.perform(SessionStage.amend(1, price: 84_010))
            stage.run(.milliseconds(100))
            let frames = [row(0, "CANCELLED", reason: "ORDER_REPLACED"), row(1, "NEW")]
            for frame in isNewFirst ? frames.reversed() : frames {
                #expect(!stage.of(1).contains { if case .amended = $0 { true } else { false } })
                stage.order(frame)
            }
            #expect(stage.of(1).last == .amended(id, price: Price(ticks: 84_010), quantity: Quantity(lots: 1_000)))
        }
    }

    @Test func `refused at the door leave the old order as it is`() {
        var stage = resting()
        stage.venue.script("POST user/order", .fault(400, 1_141))
        stage.perform(SessionStage.amend(1, price: 84_010))
        stage.run(.milliseconds(100))
        guard case .rejected(id, .amend, let rejection) = stage.of(1).last else {
            Issue.record("\(stage.of(1))")
            return
        }
        #expect(rejection.kind == .requote)
        stage.perform(.query(id, SessionStage.market))
        stage.run(.milliseconds(100))
        guard case .report(let report) = stage.of(1).last else {
            Issue.record("\(stage.of(1))")
            return
        }
        #expect(report.price == Price(ticks: 84_000))
        #expect(report.quantity == Quantity(lots: 1_000))
        stage.perform(SessionStage.cancel(1))
        #expect(stage.venue.targets.last == "/api/v1/user/order?externalId=apus-7-1")
    }

    @Test(arguments: ["ORDER_REPLACED", "NONE"])
    func `that fail in the engine end both, in either order`(reason: String) {
        for isNewFirst in [true, false] {
            var stage = resting()
            stage.venue.isExecuting = false
            stage.perform(SessionStage.amend(1, price: 84_010))
            stage.run(.milliseconds(100))
            let frames = [
                row(0, "CANCELLED", filled: "0.00200", reason: reason), row(1, "REJECTED", reason: "POST_ONLY_FAILED"),
            ]
            for frame in isNewFirst ? frames.reversed() : frames { stage.order(frame) }
            guard case .done(id, _, filled: Quantity(lots: 200)) = stage.of(1).last else {
                Issue.record("\(stage.of(1))")
                return
            }
            #expect(stage.session.orders[id]?.possible.isEmpty == true)
        }
    }

    @Test func `whose new order fails while the old one is silent make the engine ask`() {
        var stage = resting()
        stage.venue.isExecuting = false
        stage.perform(SessionStage.amend(1, price: 84_010))
        stage.run(.milliseconds(100))
        stage.order(row(1, "REJECTED", reason: "PREV_ORDER_NOT_FOUND"))
        guard case .rejected(id, .amend, _) = stage.of(1).last else {
            Issue.record("\(stage.of(1))")
            return
        }
        stage.venue.orders[0].status = "FILLED"
        stage.venue.orders[0].filled = "0.01000"
        stage.perform(.query(id, SessionStage.market))
        stage.run(.milliseconds(100))
        #expect(stage.of(1).last == .done(id, .filled, filled: Quantity(lots: 1_000)))
    }

    @Test func `without a reply keep both revisions in mind`() throws {
        var stage = resting()
        stage.venue.script("POST user/order", .silence)
        stage.perform(SessionStage.amend(1, price: 84_010))
        stage.run(.seconds(6))
        #expect(stage.of(1).first == .unresolved(id, .amend))
        stage.forget()
        stage.perform(.query(id, SessionStage.market))
        stage.run(.milliseconds(500))
        let asked = stage.venue.targets.filter { $0.contains("apus-7-1") }
        #expect(
            asked == [
                "/api/v1/user/orders/external/apus-7-1", "/api/v1/user/orders/external/apus-7-1.1",
                "/api/v1/user/orders/history?externalId=apus-7-1.1",
            ])
        // The old one rests, the new one may still come: both would be taken off.
        guard case .report(let report) = stage.of(1).last else {
            Issue.record("\(stage.of(1))")
            return
        }
        #expect(report.price == Price(ticks: 84_000))
        stage.perform(SessionStage.cancel(1))
        #expect(
            stage.venue.bodies.last == #"{"externalOrderIds":["apus-7-1","apus-7-1.1"],"cancelAll":false}"#)
    }

    @Test func `without a reply are settled by asking: done, or certain not to come any more`() {
        for hasArrived in [true, false] {
            var stage = resting()
            stage.venue.script("POST user/order", .silence)
            stage.perform(SessionStage.amend(1, price: 84_010))
            stage.run(.seconds(6))
            if hasArrived {
                stage.venue.orders[0].status = "CANCELLED"
                stage.venue.orders[0].reason = "ORDER_REPLACED"
                stage.venue.orders.append(row(1, "NEW"))
            }
            stage.run(.seconds(20))
            stage.forget()
            stage.perform(.query(id, SessionStage.market))
            stage.run(.milliseconds(500))
            let possible = stage.session.orders[id]?.possible.map(\.text)
            #expect(possible == [hasArrived ? "apus-7-1.1" : "apus-7-1"])
            guard case .report(let report) = stage.of(1).last else {
                Issue.record("\(stage.of(1))")
                return
            }
            #expect(report.price == Price(ticks: hasArrived ? 84_010 : 84_000))
            stage.perform(SessionStage.amend(1, price: 84_020))
            stage.run(.milliseconds(100))
            #expect(stage.of(1).contains(.amended(id, price: Price(ticks: 84_020), quantity: Quantity(lots: 1_000))))
        }
    }

    @Test func `that took the old order away and never came end the order, once they can no longer come`() {
        var stage = resting()
        stage.venue.script("POST user/order", .silence)
        stage.perform(SessionStage.amend(1, price: 84_010))
        stage.run(.seconds(6))
        stage.venue.orders[0].status = "CANCELLED"
        stage.venue.orders[0].reason = "ORDER_REPLACED"
        stage.perform(.query(id, SessionStage.market))
        stage.run(.milliseconds(500))
        #expect(!stage.of(1).contains { if case .done = $0 { true } else { false } })
        stage.run(.seconds(20))
        stage.perform(.query(id, SessionStage.market))
        stage.run(.milliseconds(500))
        #expect(stage.of(1).last == .done(id, .canceled, filled: .zero))
    }

    @Test func `do not lose a late fill of an earlier revision`() {
        var stage = resting()
        stage.perform(SessionStage.amend(1, price: 84_010))
        stage.run(.milliseconds(100))
        stage.forget()
        stage.account(
            FakeExtended.traded(
                FakeExtended.trade(71, order: stage.venue.orders[0].id, external: nil, quantity: "0.00100")))
        guard case .filled(let fill) = stage.of(1).last else {
            Issue.record("\(stage.of(1))")
            return
        }
        #expect(fill.clientOrderID == id)
    }

    @Test func `of less than the venue takes become a cancel`() {
        var stage = resting(filled: "0.00995")
        stage.perform(SessionStage.amend(1, price: 84_010))
        #expect(stage.venue.log == ["DELETE user/order"])
        stage.run(.milliseconds(100))
        #expect(stage.of(1).last == .done(id, .canceled, filled: Quantity(lots: 995)))
    }

    @Test func `are refused here for orders that are not known to rest`() {
        var stage = SessionStage.ready()
        stage.perform(SessionStage.amend(3, price: 84_010))
        stage.venue.isExecuting = false
        stage.perform(SessionStage.place(1))
        stage.perform(SessionStage.amend(1, price: 84_010))
        #expect(stage.count("POST user/order") == 1)
        #expect(
            stage.account.filter { if case .rejected(_, .amend, _) = $0 { true } else { false } }.count == 2)
    }

    // MARK: The list of open orders

    @Test func `show as one order in the list`() {
        var stage = resting(filled: "0.00400")
        stage.perform(SessionStage.amend(1, price: 84_010, lots: 1_400))
        stage.run(.milliseconds(100))
        stage.forget()
        stage.run(.seconds(12))
        let lists = stage.account.compactMap { if case .openOrders(_, let reports, _) = $0 { reports } else { nil } }
        #expect(lists.last?.count == 1)
        #expect(lists.last?[0].clientOrderID == id)
        #expect(lists.last?[0].quantity == Quantity(lots: 1_400))
        #expect(lists.last?[0].filled == Quantity(lots: 400))
    }

    @Test func `that come to life after they were given up are taken off`() {
        var stage = resting()
        stage.venue.script("POST user/order", .silence)
        stage.perform(SessionStage.amend(1, price: 84_010))
        stage.run(.seconds(26))
        stage.perform(.query(id, SessionStage.market))
        stage.run(.milliseconds(500))
        #expect(stage.session.orders[id]?.possible.map(\.text) == ["apus-7-1"])
        stage.forget()
        stage.run(.seconds(3))
        stage.venue.orders.append(row(1, "NEW"))
        stage.run(.seconds(12))
        #expect(stage.venue.targets.contains("/api/v1/user/order?externalId=apus-7-1.1"))
    }
}
