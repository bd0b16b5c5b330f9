public import Exchange
public import MarketModel
public import VenueExtended

/// The initial margin that a position of at most `upperBound` needs.
public struct ExtendedRiskBracket: Hashable, Sendable {
    public var upperBound: Cash
    public var riskFactor: Rate

    public init(upperBound: Cash, riskFactor: Rate) {
        self.upperBound = upperBound
        self.riskFactor = riskFactor
    }

    /// 1 ÷ the risk factor, in hundredths, rounded.
    public var maxLeverageHundredths: Int64 {
        guard riskFactor.parts > 0 else { return 100 }
        return (100 * Rate.one.parts + riskFactor.parts / 2) / riskFactor.parts
    }
}

/// A market of the local Extended: what the exchange must know, and what the venue's own rules add.
public struct ExtendedMarketDefinition: Hashable, Sendable {
    public var market: MarketDefinition
    public var category: String
    public var description: String
    /// Decimals of quantities.
    public var assetPrecision: Int
    /// How its amounts are written for the chain.
    public var settlement: ExtendedSettlement
    public var maxMarketOrderValue: Cash
    public var maxLimitOrderValue: Cash
    public var maxPositionValue: Cash
    /// How far from the mark a limit order may be priced: 0.05 is five per cent.
    public var priceCap: Rate
    public var priceFloor: Rate
    /// Ascending by upper bound, at least one.
    public var brackets: [ExtendedRiskBracket]
    public var status: ExtendedMarketStatus

    public var instrument: Instrument { market.instrument }
    /// `BTC-USD`.
    public var name: String { market.instrument.symbol }

    public init(
        market: MarketDefinition, category: String = "L1/L2", description: String, assetPrecision: Int,
        settlement: ExtendedSettlement, maxMarketOrderValue: Cash, maxLimitOrderValue: Cash, maxPositionValue: Cash,
        priceCap: Rate, priceFloor: Rate, brackets: [ExtendedRiskBracket], status: ExtendedMarketStatus = .active
    ) {
        precondition(!brackets.isEmpty, "a market needs a risk bracket")
        self.market = market
        self.category = category
        self.description = description
        self.assetPrecision = assetPrecision
        self.settlement = settlement
        self.maxMarketOrderValue = maxMarketOrderValue
        self.maxLimitOrderValue = maxLimitOrderValue
        self.maxPositionValue = maxPositionValue
        self.priceCap = priceCap
        self.priceFloor = priceFloor
        self.brackets = brackets
        self.status = status
    }

    /// The largest position that may be held at a leverage: the last bracket's that allows so much.
    func maxPositionValue(atLeverage leverage: Int64) -> Cash {
        let allowed = brackets.last { $0.maxLeverageHundredths >= leverage * 100 }
        return min(maxPositionValue, (allowed ?? brackets[0]).upperBound)
    }
}

/// Whether a market can be traded.
public enum ExtendedMarketStatus: String, Hashable, Sendable, CaseIterable {
    case active = "ACTIVE"
    case reduceOnly = "REDUCE_ONLY"
    case delisted = "DELISTED"
    case prelisted = "PRELISTED"
    case disabled = "DISABLED"
}
