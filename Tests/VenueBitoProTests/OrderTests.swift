import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueBitoPro

@Suite struct `Orders at BitoPro` {
    private let one = BitoProDesk.id(1)
    private static let batch = VenueCall.place((UInt32(1)...3).map { BitoProDesk.placement($0) })
    private static let cancels = VenueCall.cancel(
        BitoProDesk.btc, (UInt32(1)...3).map { .own(BitoProDesk.id($0)) })

    // MARK: Names

    @Test func `our numbers fit 31 bits, differ within a start, and tell starts apart`() {
        var seen: Set<Int64> = []
        for epoch in [UInt32(0), 1, 7, 1_022, .max] {
            for sequence in [UInt32(0), 1, 2, 2_097_151] {
                let number = BitoProOrderNames.number(of: ClientOrderID(epoch: epoch, sequence: sequence))
                #expect((1...2_147_483_647).contains(number))
                seen.insert(number)
            }
        }
        // The largest epoch has the number of the smallest of its class.
        #expect(seen.count == 20 || seen.count == 16)
    }

    @Test func `stop orders have names that are no numbers`() {
        #expect(BitoProOrderID.read("SL-1133804403") == VenueOrderID(-1_133_804_403))
        #expect(BitoProOrderID.text(VenueOrderID(-1_133_804_403)) == "SL-1133804403")
        #expect(BitoProOrderID.read("8917255503").map { BitoProOrderID.text($0) } == "8917255503")
        for text in ["", "SL-", "-5", "1.5", "SL-x", "99999999999999999999"] { #expect(BitoProOrderID.read(text) == nil) }
    }

    // MARK: Placing

    @Test func `post-only is asked for, and what BitoPro has not is not sent`() {
        var desk = BitoProDesk()
        func body(_ change: (inout OrderSpec) -> Void) -> String? {
            var placement = BitoProDesk.placement(1)
            change(&placement.spec)
            return desk.ask(.place([placement])).map { String(decoding: $0.body, as: UTF8.self) }
        }
        #expect(body { $0.timeInForce = .postOnly }?.contains(#""timeInForce":"POST_ONLY""#) == true)
        let market = body {
            $0.price = nil
            $0.side = .sell
        }
        #expect(market?.contains(#""type":"MARKET""#) == true && market?.contains("price") == false)
        #expect(body { $0.price = nil } == nil)
        for timeInForce in [TimeInForce.immediateOrCancel, .fillOrKill, .hidden] {
            #expect(body { $0.timeInForce = timeInForce } == nil)
        }
    }

    @Test func `the documented reply names the order`() {
        var desk = BitoProDesk()
        let (verdict, output) = desk.place(1)
        #expect(verdict == .done)
        #expect(output.accountEvents == [.accepted(one, VenueOrderID(BitoProDesk.venueID(1)))])
        let request = desk.ask(.cancel(BitoProDesk.btc, [.own(one)]))
        #expect(request?.method == .delete && request?.target == "/v3/orders/BTC_TWD/8917255501")
    }

    @Test(arguments: [
        (400, "Balance for TWD not enough", VenueRejection.Kind.capital), (422, "Invalid amount 5", .other),
        (400, "Wrong parameter", .other), (409, "Local Machine Time Mismatch", .requote),
    ])
    func `an error of a single order is certain`(status: Int, text: String, kind: VenueRejection.Kind) {
        var desk = BitoProDesk()
        let call = VenueCall.place([BitoProDesk.placement(1)])
        _ = desk.ask(call)
        guard case .refused(let rejection) = desk.answer(call, #"{"error":"\#(text)"}"#, status: status).verdict else {
            Issue.record("not refused")
            return
        }
        #expect(rejection.kind == kind && rejection.code == Int64(status) && rejection.message.hasPrefix(text))
        #expect(desk.adapter.names.unnamed.isEmpty)
    }

    @Test func `keys stop everything, limits wait, and the rest stays open`() {
        var desk = BitoProDesk()
        let call = VenueCall.place([BitoProDesk.placement(1)])
        for (status, body) in [(401, #"{"error":"Invalid Signature"}"#), (403, #"{"error":"Forbidden"}"#)] {
            guard case .fatal = desk.answer(call, body, status: status).verdict else {
                Issue.record("\(status)")
                continue
            }
        }
        #expect(desk.answer(call, "", status: 429).verdict == .throttled(until: desk.now + .seconds(1)))
        #expect(desk.answer(call, "<html>", status: 403).verdict == .throttled(until: desk.now + .seconds(10)))
        for (status, body) in [(408, ""), (500, #"{"error":"x"}"#), (502, "<html>"), (200, "<html>"), (200, "{}")] {
            guard case .unknown = desk.answer(call, body, status: status).verdict else {
                Issue.record("\(status) \(body)")
                continue
            }
        }
    }

    // MARK: Batches

    @Test func `a batch is an array whose elements name their pair`() throws {
        var desk = BitoProDesk()
        let asked = desk.ask(Self.batch)
        let request = try #require(asked)
        #expect(request.target == "/v3/orders/batch")
        let rows = try #require(try JSONValue.parse(request.body).elements)
        #expect(rows.count == 3 && rows.allSatisfy { $0["pair"]?.text == "BTC_TWD" })
        #expect(rows.map { $0["clientId"]?.integer } == (1...3).map { BitoProDesk.number($0) })
        #expect(desk.adapter.capabilities.placeBatch == 10)
    }

    @Test func `only elements with an id count, whoever else is there`() {
        var desk = BitoProDesk()
        _ = desk.ask(Self.batch)
        let broken = #"{"error":"Invalid amount","clientId":\#(BitoProDesk.number(2))}"#
        let stranger = #"{"orderId":5,"clientId":9}"#
        let (verdict, output) = desk.answer(
            Self.batch, "{\"data\":[\(BitoProDesk.accepted(3)),\(broken),\(stranger)]}")
        #expect(verdict == .done)
        #expect(output.accountEvents == [.accepted(BitoProDesk.id(3), VenueOrderID(BitoProDesk.venueID(3)))])
        #expect(desk.adapter.names.unnamed == [one, BitoProDesk.id(2)])
    }

    @Test func `an error for a whole batch proves nothing, a missing route does`() {
        var desk = BitoProDesk()
        _ = desk.ask(Self.batch)
        let error = #"{"error":"Balance for TWD not enough"}"#
        guard case .unknown = desk.answer(Self.batch, error, status: 400).verdict else {
            Issue.record("taken for certain")
            return
        }
        #expect(desk.answer(Self.batch, "", status: 404).verdict == .split(forGood: true))
    }

    @Test func `cancels of a batch are those that the reply lists`() {
        var desk = BitoProDesk()
        for sequence in UInt32(1)...3 { _ = desk.place(sequence) }
        let request = desk.ask(Self.cancels)
        #expect(request?.method == .put && request?.target == "/v3/orders")
        #expect(
            request.map { String(decoding: $0.body, as: UTF8.self) }
                == #"{"BTC_TWD":["8917255501","8917255502","8917255503"]}"#)
        let (verdict, output) = desk.answer(Self.cancels, #"{"data":{"BTC_TWD":["8917255503","8917255501"]}}"#)
        #expect(verdict == .done && output.acknowledged == [one, BitoProDesk.id(3)])
        guard case .rejected(BitoProDesk.id(2), .cancel, let rejection)? = output.accountEvents.first else {
            Issue.record("\(output.accountEvents)")
            return
        }
        #expect(rejection.kind == .stateMismatch && output.calls.contains(.order(BitoProDesk.id(2), BitoProDesk.btc)))
        #expect(desk.answer(Self.cancels, #"{"error":"x"}"#, status: 400).verdict == .split(forGood: false))
        #expect(desk.answer(Self.cancels, #"{"data":{}}"#).output.accountEvents.count == 3)
        guard case .unknown = desk.answer(Self.cancels, #"{"data":7}"#).verdict else {
            Issue.record("taken")
            return
        }
    }

    @Test func `a cancelled order is over when the fills up to then are known`() {
        var desk = BitoProDesk()
        _ = desk.place(1)
        let call = VenueCall.cancel(BitoProDesk.btc, [.own(one)])
        _ = desk.ask(call)
        let reply = #"{"action":"BUY","amount":"0.05","orderId":"8917255501","price":"2945000","timestamp":1504262258000}"#
        let (verdict, output) = desk.answer(call, reply)
        #expect(verdict == .done && output.acknowledged == [one] && output.calls.count == 1)
        let fills = VenueCall.fills(BitoProDesk.btc, since: desk.now, page: 0)
        _ = desk.ask(fills)
        let events = desk.answer(fills, #"{"data":[\#(BitoProDesk.trade(1, order: 1))]}"#).output.accountEvents
        #expect(events.count == 2 && events.last == .done(one, .canceled, filled: nil))
    }

    @Test func `a late cancel is asked about`() {
        var desk = BitoProDesk()
        _ = desk.place(1)
        let call = VenueCall.cancel(BitoProDesk.btc, [.own(one)])
        let (verdict, output) = desk.answer(call, #"{"error":"Order status invalid"}"#, status: 400)
        guard case .refused(let rejection) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(rejection.kind == .stateMismatch && output.calls == [.order(one, BitoProDesk.btc)])
    }

    // MARK: Queries

    @Test func `an order with a name is asked for by it`() {
        var desk = BitoProDesk()
        _ = desk.place(1)
        let call = VenueCall.order(one, BitoProDesk.btc)
        #expect(desk.ask(call)?.target == "/v3/orders/BTC_TWD/8917255501")
        let events = desk.answer(call, BitoProDesk.row(1, status: 3, executed: "0.02")).output.accountEvents
        guard case .report(let report)? = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(report.clientOrderID == one && report.status == .done(.canceled))
        #expect(report.filled == Quantity(lots: 2_000_000) && report.quantity == Quantity(lots: 5_000_000))
    }

    @Test(arguments: [
        (-1, OrderReport.Status.working), (0, .working), (1, .working), (2, .done(.filled)), (3, .done(.canceled)),
        (4, .done(.canceled)), (6, .done(.postOnlyMiss)),
    ])
    func `each status`(code: Int, status: OrderReport.Status) {
        var desk = BitoProDesk()
        _ = desk.place(1)
        let events = desk.answer(.order(one, BitoProDesk.btc), BitoProDesk.row(1, status: code)).output.accountEvents
        guard case .report(let report)? = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(report.status == status)
    }

    @Test func `one without a name is looked for by our number`() {
        var desk = BitoProDesk()
        _ = desk.ask(.place([BitoProDesk.placement(1)]))
        let call = VenueCall.order(one, BitoProDesk.btc)
        #expect(
            desk.ask(call)?.target
                == "/v3/orders/all/BTC_TWD?startTimestamp=1554380849131&statusKind=ALL&clientId=16777217")
        let found = #"{"data":[\#(BitoProDesk.row(1, client: BitoProDesk.number(1), status: 1, executed: "0.01"))]}"#
        let events = desk.answer(call, found).output.accountEvents
        guard case .report(let report)? = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(report.clientOrderID == one && report.status == .working)
        #expect(desk.adapter.names.unnamed.isEmpty)
    }

    @Test func `one that is nowhere is not found; once it can no longer arrive, nobody waits for it`() {
        var desk = BitoProDesk()
        _ = desk.ask(.place([BitoProDesk.placement(1)]))
        let call = VenueCall.order(one, BitoProDesk.btc)
        #expect(desk.answer(call, #"{"data":[]}"#).output.accountEvents == [.notFound(one, askedAt: desk.now)])
        #expect(desk.adapter.names.unnamed == [one])
        desk.now = desk.now + .seconds(31)
        #expect(desk.answer(call, #"{"data":[]}"#).output.accountEvents == [.notFound(one, askedAt: desk.now)])
        #expect(desk.adapter.names.unnamed.isEmpty)
    }
}
