public import Fundamentals
public import MarketModel

/// A ladder around another venue's book, converted into this market's currency.
public struct Mirror: QuotingStrategy {
    let parameters: MirrorParameters

    public init(_ parameters: MirrorParameters) { self.parameters = parameters }

    public mutating func observe(_ fill: Fill, at now: Instant) {}
    public mutating func renew() {}
    public mutating func decide(_ view: MarketView, into decision: inout QuotingDecision) {}
}
