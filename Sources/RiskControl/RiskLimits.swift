public import Fundamentals
public import MarketModel

/// What one market may do. Values are in the asset that is counted in, converted at the current mids when an action is judged.
public struct MarketLimits: Hashable, Sendable {
    /// Largest |position| incl. everything that may still fill (working, in flight, unresolved), by value.
    public var maxPositionValue: Cash
    /// The same in lots, for a bound that no price move can shift; nil for none.
    public var maxPosition: Quantity?
    public var maxOpenOrders: Int
    public var maxOrderValue: Cash
    /// Furthest a limit price may be from our own reference (the mid).
    public var priceCollar: Rate
    /// Age of book data after which nothing may be quoted.
    public var staleAfter: TimeSpan
    /// Same-side fills allowed in `repeatedFillWindow` before the market pauses for the same length of time.
    public var maxRepeatedFills: Int
    public var repeatedFillWindow: TimeSpan

    public init(
        maxPositionValue: Cash, maxPosition: Quantity? = nil, maxOpenOrders: Int, maxOrderValue: Cash,
        priceCollar: Rate, staleAfter: TimeSpan, maxRepeatedFills: Int, repeatedFillWindow: TimeSpan
    ) {
        self.maxPositionValue = maxPositionValue
        self.maxPosition = maxPosition
        self.maxOpenOrders = maxOpenOrders
        self.maxOrderValue = maxOrderValue
        self.priceCollar = priceCollar
        self.staleAfter = staleAfter
        self.maxRepeatedFills = maxRepeatedFills
        self.repeatedFillWindow = repeatedFillWindow
    }
}

/// What the account as a whole may do.
public struct AccountLimits: Hashable, Sendable {
    /// Largest sum over markets of worst-case |position| value.
    public var maxExposure: Cash
    /// Largest |net exposure|: the sum over markets of signed position values, where long in one offsets short in
    /// another, at the worst case of either side; nil for no other bound than `maxExposure`.
    public var maxNetExposure: Cash?
    /// Wallet balance below which only reducing orders pass; of a spot market, what is held of its two assets is worth.
    public var minBalance: Cash
    /// Loss since the day's first equity (UTC) that halts trading until a person resumes it.
    public var maxDailyLoss: Cash
    /// Fall from the session's highest equity that halts trading until a person resumes it.
    public var maxDrawdown: Cash
    /// Messages (places and amends) allowed in `messageWindow`; cancels always pass.
    public var maxMessages: Int
    public var messageWindow: TimeSpan
    /// A round trip above this, or a rate-limit reply, trips the breaker: everything is cancelled and quoting pauses.
    public var maxRoundTrip: TimeSpan
    public var breakerPause: TimeSpan

    public init(
        maxExposure: Cash, minBalance: Cash, maxDailyLoss: Cash, maxDrawdown: Cash, maxMessages: Int,
        messageWindow: TimeSpan, maxRoundTrip: TimeSpan, breakerPause: TimeSpan, maxNetExposure: Cash? = nil
    ) {
        self.maxExposure = maxExposure
        self.maxNetExposure = maxNetExposure
        self.minBalance = minBalance
        self.maxDailyLoss = maxDailyLoss
        self.maxDrawdown = maxDrawdown
        self.maxMessages = maxMessages
        self.messageWindow = messageWindow
        self.maxRoundTrip = maxRoundTrip
        self.breakerPause = breakerPause
    }
}
