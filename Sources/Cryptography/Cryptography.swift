// The declarations below are the agreed surface; bodies follow.

/// Text that must never reach a log, journal, error, URL or core dump: it describes itself as `***`.
public struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    public init(_ text: String) { bytes = Array(text.utf8) }
    public var description: String { "***" }
    public var debugDescription: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: []) }
    public var isEmpty: Bool { bytes.isEmpty }
    /// The only way to read it.
    public func expose<T>(_ body: ([UInt8]) -> T) -> T { body(bytes) }
}

public enum Hash {
    public static func sha1(_ message: [UInt8]) -> [UInt8] { [] }
    public static func sha256(_ message: [UInt8]) -> [UInt8] { [] }
    /// Keccak-256 as Ethereum uses it (not SHA3-256).
    public static func keccak256(_ message: [UInt8]) -> [UInt8] { [] }
}

public enum Hex {
    /// Lower-case digits, no prefix.
    public static func encode(_ bytes: [UInt8]) -> String { "" }
    /// Accepts an optional `0x`; nil for anything but an even number of hexadecimal digits.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? { nil }
}

public enum Base64 {
    public static func encode(_ bytes: [UInt8]) -> String { "" }
    public static func decode(_ text: String) -> [UInt8]? { nil }
}

/// A pre-keyed HMAC-SHA256: the key is hashed once, each signature copies the prepared state.
public final class HMACSHA256: Sendable {
    public init(key: Secret) {}
    /// 32 bytes.
    public func authenticate(_ message: [UInt8]) -> [UInt8] { [] }
    /// Appends 64 lower-case hexadecimal digits.
    public func appendHexSignature(of message: [UInt8], to bytes: inout [UInt8]) {}
}

/// Compares in time that depends only on the lengths.
public func constantTimeEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool { false }

/// Bytes from the operating system's entropy, for keys, masks and tokens. Only the shell may call it.
public func secureRandom(_ count: Int) -> [UInt8] { [] }

public struct EthereumAddress: Hashable, Sendable, CustomStringConvertible {
    public let bytes: [UInt8]

    /// Twenty bytes in hexadecimal with optional `0x`, any case; nil otherwise.
    public init?(_ text: some StringProtocol) { return nil }
    /// With `0x` and the EIP-55 checksum case.
    public var description: String { "" }
}

/// A secp256k1 key. Signs deterministically (RFC 6979) with low S.
public final class EthereumPrivateKey: Sendable {
    /// 32 bytes in hexadecimal, optional `0x`; nil for text that is no valid key.
    public init?(_ secret: Secret) { return nil }
    public var address: EthereumAddress { preconditionFailure("not built yet") }
    /// r ‖ s ‖ v, 65 bytes, v = 27 or 28.
    public func sign(digest: [UInt8]) -> [UInt8] { [] }
}

extension EthereumAddress {
    /// The signer of a 32-byte digest; accepts v of 0, 1, 27 and 28; nil for a signature of no key.
    public static func recover(digest: [UInt8], signature: [UInt8]) -> EthereumAddress? { nil }
}
