internal import Fundamentals
internal import MarketModel

extension AccountEvent {
    /// Whether its numbers can be true of any market. Beyond these bounds (10¹² ticks or lots, 10¹⁸ coins) sums could
    /// overflow, so such an event is told and dropped.
    var isPlausible: Bool {
        switch self {
        case .accepted, .rejected, .unresolved, .notFound, .fillsComplete: true
        case .amended(_, let price, let quantity): price.isPlausible && quantity.isPlausible
        case .filled(let fill):
            fill.price.isPlausible && fill.quantity.isPlausible && fill.quantity > .zero && fill.commission.isPlausible
                && fill.realized?.isPlausible ?? true && fill.baseCommission.isPlausible
                && fill.thirdAssetCommission.isPlausible
        case .done(_, _, let filled): filled?.isPlausible ?? true
        case .report(let report): report.isPlausible
        case .openOrders(_, let reports, _): reports.allSatisfy(\.isPlausible)
        case .position(_, let quantity, let entryPrice, _, _):
            quantity > Quantity(lots: -bound) && quantity < Quantity(lots: bound) && entryPrice.mantissa >= 0
        case .balance(let wallet, let available, _): wallet.isPlausible && available?.isPlausible ?? true
        case .holding(_, _, let total, let available, _): total.isPlausible && available?.isPlausible ?? true
        case .funding(_, let amount, _): amount.isPlausible
        }
    }
}

/// A fee in the base asset is not more than what was traded, nor is there one where profit is settled in cash.
func isPlausible(_ fill: Fill, _ instrument: Instrument) -> Bool {
    guard fill.baseCommission != .zero else { return true }
    return instrument.kind == .spot && fill.baseCommission.magnitude <= instrument.baseAmount(fill.quantity)
}

extension PublicTrade {
    /// As for our own fills.
    var isPlausible: Bool { price.isPlausible && quantity.isPlausible && quantity > .zero }
}

private let bound: Int64 = 1 << 40

extension OrderReport {
    fileprivate var isPlausible: Bool {
        price?.isPlausible ?? true && quantity.isPlausible && filled.isPlausible
    }
}

extension Price {
    fileprivate var isPlausible: Bool { ticks > 0 && ticks < bound }
}

extension Quantity {
    fileprivate var isPlausible: Bool { lots >= 0 && lots < bound }
}

extension Cash {
    fileprivate var isPlausible: Bool { units > -(1 << 100) && units < 1 << 100 }
}
