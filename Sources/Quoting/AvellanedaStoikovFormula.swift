/// Avellaneda and Stoikov's quotes: "High-frequency trading in a limit order book", Quantitative Finance 8 (2008),
/// equations 3.17 and 3.18 (the journal's version).
///
///     reservation price  r = s − q·γ·σ²·(T − t)
///     full spread        δᵃ + δᵇ = γ·σ²·(T − t) + (2/γ)·ln(1 + γ/κ)
///
/// s is the mid, q the inventory in units of one order, σ per √second, κ per unit of price, γ per unit of price.
public struct AvellanedaStoikovFormula: Hashable, Sendable {
    public let gamma: Double
    public let kappa: Double
    public let sigma: Double
    private let intensitySpread: Double

    public init(gamma: Double, kappa: Double, sigma: Double) {
        self.gamma = gamma
        self.kappa = kappa
        self.sigma = sigma
        intensitySpread = 2 * Self.halfIntensitySpread(gamma: gamma, kappa: kappa)
    }

    /// (1/γ)·ln(1 + γ/κ), which tends to 1/κ as γ tends to zero.
    static func halfIntensitySpread(gamma: Double, kappa: Double) -> Double {
        let ratio = gamma / kappa
        return ratio < 1e-12 ? 1 / kappa : Elementary.log1p(ratio) / gamma
    }

    /// How far the reservation price is below the mid, for an inventory and a time left in seconds.
    public func skew(inventory: Double, timeLeft: Double) -> Double { inventory * gamma * sigma * sigma * timeLeft }

    /// Distance between bid and ask.
    public func spread(timeLeft: Double) -> Double { gamma * sigma * sigma * timeLeft + intensitySpread }
}
