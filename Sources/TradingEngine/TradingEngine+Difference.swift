internal import Execution
internal import Fundamentals
internal import MarketModel
internal import Quoting
internal import RiskControl

extension TradingEngine {
    // MARK: The difference

    /// Takes the smallest steps from what works to what is desired, as far as the gate and the pauses let it.
    mutating func sendDifference(_ index: Int, into effects: inout [Effect]) {
        let market = markets[index].id
        if markets[index].desired.isEmpty, now - markets[index].cancelAllAt < Self.cancelAllGrace { return }
        table.difference(markets[index].desired, in: market, into: &changes)
        for change in changes {
            switch change {
            case .cancel(let id): cancel(id, index, into: &effects)
            case .renew(let id): renew(id, index, into: &effects)
            case .amend(let id, let price, let quantity): amend(id, price, quantity, index, into: &effects)
            case .place(let wanted):
                guard now >= markets[index].backoff(wanted.side).until else { continue }
                place(spec(wanted, market), .quote(level: wanted.level), index, into: &effects)
            }
        }
        changes.removeAll(keepingCapacity: true)
    }

    /// What cannot be amended as things are waits, unless the limits no longer let the order stand as it is: then it goes.
    private mutating func amend(
        _ id: ClientOrderID, _ price: Price, _ quantity: Quantity, _ index: Int, into effects: inout [Effect]
    ) {
        guard let order = table.order(id) else { return }
        let side = order.spec.side
        if now < markets[index].backoff(side).until {
            if !canStand(order, index) { cancel(id, index, into: &effects) }
            return
        }
        guard !isCoalescing(side, index) || !canStand(order, index) else { return }
        let action = OrderAction.amend(id, market: markets[index].id, side: side, price: price, quantity: quantity)
        let context = context(index, excluding: order, amends: configuration.amends)
        do throws(Refusal) {
            effects.append(.send(try gate.approve(action, context, at: now)))
        } catch {
            // Old and new order together may be too much where either would do: then the old one goes first.
            let isTooMuch = configuration.amends == .replacement && !error.isPassing
            if !isTooMuch { tell(error, action, side, index, into: &effects) }
            if isTooMuch || !canStand(order, index) {
                cancel(id, index, into: &effects)
                markets[index].noteReplace(side, at: now)
            }
            return
        }
        table.recordAmend(id, price: price, quantity: quantity, at: now)
        forgetAnyRefusal(side, index)
        markets[index].counts.amended += 1
        markets[index].noteReplace(side, at: now)
    }

    private mutating func renew(_ id: ClientOrderID, _ index: Int, into effects: inout [Effect]) {
        guard let order = table.order(id) else { return }
        guard !isCoalescing(order.spec.side, index) || !canStand(order, index) else { return }
        cancel(id, index, into: &effects)
        markets[index].noteReplace(order.spec.side, at: now)
    }

    /// Whether the side was replaced so lately, but before this step, that the next replace must wait.
    private func isCoalescing(_ side: Side, _ index: Int) -> Bool {
        let last = markets[index].replacedAt(side)
        return last < now && now - last < configuration.coalescing
    }

    /// Whether the limits let a working order go on as it is.
    func canStand(_ order: Order, _ index: Int) -> Bool {
        guard let price = order.spec.price else { return true }
        let action = OrderAction.amend(
            order.id, market: markets[index].id, side: order.spec.side, price: price, quantity: order.spec.quantity)
        do throws(Refusal) {
            try gate.judge(action, context(index, excluding: order), at: now)
            return true
        } catch { return false }
    }

    private mutating func cancel(_ id: ClientOrderID, _ index: Int, into effects: inout [Effect]) {
        let action = OrderAction.cancel(id, market: markets[index].id)
        guard let approved = try? gate.approve(action, context(index), at: now) else { return }
        table.recordCancel(id, at: now)
        effects.append(.send(approved))
        markets[index].counts.canceled += 1
    }

    /// Cancels an order that the table does not manage.
    mutating func cancelStray(_ id: ClientOrderID, _ market: MarketID, into effects: inout [Effect]) {
        let action = OrderAction.cancel(id, market: market)
        guard let approved = try? gate.approve(action, context(market.index), at: now) else { return }
        effects.append(.send(approved))
    }

    @discardableResult
    mutating func place(
        _ spec: OrderSpec, _ purpose: OrderPurpose, _ index: Int, into effects: inout [Effect]
    ) -> Bool {
        let id = table.nextID
        let context = context(index, isHedge: purpose == .hedge)
        guard send(.place(id, spec), spec.side, context, index, into: &effects) else { return false }
        table.recordPlace(id, spec, for: purpose, at: now)
        markets[index].counts.placed += 1
        refreshExposure(index)
        return true
    }

    /// Has the gate approve, and sends. The caller records the intent in the same step, before anything leaves.
    private mutating func send(
        _ action: OrderAction, _ side: Side, _ context: RiskContext, _ index: Int, into effects: inout [Effect]
    ) -> Bool {
        do throws(Refusal) {
            effects.append(.send(try gate.approve(action, context, at: now)))
            forgetAnyRefusal(side, index)
            return true
        } catch {
            tell(error, action, side, index, into: &effects)
            return false
        }
    }

    /// Once for each change of the rule that refuses.
    mutating func tell(
        _ refusal: Refusal, _ action: OrderAction, _ side: Side, _ index: Int, into effects: inout [Effect]
    ) {
        let before: Refusal?
        switch side {
        case .buy:
            before = markets[index].buyRefusal
            markets[index].buyRefusal = refusal
        case .sell:
            before = markets[index].sellRefusal
            markets[index].sellRefusal = refusal
        }
        if let before, before.isSameRule(as: refusal) { return }
        markets[index].counts.refused += 1
        effects.append(.refused(action, refusal))
    }

    /// Something was sent: whatever is refused next is told.
    private mutating func forgetAnyRefusal(_ side: Side, _ index: Int) {
        switch side {
        case .buy: markets[index].buyRefusal = nil
        case .sell: markets[index].sellRefusal = nil
        }
    }

    /// The quote could stand again; refusals that pass by themselves are remembered until something was sent.
    mutating func forgetRefusal(_ side: Side, _ index: Int) {
        switch side {
        case .buy: if markets[index].buyRefusal?.isPassing == false { markets[index].buyRefusal = nil }
        case .sell: if markets[index].sellRefusal?.isPassing == false { markets[index].sellRefusal = nil }
        }
    }
}
