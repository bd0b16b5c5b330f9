public import Fundamentals

/// Requests that are on their way, by id. Ids only grow, so that appending keeps the table sorted.
public struct RequestTable<Purpose: Sendable>: Sendable {
    public struct Entry: Sendable {
        public let id: RequestID
        public var purpose: Purpose
        public var sentAt: Instant
        public var deadline: Instant
    }

    public private(set) var entries: [Entry] = []
    private var lastNumber: UInt64 = 0

    public init() {}

    public var count: Int { entries.count }

    /// Registers a request that leaves now and names it.
    public mutating func insert(_ purpose: Purpose, sentAt: Instant, deadline: Instant) -> RequestID {
        lastNumber += 1
        let id = RequestID(lastNumber)
        entries.append(Entry(id: id, purpose: purpose, sentAt: sentAt, deadline: deadline))
        return id
    }

    /// Takes the request out; nil for one that is unknown or was answered already.
    public mutating func remove(_ id: RequestID) -> Entry? {
        guard let index = index(of: id) else { return nil }
        return entries.remove(at: index)
    }

    /// Takes out the oldest request whose deadline passed.
    public mutating func removeOverdue(at now: Instant) -> Entry? {
        guard let index = entries.firstIndex(where: { $0.deadline <= now }) else { return nil }
        return entries.remove(at: index)
    }

    private func index(of id: RequestID) -> Int? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].id == id ? low : nil
    }
}
