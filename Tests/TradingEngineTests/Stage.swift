import Fundamentals
import MarketModel
import Quoting
import RiskControl
import TradingEngine

/// ASTERUSDT-like: tick 0.0001, lot 0.01, so that 1 USDT at about 1.0000 is about 100 lots.
func makeInstrument(_ market: Int = 0, tick: String = "0.0001") -> Instrument {
    Instrument(
        market: MarketID(market), symbol: "MARKET\(market)USDT", baseAsset: "MARKET\(market)", quoteAsset: "USDT",
        settlementAsset: "USDT", tickSize: ExactDecimal(tick)!, lotSize: ExactDecimal("0.01")!,
        priceRange: Price(ticks: 1)...Price(ticks: 1_000_000),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 10_000_000),
        marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000), minNotional: Cash(whole: 5),
        collarUp: Rate("1.1")!, collarDown: Rate("0.9")!, marketTakeBound: Rate("0.05")!, maxOpenOrders: 200,
        makerFee: Rate("0.0001")!, takerFee: Rate("0.00035")!)!
}

let spreadParameters = FixedSpreadParameters(
    halfSpread: ExactDecimal("0.0010")!, orderSize: Cash(whole: 20), orderTimeout: .seconds(30),
    counterFillWait: .seconds(10), inventoryThreshold: Cash(whole: 50), minProfitToClose: Cash("0.10")!,
    profitHold: .seconds(5), positionCheckInterval: .seconds(1))

let cycleParameters = CycleParameters(
    buySpread: Rate("0.001")!, sellSpread: Rate("0.001")!, balanceFraction: Rate("0.2")!,
    orderRefreshInterval: .seconds(10), reuseThreshold: Rate("0.0005")!)

func makeMarketLimits() -> MarketLimits {
    MarketLimits(
        maxPositionValue: Cash(whole: 100), maxOpenOrders: 10, maxOrderValue: Cash(whole: 60),
        priceCollar: Rate("0.05")!, staleAfter: .seconds(2), maxRepeatedFills: 5, repeatedFillWindow: .seconds(10))
}

func makeAccountLimits() -> AccountLimits {
    AccountLimits(
        maxExposure: Cash(whole: 150), minBalance: Cash(whole: 10), maxDailyLoss: Cash(whole: 20),
        maxDrawdown: Cash(whole: 30), maxMessages: 100, messageWindow: .seconds(10), maxRoundTrip: .seconds(3),
        breakerPause: .seconds(5))
}

/// An engine with a small vocabulary for dialogues: what happens on the left, what it does on the right.
struct Stage {
    var engine: TradingEngine
    var now = Instant(milliseconds: 1_800_000_000_000)
    var effects: [Effect] = []
    var lastBookID: [Int64]
    var nextTrade: Int64 = 1

    init(
        markets: Int = 1, strategy: StrategyConfiguration = .fixedSpread(spreadParameters),
        amends: AmendStyle = .inPlace,
        limits: AccountLimits = makeAccountLimits(), marketLimits: MarketLimits = makeMarketLimits(),
        replaceThreshold: Rate = .zero, coalescing: TimeSpan = .zero,
        instrument: (Int) -> Instrument = { makeInstrument($0) }
    ) {
        engine = TradingEngine(
            EngineConfiguration(
                markets: (0..<markets).map {
                    MarketConfiguration(
                        instrument: instrument($0), strategy: strategy, limits: marketLimits,
                        replaceThreshold: replaceThreshold)
                }, limits: limits, epoch: 7, amends: amends, coalescing: coalescing))
        lastBookID = [Int64](repeating: 1_000, count: markets)
    }

    /// Ready, with balance, position and a book at 0.9999/1.0001 in every market.
    static func quoting(
        markets: Int = 1, strategy: StrategyConfiguration = .fixedSpread(spreadParameters),
        amends: AmendStyle = .inPlace,
        limits: AccountLimits = makeAccountLimits(), marketLimits: MarketLimits = makeMarketLimits(),
        position: Int64 = 0, wallet: Int64 = 1_000, replaceThreshold: Rate = .zero, coalescing: TimeSpan = .zero,
        bid: Int64 = 9_999, ask: Int64 = 10_001, instrument: (Int) -> Instrument = { makeInstrument($0) }
    ) -> Stage {
        var stage = Stage(
            markets: markets, strategy: strategy, amends: amends, limits: limits, marketLimits: marketLimits,
            replaceThreshold: replaceThreshold, coalescing: coalescing, instrument: instrument)
        stage.account(.balance(wallet: Cash(whole: wallet), available: nil, asOf: stage.now))
        for market in 0..<markets {
            stage.account(
                .position(
                    MarketID(market), Quantity(lots: market == 0 ? position : 0),
                    entryPrice: ExactDecimal(position == 0 ? "0" : "1.0000")!, asOf: stage.now))
            stage.book(bid, ask, market: market)
        }
        stage.venue(.ready)
        return stage
    }

