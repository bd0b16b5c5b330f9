internal import Fundamentals
internal import VenueKit

enum AsterRoutineKind: Hashable, Sendable { case startUp, reconcile, fills(slot: Int), shutDown }

/// What a routine does without a request of its own.
enum AsterAct: Hashable, Sendable {
    /// The clocks must agree well enough to trade.
    case checkClock
    case openUserStream
    case awaitReconciled
    case openMarketStream
    case awaitBooks
    case becomeReady
    case privateStreamIsUp
    /// No order of ours may still be on its way before "nothing rests" means anything.
    case awaitOrderReplies
    case disarm(Int)
    case closeStreams
}

typealias AsterBoard = RoutineBoard<AsterRoutineKind, AsterCall, AsterAct, Void>
typealias AsterStep = RoutineStep<AsterCall, AsterAct>
typealias AsterResult = RoutineResult<AsterCall, AsterAct>
