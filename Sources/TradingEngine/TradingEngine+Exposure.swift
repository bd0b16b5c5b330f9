internal import Accounting
internal import Execution
internal import Fundamentals
internal import MarketModel
internal import RiskControl

extension TradingEngine {
    /// What the gate must know to judge an action in one market, without the order it is about.
    func context(_ index: Int, excluding order: Order? = nil) -> RiskContext {
        let open = table.exposure(in: markets[index].id, excluding: order?.id)
        let missing = markets[index].reconciliation.unexplained(beside: open)
        var others = Cash.zero
        for other in markets.indices where other != index { others += markets[other].worstExposure }
        return RiskContext(
            instrument: markets[index].instrument, permission: permission(index),
            reference: markets[index].touch?.mid, mark: markets[index].prices.newest,
            position: markets[index].ledger.position,
            buying: open.buying + markets[index].externalBuying + missing.buying,
            selling: open.selling + markets[index].externalSelling + missing.selling,
            openOrders: open.count, highestBuy: open.highestBuy, lowestSell: open.lowestSell,
            marketOrder: open.marketOrder, ownRemaining: order?.atRisk ?? .zero, ownFilled: order?.filled ?? .zero,
            ownReduceOnly: order?.spec.reduceOnly ?? false, otherExposure: others, wallet: wallet)
    }

    private func permission(_ index: Int) -> Permission {
        guard isReady, isPrivateStreamUp else { return .none }
        if haltReason == nil, phase == .quoting { return .all }
        return markets[index].isFlattening ? .reducing : .none
    }

    /// Keeps the worst case of one market up to date, for the limit on their sum.
    mutating func refreshExposure(_ index: Int) {
        let context = context(index)
        let worst: Cash
        if let mid = markets[index].ledger.mid {
            worst = markets[index].instrument.notional(mid, context.worstCase)
        } else {
            worst = markets[index].ledger.cost.magnitude
        }
        markets[index].worstExposure = worst
        markets[index].maxExposureSeen = max(markets[index].maxExposureSeen, worst)
    }

    /// Our own books of the wallet, or the venue's last word where that is less; nil until the venue has told.
    var wallet: Cash? {
        guard let own = ownWallet, let reported = balance.reported else { return nil }
        return min(own, reported)
    }

    var ownWallet: Cash? {
        guard let opening = balance.opening else { return nil }
        return markets.reduce(opening) { $0 + $1.ledger.walletChange }
    }

    /// The venue's available balance is only worth something when nothing of ours was open; profit since then counts.
    func available(_ wallet: Cash) -> Cash {
        guard let quiet = balance.quietAvailable else { return wallet }
        return max(.zero, min(wallet, quiet.available + wallet - quiet.wallet))
    }
}
