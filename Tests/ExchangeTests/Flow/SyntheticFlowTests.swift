import Exchange
import Fundamentals
import MarketModel
import Testing

@Suite struct `Synthetic flow is like the measured market` {
    static let start = Instant(milliseconds: 1_723_161_240_000)
    /// As BTCUSDT was: ticks of 0.1, lots of 0.001, a price of 61,000.
    static let bitcoin = market(symbol: "BTCUSDT", tick: "0.1", lot: "0.001")
    static let price = Price(ticks: 610_000)

    static func market(symbol: String, tick: String, lot: String) -> MarketDefinition {
        MarketDefinition(
            instrument: Instrument(
                market: MarketID(0), symbol: symbol, baseAsset: "B", quoteAsset: "USDT", settlementAsset: "USDT",
                tickSize: ExactDecimal(tick)!, lotSize: ExactDecimal(lot)!,
                priceRange: Price(ticks: 1)...Price(ticks: 1_000_000_000),
                quantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000_000),
                marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000_000), minNotional: Cash(whole: 5),
                collarUp: .basisPoints(11_500), collarDown: .basisPoints(8_500), marketTakeBound: .basisPoints(500),
                maxOpenOrders: 200, makerFee: .basisPoints(1), takerFee: .basisPoints(4))!)
    }

    static func flow(
        seed: UInt64, _ market: MarketDefinition = bitcoin, price: Price = price,
        _ parameters: SyntheticParameters? = nil
    ) throws -> SyntheticFlow {
        try #require(
            SyntheticFlow(
                seed: seed, instrument: market.instrument, startPrice: price, startingAt: start, parameters: parameters)
        )
    }

    /// Bands around the recording's figures: wide enough for other seeds, too narrow for another model.
    @Test func `ten minutes on the exchange have the recording's figures`() throws {
        let measured = FlowStatistics(
            try Self.flow(seed: 2), market: Self.bitcoin, from: Self.start, lasting: .seconds(600))
        let bands: [(name: String, value: Double, band: ClosedRange<Double>)] = [
            ("trades/s, 62.1", measured.tradesPerSecond, 45...85),
            ("market orders/s, 15.8", measured.ordersPerSecond, 12...20),
            ("level changes/s, 1,292", measured.changesPerSecond, 1_150...1_450),
            ("share of removals, 0.22", measured.removalShare, 0.19...0.25),
            ("median order in lots, 30", measured.orderSize(0.5), 25...35),
            ("p90 of orders over median, 21.8", measured.orderSize(0.9) / measured.orderSize(0.5), 16...28),
            ("p99 of orders over median, 237", measured.orderSize(0.99) / measured.orderSize(0.5), 150...350),
            ("sign autocorrelation at lag 1, 0.20", measured.signAutocorrelation(1), 0.15...0.26),
            ("at lag 2, 0.20", measured.signAutocorrelation(2), 0.14...0.25),
            ("at lag 5, 0.16", measured.signAutocorrelation(5), 0.11...0.21),
            ("at lag 10, 0.12", measured.signAutocorrelation(10), 0.07...0.17),
            ("median gap in ms, 27", measured.gapMilliseconds(0.5), 18...38),
            ("p99 of gaps in ms, 418", measured.gapMilliseconds(0.99), 300...600),
            ("Fano factor of a second's orders, 25.6", measured.fano, 12...35),
            ("time at a spread of one tick, 0.942", measured.oneTickShare, 0.91...0.97),
            ("deviation of a second's return in bps, 1.21", measured.returnDeviation, 0.8...1.6),
            ("its kurtosis, 21.6", measured.returnKurtosis, 9...50),
        ]
        for (name, value, band) in bands {
            #expect(band.contains(value), "\(name): measured \(value), expected \(band). All: \(measured)")
        }
    }

    @Test func `a market with large ticks stays tight and moves as much`() throws {
        let aster = Self.market(symbol: "ASTERUSDT", tick: "0.0001", lot: "0.01")
        let price = Price(ticks: 18_480)
        let parameters = SyntheticParameters.calm(on: aster.instrument, startPrice: price)
        let measured = FlowStatistics(
            try Self.flow(seed: 5, aster, price: price, parameters), market: aster, from: Self.start,
            lasting: .seconds(1_200))
        #expect((3...5).contains(measured.ordersPerSecond), "\(measured)")
        #expect((0.95...1).contains(measured.oneTickShare), "\(measured)")
        #expect((0.7...1.7).contains(measured.returnDeviation), "\(measured)")
    }
}

