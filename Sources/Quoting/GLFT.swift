public import Fundamentals
public import MarketModel

/// Guéant, Lehalle and Fernandez-Tapia's closed form (``GLFTFormula``), with σ, A and κ given or measured.
///
///     bid = ⌊s − δᵇ(q)⌋,   ask = ⌈s + δᵃ(q)⌉   to the tick
///
/// At `maxInventory` orders, either way, only the side that reduces it is quoted.
public struct GLFT: QuotingStrategy {
    private let parameters: GLFTParameters
    private var intensity: ModelIntensity

    public init(_ parameters: GLFTParameters) {
        self.parameters = parameters
        intensity = ModelIntensity(parameters.intensity)
    }

    public mutating func observe(_ fill: Fill, at now: Instant) {}

    public mutating func observe(_ trade: PublicTrade, mid: HalfTicks?, at now: Instant) {
        intensity.observe(trade, mid: mid, at: now)
    }

    public mutating func renew() {}

    public mutating func decide(_ view: MarketView, into decision: inout QuotingDecision) {
        let placement = ModelPlacement(
            view, orderSize: parameters.orderSize, timeInForce: parameters.timeInForce)
        guard let intensity = intensity.current(view),
            let sigma = parameters.sigma?.double ?? placement.realizedSigma
        else {
            decision.absence = .calibrating
            return
        }
        let formula = GLFTFormula(
            gamma: parameters.gamma.double, kappa: intensity.kappa, a: intensity.a, sigma: sigma)
        let inventory = placement.inventory
        let most = Double(parameters.maxInventory)
        if inventory < most {
            placement.offer(
                .buy, at: placement.mid - formula.bidDistance(inventory: inventory), into: &decision)
        }
        if inventory > -most {
            placement.offer(
                .sell, at: placement.mid + formula.askDistance(inventory: inventory), into: &decision)
        }
    }
}
