import Fundamentals
import MarketModel
import RiskControl
import Testing
import TradingEngine

private func id(_ sequence: UInt32) -> ClientOrderID { ClientOrderID(epoch: 7, sequence: sequence) }

private func queries(_ effects: [Effect]) -> [UInt32] {
    effects.compactMap { if case .query(let id, _) = $0 { id.sequence } else { nil } }
}

func fetches(_ effects: [Effect]) -> Int {
    effects.count { if case .fetchFills = $0 { true } else { false } }
}

private func booked(_ effects: [Effect]) -> [BookedFill] {
    effects.compactMap { if case .booked(let fill) = $0 { fill } else { nil } }
}

@Suite struct `When a reply is lost` {
    @Test func `the order is asked for, counts in full, and is not placed again until the venue gives evidence`() {
        var stage = Stage.quoting()
        stage.account(.accepted(id(2), VenueOrderID(2)))
        stage.account(.unresolved(id(1), .place))
        #expect(stage.engine.status.unresolved == 1)
        let effects = stage.wait(.seconds(14))
        #expect(queries(effects) == [1, 1, 1, 1])
        #expect(actions(effects) == [])
        #expect(actions(stage.account(.notFound(id(1), askedAt: stage.now - .seconds(1)))) == [])
        stage.wait(.seconds(5))
        let resolved = stage.account(.notFound(id(1), askedAt: stage.now - .seconds(1)))
        #expect(actions(resolved) == ["place 3 buy 2002@9990"])
        #expect(fetches(resolved) == 1)
    }

    @Test func `a late fill of an order that was given up is booked, and the order lives again`() {
        var stage = Stage.quoting()
        stage.account(.unresolved(id(1), .place))
        stage.wait(.seconds(20))
        stage.account(.notFound(id(1), askedAt: stage.now))
        let effects = stage.fill(id(1), .buy, 9_990, 500)
        #expect(booked(effects).count == 1)
        #expect(stage.engine.status.markets[0].position == Quantity(lots: 500))
        #expect(stage.engine.status.markets[0].orders.contains { $0.id == id(1) && $0.state == .working })
    }

    @Test func `unresolved orders use up the position limit`() {
        var limits = makeMarketLimits()
        limits.maxPositionValue = Cash(whole: 30)
        var stage = Stage.quoting(marketLimits: limits)
        stage.account(.unresolved(id(1), .place))
        #expect(stage.engine.status.markets[0].exposure == Cash("20.02")!)
        #expect(stage.engine.status.exposure <= Cash(whole: 30))
    }

    @Test func `a cancel that may be lost leaves the order counted, and is repeated once it is known to work`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        #expect(actions(stage.venue(.privateStreamDown)) == ["cancel 1", "cancel 2"])
        stage.account(.unresolved(id(1), .cancel))
        #expect(queries(stage.wait(.seconds(1))) == [1])
        let report = OrderReport(
            market: MarketID(0), clientOrderID: id(1), venueOrderID: VenueOrderID(1), side: .buy,
            price: Price(ticks: 9_990), quantity: Quantity(lots: 2_002), filled: .zero, status: .working)
        #expect(actions(stage.account(.report(report))) == ["cancel 1"])
    }

    @Test func `a refused cancel is asked about before anything is quoted again`() {
        var stage = Stage.quoting(amends: .unsupported)
        stage.acceptAll()
        stage.wait(.seconds(31), bid: 10_049, ask: 10_051)
        let unknown = VenueRejection(kind: .stateMismatch, code: -2011, message: "Unknown order sent.")
        #expect(actions(stage.account(.rejected(id(1), .cancel, unknown))) == [])
        #expect(queries(stage.step(.timer)) == [1])
        // It had filled.
        let effects = stage.account(
            .report(
                OrderReport(
                    market: MarketID(0), clientOrderID: id(1), venueOrderID: VenueOrderID(1), side: .buy,
                    price: Price(ticks: 9_990), quantity: Quantity(lots: 2_002), filled: Quantity(lots: 2_002),
                    status: .done(.filled))))
        #expect(fetches(effects) == 1)
        #expect(stage.engine.status.markets[0].exposure >= Cash("20.02")!)
        #expect(booked(stage.fill(id(1), .buy, 9_990, 2_002)).count == 1)
    }
}