extension `Synthetic flow is like the measured market` {
    @Test func `Bitcoin is played as it was measured, everything else as a smaller market`() {
        var bitcoin = Self.market(symbol: "BTCUSDT", tick: "0.1", lot: "0.001").instrument
        bitcoin.baseAsset = "BTC"
        let aster = Self.market(symbol: "ASTERUSDT", tick: "0.0001", lot: "0.01").instrument
        let price = Price(ticks: 18_500)
        #expect(SyntheticParameters.typical(of: aster, startPrice: price) == .altcoin(on: aster, startPrice: price))
        #expect(
            SyntheticParameters.typical(of: bitcoin, startPrice: price) == .measured(on: bitcoin, startPrice: price))
    }

    @Test func `the market of rehearsals is as lively as the recorded one`() throws {
        let aster = Self.market(symbol: "ASTERUSDT", tick: "0.0001", lot: "0.01")
        let price = Price(ticks: 18_500)
        let parameters = SyntheticParameters.altcoin(on: aster.instrument, startPrice: price)
        let measured = FlowStatistics(
            try Self.flow(seed: 5, aster, price: price, parameters), market: aster, from: Self.start,
            lasting: .seconds(1_200))
        #expect((1.8...2.9).contains(measured.ordersPerSecond), "\(measured)")
        #expect((0.8...1).contains(measured.oneTickShare), "\(measured)")
        #expect((1.3...2.9).contains(measured.returnDeviation), "\(measured)")
    }
}

@Suite struct `Synthetic flow is deterministic and sound` {
    typealias Model = `Synthetic flow is like the measured market`

