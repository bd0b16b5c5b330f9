import Fundamentals
import MarketModel
import Quoting
import RiskControl
import TradingEngine

/// A seeded stretch of life at a spot venue with two quoted markets of one currency and one that converts it; the first is
/// quoted by a simple model, or by a ladder that mirrors a market elsewhere. Replies come
/// late or never, balances overtake fills, fees are taken in either asset. The venue is the oracle: it knows what is held,
/// and what its own orders lock.
struct SpotScript {
    private struct Resting {
        var id: ClientOrderID
        var spec: OrderSpec
        var filled = Quantity.zero
        var remaining: Quantity { spec.quantity - filled }
    }

    private(set) var engine: TradingEngine
    private(set) var violations: [String] = []
    private(set) var alarms: [String] = []
    private(set) var fillCount = 0
    private(set) var placedCount = 0
    private(set) var digest = Digest()
    /// In 10⁻¹² of each: BTC, ETH, USDT, TWD.
    private var held: [Cash]

    private static let assets = ["BTC", "ETH", "USDT", "TWD"]
    private static let fee = Rate("0.001")!
    private var instruments: [Instrument]
    private var random: RandomSource
    private var now = Instant(milliseconds: 1_800_000_000_000)
    private var mids: [Int64] = [3_000_000, 100_000, 3_000, 10_000_000]
    private var bookIDs: [Int64] = [1, 1, 1, 1]
    private var resting: [Resting] = []
    private var ended: [Resting] = []
    private var late: [(due: Instant, input: Input)] = []
    private var trade: Int64 = 0
    private var effects: [Effect] = []
    private let paysInBase: Bool

    init(seed: UInt64, hasLadder: Bool = false) {
        random = RandomSource(seed: seed)
        paysInBase = random.chance(1, in: 2)
        instruments = [
            makeSpot(0, "BTC", "TWD", tick: "1", lot: "0.0001"), makeSpot(1, "ETH", "TWD", tick: "1", lot: "0.001"),
            makeSpot(2, "USDT", "TWD", tick: "0.01", lot: "0.01"),
            makeSpot(3, "BTC", "USDT", tick: "0.01", lot: "0.00001"),
        ]
        held = [Cash("0.03")!, Cash("0.7")!, Cash(whole: 100), Cash(whole: 150_000)]
        var limits = makeMarketLimits()
        limits.maxPositionValue = Cash(whole: 5_000)
        limits.maxOrderValue = Cash(whole: 5_000)
        limits.priceCollar = Rate("0.2")!
        limits.maxRepeatedFills = 1_000
        var account = makeAccountLimits()
        (account.minBalance, account.maxExposure) = (.zero, Cash(whole: 20_000))
        (account.maxDailyLoss, account.maxDrawdown) = (Cash(whole: 1_000_000), Cash(whole: 1_000_000))
        account.maxMessages = 1_000
        let strategies: [StrategyConfiguration] = [
            hasLadder ? .mirror(Self.ladder(seed)) : .fixedSpread(Self.quoter(3_000)), .fixedSpread(Self.quoter(100)),
            .watch, .watch,
        ]
        var configuration = EngineConfiguration(
            markets: zip(instruments, strategies).map { instrument, strategy in
                var market = MarketConfiguration(instrument: instrument, strategy: strategy, limits: limits)
                switch instrument.market.index {
                case 3: market.venue = .reference
                case 0:
                    market.reference = MarketID(3)
                    market.conversion = MarketID(2)
                default: market.conversion = MarketID(2)
                }
                return market
            }, limits: account, epoch: 7, amends: random.chance(1, in: 2) ? .unsupported : .inPlace)
        configuration.venues = [
            VenueConfiguration(.spot, name: "max", takesBuyFeeInQuote: !paysInBase),
            VenueConfiguration(.spot, name: "binance"),
        ]
        engine = TradingEngine(configuration)
    }

    private static func quoter(_ distance: Int64) -> FixedSpreadParameters {
        FixedSpreadParameters(
            halfSpread: ExactDecimal(mantissa: Int128(distance), scale: 0), orderSize: Cash(whole: 90_000),
            orderTimeout: .seconds(20), counterFillWait: .seconds(5), inventoryThreshold: Cash(whole: 1_000_000_000),
            minProfitToClose: Cash(whole: 1_000_000), profitHold: .seconds(3_000), positionCheckInterval: .seconds(1))
    }