@Suite struct `Fills` {
    @Test func `each trade is booked once, from whichever source it comes first`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        #expect(booked(stage.fill(id(1), .buy, 9_990, 500, trade: 42)).count == 1)
        #expect(booked(stage.fill(id(1), .buy, 9_990, 500, trade: 42)).isEmpty)
        #expect(stage.engine.status.markets[0].position == Quantity(lots: 500))
    }

    @Test func `before the acknowledgement and after the cancel they are booked all the same`() {
        var stage = Stage.quoting()
        #expect(booked(stage.fill(id(1), .buy, 9_990, 500)).count == 1)
        stage.account(.accepted(id(2), VenueOrderID(2)))
        stage.venue(.privateStreamDown)
        stage.account(.done(id(2), .canceled, filled: .zero))
        #expect(booked(stage.fill(id(2), .sell, 10_010, 300)).count == 1)
        #expect(stage.engine.status.markets[0].position == Quantity(lots: 200))
    }

    @Test func `of orders that are not ours are booked and told`() {
        var stage = Stage.quoting()
        let effects = stage.fill(nil, .sell, 10_000, 700)
        #expect(booked(effects).count == 1)
        #expect(incidents(effects, .warning).count == 1)
        #expect(stage.engine.status.markets[0].position == Quantity(lots: -700))
    }

    @Test func `missing ones are fetched, and count until the history is complete`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        let effects = stage.account(.done(id(1), .canceled, filled: Quantity(lots: 900)))
        #expect(fetches(effects) == 1)
        #expect(stage.engine.status.markets[0].exposure >= Cash(whole: 9))
        let complete = stage.account(.fillsComplete(MarketID(0), asOf: stage.now))
        #expect(incidents(complete, .alarm).count == 1)
    }

    @Test func `an impossible one is not booked, and alarms`() {
        var stage = Stage.quoting()
        #expect(incidents(stage.fill(id(1), .buy, 9_990, -5), .alarm).count == 1)
        #expect(incidents(stage.fill(id(1), .buy, 0, 5), .alarm).count == 1)
        #expect(incidents(stage.fill(id(1), .buy, 9_990, 5, market: 9), .alarm).count == 1)
        #expect(stage.engine.status.markets[0].position == .zero)
    }
}

@Suite struct `Limits` {
    @Test func `cut a quote to the room that is left, and hold at every fill`() throws {
        var limits = makeMarketLimits()
        limits.maxPositionValue = Cash(whole: 30)
        limits.maxRepeatedFills = 1_000
        var stage = Stage.quoting(marketLimits: limits)
        stage.acceptAll()
        stage.fill(id(1), .buy, 9_990, 2_002)
        // A new round after the counter-fill wait: 998 lots of room, cut to seven eighths.
        let effects = stage.wait(.seconds(11))
        #expect(actions(effects) == ["place 3 buy 874@9990"])
        #expect(stage.engine.status.markets[0].exposure <= Cash(whole: 30))
    }

    @Test func `refuse a quote that has no room, once, and pull what no longer fits`() {
        var limits = makeMarketLimits()
        limits.maxPositionValue = Cash(whole: 24)
        var stage = Stage.quoting(marketLimits: limits)
        stage.acceptAll()
        // The price rises by a quarter: 20 USDT of working quotes would now be worth more than 24.
        var all: [Effect] = []
        for step in 1...8 {
            stage.now = stage.now + .milliseconds(100)
            all += stage.book(9_999 + Int64(step) * 300, 10_001 + Int64(step) * 300)
        }
        #expect(actions(all).contains("cancel 1"))
        #expect(refusals(all).count <= 4)
    }

    @Test func `are kept across markets`() {
        var account = makeAccountLimits()
        account.maxExposure = Cash(whole: 45)
        let stage = Stage.quoting(markets: 3, limits: account)
        #expect(stage.engine.status.exposure <= Cash(whole: 45))
        #expect(stage.engine.status.markets[2].orders.count == 0)
    }

