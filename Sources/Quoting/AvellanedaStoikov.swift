public import Fundamentals
public import MarketModel

/// Avellaneda and Stoikov's own model (``AvellanedaStoikovFormula``), with a horizon that begins anew whenever it is
/// over, and with σ, A and κ given or measured.
///
///     bid = ⌊r − (δᵃ + δᵇ)/2⌋,   ask = ⌈r + (δᵃ + δᵇ)/2⌉   to the tick
///
/// A itself does not enter the quotes; it is measured with κ, for people.
public struct AvellanedaStoikov: QuotingStrategy {
    private let parameters: AvellanedaStoikovParameters
    private var intensity: ModelIntensity
    private var roundEnds = Instant.distantPast

    public init(_ parameters: AvellanedaStoikovParameters) {
        self.parameters = parameters
        intensity = ModelIntensity(parameters.intensity)
    }

    public mutating func observe(_ fill: Fill, at now: Instant) {}

    public mutating func observe(_ trade: PublicTrade, mid: HalfTicks?, at now: Instant) {
        intensity.observe(trade, mid: mid, at: now)
    }

    public mutating func renew() {}

    public mutating func decide(_ view: MarketView, into decision: inout QuotingDecision) {
        if view.now >= roundEnds { roundEnds = view.now + parameters.horizon }
        let placement = ModelPlacement(
            view, orderSize: parameters.orderSize, timeInForce: parameters.timeInForce)
        guard let kappa = intensity.current(view)?.kappa,
            let sigma = parameters.sigma?.double ?? placement.realizedSigma
        else {
            decision.absence = .calibrating
            return
        }
        let formula = AvellanedaStoikovFormula(gamma: parameters.gamma.double, kappa: kappa, sigma: sigma)
        let left = Double((roundEnds - view.now).nanoseconds) / 1e9
        let reservation = placement.mid - formula.skew(inventory: placement.inventory, timeLeft: left)
        let half = formula.spread(timeLeft: left) / 2
        placement.offer(.buy, at: reservation - half, into: &decision)
        placement.offer(.sell, at: reservation + half, into: &decision)
    }
}

/// A and κ of a model in the quote asset: given, or fitted to trades. A fit is made anew once a second.
struct ModelIntensity: Sendable {
    private static let refit = TimeSpan.seconds(1)

    private let fixed: FittedIntensity?
    private var calibration: IntensityCalibration?
    private var fitted: FittedIntensity?
    private var nextFit = Instant.distantPast

    init(_ parameters: IntensityParameters) {
        switch parameters {
        case .fixed(let a, let kappa): fixed = FittedIntensity(a: a.double, kappa: kappa.double)
        case .calibrated(let window):
            fixed = nil
            calibration = IntensityCalibration(window: window)
        }
    }

    mutating func observe(_ trade: PublicTrade, mid: HalfTicks?, at now: Instant) {
        calibration?.observe(trade.price, mid: mid, at: now)
    }

    /// A per second, κ per unit of the quote asset; nil while there is nothing to go by.
    mutating func current(_ view: MarketView) -> FittedIntensity? {
        if let fixed { return fixed }
        if view.now >= nextFit {
            nextFit = view.now + Self.refit
            fitted = calibration?.fit(at: view.now)
        }
        return fitted.map { FittedIntensity(a: $0.a, kappa: $0.kappa / view.instrument.tickSize.double) }
    }
}