    private static func ladder(_ seed: UInt64) -> MirrorParameters {
        MirrorParameters(
            levels: [
                MirrorLevel(distance: Rate("0.001")!, size: ExactDecimal("0.01")!),
                MirrorLevel(distance: Rate("0.002")!, size: ExactDecimal("0.015")!),
                MirrorLevel(distance: Rate("0.004")!, size: ExactDecimal("0.03")!),
            ], distanceJitter: Rate("0.5")!, sizeJitter: Rate("0.5")!, seed: seed, usesDepth: false,
            referenceThreshold: Rate("0.0001")!, conversionThreshold: Rate("0.0001")!, refreshInterval: .seconds(9))
    }

    mutating func run(steps: Int) {
        tellHoldings()
        for market in mids.indices { moveMarket(market) }
        step(.venue(.ready, of: .reference))
        step(.venue(.ready))
        for _ in 0..<steps {
            now = now + .milliseconds(random.integer(in: 1...300))
            deliverLate()
            switch random.integer(in: 0...19) {
            case 0...7: moveMarket(Int(random.integer(in: 0...3)))
            case 8...12: match()
            case 13...16: step(.timer)
            case 17, 18: tellHoldings()
            default: step(.venue(random.chance(1, in: 3) ? .privateStreamDown : .privateStreamUp))
            }
        }
    }

    /// Stops, and lets everything arrive; then the venue tells once more what is held.
    mutating func stop() {
        step(.venue(.privateStreamUp))
        step(.command(.stop))
        for _ in 0..<600 where engine.status.phase != .quiet {
            now = now + .milliseconds(100)
            deliverLate()
            step(.timer)
        }
        now = now + .seconds(5)
        deliverLate()
        for _ in 0..<3 {
            now = now + .seconds(1)
            tellHoldings()
            now = now + .seconds(6)
            deliverLate()
        }
    }

    var venueHoldings: [Cash] { held }
    var ownHoldings: [Cash?] {
        Self.assets.map { asset in engine.status.holdings.first { $0.asset == asset }?.own }
    }

    private mutating func step(_ input: Input) {
        effects.removeAll(keepingCapacity: true)
        engine.step(input, at: now, into: &effects)
        let produced = effects
        for effect in produced {
            digest.absorb(effect)
            switch effect {
            case .send(let approved): receive(approved.action)
            case .query(let id, _): answer(id)
            case .fetchFills(let market): later(.account(.fillsComplete(market, asOf: now)), after: 2_000)
            case .incident(let incident): if incident.severity == .alarm { alarms.append(incident.text) }
            case .refused, .booked, .quiet: break
            }
        }
    }

    private mutating func moveMarket(_ market: Int) {
        let reach = max(2, mids[market] / 2_000)
        mids[market] = max(1_000, mids[market] + random.integer(in: -reach...reach))
        bookIDs[market] += 1
        step(
            .market(
                .snapshot(
                    MarketID(market),
                    BookUpdate(
                        lastID: bookIDs[market], venueTime: now,
                        bids: [BookLevel(Price(ticks: mids[market] - 1), Quantity(lots: 900))],
                        asks: [BookLevel(Price(ticks: mids[market] + 1), Quantity(lots: 900))]))))
    }

    /// As of now, but it may arrive before fills that are older.
    private mutating func tellHoldings() {
        for (asset, total) in zip(Self.assets, held) {
            step(.account(.holding(.target, asset: asset, total: total, available: nil, asOf: now)))
        }
    }

    // MARK: The venue

    private mutating func receive(_ action: OrderAction) {
        let isLost = random.chance(1, in: 15)
        switch action {
        case .place(let id, let spec):
            placedCount += 1
            if !isLost || random.chance(1, in: 2) { rest(Resting(id: id, spec: spec)) }
            reply(.account(isLost ? .unresolved(id, .place) : .accepted(id, VenueOrderID(Int64(id.sequence)))))
        case .amend(let id, _, _, let price, let quantity):
            guard let index = resting.firstIndex(where: { $0.id == id }), quantity > resting[index].filled else {
                let rejection = VenueRejection(kind: .stateMismatch, code: 1, message: "")
                return reply(.account(.rejected(id, .amend, rejection)))
            }
            if !isLost || random.chance(1, in: 2) {
                resting[index].spec.price = price
                resting[index].spec.quantity = quantity
                checkFunds("amending \(id)")
            }
            reply(.account(isLost ? .unresolved(id, .amend) : .amended(id, price: price, quantity: quantity)))
        case .cancel(let id, _):
            if isLost { return reply(.account(.unresolved(id, .cancel))) }
            guard let index = resting.firstIndex(where: { $0.id == id }) else {
                let rejection = VenueRejection(kind: .stateMismatch, code: 2, message: "")
                return reply(.account(.rejected(id, .cancel, rejection)))
            }
            end(index, .canceled)
        case .cancelAll(let market):
            while let index = resting.firstIndex(where: { $0.spec.market == market }) { end(index, .canceled) }
        }
    }

