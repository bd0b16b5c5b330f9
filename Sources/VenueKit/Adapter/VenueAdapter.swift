public import Fundamentals
public import MarketModel
public import Wire

/// A market as a session is to treat it.
public struct AdapterMarket: Hashable, Sendable {
    public var id: MarketID
    /// As the venue spells it.
    public var symbol: String
    /// Whether orders are sent there; otherwise only its book is read.
    public var isTraded: Bool

    public init(_ id: MarketID, symbol: String, isTraded: Bool) {
        self.id = id
        self.symbol = symbol
        self.isTraded = isTraded
    }
}

/// Where a market's book comes from.
public enum BookSource: Hashable, Sendable {
    /// `book` is called this often.
    case poll(every: TimeSpan)
    /// A stream brings whole books, or their tops: events as they come.
    case stream
    /// A stream brings differences, which are joined to a snapshot from `book`.
    case differences
}

/// How often a session asks for what no stream tells.
public struct AdapterCadence: Hashable, Sendable {
    /// Open orders and fills of traded markets while something of ours is open; zero where a private stream tells.
    public var orders: TimeSpan
    /// The same while nothing is open, and as a check beside a private stream.
    public var idleOrders: TimeSpan
    public var balances: TimeSpan
    public var clock: TimeSpan
    public var rules: TimeSpan
    /// Between two calls that keep the stream key; only where the adapter offers them.
    public var streamKey: TimeSpan
    /// Until a reply counts as lost.
    public var requestDeadline: TimeSpan
    /// Requests that place orders under way at once, and as many that cancel; the rest waits, cancels first.
    public var parallelCalls: Int

    public init(
        orders: TimeSpan = .seconds(1), idleOrders: TimeSpan = .seconds(10), balances: TimeSpan = .seconds(10),
        clock: TimeSpan = .minutes(5), rules: TimeSpan = .minutes(30), streamKey: TimeSpan = .minutes(30),
        requestDeadline: TimeSpan = .seconds(5), parallelCalls: Int = 5
    ) {
        self.orders = orders
        self.idleOrders = idleOrders
        self.balances = balances
        self.clock = clock
        self.rules = rules
        self.streamKey = streamKey
        self.requestDeadline = requestDeadline
        self.parallelCalls = parallelCalls
    }
}

/// One WebSocket that a session keeps open, told by its index in the adapter's list.
public struct StreamPlan: Hashable, Sendable {
    public enum KeepAlive: Hashable, Sendable {
        /// The venue asks, the transport answers.
        case none
        case ping(every: TimeSpan)
        case text(every: TimeSpan, [UInt8])
    }
    public var host: StreamHost
    public var target: String
    public var headers: HTTPHeaders
    /// Carries account events: while it is down nothing is quoted.
    public var isPrivate: Bool
    public var keepAlive: KeepAlive
    /// Silence after which it is opened anew; zero for never.
    public var silenceLimit: TimeSpan
    /// It is replaced, a new one first, when it is this old; zero for never.
    public var lifetime: TimeSpan

    public init(
        host: StreamHost = .stream, target: String, headers: HTTPHeaders = HTTPHeaders(), isPrivate: Bool = false,
        keepAlive: KeepAlive = .none, silenceLimit: TimeSpan = .seconds(60), lifetime: TimeSpan = .hours(23)
    ) {
        self.host = host
        self.target = target
        self.headers = headers
        self.isPrivate = isPrivate
        self.keepAlive = keepAlive
        self.silenceLimit = silenceLimit
        self.lifetime = lifetime
    }
}

/// What a venue speaks: which bytes a call is, and what replies and frames mean. A value without IO; `AdapterSession` does
/// everything that venues have in common.
///
/// It keeps what only it can know: the venue's names for our orders, nonces, stream keys, instruments.
///
/// Two clocks: what is signed is told the venue's (`request`, `plan`, `streamOpened`), what is read is told ours (`read`).
/// In what it hands back, times that the venue wrote (`venueTime` of books, trades, touches and fills, `since` of fills) are
/// the venue's; the session turns those of books into ours. `asOf` and `askedAt` are ours: `sentAt`.
public protocol VenueAdapter: Sendable {
    /// What to call it in logs: `Binance`.
    var name: String { get }
    /// Which of the bot's venues it is; in every event that says so.
    var venue: VenueID { get }
    var markets: [AdapterMarket] { get }
    var capabilities: VenueCapabilities { get }
    /// The venue's counters; empty where none are known.
    var rateRules: [RateRule] { get }
    var cadence: AdapterCadence { get }
    func bookSource(of market: MarketID) -> BookSource
    /// Whether the venue has such a call. Without keys, only public ones.
    func offers(_ call: VenueCall) -> Bool
    func cost(of call: VenueCall) -> CallCost
    /// When the venue takes such a call again, by limits of single routes that `rateRules` cannot express; past for at once.
    func opens(_ call: VenueCall) -> Instant
    /// The request, signed. Called once for each time that it is sent.
    /// - Parameter time: the venue's clock, as far as it is known.
    /// - Returns: nil where the call cannot be made, as for an order that the venue has no name for yet. A cancel then
    ///   waits for the outcome of the placement, or is told as unresolved; one of a batch that cannot be named makes
    ///   the session cancel each on its own.
    mutating func request(_ call: VenueCall, at time: Instant) -> HTTPRequest?
    /// Reads a reply of any status.
    ///
    /// `openOrders`: each page's rows are an `openOrders` event or (orders that are not this start's) `found`; the session
    /// joins the pages into one event. `fills`: events `filled`, with our name for the order where it is known;
    /// `fillsComplete` is the session's. A reply that refuses a request for its time is `refused`, with `.time` among the
    /// output's calls: no order leaves before the clocks are compared again.
    /// - Parameters:
    ///   - sentAt: when the request left, by our clock: "as of" in events.
    ///   - now: by our clock.
    mutating func read(
        _ response: HTTPResponse, to call: VenueCall, sentAt: Instant, at now: Instant, into output: inout AdapterOutput
    ) -> CallVerdict
    /// How many streams there are.
    var streamCount: Int { get }
    /// How to open the stream of this index now; nil while it cannot be opened (a stream key is missing).
    /// - Parameter time: the venue's clock.
    mutating func plan(forStream index: Int, at time: Instant) -> StreamPlan?
    /// A stream opened: frames to send are put into the output; where none are needed, `isSubscribed` is set. One that is
    /// not subscribed ten seconds later is opened anew.
    /// - Parameter time: the venue's clock.
    mutating func streamOpened(_ index: Int, at time: Instant, into output: inout AdapterOutput)
    /// One text frame.
    /// - Throws: where it is not understood; the session notes it, and drops the frame.
    mutating func read(
        frame bytes: [UInt8], ofStream index: Int, at now: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError)
    /// The order has been over for a while and can be forgotten.
    mutating func forget(_ order: ClientOrderID)
    /// Whether the private stream mentions every order that the venue takes: then one that it keeps silent about shows
    /// that it is dead. Without an own answer: no.
    var streamEchoesOrders: Bool { get }
}

extension VenueAdapter {
    public func opens(_ call: VenueCall) -> Instant { .distantPast }

    public var streamEchoesOrders: Bool { false }
}
