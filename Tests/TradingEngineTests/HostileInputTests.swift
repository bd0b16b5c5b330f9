import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing
import TradingEngine

/// Inputs with any value that their types can hold.
private struct Noise {
    var random: RandomSource

    mutating func number() -> Int64 {
        switch random.integer(in: 0...7) {
        case 0: .max
        case 1: .min
        case 2: 0
        case 3: -1
        case 4: random.integer(in: .min ... .max)
        case 5: random.integer(in: 9_000...11_000)
        default: random.integer(in: 1...3_000)
        }
    }
    mutating func cash() -> Cash {
        switch random.integer(in: 0...4) {
        case 0: Cash(units: .max)
        case 1: Cash(units: .min)
        default: Cash(units: Int128(number()) * 1_000)
        }
    }
    mutating func id() -> ClientOrderID {
        ClientOrderID(
            epoch: UInt32(random.integer(in: 6...8)), sequence: UInt32(random.integer(in: 1...40)))
    }
    mutating func market() -> MarketID { MarketID(Int(random.integer(in: -1...3))) }
    mutating func price() -> Price { Price(ticks: number()) }
    mutating func quantity() -> Quantity { Quantity(lots: number()) }
    mutating func time() -> Instant { Instant(nanoseconds: number()) }
    mutating func side() -> Side { random.chance(1, in: 2) ? .buy : .sell }
    mutating func kind() -> RequestKind { RequestKind.allCases.randomElement(using: &random)! }
    mutating func reason() -> DoneReason { DoneReason.allCases.randomElement(using: &random)! }
    mutating func decimal() -> ExactDecimal {
        ExactDecimal(
            mantissa: random.chance(1, in: 4) ? .max : Int128(number()), scale: Int(random.integer(in: 0...30)))
    }
    mutating func level() -> BookLevel { BookLevel(price(), quantity()) }
    mutating func update() -> BookUpdate {
        BookUpdate(
            firstID: number(), lastID: number(), previousID: number(), venueTime: time(),
            bids: (0..<random.integer(in: 0...3)).map { _ in level() },
            asks: (0..<random.integer(in: 0...3)).map { _ in level() })
    }
    mutating func report() -> OrderReport {
        OrderReport(
            market: market(), clientOrderID: random.chance(1, in: 3) ? nil : id(), venueOrderID: VenueOrderID(number()),
            side: side(), price: random.chance(1, in: 4) ? nil : price(), quantity: quantity(), filled: quantity(),
            status: random.chance(1, in: 2) ? .working : .done(reason()))
    }

    mutating func input() -> Input {
        switch random.integer(in: 0...31) {
        case 0: .market(.snapshot(market(), update()))
        case 1: .market(.delta(market(), update()))
        case 2: .market(.touch(market(), Touch(bid: level(), ask: level()), bookID: number(), venueTime: time()))
        case 3: .market(.mark(market(), price: decimal(), fundingRate: Rate(parts: number()), nextFunding: time()))
        case 4: .market(.bookLost(market()))
        case 5: .account(.accepted(id(), VenueOrderID(number())))
        case 6: .account(.amended(id(), price: price(), quantity: quantity()))
        case 7: .account(.rejected(id(), kind(), rejection()))
        case 8: .account(.unresolved(id(), kind()))
        case 9, 10: .account(.filled(fill()))
        case 11: .account(.done(id(), reason(), filled: random.chance(1, in: 3) ? nil : quantity()))
        case 12: .account(.report(report()))
        case 13: .account(.notFound(id(), askedAt: time()))
        case 14: .account(.openOrders(market(), (0..<random.integer(in: 0...3)).map { _ in report() }, asOf: time()))
        case 15:
            .account(
                .position(
                    market(), quantity(), entryPrice: decimal(), asOf: time(),
                    mark: random.chance(1, in: 2) ? nil : decimal()))
        case 16: .account(.balance(wallet: cash(), available: random.chance(1, in: 2) ? nil : cash(), asOf: time()))
        case 17: .account(.funding(random.chance(1, in: 3) ? nil : market(), cash(), venueTime: time()))
        case 18: .account(.fillsComplete(market(), asOf: time()))
        case 19: .venue(random.chance(1, in: 2) ? .privateStreamUp : .ready)
        case 20: .venue(.deadMansSwitch(market(), deadline: random.chance(1, in: 2) ? nil : time()))
        case 21: .venue(random.chance(1, in: 3) ? .throttled(until: time()) : .privateStreamDown)
        case 22: .venue(.roundTrip(TimeSpan(nanoseconds: number())))
        case 24: .market(.trade(market(), trade()))
        case 25: .market(.mark(market(), price: sane(), fundingRate: Rate(parts: number()), nextFunding: time()))
        case 23: .command(random.chance(1, in: 3) ? .flatten : .resume)
        case 28, 29:
            .account(.holding(venue(), asset: asset(), total: cash(), available: nil, asOf: time()))
        case 30: .venue(random.chance(1, in: 3) ? .closed : .ready, of: venue())
        case 31: .account(.filled(spotFill()))
        default: .timer
        }
    }

