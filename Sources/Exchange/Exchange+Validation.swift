internal import Fundamentals
internal import MarketModel

/// The venue's filters, in the order of their precedence.
extension Exchange {
    /// Whether an order passes everything that does not depend on what its account has.
    public func check(_ order: NewOrder, by account: AccountID) throws(ExchangeRejection) {
        guard has(order.market) else { throw .unknownMarket }
        guard has(account) else { throw .insufficientMargin }
        try checkFilters(order, account: account.index)
    }

    /// Everything but margin, which depends on what the order does.
    func checkFilters(_ order: NewOrder, account: Int) throws(ExchangeRejection) {
        let market = order.market.index
        let quantity = try checkQuantity(order)
        if order.type.hasLimit {
            guard let price = order.price else { throw .priceBelowMinimum }
            try checkPriceRange(price, market)
        }
        try checkTriggerPrices(order)
        if order.type.hasLimit, let price = order.price {
            if order.type.isConditional, markets[market].collarFollowsTrigger, let trigger = order.stopPrice {
                try checkCollar(price, order.side, market, around: Int128(trigger.ticks) * MarkPrice.partsPerTick)
            } else {
                try checkCollar(price, order.side, market)
            }
        }
        try checkNotional(order, quantity)
        guard accounts[account].markets[market].open.count < markets[market].instrument.maxOpenOrders else {
            throw .tooManyOpenOrders
        }
        if order.type.isConditional, accounts[account].markets[market].waiting >= markets[market].maxConditionalOrders {
            throw .tooManyConditionalOrders
        }
        if order.type == .market { try checkLiquidity(order) }
    }

    private func checkQuantity(_ order: NewOrder) throws(ExchangeRejection) -> Quantity? {
        guard let quantity = order.quantity else {
            guard order.closePosition, order.type.isConditional, !order.type.hasLimit else {
                throw .quantityNotPositive
            }
            return nil
        }
        guard quantity > .zero else { throw .quantityNotPositive }
        let instrument = markets[order.market.index].instrument
        try checkQuantityRange(
            quantity, order.type.hasLimit ? instrument.quantityRange : instrument.marketQuantityRange)
        return quantity
    }

    func checkQuantityRange(_ quantity: Quantity, _ range: ClosedRange<Quantity>) throws(ExchangeRejection) {
        guard quantity >= range.lowerBound else { throw .quantityBelowMinimum }
        guard quantity <= range.upperBound, quantity.lots <= Bound.lots else { throw .quantityAboveMaximum }
    }

    func checkPriceRange(_ price: Price, _ market: Int) throws(ExchangeRejection) {
        let range = markets[market].instrument.priceRange
        guard price >= range.lowerBound, price.ticks > 0 else { throw .priceBelowMinimum }
        guard price <= range.upperBound, price.ticks <= Bound.ticks else { throw .priceAboveMaximum }
    }

    private func checkTriggerPrices(_ order: NewOrder) throws(ExchangeRejection) {
        guard order.type.isConditional else { return }
        if order.type == .trailingStopMarket {
            // The wire allows call-backs of 0.1 % to 5 %; the engine only needs them to be a proper fraction.
            guard let rate = order.callbackRate, rate > .zero, rate < .one else { throw .wouldTriggerImmediately }
            if let activation = order.activationPrice { try checkPriceRange(activation, order.market.index) }
        } else {
            guard let stop = order.stopPrice else { throw .priceBelowMinimum }
            try checkPriceRange(stop, order.market.index)
        }
    }

    /// One-sided: only prices that would take beyond the band are refused. Off while there is no mark.
    func checkCollar(_ price: Price, _ side: Side, _ market: Int) throws(ExchangeRejection) {
        let mark = states[market].mark
        guard mark.isKnown else { return }
        try checkCollar(price, side, market, around: mark.parts)
    }

