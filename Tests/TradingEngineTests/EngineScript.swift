import Fundamentals
import MarketModel
import Quoting
import RiskControl
import TradingEngine

/// A seeded stretch of life: markets that wander, a venue that loses replies, repeats and reorders, and people who
/// press buttons. The venue is the oracle: it knows what really rests and what was really filled.
struct EngineScript {
    private struct Resting {
        var id: ClientOrderID
        var spec: OrderSpec
        var filled = Quantity.zero
    }

    private(set) var engine: TradingEngine
    private(set) var digest = Digest()
    /// What the venue's books say.
    private(set) var positions: [Int64]
    /// Rules of the script that were broken, in words.
    private(set) var violations: [String] = []
    private(set) var placedCount = 0
    private(set) var fillCount = 0
    private(set) var quietCount = 0

    private var checks = 0
    private var random: RandomSource
    private var now = Instant(milliseconds: 1_800_000_000_000)
    private var mids: [Int64]
    private var bookIDs: [Int64]
    private var resting: [Resting] = []
    private var lateInputs: [(due: Instant, input: Input)] = []
    private var seenIDs: [ClientOrderID] = []
    private var trade: Int64 = 0
    private var effects: [Effect] = []
    /// In lots, so that no move of the mid excuses anything.
    private static let limit = Quantity(lots: 8_000)

    private let style: AmendStyle
    private let hasMarks: Bool

    init(
        seed: UInt64, markets: Int = 2, amends: AmendStyle = .inPlace, coalescing: TimeSpan = .zero,
        strategies: [StrategyConfiguration] = [.fixedSpread(spreadParameters), .cycle(cycleParameters)],
        hasMarks: Bool = false
    ) {
        style = amends
        self.hasMarks = hasMarks
        random = RandomSource(seed: seed)
        var limits = makeMarketLimits()
        limits.maxPositionValue = Cash(whole: 200)
        limits.maxPosition = Self.limit
        limits.priceCollar = Rate("0.20")!
        limits.maxRepeatedFills = 50
        engine = TradingEngine(
            EngineConfiguration(
                markets: (0..<markets).map { index in
                    MarketConfiguration(
                        instrument: makeInstrument(index),
                        strategy: strategies[index % strategies.count],
                        limits: limits, replaceThreshold: coalescing > .zero ? .basisPoints(2) : .zero)
                }, limits: makeAccountLimits(), epoch: 7, amends: amends, coalescing: coalescing))
        positions = [Int64](repeating: 0, count: markets)
        mids = [Int64](repeating: 10_000, count: markets)
        bookIDs = [Int64](repeating: 1, count: markets)
    }

    mutating func run(steps: Int) {
        start()
        for _ in 0..<steps {
            now = now + .milliseconds(random.integer(in: 1...400))
            deliverLate()
            switch random.integer(in: 0...19) {
            case 0...8: moveMarket(Int(random.integer(in: 0...Int64(mids.count - 1))))
            case 9...12: match()
            case 13...17: step(.timer)
            default: disturb()
            }
            check()
        }
    }

