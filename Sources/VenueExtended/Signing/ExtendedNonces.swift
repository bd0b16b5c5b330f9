/// Numbers for the `nonce` of orders, in 1…2³¹ − 2, none twice before all were used once.
///
/// The exchange's contract counts fills by message hash, and the nonce is all that makes the hash of an order differ
/// from that of another with the same market, side, amounts and expiry. So every request that signs an order (a
/// placement, each revision of it) takes a number of its own. Chance would repeat one within some 46,000 orders; a clock
/// is not to be had here. This walks Lehmer's multiplicative cycle modulo the prime 2³¹ − 1, whose period is the whole
/// range. A start-up begins elsewhere by its seed; should two walks meet, the expiry differs.
///
/// Source: Park and Miller, "Random number generators: good ones are hard to find" (1988); multiplier 48271 of 1993.
public struct ExtendedNonces: Hashable, Sendable {
    private static let modulus: UInt64 = (1 << 31) - 1
    private var state: UInt64

    public init(seed: UInt64) { state = seed % (Self.modulus - 1) + 1 }

    public mutating func next() -> UInt32 {
        state = state * 48_271 % Self.modulus
        return UInt32(state)
    }
}
