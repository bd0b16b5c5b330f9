import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueBinance

@Suite struct `What the Binance adapter makes of replies` {
    private let id = ClientOrderID(epoch: 7, sequence: 1)
    private let venueID = VenueOrderID(4_293_153)
    private var placement: OrderPlacement {
        OrderPlacement(
            id,
            OrderSpec(
                market: Fixtures.btc, side: .sell, price: Fixtures.price("61000.10"),
                quantity: Fixtures.quantity("0.005"), timeInForce: .immediateOrCancel))
    }

    private func refusal(_ code: Int, _ message: String) -> String { #"{"code":\#(code),"msg":"\#(message)"}"# }

    // MARK: Rules and account

    @Test func `rules bring instrument and limits, and changes alone are told again`() {
        var dialogue = Dialogue()
        let (verdict, output) = dialogue.reply(Fixtures.exchangeInfo(Fixtures.symbol()), to: .rules)
        guard verdict == .done, case .status(.instrument(let instrument), of: .reference)? = output.events.first else {
            return #expect(Bool(false))
        }
        #expect(instrument.kind == .spot && dialogue.adapter.rateRules.count == 3)
        #expect(dialogue.adapter.rateRules[1].limit == 100)
        #expect(dialogue.reply(Fixtures.exchangeInfo(Fixtures.symbol()), to: .rules).1.events.isEmpty)
        let (_, changed) = dialogue.reply(Fixtures.exchangeInfo(Fixtures.symbol(step: "0.00010000")), to: .rules)
        guard case .status(.instrument(let other), of: .reference)? = changed.events.first else {
            return #expect(Bool(false))
        }
        #expect(other.lotSize == ExactDecimal("0.0001"))
    }

    @Test func `a symbol that lacks self-trade prevention is not traded, but may be watched`() {
        let text = Fixtures.exchangeInfo(Fixtures.symbol(modes: #""NONE","EXPIRE_TAKER""#))
        var trading = Dialogue()
        guard case .fatal(let reason) = trading.reply(text, to: .rules).0 else { return #expect(Bool(false)) }
        #expect(reason.contains("EXPIRE_MAKER"))
        var watching = Dialogue(nil)
        #expect(watching.reply(text, to: .rules).0 == .done)
    }

    @Test func `a symbol at rest is waited for, one that is not listed is the end`() {
        var dialogue = Dialogue()
        let halted = Fixtures.exchangeInfo(Fixtures.symbol(status: "HALT"))
        guard case .refused(let rejection) = dialogue.reply(halted, to: .rules).0 else { return #expect(Bool(false)) }
        #expect(rejection.message.contains("HALT"))
        guard case .fatal = dialogue.reply(refusal(-1121, "Invalid symbol."), status: 400, to: .rules).0 else {
            return #expect(Bool(false))
        }
        guard case .unknown = dialogue.reply("{}", to: .rules).0 else { return #expect(Bool(false)) }
    }

    @Test func `the account comes first, then the fees of each traded market`() {
        var dialogue = Dialogue.ready()
        #expect(dialogue.asked(.accountMode) == "GET /api/v3/account")
        #expect(dialogue.reply(ReplyTexts.account, to: .accountMode).0 == .more(.accountMode))
        #expect(dialogue.asked(.accountMode) == "GET /api/v3/account/commission?symbol=BTCUSDT")
        let (verdict, output) = dialogue.reply(ReplyTexts.commission, to: .accountMode)
        guard verdict == .done, case .status(.instrument(let instrument), of: .reference)? = output.events.first else {
            return #expect(Bool(false))
        }
        #expect(instrument.makerFee == Rate("0.0011023") && instrument.takerFee == Rate("0.00135232"))
        // Reading the rules again keeps them.
        #expect(dialogue.reply(Fixtures.exchangeInfo(Fixtures.symbol()), to: .rules).1.events.isEmpty)
        #expect(dialogue.asked(.accountMode) == "GET /api/v3/account")
        let locked = ReplyTexts.account.replacing(#""canTrade":true"#, with: #""canTrade":false"#)
        guard case .fatal = dialogue.reply(locked, to: .accountMode).0 else { return #expect(Bool(false)) }
    }

    @Test func `holdings of both assets, nothing where there is no row`() {
        var dialogue = Dialogue.ready()
        let (_, output) = dialogue.reply(
            #"{"canTrade":true,"balances":[{"asset":"BTC","free":"1.5","locked":"0.5"}]}"#, to: .balances)
        #expect(
            output.events == [
                .account(
                    .holding(
                        .reference, asset: "BTC", total: Cash(whole: 2), available: Fixtures.cash("1.5"),
                        asOf: Dialogue.sentAt)),
                .account(.holding(.reference, asset: "USDT", total: .zero, available: .zero, asOf: Dialogue.sentAt)),
            ])
    }

    // MARK: Orders

    @Test func `a placed order tells its name, its fills and its end`() throws {
        var dialogue = Dialogue.ready()
        let extra =
            #","fills":[{"price":"61000.10000000","qty":"0.00500000","commission":"0.00012000","commissionAsset":"BNB","tradeId":56}]"#
        _ = dialogue.request(.place([placement]))
        let (verdict, output) = dialogue.reply(
            Fixtures.order(status: "FILLED", filled: "0.00500000", extra: extra), to: .place([placement]))
        #expect(verdict == .done && output.events.count == 3)
        #expect(output.events.first == .account(.accepted(id, venueID)))
        #expect(output.events.last == .account(.done(id, .filled, filled: Fixtures.quantity("0.005"))))
        guard case .account(.filled(let fill)) = output.events[1] else { return #expect(Bool(false)) }
        #expect(fill.commission == Fixtures.cash("0.3050005") && fill.trade == TradeID(56))
        #expect(output.notes.count == 1)
        // The asset has been named; once is enough.
        #expect(dialogue.reply("[\(Fixtures.trade(57, order: 9, asset: "BNB"))]", to: fills).1.notes.isEmpty)
    }

    private var fills: VenueCall { .fills(Fixtures.btc, since: Dialogue.sentAt, page: 0) }

    @Test func `an order that rests, expires, or filled without saying how`() {
        var dialogue = Dialogue.ready()
        let accepted = VenueEvent.account(.accepted(id, venueID))
        #expect(dialogue.reply(Fixtures.order(), to: .place([placement])).1.events == [accepted])
        #expect(
            dialogue.reply(Fixtures.order(status: "EXPIRED"), to: .place([placement])).1.events
                == [accepted, .account(.done(id, .expired, filled: .zero))])
        let (_, output) = dialogue.reply(
            Fixtures.order(status: "PARTIALLY_FILLED", filled: "0.00100000"), to: .place([placement]))
        guard case .account(.report(let report))? = output.events.last else { return #expect(Bool(false)) }
        #expect(report.filled == Fixtures.quantity("0.001"))
    }

    @Test func `a reply about another order, or none, leaves it unknown`() {
        var dialogue = Dialogue.ready()
        for body in [Fixtures.order("apus-7-2"), "{}", "<html>", ""] {
            let (verdict, output) = dialogue.reply(body, to: .place([placement]))
            guard case .unknown = verdict else { return #expect(Bool(false), "\(body)") }
            #expect(output.events.isEmpty)
        }
    }

    @Test func `refusals are certain, outages are not`() {
        var dialogue = Dialogue.ready()
        let call = VenueCall.place([placement])
        guard
            case .refused(let poor) = dialogue.reply(
                refusal(-2010, "Account has insufficient balance for requested action."), status: 400, to: call
            ).0
        else { return #expect(Bool(false)) }
        #expect(poor.kind == .capital && poor.code == -2010)
        let (_, rules) = dialogue.reply(refusal(-1013, "Filter failure: LOT_SIZE"), status: 400, to: call)
        #expect(rules.calls == [.rules])
        let (late, clock) = dialogue.reply(refusal(-1021, "Timestamp"), status: 400, to: call)
        guard case .refused = late else { return #expect(Bool(false)) }
        #expect(clock.calls == [.time])
        for (status, body) in [
            (503, "<html>"), (504, ""), (400, refusal(-1007, "Timeout")), (400, refusal(-1006, "?")),
        ] {
            guard case .unknown = dialogue.reply(body, status: status, to: call).0 else {
                return #expect(Bool(false), "\(status) \(body)")
            }
        }
        guard case .fatal = dialogue.reply(refusal(-2015, "Invalid API-key"), status: 401, to: call).0 else {
            return #expect(Bool(false))
        }
    }

    @Test func `limits are kept as the venue says, and bans in a row are the end`() {
        var dialogue = Dialogue.ready()
        let call = VenueCall.balances
        let now = Dialogue.now
        func verdict(_ status: Int, _ code: Int, _ headers: [(String, String)] = []) -> CallVerdict {
            dialogue.reply(refusal(code, "slow down"), status: status, headers: headers, to: call).0
        }
        #expect(verdict(429, -1003, [("Retry-After", "7")]) == .throttled(until: now + .seconds(7)))
        #expect(verdict(429, -1003) == .throttled(until: now + .minutes(1)))
        #expect(verdict(429, -1015) == .throttled(until: now + .seconds(10)))
        #expect(verdict(403, 0) == .throttled(until: now + .minutes(2)))
        #expect(verdict(418, -1003, [("Retry-After", "999999999")]) == .throttled(until: now + .hours(72)))
        #expect(dialogue.reply(ReplyTexts.account, to: call).0 == .done)
        _ = verdict(418, -1003)
        _ = verdict(418, -1003)
        guard case .fatal = verdict(418, -1003) else { return #expect(Bool(false)) }
    }

    @Test func `counters come from the headers`() {
        var dialogue = Dialogue.ready()
        let headers = [
            ("x-mbx-used-weight-1m", "17"), ("X-MBX-ORDER-COUNT-10S", "3"), ("X-MBX-ORDER-COUNT-1D", "40"),
            ("X-MBX-USED-WEIGHT", "99"),
        ]
        let (_, output) = dialogue.reply(#"{"serverTime":1767225600123}"#, headers: headers, to: .time)
        #expect(
            output.usage == [
                RateUsage(.weight, per: .minutes(1), used: 17), RateUsage(.orders, per: .seconds(10), used: 3),
                RateUsage(.orders, per: .hours(24), used: 40),
            ])
        #expect(output.venueTime == Dialogue.time)
    }

    // MARK: Cancelling and asking

    @Test func `a cancel ends its order, or says that it was over`() {
        var dialogue = Dialogue.ready()
        let call = VenueCall.cancel(Fixtures.btc, [.own(id)])
        let body = Fixtures.order(
            "x1", status: "CANCELED", filled: "0.00100000", extra: #","origClientOrderId":"apus-7-1""#)
        #expect(
            dialogue.reply(body, to: call).1.events
                == [.account(.done(id, .canceled, filled: Fixtures.quantity("0.001")))])
        guard
            case .refused(let rejection) = dialogue.reply(
                refusal(-2011, "Unknown order sent."), status: 400, to: call
            ).0
        else { return #expect(Bool(false)) }
        #expect(rejection.kind == .stateMismatch)
        #expect(
            dialogue.reply(refusal(-2011, "Unknown order sent."), status: 400, to: .cancelAll(Fixtures.btc)).0 == .done)
        let found = VenueCall.cancel(Fixtures.btc, [.found(VenueOrderID(5))])
        let (verdict, output) = dialogue.reply(
            Fixtures.order("x1", number: 5, status: "CANCELED", extra: #","origClientOrderId":"web_1""#), to: found)
        #expect(verdict == .done && output.events.isEmpty)
        let (_, all) = dialogue.reply(
            #"[\#(body),{"orderListId":1,"contingencyType":"OCO"}]"#, to: .cancelAll(Fixtures.btc))
        #expect(all.events.count == 1)
    }

    @Test func `an order that is asked for is reported, or not known`() {
        var dialogue = Dialogue.ready()
        let call = VenueCall.order(id, Fixtures.btc)
        guard case .account(.report(let report))? = dialogue.reply(Fixtures.order(), to: call).1.events.first else {
            return #expect(Bool(false))
        }
        #expect(report.clientOrderID == id && report.status == .working)
        #expect(
            dialogue.reply(refusal(-2013, "Order does not exist."), status: 400, to: call).1.events
                == [.account(.notFound(id, askedAt: Dialogue.sentAt))])
        #expect(
            dialogue.reply(
                refusal(-2026, "Order was canceled or expired with no executed qty over 90 days ago"), status: 400,
                to: call
            )
            .1.events == [.account(.done(id, .canceled, filled: .zero))])
    }

    @Test func `open orders of this start are reported, all others found`() {
        var dialogue = Dialogue.ready()
        _ = dialogue.request(.place([placement]))
        let rows = [
            Fixtures.order(), Fixtures.order("apus-6-9", number: 8), Fixtures.order("web_1", number: 9),
        ]
        let (verdict, output) = dialogue.reply(
            "[\(rows.joined(separator: ","))]", to: .openOrders(Fixtures.btc, page: 0))
        #expect(verdict == .done && output.found == [VenueOrderID(8), VenueOrderID(9)])
        guard case .account(.openOrders(Fixtures.btc, let reports, asOf: Dialogue.sentAt))? = output.events.first else {
            return #expect(Bool(false))
        }
        #expect(reports.map(\.clientOrderID) == [id])
    }

    // MARK: Fills

    @Test func `fills are given to the order whose venue id they name`() {
        var dialogue = Dialogue.ready()
        _ = dialogue.request(.place([placement]))
        _ = dialogue.reply(Fixtures.order(), to: .place([placement]))
        _ = dialogue.request(fills)
        let rows = "[\(Fixtures.trade(1, order: 4_293_153)),\(Fixtures.trade(2, order: 77))]"
        let (verdict, output) = dialogue.reply(rows, to: fills)
        #expect(verdict == .done)
        let owners = output.events.compactMap { event -> ClientOrderID?? in
            if case .account(.filled(let fill)) = event { fill.clientOrderID } else { nil }
        }
        #expect(owners == [id, nil])
    }

    @Test func `a fill that may be of an order without a name waits until that has been asked for`() {
        var dialogue = Dialogue.ready()
        _ = dialogue.request(.place([placement]))
        _ = dialogue.request(fills)
        let rows = "[\(Fixtures.trade(1, order: 4_293_153))]"
        let (verdict, output) = dialogue.reply(rows, to: fills)
        guard case .unknown = verdict else { return #expect(Bool(false)) }
        #expect(output.events.isEmpty && output.calls == [.order(id, Fixtures.btc)])
        _ = dialogue.reply(Fixtures.order(status: "FILLED"), to: .order(id, Fixtures.btc))
        let (again, booked) = dialogue.reply(rows, to: fills)
        guard again == .done, case .account(.filled(let fill))? = booked.events.first else {
            return #expect(Bool(false))
        }
        #expect(fill.clientOrderID == id)
        // An order that was forgotten keeps nobody waiting.
        _ = dialogue.request(.place([OrderPlacement(ClientOrderID(epoch: 7, sequence: 2), placement.spec)]))
        dialogue.adapter.forget(ClientOrderID(epoch: 7, sequence: 2))
        #expect(dialogue.reply("[\(Fixtures.trade(3, order: 99))]", to: fills).0 == .done)
    }

    @Test(arguments: 1...4) func `never traps on mutated replies to any call`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var dialogue = Dialogue.ready()
        let calls: [(VenueCall, String)] = [
            (.time, #"{"serverTime":1767225600123}"#), (.rules, Fixtures.exchangeInfo(Fixtures.symbol())),
            (.accountMode, ReplyTexts.account), (.balances, ReplyTexts.account), (.book(Fixtures.btc), ReplyTexts.book),
            (.openOrders(Fixtures.btc, page: 0), "[\(Fixtures.order())]"),
            (.order(id, Fixtures.btc), Fixtures.order()), (.place([placement]), Fixtures.order()),
            (.cancel(Fixtures.btc, [.own(id)]), Fixtures.order()), (.cancelAll(Fixtures.btc), "[\(Fixtures.order())]"),
            (fills, "[\(Fixtures.trade(1, order: 2))]"),
        ]
        for round in 0..<1_100 {
            let (call, body) = calls[round % calls.count]
            var bytes = Array(body.utf8)
            Mutation.mutate(&bytes, using: &random)
            var output = AdapterOutput()
            _ = dialogue.request(call)
            _ = dialogue.adapter.read(
                HTTPResponse(status: random.chance(9, in: 10) ? 200 : 400, body: bytes), to: call,
                sentAt: Dialogue.sentAt, at: Dialogue.now, into: &output)
        }
    }
}

enum ReplyTexts {
    static let account = `Replies of Binance spot`.account
    static let commission = `Replies of Binance spot`.commission
    static let book = #"{"lastUpdateId":160,"bids":[["61000.10","0.412"]],"asks":[["61000.20","0.100"]]}"#
}
