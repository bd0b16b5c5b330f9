internal import COpenSSL
internal import Synchronization

/// A pre-keyed HMAC-SHA256: the key is hashed once, each signature copies the prepared state.
///
/// A lock guards the working context, so that any thread may sign; the prepared states are never written again.
public final class HMACSHA256: Sendable {
    private let contexts: Mutex<Contexts>

    public init(key: Secret) { contexts = Mutex(Contexts(key: key)) }

    /// 32 bytes.
    public func authenticate(_ message: [UInt8]) -> [UInt8] {
        let signature = contexts.withLock { $0.sign(message) }
        return (0..<32).map { signature[$0] }
    }

    /// Appends 64 lower-case hexadecimal digits.
    public func appendHexSignature(of message: [UInt8], to bytes: inout [UInt8]) {
        let signature = contexts.withLock { $0.sign(message) }
        bytes.reserveCapacity(bytes.count + 64)
        for index in signature.indices {
            bytes.append(Hex.digit(signature[index] >> 4))
            bytes.append(Hex.digit(signature[index] & 15))
        }
    }
}

/// OpenSSL's states after the inner and the outer padded key, and the one that signatures are made in.
private struct Contexts: ~Copyable {
    private let inner = Contexts.make()
    private let outer = Contexts.make()
    private let working = Contexts.make()

    init(key: Secret) {
        var block = key.expose { $0.count > 64 ? Hash.sha256($0) : Array($0) }
        block += [UInt8](repeating: 0, count: 64 - block.count)
        for index in block.indices { block[index] ^= 0x36 }
        Self.start(inner, with: block)
        for index in block.indices { block[index] ^= 0x36 ^ 0x5C }
        Self.start(outer, with: block)
        block.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
    }

    deinit {
        for context in [inner, outer, working] { EVP_MD_CTX_free(context) }
    }

    func sign(_ message: [UInt8]) -> InlineArray<32, UInt8> {
        var signature = InlineArray<32, UInt8>(repeating: 0)
        var output = signature.mutableSpan
        let done = output.withUnsafeMutableBufferPointer { output in
            EVP_MD_CTX_copy_ex(working, inner) == 1
                && EVP_DigestUpdate(working, message, message.count) == 1
                && EVP_DigestFinal_ex(working, output.baseAddress, nil) == 1
                && EVP_MD_CTX_copy_ex(working, outer) == 1
                && EVP_DigestUpdate(working, output.baseAddress, output.count) == 1
                && EVP_DigestFinal_ex(working, output.baseAddress, nil) == 1
        }
        precondition(done, "An HMAC over bytes in memory cannot fail in a working OpenSSL.")
        return signature
    }

    private static func start(_ context: OpaquePointer, with block: [UInt8]) {
        let done =
            EVP_DigestInit_ex(context, Algorithm.sha256.pointer, nil) == 1
            && EVP_DigestUpdate(context, block, block.count) == 1
        precondition(done, "SHA-256 must start in a working OpenSSL.")
    }

    private static func make() -> OpaquePointer {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("OpenSSL must be able to allocate a context.") }
        return context
    }
}
