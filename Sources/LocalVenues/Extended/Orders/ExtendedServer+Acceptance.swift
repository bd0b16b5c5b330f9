internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueExtended

/// What the REST interface checks before it accepts an order, in the order in which it checks.
extension ExtendedServer {
    /// Accepts an order: it gets its id, is told as new once the engine has it, and waits for the engine.
    mutating func accept(_ form: ExtendedOrderForm, _ account: Int) throws(ExtendedError) -> ExtendedOrder {
        let market = try checkMarket(form)
        let definition = markets[market].definition
        try checkMode(form)
        let quantity = try checkQuantity(form, definition)
        let price = try checkPrice(form, definition)
        try checkValue(form, definition, price, quantity)
        try checkExpiry(form)
        try checkFee(form, account, definition)
        let trigger = try checkCombination(form, definition)
        guard orders.order(named: form.externalID, of: account) == nil else {
            throw ExtendedError(1_134, "Duplicate Order")
        }
        guard let price else { throw Self.missingPrice }
        try checkSettlement(form, account, definition)
        if form.isReduceOnly, trigger == nil { try checkReduction(form, quantity, account, definition) }
        let replaced = try checkReplaced(form, account, definition)
        let proposal = ExtendedProposal(
            account: account, market: market, side: form.side, price: price, quantity: quantity,
            isReduceOnly: form.isReduceOnly, waits: trigger != nil, replaced: replaced)
        try checkCount(proposal)
        try checkCost(proposal)
        return enter(form, proposal, trigger)
    }

    private mutating func enter(
        _ form: ExtendedOrderForm, _ proposal: ExtendedProposal, _ trigger: ExtendedTrigger?
    ) -> ExtendedOrder {
        let order = ExtendedOrder(
            id: orderIDs.next(at: venueTime), account: proposal.account, externalID: form.externalID,
            market: markets[proposal.market].id, kind: form.kind, side: form.side, price: proposal.price,
            quantity: proposal.quantity, isReduceOnly: form.isReduceOnly, isPostOnly: form.isPostOnly,
            timeInForce: form.timeInForce, expiry: Instant(milliseconds: form.expiryMilliseconds),
            selfTradeLevel: form.selfTradeLevel, trigger: trigger, previous: proposal.replaced?.id,
            createdAt: venueTime, updatedAt: venueTime, status: trigger == nil ? .new : .untriggered)
        orders.append(order)
        accounts[order.account].open.append(order.id)
        expiries.insert(order.id, at: order.expiry)
        let known = orders
        expiries.compact { known[$0]?.status.isOpen ?? false }
        queue.append(.place(order.id), due: now + configuration.leeway.matchingDelay)
        return order
    }

    // MARK: Market and mode

    private func checkMarket(_ form: ExtendedOrderForm) throws(ExtendedError) -> Int {
        guard let index = marketIndex(named: form.market) else { throw .unknownMarket }
        switch markets[index].definition.status {
        case .active: break
        case .reduceOnly:
            guard form.isReduceOnly else { throw ExtendedError(1_014, "Market is in reduce only mode") }
        case .delisted, .prelisted, .disabled: throw ExtendedError(1_002, "Market is disabled")
        }
        return index
    }

    private func checkMode(_ form: ExtendedOrderForm) throws(ExtendedError) {
        switch mode {
        case .normal: break
        case .maintenance: throw ExtendedError(1_010, "Maintenance mode")
        case .postOnly:
            guard form.isPostOnly else { throw ExtendedError(1_011, "Post only mode") }
        case .reduceOnly:
            guard form.isReduceOnly else { throw ExtendedError(1_012, "Reduce only mode") }
        }
    }

    // MARK: Quantity, price, value

    private func checkQuantity(
        _ form: ExtendedOrderForm, _ market: ExtendedMarketDefinition
    ) throws(ExtendedError) -> Quantity {
        // Orders that only carry legs have no quantity; they are refused further down.
        if form.kind == .exit { return .zero }
        let instrument = market.instrument
        guard !form.quantity.isBelow(instrument.decimal(instrument.quantityRange.lowerBound)) else {
            throw ExtendedError(
                1_120, "Order quantity is less than minimum trade size",
                debugInfo: "minOrderSize is \(instrument.text(instrument.quantityRange.lowerBound))")
        }
        guard form.quantity.normalized.scale <= market.assetPrecision else {
            throw ExtendedError(
                1_123, "Invalid quantity precision", debugInfo: "at most \(market.assetPrecision) decimals")
        }
        guard let quantity = instrument.quantity(form.quantity) else {
            throw ExtendedError(
                1_121, "Invalid quantity: wrong size increment",
                debugInfo: "minOrderSizeChange is \(instrument.lotSize)")
        }
        guard quantity <= instrument.quantityRange.upperBound else {
            throw ExtendedError(1_122, "Order value exceeds maximum order value")
        }
        return quantity
    }

    /// Nil where none was sent.
    private func checkPrice(
        _ form: ExtendedOrderForm, _ market: ExtendedMarketDefinition
    ) throws(ExtendedError) -> Price? {
        guard let decimal = form.price, form.kind != .exit else { return nil }
        let instrument = market.instrument
        guard decimal.mantissa > 0 else { throw ExtendedError(1_141, "Invalid price value", debugInfo: "not positive") }
        let price = try tickPrice(decimal, instrument)
        let center =
            form.kind == .conditional
            ? form.trigger?.price ?? decimal : exchange.mark(instrument.market).price
        guard center.mantissa > 0 else { return price }
        if form.side == .buy, let cap = Self.product(center, Rate(parts: Rate.one.parts + market.priceCap.parts)),
            cap.isBelow(decimal)
        {
            throw Self.outsideBand(decimal, "above", cap)
        }
        if form.side == .sell,
            let floor = Self.product(center, Rate(parts: Rate.one.parts - market.priceFloor.parts)),
            decimal.isBelow(floor)
        {
            throw Self.outsideBand(decimal, "below", floor)
        }
        return price
    }

