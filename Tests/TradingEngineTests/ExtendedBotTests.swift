import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing
import TradingEngine

/// ETH-USD: tick 0.1, lot 0.001.
private func makeEther(_ market: Int) -> Instrument {
    Instrument(
        market: MarketID(market), symbol: "ETH\(market)-USD", baseAsset: "ETH", quoteAsset: "USD",
        settlementAsset: "USD", tickSize: ExactDecimal("0.1")!, lotSize: ExactDecimal("0.001")!,
        priceRange: Price(ticks: 1)...Price(ticks: 1_000_000),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000),
        marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000), minNotional: .zero,
        collarUp: Rate("1.05")!, collarDown: Rate("0.95")!, marketTakeBound: Rate("0.05")!, maxOpenOrders: 200,
        makerFee: .zero, takerFee: Rate("0.00025")!)!
}

private let skewParameters = InventorySkewParameters(
    k: .zero, alpha: .zero, beta: .zero, baseSpread: Rate("0.001")!, notionalCap: Cash(whole: 10),
    inventorySensitivity: .zero, minOrderSize: ExactDecimal("0.001")!)

private let percentParameters = PercentSpreadParameters(
    spread: Rate("0.001")!, orderSize: ExactDecimal("0.005")!, refreshInterval: .seconds(5),
    priceMoveThreshold: Rate("0.002")!)

/// The description's settings: 1,000 of balance, at most 100 in a market.
private func makeStage(
    markets: Int = 1, _ strategy: StrategyConfiguration = .inventorySkew(skewParameters), position: Int64 = 0,
    maxOpenOrders: Int = 20, mid: Int64 = 20_000
) -> Stage {
    var limits = makeMarketLimits()
    limits.maxPositionValue = Cash(whole: 100)
    limits.maxOpenOrders = maxOpenOrders
    limits.maxRepeatedFills = 10_000
    var account = makeAccountLimits()
    account.maxExposure = Cash(whole: 1_000)
    account.maxMessages = 10_000
    account.minBalance = Cash(whole: 50)
    return Stage.quoting(
        markets: markets, strategy: strategy, amends: .replacement, limits: account, marketLimits: limits,
        position: position, bid: mid - 1, ask: mid + 1, instrument: makeEther)
}

extension Stage {
    fileprivate func sides(_ market: Int = 0) -> [Side] { engine.status.markets[market].orders.map(\.side) }

    /// Fills every bid to the end, one after the other, until there is none.
    fileprivate mutating func sellIntoBids(_ price: Int64) {
        for _ in 0..<100 {
            acceptAll()
            guard let bid = engine.status.markets[0].orders.first(where: { $0.side == .buy }) else { return }
            fill(bid.id, .buy, price, bid.remaining.lots)
        }
    }
}

/// The eight numbered examples in the description of the Extended Avellaneda–Stoikov bot.
@Suite struct `The worked examples of the Extended bot` {
    @Test func `1: 0.005 ETH are bid at 1998 and offered at 2002`() {
        let stage = makeStage()
        #expect(actions(stage.effects) == ["place 1 buy 5@19980", "place 2 sell 5@20020"])
    }

    @Test func `2: long for 10 of 100 it goes on quoting both sides`() throws {
        var stage = makeStage()
        stage.acceptAll()
        #expect(actions(stage.fill(stage.order(.buy), .buy, 19_980, 5)) == ["place 3 buy 5@19980"])
        #expect(stage.engine.status.markets[0].positionValue == Cash(whole: 10))
        #expect(Set(stage.sides()) == [.buy, .sell])
    }

    @Test func `3: long for 100 of 100 it only offers`() {
        var stage = makeStage()
        stage.sellIntoBids(19_980)
        #expect(stage.engine.status.markets[0].position == Quantity(lots: 50))
        #expect(stage.sides() == [.sell])
    }

    @Test func `4: no sequence of fills makes more of it`() {
        var stage = makeStage()
        for _ in 0..<20 {
            stage.sellIntoBids(19_980)
            stage.wait(.seconds(1), bid: 19_999, ask: 20_001)
            #expect(stage.engine.status.markets[0].positionValue <= Cash(whole: 100))
        }
        #expect(stage.engine.status.markets[0].maxExposure <= Cash(whole: 100))
    }

    @Test func `5: at 4000 the same 100 are 0.025 ETH`() {
        var stage = makeStage(mid: 40_000)
        stage.sellIntoBids(39_960)
        #expect(stage.engine.status.markets[0].position == Quantity(lots: 25))
        #expect(stage.sides() == [.sell])
        // What was the limit at 2000 is twice the limit now.
        var risen = makeStage(position: 50, mid: 40_000)
        risen.acceptAll()
        #expect(risen.sides() == [.sell])
    }

