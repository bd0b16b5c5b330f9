import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueBitoPro

@Suite struct `What BitoPro says` {
    private static let fills = VenueCall.fills(BitoProDesk.btc, since: BitoProDesk.start, page: 0)

    @Test func `the list of pairs becomes spot instruments`() throws {
        var desk = BitoProDesk(hasRules: false)
        let (verdict, output) = desk.answer(.rules, BitoProDesk.pairs)
        #expect(verdict == .done && output.events.count == 2)
        let instrument = try #require(desk.adapter.instruments[BitoProDesk.btc])
        #expect(instrument.kind == .spot && instrument.symbol == "BTC_TWD" && instrument.settlementAsset == "TWD")
        #expect(instrument.tickSize == ExactDecimal("1") && instrument.lotSize == ExactDecimal("0.00000001"))
        #expect(instrument.quantityRange == Quantity(lots: 10_000)...Quantity(lots: 10_000_000_000))
        #expect(instrument.maxOpenOrders == 200 && instrument.makerFee == .basisPoints(10))
        #expect(desk.answer(.rules, #"{"data":[]}"#).verdict == .fatal("BitoPro lists no market 'BTC_TWD'"))
    }

    @Test func `books are polled where they are not streamed`() {
        var desk = BitoProDesk(streamsBooks: false)
        let call = VenueCall.book(BitoProDesk.usdt)
        #expect(desk.adapter.offers(call) && desk.adapter.bookSource(of: BitoProDesk.usdt) == .poll(every: .milliseconds(500)))
        #expect(desk.ask(call)?.target == "/v3/order-book/USDT_TWD?limit=20")
        let body = """
            {"asks":[{"amount":"900","count":2,"price":"32.118","total":"900"}],\
            "bids":[{"amount":"1500.5","count":1,"price":"32.105","total":"1500.5"}]}
            """
        guard case .market(.snapshot(BitoProDesk.usdt, let update))? = desk.answer(call, body).output.events.first else {
            Issue.record("no book")
            return
        }
        #expect(update.bids == [BookLevel(Price(ticks: 32_105), Quantity(lots: 150_050_000_000))])
        #expect(update.asks == [BookLevel(Price(ticks: 32_118), Quantity(lots: 90_000_000_000))])
        #expect(!BitoProDesk().adapter.offers(call))
    }

