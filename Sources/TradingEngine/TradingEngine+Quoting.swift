internal import Accounting
internal import Execution
internal import Fundamentals
internal import MarketModel
internal import OrderBooks
internal import Quoting
internal import RiskControl

extension TradingEngine {
    /// Looks at one market as it is now: values it, decides what should work, and sends the difference.
    mutating func review(_ index: Int, into effects: inout [Effect]) {
        lookAtBook(index)
        lookAtSources(index)
        watchIdentity(index, into: &effects)
        watchLosses(index, into: &effects)
        hedge(index, into: &effects)
        decide(index, into: &effects)
        shape(index, into: &effects)
        sendDifference(index, into: &effects)
        if wantsFlat(index) { flatten(index, into: &effects) }
        refreshExposure(index)
        noteQuoting(index)
    }

    mutating func lookAtBook(_ index: Int) {
        markets[index].lookAtBook(at: now)
        refreshEquity(index)
        refreshRates(index)
    }

    /// The parts of the profit sum to the change in equity by construction; should they ever not, nothing that is shown
    /// can be trusted, and a person must know.
    private mutating func watchIdentity(_ index: Int, into effects: inout [Effect]) {
        let imbalance = markets[index].imbalance
        guard imbalance != .zero, !markets[index].isUnbalanced else { return }
        assert(imbalance == .zero, "the parts of the profit sum to the change in equity")
        markets[index].isUnbalanced = true
        let symbol = markets[index].instrument.symbol
        let text = "\(symbol): the parts of the profit miss the change in equity by \(imbalance)"
        effects.append(.incident(Incident(.alarm, text)))
    }

    mutating func refreshEquity(_ index: Int) {
        let change = markets[index].revalue()
        equityChange += change
    }

    private mutating func watchLosses(_ index: Int, into effects: inout [Effect]) {
        guard let latch = gate.observeEquity(equityChange, at: now) else { return }
        guard haltReason == nil else { return }
        switch latch {
        case .dailyLoss(let loss, let limit): halt("daily loss \(loss) reached the limit of \(limit)", into: &effects)
        case .drawdown(let loss, let limit): halt("drawdown \(loss) reached the limit of \(limit)", into: &effects)
        }
    }

    // MARK: What should work

    private mutating func decide(_ index: Int, into effects: inout [Effect]) {
        markets[index].desired.removeAll(keepingCapacity: true)
        let before = markets[index].withheld
        let withheld = withholding(index)
        if withheld != before { tell(withheld, index, into: &effects) }
        guard withheld == nil, !markets[index].isWatched, let touch = markets[index].touch else {
            markets[index].decision.removeAll()
            return
        }
        // Prices from before the pause are no prices for the market after it.
        if before != nil { markets[index].model.renew() }
        if before != nil || !isTimerStep || now >= markets[index].nextDecision {
            markets[index].nextDecision = now + configuration.decisionInterval
            markets[index].decision.removeAll()
            let view = view(index, touch)
            markets[index].decide(view)
            tellAbsence(index, into: &effects)
            tellPriceSource(index, into: &effects)
        }
        markets[index].desired.append(contentsOf: markets[index].decision.quotes)
    }

    private mutating func view(_ index: Int, _ touch: Touch) -> MarketView {
        let held = held(index)
        let wallet = held?.quote ?? wallet ?? .zero
        var view = MarketView(
            now: now, touch: touch, instrument: markets[index].instrument, position: markets[index].ledger.position,
            entryValue: markets[index].ledger.cost, wallet: wallet,
            available: markets[index].holdings == nil ? available(wallet) : wallet)
        view.heldBase = held?.base
        view.heldQuote = held?.quote
        view.caps = caps(index)
        markets[index].describe(&view)
        describeSources(index, &view)
        return view
    }

    private func caps(_ index: Int) -> QuoteCaps {
        let limits = configuration.limits
        let others = exposure - markets[index].worst
        if let hedge = dependencies[index].hedge { return hedgedCaps(index, hedge, others) }
        var caps = QuoteCaps()
        caps.order = markets[index].limits.maxOrderValue
        caps.position = markets[index].limits.maxPositionValue
        caps.positionLots = markets[index].limits.maxPosition
        caps.exposure = max(.zero, limits.maxExposure - others.gross)
        if let net = limits.maxNetExposure {
            let worst = max(.zero, max(others.long, -others.short))
            caps.exposure = min(caps.exposure ?? net, max(.zero, net - worst))
        }
        if markets[index].conversion == nil { return caps }
        caps.order = markets[index].own(caps.order ?? .zero)
        caps.position = markets[index].own(caps.position ?? .zero)
        caps.exposure = markets[index].own(caps.exposure ?? .zero)
        return caps
    }

