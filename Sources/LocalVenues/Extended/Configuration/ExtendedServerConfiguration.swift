public import Cryptography
public import Fundamentals
public import MarketModel
public import StarkCryptography
public import VenueExtended

/// A sub-account of the local venue.
public struct ExtendedAccountDefinition: Sendable {
    /// How people and auditors call it.
    public var name: String
    /// Whose account it is: orders of self-trade protection level CLIENT do not trade with accounts of the same client.
    public var client: String
    /// The value of `X-Api-Key`.
    public var apiKey: String
    /// The position that orders name as `collateralPosition`.
    public var vault: UInt32
    public var publicKey: Felt
    /// Only shown on readiness, so that a bot can be pointed here; the server itself has no use for it.
    public var privateKey: Secret?
    /// Opening balance in USD.
    public var balance: Cash

    public init(
        name: String, client: String? = nil, apiKey: String, vault: UInt32, publicKey: Felt, privateKey: Secret? = nil,
        balance: Cash
    ) {
        self.name = name
        self.client = client ?? name
        self.apiKey = apiKey
        self.vault = vault
        self.publicKey = publicKey
        self.privateKey = privateKey
        self.balance = balance
    }
}

/// Limits of the venue.
public struct ExtendedLimits: Hashable, Sendable {
    /// Requests per minute and address, all endpoints together.
    public var requestsPerMinute: Int64 = 1_000
    /// The longest countdown of the dead man's switch. The venue's documents give no bound.
    public var countdown: TimeSpan = .hours(24)

    public init() {}
}

/// What the venue's documents leave open; each has the default of the fact that is most plausible.
public struct ExtendedLeeway: Hashable, Sendable {
    /// Between the acceptance of an order or a cancel and the moment at which the matching engine takes it.
    public var matchingDelay: TimeSpan = .milliseconds(3)
    /// Status of a refusal with a code of the venue's own; of those that name something missing it is 404.
    public var refusalStatus = 400
    /// Status of a request without `User-Agent`.
    public var missingUserAgentStatus = 403
    public var pingInterval: TimeSpan = .seconds(15)
    /// A stream client that sent no pong for so long after a ping is cut off.
    public var pongTimeout: TimeSpan = .seconds(10)

    public init() {}
}

/// All that a local Extended is made of.
public struct ExtendedServerConfiguration: Sendable {
    public var accounts: [ExtendedAccountDefinition]
    public var markets: [ExtendedMarketDefinition]
    public var network: StarknetNetwork
    public var chaos: ExtendedChaos
    public var seed: UInt64
    public var limits: ExtendedLimits
    public var leeway: ExtendedLeeway

    /// - Parameter network: what orders must be signed for; the local venue is a test network unless told otherwise.
    public init(
        accounts: [ExtendedAccountDefinition], markets: [ExtendedMarketDefinition],
        network: StarknetNetwork = .testnet, chaos: ExtendedChaos = ExtendedChaos(), seed: UInt64 = 1,
        limits: ExtendedLimits = ExtendedLimits(), leeway: ExtendedLeeway = ExtendedLeeway()
    ) {
        self.accounts = accounts
        self.markets = markets
        self.network = network
        self.chaos = chaos
        self.seed = seed
        self.limits = limits
        self.leeway = leeway
    }

    /// - Throws: what of it contradicts itself.
    func check() throws(VenueConfigurationError) {
        guard !markets.isEmpty else { throw VenueConfigurationError("the venue needs a market") }
        guard leeway.pingInterval > .zero else {
            throw VenueConfigurationError("the ping interval must be positive")
        }
        for (index, market) in markets.enumerated() where market.instrument.market.index != index {
            throw VenueConfigurationError("market \(market.name) must have the id \(index)")
        }
        for (index, account) in accounts.enumerated() {
            for other in accounts[..<index] {
                guard account.name != other.name else {
                    throw VenueConfigurationError("two accounts are named '\(account.name)'")
                }
                func refuse(_ what: String) -> VenueConfigurationError {
                    VenueConfigurationError("accounts '\(other.name)' and '\(account.name)' share \(what)")
                }
                guard account.apiKey != other.apiKey else { throw refuse("an api_key") }
                guard account.vault != other.vault else { throw refuse("the vault \(account.vault)") }
                guard account.publicKey != other.publicKey else { throw refuse("a public_key") }
            }
        }
    }
}

extension StarknetNetwork {
    /// The domain of the EIP-712 messages by which keys are derived.
    public var signingDomain: String {
        switch self {
        case .mainnet: "extended.exchange"
        case .testnet: "starknet.sepolia.extended.exchange"
        }
    }
}
