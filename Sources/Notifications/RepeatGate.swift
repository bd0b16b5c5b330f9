internal import Configuration
internal import Fundamentals

/// Lets the first of equal alerts through, counts the others, and tells the count when the window is over.
struct RepeatGate {
    private struct Window {
        var until: Instant
        var latest: Notification
        var held: Int
    }

    /// More alerts at a time than any person reads.
    private static let capacity = 256

    private let length: TimeSpan
    /// In the order in which they end.
    private var windows: [Window] = []

    init(length: TimeSpan) { self.length = length }

    /// The alert, if it is to be sent now. One that is worse than those before it is.
    mutating func pass(_ notification: Notification, at now: Instant) -> Notification? {
        guard let key = notification.key else { return notification }
        if let index = windows.firstIndex(where: { $0.latest.key == key }) {
            if notification.severity <= windows[index].latest.severity {
                windows[index].held += 1
                (windows[index].latest.text, windows[index].latest.at) = (notification.text, notification.at)
                return nil
            }
            windows.remove(at: index)
        }
        if windows.count == Self.capacity { windows.removeFirst() }
        windows.append(Window(until: now + length, latest: notification, held: 0))
        return notification
    }

    /// The counts that are due.
    mutating func expire(at now: Instant) -> [Notification] { take { $0.until <= now } }

    /// All counts, for the end of the process.
    mutating func flush() -> [Notification] { take { _ in true } }

    var nextExpiry: Instant? { windows.first?.until }

    private mutating func take(_ isDue: (Window) -> Bool) -> [Notification] {
        let due = windows.filter(isDue)
        windows.removeAll(where: isDue)
        return due.filter { $0.held > 0 }.map { window in
            var notification = window.latest
            notification.text += window.held == 1 ? " (once more)" : " (\(window.held) times more)"
            notification.key = nil
            return notification
        }
    }
}
