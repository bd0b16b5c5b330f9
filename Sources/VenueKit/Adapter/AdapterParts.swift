internal import Fundamentals
internal import MarketModel

/// A request of an adapter's session that is on its way.
struct AdapterRequest: Sendable {
    var call: VenueCall
    var isSweep = false
    /// Orders of it whose outcome is known by now, from the reply or from elsewhere.
    var settled: [ClientOrderID] = []
}

enum AdapterRoutineKind: Hashable, Sendable, CustomStringConvertible {
    case startUp, reconcile, shutDown
    /// Open orders and fills, now and then.
    case poll(MarketID)
    case fills(MarketID)
    /// Takes off everything that rests.
    case sweep(MarketID)

    var description: String {
        switch self {
        case .startUp: "start-up"
        case .reconcile: "reconciliation"
        case .shutDown: "shutdown"
        case .poll(let market): "the poll of \(market)"
        case .fills(let market): "reading fills of \(market)"
        case .sweep(let market): "clearing \(market)"
        }
    }
}

/// What a routine does without a request of its own.
enum AdapterAct: Hashable, Sendable {
    /// The clocks must agree well enough to trade.
    case checkClock
    /// Every market must have its rules.
    case checkRules
    /// Cancels what the list of open orders showed, and has it read again, until it is empty.
    case clear(MarketID)
    case awaitSweep
    /// From here on fills are ours to book.
    case beginFills(MarketID)
    case openStreams
    case awaitStreams
    case awaitReconciled
    case awaitBooks
    case becomeReady
    case privateStreamIsUp
    /// No order of ours may still be on its way before "nothing rests" means anything.
    case awaitOrderReplies
    /// Nor may one without an outcome still arrive, unless the dead man's switch takes it off.
    case awaitHorizon(MarketID)
    case disarm(MarketID)
    case closeStreams
}

typealias AdapterBoard = RoutineBoard<AdapterRoutineKind, VenueCall, AdapterAct, Void>
typealias AdapterStep = RoutineStep<VenueCall, AdapterAct>
typealias AdapterResult = RoutineResult<VenueCall, AdapterAct>

/// What a session keeps about one market of its adapter.
struct AdapterMarketState: Sendable {
    let market: AdapterMarket
    let source: BookSource
    var instrument: Instrument?

    // MARK: Book
    var sync = BookSync()
    /// Whether a book is out that `bookLost` has not taken back.
    var hasBook = false
    /// When the request for it left that has no reply yet.
    var bookAskedAt: Instant?
    /// When the next snapshot or poll is due; nil for none.
    var askForBookAt: Instant?
    var bookAttempts = 0
    /// When the newest book left the venue at the earliest.
    var bookAsOf: Instant = .distantPast
    var lastBookID: Int64 = 0
    var lastTouchID: Int64 = 0
    var lastPrintID: Int64 = .min
    /// The stream that its public data last came by.
    var stream: Int?

    // MARK: Account
    /// The open orders of the walk at hand, or of the last one.
    var resting: [OrderReport] = []
    var found: [VenueOrderID] = []
    var restingAsOf: Instant = .distantPast
    /// When the last complete list left the venue at the earliest.
    var listedAt: Instant?
    /// By the venue's clock: from when fills are ours, and from when they are read next. Nil before start-up got there.
    var fillsBegin: Instant?
    var fillsFrom: Instant = .distantPast
    var fillsAsOf: Instant = .distantPast
    /// When open orders and fills are due to be asked for.
    var pollAt: Instant = .distantFuture
    var deadMan = DeadMansTimer()

    init(_ market: AdapterMarket, source: BookSource) {
        self.market = market
        self.source = source
    }

    var id: MarketID { market.id }

    /// Everything that the last complete list showed.
    var targets: [CancelTarget] {
        var result: [CancelTarget] = []
        for report in resting where report.status == .working {
            result.append(report.clientOrderID.map(CancelTarget.own) ?? .found(report.venueOrderID))
        }
        for order in found where !result.contains(.found(order)) { result.append(.found(order)) }
        return result
    }

    /// Whatever was known of the book is void.
    mutating func forgetBook() {
        sync.lose()
        (lastBookID, lastTouchID) = (0, 0)
        bookAskedAt = nil
    }
}

/// One WebSocket of an adapter and its connections.
struct AdapterStream: Sendable {
    var supervisor = StreamSupervisor(renewAfter: .hours(24 * 365), silenceLimit: .hours(24 * 365))
    /// As it was last opened.
    var plan: StreamPlan?
    /// The connections that are of use.
    var subscribed: [StreamID] = []
    var keepAliveAt: Instant = .distantFuture

    var isPrivate: Bool { plan?.isPrivate ?? false }
    /// Whether the connection that counts is of use.
    var isUp: Bool { supervisor.isOpen && supervisor.current.map(subscribed.contains) ?? false }
}
