import Fundamentals
import MarketModel
import Quoting
import RiskControl
import TradingEngine

/// A market that is quoted and one that is hedged in, both at venues that lose, delay and reorder, drawn from a seed. The
/// venues keep books of their own; after each step the engine is held against them.
struct HedgeScript {
    private struct Resting {
        var id: ClientOrderID
        var side: Side
        var price: Int64
        var left: Int64
        var filled: Int64 = 0
    }

    private var stage: MirrorStage
    private var random: RandomSource
    private var resting: [Resting] = []
    private var late: [(due: Instant, event: AccountEvent)] = []
    private var healing: [(due: Instant, venue: VenueID)] = []
    private var known: [ClientOrderID] = []
    private(set) var held: (target: Int64, hedge: Int64) = (0, 0)
    private(set) var digest = Digest()
    private(set) var faults: [String] = []
    private(set) var hedges = 0
    /// What was told as left unhedged.
    private(set) var leftovers: [String] = []
    private(set) var fills = 0
    private var mid: Int64 = 650_000
    private var trade: Int64 = 0

    init(seed: UInt64) {
        random = RandomSource(seed: seed)
        stage = MirrorStage.quoting { $0.markets[0].limits.maxOrderValue = Cash(whole: 2_000) }
        take(stage.effects)
    }

    var status: EngineStatus { stage.engine.status }
    var unhedged: ExactDecimal { stage.hedge.unhedged }
    /// Of the orders that rest at the target.
    var restingCount: Int { resting.count }

    mutating func run(steps: Int) {
        for _ in 0..<steps {
            stage.now = stage.now + .milliseconds(random.integer(in: 1...300))
            deliver()
            switch random.integer(in: 0...19) {
            case 0...6: moveReference()
            case 7...11: match()
            case 12...18: take(stage.step(.timer))
            default: disturb()
            }
            check()
        }
    }

    /// Heals everything and lets both venues answer.
    mutating func settle() {
        take(stage.venue(.privateStreamUp, of: .target))
        take(stage.venue(.privateStreamUp, of: .reference))
        stage.silent = []
        for _ in 0..<250 {
            stage.now = stage.now + .milliseconds(100)
            deliver()
            take(stage.books())
            take(stage.step(.timer))
            check()
        }
    }

    /// Stops, and lets both venues answer until the engine is quiet.
    mutating func stop() {
        take(stage.command(.stop))
        for _ in 0..<600 where status.phase != .quiet {
            stage.now = stage.now + .milliseconds(100)
            deliver()
            take(stage.books())
            take(stage.step(.timer))
            check()
        }
    }

    // MARK: What happens

    private mutating func moveReference() {
        mid = max(600_000, min(700_000, mid + random.integer(in: -120...120)))
        let rate = 32_000 + random.integer(in: -20...20)
        let twd = mid * rate / 1_000
        stage.touches = [(twd - 40_000, twd + 40_000), (rate, rate + 10), (mid, mid + 1)]
        take(stage.books())
    }

    /// Somebody takes a part or all of one of our quotes, at its price.
    private mutating func match() {
        guard !resting.isEmpty else { return }
        let index = Int(random.integer(in: 0...Int64(resting.count - 1)))
        let order = resting[index]
        let lots = random.chance(1, in: 2) ? order.left : random.integer(in: 1...order.left)
        resting[index].left -= lots
        resting[index].filled += lots
        if resting[index].left == 0 { resting.remove(at: index) }
        held.target += order.side.sign * lots
        fills += 1
        tell(fill(0, order.id, order.side, order.price, lots))
    }

    private mutating func disturb() {
        switch random.integer(in: 0...5) {
        case 0, 1: lose(.reference)
        case 2: lose(.target)
        case 3: take(stage.venue(.throttled(until: stage.now + .seconds(1)), of: .reference))
        default: stage.silent = stage.silent.isEmpty ? [.reference] : []
        }
    }

    private mutating func lose(_ venue: VenueID) {
        take(stage.venue(.privateStreamDown, of: venue))
        healing.append((stage.now + .milliseconds(random.integer(in: 100...4_000)), venue))
    }

    /// Now, or later than what comes after it.
    private mutating func tell(_ event: AccountEvent) {
        guard random.chance(1, in: 3) else { return take(stage.account(event)) }
        late.append((stage.now + .milliseconds(random.integer(in: 1...4_000)), event))
    }

    private mutating func deliver() {
        let due = late.filter { $0.due <= stage.now }
        late.removeAll { $0.due <= stage.now }
        for entry in due { take(stage.account(entry.event)) }
        let healed = healing.filter { $0.due <= stage.now }
        healing.removeAll { $0.due <= stage.now }
        for entry in healed { take(stage.venue(.privateStreamUp, of: entry.venue)) }
    }

