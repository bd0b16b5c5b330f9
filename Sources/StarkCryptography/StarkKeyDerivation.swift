public import Cryptography

extension StarkPrivateKey {
    /// The key that belongs to an Ethereum wallet: ground from the r of its signature of the account's creation.
    /// - Parameter ethereumSignature: r ‖ s ‖ v in hexadecimal, optional `0x`; only the first 32 bytes count.
    public init(ethereumSignature: Secret) throws(StarkKeyError) {
        let bytes = ethereumSignature.expose { Hex.decode(String(decoding: $0, as: UTF8.self)) }
        guard let bytes, bytes.count >= 32 else { throw .malformed }
        try self.init(grinding: Array(bytes[..<32]))
    }

    /// Hashes the seed with a counter until the digest is below the greatest multiple of n that 256 bits hold, so that no
    /// residue is likelier than another (StarkWare's `grind_key`).
    public init(grinding seed: [UInt8]) throws(StarkKeyError) {
        let seed = Self.minimal(seed)
        for counter in 0..<UInt8.max {
            guard let digest = UInt256(bigEndian: Hash.sha256(seed + [counter])) else { throw .malformed }
            if digest < Self.grindingLimit {
                try self.init(Scalar(digest).integer)
                return
            }
        }
        // Each digest fails with a probability of 2⁻⁶⁰ or so.
        throw .outOfRange
    }

    /// Without leading zeros; a single zero for zero.
    private static func minimal(_ bytes: [UInt8]) -> [UInt8] {
        let significant = bytes.drop { $0 == 0 }
        return significant.isEmpty ? [0] : Array(significant)
    }

    /// 31·n, as 2²⁵⁶ is between that and 32·n.
    private static let grindingLimit = (0..<31).reduce(UInt256.zero) { sum, _ in sum &+ Scalar.modulus }
}
