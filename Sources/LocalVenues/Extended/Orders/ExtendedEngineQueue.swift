internal import Fundamentals

/// What the engine is asked to do, once it gets there.
enum ExtendedEngineCommand: Hashable, Sendable {
    case place(Int64)
    /// Of one account: whichever of these are still open. A cancel of everything names what had been accepted when it
    /// was asked for, so that it spares what is placed behind it.
    case cancel(account: Int, [Int64])
}

/// What was accepted and has not reached the engine, in the order of acceptance.
struct ExtendedEngineQueue: Sendable {
    private var waiting: [(due: Instant, command: ExtendedEngineCommand)] = []

    var nextDue: Instant { waiting.first?.due ?? .distantFuture }

    var isWaiting: Bool { !waiting.isEmpty }

    /// Nothing overtakes what was accepted before.
    mutating func append(_ command: ExtendedEngineCommand, due: Instant) {
        waiting.append((max(due, waiting.last?.due ?? due), command))
    }

    /// Makes everything due by `now`.
    mutating func hurry(to now: Instant) {
        for index in waiting.indices { waiting[index].due = min(waiting[index].due, now) }
    }

    mutating func next(at now: Instant) -> ExtendedEngineCommand? {
        guard let first = waiting.first, first.due <= now else { return nil }
        waiting.removeFirst()
        return first.command
    }
}

/// When orders expire, soonest first. Orders that ended before stay in it until then.
struct ExpiryQueue: Sendable {
    /// Latest first, so that the next to go is the last.
    private var entries: [(time: Instant, order: Int64)] = []

    var nextDue: Instant { entries.last?.time ?? .distantFuture }

    mutating func insert(_ order: Int64, at time: Instant) {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].time > time { low = middle + 1 } else { high = middle }
        }
        entries.insert((time, order), at: low)
    }

    mutating func next(at now: Instant) -> Int64? {
        guard let last = entries.last, last.time <= now else { return nil }
        entries.removeLast()
        return last.order
    }

    /// Leaves out what need not be remembered, where many have gathered.
    mutating func compact(_ isNeeded: (Int64) -> Bool) {
        guard entries.count > 10_000 else { return }
        entries.removeAll { !isNeeded($0.order) }
    }
}