    /// Why nothing may be quoted in a market; nil when it may.
    private func withholding(_ index: Int) -> Withholding? {
        if haltReason != nil { return .halted }
        switch phase {
        case .waiting: return .notReady
        case .stopping, .quiet: return .stopping
        case .quoting: break
        }
        if isPaused { return .paused }
        if !venues[markets[index].venue.index].isPrivateStreamUp { return .privateStreamDown }
        if !isArmed(index) { return .switchNotArmed }
        if let problem = markets[index].problem { return .book(problem) }
        if let problem = sourceProblem(index) { return problem }
        if gate.isBroken(venue: markets[index].venue, at: now) { return .breaker }
        if gate.isPaused(markets[index].id, at: now) { return .repeatedFills }
        if now < markets[index].awaitsRulesUntil { return .awaitingRules }
        return markets[index].isFlattening ? .flattening : nil
    }

    private func isArmed(_ index: Int) -> Bool {
        switch markets[index].deadMansSwitch {
        case .unreported: true
        case .disarmed: false
        case .armed(let until): now < until
        }
    }

    private mutating func tell(_ withheld: Withholding?, _ index: Int, into effects: inout [Effect]) {
        let before = markets[index].withheld
        markets[index].withheld = withheld
        let symbol = markets[index].instrument.symbol
        guard !markets[index].isWatched else { return tellWatched(before, withheld, symbol, into: &effects) }
        guard let withheld else { return effects.append(.incident(Incident(.notice, "\(symbol): quoting"))) }
        guard !withheld.isSameReason(as: before) else { return }
        let text =
            withheld == .switchNotArmed
            ? "\(symbol): the dead man's switch is not armed, not quoting"
            : "\(symbol): not quoting, \(withheld.text)"
        effects.append(.incident(Incident(withheld.severity, text)))
    }

    /// Of a market that is only watched, its book is all that there is to tell.
    private func tellWatched(
        _ before: Withholding?, _ withheld: Withholding?, _ symbol: String, into effects: inout [Effect]
    ) {
        if case .book = withheld, withheld?.isSameReason(as: before) == false, let text = withheld?.text {
            effects.append(.incident(Incident(.notice, "\(symbol): no prices, \(text)")))
        } else if case .book = before, withheld == nil {
            effects.append(.incident(Incident(.notice, "\(symbol): prices again")))
        }
    }

    /// Once for each change of the reason; the amounts in it change with every tick.
    private mutating func tellAbsence(_ index: Int, into effects: inout [Effect]) {
        let before = markets[index].absence
        let absence = markets[index].decision.absence
        markets[index].absence = absence
        guard let absence, absence.reason != before?.reason else { return }
        let instrument = markets[index].instrument
        let text = "\(instrument.symbol): \(absence.text(instrument))"
        effects.append(.incident(Incident(absence.isOrdinary ? .notice : .warning, text)))
    }

    /// A change of what the quotes are around is told: on a fallback they are worth less.
    private mutating func tellPriceSource(_ index: Int, into effects: inout [Effect]) {
        guard !markets[index].decision.quotes.isEmpty else { return }
        let before = markets[index].priceSource
        let source = markets[index].decision.priceSource
        guard source != before else { return }
        markets[index].priceSource = source
        guard before != nil || source == .positionMark else { return }
        let severity: Incident.Severity = source == .positionMark ? .warning : .notice
        let text = "\(markets[index].instrument.symbol): quoting around \(source.text)"
        effects.append(.incident(Incident(severity, text)))
    }

    // MARK: Risk shapes it

