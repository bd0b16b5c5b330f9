internal import COpenSSL

/// Message digests.
public enum Hash {
    /// 20 bytes. Only for the WebSocket handshake, which demands it.
    public static func sha1(_ message: [UInt8]) -> [UInt8] { digest(message, Algorithm.sha1.pointer, count: 20) }

    /// 32 bytes.
    public static func sha256(_ message: [UInt8]) -> [UInt8] { digest(message, Algorithm.sha256.pointer, count: 32) }

    /// Keccak-256 as Ethereum uses it (not SHA3-256). 32 bytes.
    public static func keccak256(_ message: [UInt8]) -> [UInt8] {
        var sponge = Keccak256()
        sponge.absorb(message)
        return sponge.squeeze()
    }

    private static func digest(_ message: [UInt8], _ algorithm: OpaquePointer, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let done = EVP_Digest(message, message.count, buffer.baseAddress, nil, algorithm, nil)
            precondition(done == 1, "A digest over bytes in memory cannot fail in a working OpenSSL.")
            initialized = count
        }
    }
}

/// An algorithm fetched once and never released; fetching costs more than a short digest.
/// Unchecked: OpenSSL's method objects are immutable and shared between threads by contract.
struct Algorithm: @unchecked Sendable {
    let pointer: OpaquePointer

    static let sha1 = Algorithm("SHA1")
    static let sha256 = Algorithm("SHA256")
    static let sha384 = Algorithm("SHA384")

    private init(_ name: String) {
        guard let fetched = EVP_MD_fetch(nil, name, nil) else {
            preconditionFailure("OpenSSL's default provider must offer \(name).")
        }
        pointer = fetched
    }
}
