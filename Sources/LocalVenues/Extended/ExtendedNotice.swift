internal import Exchange
internal import Fundamentals
internal import MarketModel

/// What happened and the streams have not told yet, in the order in which it happened. Everything that may change
/// again before it is told is a copy.
enum ExtendedNotice: Sendable {
    case order(ExtendedOrder)
    case trade(ExtendedTrade)
    /// The balance of an account changed; told as it is when told.
    case balance(account: Int)
    case position(account: Int, MarketID)
    /// The position was closed with this.
    case positionClosed(account: Int, ExtendedPosition)
    case transfer(account: Int, ExtendedAssetOperation)
    /// The displayed quantity at one price is now this.
    case level(MarketID, Side, BookLevel)
    case print(MarketID, PublicTrade, isLiquidation: Bool)
    case mark(MarketID, mark: ExactDecimal, index: ExactDecimal)
    case funding(MarketID, time: Instant, rate: Rate)
}
