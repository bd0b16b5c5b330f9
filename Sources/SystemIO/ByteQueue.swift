/// Bytes waiting to be written: appended at the end, consumed from the front, without moving the rest each time.
struct ByteQueue {
    private var storage: [UInt8] = []
    private var head = 0

    var count: Int { storage.count - head }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ bytes: some Collection<UInt8>) {
        if head > 65_536, head > storage.count / 2 {
            storage.removeFirst(head)
            head = 0
        }
        storage.append(contentsOf: bytes)
    }

    func withUnread<T>(_ body: (UnsafeRawBufferPointer) -> T) -> T {
        storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[head...])) }
    }

    mutating func consume(_ count: Int) {
        head += count
        if head == storage.count {
            // A burst's storage is not kept for ever.
            storage.removeAll(keepingCapacity: storage.capacity <= 1 << 18)
            head = 0
        }
    }
}
