public import Fundamentals
public import MarketModel

/// Which model quotes a market, with its parameters. Amounts in USD are amounts of the settlement asset.
public enum StrategyConfiguration: Hashable, Sendable {
    case fixedSpread(FixedSpreadParameters)
    case cycle(CycleParameters)
    case inventorySkew(InventorySkewParameters)
    case percentSpread(PercentSpreadParameters)
    case avellanedaStoikov(AvellanedaStoikovParameters)
    case glft(GLFTParameters)
    case mirror(MirrorParameters)
    case watch
}

/// Parameters of the timed two-sided quoter (`aster-spread`).
public struct FixedSpreadParameters: Hashable, Sendable {
    /// Distance of each quote from the mid, in the quote asset.
    public var halfSpread: ExactDecimal
    /// Value of each quote.
    public var orderSize: Cash
    /// Age at which both quotes are renewed unless both have filled.
    public var orderTimeout: TimeSpan
    /// How long the other quote may stay once one has filled completely.
    public var counterFillWait: TimeSpan
    /// Position value above which a profitable position is closed.
    public var inventoryThreshold: Cash
    /// Unrealised profit that must be reached…
    public var minProfitToClose: Cash
    /// …and held this long before the position is flattened.
    public var profitHold: TimeSpan
    /// How often the position is looked at.
    public var positionCheckInterval: TimeSpan

    public init(
        halfSpread: ExactDecimal, orderSize: Cash, orderTimeout: TimeSpan, counterFillWait: TimeSpan,
        inventoryThreshold: Cash, minProfitToClose: Cash, profitHold: TimeSpan, positionCheckInterval: TimeSpan
    ) {
        self.halfSpread = halfSpread
        self.orderSize = orderSize
        self.orderTimeout = orderTimeout
        self.counterFillWait = counterFillWait
        self.inventoryThreshold = inventoryThreshold
        self.minProfitToClose = minProfitToClose
        self.profitHold = profitHold
        self.positionCheckInterval = positionCheckInterval
    }
}

/// Parameters of the one-side-at-a-time cycle (`aster-cycle`).
public struct CycleParameters: Hashable, Sendable {
    /// The buy is priced at mid × (1 − this).
    public var buySpread: Rate
    /// The sell is priced at mid × (1 + this).
    public var sellSpread: Rate
    /// Share of the available balance that one buy spends.
    public var balanceFraction: Rate
    /// How long an order may work before it is looked at again.
    public var orderRefreshInterval: TimeSpan
    /// A working order is kept while its price is within this of the price it would have now.
    public var reuseThreshold: Rate

    public init(
        buySpread: Rate, sellSpread: Rate, balanceFraction: Rate, orderRefreshInterval: TimeSpan, reuseThreshold: Rate
    ) {
        self.buySpread = buySpread
        self.sellSpread = sellSpread
        self.balanceFraction = balanceFraction
        self.orderRefreshInterval = orderRefreshInterval
        self.reuseThreshold = reuseThreshold
    }
}
