/// The closed-form asymptotics of Guéant, Lehalle and Fernandez-Tapia: "Dealing with the inventory risk", Mathematics
/// and Financial Economics 7 (2013), section 4; in the notation of Guéant, arXiv:1605.01862, equations 4.6 and 4.7 with
/// ξ = γ and Δ = 1.
///
///     δᵇ(q) = c + (q + ½)·S,   δᵃ(q) = c − (q − ½)·S
///     c = (1/γ)·ln(1 + γ/κ),   S = σ·√( γ/(2κA) · (1 + γ/κ)^(1 + κ/γ) )
///
/// δ are distances from the mid, q the inventory in units of one order, A per second, σ per √second, κ and γ per unit of
/// price. Far from q = 0 the exact solution flattens and the closed form does not: see `docs/models.md`.
public struct GLFTFormula: Hashable, Sendable {
    /// c: the distance that the intensity alone asks for.
    public let base: Double
    /// S: how far one unit of inventory moves both quotes.
    public let slope: Double

    public init(gamma: Double, kappa: Double, a: Double, sigma: Double) {
        base = AvellanedaStoikovFormula.halfIntensitySpread(gamma: gamma, kappa: kappa)
        // (1 + γ/κ)^(1 + κ/γ) = e^((1 + κ/γ)·ln(1 + γ/κ)), which tends to e.
        let ratio = gamma / kappa
        let exponent = ratio < 1e-12 ? 1 : (1 + 1 / ratio) * Elementary.log1p(ratio)
        slope = sigma * (gamma / (2 * kappa * a) * Elementary.exp(exponent)).squareRoot()
    }

    /// Half of the spread at any inventory.
    public var halfSpread: Double { base + slope / 2 }
    public func bidDistance(inventory: Double) -> Double { halfSpread + inventory * slope }
    public func askDistance(inventory: Double) -> Double { halfSpread - inventory * slope }
}