    @Test func `count orders placed by hand`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        let manual = OrderReport(
            market: MarketID(0), clientOrderID: nil, venueOrderID: VenueOrderID(500), side: .buy,
            price: Price(ticks: 9_000), quantity: Quantity(lots: 7_000), filled: .zero, status: .working)
        let kept = [1, 2].map { sequence in
            OrderReport(
                market: MarketID(0), clientOrderID: id(sequence), venueOrderID: VenueOrderID(Int64(sequence)),
                side: sequence == 1 ? .buy : .sell, price: Price(ticks: sequence == 1 ? 9_990 : 10_010),
                quantity: Quantity(lots: sequence == 1 ? 2_002 : 1_998), filled: .zero, status: .working)
        }
        stage.account(.openOrders(MarketID(0), [manual] + kept, asOf: stage.now))
        #expect(stage.engine.status.markets[0].exposure == Cash("90.02")!)
    }

    @Test func `below the least balance only a held position may be reduced`() {
        var stage = Stage.quoting(position: 3_000, wallet: 9)
        let orders = stage.engine.status.markets[0].orders
        #expect(orders.map(\.side) == [.sell])
        #expect(actions(stage.wait(.seconds(3))) == [])
    }
}

@Suite struct `The venue's word against our books` {
    @Test func `a position that lasts to differ is looked into, alarms once, and counts at its worst`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        stage.fill(id(1), .buy, 9_990, 500)
        let report: (Stage) -> AccountEvent = {
            .position(MarketID(0), Quantity(lots: 900), entryPrice: ExactDecimal("0.999")!, asOf: $0.now)
        }
        #expect(fetches(stage.account(report(stage))) == 0)
        stage.wait(.seconds(1))
        let first = stage.account(report(stage))
        #expect(fetches(first) == 1)
        #expect(incidents(first, .alarm) == [])
        // The trade history is not read yet: a fill may be on its way, so there is nothing to be alarmed about.
        stage.wait(.seconds(1))
        #expect(incidents(stage.account(report(stage)), .alarm) == [])
        stage.account(.fillsComplete(MarketID(0), asOf: stage.now))
        stage.wait(.seconds(1))
        #expect(incidents(stage.account(report(stage)), .alarm).count == 1)
        #expect(incidents(stage.account(report(stage)), .alarm).count == 0)
        // 500 held, 1502 working, 400 unexplained.
        #expect(stage.engine.status.markets[0].exposure == Cash("24.02")!)
    }

    @Test func `the same difference after a fill was booked is a new one and is looked into first`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        // The balance runs ahead of its fill: each time the history is read and the fill explains it.
        func early(_ lots: Int64, _ now: Instant) -> AccountEvent {
            .position(MarketID(0), Quantity(lots: lots), entryPrice: ExactDecimal("0.999")!, asOf: now)
        }
        stage.wait(.seconds(1))
        stage.account(early(100, stage.now))
        stage.account(.fillsComplete(MarketID(0), asOf: stage.now + .milliseconds(1)))
        stage.fill(id(1), .buy, 9_990, 100)
        stage.wait(.seconds(1))
        #expect(incidents(stage.account(early(200, stage.now)), .alarm) == [])
    }

    @Test func `the wallet follows realised profit, fees and funding to the last unit`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        stage.fill(id(1), .buy, 9_990, 2_002, commission: Cash("0.00200000")!)
        stage.fill(id(2), .sell, 10_010, 1_998, commission: Cash("0.00199999")!)
        stage.account(.funding(MarketID(0), Cash("-0.00000123")!, venueTime: stage.now))
        stage.wait(.seconds(1))
        let own = stage.engine.status.wallet
        #expect(own == Cash(whole: 1_000) + Cash("0.03996")! - Cash("0.00399999")! - Cash("0.00000123")!)
        #expect(incidents(stage.account(.balance(wallet: own!, available: nil, asOf: stage.now)), .alarm) == [])
    }

    @Test func `a wallet that lasts to differ alarms once, and is then taken as given`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        let deposit = AccountEvent.balance(wallet: Cash(whole: 1_500), available: nil, asOf: stage.now + .seconds(9))
        stage.wait(.seconds(1))
        #expect(incidents(stage.account(deposit), .alarm) == [])
        #expect(incidents(stage.account(deposit), .alarm) == [])
        stage.wait(.seconds(1))
        stage.account(.fillsComplete(MarketID(0), asOf: stage.now))
        #expect(incidents(stage.account(deposit), .alarm).count == 1)
        #expect(incidents(stage.account(deposit), .alarm) == [])
        #expect(stage.engine.status.wallet == Cash(whole: 1_500))
    }
}
