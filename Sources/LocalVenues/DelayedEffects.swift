internal import Fundamentals

/// Effects that chaos holds back, by the moment at which they are let go. Those of one moment keep their order.
struct DelayedEffects: Sendable {
    private var waiting: [(due: Instant, effect: ServerEffect)] = []

    /// When the next one is let go; `distantFuture` while none waits.
    var nextDue: Instant { waiting.first?.due ?? .distantFuture }

    mutating func insert(_ effect: ServerEffect, due: Instant) {
        let place = waiting.firstIndex { due < $0.due } ?? waiting.count
        waiting.insert((due, effect), at: place)
    }

    mutating func release(until now: Instant, into effects: inout [ServerEffect]) {
        while let first = waiting.first, first.due <= now {
            waiting.removeFirst()
            effects.append(first.effect)
        }
    }
}
