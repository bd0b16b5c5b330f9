import Exchange
import Fundamentals
import MarketModel
import StarkCryptography
import Testing
import VenueExtended
import Wire

@testable import LocalVenues

@Suite struct `Accounts of a local Extended` {
    @Test func `without anything have no balance`() throws {
        var accounts = ExtendedWorld.accounts()
        accounts[0].balance = .zero
        var server = try ExtendedServer(
            configuration: ExtendedServerConfiguration(accounts: accounts, markets: ExtendedWorld.markets()),
            startingAt: ExtendedWorld.start)
        var effects: [ServerEffect] = []
        let headers = HTTPHeaders(ExtendedWorld.agent + [("X-Api-Key", "key-a")])
        server.handle(
            HTTPRequest(method: .get, target: "/api/v1/user/balance", headers: headers), token: 1, from: PeerID(1),
            address: "x", at: ExtendedWorld.start, into: &effects)
        guard case .reply(_, 1, let response) = effects.first else { throw WireError(offset: 0, reason: "no reply") }
        #expect(response.status == 404)
    }

    @Test func `know themselves and their siblings`() throws {
        var world = ExtendedWorld()
        let info = try world.data(.get, "/user/account/info", as: 1)
        #expect(info["l2Vault"]?.integer == 10_003)
        #expect(info["l2Key"]?.text == ExtendedWorld.accounts()[1].publicKey.hex)
        let siblings = try world.data(.get, "/user/accounts", as: 0).elements
        #expect(siblings?.map { $0["description"]?.text } == ["a", "b"])
        #expect(try world.data(.get, "/user/client/info", as: 0) == world.data(.get, "/user/client/info", as: 1))
        #expect(try world.data(.get, "/user/client/info", as: 0) != world.data(.get, "/user/client/info", as: 2))
    }

    @Test func `hold margin for the worse of both sides`() throws {
        var world = ExtendedWorld()
        try world.order(.buy, "0.1", "84091")
        world.work()
        try world.order(.buy, "0.1", "84000")
        try world.order(.sell, "0.3", "84200")
        world.work()
        let balance = try world.data(.get, "/user/balance", as: 0)
        // Mark 84,090, leverage 20: buys 8,409 + 8,400 against sells 25,260 − 8,409.
        #expect(balance["initialMargin"]?.text == "842.550000")
        #expect(balance["exposure"]?.text == "8409.000000")
        #expect(balance["unrealisedPnl"]?.text == "-0.100000")
        #expect(balance["balance"]?.text == "9997.897725")
        #expect(balance["equity"]?.text == "9997.797725")
        #expect(balance["availableForTrade"]?.text == "9155.247725")
    }

    @Test func `keep positions from opening to closing`() throws {
        var world = ExtendedWorld()
        try world.order(.buy, "0.02", "84091")
        world.work()
        let open = try #require(try world.data(.get, "/user/positions", as: 0).elements?.first)
        #expect(open["side"]?.text == "LONG" && open["size"]?.text == "0.02000")
        #expect(open["openPrice"]?.text == "84091" && open["status"]?.text == "OPENED")
        // One order closes it and opens another the other way.
        try world.order(.sell, "0.03", "84089")
        world.work()
        let turned = try #require(try world.data(.get, "/user/positions", as: 0).elements?.first)
        #expect(turned["side"]?.text == "SHORT" && turned["size"]?.text == "0.01000")
        #expect(try world.data(.get, "/user/positions?side=LONG", as: 0).elements == [])
        let history = try world.data(.get, "/user/positions/history", as: 0).elements ?? []
        #expect(history.count == 2)
        let closed = try #require(history.last)
        #expect(closed["id"] == open["id"])
        #expect(closed["exitType"]?.text == "TRADE" && closed["exitPrice"]?.text == "84089")
        let parts = try #require(closed["realisedPnlBreakdown"])
        #expect(parts["tradePnl"]?.text == "-0.040000")
        #expect(parts["openFees"]?.text == "-0.420455")
        #expect(parts["closeFees"]?.text == "-0.420445")
        #expect(closed["realisedPnl"]?.text == "-0.880900")
    }

