import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing
import TradingEngine

@Suite struct `A fill on the target` {
    @Test func `is offset on the hedge venue in the same step`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        let bid = try #require(stage.quote(.buy))
        // 0.01 BTC were bought: 0.01 are sold, no lower than a thousandth below the bid.
        #expect(actions(stage.fill(bid, 1_000), in: 2) == ["place 5 sell 10@649350"])
        #expect(stage.hedge.unhedged == ExactDecimal("0.01")!)
        #expect(stage.hedge.sent == 1)
        let order = try #require(stage.hedging)
        stage.fill(order.id, 10, at: 650_000)
        #expect(stage.hedge.unhedged == .zero)
        #expect(stage.hedge.since == nil)
        #expect(stage.hedge.fills == 1)
        #expect(stage.engine.status.markets[2].position == Quantity(lots: -10))
    }

    @Test func `of a sell is bought back, no higher than a thousandth above the ask`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        let ask = try #require(stage.quote(.sell))
        #expect(actions(stage.fill(ask, 400), in: 2) == ["place 5 buy 4@650651"])
    }

    @Test func `waits until there is enough to hedge`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        let bid = try #require(stage.quote(.buy))
        #expect(actions(stage.fill(bid, 150), in: 2) == [])
        #expect(actions(stage.fill(bid, 49), in: 2) == [])
        #expect(stage.hedge.since == nil)
        #expect(stage.hedge.unhedged == ExactDecimal("0.00199")!)
        #expect(actions(stage.wait(.seconds(20)), in: 2) == [])
        #expect(stage.withheld == nil)
        stage.settleQuotes()
        let next = try #require(stage.quote(.buy))
        // 0.00265 BTC: what is less than a lot there stays.
        #expect(actions(stage.fill(next, 66), in: 2).map { $0.dropFirst(8) } == ["sell 2@649350"])
    }

    @Test func `counts without what was paid for it in the base asset`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        let bid = try #require(stage.quote(.buy))
        let effects = stage.fill(bid, 1_000, commission: "20.7584", base: "0.00001")
        // 0.00999 BTC were received: 0.009 in lots of the hedge market.
        #expect(actions(effects, in: 2) == ["place 5 sell 9@649350"])
        #expect(stage.hedge.unhedged == ExactDecimal("0.00999")!)
    }

    @Test func `is hedged in parts where one order may not hold it`() throws {
        var hedge = MirrorStage.hedge
        hedge.maxOrderValue = Cash(whole: 300)
        var stage = MirrorStage.quoting(hedge: hedge)
        stage.settleQuotes()
        let bid = try #require(stage.quote(.buy))
        #expect(actions(stage.fill(bid, 1_000), in: 2) == ["place 5 sell 4@649350"])
        let first = try #require(stage.hedging)
        #expect(actions(stage.fill(first.id, 4, at: 650_000), in: 2).map { $0.suffix(13) } == ["sell 4@649350"])
    }
}