    /// - Parameter center: in parts of a tick.
    private func checkCollar(
        _ price: Price, _ side: Side, _ market: Int, around center: Int128
    ) throws(ExchangeRejection) {
        let parts = Int128(price.ticks) * MarkPrice.partsPerTick
        switch side {
        case .buy: if parts > scaled(center, markets[market].instrument.collarUp) { throw .priceAboveCollar }
        case .sell: if parts < scaled(center, markets[market].instrument.collarDown) { throw .priceBelowCollar }
        }
    }

    /// `parts × rate`, rounded towards zero.
    func scaled(_ parts: Int128, _ rate: Rate) -> Int128 {
        let (product, overflow) = parts.multipliedReportingOverflow(by: Int128(rate.parts))
        return overflow ? Int128.max / 4 : product / Int128(Rate.one.parts)
    }

    /// Least value, of market orders at the mark; a reduce-only or closing order may be smaller. No order may be so
    /// large that arithmetic would suffer.
    private func checkNotional(_ order: NewOrder, _ quantity: Quantity?) throws(ExchangeRejection) {
        guard let quantity else { return }
        let market = order.market.index
        let value: Cash
        if let price = order.type.hasLimit ? order.price : nil {
            value = notional(price.ticks, quantity, market)
        } else if states[market].mark.isKnown {
            value = markValue(quantity.lots, market)
        } else {
            guard let best = states[market].book.bestPrice(order.side.opposite) else { return }
            value = notional(best, quantity, market)
        }
        try checkNotional(value, market, isExempt: order.reduceOnly || order.closePosition)
    }

    /// Price × quantity, or something beyond the bound where it would be.
    func notional(_ ticks: Int64, _ quantity: Quantity, _ market: Int) -> Cash {
        let beyond = Bound.notional + Cash(whole: 1)
        let (units, overflow) = (Int128(ticks) * Int128(quantity.lots)).multipliedReportingOverflow(
            by: markets[market].instrument.cashPerTickLot.units)
        return overflow ? beyond : min(beyond, Cash(units: units))
    }

    func checkNotional(_ value: Cash, _ market: Int, isExempt: Bool) throws(ExchangeRejection) {
        guard value <= Bound.notional else { throw .quantityAboveMaximum }
        guard isExempt || value >= markets[market].instrument.minNotional else { throw .notionalTooSmall }
    }

    /// A market order needs a counter-price, and one inside the collar.
    private func checkLiquidity(_ order: NewOrder) throws(ExchangeRejection) {
        let market = order.market.index
        guard let best = states[market].book.bestPrice(order.side.opposite) else { throw .noLiquidity }
        do { try checkCollar(Price(ticks: best), order.side, market) } catch { throw .marketOrderOutsideCollar }
    }

    /// Margin of an order that could add to the position, valued at its limit or, for a market order, at the worse of
    /// mark and best counter-price.
    func checkMargin(_ order: NewOrder, _ quantity: Quantity, account: Int) throws(ExchangeRejection) {
        guard !order.reduceOnly, !order.closePosition else { return }
        let market = order.market.index
        if states[market].isSpot { return try checkFunds(order, quantity, account: account) }
        let lots = accounts[account].markets[market].position.quantity.lots
        let buys = accounts[account].markets[market].restingBuyLots + lots
        let sells = accounts[account].markets[market].restingSellLots - lots
        let exposure = max(buys, sells, abs(lots)) + quantity.lots
        guard exposure <= Bound.exposureLots else { throw .quantityAboveMaximum }
        let value: Cash
        if order.type.hasLimit, let price = order.price {
            value = notional(price.ticks, quantity, market)
        } else {
            let best = states[market].book.bestPrice(order.side.opposite) ?? 0
            value = max(notional(best, quantity, market), markValue(quantity.lots, market))
        }
        guard canBack(value, order.side, account, market) else { throw .insufficientMargin }
    }

    /// What a reduce-only order of that side can still close.
    func closable(_ side: Side, _ account: Int, _ market: Int) -> Int64 {
        max(0, -side.sign * accounts[account].markets[market].position.quantity.lots)
    }
}