    private mutating func rest(_ order: Resting) {
        resting.append(order)
        checkFunds("placing \(order.id)")
    }

    private mutating func end(_ index: Int, _ reason: DoneReason) {
        let order = resting.remove(at: index)
        ended.append(order)
        reply(.account(.done(order.id, reason, filled: order.filled)))
    }

    /// What a venue checks before it takes an order: its own orders never lock more than is held.
    private mutating func checkFunds(_ occasion: String) {
        for (asset, total) in held.enumerated() {
            let locked = resting.reduce(Cash.zero) { $0 + locks($1, asset) }
            if locked > total { violations.append("\(occasion) locks \(locked) of \(total) \(Self.assets[asset])") }
        }
    }

    private func locks(_ order: Resting, _ asset: Int) -> Cash {
        let instrument = instruments[order.spec.market.index]
        switch order.spec.side {
        case .sell: return order.spec.market.index == asset ? instrument.baseAmount(order.remaining) : .zero
        case .buy:
            guard asset == 3, let price = order.spec.price else { return .zero }
            let value = instrument.notional(price, order.remaining)
            return paysInBase ? value : value + Self.fee.of(value)
        }
    }

    private mutating func match() {
        guard !resting.isEmpty else { return }
        let index = Int(random.integer(in: 0...Int64(resting.count - 1)))
        let order = resting[index]
        let market = order.spec.market.index
        let instrument = instruments[market]
        let lots =
            random.chance(1, in: 2) ? order.remaining : Quantity(lots: random.integer(in: 1...order.remaining.lots))
        let price = order.spec.price ?? Price(ticks: mids[market])
        trade += 1
        fillCount += 1
        resting[index].filled += lots
        let value = instrument.notional(price, lots)
        var fill = Fill(
            market: order.spec.market, trade: TradeID(trade), clientOrderID: order.id,
            venueOrderID: VenueOrderID(Int64(order.id.sequence)), side: order.spec.side, price: price, quantity: lots,
            isMaker: true, commission: Self.fee.of(value), venueTime: now)
        let amount = instrument.baseAmount(lots)
        switch order.spec.side {
        case .buy:
            if paysInBase { fill.baseCommission = Self.fee.of(amount) }
            held[market] += amount - fill.baseCommission
            held[3] -= paysInBase ? value : value + fill.commission
        case .sell:
            held[market] -= amount
            held[3] += value - fill.commission
        }
        reply(.account(.filled(fill)))
        if resting[index].remaining == .zero { end(index, .filled) }
    }

    private mutating func answer(_ id: ClientOrderID) {
        let working = resting.first { $0.id == id }
        guard let order = working ?? ended.first(where: { $0.id == id }) else {
            return reply(.account(.notFound(id, askedAt: now)))
        }
        let reason: DoneReason = order.remaining == .zero ? .filled : .canceled
        reply(
            .account(
                .report(
                    OrderReport(
                        market: order.spec.market, clientOrderID: id, venueOrderID: VenueOrderID(Int64(id.sequence)),
                        side: order.spec.side, price: order.spec.price, quantity: order.spec.quantity,
                        filled: order.filled, status: working == nil ? .done(reason) : .working))))
    }

    // MARK: The wire

    private mutating func reply(_ input: Input) { later(input, after: random.integer(in: 1...700)) }

    private mutating func later(_ input: Input, after milliseconds: Int64) {
        late.append((now + .milliseconds(milliseconds), input))
    }

    private mutating func deliverLate() {
        while let index = late.firstIndex(where: { $0.due <= now }) { step(late.remove(at: index).input) }
    }
}
