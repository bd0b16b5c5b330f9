import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing
import TradingEngine

@Suite struct `After a pause` {
    @Test func `quotes are priced from the market as it is, not as it was`() {
        var stage = Stage.quoting()
        stage.acceptAll()
        stage.venue(.privateStreamDown)
        for order in stage.engine.status.markets[0].orders {
            stage.account(.done(order.id, .canceled, filled: .zero))
        }
        stage.wait(.seconds(2), bid: 10_099, ask: 10_101)
        let effects = stage.venue(.privateStreamUp)
        #expect(actions(effects) == ["place 3 buy 1982@10090", "place 4 sell 1978@10110"])
    }
}

@Suite struct `A cycle` {
    /// 0.2 × 1,000 is more than one order may be worth, and than the position limit leaves.
    @Test func `sells what it bought although one order may not spend the whole share`() throws {
        var stage = Stage.quoting(strategy: .cycle(cycleParameters))
        #expect(actions(stage.effects) == ["place 1 buy 6006@9990"])
        stage.acceptAll()
        let bid = try #require(stage.order(.buy))
        #expect(actions(stage.fill(bid, .buy, 9_990, 6_006)) == ["place 2 sell 5994@10010 reduce"])
        stage.acceptAll()
        let first = try #require(stage.order(.sell))
        #expect(actions(stage.fill(first, .sell, 10_010, 5_994)) == ["place 3 sell 12@10010 reduce"])
        stage.acceptAll()
        let rest = try #require(stage.order(.sell))
        #expect(actions(stage.fill(rest, .sell, 10_010, 12)) == ["place 4 buy 6006@9990"])
    }

    @Test func `buys within what the position limit leaves, not cut again by a small move`() throws {
        var limits = makeMarketLimits()
        limits.maxOrderValue = Cash(whole: 500)
        var stage = Stage.quoting(strategy: .cycle(cycleParameters), marketLimits: limits)
        #expect(actions(stage.effects) == ["place 1 buy 8750@9990"])
        stage.acceptAll()
        #expect(actions(stage.wait(.seconds(5), bid: 10_019, ask: 10_021)) == [])
        let bid = try #require(stage.order(.buy))
        #expect(actions(stage.fill(bid, .buy, 9_990, 8_750)) == ["place 2 sell 8750@10031 reduce"])
    }

    @Test func `closes in parts a position that one order may not hold`() throws {
        var stage = Stage.quoting(strategy: .cycle(cycleParameters), position: 9_000)
        let placed = actions(stage.effects)
        #expect(placed == ["place 1 sell 5994@10010 reduce"])
        stage.acceptAll()
        let first = try #require(stage.order(.sell))
        let effects = stage.fill(first, .sell, 10_010, 5_994)
        #expect(actions(effects) == ["place 2 sell 3006@10010 reduce"])
    }
}

@Suite struct `A venue that refuses every cancel` {
    @Test func `is asked less and less often`() throws {
        var stage = Stage.quoting()
        stage.acceptAll()
        var effects = stage.venue(.privateStreamDown)
        var cancels = 0
        // Answers come at once, with the next timer: one minute of it.
        for _ in 0..<600 {
            var next: [Effect] = []
            for effect in effects {
                switch effect {
                case .send(let approved):
                    guard case .cancel(let id, _) = approved.action else { continue }
                    cancels += 1
                    let said = VenueRejection(kind: .rateLimited, code: -1016, message: "shutting down")
                    next += stage.account(.rejected(id, .cancel, said))
                case .query(let id, let market):
                    let order = try #require(stage.engine.status.markets[0].orders.first { $0.id == id })
                    let report = OrderReport(
                        market: market, clientOrderID: id, venueOrderID: VenueOrderID(Int64(id.sequence)),
                        side: order.side, price: order.price, quantity: order.remaining, filled: .zero,
                        status: .working)
                    next += stage.account(.report(report))
                default: break
                }
            }
            effects = next + stage.wait(.milliseconds(100))
        }
        #expect(cancels > 4)
        #expect(cancels < 40)
    }
}

@Suite struct `Configured pauses` {
    private func engine(retry: TimeSpan = .zero, decision: TimeSpan = .zero) -> Stage {
        var stage = Stage()
        stage.engine = TradingEngine(
            EngineConfiguration(
                markets: [
                    MarketConfiguration(
                        instrument: makeInstrument(), strategy: .fixedSpread(spreadParameters),
                        limits: makeMarketLimits())
                ], limits: makeAccountLimits(), epoch: 7, retryPause: retry, decisionInterval: decision))
        stage.account(.balance(wallet: Cash(whole: 1_000), available: nil, asOf: stage.now))
        stage.book(9_999, 10_001)
        stage.venue(.ready)
        return stage
    }

    @Test func `hold a side back after a refused order for as long as configured`() {
        var stage = engine(retry: .seconds(5))
        let bid = ClientOrderID(epoch: 7, sequence: 1)
        stage.account(.rejected(bid, .place, VenueRejection(kind: .other, code: -1, message: "no")))
        #expect(actions(stage.wait(.milliseconds(4_900))).allSatisfy { !$0.contains("buy") })
        #expect(actions(stage.wait(.milliseconds(300))).contains { $0.hasPrefix("place") && $0.contains("buy") })
    }

    @Test func `let time alone move quotes only as often as configured, but withhold them at once`() {
        var stage = engine(decision: .seconds(20))
        stage.acceptAll()
        // The round of 30 s is over; the last word of the model was at 0 s, 20 s and 40 s.
        stage.now = stage.now + .milliseconds(1_900)
        #expect(actions(stage.step(.timer)) == [])
        stage.now = stage.now + .milliseconds(200)
        #expect(actions(stage.step(.timer)) == ["cancel 1", "cancel 2"])
    }
}

@Suite struct `Short capital` {
    @Test func `is told of once in ten minutes, not with each order`() {
        var stage = Stage.quoting()
        var alarms = 0
        for _ in 0..<20 {
            for order in stage.engine.status.markets[0].orders where order.state == .pendingNew {
                let said = VenueRejection(kind: .capital, code: -2019, message: "Margin is insufficient.")
                alarms += incidents(stage.account(.rejected(order.id, .place, said)), .alarm).count
            }
            stage.wait(.seconds(12))
        }
        #expect(alarms == 1)
    }
}

@Suite struct `An answer overtaken by the stream` {
    @Test func `does not bring a position back that is over`() {
        var stage = Stage.quoting(wallet: 5)
        let later = stage.now + .seconds(2)
        let entry = ExactDecimal("1")!
        stage.account(.position(MarketID(0), .zero, entryPrice: .zero, asOf: later))
        stage.account(.position(MarketID(0), Quantity(lots: 500), entryPrice: entry, asOf: stage.now))
        #expect(stage.engine.status.markets[0].position == .zero)
    }
}
