import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueACE

@Suite struct `What ACE says` {
    @Test func `the market list becomes spot instruments`() throws {
        var desk = ACEDesk(hasRules: false)
        #expect(desk.ask(.book(ACEDesk.btc)) == nil)
        let (verdict, output) = desk.answer(.rules, ACEDesk.pairs)
        #expect(verdict == .done && output.events.count == 2)
        let usdt = try #require(desk.adapter.pairs[ACEDesk.usdt])
        #expect(usdt.base == 14 && usdt.quote == 1)
        let instrument = usdt.instrument
        #expect(instrument.kind == .spot && instrument.baseAsset == "USDT" && instrument.settlementAsset == "TWD")
        #expect(instrument.tickSize == ExactDecimal("0.001") && instrument.lotSize == ExactDecimal("0.01"))
        #expect(instrument.quantityRange == Quantity(lots: 100)...Quantity(lots: 15_000_000))
        #expect(instrument.makerFee == .basisPoints(5) && instrument.takerFee == .basisPoints(10))
    }

    @Test func `a market that is not listed is fatal`() {
        var desk = ACEDesk(hasRules: false)
        #expect(desk.answer(.rules, "[]").verdict == .fatal("ACE lists no market 'BTC/TWD'"))
    }

    @Test func `levels come volume first`() throws {
        var desk = ACEDesk()
        let call = VenueCall.book(ACEDesk.usdt)
        let asked = desk.ask(call)
        let fields = try #require(asked)
        #expect(
            fields.fields.map { "\($0.name)=\($0.value)" } == ["quoteCurrencyId=1", "baseCurrencyId=14", "depth=30"])
        let body = """
            {"baseCurrencyId":"14","quoteCurrencyId":"1","baseCurrencyName":"USDT","quoteCurrencyName":"TWD",\
            "bids":[["1500.00","32.105"],["820.50","32.100"]],"asks":[["900.00","32.118"]]}
            """
        let output = desk.answer(call, ACEDesk.envelope(body), clock: ACEDesk.start.milliseconds + 7).output
        guard case .market(.snapshot(ACEDesk.usdt, let update))? = output.events.first else {
            Issue.record("\(output.events)")
            return
        }
        #expect(
            update.bids == [
                BookLevel(Price(ticks: 32_105), Quantity(lots: 150_000)),
                BookLevel(Price(ticks: 32_100), Quantity(lots: 82_050)),
            ])
        #expect(update.asks == [BookLevel(Price(ticks: 32_118), Quantity(lots: 90_000))])
        #expect(update.venueTime == ACEDesk.start + .milliseconds(7) && output.venueTime == update.venueTime)
    }

    @Test func `another market's book is no answer`() {
        var desk = ACEDesk()
        let body = #"{"baseCurrencyId":"2","quoteCurrencyId":"14","bids":[],"asks":[]}"#
        guard case .unknown = desk.succeed(.book(ACEDesk.btc), body).verdict else {
            Issue.record("taken")
            return
        }
    }

    @Test func `balances tell each asset of the markets, also those that are not held`() {
        var desk = ACEDesk()
        let body = """
            [{"uid":660,"currencyId":2,"currencyName":"BTC","amount":"1.50000000","cashAmount":"1.25000000"},\
            {"uid":660,"currencyId":99,"currencyName":"CREAM","amount":"9","cashAmount":"9"}]
            """
        let events = desk.succeed(.balances, body).output.accountEvents
        #expect(
            events == [
                .holding(.target, asset: "BTC", total: Cash("1.5")!, available: Cash("1.25")!, asOf: desk.now),
                .holding(.target, asset: "TWD", total: .zero, available: .zero, asOf: desk.now),
                .holding(.target, asset: "USDT", total: .zero, available: .zero, asOf: desk.now),
            ])
    }

    // MARK: Lists

    @Test func `open orders are ours, an earlier start's or somebody's`() throws {
        var desk = ACEDesk()
        _ = desk.place(1)
        let call = VenueCall.openOrders(ACEDesk.btc, page: 0)
        let asked = desk.ask(call)
        let fields = try #require(asked)
        #expect(fields["size"] == "500" && fields["start"] == "1")
        let rows = [
            ACEDesk.row(1), ACEDesk.row(2, custom: "apus-6-2"), ACEDesk.row(3, custom: "axyz1234"),
            ACEDesk.row(4, status: 4),
        ]
        let (verdict, output) = desk.succeed(call, "[\(rows.joined(separator: ","))]")
        #expect(verdict == .done)
        guard case .openOrders(ACEDesk.btc, let reports, desk.now)? = output.accountEvents.last else {
            Issue.record("\(output.accountEvents)")
            return
        }
        #expect(
            reports.map(\.clientOrderID) == [ACEDesk.id(1), ClientOrderID(epoch: 6, sequence: 2), nil])
        #expect(output.found == reports.dropFirst().map(\.venueOrderID))
        let numbers = output.found.map { desk.ask(.cancel(ACEDesk.btc, [.found($0)]))?["orderNo"] }
        #expect(numbers == [ACEDesk.number(2), ACEDesk.number(3)])
    }

    @Test func `a full page is followed by the next, and rows that come twice count once`() {
        var desk = ACEDesk()
        func page(_ range: ClosedRange<UInt32>) -> String {
            "[\(range.map { ACEDesk.row($0, custom: "x") }.joined(separator: ","))]"
        }
        let first = VenueCall.openOrders(ACEDesk.btc, page: 0)
        let second = VenueCall.openOrders(ACEDesk.btc, page: 1)
        _ = desk.ask(first)
        #expect(desk.succeed(first, page(1...500)).verdict == .more(second))
        #expect(desk.ask(second)?["start"] == "2")
        let (verdict, output) = desk.succeed(second, page(499...510))
        #expect(verdict == .done && output.found.count == 10)
    }

    @Test func `a venue that counts rows instead of pages is found out`() {
        var desk = ACEDesk()
        func page(_ range: ClosedRange<UInt32>) -> String {
            "[\(range.map { ACEDesk.row($0, custom: "x") }.joined(separator: ","))]"
        }
        _ = desk.ask(.openOrders(ACEDesk.btc, page: 0))
        _ = desk.succeed(.openOrders(ACEDesk.btc, page: 0), page(1...500))
        #expect(desk.ask(.openOrders(ACEDesk.btc, page: 1))?["start"] == "2")
        _ = desk.succeed(.openOrders(ACEDesk.btc, page: 1), page(2...501))
        #expect(desk.ask(.openOrders(ACEDesk.btc, page: 2))?["start"] == "502")
        _ = desk.succeed(.openOrders(ACEDesk.btc, page: 2), "[]")
        _ = desk.ask(.openOrders(ACEDesk.btc, page: 0))
        _ = desk.succeed(.openOrders(ACEDesk.btc, page: 0), page(1...500))
        #expect(desk.ask(.openOrders(ACEDesk.btc, page: 1))?["start"] == "501")
    }

    @Test func `the documented fill is read to the last decimal`() {
        var desk = ACEDesk(hasRules: false)
        desk.adapter = ACEAdapter(
            ACEConfiguration(markets: [AdapterMarket(ACEDesk.btc, symbol: "BTC/USDT", isTraded: true)]),
            credentials: desk.adapter.credentials)
        _ = desk.answer(
            .rules,
            """
            {"symbol":"BTC/USDT","base":"btc","baseCurrencyId":"2","quote":"usdt","quoteCurrencyId":"14",\
            "basePrecision":"6","quotePrecision":"2","minLimitBaseAmount":"0.1","maxLimitBaseAmount":"480286"}
            """)
        let row = """
            [{"buyOrSell":1,"orderNo":"16708156853695560053601100247906","num":"1","price":"16895","orderAmount":"16895",\
            "tradeNum":"0.1","tradePrice":"16895","tradeAmount":"1689.5","fee":"0","feeSave":"0","status":1,\
            "isSelf":false,"tradeNo":"16708186395087940051961000274150","tradeTime":"2022-12-12 12:17:19",\
            "tradeTimestamp":1670818639508,"quoteCurrencyId":14,"quoteCurrencyName":"USDT","baseCurrencyId":2,\
            "baseCurrencyName":"BTC"}]
            """
        let call = VenueCall.fills(ACEDesk.btc, since: ACEDesk.start, page: 0)
        _ = desk.ask(call)
        let events = desk.succeed(call, row).output.accountEvents
        #expect(
            events == [
                .filled(
                    Fill(
                        market: ACEDesk.btc, trade: TradeID(1_670_818_639_508_794_005), clientOrderID: nil,
                        venueOrderID: VenueOrderID(1_670_815_685_369_556_005), side: .buy,
                        price: Price(ticks: 1_689_500), quantity: Quantity(lots: 100_000), isMaker: false,
                        commission: .zero, venueTime: Instant(milliseconds: 1_670_818_639_508)))
            ])
    }

    @Test func `fills come oldest first, whatever the page's order, and say when both sides were ours`() {
        var desk = ACEDesk()
        let call = VenueCall.fills(ACEDesk.btc, since: ACEDesk.start, page: 0)
        #expect(desk.ask(call)?["startTime"] == String(ACEDesk.start.milliseconds))
        let rows = [ACEDesk.trade(3, order: 1, isSelf: true), ACEDesk.trade(1, order: 1), ACEDesk.trade(1, order: 2)]
        let events = desk.succeed(call, "[\((rows + [rows[0]]).joined(separator: ","))]").output.accountEvents
        let fills = events.compactMap { if case .filled(let fill) = $0 { fill } else { nil } }
        #expect(fills.map(\.clientOrderID) == [ACEDesk.id(1), ACEDesk.id(2), ACEDesk.id(1)])
        #expect(fills.map(\.isSelfTrade) == [false, false, true])
        #expect(fills[0].trade == fills[1].trade && fills[1].trade < fills[2].trade)
    }

    // MARK: Numbers

    @Test func `names of 32 digits have numbers of their own that go up with them`() {
        var numbering = ACENumbering()
        let first = numbering.number(of: "16697179457897791471461000223437")
        let twin = numbering.number(of: "16697179457897791471461000223438")
        let later = numbering.number(of: "16708186395087940051961000274150")
        #expect(first == 1_669_717_945_789_779_147 && twin == 1_669_717_945_789_779_148)
        #expect(later.map { $0 > first! } == true)
        #expect(numbering.number(of: "16697179457897791471461000223437") == first)
        #expect(twin.flatMap { numbering.text(of: $0) } == "16697179457897791471461000223438")
        #expect(numbering.number(of: "12345") == 12_345)
        #expect(numbering.number(of: "99999999999999999999999999999999") == 999_999_999_999_999_999)
        for text in ["", "12a", "-1", String(repeating: "1", count: 41)] { #expect(numbering.number(of: text) == nil) }
    }

    @Test func `the oldest names are forgotten, and numbered again as before`() {
        var numbering = ACENumbering()
        for index in 0..<(ACENumbering.capacity + 10) { _ = numbering.number(of: "1670818639508\(100_000 + index)") }
        #expect(numbering.text(of: 1_670_818_639_508_100_005) == nil)
        #expect(numbering.number(of: "1670818639508100005") == 1_670_818_639_508_100_005)
    }

    // MARK: Noise

    @Test(arguments: 1...4) func `no reply traps`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var desk = ACEDesk(supportsBatch: true)
        for sequence in UInt32(1)...3 { _ = desk.place(sequence) }
        let one = ACEDesk.id(1)
        let samples: [(VenueCall, String)] = [
            (.rules, ACEDesk.pairs),
            (
                .book(ACEDesk.btc),
                ACEDesk.envelope(
                    #"{"baseCurrencyId":"2","quoteCurrencyId":"1","bids":[["1","2.5"]],"asks":[["0.5","3"]]}"#)
            ),
            (
                .balances,
                ACEDesk.envelope(#"[{"currencyId":1,"currencyName":"TWD","amount":"5","cashAmount":"4.5"}]"#)
            ),
            (.openOrders(ACEDesk.btc, page: 0), ACEDesk.envelope("[\(ACEDesk.row(1)),\(ACEDesk.row(9))]")),
            (.fills(ACEDesk.btc, since: ACEDesk.start, page: 0), ACEDesk.envelope("[\(ACEDesk.trade(1, order: 1))]")),
            (.order(one, ACEDesk.btc), ACEDesk.envelope(ACEDesk.row(1))),
            (
                .place([ACEDesk.placement(4)]),
                ACEDesk.envelope(#"{"orderNo":"16708172598046170050801100274092","customOrderId":"apus-7-4"}"#)
            ),
            (.cancel(ACEDesk.btc, [.own(one), .own(ACEDesk.id(2))]), ACEDesk.envelope(#"[{"status":200}]"#)),
        ]
        for step in 0..<2_000 {
            let (call, text) = samples[step % samples.count]
            _ = desk.ask(call)
            let (_, output) = desk.answer(call, mutate(text, &random), status: random.chance(1, in: 9) ? 502 : 200)
            #expect(output.events.count <= 8)
            if case .order = call { _ = desk.answer(call, mutate(text, &random)) }
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