    @Test func `the documented balances`() {
        var desk = BitoProDesk()
        let body = """
            {"data":[{"amount":"30000","available":"2500","currency":"twd","stake":"0","tradable":true},\
            {"amount":"0.5","available":"0.01","currency":"btc","stake":"0","tradable":true}]}
            """
        #expect(
            desk.answer(.balances, body).output.accountEvents == [
                .holding(.target, asset: "BTC", total: Cash("0.5")!, available: Cash("0.01")!, asOf: desk.now),
                .holding(.target, asset: "TWD", total: Cash(whole: 30_000), available: Cash(whole: 2_500), asOf: desk.now),
                .holding(.target, asset: "USDT", total: .zero, available: .zero, asOf: desk.now),
            ])
    }

    @Test func `open orders are ours, or found`() {
        var desk = BitoProDesk()
        _ = desk.place(1)
        _ = desk.ask(.place([BitoProDesk.placement(2)]))
        let call = VenueCall.openOrders(BitoProDesk.btc, page: 0)
        #expect(desk.ask(call)?.target == "/v3/orders/open?pair=BTC_TWD")
        let rows = [
            BitoProDesk.row(1), BitoProDesk.row(2, client: BitoProDesk.number(2)),
            BitoProDesk.row(3, client: BitoProDesk.number(1)), BitoProDesk.row(4, status: -1, id: "SL-1133804403"),
        ]
        let output = desk.answer(call, #"{"data":[\#(rows.joined(separator: ","))]}"#).output
        guard case .openOrders(_, let reports, desk.now)? = output.accountEvents.last else {
            Issue.record("\(output.accountEvents)")
            return
        }
        #expect(reports.map(\.clientOrderID) == [BitoProDesk.id(1), BitoProDesk.id(2), nil, nil])
        #expect(output.found == [VenueOrderID(BitoProDesk.venueID(3)), VenueOrderID(-1_133_804_403)])
        let request = desk.ask(.cancel(BitoProDesk.btc, [.found(output.found[1])]))
        #expect(request?.target == "/v3/orders/BTC_TWD/SL-1133804403")
    }

    // MARK: Fills

    @Test func `fees are in what was received, or in a third asset by estimate`() {
        var desk = BitoProDesk()
        for sequence in UInt32(1)...3 { _ = desk.place(sequence) }
        let rows = [
            BitoProDesk.trade(3, order: 3, fee: "1.5", symbol: "BITO"),
            BitoProDesk.trade(2, order: 2, action: "SELL", fee: "58.9", symbol: "TWD"), BitoProDesk.trade(1, order: 1),
        ]
        let request = desk.ask(Self.fills)
        #expect(request?.target == "/v3/orders/trades/BTC_TWD?startTimestamp=1554380909131&limit=1000")
        let output = desk.answer(Self.fills, #"{"data":[\#(rows.joined(separator: ","))]}"#).output
        #expect(output.fills.map(\.clientOrderID) == (1...3).map { BitoProDesk.id($0) })
        #expect(output.fills.map(\.commission) == [Cash("58.9")!, Cash("58.9")!, Cash("58.9")!])
        #expect(output.fills.map(\.baseCommission) == [Cash("0.00002")!, .zero, .zero])
        #expect(output.fills.allSatisfy { $0.isMaker && !$0.isSelfTrade })
        #expect(output.notes.count == 1)
    }

    @Test func `a trade on two orders of ours is one with ourselves`() {
        var desk = BitoProDesk()
        _ = desk.place(1)
        _ = desk.place(2)
        let rows = [BitoProDesk.trade(1, order: 1), BitoProDesk.trade(1, order: 2, action: "SELL")]
        let output = desk.answer(Self.fills, #"{"data":[\#(rows.joined(separator: ","))]}"#).output
        #expect(output.fills.count == 2 && output.fills.allSatisfy(\.isSelfTrade))
    }

    @Test func `a full page is followed by the one that begins with its oldest trade`() {
        var desk = BitoProDesk()
        let page = (1...1_000).map { BitoProDesk.trade(Int64(2_000 - $0), order: 9) }.joined(separator: ",")
        _ = desk.ask(Self.fills)
        let next = VenueCall.fills(BitoProDesk.btc, since: BitoProDesk.start, page: 1)
        let first = desk.answer(Self.fills, "{\"data\":[\(page)]}")
        #expect(first.verdict == .more(next) && first.output.fills.count == 1_000)
        #expect(desk.ask(next)?.target.hasSuffix("&tradeId=3109363200") == true)
        #expect(desk.answer(next, "{\"data\":[\(BitoProDesk.trade(1_000, order: 9))]}").verdict == .done)
        // A page that goes no further back ends the list, however full it is.
        _ = desk.answer(Self.fills, "{\"data\":[\(page)]}")
        #expect(desk.answer(next, "{\"data\":[\(page)]}").verdict == .done)
    }

    @Test func `a fill whose order may be one without a name waits for it`() {
        var desk = BitoProDesk()
        _ = desk.ask(.place([BitoProDesk.placement(1)]))
        let page = #"{"data":[\#(BitoProDesk.trade(1, order: 1)),\#(BitoProDesk.trade(2, order: 8))]}"#
        #expect(desk.answer(Self.fills, page).output.fills.isEmpty)
        #expect(desk.answer(Self.fills, page).output.fills.isEmpty)
        let found = #"{"data":[\#(BitoProDesk.row(1, client: BitoProDesk.number(1), status: 1, executed: "0.02"))]}"#
        let output = desk.answer(.order(BitoProDesk.id(1), BitoProDesk.btc), found).output
        #expect(output.fills.map(\.clientOrderID) == [BitoProDesk.id(1), nil])
        #expect(desk.answer(Self.fills, page).output.fills.count == 2)
    }

    @Test func `it is told as nobody's once the order certainly never came to be`() {
        var desk = BitoProDesk()
        let call = VenueCall.place([BitoProDesk.placement(1)])
        _ = desk.ask(call)
        _ = desk.answer(Self.fills, #"{"data":[\#(BitoProDesk.trade(2, order: 8))]}"#)
        let output = desk.answer(call, #"{"error":"Invalid amount"}"#, status: 422).output
        #expect(output.fills.map(\.clientOrderID) == [nil])
    }

    // MARK: Streams

    @Test func `streams are opened with signed headers where they are private`() throws {
        var desk = BitoProDesk()
        #expect(desk.adapter.streamCount == 5)
        let plans = (0..<5).compactMap { desk.adapter.plan(forStream: $0, at: desk.now) }
        #expect(
            plans.map(\.target) == [
                "/ws/v1/pub/order-books?pairs=BTC_TWD:20,USDT_TWD:20", "/ws/v1/pub/auth/orders",
                "/ws/v1/pub/auth/orders/histories", "/ws/v1/pub/auth/account-balance", "/ws/v1/pub/auth/user-trades",
            ])
        #expect(plans.map(\.isPrivate) == [false, true, true, true, true])
        #expect(plans[0].headers.fields.isEmpty)
        #expect(
            plans[1].headers["X-BITOPRO-SIGNATURE"]
                == "01a85a9083db47c20da7196380598f3feacd3c76a9077aaf7ffaf08ce0091abf65b61778792607b010921adfe1c2941a")
        let reader = BitoProAdapter(desk.adapter.configuration, credentials: nil)
        #expect(reader.streamCount == 1 && !reader.offers(.balances))
    }

    @Test func `the documented frame of a book`() throws {
        var desk = BitoProDesk()
        let frame = """
            {"event":"ORDER_BOOK","eventID":"dadf4ac1-665a-4f39-a139-ab95da102374","pair":"BTC_TWD",\
            "bids":[{"price":"2944990","amount":"1","count":1,"total":"1"}],\
            "asks":[{"price":"2945010","amount":"1","count":2,"total":"2"}],"timestamp":1554380909500,\
            "datetime":"2019-04-04T12:28:29.500Z"}
            """
        guard case .market(.snapshot(BitoProDesk.btc, let update))? = try desk.read(frame, stream: 0).events.first else {
            Issue.record("no book")
            return
        }
        #expect(update.bids == [BookLevel(Price(ticks: 2_944_990), Quantity(lots: 100_000_000))])
        #expect(update.venueTime == Instant(milliseconds: 1_554_380_909_500) && update.lastID == 1_554_380_909_500)
    }

    @Test func `orders of streams are told where they are ours`() throws {
        var desk = BitoProDesk()
        _ = desk.place(1)
        func frame(_ event: String, _ row: String) -> String {
            #"{"event":"\#(event)","timestamp":1639552073346,"datetime":"x","data":{"btc_twd":[\#(row)],"sol_usdt":[{}]}}"#
        }
        let active = try desk.read(frame("ACTIVE_ORDERS", BitoProDesk.row(1, status: 1, executed: "0.01")), stream: 1)
        guard case .report(let report)? = active.accountEvents.first else {
            Issue.record("\(active.events)")
            return
        }
        #expect(report.status == .working && report.filled == Quantity(lots: 1_000_000))
        let over = try desk.read(frame("RECENT_HISTORY_ORDERS", BitoProDesk.row(1, status: 6)), stream: 2)
        guard case .report(let end)? = over.accountEvents.first else {
            Issue.record("\(over.events)")
            return
        }
        #expect(end.clientOrderID == BitoProDesk.id(1) && end.status == .done(.postOnlyMiss))
        #expect(try desk.read(frame("ACTIVE_ORDERS", BitoProDesk.row(5)), stream: 1).events.isEmpty)
    }

    @Test func `balances of streams are a little older than their arrival, and a trade asks for the list`() throws {
        var desk = BitoProDesk()
        let balances = """
            {"event":"ACCOUNT_BALANCE","timestamp":1639553303365,"datetime":"2021-12-15T07:28:23.365Z","data":{\
            "ADA":{"currency":"ADA","amount":"9","available":"9","stake":"0","tradable":true},\
            "BTC":{"currency":"BTC","amount":"1.5","available":"1","stake":"0","tradable":true}}}
            """
        #expect(
            try desk.read(balances, stream: 3).accountEvents == [
                .holding(
                    .target, asset: "BTC", total: Cash("1.5")!, available: Cash(whole: 1), asOf: desk.now - .seconds(2))
            ])
        let trade = """
            {"event":"USER_TRADE","eventID":"dadf4ac1","timestamp":1694667358782,"datetime":"2023-09-14T12:55:58.782Z",\
            "data":{"base":"btc","quote":"twd","side":"ask","price":"2945000","volume":"1","fee":"6407800",\
            "feeCurrency":"twd","transactionTimestamp":1694667358,"eventTimestamp":1694667358,"orderID":390733918,\
            "orderType":"LIMIT","matchID":"bd07673a-94b1-419e-b5ee-d7b723261a5d","isMarket":false,"isMaker":false}}
            """
        let output = try desk.read(trade, stream: 4)
        #expect(output.events.isEmpty && output.calls.count == 1)
        #expect(try desk.read(trade.replacing("\"btc\"", with: "\"usdt\""), stream: 4).calls.isEmpty)
        #expect(try desk.read(#"{"event":"NEWS"}"#, stream: 4).events.isEmpty)
        #expect(throws: VenueDecodeError.self) { try desk.read("<html>", stream: 4) }
    }

    // MARK: Noise

    @Test(arguments: 1...4) func `no reply and no frame traps`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var desk = BitoProDesk(streamsBooks: false)
        for sequence in UInt32(1)...3 { _ = desk.place(sequence) }
        let one = BitoProDesk.id(1)
        let rows = "\(BitoProDesk.row(1)),\(BitoProDesk.row(9, client: 16_777_220))"
        let samples: [(VenueCall, String)] = [
            (.rules, BitoProDesk.pairs),
            (
                .book(BitoProDesk.btc),
                #"{"asks":[{"amount":"1","count":2,"price":"5","total":"1"}],"bids":[{"amount":"1","price":"4"}]}"#
            ),
            (.balances, #"{"data":[{"amount":"30000","available":"2500","currency":"twd"}]}"#),
            (.openOrders(BitoProDesk.btc, page: 0), #"{"data":[\#(rows)]}"#),
            (Self.fills, #"{"data":[\#(BitoProDesk.trade(1, order: 1))]}"#),
            (.order(one, BitoProDesk.btc), BitoProDesk.row(1)),
            (.order(BitoProDesk.id(5), BitoProDesk.btc), #"{"data":[\#(rows)]}"#),
            (.place([BitoProDesk.placement(4), BitoProDesk.placement(5)]), #"{"data":[\#(BitoProDesk.accepted(4))]}"#),
            (.cancel(BitoProDesk.btc, [.own(one), .own(BitoProDesk.id(2))]), #"{"data":{"BTC_TWD":["8917255501"]}}"#),
        ]
        let frames = [
            #"{"event":"ACTIVE_ORDERS","data":{"btc_twd":[\#(rows)]}}"#,
            #"{"event":"ACCOUNT_BALANCE","data":{"BTC":{"currency":"BTC","amount":"1.5","available":"1"}}}"#,
            #"{"event":"USER_TRADE","data":{"base":"btc","quote":"twd"}}"#,
            #"{"event":"ORDER_BOOK","pair":"BTC_TWD","bids":[{"price":"4","amount":"1"}],"asks":[],"timestamp":15543809}"#,
        ]
        for step in 0..<2_000 {
            let (call, text) = samples[step % samples.count]
            _ = desk.ask(call)
            let (_, output) = desk.answer(call, mutate(text, &random), status: random.chance(1, in: 9) ? 422 : 200)
            #expect(output.events.count <= 12)
            _ = try? desk.read(mutate(frames[step % frames.count], &random), stream: step % 4)
        }
    }

    private func mutate(_ text: String, _ random: inout RandomSource) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<random.integer(in: 0...4) where !bytes.isEmpty {
            let index = Int(random.integer(in: 0...Int64(bytes.count - 1)))
            switch random.integer(in: 0...3) {
            case 0: bytes.remove(at: index)
            case 1: bytes[index] = UInt8(random.integer(in: 0x20...0x7E))
            case 2: bytes.insert(contentsOf: "99999999999999999999".utf8, at: index)
            default: bytes.removeLast(bytes.count - index)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