    @Test func `balance to the last decimal`() throws {
        var world = ExtendedWorld()
        var random = RandomSource(seed: 4)
        for step in 0..<40 {
            let side: Side = random.chance(1, in: 2) ? .buy : .sell
            let price = ExtendedWorld.mid + side.sign * random.integer(in: -8...8)
            try world.order(side, "0.00\(random.integer(in: 10...99))", "\(price)", as: step % 3)
            world.work()
            if step % 10 == 9 { world.advance(.minutes(60)) }
        }
        for name in ["a", "b", "c"] {
            let ledger = try world.ledger(name)
            func cash(_ name: String) throws -> Cash { try #require(ledger[name]?.text.flatMap { Cash($0) }) }
            let sum = try cash("transfers") + cash("realized") - cash("fees") + cash("funding")
            #expect(try cash("wallet") == sum)
        }
        // The venue's replies say the same as its ledger.
        let trades = try world.data(.get, "/user/trades?limit=1000", as: 0).elements ?? []
        let fees = trades.compactMap { $0["fee"]?.text.flatMap { Cash($0) } }.reduce(.zero, +)
        #expect(try world.ledger()["fees"]?.text == fees.text(decimals: 12))
        let funding = try world.data(.get, "/user/funding/history?fromTime=0", as: 0).elements ?? []
        let paid = funding.compactMap { $0["fundingFee"]?.text.flatMap { Cash($0) } }.reduce(.zero, +)
        #expect(try world.ledger()["funding"]?.text == paid.text(decimals: 12))
    }

    @Test func `pay funding every hour`() throws {
        var world = ExtendedWorld()
        let rate = Rate(parts: 1_300)
        try world.order(.buy, "0.1", "84091")
        try world.order(.sell, "0.05", "84089", as: 1)
        world.work()
        world.advance(.minutes(49))
        #expect(try world.data(.get, "/user/funding/history?fromTime=0", as: 0).elements == [])
        world.advance(.minutes(1))
        // The hour is full at :00, whatever the minute at which the venue began.
        let due = rate.of(Cash(whole: 8_409))
        let long = try #require(try world.data(.get, "/user/funding/history?fromTime=0", as: 0).elements?.first)
        #expect(long["fundingFee"]?.text == ExtendedText.money(-due))
        #expect(long["fundingRate"]?.text == "0.000013" && long["side"]?.text == "LONG")
        #expect((long["paidTime"]?.integer ?? 1) % 3_600_000 == 0)
        let short = try #require(try world.data(.get, "/user/funding/history?fromTime=0", as: 1).elements?.first)
        #expect(short["fundingFee"]?.text == ExtendedText.money(rate.of(Cash(units: Cash(whole: 8_409).units / 2))))
        let applied = try world.data(.get, "/info/BTC-USD/funding?startTime=0").elements
        #expect(applied?.count == 1 && applied?[0]["f"]?.text == "0.000013")
        let position = try #require(try world.data(.get, "/user/positions", as: 0).elements?.first)
        #expect(long["positionId"] == position["id"])
        world.advance(.minutes(60))
        #expect(try world.data(.get, "/user/funding/history?fromTime=0", as: 0).elements?.count == 2)
        #expect(world.call(.get, "/user/funding/history", as: 0).hasPrefix("400"))
    }

    @Test func `choose their leverage`() throws {
        var world = ExtendedWorld()
        func set(_ leverage: String) -> String {
            String(
                world.call(
                    .patch, "/user/leverage", as: 0, body: #"{"market":"BTC-USD","leverage":"\#(leverage)"}"#))
        }
        #expect(set("20") == #"200 {"status":"OK","data":{"market":"BTC-USD","leverage":"20"}}"#)
        #expect(set("0.5").contains("1049") && set("51").contains("1050") && set("2.5").contains("1053"))
        try world.order(.buy, "1", "84091")
        world.work()
        #expect(set("5").contains("1052"))
        #expect(set("40").hasPrefix("200"))
        let body = #"{"market":"NOPE","leverage":"5"}"#
        #expect(world.call(.patch, "/user/leverage", as: 0, body: body).contains("1001"))
        #expect(try world.data(.get, "/user/leverage?market=BTC-USD", as: 0).elements?.first?["leverage"]?.text == "40")
        #expect(try world.data(.get, "/user/leverage", as: 0).elements?.count == 2)
    }

    @Test func `are liquidated when their margin is gone`() throws {
        var world = ExtendedWorld()
        _ = world.call(.patch, "/user/leverage", as: 0, body: #"{"market":"BTC-USD","leverage":"50"}"#)
        try world.order(.buy, "1", "84091")
        try world.order(.buy, "1", "84092")
        let resting = try world.order(.buy, "0.1", "70000")
        world.work()
        world.setBook(mid: 79_500)
        world.advance(.seconds(2))
        #expect(try world.data(.get, "/user/positions", as: 0).elements == [])
        #expect(try world.state(resting).hasPrefix("CANCELLED"))
        let history = try world.data(.get, "/user/positions/history", as: 0).elements
        #expect(history?.first?["exitType"]?.text == "LIQUIDATION")
        let trades = try world.data(.get, "/user/trades?type=LIQUIDATION", as: 0).elements
        #expect(trades?.isEmpty == false)
        #expect(world.call(.get, "/apus/log?account=a").contains("liquidation"))
    }

    @Test func `leave the largest that they ever had in the ledger`() throws {
        var world = ExtendedWorld()
        try world.order(.buy, "0.1", "84091")
        try world.order(.buy, "0.2", "84000")
        let sell = try world.order(.sell, "0.4", "84200")
        world.work()
        _ = world.call(.delete, "/user/order?externalId=\(sell)", as: 0)
        world.work()
        try world.order(.sell, "0.1", "84089")
        world.work()
        let ledger = try world.ledger()
        let market = try #require(ledger["markets"]?.elements?.first)
        #expect(market["position_lots"]?.integer == 0 && market["max_position_lots"]?.integer == 10_000)
        #expect(market["max_long_lots"]?.integer == 30_000 && market["max_short_lots"]?.integer == 30_000)
        #expect(market["open_orders"]?.integer == 1 && market["max_open_orders"]?.integer == 2)
        #expect(ledger["max_net_long"]?.text == "8409.000000000000")
        #expect(ledger["max_net_short"]?.text == "0.000000000000")
        #expect(ledger["max_gross"]?.text == "8409.000000000000")
        #expect(ledger["max_worst_long"]?.text == "25227.000000000000")
        #expect(ledger["max_worst_short"]?.text == "25227.000000000000")
        #expect(world.call(.get, "/apus/ledger?account=nobody").hasPrefix("400"))
    }

    @Test func `may get money from outside`() throws {
        var world = ExtendedWorld()
        try world.server.deposit(Cash(whole: 500), to: "a", at: world.now, into: &world.effects)
        try world.server.deposit(Cash(whole: -100), to: "a", at: world.now, into: &world.effects)
        try world.server.deposit(Cash(whole: -100_000), to: "a", at: world.now, into: &world.effects)
        #expect(try world.data(.get, "/user/balance", as: 0)["balance"]?.text == "10400.000000")
        let rows = try world.data(.get, "/user/assetOperations", as: 0).elements ?? []
        #expect(rows.map { $0["type"]?.text } == ["WITHDRAWAL", "DEPOSIT", "DEPOSIT"])
        #expect(rows.map { $0["amount"]?.text } == ["-100.000000", "500.000000", "10000.000000"])
        #expect(throws: VenueConfigurationError.self) {
            try world.server.deposit(Cash(whole: 1), to: "nobody", at: world.now, into: &world.effects)
        }
    }

    @Test func `lose what rests when they are short of margin`() throws {
        var world = ExtendedWorld()
        try world.order(.buy, "0.5", "84091")
        let adding = try world.order(.buy, "0.5", "70000")
        let reducing = try world.order(.sell, "0.5", "88000")
        world.work()
        world.setBook(mid: 76_000)
        world.advance(.seconds(1))
        #expect(try world.state(adding) == "NEW 0")
        world.setBook(mid: 71_000)
        world.advance(.seconds(1))
        #expect(try world.state(adding) == "CANCELLED/NOT_ENOUGH_FUNDS 0")
        #expect(try world.state(reducing) == "CANCELLED/NOT_ENOUGH_FUNDS 0")
        #expect(world.call(.get, "/apus/log?account=a").contains("available for trade is negative: 2 orders canceled"))
    }
}
