public import Fundamentals
public import MarketModel

/// Contract only; the model comes with its own commit.
public struct PercentSpread: QuotingStrategy {
    private let parameters: PercentSpreadParameters

    public init(_ parameters: PercentSpreadParameters) { self.parameters = parameters }

    public mutating func observe(_ fill: Fill, at now: Instant) {}
    public mutating func renew() {}
    public mutating func decide(_ view: MarketView, into decision: inout QuotingDecision) {}
}
