import Fundamentals
import MarketModel
import Testing
import VenueKit

@testable import VenueBinance

enum UserEventTexts {
    static let report =
        #"{"e":"executionReport","E":1767225600150,"s":"BTCUSDT","c":"apus-7-1","S":"SELL","o":"LIMIT","f":"GTC","q":"0.00500","p":"61000.10","P":"0","F":"0","g":-1,"C":"","x":"TRADE","X":"PARTIALLY_FILLED","r":"NONE","i":4293153,"l":"0.00200","z":"0.00200","L":"61000.10","n":"0.00012","N":"BNB","T":1767225600149,"t":987,"I":8641984,"w":true,"m":true,"M":false,"O":1767225600140,"Z":"122.0002","Y":"122.0002","Q":"0","W":1767225600140,"V":"EXPIRE_MAKER"}"#
    static let position =
        #"{"e":"outboundAccountPosition","E":1564034571105,"u":1564034571073,"B":[{"a":"BTC","f":"1.50000000","l":"0.50000000"},{"a":"ETH","f":"9.0","l":"0.0"}]}"#
}

@Suite struct `The account's events of Binance spot` {
    private let id = ClientOrderID(epoch: 7, sequence: 1)
    private let venueID = VenueOrderID(4_293_153)
    private let now = Instant(milliseconds: 1_767_225_600_200)

    private func decode(_ event: String) throws(VenueDecodeError) -> [BinanceUserEvent] {
        let decoder = BinanceUserDecoder(
            instruments: [Fixtures.instrument()], assets: ["BTC", "USDT"], venue: .reference)
        var events: [BinanceUserEvent] = []
        try decoder.decode(Array(event.utf8), at: now, into: &events)
        return events
    }

