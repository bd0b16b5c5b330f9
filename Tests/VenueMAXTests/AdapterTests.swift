import Cryptography
import Fundamentals
import MarketModel
import Testing
import VenueKit
import VenueMAX
import Wire

@Suite struct `Calls to MAX` {
    private let now = Sample.start
    private let id = ClientOrderID(epoch: 7, sequence: 1)

    private func body(_ request: HTTPRequest?) throws -> JSONValue { try JSONValue.parse(#require(request).body) }

    @Test func `an order is asked for in the venue's words`() throws {
        var adapter = try Sample.adapter()
        let request = adapter.request(.place([Sample.placement]), at: now)
        #expect(request?.method == .post)
        #expect(request?.target == "/api/v3/wallet/spot/order")
        let order = try body(request)
        #expect(order["market"]?.text == "btcusdt")
        #expect(order["side"]?.text == "sell")
        #expect(order["volume"]?.text == "0.000255")
        #expect(order["price"]?.text == "78415.91")
        #expect(order["ord_type"]?.text == "post_only")
        #expect(order["client_oid"]?.text == "apus-7-1")
        #expect(order["nonce"] == .number("1770095257000"))
    }

    @Test(
        arguments: [
            (TimeInForce.goodTillCancel, "limit"), (.postOnly, "post_only"), (.immediateOrCancel, "ioc_limit"),
            (.fillOrKill, nil), (.hidden, nil),
        ] as [(TimeInForce, String?)]) func `what the venue does not have is not sent`(tif: TimeInForce, word: String?)
        throws
    {
        var adapter = try Sample.adapter()
        var placement = Sample.placement
        placement.spec.timeInForce = tif
        let request = adapter.request(.place([placement]), at: now)
        #expect(try request.flatMap { try JSONValue.parse($0.body)["ord_type"]?.text } == word)
    }

    @Test func `a nonce is never used twice, however fast the calls`() throws {
        var adapter = try Sample.adapter()
        var nonces: [Int64] = []
        for _ in 0..<50 {
            let request = adapter.request(.balances, at: now)
            let query = try FormFields.parse(request?.query ?? "")
            nonces.append(try #require(query["nonce"].flatMap { Int64($0) }))
        }
        #expect(nonces == (0..<50).map { now.milliseconds + $0 })
    }

    @Test func `without keys only public calls are offered`() throws {
        var adapter = try Sample.adapter(keys: false)
        #expect(adapter.offers(.rules) && adapter.offers(.book(MarketID(0))))
        for call in [VenueCall.balances, .accountMode, .place([]), .openOrders(MarketID(0), page: 0)] {
            #expect(!adapter.offers(call))
            #expect(adapter.request(call, at: now) == nil)
        }
        #expect(adapter.streamCount == 1)
    }

    @Test func `an order is cancelled by the venue's name once that is known`() throws {
        var adapter = try Sample.adapter()
        _ = adapter.request(.place([Sample.placement]), at: now)
        let early = try body(adapter.request(.cancel(MarketID(0), [.own(id)]), at: now))
        #expect(early["client_oid"]?.text == "apus-7-1")
        let (verdict, output) = adapter.answer(
            .place([Sample.placement]), Sample.reply(Sample.order(), status: 201))
        #expect(verdict == .done)
        #expect(output.accountEvents == [.accepted(id, VenueOrderID(2_492_665_741))])
        let later = try body(adapter.request(.cancel(MarketID(0), [.own(id)]), at: now))
        #expect(later["id"] == .number("2492665741"))
        let stray = try body(adapter.request(.cancel(MarketID(0), [.found(VenueOrderID(5))]), at: now))
        #expect(stray["id"] == .number("5"))
    }

    @Test func `a cancel that was taken in leaves the order as it was`() throws {
        var adapter = try Sample.adapter()
        _ = adapter.request(.place([Sample.placement]), at: now)
        _ = adapter.answer(.place([Sample.placement]), Sample.reply(Sample.order(), status: 201))
        let (verdict, output) = adapter.answer(
            .cancel(MarketID(0), [.own(id)]), Sample.reply(#"{"success":true}"#))
        #expect(verdict == .done)
        guard case .report(let report)? = output.accountEvents.first else {
            Issue.record("nothing is said of the order")
            return
        }
        #expect(report.status == .working)
        #expect(output.accountEvents.count == 1)
    }

    @Test func `an order that ended is told with the reason that is most likely`() throws {
        for (type, asked, reason) in [
            (TimeInForce.postOnly, false, DoneReason.postOnlyMiss), (.postOnly, true, .canceled),
            (.immediateOrCancel, false, .expired), (.goodTillCancel, false, .canceled),
        ] {
            var adapter = try Sample.adapter()
            var placement = Sample.placement
            placement.spec.timeInForce = type
            _ = adapter.request(.place([placement]), at: now)
            if asked { _ = adapter.request(.cancel(MarketID(0), [.own(id)]), at: now) }
            let (_, output) = adapter.answer(.order(id, MarketID(0)), Sample.reply(Sample.order(state: "cancel")))
            guard case .report(let report)? = output.accountEvents.first else {
                Issue.record("no report")
                return
            }
            #expect(report.status == .done(reason))
        }
    }

    @Test func `an order that the venue does not know is told as of when it was asked for`() throws {
        var adapter = try Sample.adapter()
        let (verdict, output) = adapter.answer(
            .order(id, MarketID(0)),
            Sample.reply(#"{"success":false,"error":{"code":2004,"message":"Order doesn't exist."}}"#, status: 404))
        #expect(verdict == .done)
        #expect(output.accountEvents == [.notFound(id, askedAt: now)])
    }

    @Test func `open orders come in pages without repeats`() throws {
        var adapter = try Sample.adapter()
        let rows = (0..<1_000).map {
            Sample.order(id: Int64($0 + 1), name: "apus-6-\($0)", createdAt: 1_770_095_000_000 + Int64($0))
        }
        _ = adapter.request(.openOrders(MarketID(0), page: 0), at: now)
        let (first, one) = adapter.answer(
            .openOrders(MarketID(0), page: 0), Sample.reply("[\(rows.joined(separator: ","))]"))
        #expect(first == .more(.openOrders(MarketID(0), page: 1)))
        let next = adapter.request(.openOrders(MarketID(0), page: 1), at: now)
        #expect(next?.target.contains("timestamp=1770095000999") == true)
        let (last, two) = adapter.answer(
            .openOrders(MarketID(0), page: 1),
            Sample.reply("[\(rows[999]),\(Sample.order(id: 2_000, name: "by hand"))]"))
        #expect(last == .done)
        func listed(_ output: AdapterOutput) -> [OrderReport] {
            output.accountEvents.flatMap { event -> [OrderReport] in
                if case .openOrders(_, let rows, _) = event { rows } else { [] }
            }
        }
        #expect(listed(one).count == 1_000)
        #expect(listed(two).map(\.venueOrderID) == [VenueOrderID(2_000)])
        #expect(listed(two)[0].clientOrderID == nil)
    }

    @Test func `fills come in pages by their ids`() throws {
        var adapter = try Sample.adapter()
        let rows = (1...1_000).map { Sample.trade(id: Int64($0)) }
        let first = adapter.request(.fills(MarketID(0), since: now, page: 0), at: now)
        #expect(first?.target.contains("timestamp=1770095257000") == true)
        let (verdict, output) = adapter.answer(
            .fills(MarketID(0), since: now, page: 0), Sample.reply("[\(rows.joined(separator: ","))]"))
        #expect(verdict == .more(.fills(MarketID(0), since: now, page: 1)))
        #expect(output.fills.count == 1_000)
        let next = adapter.request(.fills(MarketID(0), since: now, page: 1), at: now)
        #expect(next?.target.contains("from_id=1001") == true)
        let (last, _) = adapter.answer(.fills(MarketID(0), since: now, page: 1), Sample.reply("[]"))
        #expect(last == .done)
    }

    @Test func `a fill of an order without a name waits for it`() throws {
        var adapter = try Sample.adapter()
        _ = adapter.request(.place([Sample.placement]), at: now)
        let (_, early) = adapter.answer(.fills(MarketID(0), since: now, page: 0), Sample.reply("[\(Sample.trade())]"))
        #expect(early.fills.isEmpty)
        let (_, named) = adapter.answer(
            .order(id, MarketID(0)), Sample.reply(Sample.order(state: "done", executed: "0.000255")))
        #expect(named.fills.map(\.clientOrderID) == [id])
        // And is somebody else's where no name is missing.
        let (_, foreign) = adapter.answer(
            .fills(MarketID(0), since: now, page: 0), Sample.reply("[\(Sample.trade(id: 9, order: 1))]"))
        #expect(foreign.fills.map(\.clientOrderID) == [nil])
    }

    @Test func `a fill that waited is somebody else's once the order is refused`() throws {
        var adapter = try Sample.adapter()
        _ = adapter.request(.place([Sample.placement]), at: now)
        _ = adapter.answer(.fills(MarketID(0), since: now, page: 0), Sample.reply("[\(Sample.trade())]"))
        let (verdict, output) = adapter.answer(
            .place([Sample.placement]),
            Sample.reply(#"{"success":false,"error":{"code":2018,"message":"cannot lock funds"}}"#, status: 400))
        #expect(verdict == .refused(VenueRejection(kind: .capital, code: 2_018, message: "cannot lock funds")))
        #expect(output.fills.map(\.clientOrderID) == [nil])
    }

    @Test func `holdings are told of all that our markets trade`() throws {
        var adapter = try Sample.adapter()
        let (_, output) = adapter.answer(
            .balances,
            Sample.reply(
                #"[{"currency":"twd","balance":"99997978.4796","locked":"21.5","staked":null},{"currency":"btc","balance":"1008.71962402","locked":"0.0","staked":null},{"currency":"max","balance":"1.0","locked":"0.0","staked":"0.0"}]"#
            ))
        #expect(
            output.accountEvents == [
                .holding(
                    .target, asset: "BTC", total: Cash("1008.71962402")!, available: Cash("1008.71962402")!, asOf: now),
                .holding(.target, asset: "USDT", total: .zero, available: .zero, asOf: now),
                .holding(
                    .target, asset: "TWD", total: Cash("99999.9796")! + Cash(whole: 99_898_000),
                    available: Cash("99997978.4796")!, asOf: now),
            ])
    }

    @Test func `a market that takes no orders cannot be quoted`() throws {
        var adapter = MAXAdapter(
            markets: [AdapterMarket(MarketID(0), symbol: "btcusdt", isTraded: true)], credentials: nil)
        let closed = Sample.markets.replacing(
            #""id":"btcusdt","status":"active""#, with: #""id":"btcusdt","status":"suspended""#)
        let (verdict, _) = adapter.answer(.rules, Sample.reply(closed))
        #expect(verdict == .fatal("btcusdt is not open for trading: its status is suspended"))
    }

    @Test func `the account's rates replace those of a beginner`() throws {
        var adapter = try Sample.adapter()
        let (_, output) = adapter.answer(
            .accountMode,
            Sample.reply(#"{"current_vip_level":{"level":3,"maker_fee":0.0003,"taker_fee":9.0e-04}}"#))
        let rates = output.events.compactMap { event -> [Rate]? in
            if case .status(.instrument(let instrument), .target) = event {
                [instrument.makerFee, instrument.takerFee]
            } else {
                nil
            }
        }
        #expect(rates == [[Rate(parts: 30_000), Rate(parts: 90_000)], [Rate(parts: 30_000), Rate(parts: 90_000)]])
    }

    @Test func `a clock in seconds moves the estimate only when it contradicts it`() throws {
        var adapter = try Sample.adapter()
        func venueTime(_ seconds: Int64) -> Instant? {
            adapter.answer(.time, Sample.reply(#"{"timestamp":\#(seconds)}"#)).1.venueTime
        }
        let middle = now + .milliseconds(20)
        #expect(venueTime(1_770_095_257) == middle)
        #expect(venueTime(1_770_095_267) == middle + .milliseconds(10_480))
        #expect(venueTime(1_770_095_267) == middle + .milliseconds(10_480))
        #expect(venueTime(1_770_095_257) == middle + .milliseconds(480))
    }

    @Test func `a refusal for the time has the clocks compared`() throws {
        var adapter = try Sample.adapter()
        let (verdict, output) = adapter.answer(
            .place([Sample.placement]),
            Sample.reply(#"{"success":false,"error":{"code":2007,"message":"The nonce is invalid."}}"#, status: 401))
        #expect(verdict == .refused(VenueRejection(kind: .other, code: 2_007, message: "The nonce is invalid.")))
        #expect(output.calls.contains(.time))
    }
}
