public import Cryptography

// Contract only: the arithmetic behind these declarations comes with its own commits.

/// An element of the STARK prime field, p = 2²⁵¹ + 17·2¹⁹² + 1.
public struct Felt: Hashable, Sendable {
    var limbs: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    public init(_ value: UInt64) { limbs.0 = value }
    /// A negative number x is p − |x|.
    public init(signed value: Int64) { limbs.0 = value.magnitude }
    /// Up to 32 bytes, most significant first; nil for p or more.
    public init?(bigEndian bytes: [UInt8]) {}
    /// `0x` and up to 64 hexadecimal digits; nil for anything else, and for p or more.
    public init?(hex: String) {}
    /// The big-endian integer of at most 31 ASCII characters; nil for more, or others.
    public init?(shortString text: String) {}

    /// `0x…`, lower case, without leading zeros.
    public var hex: String { "0x0" }
    /// 32 bytes, most significant first.
    public var bigEndianBytes: [UInt8] { [] }

    public static func == (a: Felt, b: Felt) -> Bool { a.limbs == b.limbs }
    public func hash(into hasher: inout Hasher) { hasher.combine(limbs.0) }
}

public struct StarkSignature: Hashable, Sendable {
    public var r: Felt
    public var s: Felt

    public init(r: Felt, s: Felt) {
        self.r = r
        self.s = s
    }
}

public enum StarkKeyError: Error, Hashable, Sendable {
    case malformed
    /// Zero, or not below the order of the curve.
    case outOfRange
}

/// A private key. Prints as `***`.
public struct StarkPrivateKey: Sendable {
    /// The x coordinate of the public point.
    public let publicKey: Felt

    /// - Parameter hex: `0x…`.
    public init(hex: Secret) throws(StarkKeyError) { publicKey = Felt(0) }

    /// Deterministic (RFC 6979 without extra entropy). Nil for a hash of 2²⁵¹ or more, which no signature can cover.
    public func sign(_ hash: Felt) -> StarkSignature? { nil }
}

public enum StarkVerification {
    /// Whether `signature` is one of `hash` by the key with this x coordinate.
    public static func isValid(_ signature: StarkSignature, of hash: Felt, by publicKey: Felt) -> Bool { false }
}

public enum Poseidon {
    public static func hash(_ inputs: [Felt]) -> Felt { Felt(0) }
}

public enum Pedersen {
    public static func hash(_ a: Felt, _ b: Felt) -> Felt { Felt(0) }
}
