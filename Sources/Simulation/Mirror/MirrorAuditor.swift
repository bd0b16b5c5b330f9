internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import TradingEngine

/// Looks only at the two venues' own books, after each of their steps, and holds the bot's against them at the end.
struct MirrorAuditor: Sendable {
    /// How long the bot may not know what the target has booked: a stream that keeps silent about a fill is found out by
    /// the next reading of the trade history, whose replies may be lost, too.
    private static let ignorance = TimeSpan.seconds(60)
    /// What rounding to lots, and fees in the base asset, may move.
    private static let grain = Cash(units: 300_000_000)

    private let plan: MirrorPlan
    private(set) var violations: [String] = []
    private(set) var worstNet = Cash.zero
    private(set) var booked: [(life: Life, fill: Fill)] = []
    /// Change of the target's base asset, newest last.
    private var targetChanges: [(at: Instant, change: Cash)] = [(.distantPast, .zero)]
    private var referenceChange = Cash.zero
    var hasHealed = false
    private var hasQuoted = false

    init(_ plan: MirrorPlan) { self.plan = plan }

    mutating func violation(_ text: String, at now: Instant) {
        // One broken rule tends to be broken at every step: the first few say it all.
        if violations.count < 8 { violations.append("\(now.milliseconds): \(text)") }
    }

    mutating func noteBooked(_ fill: Fill, life: Life) { booked.append((life, fill)) }

    // MARK: After each step of a venue

    /// What a venue's books say of the base asset: its change since the start, and what open orders may add and take.
    private struct Stand {
        var change: Cash
        var buying = Cash.zero
        var selling = Cash.zero
        /// Fees that were taken in the base asset.
        var fees: Cash

        init(_ exchange: Exchange) {
            let market = MarketID(0)
            change = exchange.holding(of: MirrorPlaces.account, asset: "BTC").total - MirrorPlaces.bitcoin
            fees = exchange.houseFees(asset: "BTC")
            let lot = exchange.markets[0].instrument.lotSize
            let open: [ExchangeOrder] = exchange.openOrders(of: MirrorPlaces.account, in: market)
            for order in open {
                let units = ExactDecimal(mantissa: Int128(order.remaining.lots) * lot.mantissa, scale: lot.scale)
                    .units(atScale: Cash.scale)
                switch order.request.side {
                case .buy: buying += Cash(units: units ?? 0)
                case .sell: selling += Cash(units: units ?? 0)
                }
            }
        }
    }

    mutating func inspect(target: Exchange, reference: Exchange, at now: Instant) {
        let (here, there) = (Stand(target), Stand(reference))
        inspectLimit("target", here, MirrorScenario.positionLimit, at: now)
        inspectLimit("reference", there, MirrorScenario.hedgeLimit, at: now)
        inspectNet(here, there, reference, at: now)
        inspectHedge(here, there, at: now)
        if hasHealed, here.buying > .zero || here.selling > .zero { hasQuoted = true }
    }

    private mutating func inspectLimit(_ name: String, _ stand: Stand, _ most: ExactDecimal, at now: Instant) {
        let limit = Cash(units: most.units(atScale: Cash.scale) ?? 0)
        let worst = max(stand.change + stand.buying, stand.selling - stand.change)
        // The bot counts whole lots, and fees apart.
        if worst > limit + stand.fees.magnitude + Self.grain {
            violation("the \(name) may come to \(worst) BTC, over \(limit)", at: now)
        }
    }

    private mutating func inspectNet(_ here: Stand, _ there: Stand, _ reference: Exchange, at now: Instant) {
        let change = here.change + there.change
        let worst = max(change + here.buying + there.buying, here.selling + there.selling - change)
        worstNet = max(worstNet, worst)
        guard let touch = reference.touch(MarketID(0)) else { return }
        let instrument = reference.markets[0].instrument
        let lots = Quantity(lots: Int64(clamping: worst.units / 10_000_000))
        let value = instrument.notional(touch.mid, lots)
        // Mids have moved since it was judged.
        let allowed = MirrorScenario.netLimit + Cash(units: MirrorScenario.netLimit.units / 50)
        let fees = here.fees.magnitude + there.fees.magnitude
        guard value > allowed, worst > fees + Self.grain else { return }
        violation("both venues together may come to \(worst) BTC, worth \(value)", at: now)
    }

    /// What is held on the reference moves between where it was and what offsets the target, as the bot may have seen it of
    /// late; it never goes beyond: nothing is hedged twice.
    private mutating func inspectHedge(_ here: Stand, _ there: Stand, at now: Instant) {
        if targetChanges.last?.change != here.change { targetChanges.append((now, here.change)) }
        while targetChanges.count > 1, targetChanges[1].at < now - Self.ignorance { targetChanges.removeFirst() }
        guard there.change != referenceChange else { return }
        let offsets = targetChanges.map { -$0.change } + [referenceChange]
        referenceChange = there.change
        let slack =
            Cash(units: MirrorScenario.hedgeMinSize.units(atScale: Cash.scale) ?? 0) + Self.grain
            + here.fees.magnitude + there.fees.magnitude
        let (least, most) = (offsets.min() ?? .zero, offsets.max() ?? .zero)
        if !plan.isHedged { violation("something was traded on a venue that is only watched", at: now) }
        if there.change < least - slack || there.change > most + slack {
            violation("hedges have come to \(there.change) BTC, the target asked for \(least) to \(most)", at: now)
        }
    }

