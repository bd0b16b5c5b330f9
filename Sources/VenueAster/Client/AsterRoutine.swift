internal import Fundamentals
internal import VenueKit

/// A sequence of requests that has to be walked in order, each step repeated until it succeeds: start-up, the
/// reconciliation after a gap in the private stream, reading fills, shutdown.
struct AsterRoutine: Sendable {
    enum Kind: Hashable, Sendable { case startUp, reconcile, fills(slot: Int), shutDown }

    enum Step: Hashable, Sendable {
        case call(AsterCall)
        case pause(TimeSpan)
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

    init(_ kind: Kind, _ steps: [Step]) {
        self.kind = kind
        self.steps = steps
    }
}
