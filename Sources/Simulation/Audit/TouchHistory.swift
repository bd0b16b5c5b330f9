internal import Fundamentals
internal import MarketModel

/// The venue's best bid and ask of the last seconds, as they truly were.
struct TouchHistory: Sendable {
    private struct Entry: Sendable {
        let since: Instant
        let bid: Price
        let ask: Price
    }
    private static let kept = TimeSpan.seconds(20)
    private var entries: [Entry] = []

    mutating func record(bid: Price, ask: Price, at now: Instant) {
        if let last = entries.last, last.bid == bid, last.ask == ask { return }
        entries.append(Entry(since: now, bid: bid, ask: ask))
        if entries.count >= 4_096 {
            let old = entries.firstIndex { $0.since >= now - Self.kept } ?? entries.count
            entries.removeFirst(max(0, old - 1))
        }
    }

    func had(bid: Price, since: Instant) -> Bool { had(since) { $0.bid == bid } }

    func had(ask: Price, since: Instant) -> Bool { had(since) { $0.ask == ask } }

    /// Among the touches that stood at `since` or later, the newest first.
    private func had(_ since: Instant, _ matches: (Entry) -> Bool) -> Bool {
        for entry in entries.reversed() {
            if matches(entry) { return true }
            if entry.since <= since { return false }
        }
        return false
    }
}