    private func wrapped(_ event: String) throws(VenueDecodeError) -> [BinanceUserEvent] {
        try decode(#"{"subscriptionId":0,"event":\#(event)}"#)
    }

    private func report(_ execution: String, _ status: String, _ changes: (String, String)...) -> String {
        changes.reduce(
            UserEventTexts.report.replacing(#""x":"TRADE""#, with: #""x":"\#(execution)""#)
                .replacing("PARTIALLY_FILLED", with: status)
        ) { $0.replacing($1.0, with: $1.1) }
    }

    private var echo: BinanceUserEvent { .echo(id, venueID, Fixtures.btc) }
    private func done(_ reason: DoneReason, _ filled: String) -> BinanceUserEvent {
        .account(.done(id, reason, filled: Fixtures.quantity(filled)))
    }

    @Test func `a fill, its fee in a third asset estimated`() throws {
        var fill = Fill(
            market: Fixtures.btc, trade: TradeID(987), clientOrderID: id, venueOrderID: venueID, side: .sell,
            price: Fixtures.price("61000.10"), quantity: Fixtures.quantity("0.002"), isMaker: true,
            commission: Fixtures.cash("0.1220002"), venueTime: Instant(milliseconds: 1_767_225_600_149))
        fill.thirdAssetCommission = fill.commission
        #expect(try wrapped(UserEventTexts.report) == [echo, .account(.filled(fill)), .estimatedFee(asset: "BNB")])
        #expect(try decode(UserEventTexts.report) == wrapped(UserEventTexts.report))
        var inBase = fill
        inBase.thirdAssetCommission = .zero
        inBase.baseCommission = Fixtures.cash("0.000002")
        let text = UserEventTexts.report.replacing(#""n":"0.00012","N":"BNB""#, with: #""n":"0.000002","N":"BTC""#)
        #expect(try wrapped(text) == [echo, .account(.filled(inBase))])
        var free = fill
        free.commission = .zero
        free.thirdAssetCommission = .zero
        let none = UserEventTexts.report.replacing(#""n":"0.00012","N":"BNB""#, with: #""n":"0","N":null"#)
        #expect(try wrapped(none) == [echo, .account(.filled(free))])
        #expect(try wrapped(report("TRADE", "FILLED")).last == done(.filled, "0.002"))
    }

    @Test func `the life of an order`() throws {
        #expect(try wrapped(report("NEW", "NEW")) == [echo, .account(.accepted(id, venueID))])
        #expect(try wrapped(report("EXPIRED", "EXPIRED")) == [echo, done(.expired, "0.002")])
        #expect(try wrapped(report("REJECTED", "REJECTED")) == [echo, done(.rejected, "0.002")])
        let miss = report("REJECTED", "REJECTED", (#""r":"NONE""#, #""r":"WOULD_MATCH_IMMEDIATELY""#))
        #expect(try wrapped(miss) == [echo, done(.postOnlyMiss, "0.002")])
        // A cancel has a name of its own; the order's stands beside it.
        let canceled = report(
            "CANCELED", "CANCELED", (#""c":"apus-7-1""#, #""c":"web_1""#), (#""C":"""#, #""C":"apus-7-1""#))
        #expect(try wrapped(canceled) == [echo, done(.canceled, "0.002")])
    }

    @Test func `self-trade prevention ends an order, or makes it smaller`() throws {
        #expect(
            try wrapped(report("TRADE_PREVENTION", "EXPIRED_IN_MATCH")) == [echo, done(.selfTradePrevented, "0.002")])
        let smaller = report("TRADE_PREVENTION", "PARTIALLY_FILLED", (#""V":"#, #""A":"0.00100","B":"0.00100","V":"#))
        #expect(
            try wrapped(smaller) == [
                echo,
                .account(.amended(id, price: Fixtures.price("61000.10"), quantity: Fixtures.quantity("0.004"))),
            ])
        let replaced = report(
            "REPLACED", "NEW", (#""c":"apus-7-1""#, #""c":"web_1""#), (#""C":"""#, #""C":"apus-7-1""#),
            (#""q":"0.00500""#, #""q":"0.00300""#))
        #expect(
            try wrapped(replaced) == [
                echo,
                .account(.amended(id, price: Fixtures.price("61000.10"), quantity: Fixtures.quantity("0.003"))),
            ])
    }

    @Test func `somebody else's orders and markets are told apart`() throws {
        let foreign = UserEventTexts.report.replacing("apus-7-1", with: "web_1")
        let events = try wrapped(foreign)
        #expect(events.first == .echo(nil, venueID, Fixtures.btc))
        guard case .account(.filled(let fill)) = events[1] else { return #expect(Bool(false)) }
        #expect(fill.clientOrderID == nil)
        #expect(try wrapped(UserEventTexts.report.replacing("BTCUSDT", with: "ETHUSDT")).isEmpty)
    }

    @Test func `holdings of the assets that matter`() throws {
        #expect(
            try wrapped(UserEventTexts.position) == [
                .account(
                    .holding(
                        .reference, asset: "BTC", total: Cash(whole: 2), available: Fixtures.cash("1.5"), asOf: now))
            ])
        for name in ["balanceUpdate", "externalLockUpdate"] {
            #expect(
                try wrapped(#"{"e":"\#(name)","E":1,"a":"BTC","d":"100.0","T":1}"#) == [.balancesChanged])
        }
    }

    @Test func `replies and endings`() throws {
        #expect(
            try decode(#"{"id":"subscribe","status":200,"result":{"subscriptionId":0},"rateLimits":[]}"#)
                == [.reply(id: "subscribe", status: 200, code: 0, message: "")])
        #expect(
            try decode(#"{"id":null,"status":401,"error":{"code":-2015,"msg":"Invalid API-key"}}"#)
                == [.reply(id: nil, status: 401, code: -2015, message: "Invalid API-key")])
        for (name, ending) in [("eventStreamTerminated", StreamEnding.over), ("serverShutdown", .soon)] {
            for text in [#"{"event":{"e":"\#(name)","E":1}}"#, #"{"subscriptionId":0,"event":{"e":"\#(name)","E":1}}"#]
            {
                #expect(try decode(text) == [.ending(ending)])
            }
        }
        #expect(try wrapped(#"{"e":"listStatus","E":1}"#).isEmpty)
        for text in [#"{"event":{"e":"news"}}"#, #"{"event":{}}"#, "{}"] {
            guard case .remark = try decode(text).first else { return #expect(Bool(false)) }
        }
    }

    @Test(arguments: [
        "", "[", UserEventTexts.report.replacing(#""x":"TRADE""#, with: #""y":1"#),
        UserEventTexts.report.replacing("PARTIALLY_FILLED", with: "ODD"),
        UserEventTexts.report.replacing(#""l":"0.00200""#, with: #""l":"0.000001""#),
        UserEventTexts.report.replacing("61000.10", with: "61000.101"),
        UserEventTexts.report.replacing(#""i":4293153"#, with: #""i":"x""#),
        UserEventTexts.position.replacing("1.50000000", with: "many"),
        UserEventTexts.report.replacing(#""m":true"#, with: #""m":1"#),
    ]) func `what cannot be read is an error, not silence`(text: String) {
        #expect(throws: VenueDecodeError.self) { try decode(text) }
    }

    @Test(arguments: 1...6) func `never traps on mutated events`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for round in 0..<900 {
            let text = round % 4 == 0 ? UserEventTexts.position : UserEventTexts.report
            var bytes = Array(#"{"subscriptionId":0,"event":\#(text)}"#.utf8)
            Mutation.mutate(&bytes, using: &random)
            _ = try? decode(String(decoding: bytes, as: UTF8.self))
        }
    }
}
