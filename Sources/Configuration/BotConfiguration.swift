public import Fundamentals
public import MarketModel
public import Quoting
public import RiskControl

/// The validated configuration of one bot. Holds no secret.
public struct BotConfiguration: Hashable, Sendable {
    public enum Venue: String, Hashable, Sendable, CaseIterable {
        case aster, extended, binance, ace, max
        case bitoPro = "bitopro"

        /// As people write it.
        public var title: String {
            switch self {
            case .aster: "Aster"
            case .extended: "Extended"
            case .binance: "Binance"
            case .ace: "ACE"
            case .max: "MAX"
            case .bitoPro: "BitoPro"
            }
        }
    }

    /// One market to quote.
    public struct MarketSettings: Hashable, Sendable {
        /// As the venue spells it: `ASTERUSDT`, `BTC-USD`.
        public var symbol: String
        public var strategy: StrategyConfiguration
        public var limits: MarketLimits
        /// A working quote is left alone while its price is within this of the wanted one, as a share of it.
        public var replaceThreshold: Rate
        /// Leverage to set at the venue before the first quote; nil to leave it as it is.
        public var leverage: ExactDecimal?
        /// Where it is traded or watched.
        public var venue = VenueID.target
    }

    /// Which of our own orders an order may not trade with, as the venue sees to it.
    public enum SelfTradeProtection: String, Hashable, Sendable, CaseIterable {
        /// With any: the venue lets them meet.
        case disabled
        /// None of the same account.
        case account
        /// None of any account of the same client.
        case client
    }

    /// Where the control API listens.
    public struct Control: Hashable, Sendable {
        public var listen: ListenAddress
        /// Whether it may listen elsewhere than on this machine.
        public var allowsRemote: Bool

        public init(listen: ListenAddress, allowsRemote: Bool = false) {
            self.listen = listen
            self.allowsRemote = allowsRemote
        }
    }

    /// Where the venue is, after overrides.
    public struct Endpoints: Hashable, Sendable {
        public var rest: VenueEndpoint
        public var stream: VenueEndpoint
        /// PEM file with certificates trusted besides the system's.
        public var privateCAFile: String?
        /// Chain id of wallet signatures.
        public var chainID: Int64
    }

    /// Rates that replace the venue's.
    public struct FeeRates: Hashable, Sendable {
        public var maker: Rate
        public var taker: Rate
    }

    public struct Logging: Hashable, Sendable {
        /// `DEBUG`, `INFO`, `WARNING` or `ERROR`; release mode raises it to at least `WARNING`.
        public var level: String
        public var file: String?
        /// Below it a file for each market and day.
        public var directory: String?
        public var isReleaseMode: Bool
        /// Zero for never.
        public var priceReportInterval: TimeSpan
        /// Zero for never.
        public var balanceReportInterval: TimeSpan
    }

    public var venue: Venue
    public var template: Template
    /// Numbered by their place: `MarketID(0)` is the first. A mirror has three: target, conversion and reference.
    public var markets: [MarketSettings]
    public var usesTestnet: Bool
    public var endpoints: Endpoints
    public var credentials: CredentialNames
    /// How often the engine's timers are looked at: the quote loop.
    public var decisionInterval: TimeSpan
    /// After a replace in a market, further ones wait until this is over and become one; zero for at once.
    public var coalescing: TimeSpan
    public var selfTradeProtection: SelfTradeProtection
    /// How long an order rests before the venue lets it expire, on venues whose orders must.
    public var orderLifetime: TimeSpan
    /// Whether a run quotes at once; otherwise it waits to be told through the control API.
    public var startsQuoting: Bool
    /// Pause after a refused order.
    public var retryOnErrorInterval: TimeSpan
    public var accountLimits: AccountLimits
    public var feesOverride: FeeRates?
    public var receiveWindow: TimeSpan
    /// Dead man's switch; zero on venues that have none.
    public var countdown: TimeSpan
    public var logging: Logging
    /// Nil for none.
    public var control: Control?
    /// Nil without channels.
    public var notifications: NotificationSettings?
    /// Absolute, or relative to the working directory if it was given so.
    public var stateDirectory: String
    /// Nil for bots on one venue.
    public var mirror: MirrorSettings?

    /// What the log's folder is called: the quoted markets, of many the first and how many more.
    public var logName: String {
        let symbols = quotedMarkets.map(\.symbol)
        let joined = symbols.joined(separator: "+")
        return joined.utf8.count <= 60 ? joined : "\(symbols[0])+\(symbols.count - 1)"
    }

    /// The markets that are quoted; others are watched, or hedged on.
    public var quotedMarkets: [MarketSettings] { mirror == nil ? markets : Array(markets.prefix(1)) }
}
