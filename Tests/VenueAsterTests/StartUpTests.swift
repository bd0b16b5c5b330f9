import Cryptography
import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueAster

@Suite struct `Start-up of a session` {
    static let steps = [
        "GET time", "GET time", "GET time", "GET exchangeInfo", "GET positionSide/dual", "GET openOrders",
        "GET positionRisk", "GET balance", "GET commissionRate", "GET userTrades", "POST countdownCancelAll",
        "POST listenKey", "GET openOrders", "GET userTrades", "GET positionRisk", "GET balance", "GET depth",
    ]

    @Test func `goes through the steps in order and ends ready`() {
        var stage = Stage()
        stage.open()
        #expect(stage.isReady)
        #expect(Array(stage.venue.log.prefix(17)) == Self.steps)
        #expect(stage.fatal == nil)
        #expect(
            stage.streams.map(\.target) == [
                "/ws/pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1",
                "/stream?streams=asterusdt@depth@100ms/asterusdt@bookTicker/asterusdt@aggTrade/asterusdt@markPrice@1s",
            ])
    }

    @Test func `reports rules, position, balance and the switch before ready`() {
        var stage = Stage()
        stage.venue.always(
            "GET positionRisk",
            .reply(
                200, #"[{"symbol":"ASTERUSDT","positionAmt":"-40.00","entryPrice":"0.95000","positionSide":"BOTH"}]"#))
        stage.open()
        #expect(stage.statuses.contains(.instrument(Fixtures.instrument)))
        #expect(
            stage.account.contains { event in
                if case .position(_, Quantity(lots: -4_000), ExactDecimal("0.95000")!, _, _) = event {
                    true
                } else {
                    false
                }
            })
        #expect(
            stage.account.contains { event in
                if case .balance(Cash("1000")!, Cash("980"), _) = event { true } else { false }
            })
        #expect(
            stage.statuses.contains { status in
                if case .deadMansSwitch(Fixtures.market, .some) = status { true } else { false }
            })
    }

    @Test func `retries each step that fails in passing and still gets ready`() {
        for route in Set(Self.steps).sorted() where route != "POST countdownCancelAll" {
            for failure in [
                FakeVenue.Answer.notSent, .reply(503, "<html>busy</html>"), .reply(200, "{"),
                .reply(400, #"{"code":-1000,"msg":"An unknown error occured while processing the request."}"#),
            ] {
                var stage = Stage()
                stage.venue.script(route, failure)
                stage.open()
                #expect(stage.isReady, "\(route) \(failure)")
            }
        }
    }

    @Test func `resends a step whose reply never comes, after its deadline`() {
        var stage = Stage()
        stage.venue.script("GET exchangeInfo", .silence)
        stage.open()
        #expect(stage.isReady)
        #expect(stage.venue.log.filter { $0 == "GET exchangeInfo" }.count == 2)
    }

    @Test(arguments: [
        #"{"code":-2014,"msg":"API-key format invalid."}"#, #"{"code":-2015,"msg":"Invalid API-key."}"#,
        #"{"code":-1022,"msg":"Signature for this request is not valid."}"#,
        #"{"code":-1000,"msg":"Signature check failed"}"#, #"{"code":-1000,"msg":"No agent found"}"#,
        #"{"code":-5050,"msg":"DEPOSIT_REQUIRED"}"#,
    ])
    func `stops for good when the venue refuses the keys`(body: String) {
        var stage = Stage()
        stage.venue.always("GET positionSide/dual", .reply(400, body))
        stage.open()
        #expect(stage.fatal != nil)
        #expect(!stage.isReady)
        #expect(!stage.venue.log.contains("GET openOrders"))
    }

    @Test func `stops for good in hedge mode`() {
        var stage = Stage()
        stage.venue.always("GET positionSide/dual", .reply(200, #"{"dualSidePosition":true}"#))
        stage.open()
        #expect(stage.fatal?.contains("hedge mode") == true)
        #expect(!stage.isReady)
    }

    @Test func `stops for good when the symbol is not listed or not trading`() {
        for body in [#"{"symbols":[],"rateLimits":[]}"#, Fixtures.exchangeInfo(status: "SETTLING")] {
            var stage = Stage()
            stage.venue.always("GET exchangeInfo", .reply(200, body))
            stage.open()
            #expect(stage.fatal?.contains("ASTERUSDT") == true)
        }
    }

    @Test func `refuses a clock that is three days off`() {
        var stage = Stage()
        stage.venue.clockOffset = .hours(-72)
        stage.open()
        #expect(stage.fatal?.contains("clock") == true)
        #expect(!stage.venue.log.contains("GET exchangeInfo"))
    }

    @Test func `signs by the venue's time when the clock is a little off`() throws {
        var stage = Stage()
        stage.venue.clockOffset = .milliseconds(-700)
        stage.open()
        #expect(stage.isReady)
        let target = try #require(
            stage.venue.targets.last { $0.contains("depth") == false && $0.contains("timestamp") })
        let stamp = try #require(Int64(FakeVenue.parameters(target)["timestamp"] ?? ""))
        #expect(abs(stamp - (stage.now.milliseconds - 700)) < 2_000)
        #expect(stamp < stage.now.milliseconds - 600)
    }

    // MARK: Orders of an earlier run

    @Test func `takes off what an earlier run left, confirms it, and leaves strangers alone`() {
        var stage = Stage()
        let left = (1...12).map { FakeVenue.order(Int64($0), "apus-6-\($0)") }
        let stranger = FakeVenue.order(99, "web_manual")
        stage.venue.script(
            "GET openOrders", .reply(200, "[" + (left + [stranger]).joined(separator: ",") + "]"),
            .reply(200, "[\(stranger)]"))
        stage.venue.always("DELETE batchOrders", .reply(200, "[]"))
        stage.open()
        #expect(stage.isReady)
        let sweeps = stage.venue.targets.filter { $0.contains("orderIdList") }
        #expect(sweeps.count == 2)
        #expect(FakeVenue.parameters(sweeps[0])["orderIdList"] == "[1,2,3,4,5,6,7,8,9,10]")
        #expect(FakeVenue.parameters(sweeps[1])["orderIdList"] == "[11,12]")
        #expect(
            stage.account.contains { event in
                guard case .openOrders(_, let orders, _) = event else { return false }
                return orders.count == 1 && orders[0].clientOrderID == nil
            })
    }

    @Test func `goes one by one when a batch did not take everything off`() {
        var stage = Stage()
        let left = #"[\#(FakeVenue.order(1, "apus-6-1")),\#(FakeVenue.order(2, "apus-6-2"))]"#
        stage.venue.script("GET openOrders", .reply(200, left), .reply(200, left), .reply(200, "[]"))
        stage.venue.always("DELETE batchOrders", .reply(400, #"{"code":-2011,"msg":"Unknown order sent."}"#))
        stage.open()
        #expect(stage.isReady)
        #expect(stage.venue.log.filter { $0 == "DELETE order" }.count == 2)
    }

    // MARK: Dead man's switch

    @Test func `says that the switch is not armed, starts all the same, and keeps trying`() {
        var stage = Stage()
        stage.venue.script("POST countdownCancelAll", .reply(400, #"{"code":-1102,"msg":"Mandatory parameter"}"#))
        stage.open()
        #expect(stage.isReady)
        #expect(stage.statuses.contains(.deadMansSwitch(Fixtures.market, deadline: nil)))
        stage.forget()
        stage.run(.seconds(5))
        #expect(
            stage.statuses.contains { status in
                if case .deadMansSwitch(_, .some) = status { true } else { false }
            })
    }

    @Test func `re-arms the switch after a third of its span`() {
        var stage = Stage()
        stage.open()
        stage.forget()
        stage.run(.seconds(31))
        let arms = stage.venue.log.filter { $0 == "POST countdownCancelAll" }
        #expect(arms.count == 3)
    }

    @Test func `reports the switch as gone once the last arming ran out`() {
        var stage = Stage()
        stage.open()
        stage.forget()
        stage.venue.always("POST countdownCancelAll", .reply(503, ""))
        stage.run(.seconds(31))
        #expect(stage.statuses.contains(.deadMansSwitch(Fixtures.market, deadline: nil)))
    }

    @Test func `signs V3 requests with a nonce that only grows`() throws {
        var stage = Stage { configuration in
            configuration.credentials = try! .wallet(
                user: nil, signer: nil,
                privateKey: Secret("0x4fd0a42218f3eae43a6ce26d22544e986139a01e5b34a62db53757ffca81bae1"),
                network: .mainnet)
        }
        stage.open()
        #expect(stage.isReady)
        let nonces = stage.venue.targets.compactMap { FakeVenue.parameters($0)["nonce"] }.compactMap { Int64($0) }
        #expect(nonces.count > 8)
        #expect(zip(nonces, nonces.dropFirst()).allSatisfy { $0 < $1 })
        #expect(stage.venue.targets.allSatisfy { $0.hasPrefix("/fapi/v3/") })
        #expect(abs((nonces.last ?? 0) - stage.now.microseconds) < 5_000_000)
    }
}
