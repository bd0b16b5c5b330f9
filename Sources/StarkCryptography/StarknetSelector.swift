internal import Cryptography

/// Starknet's name hash: the lower 250 bits of Keccak-256.
public enum StarknetSelector {
    public static func of(_ text: String) -> Felt {
        var digest = Hash.keccak256(Array(text.utf8))
        digest[0] &= 0x03
        guard let felt = Felt(bigEndian: digest) else { preconditionFailure("250 bits are below p.") }
        return felt
    }
}
