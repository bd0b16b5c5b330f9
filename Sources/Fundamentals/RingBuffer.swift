/// The last `capacity` elements, oldest first; a full buffer forgets its oldest element on append.
@frozen
public struct RingBuffer<Element: Sendable>: Sendable {
    @usableFromInline var storage: [Element] = []
    @usableFromInline var start = 0
    public let capacity: Int

    /// - Precondition: `capacity` is at least 1.
    @inlinable public init(capacity: Int) {
        precondition(capacity > 0, "a ring buffer holds at least one element")
        self.capacity = capacity
        storage.reserveCapacity(capacity)
    }

    @inlinable public var count: Int { storage.count }
    @inlinable public var isEmpty: Bool { storage.isEmpty }
    @inlinable public var first: Element? { storage.isEmpty ? nil : self[0] }
    @inlinable public var last: Element? { storage.isEmpty ? nil : self[count - 1] }

    /// The element at `index`, counted from the oldest.
    @inlinable public subscript(index: Int) -> Element {
        precondition(index >= 0 && index < storage.count, "ring buffer index out of range")
        return storage[(start + index) % storage.count]
    }

    @inlinable public mutating func append(_ element: Element) {
        if storage.count < capacity {
            storage.append(element)
        } else {
            storage[start] = element
            start = (start + 1) % capacity
        }
    }

    @inlinable public mutating func removeAll() {
        storage.removeAll(keepingCapacity: true)
        start = 0
    }
}
