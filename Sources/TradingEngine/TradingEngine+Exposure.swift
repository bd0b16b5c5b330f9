internal import Accounting
internal import Execution
internal import Fundamentals
internal import MarketModel
internal import RiskControl

/// Values that positions can come to by what is open, of one market or summed over several.
struct WorstCase: Hashable, Sendable {
    /// Largest |position|, whichever side it is on.
    var gross = Cash.zero
    /// Signed: if every buy fills and no sell.
    var long = Cash.zero
    /// Signed: if every sell fills and no buy.
    var short = Cash.zero

    static func + (a: Self, b: Self) -> Self {
        Self(gross: a.gross + b.gross, long: a.long + b.long, short: a.short + b.short)
    }
    static func - (a: Self, b: Self) -> Self {
        Self(gross: a.gross - b.gross, long: a.long - b.long, short: a.short - b.short)
    }
}

extension TradingEngine {
    /// What the gate must know to judge an action in one market, without the order it is about. With `amends` as the venue
    /// has it, an amendment is judged for the time until it is confirmed; without, for the time after.
    func context(
        _ index: Int, excluding order: Order? = nil, amends: AmendStyle = .inPlace, isHedge: Bool = false
    ) -> RiskContext {
        let open = open(index, excluding: order?.id)
        let others = exposure - markets[index].worst
        var context = RiskContext(
            instrument: markets[index].instrument, permission: permission(index, isHedge: isHedge),
            reference: markets[index].touch?.mid, mark: markets[index].prices.newest,
            position: markets[index].ledger.position,
            buying: open.buying, selling: open.selling, openOrders: open.count, highestBuy: open.highestBuy,
            lowestSell: open.lowestSell,
            marketOrder: open.marketOrder, ownRemaining: order?.atRisk ?? .zero, ownFilled: order?.filled ?? .zero,
            ownReduceOnly: order?.spec.reduceOnly ?? false, amends: amends, otherExposure: others.gross,
            othersLong: others.long, othersShort: others.short, wallet: worth(index))
        context.venue = markets[index].venue
        context.isHedge = isHedge
        // What others hold must be known too: their exposure is part of the sum.
        context.conversion = unvaluedMarkets == 0 ? markets[index].rate : nil
        if markets[index].holdings != nil {
            context.ownPrice = order?.spec.price
            context.funds = funds(index, beside: open)
        }
        return context
    }

    /// What is filled may still be offset while the engine stops; halted, it may only be so as far as that reduces a
    /// position.
    private func permission(_ index: Int, isHedge: Bool) -> Permission {
        let venue = venues[markets[index].venue.index]
        guard venue.isReady, venue.isPrivateStreamUp else { return .none }
        if haltReason == nil, phase == .quoting || isHedge { return .all }
        return markets[index].isFlattening || isHedge ? .reducing : .none
    }

    /// Keeps the worst case of one market up to date, and the sum over all.
    mutating func refreshExposure(_ index: Int) {
        let open = open(index, excluding: nil)
        let wasUnvalued = markets[index].isUnvalued
        let awaiting = awaitingHedge(index)
        let change = markets[index].noteOpen(
            buying: max(open.buying, awaiting.buying), selling: max(open.selling, awaiting.selling))
        exposure = exposure + change
        if markets[index].isUnvalued != wasUnvalued { unvaluedMarkets += wasUnvalued ? -1 : 1 }
    }

    /// What may still fill in one market: ours, that of others on our account, and what the venue's word on the position
    /// leaves unexplained.
    func open(_ index: Int, excluding order: ClientOrderID?) -> OpenExposure {
        var open = table.exposure(in: markets[index].id, excluding: order)
        let missing = markets[index].reconciliation.unexplained(beside: open)
        open.buying += markets[index].externalBuying + missing.buying
        open.buyingCost += markets[index].externalBuyingCost
        open.selling += markets[index].externalSelling + missing.selling
        return open
    }

    /// Our own books of the margin wallet, or the venue's last word where that is less; nil until the venue has told.
    var wallet: Cash? {
        guard let own = ownWallet, let reported = balance.reported else { return nil }
        return min(own, reported)
    }

    var ownWallet: Cash? {
        guard let opening = balance.opening else { return nil }
        return opening + walletChange
    }

    /// What the markets on margin made of the wallet.
    var walletChange: Cash {
        markets.reduce(.zero) { $1.holdings == nil ? $0 + $1.ledger.walletChange : $0 }
    }

    /// The venue's available balance is only worth something when nothing of ours was open; profit since then counts.
    func available(_ wallet: Cash) -> Cash {
        guard let quiet = balance.quietAvailable else { return wallet }
        return max(.zero, min(wallet, quiet.available + wallet - quiet.wallet))
    }
}
