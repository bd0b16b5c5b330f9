internal import COpenSSL
internal import Synchronization

/// A pre-keyed HMAC-SHA256: the key is hashed once, and each signature starts from there. Nothing is allocated.
///
/// The state is as good as the key: it is overwritten at the end. The lock is what lets it be written then; no thread
/// disturbs another.
public final class HMACSHA256: Sendable {
    private let state: Mutex<HMACSHA256State>

    public init(key: Secret) { state = Mutex(HMACSHA256State(key: key)) }

    deinit {
        state.withLock { state in
            withUnsafeMutableBytes(of: &state) { OPENSSL_cleanse($0.baseAddress, $0.count) }
        }
    }

    /// 32 bytes.
    public func authenticate(_ message: [UInt8]) -> [UInt8] {
        let signature = authenticate(message.span)
        return signature.indices.map { signature[$0] }
    }

    /// As above, of a part of a buffer.
    public func authenticate(_ message: Span<UInt8>) -> InlineArray<32, UInt8> {
        state.withLock { $0.authenticate(message) }
    }

    /// Appends 64 lower-case hexadecimal digits.
    public func appendHexSignature(of message: [UInt8], to bytes: inout [UInt8]) {
        let signature = authenticate(message.span)
        Hex.encode(signature.span, into: &bytes)
    }
}
