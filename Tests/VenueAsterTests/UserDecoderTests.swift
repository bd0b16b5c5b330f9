import Fundamentals
import MarketModel
import Testing

@testable import VenueAster

@Suite struct `The decoder of the private stream` {
    private let now = Instant(milliseconds: 1_768_551_627_900)
    private let one = Fixtures.id(1)

    private func decode(_ text: String, offset: TimeSpan = .zero) -> [AsterUserEvent] {
        var events: [AsterUserEvent] = []
        AsterUserDecoder(instruments: [Fixtures.instrument], clockOffset: offset)
            .decode(Array(text.utf8), at: now, into: &events)
        return events
    }

    static func order(_ changes: (String, String)...) -> String {
        var members: [(String, String)] = [
            ("s", #""ASTERUSDT""#), ("c", #""apus-7-1""#), ("S", #""BUY""#), ("o", #""LIMIT""#), ("f", #""GTX""#),
            ("q", #""20.00""#), ("p", #""0.9501""#), ("x", #""NEW""#), ("X", #""NEW""#), ("i", "17338441758"),
            ("l", #""0""#), ("z", #""0""#), ("L", #""0""#), ("T", "1768551627708"), ("t", "0"), ("m", "false"),
            ("rp", #""0""#),
        ]
        for change in changes {
            members.removeAll { $0.0 == change.0 }
            members.append(change)
        }
        let body = members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",")
        return #"{"e":"ORDER_TRADE_UPDATE","T":1768551627708,"E":1768551627710,"o":{\#(body)}}"#
    }

    private func account(_ text: String) -> [AccountEvent] {
        decode(text).compactMap { if case .account(let event) = $0 { event } else { nil } }
    }

    @Test func `reports the venue's own example of a partial fill`() {
        let text =
            #"{"e":"ORDER_TRADE_UPDATE","T":1768551627708,"E":1768551627710,"o":{"s":"ASTERUSDT","c":"apus-7-1","S":"BUY","o":"LIMIT","f":"GTX","q":"20.00","p":"0.9501","ap":"0.9501","sp":"0","x":"TRADE","X":"PARTIALLY_FILLED","i":17338441758,"l":"5.00","z":"5.00","L":"0.9501","N":"USDT","n":"0.00047505","T":1768551627708,"t":26024678,"b":"14.25","a":"0","m":true,"R":false,"wt":"CONTRACT_PRICE","ot":"LIMIT","ps":"BOTH","cp":false,"rp":"0","pP":false,"si":0,"ss":0,"h":"0x00"}}"#
        #expect(
            account(text) == [
                .filled(
                    Fill(
                        market: Fixtures.market, trade: TradeID(26_024_678), clientOrderID: one,
                        venueOrderID: VenueOrderID(17_338_441_758), side: .buy, price: Price(ticks: 9_501),
                        quantity: Quantity(lots: 500), isMaker: true, commission: Cash("0.00047505")!,
                        realized: .zero, venueTime: Instant(milliseconds: 1_768_551_627_708)))
            ])
    }

    @Test func `takes ids as numbers or as text`() {
        let number = Self.order(
            ("x", #""TRADE""#), ("X", #""PARTIALLY_FILLED""#), ("l", #""5.00""#), ("L", #""0.9501""#), ("t", "5"))
        let text = Self.order(
            ("x", #""TRADE""#), ("X", #""PARTIALLY_FILLED""#), ("l", #""5.00""#), ("L", #""0.9501""#), ("t", #""5""#),
            ("i", #""17338441758""#))
        #expect(account(number) == account(text))
    }

    @Test func `maps every execution and status to what became of the order`() {
        let rows: [([(String, String)], AccountEvent)] = [
            ([], .accepted(one, VenueOrderID(17_338_441_758))),
            (
                [("x", #""CANCELED""#), ("X", #""CANCELED""#), ("z", #""5.00""#)],
                .done(one, .canceled, filled: Quantity(lots: 500))
            ),
            ([("x", #""EXPIRED""#), ("X", #""EXPIRED""#)], .done(one, .postOnlyMiss, filled: .zero)),
            (
                [("x", #""EXPIRED""#), ("X", #""EXPIRED""#), ("z", #""5.00""#)],
                .done(one, .expired, filled: Quantity(lots: 500))
            ),
            ([("x", #""EXPIRED""#), ("X", #""EXPIRED""#), ("f", #""IOC""#)], .done(one, .expired, filled: .zero)),
            ([("x", #""REJECTED""#), ("X", #""REJECTED""#)], .done(one, .rejected, filled: .zero)),
            (
                [("x", #""TRADE_PREVENTION""#), ("X", #""EXPIRED_IN_MATCH""#)],
                .done(one, .selfTradePrevented, filled: .zero)
            ),
            (
                [("x", #""AMENDMENT""#), ("p", #""0.9400""#), ("q", #""30.00""#)],
                .amended(one, price: Price(ticks: 9_400), quantity: Quantity(lots: 3_000))
            ),
            ([("x", #""SOMETHING_NEW""#)], .unresolved(one, .place)),
            ([("x", #""EXPIRED""#), ("X", #""SOMETHING_NEW""#)], .unresolved(one, .place)),
        ]
        for (changes, expected) in rows {
            var text = Self.order()
            switch changes.count {
            case 0: break
            case 1: text = Self.order(changes[0])
            case 2: text = Self.order(changes[0], changes[1])
            default: text = Self.order(changes[0], changes[1], changes[2])
            }
            #expect(account(text) == [expected], "\(changes)")
        }
    }

    @Test func `reports the last fill and then the end`() {
        let events = account(
            Self.order(
                ("x", #""TRADE""#), ("X", #""FILLED""#), ("l", #""20.00""#), ("L", #""0.9501""#), ("z", #""20.00""#),
                ("t", "9")))
        #expect(events.count == 2)
        #expect(events.last == .done(one, .filled, filled: Quantity(lots: 2_000)))
    }

    @Test func `books fills of orders that are not ours without a client id, and nothing else of them`() {
        for client in ["web_123", "autoclose-1768551627708", "adl_autoclose", "apus-x"] {
            let fill = account(
                Self.order(
                    ("c", "\"\(client)\""), ("x", #""CALCULATED""#), ("X", #""FILLED""#), ("l", #""5.00""#),
                    ("L", #""0.9501""#), ("t", "9")))
            guard case .filled(let booked) = fill.first, fill.count == 1 else {
                Issue.record("\(client): \(fill)")
                continue
            }
            #expect(booked.clientOrderID == nil)
            #expect(account(Self.order(("c", "\"\(client)\""))).isEmpty)
        }
    }

    @Test func `converts a commission in the base asset and flags an estimate for any other`() {
        func fill(_ asset: String, _ amount: String) -> [AsterUserEvent] {
            decode(
                Self.order(
                    ("x", #""TRADE""#), ("X", #""PARTIALLY_FILLED""#), ("l", #""20.00""#), ("L", #""0.9500""#),
                    ("t", "9"), ("N", "\"\(asset)\""), ("n", "\"\(amount)\"")))
        }
        func commission(_ events: [AsterUserEvent]) -> Cash? {
            for case .account(.filled(let fill)) in events { return fill.commission }
            return nil
        }
        #expect(commission(fill("ASTER", "0.01")) == Cash("0.0095")!)
        #expect(commission(fill("USDT", "-0.002")) == Cash("-0.002")!)
        let estimated = fill("BNB", "0.00001")
        #expect(commission(estimated) == Cash("0.00665")!)
        #expect(estimated.contains { if case .remark(let text) = $0 { text.contains("BNB") } else { false } })
    }

    @Test func `reads balance and position from the venue's own example`() {
        let text =
            #"{"e":"ACCOUNT_UPDATE","T":1768551627708,"E":1768551627710,"a":{"m":"ORDER","B":[{"a":"USDT","wb":"39.41184271","cw":"39.41184271","bc":"0"},{"a":"CAKE","wb":"1","cw":"1","bc":"0"}],"P":[{"s":"ASTERUSDT","pa":"-3.50","ep":"0.95000000","cr":"-0.59070000","up":"0","mt":"isolated","iw":"0","ps":"BOTH","ma":"USDT"}]}}"#
        let asOf = Instant(milliseconds: 1_768_551_627_708)
        #expect(
            account(text) == [
                .position(Fixtures.market, Quantity(lots: -350), entryPrice: ExactDecimal("0.95000000")!, asOf: asOf),
                .balance(wallet: Cash("39.41184271")!, available: nil, asOf: asOf),
            ])
        // Told in our own time.
        let shifted = decode(text, offset: .seconds(5)).last
        #expect(
            shifted
                == .account(
                    .balance(wallet: Cash("39.41184271")!, available: nil, asOf: asOf - .seconds(5))))
    }

    @Test func `reads funding, with the market where the venue names it`() {
        let cross =
            #"{"e":"ACCOUNT_UPDATE","T":1768551627708,"a":{"m":"FUNDING_FEE","B":[{"a":"USDT","wb":"39.41","bc":"-0.0095"}],"P":[]}}"#
        #expect(
            account(cross).first == .funding(nil, Cash("-0.0095")!, venueTime: Instant(milliseconds: 1_768_551_627_708))
        )
        let isolated =
            #"{"e":"ACCOUNT_UPDATE","T":1768551627708,"a":{"m":"FUNDING_FEE","B":[{"a":"USDT","wb":"39.41","bc":"0.5"}],"P":[{"s":"ASTERUSDT","pa":"1.00","ep":"1","ps":"BOTH"}]}}"#
        #expect(
            account(isolated).contains(
                .funding(Fixtures.market, Cash("0.5")!, venueTime: Instant(milliseconds: 1_768_551_627_708))))
    }

    @Test func `notices hedge mode, expiry of the key, and ignores the rest with a remark`() {
        #expect(decode(#"{"e":"ACCOUNT_CONFIG_UPDATE","ai":{"j":true,"f":true,"d":true}}"#) == [.hedgeMode])
        #expect(decode(#"{"e":"ACCOUNT_CONFIG_UPDATE","ai":{"j":true,"f":true,"d":false}}"#).isEmpty)
        #expect(
            decode(
                #"{"e":"ACCOUNT_UPDATE","T":1,"a":{"B":[],"P":[{"s":"ASTERUSDT","pa":"1.00","ep":"1","ps":"LONG"}]}}"#)
                == [.hedgeMode])
        #expect(decode(#"{"e":"listenKeyExpired","E":1576653824250}"#) == [.listenKeyExpired])
        #expect(decode(#"{"stream":"k","data":{"e":"listenKeyExpired","E":1}}"#) == [.listenKeyExpired])
        for text in [#"{"e":"announcement","en":{}}"#, #"{"e":"ALGO_UPDATE"}"#, "{}", #"{"e":"MARGIN_CALL","p":[]}"#] {
            let events = decode(text)
            #expect(events.count == 1)
            guard case .remark = events.first else {
                Issue.record("\(text): \(events)")
                continue
            }
        }
        #expect(decode(#"{"result":null,"id":1}"#).isEmpty)
        #expect(decode(Self.order(("s", #""OTHERUSDT""#))).isEmpty)
    }

    @Test(arguments: 1...10) func `never traps on mutated messages`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let seeds = [
            Self.order(),
            Self.order(
                ("x", #""TRADE""#), ("l", #""5.00""#), ("L", #""0.9501""#), ("N", #""ASTER""#), ("n", #""0.1""#)),
            #"{"e":"ACCOUNT_UPDATE","T":1768551627708,"a":{"m":"FUNDING_FEE","B":[{"a":"USDT","wb":"39.41","bc":"0.5"}],"P":[{"s":"ASTERUSDT","pa":"1.00","ep":"1","ps":"BOTH"}]}}"#,
        ]
        for round in 0..<500 {
            var bytes = Array(seeds[round % seeds.count].utf8)
            Mutation.mutate(&bytes, using: &random)
            var events: [AsterUserEvent] = []
            AsterUserDecoder(instruments: [Fixtures.instrument]).decode(bytes, at: now, into: &events)
            #expect(events.count <= 8)
        }
    }
}
