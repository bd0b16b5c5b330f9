public import Fundamentals
public import MarketModel
public import Quoting
public import RiskControl

/// How fills in one market are offset in another.
public struct HedgeConfiguration: Hashable, Sendable {
    /// Of the same base asset, on the reference venue.
    public var market: MarketID
    /// What is not hedged yet waits until it is at least this much of the base asset; the venue's minimum holds besides.
    public var minSize: ExactDecimal
    /// Largest value of one hedge order, in the asset that is counted in.
    public var maxOrderValue: Cash
    /// How far through the touch a hedge order may be priced, as a share.
    public var maxSlippage: Rate
    /// Age of what could be hedged and is not, after which quotes are pulled.
    public var patience: TimeSpan

    public init(market: MarketID, minSize: ExactDecimal, maxOrderValue: Cash, maxSlippage: Rate, patience: TimeSpan) {
        self.market = market
        self.minSize = minSize
        self.maxOrderValue = maxOrderValue
        self.maxSlippage = maxSlippage
        self.patience = patience
    }
}

/// One market to trade: its rules, its model, its limits.
public struct MarketConfiguration: Hashable, Sendable {
    public var instrument: Instrument
    public var strategy: StrategyConfiguration
    public var limits: MarketLimits
    /// A working quote stays while its price is within this of the price wanted, as a share of it, and its size within
    /// one lot or the same share, whichever is larger; zero to follow every tick.
    public var replaceThreshold: Rate
    public var venue = VenueID.target
    /// Whose book the model quotes from, if not its own.
    public var reference: MarketID?
    /// Whose mid turns cash of this market into the asset that is counted in (its base asset): USDT/TWD for BTC/TWD; nil
    /// where they are the same.
    public var conversion: MarketID?
    public var hedge: HedgeConfiguration?
    /// Holding of the base asset at which the position counts as zero, in 10⁻¹² of it; nil for what is held at the start. Spot
    /// markets only.
    public var neutralHolding: Cash?

    public init(
        instrument: Instrument, strategy: StrategyConfiguration, limits: MarketLimits, replaceThreshold: Rate = .zero
    ) {
        self.instrument = instrument
        self.strategy = strategy
        self.limits = limits
        self.replaceThreshold = replaceThreshold
    }
}

/// A venue on which the bot has an account.
public struct VenueConfiguration: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Positions on margin, and one wallet. There is at most one such venue.
        case margin
        /// Assets, held one by one.
        case spot
    }
    public var kind: Kind
    /// For people; empty where there is but one.
    public var name: String
    /// Whether a buy's fee is taken in the quote asset, on top of its value, and not from what is bought. Spot only.
    public var takesBuyFeeInQuote: Bool

    public init(_ kind: Kind, name: String = "", takesBuyFeeInQuote: Bool = true) {
        self.kind = kind
        self.name = name
        self.takesBuyFeeInQuote = takesBuyFeeInQuote
    }
}

public struct EngineConfiguration: Hashable, Sendable {
    /// `markets[i].instrument.market.index == i`.
    public var markets: [MarketConfiguration]
    /// `venues[i]` is that of `VenueID(i)`.
    public var venues = [VenueConfiguration(.margin)]
    public var limits: AccountLimits
    /// This start's number, never used before: half of every client order id.
    public var epoch: UInt32
    /// How long after sending a request can still arrive: "not found" is evidence only after this.
    public var arrivalHorizon: TimeSpan
    /// How the venue changes a working order; where it cannot, quotes move by cancel and place.
    public var amends: AmendStyle
    /// Least pause on a side after the venue refused an order there.
    public var retryPause: TimeSpan
    /// How often time alone makes a model decide anew. Fills, books and whatever forbids quoting act at once.
    public var decisionInterval: TimeSpan
    /// Least time between two replaces of the quotes on one side of a market: triggers in between become one replace at
    /// its end. What a limit or a pause demands is never held up.
    public var coalescing: TimeSpan
    /// What earlier starts made of their last day: today's loss limit counts it.
    public var earlier: DayResult?

    public init(
        markets: [MarketConfiguration], limits: AccountLimits, epoch: UInt32, arrivalHorizon: TimeSpan = .seconds(15),
        amends: AmendStyle = .inPlace, retryPause: TimeSpan = .zero, decisionInterval: TimeSpan = .zero,
        coalescing: TimeSpan = .zero, earlier: DayResult? = nil
    ) {
        self.markets = markets
        self.limits = limits
        self.epoch = epoch
        self.arrivalHorizon = arrivalHorizon
        self.amends = amends
        self.retryPause = retryPause
        self.decisionInterval = decisionInterval
        self.coalescing = coalescing
        self.earlier = earlier
    }
}
