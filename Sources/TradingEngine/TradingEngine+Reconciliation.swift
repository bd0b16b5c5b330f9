internal import Accounting
internal import Execution
internal import Fundamentals
internal import MarketModel

extension TradingEngine {
    /// Takes over the venue's position while nothing was ever ours in the market; afterwards compares.
    mutating func reconcile(
        _ index: Int, _ quantity: Quantity, _ entryPrice: ExactDecimal, asOf: Instant, into effects: inout [Effect]
    ) {
        let isFresh = markets[index].ledger.fillCount == 0 && markets[index].counts.placed == 0
        // An answer overtaken by the stream would take over a position that is over.
        if isFresh, asOf < markets[index].reconciliation.adoptedAsOf { return }
        markets[index].reconciliation.reported = quantity
        if isFresh {
            adopt(index, quantity, entryPrice, asOf: asOf)
            return
        }
        let difference = quantity - markets[index].ledger.position
        if difference == .zero {
            markets[index].reconciliation.difference = .zero
            markets[index].reconciliation.hasAlarmed = false
            return
        }
        guard isQuiet(index, asOf: asOf) else { return }
        // A fill booked since then ended that episode: the same difference again is a new one.
        let check = markets[index].reconciliation
        if check.difference != difference || check.noticedAt <= check.lastChange {
            markets[index].reconciliation.difference = difference
            markets[index].reconciliation.noticedAt = now
        }
        guard isHistoryRead(index, since: markets[index].reconciliation.noticedAt, before: asOf) else {
            effects.append(.fetchFills(markets[index].id))
            return
        }
        guard !markets[index].reconciliation.hasAlarmed else { return }
        markets[index].reconciliation.hasAlarmed = true
        let symbol = markets[index].instrument.symbol
        let text = "\(symbol): the venue's position differs from our books by \(difference)"
        effects.append(.incident(Incident(.alarm, text)))
    }

    /// Whether the history was asked for at `noticed` or later, and the venue once more after that: only then is a
    /// difference more than a fill on its way. What the difference told of had happened before it was noticed.
    func isHistoryRead(_ index: Int, since noticed: Instant, before asOf: Instant) -> Bool {
        let complete = markets[index].reconciliation.fillsCompleteAsOf
        return complete >= noticed && asOf > complete
    }

    private mutating func adopt(_ index: Int, _ quantity: Quantity, _ entryPrice: ExactDecimal, asOf: Instant) {
        markets[index].reconciliation.isAdopted = true
        markets[index].reconciliation.adoptedAsOf = asOf
        guard quantity != markets[index].ledger.position else { return }
        let mid = markets[index].ledger.mid
        markets[index].ledger = Ledger(markets[index].instrument)
        if let mid { markets[index].ledger.mark(mid, at: now) }
        markets[index].ledger.adopt(quantity, entryPrice: entryPrice)
        refreshEquity(index)
    }

    /// Nothing moved in the market since before the venue was asked, and nothing is under way.
    func isQuiet(_ index: Int, asOf: Instant) -> Bool {
        guard asOf > markets[index].reconciliation.lastChange, table.endedWithMissing.isEmpty else { return false }
        return !table.live.contains { order in
            guard order.spec.market == markets[index].id else { return false }
            switch order.state {
            case .working, .done: return order.missing > .zero
            case .pendingNew, .pendingAmend, .pendingCancel, .unresolved: return true
            }
        }
    }

    private func isUntouched(_ index: Int) -> Bool {
        markets[index].ledger.position == .zero && !table.hasLive(in: markets[index].id)
    }

    /// The first balance opens the books; afterwards the venue's wallet is compared with ours. A lasting difference
    /// (a transfer, or an error) raises one alarm and is then taken as given.
    mutating func reconcile(wallet: Cash, available: Cash?, asOf: Instant, into effects: inout [Effect]) {
        balance.reported = wallet
        let onMargin = markets.indices.filter { markets[$0].holdings == nil }
        if let available, onMargin.allSatisfy({ isUntouched($0) }) { balance.quietAvailable = (available, wallet) }
        guard let own = ownWallet else {
            balance.opening = wallet - walletChange
            return
        }
        let difference = wallet - own
        if difference == .zero {
            balance.difference.notice(.zero, at: now)
            return
        }
        guard asOf > balance.lastChange, table.endedWithMissing.isEmpty,
            onMargin.allSatisfy({ isQuiet($0, asOf: asOf) })
        else { return }
        balance.difference.notice(difference, at: now)
        guard onMargin.allSatisfy({ isHistoryRead($0, since: balance.difference.noticedAt, before: asOf) }) else {
            for index in onMargin { effects.append(.fetchFills(markets[index].id)) }
            return
        }
        balance.difference.notice(.zero, at: now)
        balance.opening = balance.opening.map { $0 + difference }
        let text = "the venue's wallet differs from our books by \(difference): a transfer, or fills that are unknown"
        effects.append(.incident(Incident(.alarm, text)))
    }
}
