import Fundamentals
import MarketModel
import Quoting
import RiskControl
import TradingEngine

/// BTC/TWD quoted on a spot venue, USDT/TWD watched there, BTCUSDT watched and hedged in on a margin venue. Limits in USDT.
struct MirrorStage {
    enum Role: Int, CaseIterable { case target, conversion, reference }

    var engine: TradingEngine
    var now = Instant(milliseconds: 1_800_000_000_000)
    var effects: [Effect] = []
    var bookID: Int64 = 1_000
    var nextTrade: Int64 = 1
    /// 65,000.0/65,000.1 × 32.000/32.010; the target's own book is wide.
    var touches: [(Int64, Int64)] = [(20_600_000, 21_000_000), (32_000, 32_010), (650_000, 650_001)]
    /// Whose books have gone silent.
    var silent: [Role] = []

    init(
        hedge: HedgeConfiguration? = MirrorStage.hedge, neutral: Cash? = nil,
        edit: (inout EngineConfiguration) -> Void = { _ in }
    ) {
        var configuration = Self.configuration(hedge: hedge)
        configuration.markets[0].neutralHolding = neutral
        edit(&configuration)
        engine = TradingEngine(configuration)
    }

    /// Ready on both venues, with 1 BTC and 3,000,000 TWD here and 100,000 USDT there.
    static func quoting(
        hedge: HedgeConfiguration? = MirrorStage.hedge, neutral: Cash? = nil, hedgePosition: Int64 = 0,
        edit: (inout EngineConfiguration) -> Void = { _ in }
    ) -> MirrorStage {
        var stage = MirrorStage(hedge: hedge, neutral: neutral, edit: edit)
        stage.start(hedgePosition: hedgePosition)
        return stage
    }

    mutating func start(hedgePosition: Int64 = 0) {
        account(.holding(.target, asset: "BTC", total: Cash("1")!, available: nil, asOf: now))
        account(.holding(.target, asset: "TWD", total: Cash(whole: 3_000_000), available: nil, asOf: now))
        account(.holding(.target, asset: "USDT", total: Cash(whole: 1_000), available: nil, asOf: now))
        account(.balance(wallet: Cash(whole: 100_000), available: nil, asOf: now))
        let entry = ExactDecimal(hedgePosition == 0 ? "0" : "65000")!
        account(.position(MarketID(2), Quantity(lots: hedgePosition), entryPrice: entry, asOf: now))
        books()
        venue(.ready, of: .reference)
        venue(.ready, of: .target)
    }

    // MARK: Configuration

    static let hedge = HedgeConfiguration(
        market: MarketID(2), minSize: ExactDecimal("0.002")!, maxOrderValue: Cash(whole: 5_000),
        maxSlippage: Rate("0.001")!, patience: .seconds(5))

    static let mirror = MirrorParameters(
        levels: [
            MirrorLevel(distance: Rate("0.002")!, size: ExactDecimal("0.01")!),
            MirrorLevel(distance: Rate("0.004")!, size: ExactDecimal("0.02")!),
        ], usesDepth: false, referenceThreshold: Rate("0.0005")!, conversionThreshold: Rate("0.0005")!,
        refreshInterval: .minutes(10), hedgeFee: Rate("0.0005")!, minEdge: Rate("0.0002")!)

    static func configuration(hedge: HedgeConfiguration? = MirrorStage.hedge) -> EngineConfiguration {
        var target = MarketConfiguration(
            instrument: instrument(0, "BTC", "TWD", tick: "0.1", lot: "0.00001", least: 250),
            strategy: .mirror(mirror), limits: limits())
        target.reference = MarketID(2)
        target.conversion = MarketID(1)
        target.hedge = hedge
        let conversion = MarketConfiguration(
            instrument: instrument(1, "USDT", "TWD", tick: "0.001", lot: "0.01", least: 0), strategy: .watch,
            limits: limits())
        var reference = MarketConfiguration(
            instrument: instrument(2, "BTC", "USDT", tick: "0.1", lot: "0.001", least: 5), strategy: .watch,
            limits: limits())
        reference.venue = .reference
        var configuration = EngineConfiguration(
            markets: [target, conversion, reference],
            limits: AccountLimits(
                maxExposure: Cash(whole: 20_000), minBalance: Cash(whole: 10), maxDailyLoss: Cash(whole: 2_000),
                maxDrawdown: Cash(whole: 2_000), maxMessages: 1_000, messageWindow: .seconds(10),
                maxRoundTrip: .seconds(3), breakerPause: .seconds(5), maxNetExposure: Cash(whole: 4_000)),
            epoch: 7, amends: .unsupported)
        configuration.venues = [VenueConfiguration(.spot, name: "ace"), VenueConfiguration(.margin, name: "binance")]
        return configuration
    }

    static func limits() -> MarketLimits {
        MarketLimits(
            maxPositionValue: Cash(whole: 10_000), maxOpenOrders: 10, maxOrderValue: Cash(whole: 5_000),
            priceCollar: Rate("0.05")!, staleAfter: .seconds(2), maxRepeatedFills: 50,
            repeatedFillWindow: .seconds(10))
    }

