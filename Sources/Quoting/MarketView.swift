public import Fundamentals
public import MarketModel

/// What a model may know of its market when it decides.
public struct MarketView: Sendable {
    public var now: Instant
    public var touch: Touch
    public var instrument: Instrument
    /// Signed.
    public var position: Quantity
    /// Signed cost basis of the position.
    public var entryValue: Cash
    /// Balance of the settlement asset without unrealised profit.
    public var wallet: Cash
    /// What of it is free for new orders, as far as is known.
    public var available: Cash
    /// The venue's mark price as its public stream tells it; nil when none is fresh.
    public var mark: ExactDecimal?
    /// The mark price in the venue's last word on our position: a fallback that may be old.
    public var positionMark: ExactDecimal?
    /// Funding rate of the current interval, as a share of the position's value; zero until told.
    public var fundingRate = Rate.zero
    /// Realised variance of the mid: Σ (Δmid)² in half ticks squared, over `varianceSpan`.
    public var squaredMoves: Int64 = 0
    /// What part of the window has been watched; zero before the first mid.
    public var varianceSpan = TimeSpan.zero
    /// Best levels of the depth stream, best first, as many as the model asked for; the touch alone for one.
    public var bids: [BookLevel] = []
    public var asks: [BookLevel] = []
    /// What the limits leave a model to ask for.
    public var caps = QuoteCaps()
    /// The reference's book; nil for models that need none, and while it cannot be quoted from.
    public var reference: ForeignBook?
    /// The book of the market that converts the reference's quote asset into this one's; nil where none is needed, and
    /// while it cannot be quoted from.
    public var conversion: ForeignBook?
    /// What a spot account holds of base and quote asset, orders' shares included, in 10⁻¹² of each; nil where it is not
    /// known, or the market is on margin.
    public var heldBase: Cash?
    public var heldQuote: Cash?

    @inlinable
    public init(
        now: Instant, touch: Touch, instrument: Instrument, position: Quantity, entryValue: Cash, wallet: Cash,
        available: Cash
    ) {
        self.now = now
        self.touch = touch
        self.instrument = instrument
        self.position = position
        self.entryValue = entryValue
        self.wallet = wallet
        self.available = available
    }

    public var mid: HalfTicks { touch.mid }
    /// Value of the position at the mid; signed.
    public var positionValue: Cash { instrument.notional(mid, position) }
    /// Profit of the position at the mid, before fees.
    public var unrealized: Cash { positionValue - entryValue }
}

/// The limits as far as a model must know them to ask for sizes that can stand. Nil is no limit.
public struct QuoteCaps: Hashable, Sendable {
    /// Largest value of one order.
    public var order: Cash?
    /// Largest |position| by value, and in lots.
    public var position: Cash?
    public var positionLots: Quantity?
    /// What the account's limits on the sum and on the net of all positions leave this market on either side, with what
    /// other markets may come to at the worst.
    public var exposure: Cash?
    /// Largest long and short position that the limit on the net of all positions leaves, where it differs between the two.
    public var long: Cash?
    public var short: Cash?

    public init() {}
}

/// Why a model quotes less than it normally would.
public enum QuoteAbsence: Hashable, Sendable {
    /// The configured size is worth less than the venue's least order.
    case belowMinNotional(Cash, minimum: Cash)
    case belowMinQuantity(Quantity, minimum: Quantity)
    case aboveMaxQuantity(Quantity, maximum: Quantity)
    case priceOutOfRange(Price)
    /// The model still measures volatility or the intensity of fills.
    case calibrating
    /// The model's formula has no finite price for what it was given.
    case noModelPrice
    /// The position is being closed first.
    case flattening
    /// There is no price to quote around, neither a live one nor the fallback.
    case noPrice
    /// Too little was seen of the market yet.
    case warmingUp(watched: TimeSpan, needed: TimeSpan)
    /// This side is left out: it would add to an inventory that is near its limit.
    case inventory(Side)
    /// The reference's book may not be quoted from.
    case noReference
    /// The book that converts the reference's prices may not be quoted from, or converts other assets.
    case noConversion
    /// The reference, converted, is crossed.
    case crossed
    /// This side is left out: it would take from the book, and may not.
    case wouldTake(Side)
    /// Levels of this side are left out: the account holds too little of what they would pay with.
    case notHeld(Side)
    /// Levels of this side are left out: the reference's book, as far as it is seen, could not offset them.
    case thinReference(Side)
}

/// What a model quotes around.
public enum QuotePriceSource: String, Hashable, Sendable, CaseIterable {
    /// The middle of the book.
    case mid
    /// The venue's live mark price.
    case mark
    /// The mark in the venue's last word on our position, which may be old: a fallback.
    case positionMark
    /// The book of another venue.
    case reference
}

/// What a model wants; reused by its owner.
public struct QuotingDecision: Hashable, Sendable {
    public var quotes: [Quote] = []
    /// Close the whole position with reduce-only market orders; quotes are empty meanwhile.
    public var flatten = false
    /// Why quotes are missing, if they are.
    public var absence: QuoteAbsence?
    /// What the quotes are around.
    public var priceSource = QuotePriceSource.mid

    public init() {}

    public mutating func removeAll() {
        priceSource = .mid
        quotes.removeAll(keepingCapacity: true)
        flatten = false
        absence = nil
    }
}
