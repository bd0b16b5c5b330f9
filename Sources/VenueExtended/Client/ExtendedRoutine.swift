internal import Fundamentals
internal import MarketModel
internal import VenueKit

/// A sequence of requests that has to be walked in order, each step repeated until it succeeds: start-up, the
/// reconciliation after a gap in the account stream, reading fills, asking for one order, shutdown.
struct ExtendedRoutine: Sendable {
    enum Kind: Hashable, Sendable, CustomStringConvertible {
        case startUp, reconcile, fills, shutDown
        case query(ClientOrderID)

        var description: String {
            switch self {
            case .startUp: "start-up"
            case .reconcile: "reconciliation"
            case .fills: "reading fills"
            case .shutDown: "shutdown"
            case .query(let id): "the query of \(id)"
            }
        }
    }

    enum Step: Hashable, Sendable {
        case call(ExtendedCall)
        case pause(TimeSpan)
        /// The clocks must agree well enough to trade.
        case checkClock
        case openAccountStream
        case awaitReconciled
        case openMarketStreams
        case awaitBooks
        case becomeReady
        case privateStreamIsUp
        /// Everything that was asked about the order is answered.
        case concludeQuery(Int, ClientOrderID)
        /// No order of ours may still be on its way before "nothing rests" means anything.
        case awaitOrderReplies
        case disarm
        case closeStreams
    }

    /// What came of a step.
    enum Result: Hashable, Sendable {
        case done
        /// Done, and these come next.
        case then([Step])
        case retry(String)
        /// Only a person can help.
        case fatal(String)
    }

    let kind: Kind
    /// The step at hand first.
    var steps: [Step]
    var current: RequestID?
    var waitUntil: Instant = .distantPast
    /// Rounds of cancelling and looking again.
    var sweeps = 0
    var backoff = Backoff(first: .milliseconds(250), ceiling: .seconds(10))
    /// Pages of the trade history read so far, newest row first, and when the first was asked for.
    var trades: [ExtendedFill] = []
    var tradesAsOf: Instant?
    var newestTrade: Int64?
    /// When the first request about the order at hand left.
    var askedAt: Instant?
    /// Revisions the venue does not know.
    var missing: [(order: ExtendedOrderID, askedAt: Instant)] = []

    init(_ kind: Kind, _ steps: [Step]) {
        self.kind = kind
        self.steps = steps
    }
}
