import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing
import TradingEngine

@Suite struct `A trade with ourselves` {
    /// Quoting, with the ids of a bid and an ask.
    private func working() throws -> (MirrorStage, bid: ClientOrderID, ask: ClientOrderID) {
        var stage = MirrorStage.quoting(hedge: nil)
        stage.settleQuotes()
        return (stage, try #require(stage.quote(.buy)), try #require(stage.quote(.sell)))
    }

    @Test func `known by its trade id on both sides, cancels everything, halts, and names both orders`() throws {
        var (stage, bid, ask) = try working()
        stage.fill(MarketID(0), bid, .buy, 20_800_000, 10, trade: 77)
        #expect(stage.engine.haltReason == nil)
        let effects = stage.fill(MarketID(0), ask, .sell, 20_800_000, 10, trade: 77)
        #expect(actions(effects) == ["cancelAll 0", "cancelAll 1", "cancelAll 2"])
        #expect(stage.engine.haltReason == "a trade with ourselves in BTCTWD, trade 77")
        let told = incidents(effects, .alarm)
        #expect(
            told.first
                == "BTCTWD: we traded with ourselves, trade 77: \(bid.text) bought and \(ask.text) sold, 0.00010 at 2080000.0"
        )
        #expect(stage.engine.status.selfTrades.certain == 1)
    }

    @Test func `flagged by the venue, halts at the first of its fills and is counted once`() throws {
        var (stage, bid, ask) = try working()
        let first = stage.fill(MarketID(0), ask, .sell, 20_800_000, 10, trade: 77, isSelfTrade: true)
        #expect(stage.engine.haltReason != nil)
        #expect(
            incidents(first, .alarm).first?.contains("an order that is not known yet bought and \(ask.text) sold")
                == true)
        let second = stage.fill(MarketID(0), bid, .buy, 20_800_000, 10, trade: 77, isSelfTrade: true)
        #expect(incidents(second, .alarm).contains { $0.contains("\(bid.text) bought and \(ask.text) sold") })
        #expect(stage.engine.status.selfTrades.certain == 1)
    }

    @Test func `stays halted until a person resumes`() throws {
        var (stage, bid, _) = try working()
        stage.fill(bid, 10, isSelfTrade: true)
        for order in stage.quotes { stage.account(.done(order.id, .canceled, filled: order.filled)) }
        #expect(actions(stage.wait(.minutes(2))).isEmpty)
        #expect(stage.withheld == .halted)
        #expect(actions(stage.command(.resume), in: 0).count == 4)
    }

    @Test func `the same fill told twice is one`() throws {
        var (stage, bid, _) = try working()
        stage.fill(bid, 10, trade: 5)
        #expect(stage.fill(MarketID(0), bid, .buy, 20_758_400, 10, trade: 5).isEmpty)
        #expect(stage.engine.status.selfTrades == SelfTradeCounts())
    }

    @Test func `one trade id in two markets is none`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        stage.fill(try #require(stage.quote(.buy)), 1_000, trade: 77)
        stage.fill(try #require(stage.hedging).id, 10, trade: 77)
        #expect(stage.engine.haltReason == nil)
    }

    @Test func `suspected by equal price and size within a second is told once a minute, and halts nothing`() throws {
        var (stage, _, _) = try working()
        stage.fill(MarketID(0), nil, .buy, 20_800_000, 10, venueID: 1)
        let first = stage.fill(MarketID(0), nil, .sell, 20_800_000, 10, venueID: 2, at: stage.now + .seconds(1))
        #expect(incidents(first, .alarm).count == 1)
        #expect(stage.fill(MarketID(0), nil, .sell, 20_800_000, 10, venueID: 3).isEmpty == false)
        #expect(stage.engine.status.selfTrades.suspected == 2)
        stage.wait(.minutes(1))
        stage.fill(MarketID(0), nil, .buy, 20_800_000, 10, venueID: 4)
        let later = stage.fill(MarketID(0), nil, .sell, 20_800_000, 10, venueID: 5)
        #expect(incidents(later, .alarm).count == 1)
        #expect(stage.engine.haltReason == nil)
    }

    @Test(arguments: [(20_800_001, 10, 0), (20_800_000, 11, 0), (20_800_000, 10, 1_001)])
    func `is not suspected of another price, another size or another second`(_ row: (Int64, Int64, Int64)) throws {
        var (stage, _, _) = try working()
        stage.fill(MarketID(0), nil, .buy, 20_800_000, 10, venueID: 1)
        let later = stage.now + .milliseconds(row.2)
        stage.fill(MarketID(0), nil, .sell, row.0, row.1, venueID: 2, at: later)
        #expect(stage.engine.status.selfTrades.suspected == 0)
    }

    @Test func `prevented by the venue more than five times an hour is told`() throws {
        var stage = MirrorStage.quoting(hedge: nil)
        var told: [String] = []
        for round in 0..<7 {
            stage.settleQuotes()
            let bid = try #require(stage.quote(.buy))
            let effects = stage.account(.done(bid, .selfTradePrevented, filled: .zero))
            // Told again of the same end, it is no other.
            told += incidents(effects + stage.account(.done(bid, .selfTradePrevented, filled: .zero)), .alarm)
            #expect(stage.engine.status.selfTrades.prevented == round + 1)
            #expect(told.count == (round < 5 ? 0 : 1))
            stage.wait(.seconds(30))
        }
    }

    @Test func `prevented five times an hour for hours is not`() throws {
        var stage = MirrorStage.quoting(hedge: nil)
        var told: [String] = []
        for _ in 0..<12 {
            stage.settleQuotes()
            let bid = try #require(stage.quote(.buy))
            told += incidents(stage.account(.done(bid, .selfTradePrevented, filled: .zero)), .alarm)
            stage.now = stage.now + .minutes(12)
            stage.books()
            stage.wait(.seconds(1))
        }
        #expect(told.isEmpty)
    }
}

