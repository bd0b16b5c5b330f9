public import Fundamentals

/// Requests that are on their way, by id. Ids only grow, so that appending keeps the table sorted.
///
/// Inlinable, so that it is compiled for each session's own purposes: every order passes here.
public struct RequestTable<Purpose: Sendable>: Sendable {
    public struct Entry: Sendable {
        public let id: RequestID
        public var purpose: Purpose
        public var sentAt: Instant
        public var deadline: Instant

        @inlinable
        init(id: RequestID, purpose: Purpose, sentAt: Instant, deadline: Instant) {
            self.id = id
            self.purpose = purpose
            self.sentAt = sentAt
            self.deadline = deadline
        }
    }

    @usableFromInline var requests: [Entry] = []
    @usableFromInline var lastNumber: UInt64 = 0

    @inlinable public init() {}

    @inlinable public var entries: [Entry] { requests }
    @inlinable public var count: Int { requests.count }

    /// Registers a request that leaves now and names it.
    @inlinable
    public mutating func insert(_ purpose: Purpose, sentAt: Instant, deadline: Instant) -> RequestID {
        lastNumber += 1
        let id = RequestID(lastNumber)
        requests.append(Entry(id: id, purpose: purpose, sentAt: sentAt, deadline: deadline))
        return id
    }

    /// Takes the request out; nil for one that is unknown or was answered already.
    @inlinable
    public mutating func remove(_ id: RequestID) -> Entry? {
        guard let index = index(of: id) else { return nil }
        return requests.remove(at: index)
    }

    /// Takes out the oldest request whose deadline passed.
    @inlinable
    public mutating func removeOverdue(at now: Instant) -> Entry? {
        guard let index = requests.firstIndex(where: { $0.deadline <= now }) else { return nil }
        return requests.remove(at: index)
    }

    /// Takes out the oldest request that the transport forgot: it owes an answer by the deadline.
    @inlinable
    public mutating func removeForgotten(at now: Instant) -> Entry? { removeOverdue(at: now - .seconds(1)) }

    @inlinable
    func index(of id: RequestID) -> Int? {
        var low = 0
        var high = requests.count
        while low < high {
            let middle = (low + high) / 2
            if requests[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < requests.count && requests[low].id == id ? low : nil
    }
}
