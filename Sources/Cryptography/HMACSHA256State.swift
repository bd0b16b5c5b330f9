internal import COpenSSL

/// HMAC-SHA256 as a plain value: no heap, no lock, and the key is hashed once.
///
/// For generators that derive a new key every few messages; a key that is kept belongs into `HMACSHA256`, which overwrites
/// it at the end. Source: RFC 2104.
public struct HMACSHA256State: Sendable {
    /// SHA-256's chaining value after the inner padded key, and after the outer.
    private var inner: InlineArray<8, UInt32>
    private var outer: InlineArray<8, UInt32>

    public init(key: InlineArray<32, UInt8>) { self.init(key.span) }

    /// Of a key of any length: one longer than a block counts by its hash.
    init(key: Secret) {
        self = key.expose { bytes in
            guard bytes.count > 64 else { return Self(bytes.span) }
            var digest = Hash.sha256(bytes)
            defer { digest.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
            return Self(digest.span)
        }
    }

    /// - Precondition: the key is no longer than a block.
    private init(_ key: Span<UInt8>) {
        inner = Self.initial
        outer = Self.initial
        var block = InlineArray<64, UInt8>(repeating: 0x36)
        for index in key.indices { block[index] ^= key[index] }
        Self.compress(block.span, into: &inner)
        for index in block.indices { block[index] ^= 0x36 ^ 0x5C }
        Self.compress(block.span, into: &outer)
        withUnsafeMutableBytes(of: &block) { OPENSSL_cleanse($0.baseAddress, $0.count) }
    }

    public func authenticate(_ message: Span<UInt8>) -> InlineArray<32, UInt8> {
        let digest = Self.finish(inner, message)
        return Self.finish(outer, digest.span)
    }

    /// Hashes a message that follows one block, of the key, and pads.
    private static func finish(_ start: InlineArray<8, UInt32>, _ message: Span<UInt8>) -> InlineArray<32, UInt8> {
        var state = start
        var whole = 0
        while message.count - whole >= 64 {
            compress(message.extracting(whole..<whole + 64), into: &state)
            whole += 64
        }
        var block = InlineArray<64, UInt8>(repeating: 0)
        for index in whole..<message.count { block[index - whole] = message[index] }
        block[message.count - whole] = 0x80
        if message.count - whole >= 56 {
            compress(block.span, into: &state)
            block = InlineArray(repeating: 0)
        }
        let bits = UInt64(64 + message.count) * 8
        for index in 0..<8 { block[56 + index] = UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * index)) }
        compress(block.span, into: &state)
        var digest = InlineArray<32, UInt8>(repeating: 0)
        for index in digest.indices {
            digest[index] = UInt8(truncatingIfNeeded: state[index >> 2] >> UInt32(24 - 8 * (index & 3)))
        }
        return digest
    }

    /// - Precondition: `block` is of 64 bytes.
    @inline(__always)
    private static func compress(_ block: Span<UInt8>, into state: inout InlineArray<8, UInt32>) {
        var words = state.mutableSpan
        words.withUnsafeMutableBufferPointer { words in
            block.withUnsafeBufferPointer { shim_SHA256_compress(words.baseAddress, $0.baseAddress) }
        }
    }

    /// FIPS 180-4, 5.3.3.
    private static var initial: InlineArray<8, UInt32> {
        [
            0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
        ]
    }
}
