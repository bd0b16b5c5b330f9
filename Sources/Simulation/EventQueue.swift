internal import Fundamentals

/// Events of a virtual world in order of time; events of the same instant come out in the order they went in.
struct EventQueue<Event: Sendable>: Sendable {
    private struct Entry: Sendable {
        let at: Instant
        let sequence: UInt64
        let event: Event

        func isBefore(_ other: Entry) -> Bool { (at, sequence) < (other.at, other.sequence) }
    }
    private var heap: [Entry] = []
    private var sequence: UInt64 = 0

    var nextDue: Instant? { heap.first?.at }

    mutating func schedule(_ event: Event, at instant: Instant) {
        heap.append(Entry(at: instant, sequence: sequence, event: event))
        sequence += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func next() -> (at: Instant, event: Event)? {
        guard let first = heap.first else { return nil }
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].isBefore(heap[smallest]) { smallest = child }
            }
            guard smallest != parent else { break }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
        return (first.at, first.event)
    }
}
