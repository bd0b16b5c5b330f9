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
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, initialized in
            write(signatureOf: message, to: buffer)
            initialized = 32
        }
    }

    /// Appends 64 lower-case hexadecimal digits.
    public func appendHexSignature(of message: [UInt8], to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { buffer in
            write(signatureOf: message, to: buffer)
            bytes.reserveCapacity(bytes.count + 64)
            for byte in buffer {
                bytes.append(Hex.digit(byte >> 4))
                bytes.append(Hex.digit(byte & 15))
            }
        }
    }

    private func write(signatureOf message: [UInt8], to buffer: UnsafeMutableBufferPointer<UInt8>) {
        // The address goes in as a number: a pointer may not cross into the lock's region, and none is kept there.
        let address = UInt(bitPattern: buffer.baseAddress)
        contexts.withLock { $0.sign(message, to: UnsafeMutablePointer(bitPattern: address)) }
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

    func sign(_ message: [UInt8], to output: UnsafeMutablePointer<UInt8>?) {
        let done =
            EVP_MD_CTX_copy_ex(working, inner) == 1
            && EVP_DigestUpdate(working, message, message.count) == 1
            && EVP_DigestFinal_ex(working, output, nil) == 1
            && EVP_MD_CTX_copy_ex(working, outer) == 1
            && EVP_DigestUpdate(working, output, 32) == 1
            && EVP_DigestFinal_ex(working, output, nil) == 1
        precondition(done, "An HMAC over bytes in memory cannot fail in a working OpenSSL.")
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
