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
    /// What a level is quoted around: without depth, the reference's touch on that side. With it, the price of the last
    /// level of the reference's book that would be needed to offset this level and all before it, at their configured
    /// sizes; a level for which the book as it is seen does not hold enough is not quoted. The conversion's touch counts
    /// either way.
    public var usesDepth: Bool
    /// Move of the reference since the last requote that brings the next, as a share.
    public var referenceThreshold: Rate
    /// Move of the conversion since the last requote that brings the next, as a share.
    public var conversionThreshold: Rate
    /// Age at which the ladder is renewed whatever prices did; zero for never.
    public var refreshInterval: TimeSpan
    /// Fee of the hedge, as a share of its value; zero without one.
    public var hedgeFee: Rate
    /// What must be left of each fill's value after both fees: `leastDistance` is what a level's distance is at the least.
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

    /// The distance at which a fill, offset at the reference's price, leaves `minEdge` of its value after `fee` here and
    /// the hedge's fee there; with m, h and e for the three, rounded up:
    ///
    ///     (m + h + e) ÷ (1 ± (m + e)),  + for a buy, − for a sell, and no less than m + h + e
    public func leastDistance(_ side: Side, fee: Rate) -> Rate {
        let here = fee.parts + minEdge.parts
        let sum = here + hedgeFee.parts
        let rest = Rate.one.parts + side.sign * here
        guard sum > 0, rest > 0 else { return Rate(parts: sum) }
        let exact = ceilDivide(Int128(sum) * Int128(Rate.one.parts), by: Int128(rest))
        return Rate(parts: max(sum, Int64(clamping: exact)))
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

    /// Price of the last level of `side` that is needed to take `quantity` from it, never better than the touch; nil where
    /// the levels that are seen do not hold that much.
    func price(_ side: Side, holding quantity: Quantity) -> Price? {
        let best = side == .buy ? touch.bid : touch.ask
        if quantity <= best.quantity { return best.price }
        var held = Quantity.zero
        for level in side == .buy ? bids : asks {
            // The touch may be newer than the levels: what stands before it is gone.
            guard side == .buy ? level.price <= best.price : level.price >= best.price else { continue }
            held += level.quantity
            if held >= quantity { return level.price }
        }
        return nil
    }
}
