internal import Fundamentals
internal import MarketModel
internal import VenueKit

enum ExtendedRoutineKind: Hashable, Sendable, CustomStringConvertible {
    case startUp, reconcile, fills, shutDown
    /// Asks for one order.
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

/// What a routine does without a request of its own.
enum ExtendedAct: Hashable, Sendable {
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

/// What a routine keeps from step to step.
struct ExtendedRoutineMemory: Sendable {
    /// Pages of the trade history read so far, newest row first, and when the first was asked for.
    var trades: [ExtendedFill] = []
    var tradesAsOf: Instant?
    var newestTrade: Int64?
    /// When the first request about the order at hand left.
    var askedAt: Instant?
    /// Revisions the venue does not know.
    var missing: [(order: ExtendedOrderID, askedAt: Instant)] = []
}

typealias ExtendedBoard = RoutineBoard<ExtendedRoutineKind, ExtendedCall, ExtendedAct, ExtendedRoutineMemory>
typealias ExtendedStep = RoutineStep<ExtendedCall, ExtendedAct>
typealias ExtendedResult = RoutineResult<ExtendedCall, ExtendedAct>