    // MARK: Inputs; each returns the effects it had

    @discardableResult
    mutating func step(_ input: Input) -> [Effect] {
        effects.removeAll()
        engine.step(input, at: now, into: &effects)
        return effects
    }

    @discardableResult mutating func account(_ event: AccountEvent) -> [Effect] { step(.account(event)) }
    @discardableResult mutating func venue(_ status: VenueStatus) -> [Effect] { step(.venue(status)) }
    @discardableResult mutating func command(_ command: OperatorCommand) -> [Effect] { step(.command(command)) }

    /// A new snapshot with this touch.
    @discardableResult
    mutating func book(_ bid: Int64, _ ask: Int64, market: Int = 0, lots: Int64 = 10_000) -> [Effect] {
        lastBookID[market] += 1
        return step(
            .market(
                .snapshot(
                    MarketID(market),
                    BookUpdate(
                        lastID: lastBookID[market], venueTime: now,
                        bids: [BookLevel(Price(ticks: bid), Quantity(lots: lots))],
                        asks: [BookLevel(Price(ticks: ask), Quantity(lots: lots))]))))
    }

    /// Lets time pass, with a fresh book each second and a timer each 100 ms, and returns all effects.
    @discardableResult
    mutating func wait(_ span: TimeSpan, bid: Int64 = 9_999, ask: Int64 = 10_001, withBook: Bool = true) -> [Effect] {
        var all: [Effect] = []
        let end = now + span
        var nextBook = now
        while now < end {
            now = min(end, now + .milliseconds(100))
            if withBook, now >= nextBook {
                for market in lastBookID.indices { all += book(bid, ask, market: market) }
                nextBook = now + .seconds(1)
            }
            all += step(.timer)
        }
        return all
    }

    @discardableResult
    mutating func fill(
        _ id: ClientOrderID?, _ side: Side, _ price: Int64, _ lots: Int64, market: Int = 0, venueID: Int64 = 1,
        isMaker: Bool = true, commission: Cash = .zero, trade: Int64? = nil
    ) -> [Effect] {
        let number = trade ?? nextTrade
        nextTrade = max(nextTrade, number) + 1
        return account(
            .filled(
                Fill(
                    market: MarketID(market), trade: TradeID(number), clientOrderID: id,
                    venueOrderID: VenueOrderID(id.map { Int64($0.sequence) } ?? venueID), side: side,
                    price: Price(ticks: price), quantity: Quantity(lots: lots), isMaker: isMaker,
                    commission: commission, venueTime: now)))
    }

    /// Accepts everything in flight, until nothing is left to accept.
    mutating func acceptAll() {
        for _ in 0..<8 {
            let pending = engine.status.markets.flatMap(\.orders).filter { $0.state == .pendingNew }
            if pending.isEmpty { return }
            for order in pending { account(.accepted(order.id, VenueOrderID(Int64(order.id.sequence)))) }
        }
    }

    func order(_ side: Side, market: Int = 0) -> ClientOrderID? {
        engine.status.markets[market].orders.first { $0.side == side }?.id
    }
}

/// The actions among effects, as short text.
func actions(_ effects: [Effect]) -> [String] {
    effects.compactMap { effect in
        guard case .send(let approved) = effect else { return nil }
        switch approved.action {
        case .place(let id, let spec):
            let price = spec.price.map { "\($0.ticks)" } ?? "market"
            return "place \(id.sequence) \(spec.side) \(spec.quantity.lots)@\(price)\(spec.reduceOnly ? " reduce" : "")"
        case .amend(let id, _, let side, let price, let quantity):
            return "amend \(id.sequence) \(side) \(quantity.lots)@\(price.ticks)"
        case .cancel(let id, _): return "cancel \(id.sequence)"
        case .cancelAll(let market): return "cancelAll \(market.index)"
        }
    }
}

func refusals(_ effects: [Effect]) -> [Refusal] {
    effects.compactMap { if case .refused(_, let refusal) = $0 { refusal } else { nil } }
}

func incidents(_ effects: [Effect], _ severity: Incident.Severity? = nil) -> [String] {
    effects.compactMap { effect in
        guard case .incident(let incident) = effect, severity == nil || incident.severity == severity else {
            return nil
        }
        return incident.text
    }
}
