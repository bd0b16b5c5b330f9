public import Fundamentals
public import MarketModel

/// Why a draft is no order.
public enum ExtendedOrderError: Error, Hashable, Sendable, CustomStringConvertible {
    case amounts(ExtendedAmountError)
    /// What the rule says.
    case rule(String)

    public var description: String {
        switch self {
        case .amounts(let error): error.description
        case .rule(let text): text
        }
    }
}

extension ExtendedOrderDraft {
    /// The official client's own rules, and ours for what would otherwise be refused after signing.
    func check() throws(ExtendedOrderError) {
        func require(_ holds: Bool, _ rule: String) throws(ExtendedOrderError) {
            guard holds else { throw .rule(rule) }
        }
        try require(expiryMilliseconds >= 0 && expiryMilliseconds < 1 << 52, "an expiry counts milliseconds since 1970")
        try require(quantity.mantissa >= 0 && price.mantissa >= 0, "quantity and price must not be negative")
        if kind == .market {
            try require(timeInForce == .immediateOrCancel, "a MARKET order must be IOC")
            try require(!postOnly, "a MARKET order cannot be post-only")
        }
        try require(timeInForce != .topOfBook || postOnly, "a TOB order must be post-only")
        try require(
            !postOnly || timeInForce == .goodTillTime || timeInForce == .topOfBook,
            "a post-only order must be GTT or TOB")
        try require((kind == .conditional) == (trigger != nil), "a CONDITIONAL order, and no other, has a trigger")
        if kind == .exit {
            try require(legs != nil, "a TPSL order has a take profit or a stop loss")
            try require(reduceOnly && !postOnly, "a TPSL order is reduce-only and not post-only")
            try require(price.mantissa == 0, "a TPSL order has price 0: its legs carry the prices")
            try require(legs?.scope != .position || quantity.mantissa == 0, "a TPSL order of a position has quantity 0")
        } else {
            try require(quantity.mantissa > 0 && price.mantissa > 0, "quantity and price must be above zero")
        }
        if let legs {
            try require(legs.takeProfit != nil || legs.stopLoss != nil, "legs without take profit and stop loss")
        }
    }

    /// What the order itself signs.
    func terms(position: UInt32) throws(ExtendedOrderError) -> (OrderTerms, ExtendedAmounts) {
        try terms(position, side, quantity, price)
    }

    /// What a leg signs: against the order's side, or, where the order is nothing but legs, on it.
    func terms(_ leg: Leg, position: UInt32) throws(ExtendedOrderError) -> (OrderTerms, ExtendedAmounts) {
        try terms(position, kind == .exit ? side : side.opposite, leg.quantity, leg.price)
    }

    private func terms(
        _ position: UInt32, _ side: Side, _ quantity: ExactDecimal, _ price: ExactDecimal
    ) throws(ExtendedOrderError) -> (OrderTerms, ExtendedAmounts) {
        let amounts: ExtendedAmounts
        do throws(ExtendedAmountError) {
            amounts = try ExtendedAmounts(
                side: side, quantity: quantity, price: price, fee: fee, builderFee: builderFee ?? .zero,
                settlement: settlement)
        } catch {
            throw .amounts(error)
        }
        let terms = OrderTerms(
            position: position, baseAsset: settlement.syntheticID, baseAmount: amounts.synthetic,
            quoteAsset: settlement.collateralID, quoteAmount: amounts.collateral, feeAsset: settlement.collateralID,
            feeAmount: amounts.fee, expiration: ExtendedExpiry.settlement(milliseconds: expiryMilliseconds),
            salt: UInt64(nonce))
        return (terms, amounts)
    }

    /// An order of ours in the venue's words.
    /// - Parameters:
    ///   - expiry: Rounded up to the whole second.
    ///   - worstPrice: For an order without a price: how far it may go.
    ///   - replaced: The order that it takes the place of.
    public init(
        _ id: ExtendedOrderID, _ spec: OrderSpec, _ market: ExtendedMarket, expiry: Instant, nonce: UInt32,
        worstPrice: Price? = nil, replacing replaced: ExtendedOrderID? = nil
    ) throws(ExtendedOrderError) {
        guard spec.timeInForce != .hidden else { throw .rule("Extended has no hidden orders") }
        guard let price = spec.price ?? worstPrice else { throw .rule("a market order needs a worst price") }
        guard expiry.nanoseconds > 0 else { throw .rule("an expiry must lie after 1970") }
        let instrument = market.instrument
        // The fee is a ceiling: a rebate leaves it at zero.
        let fee = max(.zero, spec.timeInForce == .postOnly ? instrument.makerFee : instrument.takerFee)
        self.init(
            id: id.text, market: instrument.symbol, settlement: market.settlement, side: spec.side,
            quantity: instrument.decimal(spec.quantity), price: instrument.decimal(price),
            expiryMilliseconds: ExtendedExpiry.wholeSecond(expiry).milliseconds,
            fee: ExactDecimal(mantissa: Int128(fee.parts), scale: Rate.scale).normalized, nonce: nonce)
        reduceOnly = spec.reduceOnly
        postOnly = spec.timeInForce == .postOnly
        cancelID = replaced?.text
        switch spec.timeInForce {
        case .goodTillCancel, .postOnly, .hidden: timeInForce = .goodTillTime
        case .immediateOrCancel: timeInForce = .immediateOrCancel
        case .fillOrKill: timeInForce = .fillOrKill
        }
        if spec.price == nil {
            kind = .market
            timeInForce = .immediateOrCancel
        }
    }
}
