public import Exchange
public import Fundamentals
internal import MarketModel

/// What ACE's documents leave open; each has the default of the reading that is most plausible.
public struct ACELeeway: Hashable, Sendable {
    /// How far the time of a signed request may be from the venue's.
    public var timeWindow: TimeSpan = .seconds(60)
    /// Whether `start` of the lists counts rows, instead of pages.
    public var startCountsRows = false
    /// Whether the two batch routes, which ACE never published, are there.
    public var hasBatchRoutes = false

    public init() {}
}

/// All that a local ACE is made of.
public struct ACEServerConfiguration: Sendable {
    public var accounts: [SpotAccountDefinition]
    public var markets: [MarketDefinition]
    public var chaos: ACEChaos
    public var seed: UInt64
    public var leeway: ACELeeway

    public init(
        accounts: [SpotAccountDefinition], markets: [MarketDefinition], chaos: ACEChaos = ACEChaos(), seed: UInt64 = 1,
        leeway: ACELeeway = ACELeeway()
    ) {
        self.accounts = accounts
        self.markets = markets
        self.chaos = chaos
        self.seed = seed
        self.leeway = leeway
    }

    /// - Throws: what of it contradicts itself.
    func check() throws(VenueConfigurationError) {
        guard !markets.isEmpty else { throw VenueConfigurationError("the venue needs a market") }
        for (index, market) in markets.enumerated() {
            let instrument = market.instrument
            guard instrument.market.index == index else {
                throw VenueConfigurationError("market \(instrument.symbol) must have the id \(index)")
            }
            guard instrument.kind == .spot else {
                throw VenueConfigurationError("market \(instrument.symbol) must be a spot market")
            }
            for asset in [instrument.baseAsset, instrument.quoteAsset] where ACEMarkets.currency(asset) == nil {
                throw VenueConfigurationError("market \(instrument.symbol): ACE's number of \(asset) is not known here")
            }
        }
        try SpotAccountDefinition.check(accounts)
    }
}
