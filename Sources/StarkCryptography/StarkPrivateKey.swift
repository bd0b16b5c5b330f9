public import Cryptography

public enum StarkKeyError: Error, Hashable, Sendable {
    case malformed
    /// Zero, or not below the order of the curve.
    case outOfRange
}

/// A private key. Prints as `***`.
public struct StarkPrivateKey: Sendable {
    /// 32 bytes, most significant first.
    private let key: Secret
    /// The x coordinate of the public point.
    public let publicKey: Felt

    /// - Parameter hex: `0x` and up to 64 hexadecimal digits.
    public init(hex: Secret) throws(StarkKeyError) {
        guard let number = hex.expose({ UInt256(hex: String(decoding: $0, as: UTF8.self)) }) else { throw .malformed }
        try self.init(number)
    }

    init(_ number: UInt256) throws(StarkKeyError) {
        guard !number.isZero, number < Scalar.modulus else { throw .outOfRange }
        key = Secret(bytes: (0..<32).map { number.bigEndianByte($0) })
        publicKey = Felt(GeneratorTable.shared.multiplyUpToSign(number).affineX)
    }

    /// Deterministic (RFC 6979 without extra entropy). Nil for a hash of 2²⁵¹ or more, which no signature can cover.
    public func sign(_ hash: Felt) -> StarkSignature? { sign(hash, seed: 0) }

    /// As other implementations sign, that start from a seed: StarkWare's crypto-cpp from 32.
    /// - Parameter seed: extra entropy of the secret number; 0 is none. Counted up until the signature is in range, which
    ///   all but one in 2⁵⁵ are at once.
    public func sign(_ hash: Felt, seed: UInt64) -> StarkSignature? {
        guard hash.isBelow2To251 else { return nil }
        let number = key.expose { UInt256(all32: $0) }
        var seed = seed
        while true {
            var nonces = NonceGenerator(key: number, hash: hash.integer, seed: UInt256(seed))
            if let signature = Self.sign(hash, key: number, nonce: nonces.next()) { return signature }
            seed &+= 1
        }
    }

    /// Nil when r or s is 0, or 2²⁵¹ or more. r is not reduced modulo n.
    static func sign(_ hash: Felt, key: UInt256, nonce k: UInt256) -> StarkSignature? {
        let r = Felt(GeneratorTable.shared.multiplyUpToSign(k).affineX)
        let sum = Scalar(hash.integer) + Scalar(r.integer) * Scalar(key)
        let s = (sum * Scalar(k).inverse()).integer
        guard let s = Felt(s), !r.integer.isZero, r.isBelow2To251, !s.integer.isZero, s.isBelow2To251 else {
            return nil
        }
        return StarkSignature(r: r, s: s)
    }
}

extension StarkPrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "***" }
    public var debugDescription: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
