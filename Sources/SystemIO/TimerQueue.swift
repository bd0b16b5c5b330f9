internal import Fundamentals

/// Names a scheduled timer; never used twice by one loop.
public struct TimerID: Hashable, Sendable {
    let value: UInt64
}

/// Timers in order of deadline, then of scheduling: a binary heap whose canceled entries are dropped when they surface,
/// or all at once when they outnumber the living.
struct TimerQueue {
    private struct Entry {
        var deadline: Instant
        var id: UInt64

        func precedes(_ other: Entry) -> Bool {
            deadline != other.deadline ? deadline < other.deadline : id < other.id
        }
    }
    private var heap: [Entry] = []
    private var bodies: [UInt64: () -> Void] = [:]
    private(set) var nextID: UInt64 = 1

    var count: Int { bodies.count }

    mutating func add(at deadline: Instant, _ body: @escaping () -> Void) -> TimerID {
        let id = nextID
        nextID += 1
        bodies[id] = body
        heap.append(Entry(deadline: deadline, id: id))
        siftUp(heap.count - 1)
        return TimerID(value: id)
    }

    mutating func cancel(_ id: TimerID) {
        guard bodies.removeValue(forKey: id.value) != nil else { return }
        if heap.count > 64, heap.count > 2 * bodies.count { compact() }
    }

    /// The deadline of the next living timer.
    mutating func earliest() -> Instant? {
        while let top = heap.first {
            if bodies[top.id] != nil { return top.deadline }
            removeTop()
        }
        return nil
    }

    /// Takes one timer that is due and was scheduled before `limit`, so that a timer that reschedules itself for "now"
    /// waits for the next iteration.
    mutating func takeDue(at now: Instant, before limit: UInt64) -> (() -> Void)? {
        guard let deadline = earliest(), deadline <= now, heap[0].id < limit else { return nil }
        let body = bodies.removeValue(forKey: heap[0].id)
        removeTop()
        return body
    }

    private mutating func compact() {
        heap.removeAll { bodies[$0.id] == nil }
        // A sorted array is a heap.
        heap.sort { $0.precedes($1) }
    }

    private mutating func removeTop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown(0)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var first = parent
            for child in (2 * parent + 1)..<(2 * parent + 3) where child < heap.count {
                if heap[child].precedes(heap[first]) { first = child }
            }
            guard first != parent else { return }
            heap.swapAt(first, parent)
            parent = first
        }
    }
}
