public import Fundamentals

/// How a session's connections and budgets are, for panels and logs. Nil where there is nothing to tell yet.
public struct SessionHealth: Hashable, Sendable {
    /// Request weight of the current minute, by the venue's count where it told one.
    public var usedWeight: Int?
    public var weightLimit: Int?
    /// Round trips of account requests since the start.
    public var medianRoundTrip: TimeSpan?
    /// The 99th percentile.
    public var slowRoundTrip: TimeSpan?
    /// The venue's clock minus ours.
    public var clockOffset: TimeSpan?
    /// Since the listen key was made or last renewed.
    public var listenKeyAge: TimeSpan?
    /// Since the connection opened.
    public var marketStreamAge: TimeSpan?
    public var privateStreamAge: TimeSpan?

    // MARK: The same of the reference venue, where there is one
    public var referenceUsedWeight: Int?
    public var referenceWeightLimit: Int?
    public var referenceMedianRoundTrip: TimeSpan?
    public var referenceSlowRoundTrip: TimeSpan?
    public var referenceClockOffset: TimeSpan?
    public var referenceMarketStreamAge: TimeSpan?
    public var referencePrivateStreamAge: TimeSpan?

    public init() {}
}