    /// Heals everything, stops, and lets the venue answer until the engine is quiet.
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
    }

    var restingCount: Int { resting.count }

    private mutating func start() {
        step(.account(.balance(wallet: Cash(whole: 1_000), available: nil, asOf: now)))
        for market in mids.indices {
            step(.account(.position(MarketID(market), .zero, entryPrice: .zero, asOf: now)))
            moveMarket(market)
        }
        step(.venue(.ready))
    }

    private mutating func step(_ input: Input) {
        effects.removeAll(keepingCapacity: true)
        engine.step(input, at: now, into: &effects)
        let produced = effects
        for effect in produced {
            digest.absorb(effect)
            carryOut(effect)
        }
    }

    private mutating func moveMarket(_ market: Int) {
        mids[market] = max(8_000, min(12_000, mids[market] + random.integer(in: -12...12)))
        bookIDs[market] += 1
        if hasMarks {
            let mark = ExactDecimal(mantissa: Int128(mids[market]) * 10 + 3, scale: 5)
            step(.market(.mark(MarketID(market), price: mark, fundingRate: .zero, nextFunding: .distantFuture)))
        }
        step(
            .market(
                .snapshot(
                    MarketID(market),
                    BookUpdate(
                        lastID: bookIDs[market], venueTime: now,
                        bids: [BookLevel(Price(ticks: mids[market] - 1), Quantity(lots: 900))],
                        asks: [BookLevel(Price(ticks: mids[market] + 1), Quantity(lots: 900))]))))
    }

    private mutating func disturb() {
        switch random.integer(in: 0...9) {
        case 0: step(.venue(.privateStreamDown))
        case 1, 2, 3: step(.venue(.privateStreamUp))
        case 4: step(.market(.bookLost(MarketID(0))))
        case 5: step(.venue(.throttled(until: now + .seconds(1))))
        case 6: step(.venue(.roundTrip(.seconds(4))))
        case 7: step(.command(random.chance(1, in: 4) ? .stop : .resume))
        case 8: step(.command(random.chance(1, in: 4) ? .flatten : .resume))
        default: step(.account(.funding(MarketID(0), Cash("0.00012345")!, venueTime: now)))
        }
    }

    // MARK: The venue

    private mutating func carryOut(_ effect: Effect) {
        switch effect {
        case .send(let approved): receive(approved.action)
        case .query(let id, let market): answer(id, market)
        case .fetchFills(let market): later(.account(.fillsComplete(market, asOf: now)), after: 4_000)
        case .quiet: quietCount += 1
        case .refused, .booked, .incident: break
        }
    }

    private mutating func receive(_ action: OrderAction) {
        let isLost = random.chance(1, in: 12)
        switch action {
        case .place(let id, let spec):
            placedCount += 1
            if seenIDs.contains(id) { violations.append("\(id) was used twice") }
            seenIDs.append(id)
            place(id, spec, isLost: isLost)
        case .amend(let id, _, _, let price, let quantity):
            switch style {
            case .unsupported: violations.append("\(id) was amended at a venue that cannot")
            case .inPlace: amend(id, price, quantity, isLost: isLost)
            case .replacement: beginReplacing(id, price, quantity, isLost: isLost)
            }
        case .cancel(let id, _):
            if isLost { return reply(.account(.unresolved(id, .cancel))) }
            if let index = resting.firstIndex(where: { $0.id == id }) {
                let order = resting.remove(at: index)
                reply(.account(.done(id, .canceled, filled: order.filled)))
            } else {
                reply(.account(.rejected(id, .cancel, VenueRejection(kind: .stateMismatch, code: -2011, message: ""))))
            }
        case .cancelAll(let market):
            if isLost { return }
            for order in resting where order.spec.market == market {
                reply(.account(.done(order.id, .canceled, filled: order.filled)))
            }
            resting.removeAll { $0.spec.market == market }
        }
    }

    private mutating func place(_ id: ClientOrderID, _ spec: OrderSpec, isLost: Bool) {
        let arrives = !isLost || random.chance(1, in: 2)
        if random.chance(1, in: 20) {
            let rejection = VenueRejection(kind: .requote, code: -5022, message: "")
            return reply(.account(.rejected(id, .place, rejection)))
        }
        if arrives {
            resting.append(Resting(id: id, spec: spec))
            if spec.price == nil { fill(resting.count - 1, spec.quantity) }
        }
        reply(.account(isLost ? .unresolved(id, .place) : .accepted(id, VenueOrderID(Int64(id.sequence)))))
    }

    private mutating func amend(_ id: ClientOrderID, _ price: Price, _ quantity: Quantity, isLost: Bool) {
        let index = resting.firstIndex { $0.id == id }
        if let index, !isLost || random.chance(1, in: 2), quantity > resting[index].filled {
            resting[index].spec.price = price
            resting[index].spec.quantity = quantity
            return reply(.account(isLost ? .unresolved(id, .amend) : .amended(id, price: price, quantity: quantity)))
        }
        let rejection = VenueRejection(kind: .stateMismatch, code: -2013, message: "")
        reply(.account(isLost ? .unresolved(id, .amend) : .rejected(id, .amend, rejection)))
    }

    /// What a session sends to replace an order: what is left of the total in its eyes. The old order rests, and fills,
    /// until the request arrives.
    private mutating func beginReplacing(_ id: ClientOrderID, _ price: Price, _ total: Quantity, isLost: Bool) {
        let order = engine.status.markets.flatMap(\.orders).first { $0.id == id }
        let size = total - (order?.filled ?? .zero)
        if isLost { reply(.account(.unresolved(id, .amend))) }
        if isLost, random.chance(1, in: 2) { return }
        replacements.append((now + .milliseconds(random.integer(in: 1...600)), id, price, size, isLost))
    }

    /// The old order makes room for the new one, whatever of it has filled; an engine that refuses takes off both.
    private mutating func replace(_ id: ClientOrderID, _ price: Price, _ size: Quantity, isLost: Bool) {
        guard let index = resting.firstIndex(where: { $0.id == id }) else {
            if isLost { return }
            let rejection = VenueRejection(kind: .stateMismatch, code: 1_142, message: "")
            return reply(.account(.rejected(id, .amend, rejection)))
        }
        if random.chance(1, in: 15) {
            let order = resting.remove(at: index)
            return reply(.account(.done(id, .canceled, filled: order.filled)))
        }
        resting[index].spec.price = price
        resting[index].spec.quantity = resting[index].filled + size
        let total = resting[index].spec.quantity
        if !isLost { reply(.account(.amended(id, price: price, quantity: total))) }
    }

    private var replacements: [(due: Instant, id: ClientOrderID, price: Price, size: Quantity, isLost: Bool)] = []

    private mutating func answer(_ id: ClientOrderID, _ market: MarketID) {
        if let order = resting.first(where: { $0.id == id }) {
            reply(.account(.report(report(order, .working))))
        } else if let last = finished.first(where: { $0.id == id }) {
            reply(.account(.report(report(last, .done(.filled)))))
        } else {
            reply(.account(.notFound(id, askedAt: now)))
        }
    }

    private var finished: [Resting] = []

    private func report(_ order: Resting, _ status: OrderReport.Status) -> OrderReport {
        OrderReport(
            market: order.spec.market, clientOrderID: order.id, venueOrderID: VenueOrderID(Int64(order.id.sequence)),
            side: order.spec.side, price: order.spec.price, quantity: order.spec.quantity, filled: order.filled,
            status: status)
    }

    /// Fills some of a resting order, whatever the price: the market may go anywhere.
    private mutating func match() {
        guard !resting.isEmpty else { return }
        let index = Int(random.integer(in: 0...Int64(resting.count - 1)))
        let remaining = resting[index].spec.quantity - resting[index].filled
        let isWhole = random.chance(1, in: 2)
        fill(index, isWhole ? remaining : Quantity(lots: random.integer(in: 1...max(1, remaining.lots))))
    }

    private mutating func fill(_ index: Int, _ quantity: Quantity) {
        trade += 1
        fillCount += 1
        resting[index].filled += quantity
        let order = resting[index]
        positions[order.spec.market.index] += order.spec.side.signed(quantity).lots
        let event = Input.account(
            .filled(
                Fill(
                    market: order.spec.market, trade: TradeID(trade), clientOrderID: order.id,
                    venueOrderID: VenueOrderID(Int64(order.id.sequence)), side: order.spec.side,
                    price: order.spec.price ?? Price(ticks: mids[order.spec.market.index]), quantity: quantity,
                    isMaker: order.spec.price != nil, commission: Cash("0.00000731")!, venueTime: now)))
        reply(event)
        if random.chance(1, in: 5) { later(event, after: 2_500) }
        if order.filled >= order.spec.quantity {
            finished.append(order)
            resting.remove(at: index)
            if random.chance(1, in: 2) { reply(.account(.done(order.id, .filled, filled: order.filled))) }
        }
    }

    // MARK: The wire

    /// Between one and 800 ms later, so that events overtake one another.
    private mutating func reply(_ input: Input) { later(input, after: random.integer(in: 1...800)) }

    private mutating func later(_ input: Input, after milliseconds: Int64) {
        lateInputs.append((now + .milliseconds(milliseconds), input))
    }

    private mutating func deliverLate() {
        while let index = replacements.firstIndex(where: { $0.due <= now }) {
            let due = replacements.remove(at: index)
            replace(due.id, due.price, due.size, isLost: due.isLost)
        }
        while let index = lateInputs.firstIndex(where: { $0.due <= now }) {
            step(lateInputs.remove(at: index).input)
        }
    }

    // MARK: The auditor

    /// Whatever the engine believes: what really rests and is really held stays within the limit, at the mid at which
    /// it was last judged; and no side and level has two orders.
    private mutating func check() {
        checks += 1
        let totals = checks % 16 == 0 ? engine.status.totals : EngineTotals()
        if totals.net != totals.spreadCapture + totals.inventory - totals.fees + totals.funding {
            violations.append("the parts of the profit do not sum to \(totals.net)")
        }
        for market in mids.indices {
            let ours = resting.filter { $0.spec.market.index == market && !$0.spec.reduceOnly }
            for side in Side.allCases {
                let open = ours.filter { $0.spec.side == side }
                if open.count > 1 { violations.append("\(open.count) live quotes on one side of market \(market)") }
                let worst = open.reduce(side.sign * positions[market]) {
                    $0 + ($1.spec.quantity - $1.filled).lots
                }
                if worst > Self.limit.lots {
                    violations.append("worst case \(worst) in market \(market) is over \(Self.limit)")
                }
            }
        }
    }
}