@Suite struct `A hedge order` {
    private func hedging(_ lots: Int64 = 1_000) throws -> (MirrorStage, ClientOrderID) {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        stage.fill(try #require(stage.quote(.buy)), lots)
        return (stage, try #require(stage.hedging).id)
    }

    @Test func `is the only one: what fills meanwhile waits for its end, and then goes at once`() throws {
        var (stage, first) = try hedging()
        stage.settleQuotes()
        let bid = try #require(stage.quotes.first { $0.side == .buy && $0.state == .working })
        #expect(actions(stage.fill(bid.id, 500), in: 2) == [])
        #expect(actions(stage.wait(.seconds(1)), in: 2) == [])
        // All of the first has filled: the 0.005 that are left follow in the same step.
        #expect(actions(stage.fill(first, 10, at: 650_000), in: 2).map { $0.suffix(13) } == ["sell 5@649350"])
    }

    @Test func `that fills in part is followed by the rest, after a pause and at the price of the moment`() throws {
        var (stage, first) = try hedging()
        #expect(actions(stage.fill(first, 3, at: 649_900), in: 2) == [])
        #expect(actions(stage.account(.done(first, .expired, filled: Quantity(lots: 3))), in: 2) == [])
        stage.book(.reference, 649_000, 649_001)
        let effects = stage.wait(.milliseconds(300))
        #expect(actions(effects, in: 2).map { $0.suffix(13) } == ["sell 7@648351"])
        #expect(stage.hedge.failed == 0)
    }

    @Test func `that ends before its fills are told is not repeated until they are booked`() throws {
        var (stage, first) = try hedging()
        let ended = stage.account(.done(first, .expired, filled: Quantity(lots: 10)))
        #expect(ended.contains(.fetchFills(MarketID(2))))
        #expect(actions(stage.wait(.seconds(3)), in: 2) == [])
        stage.fill(MarketID(2), first, .sell, 650_000, 10)
        #expect(stage.hedge.unhedged == .zero)
        #expect(actions(stage.wait(.seconds(3)), in: 2) == [])
    }

    @Test func `whose reply is lost is asked for, and was filled: nothing is sent twice`() throws {
        var (stage, first) = try hedging()
        stage.account(.unresolved(first, .place))
        let waiting = stage.wait(.seconds(4))
        #expect(actions(waiting, in: 2) == [])
        #expect(waiting.contains(.query(first, MarketID(2))))
        let report = OrderReport(
            market: MarketID(2), clientOrderID: first, venueOrderID: VenueOrderID(99), side: .sell,
            price: Price(ticks: 649_350), quantity: Quantity(lots: 10), filled: Quantity(lots: 10),
            status: .done(.filled))
        #expect(actions(stage.account(.report(report)), in: 2) == [])
        stage.fill(MarketID(2), first, .sell, 650_000, 10)
        #expect(stage.hedge.unhedged == .zero)
        #expect(actions(stage.wait(.seconds(30)), in: 2) == [])
    }

    @Test func `that never arrived is sent again, once that is certain`() throws {
        var (stage, first) = try hedging()
        stage.account(.unresolved(first, .place))
        let sent = stage.now
        stage.wait(.seconds(4))
        // Asked too early, the answer is no evidence.
        #expect(actions(stage.account(.notFound(first, askedAt: stage.now)), in: 2) == [])
        stage.wait(.seconds(12))
        #expect(stage.now >= sent + .seconds(15))
        let effects = stage.account(.notFound(first, askedAt: stage.now))
        #expect(actions(effects, in: 2).map { $0.suffix(14) } == ["sell 10@649350"])
        #expect(stage.hedge.sent == 2)
    }

    @Test func `that is given up and fills after all is taken back`() throws {
        var (stage, first) = try hedging()
        stage.account(.unresolved(first, .place))
        stage.wait(.seconds(16))
        stage.account(.notFound(first, askedAt: stage.now))
        let second = try #require(stage.hedging).id
        stage.fill(second, 10, at: 650_000)
        #expect(stage.hedge.unhedged == .zero)
        let late = stage.fill(MarketID(2), first, .sell, 650_000, 10)
        #expect(stage.hedge.unhedged == ExactDecimal("-0.01")!)
        #expect(actions(late, in: 2).map { $0.suffix(13) } == ["buy 10@650651"])
    }

    @Test func `that seems to rest is asked for`() throws {
        var (stage, first) = try hedging()
        stage.account(.accepted(first, VenueOrderID(99)))
        #expect(!stage.wait(.milliseconds(1_900)).contains(.query(first, MarketID(2))))
        let effects = stage.wait(.seconds(6))
        #expect(effects.count { $0 == .query(first, MarketID(2)) } == 2)
        #expect(actions(effects, in: 2) == [])
    }

    @Test func `is not held up by the limit on messages`() throws {
        var stage = MirrorStage.quoting { $0.limits.maxMessages = 4 }
        stage.settleQuotes()
        let effects = stage.fill(try #require(stage.quote(.buy)), 1_000)
        #expect(actions(effects, in: 2).count == 1)
    }

    @Test func `goes out while the target's private stream is down`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        let bid = try #require(stage.quote(.buy))
        stage.venue(.privateStreamDown, of: .target)
        #expect(actions(stage.fill(bid, 1_000), in: 2) == ["place 5 sell 10@649350"])
    }

    @Test func `goes out while a person has paused the quotes`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        let bid = try #require(stage.quote(.buy))
        stage.command(.pause)
        #expect(actions(stage.fill(bid, 1_000), in: 2) == ["place 5 sell 10@649350"])
    }

    @Test func `is cut to what the limits of its market leave`() throws {
        var stage = MirrorStage.quoting {
            $0.markets[0].limits.maxPositionValue = Cash(whole: 400)
            $0.markets[2].limits.maxPositionValue = Cash(whole: 400)
            $0.markets[0].limits.maxOrderValue = Cash(whole: 600)
        }
        stage.settleQuotes()
        // Filled by more than the limit allows: the venue's word counts. 400 are worth 6 lots at 65,000.
        let effects = stage.fill(MarketID(0), nil, .buy, 20_700_000, 1_000)
        #expect(actions(effects, in: 2).map { $0.suffix(13) } == ["sell 6@649350"])
    }
}

@Suite struct `The slippage of a hedge` {
    @Test func `is measured from the mid at which its cause was booked, and is a source of its own`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        stage.fill(try #require(stage.quote(.buy)), 1_000)
        let order = try #require(stage.hedging)
        stage.book(.reference, 649_800, 649_801)
        stage.fill(order.id, 10, at: 649_790, commission: "0.3249")
        let status = stage.engine.status.markets[2]
        // Sold at 64,979.0 what was 65,000.05 when it was bought: −21.05 × 0.01. The mid has since come by 20.
        #expect(status.hedging == Cash("-0.2105")!)
        #expect(stage.hedge.slippage == Cash("-0.2105")!)
        #expect(status.spreadCapture == .zero)
        #expect(status.inventory == Cash("0.2")!)
        #expect(status.equityChange == Cash("-0.3354")!)
    }

    @Test func `averages over causes`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        let bid = try #require(stage.quote(.buy))
        stage.fill(bid, 100)
        stage.book(.reference, 649_800, 649_801)
        stage.fill(bid, 300)
        let order = try #require(stage.hedging)
        stage.fill(order.id, 4, at: 649_800)
        // (1 × 65,000.05 + 3 × 64,980.05) ÷ 4 = 64,985.05, against 64,980.
        #expect(stage.hedge.slippage == Cash("-0.0202")!)
    }
}
