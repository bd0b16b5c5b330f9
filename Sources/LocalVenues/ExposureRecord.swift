internal import Exchange
internal import MarketModel

/// The largest exposure an account ever had in one market: were all its open orders of one side to fill.
struct ExposureRecord: Hashable, Sendable {
    /// Of the present orders; reduce-only orders cannot add exposure and are left out.
    var openBuys = Quantity.zero
    var openSells = Quantity.zero
    var maxLong = Quantity.zero
    var maxShort = Quantity.zero
    var maxPosition = Quantity.zero
    /// The larger of the two sides at the mark of the moment at which orders or position last changed.
    var maxValue = Cash.zero
    var maxOpenOrders = 0

    /// Notes the worst case of the present orders and position.
    mutating func note(open: [ExchangeOrder], position: Quantity, mark: ExactDecimal, _ instrument: Instrument) {
        openBuys = .zero
        openSells = .zero
        for order in open where !order.request.reduceOnly && !order.request.closePosition {
            switch order.request.side {
            case .buy: openBuys += order.remaining
            case .sell: openSells += order.remaining
            }
        }
        let long = position + openBuys
        let short = openSells - position
        maxLong = max(maxLong, long)
        maxShort = max(maxShort, short)
        maxPosition = max(maxPosition, position.magnitude)
        maxOpenOrders = max(maxOpenOrders, open.count)
        maxValue = max(maxValue, LedgerMath.value(of: max(long, short), at: mark, instrument))
    }
}
