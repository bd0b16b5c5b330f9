/// The venue's rule for nonces: milliseconds within thirty seconds of its clock, each used once.
public struct MAXNonceWindow: Hashable, Sendable {
    public enum Refusal: Error, Hashable, Sendable { case used, outOfTime }

    /// Furthest from the venue's clock, in milliseconds.
    public static let tolerance: Int64 = 30_000
    /// Used ones that could still be sent again, ascending.
    private var used: [Int64] = []

    public init() {}

    /// - Parameter time: the venue's clock in milliseconds.
    public mutating func admit(_ nonce: Int64, at time: Int64) throws(Refusal) {
        guard (time - Self.tolerance...time + Self.tolerance).contains(nonce) else { throw .outOfTime }
        used.removeAll { $0 < time - Self.tolerance }
        let place = position(of: nonce)
        if place < used.count, used[place] == nonce { throw .used }
        used.insert(nonce, at: place)
    }

    private func position(of nonce: Int64) -> Int {
        var low = 0
        var high = used.count
        while low < high {
            let middle = (low + high) / 2
            if used[middle] < nonce { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
