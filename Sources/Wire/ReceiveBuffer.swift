/// Bytes received and not yet consumed. Consuming moves an offset; the front is cut off only once it outweighs the
/// rest, so that a decoder costs O(1) a byte however the bytes arrive.
struct ReceiveBuffer: Sendable {
    private var storage: [UInt8] = []
    private var head = 0
    /// Bytes of the current message consumed so far: the origin of error offsets.
    private(set) var consumed = 0

    private static let compactionThreshold = 65_536

    var count: Int { storage.count - head }
    var isEmpty: Bool { count == 0 }

    subscript(index: Int) -> UInt8 { storage[head + index] }

    func slice(_ range: Range<Int>) -> ArraySlice<UInt8> {
        storage[head + range.lowerBound..<head + range.upperBound]
    }

    mutating func append(_ bytes: [UInt8]) { storage.append(contentsOf: bytes) }

    mutating func consume(_ count: Int) {
        head += count
        consumed += count
        if head == storage.count {
            storage.removeAll(keepingCapacity: head <= Self.compactionThreshold)
            head = 0
        } else if head > Self.compactionThreshold, head > storage.count / 2 {
            storage.removeFirst(head)
            head = 0
        }
    }

    mutating func take(_ count: Int) -> [UInt8] {
        let bytes = Array(slice(0..<count))
        consume(count)
        return bytes
    }

    /// The next byte is the first of a message.
    mutating func beginMessage() { consumed = 0 }

    /// The offset within the message of the byte at `index`.
    func offset(of index: Int) -> Int { consumed + index }
}
