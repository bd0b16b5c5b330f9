internal import Fundamentals

/// A notification on its way through one channel.
struct QueuedNotification: Sendable {
    var notification: Notification
    var id: NotificationID
    /// When it was given to the channel.
    var added: Instant
    var attempts = 0
    /// Says that a channel fails: its own failure is not told again.
    var isAboutChannel = false
}

/// What waits for one channel, bounded: the oldest of the least severity makes room.
struct NotificationQueue {
    private let capacity: Int
    /// Oldest first.
    private var waiting: [QueuedNotification] = []

    /// - Precondition: `capacity` is positive.
    init(capacity: Int) {
        precondition(capacity > 0, "a queue holds something")
        self.capacity = capacity
    }

    var count: Int { waiting.count }
    var isEmpty: Bool { waiting.isEmpty }

    /// - Returns: what had to go, which may be the new one.
    mutating func add(_ entry: QueuedNotification) -> QueuedNotification? {
        waiting.append(entry)
        guard waiting.count > capacity, let least = waiting.map(\.notification.severity).min(),
            let index = waiting.firstIndex(where: { $0.notification.severity == least })
        else { return nil }
        return waiting.remove(at: index)
    }

    /// Back to where it was: nothing that waits is older.
    mutating func putBack(_ entry: QueuedNotification) { waiting.insert(entry, at: 0) }

    /// The oldest of the greatest severity.
    mutating func take() -> QueuedNotification? {
        guard let most = waiting.map(\.notification.severity).max(),
            let index = waiting.firstIndex(where: { $0.notification.severity == most })
        else { return nil }
        return waiting.remove(at: index)
    }

    mutating func removeAll() -> [QueuedNotification] {
        defer { waiting = [] }
        return waiting
    }

    /// Takes out what has waited since before that time.
    mutating func removeOlder(than time: Instant) -> [QueuedNotification] {
        let old = waiting.filter { $0.added < time }
        waiting.removeAll { $0.added < time }
        return old
    }

    var oldest: Instant? { waiting.map(\.added).min() }
}
