/// The last twenty bytes of the Keccak-256 of a public key.
public struct EthereumAddress: Hashable, Sendable, CustomStringConvertible {
    public let bytes: [UInt8]

    /// Twenty bytes in hexadecimal with optional `0x`, any case; nil otherwise.
    public init?(_ text: some StringProtocol) {
        guard let decoded = Hex.decode(text), decoded.count == 20 else { return nil }
        bytes = decoded
    }

    /// `key` is x ‖ y, 64 bytes.
    init(uncompressedPublicKey key: [UInt8]) { bytes = Array(Hash.keccak256(key).suffix(20)) }

    /// With `0x` and the EIP-55 checksum case.
    public var description: String {
        let digits = Array(Hex.encode(bytes).utf8)
        let checksum = Hash.keccak256(digits)
        var text = Array("0x".utf8)
        for (index, digit) in digits.enumerated() {
            let nibble = index % 2 == 0 ? checksum[index / 2] >> 4 : checksum[index / 2] & 15
            let isLetter = digit >= UInt8(ascii: "a")
            text.append(isLetter && nibble >= 8 ? digit - 0x20 : digit)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