    /// Cuts each desired quote to the room that is left, and drops those that could not stand.
    private mutating func shape(_ index: Int, into effects: inout [Effect]) {
        var kept = 0
        var planned = PlannedFunds()
        for position in markets[index].desired.indices {
            var wanted = markets[index].desired[position]
            guard wanted.quantity > .zero else { continue }
            let order = quoteOrder(index, wanted)
            var context = context(index, excluding: order)
            context.funds?.commit(planned)
            let asked = wanted.quantity
            fit(&wanted, order, index, context)
            if markets[index].replaceThreshold > .zero, let order,
                isCloseEnough(order, wanted, wasCut: wanted.quantity < asked, index), canStand(order, index)
            {
                wanted.price = order.spec.price ?? wanted.price
                wanted.quantity = order.remaining
            }
            let action = action(for: wanted, order, markets[index].id)
            do throws(Refusal) {
                try gate.judge(action, context, at: now)
                forgetRefusal(wanted.side, index)
                planned.add(wanted, order, context)
                markets[index].desired[kept] = wanted
                kept += 1
            } catch {
                tell(error, action, wanted.side, index, into: &effects)
            }
        }
        markets[index].desired.removeLast(markets[index].desired.count - kept)
    }

    /// No spot quote asks for more than is left of what is held, and no quote is worth more than one order may be: a larger position is closed in several. One that is larger than the
    /// room is cut to ⅞ of it, so that a small move does not cut it again; one that works already, and fits, is left.
    private func fit(_ wanted: inout Quote, _ order: Order?, _ index: Int, _ context: RiskContext) {
        wanted.quantity = min(wanted.quantity, largestOrder(index, at: wanted.price))
        if let affordable = gate.affordable(wanted.side, at: wanted.price, context), affordable < wanted.quantity,
            affordable >= markets[index].instrument.quantityRange.lowerBound
        {
            wanted.quantity = affordable
        }
        guard !wanted.reduceOnly else { return }
        let room = gate.room(wanted.side, markets[index].id, context)
        guard wanted.quantity > room else { return }
        if let order, order.spec.price == wanted.price, order.remaining <= room, order.remaining > .zero {
            wanted.quantity = order.remaining
            return
        }
        let cut = Quantity(lots: room.lots - room.lots / 8)
        let least = markets[index].instrument.quantityRange.lowerBound
        if cut >= least { wanted.quantity = cut }
    }

    /// Whether a working quote is near enough to the one wanted to be left as it is.
    private func isCloseEnough(_ order: Order, _ wanted: Quote, wasCut: Bool, _ index: Int) -> Bool {
        let threshold = Int128(markets[index].replaceThreshold.parts)
        guard order.state == .working, let price = order.spec.price,
            order.spec.timeInForce == wanted.timeInForce, order.spec.reduceOnly == wanted.reduceOnly,
            order.remaining > .zero,
            Int128(abs(price - wanted.price)) * 100_000_000 <= threshold * Int128(wanted.price.ticks)
        else { return false }
        let share = threshold * Int128(wanted.quantity.lots) / 100_000_000
        let tolerance = max(1, Int64(clamping: share))
        let excess = (order.remaining - wanted.quantity).lots
        // The limits demanded the smaller size; and the remainder of a partly filled quote keeps its place.
        if excess > (wasCut ? 0 : tolerance) { return false }
        return excess >= -tolerance || order.filled > .zero
    }

    func quoteOrder(_ index: Int, _ wanted: Quote) -> Order? {
        let market = markets[index].id
        return table.live.first {
            $0.spec.market == market && $0.spec.side == wanted.side && $0.purpose == .quote(level: wanted.level)
        }
    }

    private func action(for wanted: Quote, _ order: Order?, _ market: MarketID) -> OrderAction {
        if let order {
            return .amend(
                order.id, market: market, side: wanted.side, price: wanted.price,
                quantity: order.filled + wanted.quantity)
        }
        return .place(table.nextID, spec(wanted, market))
    }

    func spec(_ wanted: Quote, _ market: MarketID) -> OrderSpec {
        OrderSpec(
            market: market, side: wanted.side, price: wanted.price, quantity: wanted.quantity,
            timeInForce: wanted.timeInForce, reduceOnly: wanted.reduceOnly)
    }

    // MARK: Afterwards

    private mutating func noteQuoting(_ index: Int) {
        var buys = false
        var sells = false
        for order in table.live where order.spec.market == markets[index].id && order.state == .working {
            guard case .quote = order.purpose else { continue }
            switch order.spec.side {
            case .buy: buys = true
            case .sell: sells = true
            }
        }
        markets[index].hasBid = buys
        markets[index].hasAsk = sells
    }
}
