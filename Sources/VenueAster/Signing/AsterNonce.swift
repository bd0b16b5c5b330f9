/// Makes the microsecond stamps of requests: never twice the same, never backwards, as near to the venue's time as may be.
///
/// One for each agent wallet: the venue remembers nonces by wallet.
public struct AsterNonce: Hashable, Sendable {
    public private(set) var last: Int64

    /// `last` is the newest stamp that may have been used before, so that a clock set back repeats none.
    public init(last: Int64 = 0) { self.last = last }

    /// The stamp for a request sent now; `microseconds` is venue time.
    public mutating func next(at microseconds: Int64) -> Int64 {
        last = max(last + 1, microseconds)
        return last
    }
}
