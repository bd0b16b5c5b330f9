import Cryptography
import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueExtended

@Suite struct `Start-up of an Extended session` {
    static let steps = [
        "GET info/starknet", "GET info/markets", "GET user/account/info", "GET user/fees", "GET user/orders",
        "GET user/positions", "GET user/balance", "GET user/trades", "POST user/deadmanswitch", "GET user/orders",
        "GET user/trades", "GET user/funding/history", "GET user/positions", "GET user/balance",
    ]

    @Test func `goes through the steps in order and ends ready`() {
        var stage = SessionStage()
        stage.open()
        #expect(stage.isReady)
        #expect(stage.venue.log == Self.steps)
        #expect(stage.fatal == nil)
        let base = "/stream.extended.exchange/v1"
        #expect(
            stage.streams.map(\.target) == [
                "\(base)/account", "\(base)/orderbooks/BTC-USD", "\(base)/prices/mark/BTC-USD",
                "\(base)/funding/BTC-USD", "\(base)/publicTrades/BTC-USD",
            ])
    }

    @Test func `shows the key to the account's calls and stream only, and a user agent to all`() {
        var stage = SessionStage()
        stage.open()
        for request in stage.venue.requests {
            let isPublic = FakeExtended.route(request).contains("info/") && !request.target.contains("account")
            #expect((request.headers["X-Api-Key"] == nil) == isPublic, "\(request.target)")
            #expect(request.headers["User-Agent"] != nil)
            #expect(request.headers.fields.filter { $0.name.lowercased() == "x-api-key" }.count <= 1)
        }
        for stream in stage.streams {
            #expect((stream.headers["X-Api-Key"] == FakeExtended.apiKey) == stream.target.hasSuffix("/account"))
            #expect(stream.headers["User-Agent"] != nil)
        }
    }

    @Test func `reports rules with the account's fees, position, balance and the switch before ready`() {
        var stage = SessionStage()
        stage.venue.always(
            "GET user/positions",
            .data(
                #"[{"id":1,"market":"BTC-USD","status":"OPENED","side":"SHORT","leverage":"10","size":"0.1","openPrice":"84100.5","markPrice":"84090"}]"#
            ))
        stage.open()
        let instruments = stage.statuses.compactMap {
            if case .instrument(let instrument) = $0 { instrument } else { nil }
        }
        #expect(instruments.last?.makerFee == .zero)
        #expect(instruments.last?.takerFee == Rate(parts: 25_000))
        #expect(
            stage.account.contains { event in
                if case .position(_, Quantity(lots: -10_000), ExactDecimal("84100.5")!, _, _) = event {
                    true
                } else {
                    false
                }
            })
        #expect(
            stage.account.contains { event in
                if case .balance(Cash("1000.5")!, Cash("980"), _) = event { true } else { false }
            })
        #expect(stage.deadlines.contains { $0 != nil })
        let order = stage.events.indices
        let ready = order.first { stage.events[$0] == .status(.ready) }!
        let armed = order.first {
            if case .status(.deadMansSwitch(_, .some), _) = stage.events[$0] { true } else { false }
        }!
        #expect(armed < ready)
    }

    @Test func `retries each step that fails in passing and still gets ready`() {
        for route in Set(Self.steps).sorted() where route != "POST user/deadmanswitch" {
            for failure in [
                FakeExtended.Answer.notSent, .reply(503, "<html>busy</html>"), .reply(200, "{"), .reply(200, ""),
                .fault(400, 1_006, "Application error"), .data("17"),
            ] {
                var stage = SessionStage()
                stage.venue.script(route, failure)
                stage.open()
                #expect(stage.isReady, "\(route) \(failure)")
            }
        }
    }

    @Test func `resends a step whose reply never comes, after its deadline`() {
        var stage = SessionStage()
        stage.venue.script("GET info/markets", .silence)
        stage.open()
        #expect(stage.isReady)
        #expect(stage.count("GET info/markets") == 2)
    }

    @Test func `takes an empty account for a balance of zero`() {
        var stage = SessionStage()
        stage.venue.always("GET user/balance", .fault(404, 404, "Not found"))
        stage.open()
        #expect(stage.isReady)
        #expect(
            stage.account.contains { if case .balance(.zero, .some(.zero), _) = $0 { true } else { false } })
    }

    // MARK: What only a person can help

    private func refusal(_ change: (inout SessionStage) -> Void) -> String? {
        var stage = SessionStage()
        change(&stage)
        stage.open()
        #expect(!stage.isReady)
        stage.forget()
        stage.run(.minutes(2))
        // The switch alone is let run out; nothing else is asked of the venue any more.
        #expect(stage.venue.log.isEmpty)
        return stage.session.phase == .closed
            ? nil : { if case .dead(let reason) = stage.session.phase { reason } else { nil } }()
    }

    @Test func `stops at another chain`() {
        #expect(refusal { $0.venue.chain = "SN_MAIN" }?.contains("SN_SEPOLIA") == true)
    }

    @Test func `stops at the key or the vault of another sub-account`() {
        #expect(refusal { $0.venue.accountKey = "0x1234" }?.contains("0x1234") == true)
        #expect(refusal { $0.venue.vault = "421718" }?.contains("421718") == true)
        var stage = SessionStage()
        stage.venue.vault = #""421717""#
        stage.open()
        #expect(stage.isReady)
    }

    @Test func `stops at a refused API key`() {
        let reason = refusal { $0.venue.always("GET user/account/info", .fault(401, 401, "Unauthorized")) }
        #expect(reason?.contains("API key") == true)
    }

    @Test func `stops at a market that is not listed, or not open`() {
        #expect(refusal { $0.venue.script("GET info/markets", .data("[]")) }?.contains("BTC-USD") == true)
        let unknown = FakeExtended.Answer.fault(404, 1_001, "Market not found")
        #expect(refusal { $0.venue.script("GET info/markets", unknown) }?.contains("BTC-USD") == true)
        for status in ["REDUCE_ONLY", "DELISTED", "PRELISTED", "DISABLED", "SOMETHING"] {
            #expect(refusal { $0.venue.status = status }?.contains("not open") == true, "\(status)")
        }
    }

    @Test func `stops at a clock that is off for certain, and not at one that may be right`() {
        #expect(refusal { $0.venue.clockOffset = .seconds(5) }?.contains("clock") == true)
        #expect(refusal { $0.venue.clockOffset = .seconds(-5) }?.contains("clock") == true)
        for offset in [TimeSpan.seconds(1), .seconds(-1), .zero] {
            var stage = SessionStage()
            stage.venue.clockOffset = offset
            stage.open()
            #expect(stage.isReady)
        }
    }

    @Test func `goes on without a Date, and says so once`() {
        var stage = SessionStage()
        stage.venue.hasDate = false
        stage.open()
        #expect(stage.isReady)
        #expect(stage.notes.filter { $0.text.contains("tell no time") }.count == 1)
    }

    // MARK: Choices

    @Test func `sets the leverage that was asked for, and stops where it is refused`() {
        var stage = SessionStage { $0.markets[0].leverage = ExactDecimal("5")! }
        stage.open()
        #expect(stage.isReady)
        #expect(stage.venue.bodies.contains(#"{"market":"BTC-USD","leverage":"5"}"#))
        var other = SessionStage { $0.markets[0].leverage = ExactDecimal("500")! }
        other.venue.script("PATCH user/leverage", .fault(400, 1_050, "too high"))
        other.open()
        #expect(other.fatal?.contains("leverage 500 of BTC-USD") == true)
    }

    @Test func `asks for no fees where the configuration has them`() {
        var stage = SessionStage { $0.fees = .init(maker: Rate(parts: -2_000), taker: Rate(parts: 30_000)) }
        stage.open()
        #expect(!stage.venue.log.contains("GET user/fees"))
        #expect(stage.session.markets[0].instrument?.takerFee == Rate(parts: 30_000))
    }

    @Test func `takes off orders of an earlier run, and only those, until none is left`() {
        var stage = SessionStage()
        stage.venue.orders = [
            .init(id: 11, external: "apus-6-1", side: "BUY", price: "80000", quantity: "0.001"),
            .init(id: 12, external: "apus-6-2.3", side: "SELL", price: "90000", quantity: "0.001"),
            .init(id: 13, external: "by-hand", side: "SELL", price: "91000", quantity: "0.001"),
        ]
        stage.venue.script("POST user/order/massCancel", .reply(200, #"{"status":"OK"}"#))
        stage.open()
        #expect(stage.isReady)
        #expect(stage.count("POST user/order/massCancel") == 2)
        #expect(stage.venue.bodies.contains(#"{"orderIds":[11,12],"cancelAll":false}"#))
        #expect(stage.venue.orders.map(\.isOpen) == [false, false, true])
    }

    @Test func `is ready without the switch, says that it is not armed, and goes on trying`() {
        var stage = SessionStage()
        stage.venue.always("POST user/deadmanswitch", .reply(503, ""))
        stage.open()
        #expect(stage.isReady)
        #expect(stage.deadlines.last == .some(nil))
        stage.venue.forget("POST user/deadmanswitch")
        stage.run(.seconds(3))
        #expect(stage.deadlines.last.map { $0 != nil } == true)
    }

    @Test func `asks for all markets at once, and waits for each book`() {
        var stage = SessionStage { $0.markets.append(.init(id: MarketID(1), symbol: "ETH-USD")) }
        stage.open()
        #expect(!stage.isReady)
        #expect(stage.streams.count == 9)
        #expect(stage.venue.targets.contains("/api/v1/info/markets?market=BTC-USD&market=ETH-USD"))
        stage.say(on: .book(1), SessionStage.snapshot.replacing("BTC-USD", with: "ETH-USD"))
        #expect(stage.isReady)
        #expect(stage.count("GET user/orders") == 2)
        let markets = stage.statuses.compactMap { status -> MarketID? in
            if case .deadMansSwitch(let market, .some) = status { market } else { nil }
        }
        #expect(markets == [MarketID(0), MarketID(1)])
    }
}

extension String {
    func replacing(_ part: String, with other: String) -> String {
        var result = ""
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            result += rest[..<range.lowerBound] + other
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