    mutating func venue() -> VenueID { VenueID(Int(random.integer(in: -1...2))) }
    mutating func asset() -> String { ["BTC", "TWD", "USDT", "?"].randomElement(using: &random)! }

    private mutating func spotFill() -> Fill {
        var fill = fill()
        fill.baseCommission = cash()
        fill.thirdAssetCommission = random.chance(1, in: 2) ? .zero : cash()
        return fill
    }

    private mutating func trade() -> PublicTrade {
        PublicTrade(
            id: TradeID(number()), price: price(), quantity: quantity(), aggressor: side(), venueTime: time())
    }

    private mutating func sane() -> ExactDecimal {
        ExactDecimal(mantissa: Int128(random.integer(in: 9_800...10_200)), scale: 4)
    }

    private mutating func rejection() -> VenueRejection {
        VenueRejection(kind: VenueRejection.Kind.allCases.randomElement(using: &random)!, code: number(), message: "?")
    }

    private mutating func fill() -> Fill {
        Fill(
            market: market(), trade: TradeID(number()), clientOrderID: random.chance(1, in: 4) ? nil : id(),
            venueOrderID: VenueOrderID(number()), side: side(), price: price(), quantity: quantity(), isMaker: true,
            commission: cash(), realized: random.chance(1, in: 2) ? nil : cash(), venueTime: time())
    }
}

@Suite struct `Hostile input` {
    private var skewParameters: InventorySkewParameters {
        InventorySkewParameters(
            k: ExactDecimal("0.01")!, alpha: ExactDecimal("0.5")!, beta: ExactDecimal("1")!, baseSpread: Rate("0.001")!,
            notionalCap: Cash(whole: 20), inventorySensitivity: ExactDecimal("0.7")!, minOrderSize: ExactDecimal("5")!,
            minEdge: .zero)
    }
    private var percentParameters: PercentSpreadParameters {
        PercentSpreadParameters(
            spread: Rate("0.001")!, orderSize: ExactDecimal("20")!, refreshInterval: .seconds(1),
            priceMoveThreshold: Rate("0.002")!, volatilityFactor: ExactDecimal("0.5")!,
            inventorySkew: ExactDecimal("1")!, depthAhead: Cash(whole: 50))
    }

    @Test(arguments: 1...36)
    func `never stops the engine, and the books still balance`(seed: UInt64) {
        var noise = Noise(random: RandomSource(seed: seed))
        let strategies: [StrategyConfiguration] = [
            .cycle(cycleParameters), .fixedSpread(spreadParameters), .inventorySkew(skewParameters),
            .percentSpread(percentParameters),
        ]
        var stage = Stage.quoting(
            markets: 2, strategy: strategies[Int(seed % 4)], amends: AmendStyle.allCases[Int(seed % 3)])
        for _ in 0..<2_000 {
            stage.now = stage.now + .milliseconds(noise.random.integer(in: 0...50))
            stage.step(noise.input())
            if noise.random.chance(1, in: 6) { stage.book(9_999, 10_001, market: Int(noise.random.integer(in: 0...1))) }
            if noise.random.chance(1, in: 6) { stage.acceptAll() }
        }
        for market in stage.engine.status.markets {
            #expect(market.equityChange == market.spreadCapture + market.inventory - market.fees + market.funding)
            #expect(market.orders.count < 20)
        }
    }
    /// With orders on both venues, with margin on the other, or with a neutral holding.
    @Test(arguments: 1...36)
    func `never stops an engine on two venues either`(seed: UInt64) {
        var noise = Noise(random: RandomSource(seed: seed))
        var venues = TwoVenues()
        switch seed % 3 {
        case 0: venues.hedge = .fixedSpread(hedgeQuoter)
        case 1: venues.hedgeKind = .margin
        default: venues.neutralHolding = Cash("0.5")!
        }
        venues.maxNetExposure = seed % 2 == 0 ? nil : Cash(whole: 20_000)
        var stage = Stage.onTwoVenues(venues)
        for _ in 0..<2_000 {
            stage.now = stage.now + .milliseconds(noise.random.integer(in: 0...50))
            stage.step(noise.input())
            if noise.random.chance(1, in: 6) { stage.bookOnTwoVenues(twd: noise.random.integer(in: 2...6_000)) }
            if noise.random.chance(1, in: 6) { stage.acceptAll() }
        }
        let status = stage.engine.status
        for market in status.markets {
            #expect(market.sources.sum == market.equityChange)
            #expect(market.orders.count < 40)
        }
        #expect(status.totals.net == status.equityChange)
    }
}