    private mutating func fill(
        _ market: Int, _ id: ClientOrderID, _ side: Side, _ price: Int64, _ lots: Int64
    ) -> AccountEvent {
        trade += 1
        return .filled(
            Fill(
                market: MarketID(market), trade: TradeID(trade), clientOrderID: id,
                venueOrderID: VenueOrderID(Int64(id.sequence)), side: side, price: Price(ticks: price),
                quantity: Quantity(lots: lots), isMaker: market == 0, commission: .zero, venueTime: stage.now))
    }

    // MARK: What the venues do

    private mutating func take(_ effects: [Effect]) {
        for effect in effects {
            digest.absorb(effect)
            switch effect {
            case .send(let approved): carryOut(approved.action)
            case .query(let id, let market): answer(id, market)
            case .fetchFills(let market): tellHistory(of: market)
            case .incident(let incident) where incident.text.contains("are not hedged"): leftovers.append(incident.text)
            case .refused, .booked, .incident, .quiet: break
            }
        }
    }

    /// The history holds what the stream has not told yet.
    private mutating func tellHistory(of market: MarketID) {
        let due = stage.now + .milliseconds(50)
        for index in late.indices {
            if case .filled(let fill) = late[index].event, fill.market == market {
                late[index].due = min(late[index].due, due)
            }
        }
        late.append((due, .fillsComplete(market, asOf: stage.now)))
    }

    private mutating func carryOut(_ action: OrderAction) {
        switch action {
        case .place(let id, let spec) where spec.market.index == 2: takeHedge(id, spec)
        case .place(let id, let spec): place(id, spec)
        case .cancel(let id, _): cancel(id)
        case .cancelAll(let market): if market.index == 0 { for order in resting { cancel(order.id) } }
        case .amend: faults.append("an amendment at a venue that has none")
        }
    }

    private mutating func place(_ id: ClientOrderID, _ spec: OrderSpec) {
        let side = resting.filter { $0.side != spec.side }
        if side.contains(where: { spec.side == .buy ? $0.price <= spec.price!.ticks : $0.price >= spec.price!.ticks }) {
            faults.append("\(id) would trade with our own")
        }
        resting.append(Resting(id: id, side: spec.side, price: spec.price!.ticks, left: spec.quantity.lots))
        known.append(id)
        late.append(
            (stage.now + .milliseconds(random.integer(in: 1...300)), .accepted(id, VenueOrderID(Int64(id.sequence)))))
    }

    private mutating func cancel(_ id: ClientOrderID) {
        guard let index = resting.firstIndex(where: { $0.id == id }) else { return }
        let filled = resting.remove(at: index).filled
        let due = stage.now + .milliseconds(random.integer(in: 1...300))
        late.append((due, .done(id, .canceled, filled: Quantity(lots: filled))))
    }

    /// All, a part or nothing fills, and some requests never arrive; some replies are lost.
    private mutating func takeHedge(_ id: ClientOrderID, _ spec: OrderSpec) {
        hedges += 1
        let others = status.markets[2].orders.count { $0.id != id }
        if others > 0 { faults.append("\(id) is a second hedge at once") }
        if spec.timeInForce != .immediateOrCancel { faults.append("\(id) would rest") }
        if random.chance(1, in: 8) { return late.append((stage.now + .seconds(1), .unresolved(id, .place))) }
        known.append(id)
        let lots = spec.quantity.lots
        let part = random.chance(2, in: 3) ? lots : random.integer(in: 0...lots)
        held.hedge += spec.side.sign * part
        if random.chance(1, in: 8) {
            late.append((stage.now + .milliseconds(500), .unresolved(id, .place)))
        }
        if part > 0 { tell(fill(2, id, spec.side, spec.side == .buy ? mid + 1 : mid, part)) }
        let reason: DoneReason = part == lots ? .filled : .expired
        late.append(
            (stage.now + .milliseconds(random.integer(in: 1...2_000)), .done(id, reason, filled: Quantity(lots: part))))
    }

    private mutating func answer(_ id: ClientOrderID, _ market: MarketID) {
        guard !known.contains(id) else { return }
        late.append((stage.now + .milliseconds(100), .notFound(id, askedAt: stage.now)))
    }

    // MARK: What must hold

    private mutating func check() {
        let status = status
        if status.markets[2].orders.count > 1 { faults.append("two hedges are open") }
        // The limits are judged at the prices of the moment: a move of the mid excuses two hundredths.
        func isOver(_ value: Cash, _ limit: Cash) -> Bool { value > limit + Rate("0.02")!.of(limit) }
        if isOver(status.exposure, status.exposureLimit) { faults.append("exposure \(status.exposure)") }
        if let limit = status.netLimit {
            if isOver(status.netLong, limit) { faults.append("net long \(status.netLong)") }
            if isOver(-status.netShort, limit) { faults.append("net short \(status.netShort)") }
        }
        for market in status.markets {
            if isOver(market.exposure, market.exposureLimit) { faults.append("position \(market.exposure)") }
            if market.sources.sum != market.equityChange { faults.append("the books do not balance") }
        }
        if let reason = status.haltReason { faults.append("halted: \(reason)") }
    }
}
