/// The venue's memory of one agent wallet's nonces: each only once, near to the present, and the newest hundred count.
public struct AsterNonceWindow: Hashable, Sendable {
    /// Why a nonce is refused. The venue tells clients the same for all: -4225.
    public enum Refusal: Error, Hashable, Sendable, CaseIterable { case outsideTime, duplicate, expired }

    /// Ascending.
    private var nonces: [Int64] = []
    private let capacity: Int
    /// Microseconds.
    private let tolerance: Int64

    public init(capacity: Int = 100, toleranceMicroseconds: Int64 = 60_000_000) {
        precondition(capacity > 0 && toleranceMicroseconds >= 0, "A window holds at least one nonce.")
        self.capacity = capacity
        tolerance = toleranceMicroseconds
    }

    /// Takes the nonce into memory or refuses it; a refused one leaves no trace. Both in microseconds.
    public mutating func admit(_ nonce: Int64, at serverTime: Int64) throws(Refusal) {
        let (distance, overflow) = nonce.subtractingReportingOverflow(serverTime)
        guard !overflow, distance.magnitude <= tolerance.magnitude else { throw .outsideTime }
        var (low, high) = (0, nonces.count)
        while low < high {
            let middle = (low + high) / 2
            if nonces[middle] < nonce { low = middle + 1 } else { high = middle }
        }
        if low < nonces.count, nonces[low] == nonce { throw .duplicate }
        guard nonces.count == capacity else { return nonces.insert(nonce, at: low) }
        guard low > 0 else { throw .expired }
        nonces.insert(nonce, at: low)
        nonces.removeFirst()
    }
}