    static func instrument(
        _ market: Int, _ base: String, _ quote: String, tick: String, lot: String, least: Int64
    ) -> Instrument {
        Instrument(
            market: MarketID(market), symbol: base + quote, baseAsset: base, quoteAsset: quote, settlementAsset: quote,
            tickSize: ExactDecimal(tick)!, lotSize: ExactDecimal(lot)!,
            priceRange: Price(ticks: 1)...Price(ticks: 1 << 39),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 39),
            marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 39), minNotional: Cash(whole: least),
            collarUp: Rate("10")!, collarDown: .zero, marketTakeBound: Rate("0.05")!, maxOpenOrders: 200,
            makerFee: Rate("0.0008")!, takerFee: Rate("0.0015")!)!
    }

    // MARK: Inputs; each returns the effects it had

    @discardableResult
    mutating func step(_ input: Input) -> [Effect] {
        effects.removeAll()
        engine.step(input, at: now, into: &effects)
        return effects
    }

    @discardableResult mutating func account(_ event: AccountEvent) -> [Effect] { step(.account(event)) }
    @discardableResult mutating func command(_ command: OperatorCommand) -> [Effect] { step(.command(command)) }
    @discardableResult mutating func venue(_ status: VenueStatus, of venue: VenueID) -> [Effect] {
        step(.venue(status, of: venue))
    }

    /// A new snapshot with the touch that a market has.
    @discardableResult
    mutating func book(_ role: Role) -> [Effect] {
        bookID += 1
        let touch = touches[role.rawValue]
        return step(
            .market(
                .snapshot(
                    MarketID(role.rawValue),
                    BookUpdate(
                        lastID: bookID, venueTime: now, bids: [BookLevel(Price(ticks: touch.0), Quantity(lots: 9_000))],
                        asks: [BookLevel(Price(ticks: touch.1), Quantity(lots: 9_000))]))))
    }

    @discardableResult
    mutating func book(_ role: Role, _ bid: Int64, _ ask: Int64) -> [Effect] {
        touches[role.rawValue] = (bid, ask)
        return book(role)
    }

    @discardableResult
    mutating func books() -> [Effect] {
        Role.allCases.filter { !silent.contains($0) }.flatMap { book($0) }
    }

    /// Lets time pass, with fresh books each half second and a timer each 100 ms, and returns all effects.
    @discardableResult
    mutating func wait(_ span: TimeSpan) -> [Effect] {
        var all: [Effect] = []
        let end = now + span
        var nextBooks = now
        while now < end {
            now = min(end, now + .milliseconds(100))
            if now >= nextBooks {
                all += books()
                nextBooks = now + .milliseconds(500)
            }
            all += step(.timer)
        }
        return all
    }

    /// One of our orders fills, in lots of its market, at its own price unless another is given.
    @discardableResult
    mutating func fill(
        _ id: ClientOrderID, _ lots: Int64, at price: Int64? = nil, commission: String = "0", base: String = "0",
        trade: Int64? = nil, isSelfTrade: Bool = false
    ) -> [Effect] {
        guard let (market, order) = find(id) else { return [] }
        return fill(
            market, id, order.side, price ?? order.price!.ticks, lots, commission: commission, base: base, trade: trade,
            isSelfTrade: isSelfTrade)
    }

    @discardableResult
    mutating func fill(
        _ market: MarketID, _ id: ClientOrderID?, _ side: Side, _ price: Int64, _ lots: Int64,
        commission: String = "0", base: String = "0", trade: Int64? = nil, isSelfTrade: Bool = false,
        venueID: Int64 = 1, at time: Instant? = nil
    ) -> [Effect] {
        let number = trade ?? nextTrade
        nextTrade = max(nextTrade, number) + 1
        var fill = Fill(
            market: market, trade: TradeID(number), clientOrderID: id,
            venueOrderID: VenueOrderID(id.map { Int64($0.sequence) } ?? venueID), side: side,
            price: Price(ticks: price), quantity: Quantity(lots: lots), isMaker: market.index == 0,
            commission: Cash(commission)!, venueTime: time ?? now)
        fill.baseCommission = Cash(base)!
        fill.isSelfTrade = isSelfTrade
        return account(.filled(fill))
    }

    /// The venue takes what is in flight in the market that is quoted, and ends what is being cancelled.
    @discardableResult
    mutating func settleQuotes() -> [Effect] {
        var all: [Effect] = []
        for _ in 0..<8 {
            let orders = engine.status.markets[0].orders
            let moving = orders.filter { $0.state == .pendingNew || $0.state == .pendingCancel }
            if moving.isEmpty { break }
            for order in moving {
                if order.state == .pendingNew {
                    all += account(.accepted(order.id, VenueOrderID(Int64(order.id.sequence))))
                } else {
                    all += account(.done(order.id, .canceled, filled: order.filled))
                }
            }
        }
        return all
    }

    // MARK: What is there

    func find(_ id: ClientOrderID) -> (MarketID, OrderStatus)? {
        for market in engine.status.markets {
            if let order = market.orders.first(where: { $0.id == id }) { return (market.market, order) }
        }
        return nil
    }

    var quotes: [OrderStatus] { engine.status.markets[0].orders }
    func quote(_ side: Side) -> ClientOrderID? { quotes.first { $0.side == side }?.id }
    /// The hedge order that is not over.
    var hedging: OrderStatus? { engine.status.markets[2].orders.first }
    var hedge: HedgeStatus { engine.status.markets[0].hedge! }
    var withheld: Withholding? { engine.status.markets[0].withheld }
}

/// The actions in one market, as short text.
func actions(_ effects: [Effect], in market: Int) -> [String] {
    actions(
        effects.filter { effect in
            guard case .send(let approved) = effect else { return false }
            return approved.action.market.index == market
        })
}
