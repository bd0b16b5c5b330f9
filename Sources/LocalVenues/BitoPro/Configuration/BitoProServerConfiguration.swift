public import Exchange
public import Fundamentals
internal import MarketModel

/// What BitoPro's documents leave open; each has the default of the reading that is most plausible.
public struct BitoProLeeway: Hashable, Sendable {
    /// What an order of a batch that cannot be placed does.
    public enum BatchFailure: String, Hashable, Sendable, CaseIterable {
        /// The reply leaves it out.
        case leftOut
        /// The reply has an element for it, without an order id.
        case element
        /// The whole reply is an error, although orders before it were placed.
        case wholeReply
    }

    public var batchFailure = BatchFailure.leftOut
    /// How far the time of a signed request may be from the venue's.
    public var timeWindow: TimeSpan = .seconds(30)
    public var bookInterval: TimeSpan = .seconds(1)
    public var pingInterval: TimeSpan = .seconds(20)
    /// A stream client that sent no pong for so long after a ping is cut off.
    public var pongTimeout: TimeSpan = .seconds(5)

    public init() {}
}

/// Requests of one account in a window, by route; the documented ones.
public struct BitoProLimits: Hashable, Sendable {
    public var requestsPerMinute: Int64 = 600
    public var placesPerMinute: Int64 = 1_200
    public var cancelsPerMinute: Int64 = 900
    public var batchesPerMinute: Int64 = 90
    public var batchCancelsPerSecond: Int64 = 2
    public var cancelAllsPerSecond: Int64 = 1
    public var openListsPerSecond: Int64 = 5

    public init() {}
}

/// All that a local BitoPro is made of.
public struct BitoProServerConfiguration: Sendable {
    public var accounts: [SpotAccountDefinition]
    public var markets: [MarketDefinition]
    public var chaos: BitoProChaos
    public var seed: UInt64
    public var limits: BitoProLimits
    public var leeway: BitoProLeeway

    public init(
        accounts: [SpotAccountDefinition], markets: [MarketDefinition], chaos: BitoProChaos = BitoProChaos(),
        seed: UInt64 = 1, limits: BitoProLimits = BitoProLimits(), leeway: BitoProLeeway = BitoProLeeway()
    ) {
        self.accounts = accounts
        self.markets = markets
        self.chaos = chaos
        self.seed = seed
        self.limits = limits
        self.leeway = leeway
    }

    /// - Throws: what of it contradicts itself.
    func check() throws(VenueConfigurationError) {
        guard !markets.isEmpty else { throw VenueConfigurationError("the venue needs a market") }
        guard leeway.pingInterval > .zero, leeway.bookInterval > .zero else {
            throw VenueConfigurationError("the intervals of pings and books must be positive")
        }
        for (index, market) in markets.enumerated() {
            guard market.instrument.market.index == index else {
                throw VenueConfigurationError("market \(market.instrument.symbol) must have the id \(index)")
            }
            guard market.instrument.kind == .spot else {
                throw VenueConfigurationError("market \(market.instrument.symbol) must be a spot market")
            }
        }
        try SpotAccountDefinition.check(accounts)
    }
}
