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

/// Why a model quotes less than it normally would.
public enum QuoteAbsence: Hashable, Sendable {
    /// The configured size is worth less than the venue's least order.
    case belowMinNotional(Cash, minimum: Cash)
    case belowMinQuantity(Quantity, minimum: Quantity)
    case aboveMaxQuantity(Quantity, maximum: Quantity)
    case priceOutOfRange(Price)
    /// The position is being closed first.
    case flattening
}

/// What a model wants; reused by its owner.
public struct QuotingDecision: Hashable, Sendable {
    public var quotes: [Quote] = []
    /// Close the whole position with reduce-only market orders; quotes are empty meanwhile.
    public var flatten = false
    /// Why quotes are missing, if they are.
    public var absence: QuoteAbsence?

    public init() {}

    public mutating func removeAll() {
        quotes.removeAll(keepingCapacity: true)
        flatten = false
        absence = nil
    }
}

/// A quoting model: a value that sees views and fills, and says what should work.
///
/// The same inputs give the same decisions. Time is only what the views say.
public protocol QuotingStrategy: Sendable {
    /// One of our orders filled; called once for each fill, in the order of booking.
    mutating func observe(_ fill: Fill, at now: Instant)
    /// A quote could not be placed at its price: decide afresh next time.
    mutating func renew()
    /// Fills `decision`, which is empty, with what should work now.
    mutating func decide(_ view: MarketView, into decision: inout QuotingDecision)
}

/// The model of a market, chosen by its configuration.
public enum QuotingModel: QuotingStrategy {
    case fixedSpread(FixedSpread)
    case cycle(Cycle)

    public init(_ configuration: StrategyConfiguration) {
        switch configuration {
        case .fixedSpread(let parameters): self = .fixedSpread(FixedSpread(parameters))
        case .cycle(let parameters): self = .cycle(Cycle(parameters))
        }
    }

    public mutating func observe(_ fill: Fill, at now: Instant) {
        switch self {
        case .fixedSpread(var model):
            model.observe(fill, at: now)
            self = .fixedSpread(model)
        case .cycle(var model):
            model.observe(fill, at: now)
            self = .cycle(model)
        }
    }

    public mutating func renew() {
        switch self {
        case .fixedSpread(var model):
            model.renew()
            self = .fixedSpread(model)
        case .cycle(var model):
            model.renew()
            self = .cycle(model)
        }
    }

    public mutating func decide(_ view: MarketView, into decision: inout QuotingDecision) {
        switch self {
        case .fixedSpread(var model):
            model.decide(view, into: &decision)
            self = .fixedSpread(model)
        case .cycle(var model):
            model.decide(view, into: &decision)
            self = .cycle(model)
        }
    }
}
