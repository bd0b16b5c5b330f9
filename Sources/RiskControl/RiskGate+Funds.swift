public import MarketModel

/// What a spot account has to pay with in one market. Nothing can be sold there that is not held, and nothing bought that
/// cannot be paid.
public struct SpotFunds: Hashable, Sendable {
    /// Held of each asset, orders' shares included, in 10⁻¹² of it; zero where the venue has not told.
    public var heldBase: Cash
    public var heldQuote: Cash
    /// What other orders on the account, in whatever market and state, may still take of it.
    public var committedBase: Cash
    public var committedQuote: Cash
    /// The most that the venue takes in quote on top of a buy's value, as a share of it; zero where a buy's fee is taken from
    /// what is bought.
    public var buyFee: Rate

    public init(
        heldBase: Cash, heldQuote: Cash, committedBase: Cash = .zero, committedQuote: Cash = .zero, buyFee: Rate = .zero
    ) {
        self.heldBase = heldBase
        self.heldQuote = heldQuote
        self.committedBase = committedBase
        self.committedQuote = committedQuote
        self.buyFee = buyFee
    }

    /// What buys of this value may take of the quote asset: the fee on top, rounded up.
    public func cost(of value: Cash) -> Cash { Self.cost(of: value, fee: buyFee) }

    public static func cost(of value: Cash, fee: Rate) -> Cash {
        guard fee > .zero else { return value }
        return value - Cash(clamping: (-value.units).scaledDown(by: Int128(fee.parts), over: Int128(Rate.one.parts)))
    }
}

extension RiskGate {
    /// Orders that may still fill never ask for more than is held. One that reduces a position needs its funds as well.
    func checkFunds(_ proposal: Proposal, _ context: RiskContext, _ reference: HalfTicks) throws(Refusal) {
        guard let funds = context.funds else { return }
        switch proposal.side {
        case .buy:
            let needed = funds.committedQuote + cost(proposal, context, funds, reference)
            guard needed <= funds.heldQuote else {
                throw .funds(needed: needed, held: funds.heldQuote, asset: context.instrument.quoteAsset)
            }
        case .sell:
            let needed = funds.committedBase + context.instrument.baseAmount(proposal.atRisk(context))
            guard needed <= funds.heldBase else {
                throw .funds(needed: needed, held: funds.heldBase, asset: context.instrument.baseAsset)
            }
        }
    }

    /// What a buy may cost at the worst, in the shape it has and the shape it would have.
    private func cost(
        _ proposal: Proposal, _ context: RiskContext, _ funds: SpotFunds, _ reference: HalfTicks
    ) -> Cash {
        let instrument = context.instrument
        let new =
            proposal.price.map { instrument.notional($0, proposal.open) }
            ?? instrument.marketBuyValue(proposal.open, at: reference)
        let old = context.ownPrice.map { instrument.notional($0, context.ownRemaining) } ?? .zero
        switch context.amends {
        case .unsupported, .inPlace: return funds.cost(of: max(new, old))
        case .replacement: return funds.cost(of: new + old)
        }
    }

    /// The most that one more order on `side` may ask for at `price`; what the order about to be amended asks for is not
    /// counted. Nil where nothing need be held.
    public func affordable(_ side: Side, at price: Price, _ context: RiskContext) -> Quantity? {
        guard let funds = context.funds else { return nil }
        switch side {
        case .sell: return max(.zero, context.instrument.lots(inBase: funds.heldBase - funds.committedBase))
        case .buy:
            let one = funds.cost(of: context.instrument.notional(price, Quantity(lots: 1))).units
            let left = (funds.heldQuote - funds.committedQuote).units
            guard one > 0, left > 0 else { return .zero }
            return Quantity(lots: Int64(clamping: left / one))
        }
    }
}

extension Instrument {
    /// The dearest that a market buy may come to.
    public func marketBuyPrice(_ reference: HalfTicks) -> Price {
        let one = Int128(Rate.one.parts)
        let ticks = Int128(reference.count).scaledDown(by: one + Int128(marketTakeBound.parts), over: 2 * one)
        return Price(ticks: Int64(clamping: ticks + 1))
    }

    /// What a buy at any price may cost: as far from `reference` as a market order may sweep.
    public func marketBuyValue(_ quantity: Quantity, at reference: HalfTicks) -> Cash {
        let value = notional(reference, quantity)
        let swept = value.units.scaled(by: Int128(marketTakeBound.parts), over: Int128(Rate.one.parts))
        return value + Cash(clamping: swept)
    }
}