    @Test func `one seed gives the same events on every machine and in every build`() throws {
        var digests: [String] = []
        for _ in 0..<2 {
            var flow = try Model.flow(seed: 42)
            var digest = Digest()
            for _ in 0..<30_000 {
                digest.absorb(try #require(flow.nextDue).nanoseconds)
                let event = flow.next()
                digest.absorb(try #require(event))
            }
            digests.append(digest.description)
        }
        #expect(digests == ["ca4b1822163fcebd", "ca4b1822163fcebd"])
        var other = try Model.flow(seed: 43)
        var flow = try Model.flow(seed: 42)
        #expect((0..<10).map { _ in other.next() } != (0..<10).map { _ in flow.next() })
    }

    @Test func `time never runs backwards, books are sorted and apart, and the exchange follows them`() throws {
        var flow = try Model.flow(seed: 7)
        var exchange = Exchange(markets: [Model.bitcoin], startingAt: Model.start)
        var events: [ExchangeEvent] = []
        var last = Model.start
        var books = 0
        for _ in 0..<60_000 {
            let due = try #require(flow.nextDue)
            #expect(due >= last)
            last = due
            guard let event = flow.next() else { break }
            exchange.apply(event, at: due, into: &events)
            events.removeAll(keepingCapacity: true)
            guard case .book(let market, let bids, let asks) = event else { continue }
            books += 1
            let shown = exchange.book(market, depth: 20)
            #expect(shown.bids.prefix(bids.count).elementsEqual(bids))
            #expect(shown.asks.prefix(asks.count).elementsEqual(asks))
            #expect((8...20).contains(bids.count) && (8...20).contains(asks.count))
        }
        #expect(books > 500)
    }

    @Test func `an account's orders are met by the flow, and the book stays sound`() throws {
        var flow = try Model.flow(seed: 8)
        var exchange = Exchange(markets: [Model.bitcoin], startingAt: Model.start)
        let account = exchange.openAccount(balances: [("USDT", Cash(whole: 1_000_000))], at: Model.start)
        let market = Model.bitcoin.instrument.market
        var events: [ExchangeEvent] = []
        var serial = 0
        while let due = flow.nextDue, due < Model.start + .seconds(60), let event = flow.next() {
            exchange.apply(event, at: due, into: &events)
            events.removeAll(keepingCapacity: true)
            guard exchange.openOrders(of: account, in: nil).count < 2, let touch = exchange.touch(market) else {
                continue
            }
            for side in Side.allCases {
                serial += 1
                let order = NewOrder(
                    market: market, side: side, type: .limit, timeInForce: .goodTillCancel,
                    quantity: Quantity(lots: 10), price: side == .buy ? touch.bid.price : touch.ask.price,
                    clientOrderID: "o\(serial)")
                _ = try exchange.place(order, by: account, at: due, into: &events)
            }
        }
        let executions = exchange.executions(of: account, in: market)
        #expect(executions.contains { $0.side == .buy && $0.isMaker })
        #expect(executions.contains { $0.side == .sell && $0.isMaker })
        let touch = try #require(exchange.touch(market))
        #expect(touch.bid.price < touch.ask.price)
    }

    @Test func `extreme markets and parameters neither trap nor leave their bounds`() throws {
        var random = RandomSource(seed: 11)
        for seed in 0..<200 as Range<UInt64> {
            let price = Price(ticks: 100 << random.integer(in: 0...31))
            let drawn = SyntheticParameters(
                marketOrders: 1 + random.integer(in: 0...10_000_000) >> random.integer(in: 0...20),
                levelChanges: 1 + random.integer(in: 0...99_999_999) >> random.integer(in: 0...20),
                volatility: random.integer(in: 0...1_000_000_000) >> random.integer(in: 0...20),
                medianOrder: Quantity(lots: 1 + random.integer(in: 0...999_999) >> random.integer(in: 0...20)))
            let parameters: SyntheticParameters = try #require(drawn)
            var flow = try Model.flow(seed: seed, price: price, parameters)
            for _ in 0..<300 {
                guard case .book(_, let bids, let asks)? = flow.next() else { continue }
                let (bid, ask) = (try #require(bids.first), try #require(asks.first))
                #expect(bid.price < ask.price)
                #expect(bids.allSatisfy { $0.price.ticks > 0 })
                #expect((price.ticks / 4...price.ticks * 4).contains(bid.price.ticks))
            }
        }
    }

    @Test func `what cannot be a market is refused`() {
        for ticks in [Int64.min, -1, 0, 99, 1 << 38, .max] {
            #expect(
                SyntheticFlow(
                    seed: 1, instrument: Model.bitcoin.instrument, startPrice: Price(ticks: ticks),
                    startingAt: Model.start) == nil)
        }
        let median = Quantity(lots: 1)
        #expect(SyntheticParameters(marketOrders: 0, levelChanges: 1, volatility: 1, medianOrder: median) == nil)
        #expect(SyntheticParameters(marketOrders: 1, levelChanges: 0, volatility: 1, medianOrder: median) == nil)
        #expect(SyntheticParameters(marketOrders: 1, levelChanges: 1, volatility: -1, medianOrder: median) == nil)
        #expect(SyntheticParameters(marketOrders: 1, levelChanges: 1, volatility: 1, medianOrder: .zero) == nil)
    }
}

extension Digest {
    mutating func absorb(_ event: FlowEvent) {
        switch event {
        case .book(_, let bids, let asks):
            for level in bids + asks { absorb(level) }
        case .trade(_, let side, let quantity, let limit):
            absorb(side.sign * quantity.lots)
            absorb(limit.ticks)
        case .rest(_, let side, let level), .withdraw(_, let side, let level):
            absorb(side.sign)
            absorb(level)
        case .mark(_, _, _, let rate): absorb(rate.parts)
        }
    }

    private mutating func absorb(_ level: BookLevel) {
        absorb(level.price.ticks)
        absorb(level.quantity.lots)
    }
}
