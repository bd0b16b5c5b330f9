public import Fundamentals
public import MarketModel

/// Quotes nothing: of a market whose book others need, or that is only hedged on.
public struct Watch: QuotingStrategy {
    public init() {}

    public mutating func observe(_ fill: Fill, at now: Instant) {}
    public mutating func renew() {}
    public mutating func decide(_ view: MarketView, into decision: inout QuotingDecision) {}
}
