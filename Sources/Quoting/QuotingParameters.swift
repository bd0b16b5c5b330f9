public import Fundamentals
public import MarketModel

/// Parameters of the simplified Avellaneda–Stoikov quoter (`extended-avellaneda`).
///
///     fair = mid − k × q            q: position in the base asset, k: price per unit of it
///     half-spread ÷ mid = baseSpread + α × σ + β × funding ÷ 3
public struct InventorySkewParameters: Hashable, Sendable {
    /// How far one unit of the base asset held moves the fair price, in the quote asset.
    public var k: ExactDecimal
    /// Weight of σ, the standard deviation of the mid's relative move over one minute.
    public var alpha: ExactDecimal
    /// Weight of a third of the funding rate.
    public var beta: ExactDecimal
    /// Distance of each quote from the fair price, as a share of the mid.
    public var baseSpread: Rate
    /// Largest value of one quote; the size is this ÷ mid before it is skewed.
    public var notionalCap: Cash
    /// How strongly inventory shifts size from the side that adds to it to the other: 0 not at all, 1 to nothing at the
    /// position limit.
    public var inventorySensitivity: ExactDecimal
    /// Quotes below this are dropped, in the base asset; the venue's own minimum holds besides.
    public var minOrderSize: ExactDecimal
    /// Largest quote in the base asset; nil for no other than `notionalCap`.
    public var maxOrderSize: ExactDecimal?
    public var timeInForce: TimeInForce
    /// Least edge of each quote after the maker fee, as a share of the mid; nil to ignore fees.
    public var minEdge: Rate?

    public init(
        k: ExactDecimal, alpha: ExactDecimal, beta: ExactDecimal, baseSpread: Rate, notionalCap: Cash,
        inventorySensitivity: ExactDecimal, minOrderSize: ExactDecimal, maxOrderSize: ExactDecimal? = nil,
        timeInForce: TimeInForce = .postOnly, minEdge: Rate? = nil
    ) {
        self.k = k
        self.alpha = alpha
        self.beta = beta
        self.baseSpread = baseSpread
        self.notionalCap = notionalCap
        self.inventorySensitivity = inventorySensitivity
        self.minOrderSize = minOrderSize
        self.maxOrderSize = maxOrderSize
        self.timeInForce = timeInForce
        self.minEdge = minEdge
    }
}

/// Parameters of the percent-spread quoter (`extended-percent`).
public struct PercentSpreadParameters: Hashable, Sendable {
    /// bid = price × (1 − spread), ask = price × (1 + spread).
    public var spread: Rate
    /// Size of each quote in the base asset.
    public var orderSize: ExactDecimal
    /// Age at which the quotes are renewed whatever the price did.
    public var refreshInterval: TimeSpan
    /// Move of the price since the last quotes that renews them, as a share of it.
    public var priceMoveThreshold: Rate
    public var timeInForce: TimeInForce
    /// The spread widens by this × σ; zero for a fixed spread.
    public var volatilityFactor: ExactDecimal
    /// How far the quotes' middle shifts against the inventory at the position limit, in spreads; zero for none.
    public var inventorySkew: ExactDecimal
    /// A quote moves out until at least this value rests in front of it in the book, never further in than `spread`;
    /// zero to leave the book alone.
    public var depthAhead: Cash

    public init(
        spread: Rate, orderSize: ExactDecimal, refreshInterval: TimeSpan, priceMoveThreshold: Rate,
        timeInForce: TimeInForce = .postOnly, volatilityFactor: ExactDecimal = .zero,
        inventorySkew: ExactDecimal = .zero, depthAhead: Cash = .zero
    ) {
        self.spread = spread
        self.orderSize = orderSize
        self.refreshInterval = refreshInterval
        self.priceMoveThreshold = priceMoveThreshold
        self.timeInForce = timeInForce
        self.volatilityFactor = volatilityFactor
        self.inventorySkew = inventorySkew
        self.depthAhead = depthAhead
    }
}

/// How the intensity of fills A·e^(−κδ) is known: δ is the distance from the mid in the quote asset.
public enum IntensityParameters: Hashable, Sendable {
    /// A per second, κ per unit of the quote asset.
    case fixed(a: ExactDecimal, kappa: ExactDecimal)
    /// Fitted to the public trades of this window; nothing is quoted before it is full enough.
    case calibrated(window: TimeSpan)
}

/// Parameters of Avellaneda and Stoikov's own model (`avellaneda-stoikov`).
public struct AvellanedaStoikovParameters: Hashable, Sendable {
    /// Risk aversion γ, per unit of the quote asset and lot of `orderSize`.
    public var gamma: ExactDecimal
    /// T: the model's horizon, begun anew whenever it is over.
    public var horizon: TimeSpan
    public var intensity: IntensityParameters
    /// σ per √second in the quote asset; nil for the book's own.
    public var sigma: ExactDecimal?
    /// Size of each quote in the base asset: the unit in which inventory is counted.
    public var orderSize: ExactDecimal
    public var timeInForce: TimeInForce

    public init(
        gamma: ExactDecimal, horizon: TimeSpan, intensity: IntensityParameters, sigma: ExactDecimal? = nil,
        orderSize: ExactDecimal, timeInForce: TimeInForce = .postOnly
    ) {
        self.gamma = gamma
        self.horizon = horizon
        self.intensity = intensity
        self.sigma = sigma
        self.orderSize = orderSize
        self.timeInForce = timeInForce
    }
}

/// Parameters of Guéant, Lehalle and Fernandez-Tapia's closed form (`glft`).
public struct GLFTParameters: Hashable, Sendable {
    /// Risk aversion γ, per unit of the quote asset and lot of `orderSize`.
    public var gamma: ExactDecimal
    public var intensity: IntensityParameters
    /// σ per √second in the quote asset; nil for the book's own.
    public var sigma: ExactDecimal?
    /// Size of each quote in the base asset: the unit in which inventory is counted.
    public var orderSize: ExactDecimal
    /// Largest inventory in units of `orderSize`; at it, only the reducing side is quoted.
    public var maxInventory: Int
    public var timeInForce: TimeInForce

    public init(
        gamma: ExactDecimal, intensity: IntensityParameters, sigma: ExactDecimal? = nil, orderSize: ExactDecimal,
        maxInventory: Int, timeInForce: TimeInForce = .postOnly
    ) {
        self.gamma = gamma
        self.intensity = intensity
        self.sigma = sigma
        self.orderSize = orderSize
        self.maxInventory = maxInventory
        self.timeInForce = timeInForce
    }
}
