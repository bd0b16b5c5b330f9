public import Exchange
public import Fundamentals
internal import MarketModel

/// Limits of the venue.
public struct MAXLimits: Hashable, Sendable {
    /// Public requests per minute and address.
    public var publicPerMinute: Int64 = 1_200
    /// Private requests per minute and account.
    public var privatePerMinute: Int64 = 1_200
    /// Messages that a stream connection may send.
    public var messagesPerSecond: Int64 = 20
    public var messagesPerMinute: Int64 = 200

    public init() {}
}

/// What the venue's documents leave open; each has the default that is most plausible.
public struct MAXLeeway: Hashable, Sendable {
    /// Between the moment at which a cancel is taken in and the one at which it is carried out.
    public var cancelDelay: TimeSpan = .milliseconds(5)
    /// Changes of a book are told at most this often.
    public var bookInterval: TimeSpan = .milliseconds(100)
    /// A stream connection that did not ping for so long is closed.
    public var pingTimeout: TimeSpan = .seconds(130)
    /// How long the name of an order is refused for another.
    public var nameLifetime: TimeSpan = .hours(24)

    public init() {}
}

/// All that a local MAX is made of.
public struct MAXServerConfiguration: Sendable {
    public var accounts: [SpotAccountDefinition]
    public var markets: [MarketDefinition]
    public var chaos: MAXChaos
    public var seed: UInt64
    public var limits: MAXLimits
    public var leeway: MAXLeeway

    public init(
        accounts: [SpotAccountDefinition], markets: [MarketDefinition], chaos: MAXChaos = MAXChaos(), seed: UInt64 = 1,
        limits: MAXLimits = MAXLimits(), leeway: MAXLeeway = MAXLeeway()
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
        guard leeway.bookInterval > .zero, leeway.pingTimeout > .zero else {
            throw VenueConfigurationError("the book interval and the ping timeout must be positive")
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