    private func tickPrice(_ decimal: ExactDecimal, _ instrument: Instrument) throws(ExtendedError) -> Price {
        guard decimal.normalized.scale <= instrument.tickSize.scale else {
            throw ExtendedError(
                1_125, "Invalid price precision", debugInfo: "at most \(instrument.tickSize.scale) decimals")
        }
        guard let price = instrument.price(decimal) else {
            throw ExtendedError(
                1_124, "Invalid price: wrong price movement", debugInfo: "minPriceChange is \(instrument.tickSize)")
        }
        guard price <= instrument.priceRange.upperBound else {
            throw ExtendedError(1_141, "Invalid price value", debugInfo: "beyond any price")
        }
        return price
    }

    private static func outsideBand(_ price: ExactDecimal, _ word: String, _ bound: ExactDecimal) -> ExtendedError {
        ExtendedError(1_141, "Invalid price value", debugInfo: "\(price) is \(word) \(bound.normalized)")
    }

    private static func product(_ price: ExactDecimal, _ rate: Rate) -> ExactDecimal? {
        let (mantissa, overflow) = price.mantissa.multipliedReportingOverflow(by: Int128(rate.parts))
        guard !overflow, price.scale + Rate.scale <= 30 else { return nil }
        return ExactDecimal(mantissa: mantissa, scale: price.scale + Rate.scale)
    }

    private func checkValue(
        _ form: ExtendedOrderForm, _ market: ExtendedMarketDefinition, _ price: Price?, _ quantity: Quantity
    ) throws(ExtendedError) {
        guard let price else { return }
        let limit = form.kind == .market ? market.maxMarketOrderValue : market.maxLimitOrderValue
        let (product, overflow) = Int128(price.ticks).multipliedReportingOverflow(by: Int128(quantity.lots))
        let value = product.multipliedReportingOverflow(by: market.instrument.cashPerTickLot.units)
        guard !overflow, !value.overflow, Cash(units: value.partialValue) <= limit else {
            throw ExtendedError(
                1_122, "Order value exceeds maximum order value", debugInfo: "at most \(ExtendedText.plain(limit))")
        }
    }

    // MARK: Expiry, fee, combinations

    private func checkExpiry(_ form: ExtendedOrderForm) throws(ExtendedError) {
        let longest = ExtendedNetwork.local(configuration.network).longestOrderLife
        let time = venueTime.milliseconds
        guard form.expiryMilliseconds > time, form.expiryMilliseconds <= time + longest.milliseconds else {
            throw ExtendedError(
                1_135, "Invalid order expiration",
                debugInfo: "must lie between \(time) and \(time + longest.milliseconds), is \(form.expiryMilliseconds)")
        }
    }

    /// The fee that is signed is a ceiling: it must cover the rate that the order can be charged.
    private func checkFee(
        _ form: ExtendedOrderForm, _ account: Int, _ market: ExtendedMarketDefinition
    ) throws(ExtendedError) {
        let rates = exchange.fees(of: accounts[account].id, in: market.instrument.market)
        let least = max(.zero, form.isPostOnly ? rates.maker : rates.taker)
        let ceiling = ExactDecimal(mantissa: Int128(least.parts), scale: Rate.scale)
        guard form.fee.mantissa >= 0, !form.fee.isBelow(ceiling), form.fee.isBelow(ExactDecimal(mantissa: 1, scale: 0)),
            (form.builderFee?.mantissa ?? 0) >= 0
        else {
            throw ExtendedError(
                1_128, "Invalid trading fees", debugInfo: "the fee must be at least \(ceiling.normalized)")
        }
    }

    private static let missingPrice = ExtendedError(1_130, "Order price is missing")

    private func checkCombination(
        _ form: ExtendedOrderForm, _ market: ExtendedMarketDefinition
    ) throws(ExtendedError) -> ExtendedTrigger? {
        if form.kind == .market, form.timeInForce != .immediateOrCancel {
            throw ExtendedError(1_139, "Market order must be IOC")
        }
        if form.kind == .conditional, form.trigger == nil {
            throw ExtendedError(1_143, "Conditional order trigger is missing")
        }
        if form.kind == .conditional, form.isPostOnly, form.trigger?.execution == .market {
            throw ExtendedError(1_144, "Post only can't be set on a conditional market order")
        }
        if form.kind == .exit { throw .notAllowed("TPSL orders are not carried out by this local venue") }
        if form.hasLegs {
            throw .notAllowed("takeProfit and stopLoss are not carried out by this local venue")
        }
        if form.price == nil { throw Self.missingPrice }
        if form.isPostOnly, form.timeInForce == .immediateOrCancel || form.timeInForce == .fillOrKill {
            throw .invalidOrder("a post-only order must be GTT or TOB")
        }
        if form.timeInForce == .topOfBook, !form.isPostOnly { throw .invalidOrder("a TOB order must be post-only") }
        guard let trigger = form.trigger else { return nil }
        guard form.kind == .conditional else { throw .invalidOrder("only a CONDITIONAL order has a trigger") }
        guard trigger.price.mantissa > 0 else { throw ExtendedError(1_143, "Conditional order trigger is missing") }
        return ExtendedTrigger(
            price: try tickPrice(trigger.price, market.instrument), source: trigger.source,
            direction: trigger.direction, execution: trigger.execution)
    }
}
