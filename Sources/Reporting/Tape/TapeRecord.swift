public import Fundamentals
public import MarketModel

/// One line of a venue's tape: what was true on the venue's own books, and when.
///
/// The tape is the witness of reports: it comes from the exchange, not from the bot. Times are the machine's wall clock, so that tapes of
/// several venues on one machine fit together.
public struct TapeRecord: Hashable, Sendable {
    public enum Body: Hashable, Sendable {
        /// Best bid and ask of a market, nil for an empty side.
        case touch(market: String, bid: ExactDecimal?, ask: ExactDecimal?)
        /// An order of an account as it now rests; remaining zero when it no longer does.
        case order(market: String, id: Int64, side: Side, price: ExactDecimal, remaining: ExactDecimal)
        /// A fill of an account.
        case fill(market: String, trade: Int64, order: Int64, side: Side, price: ExactDecimal, quantity: ExactDecimal)
        /// A request came: method and path.
        case request(String)
    }

    public var at: Instant
    public var body: Body

    public init(at: Instant, _ body: Body) {
        self.at = at
        self.body = body
    }
}

/// What a tape is of: its first line.
public struct TapeHeader: Hashable, Sendable {
    public struct Market: Hashable, Sendable {
        public var symbol: String
        public var base: String
        public var quote: String

        public init(symbol: String, base: String, quote: String) {
            self.symbol = symbol
            self.base = base
            self.quote = quote
        }
    }

    public var venue: String
    public var markets: [Market]

    public init(venue: String, markets: [Market]) {
        self.venue = venue
        self.markets = markets
    }
}