    @Test func `6: open orders are counted in each market by itself`() {
        var stage = makeStage(markets: 3, maxOpenOrders: 2)
        stage.acceptAll()
        #expect(stage.engine.status.markets.map(\.orders.count) == [2, 2, 2])
        let tight = makeStage(markets: 2, maxOpenOrders: 1)
        #expect(tight.engine.status.markets.map(\.orders.count) == [1, 1])
    }

    @Test func `7: every market is quoted by itself, from its own book`() {
        var stage = makeStage(markets: 2)
        stage.acceptAll()
        stage.step(.market(.bookLost(MarketID(1))))
        stage.wait(.milliseconds(600), withBook: false)
        #expect(stage.engine.status.markets[0].withheld == nil)
        #expect(stage.engine.status.markets[1].withheld != nil)
    }

    @Test func `8: a market at its limit takes nothing from another`() {
        var stage = makeStage(markets: 2)
        stage.sellIntoBids(19_980)
        #expect(stage.sides(0) == [.sell])
        #expect(Set(stage.sides(1)) == [.buy, .sell])
    }
}

@Suite struct `The percent quoter in the engine` {
    private func mark(_ price: String) -> Input {
        .market(.mark(MarketID(0), price: ExactDecimal(price)!, fundingRate: .zero, nextFunding: .distantFuture))
    }

    @Test func `without any mark quotes nothing, and says why`() {
        var stage = makeStage(.percentSpread(percentParameters))
        #expect(actions(stage.effects) == [])
        #expect(incidents(stage.effects, .warning).count == 1)
        #expect(stage.engine.status.markets[0].absence?.contains("no mark price") == true)
        #expect(actions(stage.step(mark("2000"))) == ["place 1 buy 5@19980", "place 2 sell 5@20020"])
        #expect(stage.engine.status.markets[0].priceSource == .mark)
        #expect(stage.engine.status.markets[0].mark == ExactDecimal("2000")!)
        #expect(stage.engine.status.markets[0].absence == nil)
    }

    @Test func `falls back to the mark of the position, marked as such, and pulls its quotes when that is too old`() {
        var stage = makeStage(.percentSpread(percentParameters))
        stage.step(mark("2000"))
        stage.acceptAll()
        stage.account(
            .position(MarketID(0), .zero, entryPrice: .zero, asOf: stage.now, mark: ExactDecimal("2000.4")!))
        var effects = stage.wait(.milliseconds(4_900), bid: 19_999, ask: 20_001)
        #expect(actions(effects) == [])
        effects = stage.wait(.seconds(1), bid: 19_999, ask: 20_001)
        #expect(incidents(effects, .warning).contains { $0.contains("a fallback that may be old") })
        #expect(stage.engine.status.markets[0].priceSource == .positionMark)
        #expect(stage.engine.status.markets[0].mark == nil)
        // The next round is around the fallback.
        effects = stage.wait(.seconds(5), bid: 19_999, ask: 20_001)
        #expect(actions(effects) == ["amend 1 buy 5@19983", "amend 2 sell 5@20025"])
        for order in stage.engine.status.markets[0].orders {
            let price = Price(ticks: order.side == .buy ? 19_983 : 20_025)
            stage.account(.amended(order.id, price: price, quantity: Quantity(lots: 5)))
        }
        effects = stage.wait(.seconds(60), bid: 19_999, ask: 20_001)
        #expect(stage.engine.status.markets[0].absence?.contains("no mark price") == true)
        #expect(actions(effects).contains { $0.hasPrefix("cancel") })
    }
}

@Suite struct `A model that needs volatility` {
    @Test func `is told of the wait once, and quotes when it is over`() {
        var parameters = skewParameters
        parameters.alpha = ExactDecimal("0.5")!
        var stage = makeStage(.inventorySkew(parameters))
        #expect(incidents(stage.effects, .notice).contains { $0.contains("were seen") })
        let early = stage.wait(.seconds(9), bid: 19_999, ask: 20_001)
        #expect(actions(early) == [])
        #expect(!incidents(early).contains { $0.contains("were seen") })
        let later = stage.wait(.seconds(2), bid: 19_999, ask: 20_001)
        #expect(actions(later) == ["place 1 buy 5@19980", "place 2 sell 5@20020"])
    }
}
