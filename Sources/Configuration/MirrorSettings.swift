public import Fundamentals
public import MarketModel

extension BotConfiguration {
    /// What the reference trades.
    public enum MarketType: String, Hashable, Sendable, CaseIterable {
        case spot
        /// USD-M futures.
        case usdm
    }

    /// How the reference's book is read.
    public enum ReferenceDepth: String, Hashable, Sendable, CaseIterable {
        /// The best levels, whole each time.
        case partial
        /// Differences, joined to a snapshot.
        case differences
    }

    /// What a venue ends when two orders of one account would meet.
    public enum SelfTradePrevention: String, Hashable, Sendable, CaseIterable {
        case expireTaker = "EXPIRE_TAKER"
        case expireMaker = "EXPIRE_MAKER"
        case expireBoth = "EXPIRE_BOTH"
    }

    /// What a mirror has besides its target: reference, conversion, hedge.
    public struct MirrorSettings: Hashable, Sendable {
        /// Where the reference is, after overrides.
        public struct ReferenceEndpoints: Hashable, Sendable {
            public var rest: VenueEndpoint
            public var stream: VenueEndpoint
            /// The WebSocket API.
            public var api: VenueEndpoint
        }

        /// How fills are offset on the reference's market.
        public struct Hedge: Hashable, Sendable {
            /// In the base asset.
            public var minSize: ExactDecimal
            /// In the reference's quote asset.
            public var maxOrderValue: Cash
            public var maxSlippage: Rate
            public var patience: TimeSpan
            /// The reference's taker fee.
            public var fee: Rate
            public var selfTradePrevention: SelfTradePrevention
        }

        public var venue: Venue
        public var marketType: MarketType
        public var depth: ReferenceDepth
        public var usesTestnet: Bool
        public var endpoints: ReferenceEndpoints
        /// Nil where the reference is only watched.
        public var credentials: CredentialNames?
        /// Nil for none.
        public var hedge: Hedge?
        /// Holding of the base asset that counts as no position; nil for what is held at the start.
        public var neutralHolding: Cash?
        /// Whether `strategy.seed` says what the ladder is drawn from; otherwise each start takes a seed of its own.
        public var hasFixedSeed: Bool
        public var base: String
        public var quote: String
        /// The asset in which limits and profit are counted: the reference's quote asset.
        public var counting: String
        public var supportsBatch: Bool
        public var parallelCalls: Int
        /// Of venues without streams.
        public var bookInterval: TimeSpan
        /// Of venues without streams.
        public var ordersInterval: TimeSpan

        /// Places in `markets`.
        public static let target = MarketID(0)
        public static let conversion = MarketID(1)
        public static let reference = MarketID(2)
    }
}
