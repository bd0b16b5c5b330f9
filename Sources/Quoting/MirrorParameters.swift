public import Fundamentals
public import MarketModel

/// One rung of a mirror's ladder, the same on both sides.
public struct MirrorLevel: Hashable, Sendable {
    /// Least distance from reference × conversion, as a share of it.
    public var distance: Rate
    /// In the base asset.
    public var size: ExactDecimal

    public init(distance: Rate, size: ExactDecimal) {
        self.distance = distance
        self.size = size
    }
}

/// Parameters of the mirror: a ladder around another venue's book, converted.
///
///     bid = reference bid × conversion bid × (1 − distance)
///     ask = reference ask × conversion ask × (1 + distance)
public struct MirrorParameters: Hashable, Sendable {
    /// Best first.
    public var levels: [MirrorLevel]
    /// Each distance is drawn anew, with each requote, from `distance … distance × (1 + this)`.
    public var distanceJitter: Rate
    /// Each size is drawn anew, with each requote, from `size × (1 − this) … size`.
    public var sizeJitter: Rate
    /// Of both draws.
    public var seed: UInt64
    /// The reference price of a side is where this much of the base asset could be had: the touch for zero. Each level
    /// counts what is quoted before it as well.
    public var usesDepth: Bool
    /// Move of the reference since the last requote that brings the next, as a share.
    public var referenceThreshold: Rate
    /// Move of the conversion since the last requote that brings the next, as a share.
    public var conversionThreshold: Rate
    /// Age at which the ladder is renewed whatever prices did; zero for never.
    public var refreshInterval: TimeSpan
    /// Fee of the hedge, as a share of its value; zero without one.
    public var hedgeFee: Rate
    /// What must be left of each fill's value after both fees: no level is closer than maker fee + hedge fee + this.
    public var minEdge: Rate
    public var timeInForce: TimeInForce

    public init(
        levels: [MirrorLevel], distanceJitter: Rate = .zero, sizeJitter: Rate = .zero, seed: UInt64 = 1,
        usesDepth: Bool = true, referenceThreshold: Rate, conversionThreshold: Rate, refreshInterval: TimeSpan,
        hedgeFee: Rate = .zero, minEdge: Rate = .zero, timeInForce: TimeInForce = .goodTillCancel
    ) {
        self.levels = levels
        self.distanceJitter = distanceJitter
        self.sizeJitter = sizeJitter
        self.seed = seed
        self.usesDepth = usesDepth
        self.referenceThreshold = referenceThreshold
        self.conversionThreshold = conversionThreshold
        self.refreshInterval = refreshInterval
        self.hedgeFee = hedgeFee
        self.minEdge = minEdge
        self.timeInForce = timeInForce
    }
}

/// Another market's book, as a mirror sees it.
public struct ForeignBook: Hashable, Sendable {
    public var instrument: Instrument
    public var touch: Touch
    /// Best first; the touch alone where no more is known.
    public var bids: [BookLevel]
    public var asks: [BookLevel]

    public init(instrument: Instrument, touch: Touch, bids: [BookLevel], asks: [BookLevel]) {
        self.instrument = instrument
        self.touch = touch
        self.bids = bids
        self.asks = asks
    }
}
