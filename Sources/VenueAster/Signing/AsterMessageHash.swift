internal import Cryptography

/// EIP-712 hashes of Aster's typed data `Message(string msg)`.
///
/// Source: EIP-712, and Aster's V3 documentation ("AsterSignTransaction", version 1, no verifying contract).
public enum AsterMessageHash {
    public static let domainTypeHash = Hash.keccak256(
        Array("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)".utf8))
    public static let messageTypeHash = Hash.keccak256(Array("Message(string msg)".utf8))

    /// 32 bytes that bind a signature to one chain.
    public static func domainSeparator(chainID: UInt64) -> [UInt8] {
        var fields = domainTypeHash
        fields += Hash.keccak256(Array("AsterSignTransaction".utf8))
        fields += Hash.keccak256(Array("1".utf8))
        fields += [UInt8](repeating: 0, count: 24)
        for shift in stride(from: 56, through: 0, by: -8) { fields.append(UInt8(truncatingIfNeeded: chainID >> shift)) }
        fields += [UInt8](repeating: 0, count: 32)
        return Hash.keccak256(fields)
    }

    /// `message` is the encoded parameters without the signature, byte for byte as sent.
    public static func structHash(_ message: [UInt8]) -> [UInt8] {
        Hash.keccak256(messageTypeHash + Hash.keccak256(message))
    }

    /// What the wallet signs.
    public static func digest(_ message: [UInt8], domainSeparator: [UInt8]) -> [UInt8] {
        Hash.keccak256([0x19, 0x01] + domainSeparator + structHash(message))
    }
}
