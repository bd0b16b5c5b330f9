internal import Cryptography

/// The secret number of a signature, derived from key and hash (RFC 6979 with SHA-256, as StarkWare uses it).
///
/// It differs from the RFC in that the hash enters as it is, and that a candidate is the top 252 bits of the output:
/// about every second one is not below n and is passed over.
struct NonceGenerator {
    private var key: HMACSHA256State
    private var value: InlineArray<32, UInt8>

    /// - Parameter seed: extra entropy, as its shortest big-endian bytes; 0 is none.
    init(key privateKey: UInt256, hash: UInt256, seed: UInt256) {
        value = InlineArray(repeating: 1)
        key = Self.start
        for tag in UInt8(0)...1 {
            var message = InlineArray<129, UInt8>(repeating: 0)
            for index in 0..<32 {
                message[index] = value[index]
                message[33 + index] = privateKey.bigEndianByte(index)
                message[65 + index] = hash.bigEndianByte(index)
            }
            message[32] = tag
            var length = 97
            for index in 0..<32 where length > 97 || seed.bigEndianByte(index) != 0 {
                message[length] = seed.bigEndianByte(index)
                length += 1
            }
            key = HMACSHA256State(key: key.authenticate(message.span.extracting(0..<length)))
            value = key.authenticate(value.span)
        }
    }

    /// The next candidate in 1 ..< n. Branches only on whether a candidate is passed over, which tells nothing of others.
    mutating func next() -> UInt256 {
        while true {
            value = key.authenticate(value.span)
            let candidate = Self.integer(value).shiftedRight(by: 4)
            if !candidate.isZero, candidate < Scalar.modulus { return candidate }
            var message = InlineArray<33, UInt8>(repeating: 0)
            for index in 0..<32 { message[index] = value[index] }
            key = HMACSHA256State(key: key.authenticate(message.span))
            value = key.authenticate(value.span)
        }
    }

    private static let start = HMACSHA256State(key: InlineArray(repeating: 0))

    private static func integer(_ bytes: InlineArray<32, UInt8>) -> UInt256 {
        var words = InlineArray<4, UInt64>(repeating: 0)
        for index in 0..<32 { words[3 - index >> 3] = words[3 - index >> 3] &<< 8 | UInt64(bytes[index]) }
        return UInt256(words[0], words[1], words[2], words[3])
    }
}