@Suite struct `An order that would meet our own` {
    /// Two levels and a reference that leaps: new offers would meet bids that still stand.
    @Test(arguments: ["working", "pending cancel", "unresolved"])
    func `is not sent while the other is`(_ state: String) throws {
        var stage = MirrorStage.quoting(hedge: nil)
        stage.settleQuotes()
        // Down by 2 %: the offers would now stand below the old bids.
        stage.book(.target, 20_000_000, 21_000_000)
        stage.book(.reference, 637_000, 637_001)
        let old = stage.quotes.filter { $0.side == .buy }
        #expect(old.allSatisfy { $0.state == .pendingCancel })
        for order in stage.quotes where order.side == .sell {
            stage.account(.done(order.id, .canceled, filled: .zero))
        }
        switch state {
        case "unresolved": for order in old { stage.account(.unresolved(order.id, .cancel)) }
        case "working":
            for order in old {
                let said = VenueRejection(kind: .other, code: 1, message: "no")
                stage.account(.rejected(order.id, .cancel, said))
                stage.account(
                    .report(
                        OrderReport(
                            market: MarketID(0), clientOrderID: order.id,
                            venueOrderID: VenueOrderID(Int64(order.id.sequence)), side: .buy, price: order.price,
                            quantity: order.remaining, filled: .zero, status: .working)))
            }
        default: break
        }
        #expect(!actions(stage.wait(.milliseconds(300)), in: 0).contains { $0.contains("sell") })
        for order in stage.quotes where order.side == .buy {
            stage.account(.done(order.id, .canceled, filled: .zero))
        }
        stage.wait(.milliseconds(500))
        #expect(stage.quotes.count { $0.side == .sell } == 2)
    }

    @Test func `in another market is no hindrance`() throws {
        var stage = MirrorStage.quoting()
        stage.settleQuotes()
        // The hedge sells at 649,350 ticks there, far below our bid's 20,758,400 ticks here.
        #expect(actions(stage.fill(try #require(stage.quote(.buy)), 1_000), in: 2).count == 1)
    }
}