    // MARK: The end

    mutating func finish(
        target: Exchange, reference: Exchange, engine: TradingEngine?, stopped: Bool, lives: Int, at end: Instant
    ) {
        if !stopped { violation("the process did not stop in time", at: end) }
        if !hasQuoted { violation("nothing was quoted after all faults had ended", at: end) }
        for (name, market, exchange) in [
            ("target", MirrorPlaces.target, target), ("reference", MirrorPlaces.reference, reference),
        ] {
            auditOrders(name, exchange, at: end)
            auditFills(name, market, exchange, isComplete: lives == 1, at: end)
        }
        guard let engine else { return violation("there is no engine at the end", at: end) }
        auditHoldings(engine.status, target, reference, at: end)
        auditEngine(engine.status, at: end)
        guard stopped, plan.isHedged else { return }
        let left = Stand(target).change + Stand(reference).change
        let least = Cash(units: MirrorScenario.hedgeMinSize.units(atScale: Cash.scale) ?? 0)
        if left.magnitude > least + Self.grain { violation("\(left) BTC were left unhedged", at: end) }
    }

    private mutating func auditOrders(_ name: String, _ exchange: Exchange, at end: Instant) {
        let open: [ExchangeOrder] = exchange.openOrders(of: MirrorPlaces.account, in: nil)
        if !open.isEmpty { violation("\(open.count) orders were left resting on the \(name)", at: end) }
        let names = exchange.orders(of: MirrorPlaces.account, in: MarketID(0)).map(\.request.clientOrderID).sorted()
        for (first, second) in zip(names, names.dropFirst()) where first == second {
            violation("\(first) was submitted twice to the \(name)", at: end)
        }
    }

    /// A fill as both sides know it, whatever each calls its trade.
    private struct Trace: Comparable, CustomStringConvertible {
        var order: String
        var price: Int64
        var lots: Int64

        static func < (a: Self, b: Self) -> Bool { (a.order, a.price, a.lots) < (b.order, b.price, b.lots) }
        var description: String { "\(lots) of \(order) at \(price)" }
    }

    /// Each fill once in each life, as the venue has it; none is missing where one life saw them all.
    private mutating func auditFills(
        _ name: String, _ market: MarketID, _ exchange: Exchange, isComplete: Bool, at end: Instant
    ) {
        let executions = exchange.executions(of: MirrorPlaces.account, in: MarketID(0))
        if executions.contains(where: \.isSelfTrade) { violation("the bot traded with itself on the \(name)", at: end) }
        let theirs = executions.map { execution in
            Trace(
                order: exchange.order(execution.order, of: MirrorPlaces.account)?.request.clientOrderID ?? "?",
                price: execution.price.ticks, lots: execution.quantity.lots)
        }.sorted()
        let lives = booked.map(\.life).max() ?? 0
        for life in 1...max(1, lives) {
            let ours = booked.filter { $0.life == life && $0.fill.market == market }
            let named = ours.compactMap { entry in
                entry.fill.clientOrderID.map {
                    Trace(order: $0.text, price: entry.fill.price.ticks, lots: entry.fill.quantity.lots)
                }
            }.sorted()
            if let extra = Self.extra(in: named, beyond: theirs) {
                violation("\(extra) was booked more often than the \(name) has it", at: end)
            }
            if isComplete, ours.count != executions.count {
                violation("\(ours.count) fills were booked, the \(name) has \(executions.count)", at: end)
            }
        }
    }

    /// The first of a sorted list that another one has fewer of.
    private static func extra(in mine: [Trace], beyond theirs: [Trace]) -> Trace? {
        var index = theirs.startIndex
        for trace in mine {
            while index < theirs.endIndex, theirs[index] < trace { index += 1 }
            guard index < theirs.endIndex, theirs[index] == trace else { return trace }
            index += 1
        }
        return nil
    }

    /// Ours and the venues' to the last decimal.
    private mutating func auditHoldings(
        _ status: EngineStatus, _ target: Exchange, _ reference: Exchange, at end: Instant
    ) {
        for holding in status.holdings where holding.venue == .target || plan.isHedged {
            let exchange = holding.venue == .target ? target : reference
            let held = exchange.holding(of: MirrorPlaces.account, asset: holding.asset).total
            if holding.own != held {
                let own = holding.own.map { "\($0)" } ?? "not known"
                violation("\(holding.asset) of \(holding.venue) is \(own), the venue has \(held)", at: end)
            }
        }
    }

    private mutating func auditEngine(_ status: EngineStatus, at end: Instant) {
        if status.unresolved > 0 { violation("\(status.unresolved) orders are still unresolved", at: end) }
        for market in status.markets {
            for order in market.orders {
                violation("\(order.id) never came to an end: \(order.state.rawValue)", at: end)
            }
            let sources = market.spreadCapture + market.inventory + market.hedging - market.fees + market.funding
            if sources != market.equityChange {
                violation("profit by source is \(sources), by position \(market.equityChange)", at: end)
            }
        }
        if let text = status.haltReason { violation("trading was halted: \(text)", at: end) }
    }
}
