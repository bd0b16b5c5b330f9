import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueACE

@Suite struct `Orders at ACE` {
    private let one = ACEDesk.id(1)

    @Test func `a limit order is asked for with the venue's numbers and our name`() throws {
        var desk = ACEDesk()
        let asked = desk.ask(.place([ACEDesk.placement(1, .sell)]))
        let fields = try #require(asked)
        let sent = fields.fields.map { "\($0.name)=\($0.value)" }.filter { !$0.hasPrefix("signKey") }
        #expect(
            sent == [
                "baseCurrencyId=2", "quoteCurrencyId=1", "buyOrSell=2", "type=1", "price=2945000.0", "num=0.001000",
                "customOrderId=apus-7-1", "apiKey=ABC#2022", "timeStamp=1671089108000",
            ])
    }

    @Test func `a market order carries no price, and what ACE has not is not sent`() throws {
        var desk = ACEDesk()
        var placement = ACEDesk.placement(1)
        placement.spec.price = nil
        let asked = desk.ask(.place([placement]))
        let fields = try #require(asked)
        #expect(fields["type"] == "2" && fields["price"] == nil && fields["num"] == "0.001000")
        for timeInForce in TimeInForce.allCases where timeInForce != .goodTillCancel {
            var other = ACEDesk.placement(2)
            other.spec.timeInForce = timeInForce
            #expect(desk.ask(.place([other])) == nil, "\(timeInForce)")
        }
    }

    @Test func `the documented reply names the order`() {
        var desk = ACEDesk()
        let (verdict, output) = desk.place(1)
        #expect(verdict == .done)
        guard case .accepted(one, let venueID)? = output.accountEvents.first else {
            Issue.record("\(output.events)")
            return
        }
        #expect(venueID.number > 0)
        #expect(desk.ask(.cancel(ACEDesk.btc, [.own(one)]))?["orderNo"] == ACEDesk.number(1))
    }

    @Test func `the bare number of the older interface names it as well`() {
        var desk = ACEDesk()
        let call = VenueCall.place([ACEDesk.placement(1)])
        _ = desk.ask(call)
        #expect(desk.succeed(call, "\"\(ACEDesk.number(1))\"").verdict == .done)
        #expect(desk.ask(.cancel(ACEDesk.btc, [.own(one)]))?["orderNo"] == ACEDesk.number(1))
    }

    @Test(arguments: [
        (2_021, VenueRejection.Kind.capital), (2_003, .other), (2_053, .other), (20_183, .other), (9_996, .other),
    ])
    func `a status that refuses is certain`(status: Int, kind: VenueRejection.Kind) {
        var desk = ACEDesk()
        let call = VenueCall.place([ACEDesk.placement(1)])
        _ = desk.ask(call)
        let verdict = desk.answer(call, ACEDesk.envelope("null", status: status, message: "why")).verdict
        #expect(verdict == .refused(VenueRejection(kind: kind, code: Int64(status), message: "why")))
    }

    @Test func `what proves nothing stays open`() {
        var desk = ACEDesk()
        let call = VenueCall.place([ACEDesk.placement(1)])
        let page = "<html><body>502 Bad Gateway</body></html>"
        let replies = [
            (ACEDesk.envelope("null", status: 9_999), 200), (page, 200), (page, 502), ("", 200), ("", 504),
            (ACEDesk.envelope("{}"), 200), (ACEDesk.envelope(#"{"orderNo":"x"}"#), 200),
            (ACEDesk.envelope(#"{"orderNo":"1","customOrderId":"apus-7-9"}"#), 200), ("[]", 200),
        ]
        for (body, status) in replies {
            _ = desk.ask(call)
            let (verdict, output) = desk.answer(call, body, status: status)
            guard case .unknown = verdict else {
                Issue.record("\(status) \(body): \(verdict)")
                continue
            }
            #expect(output.accountEvents.isEmpty)
        }
    }

    @Test func `a wrong signature stops everything, unless it is the clock's fault`() {
        var desk = ACEDesk()
        let call = VenueCall.place([ACEDesk.placement(1)])
        let reply = ACEDesk.envelope("null", status: 10_012, message: "signKey error")
        _ = desk.ask(call)
        guard case .fatal = desk.answer(call, reply, clock: ACEDesk.start.milliseconds + 900).verdict else {
            Issue.record("a wrong key must stop")
            return
        }
        _ = desk.ask(call)
        let (verdict, output) = desk.answer(call, reply, clock: ACEDesk.start.milliseconds + 90_000)
        guard case .refused = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(output.calls == [.time])
    }

    @Test func `too many requests wait as long as the venue says`() {
        var desk = ACEDesk()
        let call = VenueCall.place([ACEDesk.placement(1)])
        #expect(desk.answer(call, "", status: 429).verdict == .throttled(until: desk.now + .seconds(1)))
    }

    // MARK: Cancels

    @Test func `a cancelled order is over when the fills up to then are known`() {
        var desk = ACEDesk()
        _ = desk.place(1)
        let call = VenueCall.cancel(ACEDesk.btc, [.own(one)])
        _ = desk.ask(call)
        let (verdict, output) = desk.succeed(call, "200")
        #expect(verdict == .done && output.acknowledged == [one] && output.accountEvents.isEmpty)
        guard case .fills(ACEDesk.btc, _, page: 0)? = output.calls.first else {
            Issue.record("\(output.calls)")
            return
        }
        desk.now = desk.now + .milliseconds(50)
        let fills = VenueCall.fills(ACEDesk.btc, since: ACEDesk.start, page: 0)
        _ = desk.ask(fills)
        let read = desk.succeed(fills, "[\(ACEDesk.trade(1, order: 1))]").output.accountEvents
        #expect(read.count == 2)
        guard case .filled(let fill)? = read.first else {
            Issue.record("\(read)")
            return
        }
        #expect(fill.clientOrderID == one && fill.quantity == Quantity(lots: 500) && fill.isMaker)
        #expect(fill.commission == Cash("0.73625") && !fill.isSelfTrade)
        #expect(read.last == .done(one, .canceled, filled: nil))
    }

    @Test func `fills asked for before the cancel was confirmed do not end it`() {
        var desk = ACEDesk()
        _ = desk.place(1)
        let fills = VenueCall.fills(ACEDesk.btc, since: ACEDesk.start, page: 0)
        _ = desk.ask(fills)
        var early = AdapterOutput()
        let call = VenueCall.cancel(ACEDesk.btc, [.own(one)])
        _ = desk.ask(call)
        let sentAt = desk.now
        desk.now = desk.now + .milliseconds(10)
        #expect(desk.succeed(call, "200").output.calls.count == 1)
        _ = desk.adapter.read(
            HTTPResponse(status: 200, body: Array(ACEDesk.envelope("[]").utf8)), to: fills, sentAt: sentAt,
            at: desk.now,
            into: &early)
        #expect(early.accountEvents.isEmpty)
        _ = desk.ask(fills)
        #expect(desk.succeed(fills, "[]").output.accountEvents == [.done(one, .canceled, filled: nil)])
    }

    @Test func `cancels that come together need one reading of the fills`() {
        var desk = ACEDesk()
        for sequence in UInt32(1)...3 { _ = desk.place(sequence) }
        var calls = 0
        for sequence in UInt32(1)...3 {
            let call = VenueCall.cancel(ACEDesk.btc, [.own(ACEDesk.id(sequence))])
            _ = desk.ask(call)
            calls += desk.succeed(call, "200").output.calls.count
        }
        #expect(calls == 1)
        let fills = VenueCall.fills(ACEDesk.btc, since: ACEDesk.start, page: 0)
        _ = desk.ask(fills)
        #expect(desk.succeed(fills, "[]").output.accountEvents.count == 3)
    }

    @Test func `a late cancel is refused and the order is asked for`() {
        var desk = ACEDesk()
        _ = desk.place(1)
        let call = VenueCall.cancel(ACEDesk.btc, [.own(one)])
        _ = desk.ask(call)
        let (verdict, output) = desk.answer(call, ACEDesk.envelope("null", status: 2_061, message: "委託單已成交或已撤銷"))
        #expect(
            verdict == .refused(VenueRejection(kind: .stateMismatch, code: 2_061, message: "委託單已成交或已撤銷")))
        #expect(output.calls == [.order(one, ACEDesk.btc)])
    }

    @Test func `what has no name cannot be cancelled`() {
        var desk = ACEDesk(supportsBatch: true)
        _ = desk.place(1)
        #expect(desk.ask(.cancel(ACEDesk.btc, [.own(ACEDesk.id(2))])) == nil)
        #expect(desk.ask(.cancel(ACEDesk.btc, [.own(one), .own(ACEDesk.id(2))])) == nil)
    }

    // MARK: Queries

    @Test func `the documented status of a cancelled order counts what traded and what remains`() {
        var desk = ACEDesk()
        _ = desk.place(1)
        let call = VenueCall.order(one, ACEDesk.btc)
        #expect(desk.ask(call)?["orderNo"] == ACEDesk.number(1))
        let body = """
            {"buyOrSell":1,"averagePrice":"490849.70000000","num":"0.00000000","orderTime":"2022-11-29 18:03:06.318",\
            "price":"490849.70000000","status":4,"tradeNum":"0.02697000","remainNum":"0.97303000","baseCurrencyId":2,\
            "baseCurrencyName":"BTC","quoteCurrencyId":1,"quoteCurrencyName":"TWD","orderNo":"\(ACEDesk.number(1))"}
            """
        let (verdict, output) = desk.succeed(call, body)
        #expect(verdict == .done)
        guard case .report(let report)? = output.accountEvents.first else {
            Issue.record("\(output.events)")
            return
        }
        #expect(report.clientOrderID == one && report.status == .done(.canceled))
        #expect(report.quantity == Quantity(lots: 1_000_000) && report.filled == Quantity(lots: 26_970))
        #expect(report.price == Price(ticks: 4_908_497))
    }

    @Test(arguments: [
        (0, OrderReport.Status.working), (1, .working), (2, .done(.filled)), (4, .done(.canceled)),
        (5, .done(.canceled)),
    ])
    func `each status`(code: Int, status: OrderReport.Status) {
        var desk = ACEDesk()
        _ = desk.place(1)
        _ = desk.ask(.order(one, ACEDesk.btc))
        let output = desk.succeed(.order(one, ACEDesk.btc), ACEDesk.row(1, status: code)).output
        guard case .report(let report)? = output.accountEvents.first else {
            Issue.record("\(output.events)")
            return
        }
        #expect(report.status == status)
    }

    @Test func `an order whose reply was lost is found among the open orders by our name`() {
        var desk = ACEDesk()
        _ = desk.ask(.place([ACEDesk.placement(1)]))
        let call = VenueCall.order(one, ACEDesk.btc)
        #expect(desk.ask(call)?["size"] == "500")
        let (verdict, output) = desk.succeed(call, "[\(ACEDesk.row(3)),\(ACEDesk.row(1))]")
        #expect(verdict == .done)
        guard case .report(let report)? = output.accountEvents.first else {
            Issue.record("\(output.events)")
            return
        }
        #expect(report.clientOrderID == one && report.status == .working)
        #expect(desk.ask(.cancel(ACEDesk.btc, [.own(one)]))?["orderNo"] == ACEDesk.number(1))
    }

    @Test func `one that filled meanwhile is found among the fills, and then by its number`() {
        var desk = ACEDesk()
        _ = desk.ask(.place([ACEDesk.placement(1)]))
        let call = VenueCall.order(one, ACEDesk.btc)
        _ = desk.ask(call)
        #expect(desk.succeed(call, "[]").verdict == .more(call))
        #expect(desk.ask(call)?["startTime"] != nil)
        let (verdict, output) = desk.succeed(call, "[\(ACEDesk.trade(1, order: 1, num: "0.001"))]")
        #expect(verdict == .more(call))
        #expect(output.accountEvents.count == 1)
        #expect(desk.ask(call)?["orderNo"] == ACEDesk.number(1))
    }

    @Test func `one that is nowhere is not found, as of the first look`() {
        var desk = ACEDesk()
        _ = desk.ask(.place([ACEDesk.placement(1)]))
        let call = VenueCall.order(one, ACEDesk.btc)
        _ = desk.ask(call)
        let askedAt = desk.now
        #expect(desk.succeed(call, "[]").verdict == .more(call))
        desk.now = desk.now + .seconds(1)
        _ = desk.ask(call)
        let output = desk.succeed(call, "[\(ACEDesk.trade(1, order: 2))]").output
        #expect(output.accountEvents == [.notFound(one, askedAt: askedAt)])
    }
}
